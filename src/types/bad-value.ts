/** The error of a value that does not parse as its column's type: key, field, value and type are named, and what would be valid. */
import { isUtf8 } from 'node:buffer';
import { RedQueryError } from '../errors.ts';
import { printableKey } from './printable-key.ts';
import type { SqlType, SqlTypeId } from './sql-type.ts';
import { typeName } from './type-name.ts';

const MAX_CHARS = 60;

/** What each type's text looks like, in the words of an error message. docs/values.md has the whole. */
const FORMS: Partial<Record<SqlTypeId, string>> = {
  BOOLEAN: 'true, false, 1, 0, yes, no, t, f, y or n',
  UUID: '8-4-4-4-12 hex digits',
  DATE: 'YYYY-MM-DD',
  TIME: 'HH:MM, HH:MM:SS or HH:MM:SS.ffffff',
  TIMESTAMP: 'YYYY-MM-DD HH:MM:SS.ffffff, an offset behind it, or an integer of seconds, milliseconds or microseconds',
  TIMESTAMPTZ: 'YYYY-MM-DD HH:MM:SS.ffffff, an offset behind it, or an integer of seconds, milliseconds or microseconds',
  TIMESTAMP_S: 'YYYY-MM-DD HH:MM:SS, an offset behind it, or an integer of seconds',
  TIMESTAMP_MS: 'YYYY-MM-DD HH:MM:SS.fff, an offset behind it, or an integer of milliseconds',
  TIMESTAMP_NS: 'YYYY-MM-DD HH:MM:SS.fffffffff, an offset behind it, or an integer of nanoseconds, 1677 to 2262',
  FLOAT: 'a decimal number, inf, -inf or nan',
  DOUBLE: 'a decimal number, inf, -inf or nan',
};

const INTEGER_RANGES: Partial<Record<SqlTypeId, string>> = {
  TINYINT: '-128 to 127',
  SMALLINT: '-32768 to 32767',
  INTEGER: '-2147483648 to 2147483647',
  BIGINT: '-9223372036854775808 to 9223372036854775807',
  HUGEINT: '-2^127 to 2^127 - 1',
  UTINYINT: '0 to 255',
  USMALLINT: '0 to 65535',
  UINTEGER: '0 to 4294967295',
  UBIGINT: '0 to 18446744073709551615',
  UHUGEINT: '0 to 2^128 - 1',
};

/** Says in a few words what a text of the type looks like. */
export function validFormOf(type: SqlType): string {
  if (type.id === 'DECIMAL') {
    const scale = type.scale ?? 3;
    return `at most ${(type.width ?? 18) - scale} digits before the point and ${scale} behind it, no exponent`;
  }
  if (type.alias === 'JSON') return 'a JSON text';
  const range = INTEGER_RANGES[type.id];
  return range === undefined ? (FORMS[type.id] ?? 'valid UTF-8') : `an integer, ${range}`;
}

/**
 * Makes the error for a value that a builder refused: RQ_BAD_UTF8 where a text or JSON column meets bytes that are no UTF-8,
 * else RQ_BAD_VALUE. key, field, value: as they are in Redis; they are shown printable and shortened.
 */
export function badValueError(place: {
  readonly key: Buffer;
  readonly field: Buffer;
  readonly value: Buffer;
  readonly type: SqlType;
}): RedQueryError {
  const { key, field, value, type } = place;
  const isBadUtf8 = type.id === 'VARCHAR' && !isUtf8(value);
  const message =
    `the value ${quoted(value)} of field ${quoted(field)} in key ${quoted(key)} is no ${typeName(type)}; ` +
    `valid: ${isBadUtf8 ? 'UTF-8' : validFormOf(type)}`;
  return new RedQueryError(isBadUtf8 ? 'RQ_BAD_UTF8' : 'RQ_BAD_VALUE', message, {
    hint: isBadUtf8
      ? "declare the column as BLOB, or say on_error => 'null' or 'skip'"
      : "declare the column as VARCHAR, or say on_error => 'null' or 'skip'",
  });
}

function quoted(bytes: Buffer): string {
  const head = bytes.subarray(0, MAX_CHARS * 4);
  const text = escapeControls(printableKey(head, 0, head.length).toString('utf8'));
  const characters = [...text];
  const isCut = characters.length > MAX_CHARS || head.length < bytes.length;
  return `«${isCut ? `${characters.slice(0, MAX_CHARS).join('')}…` : text}»`;
}

/** A terminal obeys the C1 controls and DEL, too. */
function escapeControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
