/** Chooses the parser of a fixed-width type. */
import { RedQueryError } from '../../errors.ts';
import type { SqlType, SqlTypeId } from '../sql-type.ts';
import { typeName } from '../type-name.ts';
import { parseBoolean } from './boolean.ts';
import { parseDate, parseTime } from './date-time.ts';
import { decimalParser } from './decimal.ts';
import { parseDouble, parseFloat32 } from './floating.ts';
import {
  parseBigint,
  parseHugeint,
  parseInteger,
  parseSmallint,
  parseTinyint,
  parseUbigint,
  parseUhugeint,
  parseUinteger,
  parseUsmallint,
  parseUtinyint,
} from './integers.ts';
import { parseTimestamp, parseTimestampMs, parseTimestampNs, parseTimestampS } from './timestamps.ts';
import { parseUuid } from './uuid.ts';
import type { ValueParser } from './views.ts';

const PARSERS: Partial<Record<SqlTypeId, ValueParser>> = {
  BOOLEAN: parseBoolean,
  TINYINT: parseTinyint,
  SMALLINT: parseSmallint,
  INTEGER: parseInteger,
  BIGINT: parseBigint,
  HUGEINT: parseHugeint,
  UTINYINT: parseUtinyint,
  USMALLINT: parseUsmallint,
  UINTEGER: parseUinteger,
  UBIGINT: parseUbigint,
  UHUGEINT: parseUhugeint,
  FLOAT: parseFloat32,
  DOUBLE: parseDouble,
  UUID: parseUuid,
  DATE: parseDate,
  TIME: parseTime,
  TIMESTAMP: parseTimestamp,
  TIMESTAMPTZ: parseTimestamp,
  TIMESTAMP_S: parseTimestampS,
  TIMESTAMP_MS: parseTimestampMs,
  TIMESTAMP_NS: parseTimestampNs,
};

/**
 * Gives the parser of a fixed-width type: every type of parse-type.ts but VARCHAR, JSON and BLOB.
 * @throws {RedQueryError} RQ_INTERNAL for a type that no Redis value is read as.
 */
export function parserOf(type: SqlType): ValueParser {
  const parser = type.id === 'DECIMAL' ? decimalParser(type.width ?? 18, type.scale ?? 3) : PARSERS[type.id];
  if (parser === undefined) throw new RedQueryError('RQ_INTERNAL', `no value is parsed as ${typeName(type)}`);
  return parser;
}
