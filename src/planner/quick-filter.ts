/**
 * The filter of the statement that people run most often by far: one call, asked for one key. Its tokens tell all that
 * DuckDB's plan would tell, and save the planning, which is half of what such a statement costs. Only what is certain is read:
 *
 *     SELECT … FROM redis_hash(…) [[AS] alias] WHERE … AND _key = 'text' AND … [GROUP | ORDER | LIMIT | …]
 *
 * Of tables with one row a key only: of the others a key's rows may be many, and the plan tells which of them are wanted.
 * Why it is safe: the one WHERE of a statement with one relation removes rows before anything else sees them, and a
 * conjunct of it may be applied early. Bench: bench/run.ts --only latency.
 */
import { closingIndex, isName, isSymbol, isWord, type Token, tokensOf } from '../sql/lexer.ts';
import type { Predicate } from '../storage/index.ts';

/** Tables with one row a key; `_key` is the first column of each. */
const ONE_ROW_A_KEY = new Set(['redis_hash', 'redis_json', 'redis_string', 'redis_keys']);
/** Words that would make it another kind of statement, or call what only a search index can answer, wherever they stand. */
const REFUSED = new Set(
  'union intersect except join with pivot unpivot pivot_wider pivot_longer tablesample lateral into positional asof using sample match geo_within vector_distance'.split(
    ' ',
  ),
);
/** Words that have an AND of their own, or bind weaker than it. */
const REFUSED_IN_WHERE = new Set('or not between case when then else end lambda xor operator'.split(' '));
const END_OF_WHERE = new Set('group order limit having qualify window offset fetch'.split(' '));
const SYMBOLS_IN_WHERE = new Set('= < > <= >= <> != + - * / % || . , :: ( ) [ ]'.split(' '));
const KEY_COLUMN = 0;

/** Gives `_key = constant` where the statement is of that form and certain; null else, and the plan has to be asked. */
export function quickFilter(text: string): Predicate | null {
  const tokens = tokensOf(text);
  if (!isWord(tokens[0], 'select') || !isSimple(tokens)) return null;
  const from = tokens.findIndex((token) => isWord(token, 'from'));
  const where = whereBehind(tokens, from);
  if (where === null) return null;
  const conjuncts = conjunctsOf(tokens, where + 1);
  return conjuncts?.map(keyEquality).find((predicate) => predicate !== null) ?? null;
}

/** One SELECT, one FROM, one WHERE, and none of the words that join relations. */
function isSimple(tokens: readonly Token[]): boolean {
  const words = tokens.filter((token) => token.kind === 'identifier').map((token) => token.value);
  const isOnce = (word: string): boolean => words.filter((other) => other === word).length === 1;
  return isOnce('select') && isOnce('from') && isOnce('where') && !words.some((word) => REFUSED.has(word));
}

/** The index of WHERE, where nothing but one call and its alias stand between it and FROM. */
function whereBehind(tokens: readonly Token[], from: number): number | null {
  const name = tokens[from + 1];
  if (!isName(name) || !ONE_ROW_A_KEY.has(name.value.toLowerCase()) || !isSymbol(tokens[from + 2], '(')) return null;
  let at = closingIndex(tokens, from + 2) + 1;
  if (isWord(tokens[at], 'as')) at++;
  if (!isWord(tokens[at], 'where') && isName(tokens[at])) at++;
  return isWord(tokens[at], 'where') ? at : null;
}

/** Cuts the condition that begins at `start` at its ANDs; null where it holds anything that is not surely understood. */
function conjunctsOf(tokens: readonly Token[], start: number): Token[][] | null {
  const conjuncts: Token[][] = [[]];
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || isSymbol(token, ';') || (token.kind === 'identifier' && END_OF_WHERE.has(token.value))) break;
    if (isWord(token, 'and')) {
      conjuncts.push([]);
      continue;
    }
    if (token.kind === 'identifier' && REFUSED_IN_WHERE.has(token.value)) return null;
    if (token.kind === 'parameter' || (token.kind === 'symbol' && !SYMBOLS_IN_WHERE.has(token.value))) return null;
    const close = isSymbol(token, '(', '[') ? closingIndex(tokens, at) : at;
    if (close >= tokens.length) return null;
    conjuncts.at(-1)?.push(...tokens.slice(at, close + 1));
    at = close;
  }
  return conjuncts;
}

/** Reads `[alias.]_key = 'text'`, the text in brackets or not (so are parameters put in). */
function keyEquality(tokens: readonly Token[]): Predicate | null {
  const start = isName(tokens[0]) && isSymbol(tokens[1], '.') ? 2 : 0;
  const [column, equals, ...rest] = tokens.slice(start);
  if (column === undefined || !isName(column) || column.value.toLowerCase() !== '_key' || !isSymbol(equals, '=')) return null;
  const literal =
    rest.length === 3 && isSymbol(rest[0], '(') && isSymbol(rest[2], ')') ? rest[1] : rest.length === 1 ? rest[0] : undefined;
  if (literal?.kind !== 'string' || !/^'(?:[^']|'')*'$/.test(literal.value)) return null;
  const value = literal.value.slice(1, -1).replaceAll("''", "'");
  return { kind: 'comparison', op: '=', column: KEY_COLUMN, value: { type: 'VARCHAR', value } };
}
