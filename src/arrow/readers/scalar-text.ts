/**
 * Values of the types without children as text: for each type one reader that is made once a column and then only
 * reads. NULLs are the caller's: a reader is asked only for rows that hold a value.
 */
import { RedQueryError } from '../../errors.ts';
import type { SqlType } from '../../types/index.ts';
import type { ColumnData } from '../column-data.ts';
import {
  bigintReader,
  bytesReader,
  fixedOf,
  floatReader,
  integerReader,
  intervalReader,
  type Reader,
  stringReader,
  varlenOf,
} from './cells.ts';
import {
  bigintFromBignum,
  bitText,
  blobText,
  decimalText,
  doubleText,
  shortestDoubleFromFloat,
  uuidText,
} from './number-text.ts';
import { dateText, intervalText, type TemporalStyle, timestampText, timeText, timeTzText } from './temporal-text.ts';

const UUID_TOP_BIT = 1n << 127n;

/**
 * Makes the reader of a column's text; dates and times in the given style, all else as DuckDB prints it.
 * @throws {RedQueryError} RQ_INTERNAL for a type with children, or when the column's layout is not its type's.
 */
export function scalarTextReader(type: SqlType, column: ColumnData, style: TemporalStyle): Reader<string> {
  switch (type.id) {
    case 'BOOLEAN': {
      const read = integerReader(fixedOf(column), false);
      return (row) => (read(row) === 0 ? 'false' : 'true');
    }
    case 'VARCHAR':
      return stringReader(varlenOf(column));
    case 'BLOB':
    case 'BIT':
    case 'BIGNUM':
      return bytesTextReader(type.id, column);
    case 'UUID': {
      const read = bigintReader(fixedOf(column), false);
      return (row) => uuidText(read(row) ^ UUID_TOP_BIT);
    }
    case 'ENUM': {
      const read = integerReader(fixedOf(column), false);
      const values = type.values ?? [];
      return (row) => values[read(row)] ?? '';
    }
    case 'NULL':
      return () => 'NULL';
    case 'LIST':
    case 'ARRAY':
    case 'STRUCT':
    case 'MAP':
    case 'UNION':
      throw new RedQueryError('RQ_INTERNAL', `${type.id} is no type without children`);
    default:
      return isTemporal(type) ? temporalReader(type, column, style) : numberReader(type, column);
  }
}

function bytesTextReader(id: 'BLOB' | 'BIT' | 'BIGNUM', column: ColumnData): Reader<string> {
  const read = bytesReader(varlenOf(column));
  switch (id) {
    case 'BLOB':
      return (row) => blobText(read(row));
    case 'BIT':
      return (row) => bitText(read(row));
    case 'BIGNUM':
      return (row) => String(bigintFromBignum(read(row)));
    default:
      return id satisfies never;
  }
}

/** Tells the integer types whose values are not negative. */
export function isUnsigned(type: SqlType): boolean {
  return (
    type.id === 'UTINYINT' || type.id === 'USMALLINT' || type.id === 'UINTEGER' || type.id === 'UBIGINT' || type.id === 'UHUGEINT'
  );
}

function numberReader(type: SqlType, column: ColumnData): Reader<string> {
  const fixed = fixedOf(column);
  if (type.id === 'DOUBLE') {
    const read = floatReader(fixed);
    return (row) => doubleText(read(row));
  }
  if (type.id === 'FLOAT') {
    const read = floatReader(fixed);
    return (row) => doubleText(shortestDoubleFromFloat(read(row)));
  }
  const read = fixed.byteWidth < 8 ? integerReader(fixed, !isUnsigned(type)) : bigintReader(fixed, !isUnsigned(type));
  if (type.id === 'DECIMAL') {
    const scale = type.scale ?? 0;
    return (row) => decimalText(read(row), scale);
  }
  return (row) => String(read(row));
}

/** Tells dates, times, timestamps and INTERVAL. */
export function isTemporal(type: SqlType): boolean {
  return type.id === 'DATE' || type.id === 'INTERVAL' || type.id.startsWith('TIME');
}

/** Digits of a second that a timestamp type counts. */
const TIMESTAMP_DIGITS = { TIMESTAMP: 6, TIMESTAMPTZ: 6, TIMESTAMP_S: 0, TIMESTAMP_MS: 3, TIMESTAMP_NS: 9 } as const;

function temporalReader(type: SqlType, column: ColumnData, style: TemporalStyle): Reader<string> {
  const fixed = fixedOf(column);
  switch (type.id) {
    case 'DATE': {
      const read = integerReader(fixed, true);
      return (row) => dateText(read(row), style);
    }
    case 'INTERVAL': {
      const read = intervalReader(fixed);
      return (row) => {
        const { months, days, micros } = read(row);
        return intervalText(months, days, micros);
      };
    }
    case 'TIMESTAMP':
    case 'TIMESTAMPTZ':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS': {
      const read = bigintReader(fixed, true);
      const digits = TIMESTAMP_DIGITS[type.id];
      const isZoned = type.id === 'TIMESTAMPTZ';
      return (row) => timestampText(read(row), digits, isZoned, style);
    }
    case 'TIMETZ': {
      const read = bigintReader(fixed, false);
      return (row) => timeTzText(read(row));
    }
    default: {
      const read = bigintReader(fixed, true);
      const digits = type.id === 'TIME_NS' ? 9 : 6;
      return (row) => timeText(read(row), digits);
    }
  }
}
