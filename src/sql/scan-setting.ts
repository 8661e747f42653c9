/** Reads SET and RESET of settings that are not DuckDB's: `SET max_block_ms = 50`, `SET SESSION use_indexes TO off`, `RESET scan_rate`. */
import { type Token, tokensOf } from './lexer.ts';

/** A change of one setting; `value` is undefined for RESET. */
export interface ScanSettingChange {
  /** In lower case. */
  readonly name: string;
  readonly value: string | number | boolean | null | undefined;
}

/** What a parameter's literal looks like among the tokens: CAST('t' AS BOOLEAN). */
const CAST_LITERAL = /^cast \( text as \w+ \)$/;

/**
 * Gives the change that a statement makes; null where it is no SET or RESET of one of `names`, or its value is no plain one
 * (then it is for others to refuse).
 */
export function scanSettingFrom(text: string, names: readonly string[]): ScanSettingChange | null {
  const tokens = tokensOf(text).filter((token) => !(token.kind === 'symbol' && token.value === ';'));
  const verb = wordOf(tokens[0]);
  if (verb !== 'set' && verb !== 'reset') return null;
  const scope = ['session', 'local', 'global'].includes(wordOf(tokens[1])) ? 1 : 0;
  const name = wordOf(tokens[1 + scope]);
  if (!names.includes(name)) return null;
  const rest = tokens.slice(2 + scope);
  if (verb === 'reset') return rest.length === 0 ? { name, value: undefined } : null;
  const assignment = rest[0];
  const isAssigned = wordOf(assignment) === 'to' || (assignment?.kind === 'symbol' && assignment.value.startsWith('='));
  // `SET a=-1` has the operator `=-` for a token.
  const sign = assignment?.value === '=-' ? '-' : '';
  return isAssigned ? valueOf(name, rest.slice(1), sign) : null;
}

/** Gives the setting that `SHOW name` asks for; null where it is another statement, or none of `names`. */
export function shownScanSetting(text: string, names: readonly string[]): string | null {
  const tokens = tokensOf(text).filter((token) => !(token.kind === 'symbol' && token.value === ';'));
  const name = wordOf(tokens[1]);
  return tokens.length === 2 && wordOf(tokens[0]) === 'show' && names.includes(name) ? name : null;
}

function valueOf(name: string, tokens: readonly Token[], sign: string): ScanSettingChange | null {
  const shape = tokens.map((token) => (token.kind === 'string' ? 'text' : token.value.toLowerCase())).join(' ');
  const [only] = CAST_LITERAL.test(shape) ? tokens.slice(2, 3) : tokens;
  if (only === undefined || (tokens.length > 1 && !CAST_LITERAL.test(shape))) return null;
  if (only.kind === 'string') return { name, value: only.value.replace(/^'|'$/g, '').replaceAll("''", "'") };
  const word = `${sign}${only.value}`.toLowerCase();
  if (word === 'null') return { name, value: null };
  return { name, value: /^-?[0-9]+$/.test(word) ? Number(word) : word };
}

function wordOf(token: Token | undefined): string {
  return token?.kind === 'identifier' || token?.kind === 'quotedIdentifier' ? token.value.toLowerCase() : '';
}
