/**
 * Integers of the engine as int2, int4, int8, oid and numeric, in text and binary. 64 bits are read as two words: what fits
 * in a double exactly goes as a number, the rest as bigint; nothing is lost. Bench: bench/micro/encode-pg-rows.ts.
 */
import type { SqlType } from '../../../types/index.ts';
import type { Format } from '../../words.ts';
import type { ByteSink } from '../byte-sink.ts';
import { OID, pgTypeName } from '../pg-types.ts';
import { INTEGER_BOUNDS } from '../values/numbers.ts';
import { writeNumeric } from '../values/numeric.ts';
import { typeOutOfRange } from '../values/value-errors.ts';
import { type CellWriter, type ColumnWriter, fixedOf, SAFE_HIGH, smallIntegers, WORD, wideIntegers } from './cell-writer.ts';
import { writeNumericInteger } from './decimal-writers.ts';

const BYTE_COUNTS: Readonly<Record<number, 2 | 4 | 8>> = { [OID.INT2]: 2, [OID.INT4]: 4, [OID.INT8]: 8 };

function isUnsigned(type: SqlType): boolean {
  return type.id.startsWith('U') && type.id !== 'UUID' && type.id !== 'UNION';
}

/** Gives the writer of an integer type for an integer type or numeric without scale; undefined for other pairs. */
export function integerWriter(type: SqlType, oid: number, format: Format): ColumnWriter | undefined {
  const byteCount = BYTE_COUNTS[oid];
  if (byteCount === undefined && oid !== OID.NUMERIC) return undefined;
  switch (type.id) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
      return (column) => smallWriter(smallIntegers(fixedOf(column), !isUnsigned(type)), byteCount, format);
    case 'BIGINT':
      return (column) => bigintWriter(new Int32Array(fixedOf(column).values), byteCount, format);
    case 'UBIGINT':
    case 'HUGEINT':
    case 'UHUGEINT':
      return (column) => hugeWriter(wideIntegers(fixedOf(column), !isUnsigned(type)), byteCount, format);
    default:
      return undefined;
  }
}

function smallWriter(read: (row: number) => number, byteCount: 2 | 4 | 8 | undefined, format: Format): CellWriter {
  if (byteCount === undefined) {
    return format === 0 ? (sink, row) => sink.integer(read(row)) : (sink, row) => writeNumericInteger(sink, read(row));
  }
  if (format === 0) return (sink, row) => sink.integer(checkedNumber(read(row), byteCount));
  if (byteCount === 2) return (sink, row) => sink.int16(checkedNumber(read(row), 2));
  if (byteCount === 4) return (sink, row) => sink.int32(checkedNumber(read(row), 4));
  return (sink, row) => {
    const value = read(row);
    sink.int32(value < 0 ? -1 : 0);
    sink.int32(value | 0);
  };
}

const NAMES = { 2: pgTypeName(OID.INT2), 4: pgTypeName(OID.INT4), 8: pgTypeName(OID.INT8) } as const;

function checkedNumber(value: number, byteCount: 2 | 4 | 8): number {
  const isInside = byteCount === 8 || (byteCount === 4 ? value === (value | 0) : value >= -32_768 && value <= 32_767);
  if (!isInside) throw typeOutOfRange(NAMES[byteCount]);
  return value;
}

/** BIGINT: `words` are low and high word of each value in turn. */
function bigintWriter(words: Int32Array, byteCount: 2 | 4 | 8 | undefined, format: Format): CellWriter {
  if (byteCount === 2 || byteCount === 4) {
    const narrow = smallWriter((row) => narrowed(words, row, byteCount), byteCount, format);
    return narrow;
  }
  if (format === 1 && byteCount === 8) {
    return (sink, row) => {
      sink.need(8);
      sink.patchInt32(sink.at, words[2 * row + 1] ?? 0);
      sink.patchInt32(sink.at + 4, words[2 * row] ?? 0);
      sink.at += 8;
    };
  }
  const write = format === 0 ? writeIntegerText : writeNumericInteger;
  return (sink, row) => {
    const high = words[2 * row + 1] ?? 0;
    const low = (words[2 * row] ?? 0) >>> 0;
    if (high >= -SAFE_HIGH && high < SAFE_HIGH) write(sink, high * WORD + low);
    else writeBig(sink, (BigInt(high) << 32n) | BigInt(low), undefined, format);
  };
}

function writeIntegerText(sink: ByteSink, value: number): void {
  sink.integer(value);
}

function narrowed(words: Int32Array, row: number, byteCount: 2 | 4): number {
  const low = words[2 * row] ?? 0;
  if ((words[2 * row + 1] ?? 0) !== low >> 31) throw typeOutOfRange(NAMES[byteCount]);
  return low;
}

function hugeWriter(read: (row: number) => bigint, byteCount: 2 | 4 | 8 | undefined, format: Format): CellWriter {
  return (sink, row) => writeBig(sink, read(row), byteCount, format);
}

function writeBig(sink: ByteSink, value: bigint, byteCount: 2 | 4 | 8 | undefined, format: Format): void {
  if (byteCount !== undefined) {
    const { low, high } = INTEGER_BOUNDS[byteCount];
    if (value < low || value > high) throw typeOutOfRange(NAMES[byteCount]);
    if (format === 1) {
      if (byteCount === 8) sink.int64(value);
      else if (byteCount === 4) sink.int32(Number(value));
      else sink.int16(Number(value));
      return;
    }
  }
  if (format === 0) sink.latin1(String(value));
  else writeNumeric(String(value), sink);
}
