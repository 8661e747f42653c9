/** Parameters with a stated type: `typed('DECIMAL(10,2)', '12.30')`. */
import { RedQueryError } from '../../errors.ts';
import { closingIndex, isName, isSymbol, isWord, type Token, tokensOf } from '../lexer.ts';

/** A parameter of a stated type: the text form of the value, or null. Make it with `typed`. */
export interface TypedValue {
  readonly redqueryType: string;
  readonly value: string | null;
}

/**
 * Gives a parameter that DuckDB casts from `value` (its text form, as in CAST('…' AS type)) to `typeName`; null is a NULL of that type.
 * @throws {RedQueryError} RQ_PARAMETER when `typeName` is not the name of a type.
 */
export function typed(typeName: string, value: string | number | bigint | boolean | null): TypedValue {
  checkTypeName(typeName);
  return { redqueryType: typeName, value: value === null ? null : String(value) };
}

/** True where `value` has the shape that `typed` gives. */
export function isTypedValue(value: unknown): value is TypedValue {
  if (typeof value !== 'object' || value === null || !('redqueryType' in value) || !('value' in value)) return false;
  return typeof value.redqueryType === 'string' && (typeof value.value === 'string' || value.value === null);
}

/**
 * Holds a type's name to a grammar, so that nothing else can be smuggled in with it:
 * `type := base ('[' digits? ']')*`, base := one or a few words, `word(1, 2)`, STRUCT/ROW/UNION(name type, …), MAP(type, type), ENUM('a', …).
 * @throws {RedQueryError} RQ_PARAMETER.
 */
export function checkTypeName(typeName: string): void {
  try {
    const tokens = tokensOf(typeName);
    if (typeEnd(tokens, 0) === tokens.length && tokens.at(-1)?.end === typeName.length && !typeName.includes('--')) return;
  } catch (cause) {
    if (!(cause instanceof RedQueryError)) throw cause;
  }
  throw new RedQueryError(
    'RQ_PARAMETER',
    `${JSON.stringify(typeName)} is not the name of a type; for example: BIGINT, DECIMAL(10,2), VARCHAR[]`,
  );
}

const LONG_NAMES = [
  ['timestamp', 'with', 'time', 'zone'],
  ['timestamp', 'without', 'time', 'zone'],
  ['time', 'with', 'time', 'zone'],
  ['time', 'without', 'time', 'zone'],
  ['double', 'precision'],
  ['character', 'varying'],
];

/** Gives the index behind the type at `start`, or −1. */
function typeEnd(tokens: readonly Token[], start: number): number {
  const long = LONG_NAMES.find((words) => words.every((word, i) => isWord(tokens[start + i], word)));
  if (!isName(tokens[start])) return -1;
  let at = start + (long?.length ?? 1);
  if (isSymbol(tokens[at], '(')) {
    const close = closingIndex(tokens, at);
    if (close === at + 1 || !areMembers(tokens[start]?.value ?? '', tokens.slice(at + 1, close))) return -1;
    at = close + 1;
  }
  while (isSymbol(tokens[at], '[')) {
    if (tokens[at + 1]?.kind === 'number') at++;
    if (!isSymbol(tokens[at + 1], ']')) return -1;
    at += 2;
  }
  return at;
}

/** True where `tokens` may stand between the brackets of the type `base`. */
function areMembers(base: string, tokens: readonly Token[]): boolean {
  for (let at = 0; ; at++) {
    if (base === 'struct' || base === 'row' || base === 'union') at = isName(tokens[at]) ? typeEnd(tokens, at + 1) : -1;
    else if (base === 'map') at = typeEnd(tokens, at);
    else if (base === 'enum') at = tokens[at]?.kind === 'string' && tokens[at]?.value.startsWith("'") === true ? at + 1 : -1;
    else at = tokens[at]?.kind === 'number' && /^[0-9]+$/.test(tokens[at]?.value ?? '') ? at + 1 : -1;
    if (at < 0) return false;
    if (at >= tokens.length) return at === tokens.length;
    if (!isSymbol(tokens[at], ',')) return false;
  }
}
