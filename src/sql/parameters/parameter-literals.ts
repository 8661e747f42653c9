/**
 * Writes JS values as SQL literals that keep their type. The forms are the ones in which DuckDB prints an expression,
 * because a column without an alias is named by its printed expression (see parameters.ts).
 */
import { RedQueryError } from '../../errors.ts';
import { quoteIdentifier } from '../quote.ts';
import { checkTypeName, isTypedValue } from './typed-value.ts';

const MOST_NESTED = 32;
const INT64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };
const INT128 = { low: -(2n ** 127n), high: 2n ** 127n - 1n };
const MOST_UINT128 = 2n ** 128n - 1n;

/**
 * Gives `value` as a literal, without brackets around it.
 *
 * string → '…' (bare: like DuckDB's own bound VARCHAR it adapts to what it meets) · integral number up to 2^53, bigint →
 * BIGINT, HUGEINT, UHUGEINT · other number → DOUBLE · boolean, null · Date → TIMESTAMPTZ · Uint8Array → BLOB ·
 * array → LIST · plain object → STRUCT · `typed(…)` → its type.
 * @param label names the parameter in errors, for example `$1`.
 * @throws {RedQueryError} RQ_PARAMETER for a value that has no SQL form, RQ_OUT_OF_RANGE for a bigint of more than 128 bits.
 */
export function literalOf(value: unknown, label: string, depth = 0): string {
  if (depth > MOST_NESTED) throw refused(label, `is nested more than ${MOST_NESTED} deep`);
  switch (typeof value) {
    case 'string':
      return textLiteral(value, label);
    case 'boolean':
      return `CAST('${value ? 't' : 'f'}' AS BOOLEAN)`;
    case 'bigint':
      return `CAST('${value}' AS ${integerType([value], label)})`;
    case 'number':
      return isIntegral(value) ? `CAST('${value}' AS BIGINT)` : doubleLiteral(value);
    case 'object':
      return objectLiteral(value, label, depth);
    default:
      throw refused(
        label,
        value === undefined ? 'is undefined; for NULL give null' : `is a ${typeof value}, which has no SQL form`,
      );
  }
}

function objectLiteral(value: object | null, label: string, depth: number): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return listLiteral(value, label, depth);
  if (value instanceof Date) return timestampLiteral(value, label);
  if (value instanceof Uint8Array) return blobLiteral(value);
  if (isTypedValue(value)) {
    checkTypeName(value.redqueryType);
    return `CAST(${value.value === null ? 'NULL' : textLiteral(value.value, label)} AS ${value.redqueryType})`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const members = Object.entries(value);
  if ((prototype !== Object.prototype && prototype !== null) || members.length === 0) {
    throw refused(
      label,
      `is ${describe(value)}; objects are plain ones with members (STRUCT), Date, Uint8Array, arrays or typed(…)`,
    );
  }
  const parts = members.map(([name, member]) => {
    if (name === '' || !isWellFormed(name))
      throw refused(label, `has a member named ${JSON.stringify(name)}, which is no SQL name`);
    return `${quoteIdentifier(name)} := ${literalOf(member, `${label}.${name}`, depth + 1)}`;
  });
  return `main.struct_pack(${parts.join(', ')})`;
}

function textLiteral(text: string, label: string): string {
  if (text.includes('\0')) throw refused(label, 'holds U+0000, which SQL text cannot carry; give a Uint8Array (BLOB)');
  if (!isWellFormed(text))
    throw refused(label, 'holds half a surrogate pair, which is no Unicode text; give a Uint8Array (BLOB)');
  return `'${text.replaceAll("'", "''")}'`;
}

function isWellFormed(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** −0 is a DOUBLE: an integer would lose its sign. */
function isIntegral(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function doubleLiteral(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
  return `CAST('${text}' AS DOUBLE)`;
}

/** Gives the smallest of the signed types, then UHUGEINT, that holds all of `values`. */
function integerType(values: readonly bigint[], label: string): string {
  const fits = (low: bigint, high: bigint): boolean => values.every((value) => value >= low && value <= high);
  if (fits(INT64.low, INT64.high)) return 'BIGINT';
  if (fits(INT128.low, INT128.high)) return 'HUGEINT';
  if (fits(0n, MOST_UINT128)) return 'UHUGEINT';
  throw new RedQueryError(
    'RQ_OUT_OF_RANGE',
    `parameter ${label} holds an integer outside of 128 bits; valid are −2^127 to 2^128 − 1`,
  );
}

function timestampLiteral(date: Date, label: string): string {
  if (Number.isNaN(date.getTime())) throw refused(label, 'is an invalid Date');
  const year = date.getUTCFullYear();
  const behindYear = date.toISOString().replace(/^(?:[+-]\d{6}|\d{4})-/, '');
  const [day = '', time = ''] = behindYear.split('T');
  // DuckDB writes years before 1 as BC (1 BC is year 0) and needs no sign before a year of five digits.
  const shownYear = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const text = year > 0 ? `${shownYear}-${day}T${time}` : `${shownYear}-${day} (BC) ${time}`;
  return `CAST('${text}' AS "TIMESTAMP WITH TIME ZONE")`;
}

function blobLiteral(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
  return `CAST('${hex.replace(/../g, '\\x$&')}' AS BLOB)`;
}

/** Elements are of one kind or null. Integers among other numbers become DOUBLE; an empty list adapts to what it meets. */
function listLiteral(elements: readonly unknown[], label: string, depth: number): string {
  const kinds = new Set(elements.filter((element) => element !== null).map(kindOf));
  const isDouble = kinds.has('fraction') && kinds.delete('integer');
  if (kinds.size > 1) throw refused(label, `is a list of ${[...kinds].join(' and ')}; the elements of a list are of one kind`);
  const integers = elements.filter((element): element is number | bigint => kindOf(element) === 'integer');
  const type = kinds.has('integer') ? integerType(integers.map(BigInt), label) : '';
  const literals = Array.from(elements, (element, index) => {
    if (kindOf(element) !== 'integer') return literalOf(element, `${label}[${index}]`, depth + 1);
    if (!isDouble) return `CAST('${String(element)}' AS ${type})`;
    const double = Number(element);
    if (!Number.isSafeInteger(double))
      throw refused(label, 'is a list of DOUBLE with an integer beyond 2^53, which DOUBLE cannot hold');
    return doubleLiteral(double);
  });
  return `main.list_value(${literals.join(', ')})`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return isIntegral(value) ? 'integer' : 'fraction';
  if (typeof value !== 'object' || value === null) return typeof value;
  // In brackets, lest a type be taken for a kind: typed('integer', …) is no JS integer.
  if (isTypedValue(value)) return `typed(${value.redqueryType})`;
  return Array.isArray(value) ? 'list' : value instanceof Date ? 'Date' : value instanceof Uint8Array ? 'Uint8Array' : 'object';
}

function describe(value: object): string {
  const name: unknown = value.constructor?.name;
  return name === 'Object' ? 'an object without members' : `a ${typeof name === 'string' && name !== '' ? name : 'object'}`;
}

function refused(label: string, why: string): RedQueryError {
  return new RedQueryError('RQ_PARAMETER', `parameter ${label} ${why}`);
}
