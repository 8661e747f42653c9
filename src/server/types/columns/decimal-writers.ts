/** DECIMAL and integers as numeric: digits or words of four digits, by number where the value is one exactly. */
import type { FixedData } from '../../../arrow/index.ts';
import type { SqlType } from '../../../types/index.ts';
import type { Format } from '../../words.ts';
import type { ByteSink } from '../byte-sink.ts';
import { writeNumeric } from '../values/numeric.ts';
import { type CellWriter, type ColumnWriter, fixedOf, SAFE_HIGH, smallIntegers, WORD, wideIntegers } from './cell-writer.ts';

const NEGATIVE = 0x4000;

/** Writes an integer of at most 2^53 as a numeric without digits behind the point. */
export function writeNumericInteger(sink: ByteSink, value: number): void {
  writeNumericParts(sink, value < 0, Math.abs(value), 0, 0);
}

const words = new Uint16Array(8);

/**
 * Writes |value| = whole + fraction / 10^scale as a numeric of that scale. whole ≤ 2^53; scale ≤ 12, fraction < 10^scale.
 */
function writeNumericParts(sink: ByteSink, isNegative: boolean, whole: number, fraction: number, scale: number): void {
  const fractionWords = Math.ceil(scale / 4);
  let rest = fraction * 10 ** (fractionWords * 4 - scale);
  for (let i = 3 + fractionWords; i > 3; i--) {
    const high = Math.floor(rest / 10_000);
    words[i] = rest - high * 10_000;
    rest = high;
  }
  rest = whole;
  for (let i = 3; i >= 0; i--) {
    const high = Math.floor(rest / 10_000);
    words[i] = rest - high * 10_000;
    rest = high;
  }
  let first = 0;
  let end = 4 + fractionWords;
  while (first < end && words[first] === 0) first++;
  while (end > first && words[end - 1] === 0) end--;
  const count = end - first;
  sink.int16(count);
  sink.int16(count === 0 ? 0 : 3 - first);
  sink.int16(isNegative && count > 0 ? NEGATIVE : 0);
  sink.int16(scale);
  for (let i = first; i < end; i++) sink.int16(words[i] ?? 0);
}

/** Scales above this leave the number path. */
const MOST_FAST_SCALE = 12;

/** DECIMAL as numeric of the same scale. */
export function decimalWriter(type: SqlType, format: Format): ColumnWriter {
  const scale = type.scale ?? 0;
  return (column) => {
    const fixed = fixedOf(column);
    const slow = slowWriter(bigintReader(fixed), scale, format);
    if (fixed.byteWidth === 16 || scale > MOST_FAST_SCALE) return slow;
    const write = format === 0 ? writeDecimalText : writeDecimalBinary;
    const unit = 10 ** scale;
    if (fixed.byteWidth !== 8) {
      const read = smallIntegers(fixed, true);
      return (sink, row) => write(sink, read(row), unit, scale);
    }
    const pairs = new Int32Array(fixed.values);
    return (sink, row) => {
      const high = pairs[2 * row + 1] ?? 0;
      if (high >= -SAFE_HIGH && high < SAFE_HIGH) write(sink, high * WORD + ((pairs[2 * row] ?? 0) >>> 0), unit, scale);
      else slow(sink, row);
    };
  };
}

function bigintReader(fixed: FixedData): (row: number) => bigint {
  if (fixed.byteWidth >= 8) return wideIntegers(fixed, true);
  const read = smallIntegers(fixed, true);
  return (row) => BigInt(read(row));
}

function slowWriter(read: (row: number) => bigint, scale: number, format: Format): CellWriter {
  return (sink, row) => {
    const text = decimalText(read(row), scale);
    if (format === 0) sink.latin1(text);
    else writeNumeric(text, sink);
  };
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function writeDecimalText(sink: ByteSink, unscaled: number, unit: number, scale: number): void {
  const size = Math.abs(unscaled);
  const whole = Math.floor(size / unit);
  if (unscaled < 0) sink.byte(0x2d);
  sink.integer(whole);
  if (scale === 0) return;
  sink.need(scale + 1);
  const { bytes } = sink;
  bytes[sink.at] = 0x2e;
  let rest = size - whole * unit;
  for (let at = sink.at + scale; at > sink.at; at--) {
    const tenth = Math.floor(rest / 10);
    bytes[at] = 0x30 + (rest - tenth * 10);
    rest = tenth;
  }
  sink.at += scale + 1;
}

function writeDecimalBinary(sink: ByteSink, unscaled: number, unit: number, scale: number): void {
  const size = Math.abs(unscaled);
  const whole = Math.floor(size / unit);
  writeNumericParts(sink, unscaled < 0, whole, size - whole * unit, scale);
}
