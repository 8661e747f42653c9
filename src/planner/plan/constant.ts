/** Reads a value of the plan (`{type: {id, type_info}, is_null, value}`) as a Constant or as a call's argument. */
import type { Constant } from '../../storage/index.ts';
import { indexAt, isObject, type JsonObject, listAt, objectAt, textAt } from './plan-nodes.ts';
import type { ArgumentValue } from './scan-arguments.ts';

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
  const type = id === 'DECIMAL' ? decimalName(objectAt(value['type'], 'type_info')) : id;
  if (type === '') return null;
  if (value['is_null'] === true) return { type, value: null };
  const plain = value['value'];
  if (id === 'VARCHAR') return typeof plain === 'string' ? { type, value: plain } : null;
  if (id === 'BOOLEAN') return typeof plain === 'boolean' ? { type, value: plain } : null;
  if (id === 'DOUBLE' || id === 'FLOAT') return floatFrom(type, plain);
  if (INTEGERS.has(id) || WIDE_INTEGERS.has(id) || id === 'DECIMAL') return integerFrom(type, plain);
  return id === 'UUID' ? uuidFrom(plain) : null;
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
