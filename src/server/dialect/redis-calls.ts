/**
 * Finds the calls of redis_…() functions in a text by its tokens. Their arguments are DuckDB's (`columns => {'a': 'BIGINT'}`),
 * which PostgreSQL's grammar need not understand: for it they are masked, for the describer they are replaced by tables.
 */
import { createHash } from 'node:crypto';
import { type Token, tokensOf } from '../../sql/index.ts';
import { withoutComments } from './bounds.ts';

export interface RedisCall {
  /** In lower case: `redis_hash`. */
  readonly functionName: string;
  /** Where the call stands in the text, from its name to its closing bracket (UTF-16; the end is exclusive). */
  readonly start: number;
  readonly end: number;
  /** The call as it is written. */
  readonly text: string;
  /** The table that stands for it in the catalog's schema `shadow`; equal calls have equal names. */
  readonly shadow: string;
  /** Spans of `{…}` inside. */
  readonly structs: readonly { readonly start: number; readonly end: number }[];
  /** True where it has an alias behind it, with AS or without. */
  readonly hasAlias: boolean;
}

/** Lists the calls of table functions of Redis in order; none where the text cannot be cut into tokens. */
export function redisCalls(text: string): RedisCall[] {
  if (!/redis_/i.test(text)) return [];
  let tokens: Token[];
  try {
    tokens = tokensOf(text);
  } catch {
    return [];
  }
  const calls: RedisCall[] = [];
  const closes = closingBrackets(tokens);
  for (let index = 0; index < tokens.length; index++) {
    const close = isCall(tokens, index) ? closes.get(index + 1) : undefined;
    if (close === undefined) continue;
    calls.push(callBetween(text, tokens, index, close));
    index = close;
  }
  return calls;
}

/**
 * Gives the text as PostgreSQL's parser gets it: each `{…}` inside a call is a string of the same length, so that every position
 * stays what it is.
 */
export function maskStructs(text: string, calls: readonly RedisCall[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of calls.flatMap((call) => call.structs)) {
    masked += `${text.slice(at, start)}'${' '.repeat(end - start - 2)}'`;
    at = end;
  }
  return withoutComments(masked + text.slice(at));
}

function isCall(tokens: readonly Token[], index: number): boolean {
  const name = tokens[index];
  if (name === undefined || (name.kind !== 'identifier' && name.kind !== 'quotedIdentifier')) return false;
  if (!/^redis_/i.test(name.value) || tokens[index + 1]?.value !== '(' || tokens[index + 1]?.kind !== 'symbol') return false;
  // `WITH redis_x(a) AS`, `AS redis_x(a)`: names with columns.
  const before = tokens[index - 1];
  return before?.kind !== 'identifier' || !['as', 'with', 'recursive', 'view', 'table'].includes(before.value);
}

/** Opening bracket → closing bracket, by their places among the tokens; one that is never closed is not in it. */
function closingBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'symbol') return;
    if ('([{'.includes(token.value)) open.push(index);
    else if (')]}'.includes(token.value)) {
      const start = open.pop();
      if (start !== undefined) closes.set(start, index);
    }
  });
  return closes;
}

function callBetween(text: string, tokens: readonly Token[], open: number, close: number): RedisCall {
  const inside = tokens.slice(open, close + 1);
  const start = tokens[open]?.start ?? 0;
  const end = tokens[close]?.end ?? 0;
  const functionName = (tokens[open]?.value ?? '').toLowerCase();
  const canonical = inside.map((token) => token.written).join(' ');
  const hash = createHash('sha256').update(canonical).digest('hex').slice(0, 12);
  const shadow = `${functionName.slice('redis_'.length, 30)}_${hash}`;
  return {
    functionName,
    start,
    end,
    text: text.slice(start, end),
    shadow,
    structs: structsIn(inside),
    hasAlias: isAlias(tokens[close + 1]),
  };
}

function structsIn(tokens: readonly Token[]): { start: number; end: number }[] {
  const structs: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue;
    if (token.value === '{' && depth++ === 0) start = token.start;
    if (token.value === '}' && --depth === 0) structs.push({ start, end: token.end });
  }
  return structs;
}

/** Words that may follow an item of FROM and are no alias. */
const NO_ALIAS = new Set(
  (
    'where group having window union intersect except order limit offset fetch for on using join inner left right full cross ' +
    'natural tablesample returning with set qualify sample positional asof semi anti pivot unpivot'
  ).split(' '),
);

function isAlias(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'quotedIdentifier') return true;
  return token.kind === 'identifier' && !NO_ALIAS.has(token.value);
}
