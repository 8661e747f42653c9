/** Integers and floating point numbers: int2, int4, int8, oid, float4, float8. */
import { PgError } from '../../pg-error.ts';
import type { TextStyle } from '../text-style.ts';
import type { PgCodec } from './codec.ts';
import { badBinary, checkLength, invalidSyntax, valueOutOfRange } from './value-errors.ts';

/** Bounds as PostgreSQL has them, by bytes. */
export const INTEGER_BOUNDS = {
  2: { low: -(2n ** 15n), high: 2n ** 15n - 1n },
  4: { low: -(2n ** 31n), high: 2n ** 31n - 1n },
  8: { low: -(2n ** 63n), high: 2n ** 63n - 1n },
} as const;

/** White space of C's isspace(), which PostgreSQL's input functions skip. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?\d+)[ \t\n\v\f\r]*$/;

export function integerCodec(byteCount: 2 | 4 | 8, typeName: string): PgCodec<bigint> {
  const { low, high } = INTEGER_BOUNDS[byteCount];
  return {
    parse(text) {
      const digits = INTEGER.exec(text)?.[1];
      if (digits === undefined) throw invalidSyntax(typeName, text);
      const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
      if (value < low || value > high) throw valueOutOfRange(typeName, text);
      return value;
    },
    print: String,
    engineText: String,
    read(bytes) {
      checkLength(bytes, byteCount);
      return readSigned(bytes);
    },
    write(value, sink) {
      if (byteCount === 8) sink.int64(value);
      else if (byteCount === 4) sink.int32(Number(value));
      else sink.int16(Number(value));
    },
  };
}

function readSigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

const OID_WORD = /^[ \t\n\v\f\r]*([+-]?\d+)[ \t\n\v\f\r]*$/;

/** oid, xid, cid: 32 bits without a sign; text may have one and wraps, as in PostgreSQL. */
export function oidCodec(typeName: string): PgCodec<number> {
  return {
    parse(text) {
      const digits = OID_WORD.exec(text)?.[1];
      if (digits === undefined) throw invalidSyntax(typeName, text);
      const value = Number(digits);
      if (value < -2_147_483_648 || value > 4_294_967_295) throw valueOutOfRange(typeName, text);
      return value >>> 0;
    },
    print: String,
    engineText: String,
    read(bytes) {
      checkLength(bytes, 4);
      return Number(BigInt.asUintN(32, readSigned(bytes)));
    },
    write: (value, sink) => sink.int32(value | 0),
  };
}

const FLOAT = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[ \t\n\v\f\r]*$/;
const FLOAT_WORD = /^[ \t\n\v\f\r]*([+-]?)(nan|inf|infinity)[ \t\n\v\f\r]*$/i;
const MOST_FLOAT4 = 3.4028235677973366e38;

function parseFloatText(text: string, isSingle: boolean): number {
  const typeName = isSingle ? 'real' : 'double precision';
  const word = FLOAT_WORD.exec(text);
  if (word !== null) {
    const size = word[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return word[1] === '-' ? -size : size;
  }
  const digits = FLOAT.exec(text)?.[1];
  if (digits === undefined) throw invalidSyntax(typeName, text);
  const value = Number(digits);
  const rounded = isSingle ? Math.fround(value) : value;
  const isTooBig = !Number.isFinite(rounded) || (isSingle && Math.abs(value) >= MOST_FLOAT4);
  const isTooSmall = rounded === 0 && /[1-9]/.test(digits.replace(/e.*/i, ''));
  if (isTooBig || isTooSmall) throw new PgError('22003', `"${text.trim()}" is out of range for type ${typeName}`);
  return rounded;
}

/** Prints at most so many significant digits the way C's %g does. */
function generalText(value: number, precision: number): string {
  const places = Math.max(precision, 1) - 1;
  const [digits = '', exponentText = '0'] = tieToEven(value, places).split('e');
  const exponent = Number(exponentText);
  const trimmed = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  const sign = Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent >= places + 1) return scientific(sign + trimmed, exponent);
  return sign + plainText(trimmed, exponent);
}

/** As toExponential, but what lies just between two goes to the even one, as in C. */
function tieToEven(value: number, places: number): string {
  const rounded = value.toExponential(places);
  const [digits = '', exponent = '0'] = value.toExponential(places + 40).split('e');
  const isTie = /^50*$/.test(digits.slice(-40));
  const down = digits.slice(0, -40).replace(/\.$/, '');
  return isTie && /[02468]$/.test(down) ? `${down}e${exponent}` : rounded;
}

/** Moves the point of `d.ddd` by -4 to 16 places. */
function plainText(digits: string, exponent: number): string {
  const isNegative = digits.startsWith('-');
  const bare = digits.replace(/[-.]/g, '');
  const text =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${bare}`
      : bare.length <= exponent + 1
        ? bare.padEnd(exponent + 1, '0')
        : `${bare.slice(0, exponent + 1)}.${bare.slice(exponent + 1)}`;
  return isNegative ? `-${text}` : text;
}

function scientific(digits: string, exponent: number): string {
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Digits of a finite number moved to where PostgreSQL's printer puts them: `1e+15` from 15 (float4: 6) digits before the point. */
function shortestText(shortest: number, fixedDigits: number): string {
  const size = Math.abs(shortest);
  if (size === 0 || (size >= 1e-4 && size < 10 ** fixedDigits)) return Object.is(shortest, -0) ? '-0' : String(shortest);
  const [digits = '', exponent = '0'] = shortest.toExponential().split('e');
  return scientific(digits, Number(exponent));
}

/** Prints a float8: shortest digits that read back, or 15 + extra_float_digits digits where that is not above 0. */
export function float8Text(value: number, extraFloatDigits = 1): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  return extraFloatDigits > 0 ? shortestText(value, 15) : generalText(value, 15 + extraFloatDigits);
}

/** Prints a float4 (already rounded to one). */
export function float4Text(value: number, extraFloatDigits = 1): string {
  if (!Number.isFinite(value)) return float8Text(value);
  return extraFloatDigits > 0 ? shortestText(shortestOfFloat(value), 6) : generalText(value, 6 + extraFloatDigits);
}

const SMALLEST_NORMAL_FLOAT = 2 ** -126;

/** The double whose shortest text is the shortest that reads back as this float. */
function shortestOfFloat(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value;
  const first = Math.abs(value) < SMALLEST_NORMAL_FLOAT ? 1 : 6;
  for (let precision = first; precision < 9; precision++) {
    const candidate = Number(value.toPrecision(precision));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

function engineFloat(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
}

export const float8Codec: PgCodec<number> = {
  parse: (text) => parseFloatText(text, false),
  print: (value, style: TextStyle) => float8Text(value, style.extraFloatDigits),
  engineText: engineFloat,
  read(bytes) {
    checkLength(bytes, 8);
    return viewOf(bytes).getFloat64(0);
  },
  write: (value, sink) => sink.float64(value),
};

export const float4Codec: PgCodec<number> = {
  parse: (text) => parseFloatText(text, true),
  print: (value, style: TextStyle) => float4Text(value, style.extraFloatDigits),
  engineText: engineFloat,
  read(bytes) {
    checkLength(bytes, 4);
    return viewOf(bytes).getFloat32(0);
  },
  write: (value, sink) => sink.float32(value),
};

/** A view for multi-byte numbers; big-endian is DataView's default. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const BOOLEANS: readonly (readonly [word: string, least: number, value: boolean])[] = [
  ['true', 1, true],
  ['false', 1, false],
  ['yes', 1, true],
  ['no', 1, false],
  ['on', 2, true],
  ['off', 2, false],
  ['1', 1, true],
  ['0', 1, false],
];

export const boolCodec: PgCodec<boolean> = {
  parse(text) {
    const word = text.trim().toLowerCase();
    const found = BOOLEANS.find(([whole, least]) => word.length >= least && whole.startsWith(word));
    if (found === undefined) throw invalidSyntax('boolean', text);
    return found[2];
  },
  print: (value) => (value ? 't' : 'f'),
  engineText: String,
  read(bytes) {
    if (bytes.length !== 1) throw badBinary();
    return bytes[0] !== 0;
  },
  write: (value, sink) => sink.byte(value ? 1 : 0),
};
