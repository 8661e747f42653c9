/** What the terminal must know of a statement before it runs it. Reads tokens, not grammar. */
import { type Classification, classifyStatement, isSymbol, isWord, type Token, tokensOf } from '../../sql/index.ts';
import type { StatementNeeds } from './needs.ts';

export interface StatementText extends Pick<Classification, 'kind' | 'explain'> {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** @throws {RedQueryError} RQ_SYNTAX. */
export function statementTextFrom(text: string): StatementText {
  const { kind, explain } = classifyStatement(text);
  return { text, kind, explain, tokens: tokensOf(text) };
}

/** Kinds that make, change or drop what lasts in a session. */
const LASTING = new Set(['createView', 'createTable', 'createMacro', 'drop', 'set', 'insert', 'update', 'delete', 'merge']);

/** True where a catalogue of the session's tables, views and settings may be old after the statement. */
export function changesSession({ kind, tokens }: StatementText): boolean {
  return LASTING.has(kind) || isWord(tokens[0], 'alter', 'truncate', 'create', 'comment');
}

/** What became of the rows that a statement counts. */
const CHANGES: Readonly<Record<string, string>> = {
  insert: 'inserted',
  update: 'updated',
  delete: 'deleted',
  createTable: 'stored',
  copy: 'written',
};

/** Gives the word for the rows of a statement whose result is their number: 'inserted'; null where it is rows or nothing. */
export function changeOf({ kind, tokens }: StatementText, schema: Schema): string | null {
  if (schema.length !== 1 || schema[0]?.name !== 'Count') return null;
  const word = CHANGES[kind];
  if (word !== undefined) return word;
  return kind === 'merge' || isWord(tokens[0], 'truncate') ? 'changed' : null;
}

/** Kinds that give rows; DuckDB makes up an empty column for others. */
const READING = new Set(['select', 'explain', 'describe', 'call', 'pragma']);

/** True where a result is rows to look at. */
export function givesRows(statement: StatementText, schema: Schema): boolean {
  if (schema.length === 0) return false;
  if (READING.has(statement.kind)) return true;
  // INSERT … RETURNING gives rows, too.
  return schema.length > 1 || (schema[0]?.name !== 'Count' && schema[0]?.name !== 'Success');
}

type Schema = readonly { readonly name: string }[];

/** True for EXPLAIN and EXPLAIN ANALYZE where their plan goes to a window; options in brackets, files and other modes get DuckDB's rows. */
export function isDrawnExplain({ explain, tokens }: StatementText, { settings, window }: StatementNeeds): boolean {
  const hasOptions = isSymbol(tokens[1], '(');
  const isWindow = window.isTTY === true && settings.output === null && settings.once === null;
  return explain !== null && !hasOptions && isWindow && (settings.mode === 'box' || settings.mode === 'table');
}
