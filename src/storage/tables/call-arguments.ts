/**
 * The named arguments that table functions share, checked: which of them a source takes is its own list. Messages name the
 * function at hand.
 */
import { RedQueryError } from '../../errors.ts';
import { parseColumnType, type SqlType } from '../../types/index.ts';
import type { OnError, ScanRequest } from '../scan-words.ts';
import type { NamedArgument, NamedArguments } from './table-source.ts';

/** A column as it is declared: `{'age': 'BIGINT'}`. */
export interface ColumnText {
  readonly name: string;
  readonly text: string;
}

export interface DeclaredColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** The checked arguments of a call; those that it does not take have their defaults. */
export interface CallArguments {
  /** In the order of `columns`; null where they are to be inferred. */
  readonly columns: readonly ColumnText[] | null;
  readonly onError: OnError;
  /** Most rows a batch carries. */
  readonly batchRows: number;
  /** Name of the server; 'default' is the session's own. */
  readonly server: string;
  /** Keys to sample where columns are inferred. */
  readonly sampleSize: number;
  /** True: inferred columns are VARCHAR, whatever they hold. */
  readonly allVarchar: boolean;
  /** 'auto', 'none', or an index by its name. */
  readonly index: string;
  readonly accessChoice: ScanRequest['accessChoice'];
}

/** All arguments that are checked here, in the order of the documents. */
export const COMMON_ARGUMENTS = [
  'columns',
  'sample_size',
  'all_varchar',
  'on_error',
  'batch_size',
  'server',
  'index',
  'access',
] as const;

/** What a table of keys takes that no index serves. */
export const SCAN_ARGUMENTS = ['columns', 'sample_size', 'all_varchar', 'on_error', 'batch_size', 'server'] as const;

/** A given argument. */
export type GivenArgument = Exclude<NamedArgument, null>;

const LIMITS = { sampleSize: 100_000, batchRows: 65_536 } as const;
const DEFAULTS = { sampleSize: 1_000, batchRows: 8_192, server: 'default', index: 'auto' } as const;
const ON_ERROR: readonly OnError[] = ['error', 'null', 'skip'];
const ACCESS: readonly ScanRequest['accessChoice'][] = ['auto', 'scan', 'index'];

/**
 * Checks the common named arguments of a call of `functionName`, which takes those in `names` (and may read more of them
 * itself: `givenArgument`).
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function callArgumentsFrom(functionName: string, names: readonly string[], named: NamedArguments): CallArguments {
  for (const name of Object.keys(named)) {
    if (!names.includes(name)) {
      const valid = names.length === 0 ? 'none' : names.join(', ');
      throw new RedQueryError('RQ_UNKNOWN_ARGUMENT', `${functionName} has no argument «${name}»; valid: ${valid}`);
    }
  }
  const call = { functionName, named };
  return {
    columns: columnTextsFrom(call),
    onError: choiceFrom(call, 'on_error', ON_ERROR, 'error'),
    batchRows: wholeNumberFrom(call, 'batch_size', DEFAULTS.batchRows, LIMITS.batchRows),
    server: textFrom(call, 'server', DEFAULTS.server, "the name of a server from the session's options"),
    sampleSize: wholeNumberFrom(call, 'sample_size', DEFAULTS.sampleSize, LIMITS.sampleSize),
    allVarchar: booleanFrom(call, 'all_varchar'),
    index: textFrom(call, 'index', DEFAULTS.index, "'auto', 'none' or the name of an index"),
    accessChoice: choiceFrom(call, 'access', ACCESS, 'auto'),
  };
}

/** A function's name and its named arguments. */
export interface NamedCall {
  readonly functionName: string;
  readonly named: NamedArguments;
}

/** Gives an argument; undefined where it is absent or NULL. */
export function givenArgument({ named }: NamedCall, name: string): GivenArgument | undefined {
  return Object.hasOwn(named, name) ? (named[name] ?? undefined) : undefined;
}

/** The error of an argument that is not valid: RQ_ARGUMENT. */
export function invalidArgument({ functionName }: NamedCall, name: string, value: unknown, valid: string): RedQueryError {
  const shown = typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new RedQueryError('RQ_ARGUMENT', `the argument ${name} of ${functionName} is ${shown}; valid: ${valid}`);
}

/**
 * Gives declared columns their types.
 * @throws {RedQueryError} RQ_COLUMN_TYPE, naming the column.
 */
export function declaredColumns(columns: readonly ColumnText[]): DeclaredColumn[] {
  return columns.map(({ name, text }) => ({ name, type: declaredType(name, text) }));
}

/**
 * Reads a declared type.
 * @throws {RedQueryError} RQ_COLUMN_TYPE, naming the column.
 */
export function declaredType(name: string, type: string): SqlType {
  try {
    return parseColumnType(type);
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `column «${name}»: ${error.message}`, { cause: error });
  }
}

/**
 * Reads one of a few words, in any case; `otherwise` where it is absent.
 * @throws {RedQueryError} RQ_ARGUMENT
 */
export function choiceFrom<T extends string>(call: NamedCall, name: string, words: readonly T[], otherwise: T): T {
  const value = givenArgument(call, name);
  if (value === undefined) return otherwise;
  const found = typeof value === 'string' ? words.find((word) => word === value.toLowerCase()) : undefined;
  if (found === undefined) throw invalidArgument(call, name, value, listed(words));
  return found;
}

/**
 * Reads a text that is not empty.
 * @throws {RedQueryError} RQ_ARGUMENT
 */
export function textFrom(call: NamedCall, name: string, otherwise: string, valid: string): string {
  const value = givenArgument(call, name);
  if (value === undefined) return otherwise;
  if (typeof value !== 'string' || value === '') throw invalidArgument(call, name, value, valid);
  return value;
}

/**
 * Reads a whole number from 1 to `most`.
 * @throws {RedQueryError} RQ_ARGUMENT
 */
export function wholeNumberFrom(call: NamedCall, name: string, otherwise: number, most: number): number {
  const value = givenArgument(call, name);
  if (value === undefined) return otherwise;
  const isValid = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
  if (!isValid) throw invalidArgument(call, name, value, `a whole number from 1 to ${most}`);
  return value;
}

/**
 * Reads a truth value; false where it is absent.
 * @throws {RedQueryError} RQ_ARGUMENT
 */
export function booleanFrom(call: NamedCall, name: string): boolean {
  const value = givenArgument(call, name);
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalidArgument(call, name, value, 'true or false');
  return value;
}

function columnTextsFrom(call: NamedCall): readonly ColumnText[] | null {
  const value = givenArgument(call, 'columns');
  if (value === undefined) return null;
  if (typeof value !== 'object') throw invalidArgument(call, 'columns', value, "a record of fields and types, {'age': 'BIGINT'}");
  const members: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return members.map(([name, text]) => {
    if (typeof text !== 'string') throw invalidArgument(call, `columns → ${name}`, String(text), "a type's name, 'BIGINT'");
    return { name, text };
  });
}

/** `'error', 'null' or 'skip'` */
function listed(words: readonly string[]): string {
  const shown = words.map((word) => `'${word}'`);
  return `${shown.slice(0, -1).join(', ')} or ${shown.at(-1) ?? ''}`;
}
