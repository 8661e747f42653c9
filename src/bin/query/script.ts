/** The SQL to run: sources read, split into statements, each with the parameters that it names. */
import type { Readable } from 'node:stream';
import type { Place } from '../../output/index.ts';
import { classifyStatement, type Parameters, parameterNames, splitStatements, typed } from '../../sql/index.ts';
import { readTextFile, withoutMark } from '../text-file.ts';
import type { ParameterArgument, SqlSource } from './arguments.ts';
import { listParameter } from './list-parameter.ts';

/** One statement and where it stands. */
export interface ScriptStatement {
  readonly text: string;
  readonly place: Place;
  readonly parameters: Parameters;
  /** False where a result would only be a count or nothing: CREATE, SET, INSERT, … */
  readonly hasRows: boolean;
}

/** A text of SQL as it was given. */
export interface Script {
  readonly text: string;
  readonly file: string | null;
}

/**
 * Reads a source to its end.
 * @throws {RedQueryError} RQ_FILE when a file cannot be read.
 */
export async function scriptFrom(source: SqlSource, stdin: Readable): Promise<Script> {
  switch (source.kind) {
    case 'text':
      return { text: source.text, file: null };
    case 'file':
      return { text: await readTextFile(source.path), file: source.path };
    case 'stdin':
      return { text: await textOf(stdin), file: null };
    default:
      return source satisfies never;
  }
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return withoutMark(Buffer.concat(chunks).toString('utf8'));
}

const KINDS_WITH_ROWS: ReadonlySet<string> = new Set(['select', 'explain', 'describe', 'call', 'pragma', 'other']);

/**
 * Splits a script; each statement gets the parameters that it names, `$1` or `?` by number.
 * @throws {RedQueryError} RQ_SYNTAX with the position in the script; RQ_PARAMETER for a type that is none.
 */
export function statementsOf({ text, file }: Script, parameters: readonly ParameterArgument[]): ScriptStatement[] {
  const values = new Map(parameters.map(({ name, type, value }) => [name, parameterValue(type, value)]));
  return splitStatements(text).map((statement) => ({
    text: statement.text,
    place: { script: text, offset: statement.offset, end: statement.offset + statement.text.length, file },
    parameters: parametersFor(parameterNames(statement.text), values),
    hasRows: KINDS_WITH_ROWS.has(classifyStatement(statement.text).kind),
  }));
}

/** Without a type the text goes in as a literal in quotes, which takes the type of its place; `null` as a type is NULL. */
function parameterValue(type: string | null, value: string): unknown {
  if (type === null) return value;
  return type.toLowerCase() === 'null' ? null : (listParameter(type, value) ?? typed(type, value));
}

/** What is missing is left out: binding says so, with its name. */
function parametersFor(names: readonly string[], values: ReadonlyMap<string, unknown>): Parameters {
  const given = names.filter((name) => values.has(name));
  if (names.length > 0 && names.every((name) => /^[0-9]+$/.test(name))) {
    return given.toSorted((a, b) => Number(a) - Number(b)).map((name) => values.get(name));
  }
  return Object.fromEntries(given.map((name) => [name, values.get(name)]));
}

/** Gives the name of a parameter that no statement uses, a misspelt one most likely; null where all are used. */
export function unusedParameter(scripts: readonly Script[], parameters: readonly ParameterArgument[]): string | null {
  const used = new Set(
    scripts.flatMap(({ text }) => splitStatements(text).flatMap((statement) => parameterNames(statement.text))),
  );
  return parameters.find(({ name }) => !used.has(name))?.name ?? null;
}
