/** The errors for values that do not parse as their column's type: key, field, value and type are named, and what is valid. */
import { RedQueryError } from '../../errors.ts';
import type { TableColumn } from '../../storage/scan-words.ts';
import { printableKey } from '../../types/printable-key.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { typeName } from '../../types/type-name.ts';

const MAX_SHOWN_CHARS = 64;
const HINT = "on_error => 'null' reads such values as NULL, on_error => 'skip' leaves their rows out; both are counted.";

/** A key and a value as views of the bytes they came in. */
export interface BadValue {
  readonly key: Buffer;
  readonly column: TableColumn;
  readonly value: Buffer;
}

/** Gives RQ_BAD_UTF8 where a text column met bytes that are no text, else RQ_BAD_VALUE. */
export function badValueError({ key, column, value }: BadValue): RedQueryError {
  const field = column.field === undefined ? column.name : shown(Buffer.from(column.field));
  const what = column.path === undefined ? `field "${field}"` : `path ${shown(Buffer.from(column.path))}`;
  const where = `${what} of key "${shown(key)}"`;
  const isText = column.role === 'fields' || (column.type.id === 'VARCHAR' && column.type.alias !== 'JSON');
  if (isText) {
    return new RedQueryError('RQ_BAD_UTF8', `${where} is not valid UTF-8: "${shown(value)}"; a VARCHAR takes UTF-8 only`, {
      hint: `Declare the column as BLOB to read its bytes. ${HINT}`,
    });
  }
  if (column.isInferred === true) return unlikeSampleError(where, field, column.type, shown(value));
  const text = `${where} is no ${typeName(column.type)}: "${shown(value)}"; valid: ${validText(column.type)}`;
  return new RedQueryError('RQ_BAD_VALUE', text, { hint: HINT });
}

/** The type was not asked for, so that the way out is another type rather than another value. */
function unlikeSampleError(where: string, field: string, type: SqlType, value: string): RedQueryError {
  const name = typeName(type);
  const text = `${where} does not read back unchanged as ${name}, a type inferred from a sample of the keys: "${value}"`;
  return new RedQueryError('RQ_BAD_VALUE', text, {
    hint:
      `Declare the columns you need, columns => {'${field.replaceAll("'", "''")}': 'VARCHAR'} (or '${name}', to read it as one), ` +
      `or read all as text, all_varchar => true. ${HINT}`,
  });
}

/** Clips to 64 characters; control bytes and bytes that are no UTF-8 are escaped, so that nothing reaches a terminal raw. */
function shown(bytes: Buffer): string {
  const head = bytes.subarray(0, MAX_SHOWN_CHARS * 4);
  const text = printableKey(head, 0, head.length).toString('utf8');
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  const chars = [...escaped];
  return chars.length <= MAX_SHOWN_CHARS && head.length === bytes.length
    ? escaped
    : `${chars.slice(0, MAX_SHOWN_CHARS).join('')}…`;
}

function validText({ id, alias, width, scale }: SqlType): string {
  if (alias === 'JSON') return 'a JSON document';
  if (id === 'LIST') return 'JSON arrays whose elements are values of that type, or null';
  if (id === 'STRUCT') return 'JSON objects whose members are values of those types, or null';
  const bits = INTEGER_BITS[id];
  if (bits !== undefined) {
    const isUnsigned = id.startsWith('U');
    const top = 2n ** BigInt(isUnsigned ? bits : bits - 1);
    return `whole numbers from ${isUnsigned ? 0n : -top} to ${top - 1n}`;
  }
  if (id === 'DECIMAL')
    return `numbers with at most ${(width ?? 18) - (scale ?? 3)} digits before and ${scale ?? 3} behind the point`;
  return VALID_TEXTS[id] ?? `texts of type ${id}`;
}

const INTEGER_BITS: Readonly<Record<string, number>> = {
  TINYINT: 8,
  SMALLINT: 16,
  INTEGER: 32,
  BIGINT: 64,
  HUGEINT: 128,
  UTINYINT: 8,
  USMALLINT: 16,
  UINTEGER: 32,
  UBIGINT: 64,
  UHUGEINT: 128,
};

const VALID_TEXTS: Readonly<Record<string, string>> = {
  BOOLEAN: 'true, false, t, f, yes, no, y, n, 1, 0',
  DOUBLE: 'decimal numbers such as 3.14 or 1e6, inf, nan',
  FLOAT: 'decimal numbers such as 3.14 or 1e6, inf, nan',
  DATE: 'dates such as 2026-01-31',
  TIME: 'times such as 23:59:59.5',
  TIMESTAMP: 'times such as 2026-01-31 23:59:59, with or without an offset, and whole numbers (s, ms, µs by their size)',
  TIMESTAMPTZ: 'times such as 2026-01-31T23:59:59+01:00, and whole numbers (s, ms, µs by their size)',
  TIMESTAMP_S: 'times such as 2026-01-31 23:59:59, and whole numbers of seconds',
  TIMESTAMP_MS: 'times such as 2026-01-31 23:59:59.123, and whole numbers of milliseconds',
  TIMESTAMP_NS: 'times such as 2026-01-31 23:59:59.123456789, and whole numbers of nanoseconds',
  UUID: 'UUIDs such as 123e4567-e89b-12d3-a456-426614174000',
  INTERVAL: 'intervals',
};
