/**
 * numeric: any number of decimal digits. In JS it is its own plain text, `-12.50`, without exponent and leading zeros but with
 * all digits behind the point (the display scale), or NaN, Infinity, -Infinity.
 *
 * Binary (numeric_send): int16 count of words, int16 weight of the first word, uint16 sign, int16 display scale, then words
 * of four decimal digits; value = Σ word[i] · 10000^(weight − i). Leading and trailing zero words are left out.
 */
import { PgError } from '../../pg-error.ts';
import type { ByteSink } from '../byte-sink.ts';
import type { PgCodec } from './codec.ts';
import { viewOf } from './numbers.ts';
import { badBinary, invalidSyntax } from './value-errors.ts';

const SIGN = { POSITIVE: 0, NEGATIVE: 0x4000, NAN: 0xc000, INFINITY: 0xd000, MINUS_INFINITY: 0xf000 } as const;
const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['nan', 'NaN'],
  ['infinity', 'Infinity'],
  ['+infinity', 'Infinity'],
  ['inf', 'Infinity'],
  ['+inf', 'Infinity'],
  ['-infinity', '-Infinity'],
  ['-inf', '-Infinity'],
]);
const MOST_WHOLE_DIGITS = 131_072;
const MOST_SCALE = 16_383;

/**
 * Reads any spelling of a number into the plain text; `1.50e1` → `15.0`.
 * @throws {PgError} 22P02 for what is no number, 22003 for more digits than a numeric has.
 */
export function numericFromText(text: string): string {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  const word = WORDS.get(trimmed.toLowerCase());
  if (word !== undefined) return word;
  const parts = NUMBER.exec(trimmed);
  if (parts === null) throw invalidSyntax('numeric', text);
  const [, sign = '', whole = '', fraction = '', bareFraction = '', exponentText = '0'] = parts;
  return shifted(sign === '-', whole, fraction + bareFraction, Number(exponentText));
}

function shifted(isNegative: boolean, whole: string, fraction: string, exponent: number): string {
  if (Math.abs(exponent) > MOST_WHOLE_DIGITS + MOST_SCALE) throw overflow();
  let digits = whole + fraction;
  let point = whole.length + exponent;
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  if (point > digits.length) digits = digits.padEnd(point, '0');
  const before = digits.slice(0, point).replace(/^0+(?=.)/, '');
  const behind = digits.slice(point);
  if (before.length > MOST_WHOLE_DIGITS || behind.length > MOST_SCALE) throw overflow();
  const plain = behind === '' ? before || '0' : `${before || '0'}.${behind}`;
  return isNegative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

function overflow(): PgError {
  return new PgError('22003', 'value overflows numeric format');
}

/** Splits a plain text; null for NaN and the infinities. */
export function splitNumeric(plain: string): { isNegative: boolean; whole: string; fraction: string } | null {
  if (plain === 'NaN' || plain.endsWith('Infinity')) return null;
  const isNegative = plain.startsWith('-');
  const [whole = '0', fraction = ''] = (isNegative ? plain.slice(1) : plain).split('.');
  return { isNegative, whole, fraction };
}

/** Precision and scale of numeric(p, s) from its modifier; s may be negative (PostgreSQL 15). */
function precisionOf(modifier: number): { precision: number; scale: number } {
  const bits = modifier - 4;
  return { precision: (bits >> 16) & 0xffff, scale: ((bits & 0x7ff) ^ 1024) - 1024 };
}

/** Rounds (half away from zero) or pads to `scale` digits behind the point. */
export function rescale(plain: string, scale: number): string {
  const parts = splitNumeric(plain);
  if (parts === null) return plain;
  const { isNegative, whole, fraction } = parts;
  const sign = isNegative ? '-' : '';
  if (scale >= fraction.length) {
    return scale === 0 ? sign + whole : `${sign}${whole}.${fraction.padEnd(scale, '0')}`;
  }
  const digits = whole + fraction;
  const kept = whole.length + scale;
  const isUp = kept >= 0 && (digits.charCodeAt(kept) || 0x30) >= 0x35;
  const unscaled = BigInt(digits.slice(0, Math.max(kept, 0)) || '0') + (isUp ? 1n : 0n);
  const text = scale < 0 ? String(unscaled) + (unscaled === 0n ? '' : '0'.repeat(-scale)) : pointed(unscaled, scale);
  return isNegative && unscaled !== 0n ? `-${text}` : text;
}

function pointed(unscaled: bigint, scale: number): string {
  const digits = String(unscaled).padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * Rounds to numeric(p, s) as a cast does.
 * @throws {PgError} 22003 where more digits stand before the point than fit.
 */
export function fitNumeric(plain: string, modifier: number): string {
  if (modifier < 4 || plain === 'NaN') return plain;
  const { precision, scale } = precisionOf(modifier);
  const fitted = rescale(plain, scale);
  const parts = splitNumeric(fitted);
  const digits = parts === null ? '' : (parts.whole + parts.fraction).replace(/^0+/, '');
  if (parts !== null && digits.length + Math.min(scale, 0) <= precision) return fitted;
  const what = parts === null ? 'hold an infinite value' : `round to an absolute value less than 10^${precision - scale}`;
  throw new PgError('22003', 'numeric field overflow', {
    detail:
      parts === null
        ? `A field with precision ${precision}, scale ${scale} cannot ${what}.`
        : `A field with precision ${precision}, scale ${scale} must ${what}.`,
  });
}

/** Writes the binary form of a plain text. */
export function writeNumeric(plain: string, sink: ByteSink): void {
  const parts = splitNumeric(plain);
  if (parts === null) {
    const sign = plain === 'NaN' ? SIGN.NAN : plain === 'Infinity' ? SIGN.INFINITY : SIGN.MINUS_INFINITY;
    // PostgreSQL sends this display scale with infinities.
    writeHead(sink, 0, 0, sign, sign === SIGN.NAN ? 0 : 0x20);
    return;
  }
  const { isNegative, whole, fraction } = parts;
  const wholeWords = Math.ceil(whole.length / 4);
  const digits = whole.padStart(wholeWords * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const words: number[] = [];
  for (let at = 0; at < digits.length; at += 4) words.push(Number(digits.slice(at, at + 4)));
  const first = words.findIndex((word) => word !== 0);
  if (first < 0) {
    writeHead(sink, 0, 0, SIGN.POSITIVE, fraction.length);
    return;
  }
  const end = words.findLastIndex((word) => word !== 0) + 1;
  writeHead(sink, end - first, wholeWords - 1 - first, isNegative ? SIGN.NEGATIVE : SIGN.POSITIVE, fraction.length);
  for (let i = first; i < end; i++) sink.int16(words[i] ?? 0);
}

function writeHead(sink: ByteSink, wordCount: number, weight: number, sign: number, scale: number): void {
  sink.int16(wordCount);
  sink.int16(weight);
  sink.int16(sign);
  sink.int16(scale);
}

/** @throws {PgError} 22P03. */
export function readNumeric(bytes: Uint8Array): string {
  if (bytes.length < 8) throw badBinary();
  const view = viewOf(bytes);
  const wordCount = view.getUint16(0);
  const weight = view.getInt16(2);
  const sign = view.getUint16(4);
  const scale = view.getUint16(6);
  if (bytes.length !== 8 + 2 * wordCount) throw badBinary();
  if (sign === SIGN.NAN) return 'NaN';
  if (sign === SIGN.INFINITY) return 'Infinity';
  if (sign === SIGN.MINUS_INFINITY) return '-Infinity';
  if ((sign !== SIGN.POSITIVE && sign !== SIGN.NEGATIVE) || scale > MOST_SCALE) throw badBinary();
  const wordAt = (index: number): string => {
    if (index < 0 || index >= wordCount) return '0000';
    const word = view.getUint16(8 + 2 * index);
    if (word > 9999) throw badBinary();
    return String(word).padStart(4, '0');
  };
  let whole = '';
  for (let i = 0; i <= weight; i++) whole += wordAt(i);
  let fraction = '';
  for (let i = weight + 1; fraction.length < scale; i++) fraction += wordAt(i);
  return shifted(sign === SIGN.NEGATIVE, whole, fraction.slice(0, scale), 0);
}

const MOST_DECIMAL_DIGITS = 38;

/** DECIMAL of just the digits that there are; DOUBLE for what DECIMAL cannot hold. */
function engineType(plains: readonly string[]): string {
  const parts = plains.map(splitNumeric);
  const wholeDigits = parts.map((one) => (one === null || one.whole === '0' ? 0 : one.whole.length));
  const scale = Math.max(0, ...parts.map((one) => one?.fraction.length ?? 0));
  const width = Math.max(1, Math.max(0, ...wholeDigits) + scale);
  return width > MOST_DECIMAL_DIGITS || parts.includes(null) ? 'DOUBLE' : `DECIMAL(${width},${scale})`;
}

export const numericCodec: PgCodec<string> = {
  parse: numericFromText,
  print: (plain) => plain,
  read: readNumeric,
  write: writeNumeric,
  fit: fitNumeric,
  engineText: (plain) => plain.replace('Infinity', 'inf').replace('NaN', 'nan'),
  engineName: engineType,
};
