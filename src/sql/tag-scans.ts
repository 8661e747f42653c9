/**
 * Tells the scans of one statement apart: puts `, _scan => n` into each call of a scan function, so that each meets its
 * own filter and not the OR of all with equal arguments. See docs/architecture/life-of-a-query.md.
 */
import { RedQueryError } from '../errors.ts';
import { closingIndex, isName, isSymbol, isWord, type Token, tokensOf } from './lexer.ts';
import { type Edit, type Spliced, splice } from './splice.ts';

/** The reserved argument. */
const TAG = '_scan';

/** The table functions that are scans of Redis, in lower case. */
export const SCAN_FUNCTIONS: ReadonlySet<string> = new Set([
  'redis_hash',
  'redis_json',
  'redis_string',
  'redis_set',
  'redis_list',
  'redis_zset',
  'redis_stream',
  'redis_timeseries',
  'redis_search',
  'redis_keys',
  'redis_indexes',
  'redis_info',
]);

/** Columns that `*` does not need to fetch unless the statement names them. */
const MENTIONED = new Set(['_ttl', '_fields', '_json']);

/** Words before a name in brackets behind which no table function is called: they name what is made, filled or an alias. */
const NO_CALL_BEHIND = [
  'as',
  'into',
  'table',
  'view',
  'macro',
  'function',
  'exists',
  'with',
  'recursive',
  'references',
  'update',
];

export interface TaggedStatement extends Spliced {
  /** How many calls were tagged. */
  readonly calls: number;
  /** Those of `_ttl` and `_fields` that the text names. */
  readonly mentions: ReadonlySet<string>;
}

/**
 * Tags the scans that stand in the text, also in the body of a CREATE VIEW or CREATE MACRO: that gives a kept call an identity.
 * @param nextTag gives a number that no other statement had: a prepared statement keeps its tags.
 * @throws {RedQueryError} RQ_ARGUMENT when the text has a `_scan` argument of its own; RQ_SYNTAX.
 */
export function tagScans(text: string, nextTag: () => number): TaggedStatement {
  const tokens = tokensOf(text);
  const mentions = new Set(
    tokens
      .filter(isName)
      .map((token) => token.value.toLowerCase())
      .filter((name) => MENTIONED.has(name)),
  );
  const edits: Edit[] = [];
  tokens.forEach((_, index) => {
    if (!isScanCall(tokens, index)) return;
    const close = closingIndex(tokens, index + 1);
    const at = tokens[close];
    if (at === undefined) return;
    refuseOwnTag(tokens.slice(index + 1, close));
    const comma = close === index + 2 ? '' : ', ';
    edits.push({ start: at.start, end: at.start, text: `${comma}${TAG} => ${nextTag()}` });
  });
  edits.sort((a, b) => a.start - b.start);
  return { ...splice(text, edits), calls: edits.length, mentions };
}

/** Tells whether a name that begins with `redis_` is called anywhere: a quick test before planning. */
export function redisCallsIn(text: string): boolean {
  if (!/redis_/i.test(text)) return false;
  const tokens = tokensOf(text);
  return tokens.some((token, i) => isName(token) && /^redis_/i.test(token.value) && isSymbol(tokens[i + 1], '('));
}

/** Takes the tag out of a column's name, which is the printed expression where the column has no alias. */
export function untagName(name: string): string {
  return name.includes(TAG) ? name.replace(/(redis_\w+"?\([^]*?)(?:, )?\b_scan := \d+(?=\))/g, '$1') : name;
}

function isScanCall(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (!isName(token) || !SCAN_FUNCTIONS.has(token.value.toLowerCase()) || !isSymbol(tokens[index + 1], '(')) return false;
  return !isWord(tokens[index - 1], ...NO_CALL_BEHIND);
}

/** `=`, `:=` and `=>` all name an argument. */
function refuseOwnTag(args: readonly Token[]): void {
  const own = args.find(
    (token, i) => isName(token) && token.value.toLowerCase() === TAG && isSymbol(args[i + 1], '=>', ':=', '='),
  );
  if (own === undefined) return;
  throw new RedQueryError('RQ_ARGUMENT', `the argument ${TAG} is reserved`, { position: own.start });
}
