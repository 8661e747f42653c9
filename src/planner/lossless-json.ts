/**
 * Parses DuckDB's plan JSON without losing digits: integers beyond 2^53 become bigint; NaN and Infinity, which DuckDB
 * prints bare and which are no JSON, become strings. See docs/decisions/0001-parameters-by-splice.md for what else is odd in it.
 */

// A quote inside of a string is escaped, so that this matches no string's content.
const BARE_NUMBER = /"value":(-?(?:Infinity|NaN))/g;

interface ReviverContext {
  /** The number as it is written; absent for objects and arrays. */
  readonly source?: string;
}

// TypeScript's lib has no `context` yet (ECMAScript «JSON.parse source text access», in Node since 22).
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: ReviverContext) => unknown,
) => unknown;

/** Gives the value of `text`, or undefined where it is no JSON: DuckDB cuts plans off that hold a BIT constant. */
export function parseLosslessJson(text: string): unknown {
  try {
    return parseWithSource(text.replace(BARE_NUMBER, '"value":"$1"'), (_key, value, { source }) => {
      if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
      return /^-?[0-9]+$/.test(source) ? BigInt(source) : value;
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
