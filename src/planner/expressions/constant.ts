/** Reads a value of the plan (`{type: {id, type_info}, is_null, value}`) as a Constant or as a call's argument. */
import type { Constant } from '../../storage/index.ts';
import { indexAt, isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import type { ArgumentValue } from '../plan/scan-arguments.ts';

const INTEGERS = new Set(
  'TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT DATE TIME TIME_NS TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS'.split(
    ' ',
  ),
).add('TIMESTAMP WITH TIME ZONE');
const WIDE_INTEGERS = new Set(['HUGEINT', 'UHUGEINT']);

/**
 * Gives the constant, or null where its type has no form here (lists, intervals, blobs, …). A DECIMAL's type reads
 * `DECIMAL(18,3)`, its value is the unscaled bigint; a UUID's value is its text.
 */
export function constantFrom(value: JsonObject): Constant | null {
  const id = textAt(value['type'], 'id');
  const type = typeNameOf(objectAt(value, 'type'));
  if (type === '') return null;
  if (value['is_null'] === true) return { type, value: null };
  const plain = value['value'];
  if (id === 'VARCHAR') return typeof plain === 'string' ? { type, value: plain } : null;
  if (id === 'BOOLEAN') return typeof plain === 'boolean' ? { type, value: plain } : null;
  if (id === 'DOUBLE' || id === 'FLOAT') return floatFrom(type, plain);
  if (INTEGERS.has(id) || WIDE_INTEGERS.has(id) || id === 'DECIMAL') return integerFrom(type, plain);
  return id === 'UUID' ? uuidFrom(plain) : null;
}

/** Gives the name of a type of the plan, `DECIMAL(18,3)` with width and scale; '' where there is none. */
export function typeNameOf(type: JsonObject | null): string {
  const id = textAt(type, 'id');
  return id === 'DECIMAL' ? decimalName(objectAt(type, 'type_info')) : id;
}

/**
 * Gives an argument of a search function: as `constantFrom`, or a BLOB (its value is hex digits), or a list of numbers (type
 * `FLOAT[]`, value a JSON array); null for any other.
 */
export function callArgumentFrom(value: JsonObject | null): Constant | null {
  if (value === null || value['is_null'] === true) return null;
  const id = textAt(value['type'], 'id');
  if (id === 'BLOB') return blobFrom(value['value']);
  return id === 'LIST' || id === 'ARRAY' ? numbersFrom(value) : constantFrom(value);
}

/**
 * Gives a call's argument as the engine builds it from the bind's values; undefined where it has no such form, so that the
 * scan cannot be told by its arguments.
 */
export function argumentFrom(value: JsonObject): ArgumentValue | undefined {
  if (value['is_null'] === true) return null;
  if (textAt(value['type'], 'id') === 'STRUCT') return textsFrom(value);
  const constant = constantFrom(value);
  if (constant === null) return undefined;
  if (typeof constant.value !== 'bigint') return constant.value;
  const number = Number(constant.value);
  return Number.isSafeInteger(number) && !constant.type.startsWith('DECIMAL') ? number : undefined;
}

function decimalName(info: JsonObject | null): string {
  const width = indexAt(info, 'width');
  const scale = indexAt(info, 'scale');
  return width === null || scale === null ? '' : `DECIMAL(${width},${scale})`;
}

/** Infinity, NaN and long integers come as text (lossless-json.ts). */
function floatFrom(type: string, plain: unknown): Constant | null {
  const isNumber = typeof plain === 'number' || typeof plain === 'string';
  return isNumber ? { type, value: Number(plain) } : null;
}

function integerFrom(type: string, plain: unknown): Constant | null {
  const value = bigintFrom(plain) ?? wideFrom(plain);
  return value === null ? null : { type, value };
}

/** Long integers come as text (lossless-json.ts). */
function bigintFrom(plain: unknown): bigint | null {
  if (typeof plain === 'string') return /^-?[0-9]+$/.test(plain) ? BigInt(plain) : null;
  return typeof plain === 'number' && Number.isSafeInteger(plain) ? BigInt(plain) : null;
}

/** `{upper, lower}` is upper · 2^64 + lower. */
function wideFrom(plain: unknown): bigint | null {
  if (!isObject(plain)) return null;
  const [upper, lower] = [bigintFrom(plain['upper']), bigintFrom(plain['lower'])];
  return upper === null || lower === null ? null : (upper << 64n) + lower;
}

/** DuckDB keeps a UUID as a signed 128-bit integer with its top bit flipped. */
function uuidFrom(plain: unknown): Constant | null {
  const wide = wideFrom(plain);
  if (wide === null) return null;
  const hex = (BigInt.asUintN(128, wide) ^ (1n << 127n)).toString(16).padStart(32, '0');
  return { type: 'UUID', value: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}

/** DuckDB prints the bytes that are no printable ASCII, and the backslash, as `\\x0A`. */
function blobFrom(plain: unknown): Constant | null {
  if (typeof plain !== 'string' || !/^(?:[ -[\]-~]|\\x[0-9A-Fa-f]{2})*$/.test(plain)) return null;
  const bytes = plain.replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { type: 'BLOB', value: Buffer.from(bytes, 'latin1').toString('hex') };
}

function numbersFrom(list: JsonObject): Constant | null {
  const numbers: number[] = [];
  for (const child of listAt(list['value'], 'children')) {
    const member = isObject(child) ? constantFrom(child) : null;
    const number = member === null ? null : numberFrom(member);
    if (number === null) return null;
    numbers.push(number);
  }
  const child = typeNameOf(objectAt(objectAt(list['type'], 'type_info'), 'child_type'));
  return { type: `${child}[]`, value: JSON.stringify(numbers) };
}

function numberFrom({ type, value }: Constant): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'bigint') return null;
  const [, scale = '0'] = /^DECIMAL\(\d+,(\d+)\)$/.exec(type) ?? [];
  return Number(`${value}e-${scale}`);
}

/** A STRUCT of texts, such as `columns => {'age': 'BIGINT'}`. */
function textsFrom(value: JsonObject): ReadonlyMap<string, string> | undefined {
  const names = listAt(objectAt(value['type'], 'type_info'), 'child_types').map((child) => textAt(child, 'first'));
  const members = listAt(value['value'], 'children');
  if (names.length !== members.length) return undefined;
  const entries: [string, string][] = [];
  for (const [i, name] of names.entries()) {
    const member = members[i];
    const constant = isObject(member) ? constantFrom(member) : null;
    if (typeof constant?.value !== 'string' || constant.type !== 'VARCHAR') return undefined;
    entries.push([name, constant.value]);
  }
  return new Map(entries);
}
