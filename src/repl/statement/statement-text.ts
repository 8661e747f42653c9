/** What the terminal must know of a statement before it runs it. Reads tokens, not grammar. */
import { type Classification, classifyStatement, isSymbol, isWord, type Token, tokensOf } from '../../sql/index.ts';
import type { StatementNeeds } from './needs.ts';

export interface StatementText extends Pick<Classification, 'kind' | 'explain'> {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** True where the tables that it reads might be of Redis: it has a FROM, a JOIN, or a scan function. */
  readonly mayReadRedis: boolean;
}

/** @throws {RedQueryError} RQ_SYNTAX. */
export function statementTextFrom(text: string): StatementText {
  const { kind, explain } = classifyStatement(text);
  const tokens = tokensOf(text);
  const mayReadRedis = tokens.some(
    (token) => isWord(token, 'from', 'join', 'table', 'summarize', 'using', 'into') || token.value.startsWith('redis_'),
  );
  return { text, kind, explain, tokens, mayReadRedis };
}

/** Kinds that make, change or drop what lasts in a session. */
const LASTING = new Set(['createView', 'createTable', 'createMacro', 'drop', 'set', 'insert', 'update', 'delete', 'merge']);

/** True where a catalogue of the session's tables, views and settings may be old after the statement. */
export function changesSession({ kind, tokens }: StatementText): boolean {
  return LASTING.has(kind) || isWord(tokens[0], 'alter', 'truncate', 'create', 'comment');
}

/** Kinds whose result is one number, of rows changed. */
const COUNTING = new Set(['insert', 'update', 'delete', 'merge', 'createTable', 'copy']);

/** True where the one row of a result says how many rows were changed. */
export function givesCount({ kind }: StatementText, schema: readonly { readonly name: string }[]): boolean {
  return COUNTING.has(kind) && schema.length === 1 && schema[0]?.name === 'Count';
}

/** True for EXPLAIN and EXPLAIN ANALYZE where their plan goes to a window; options in brackets, files and other modes get DuckDB's rows. */
export function isDrawnExplain({ explain, tokens }: StatementText, { settings, window }: StatementNeeds): boolean {
  const hasOptions = isSymbol(tokens[1], '(');
  const isWindow = window.isTTY === true && settings.output === null && settings.once === null;
  return explain !== null && !hasOptions && isWindow && (settings.mode === 'box' || settings.mode === 'table');
}
