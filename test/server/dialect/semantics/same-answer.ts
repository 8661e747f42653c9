/** Compares PostgreSQL's text of a value with DuckDB's value, as the encoders of the server would write it for PostgreSQL's type. */

const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700]);
const JSONS = new Set([114, 3802]);
const TIMESTAMPS = new Set([1114, 1184]);
const ARRAYS = new Set([1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022, 1028, 1115, 1182, 1231, 1185]);

/** Tells whether the two are the same value of the type `oid`. */
export function isSameValue(expected: string | null, actual: unknown, oid: number): boolean {
  if (expected === null || actual === null || actual === undefined) return expected === null && actual == null;
  if (NUMBERS.has(oid)) return isSameNumber(expected, String(actual));
  if (oid === 16) return (expected === 't') === (actual === true || actual === 'true') && typeof actual !== 'number';
  if (JSONS.has(oid)) return expected === String(actual) || isSameJson(expected, actual);
  if (TIMESTAMPS.has(oid)) return timeOf(expected) === timeOf(String(actual));
  if (oid === 1186) return microseconds(expected) === microseconds(actual);
  if (oid === 1083) return expected === String(actual).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros));
  if (ARRAYS.has(oid)) return expected === arrayText(actual);
  if (oid === 17) return expected === hexOf(String(actual));
  if (oid === 1042) return expected.trimEnd() === String(actual).trimEnd();
  return expected === String(actual);
}

/** DuckDB's text of a BLOB: ASCII as it is, other bytes as \xHH. */
function hexOf(text: string): string {
  const bytes = [...text.matchAll(/\\x([0-9A-F]{2})|[^]/g)].map(
    ([char, hex]) => hex ?? char.charCodeAt(0).toString(16).padStart(2, '0'),
  );
  return `\\x${bytes.join('').toLowerCase()}`;
}

/** DuckDB computes with DOUBLE where PostgreSQL has numeric: 15 digits must agree. */
function isSameNumber(expected: string, actual: string): boolean {
  if (expected === actual) return true;
  const [a, b] = [Number(expected), Number(actual)];
  return a === b || Math.abs(a - b) <= Math.abs(a) * 1e-14;
}

function isSameJson(expected: string, actual: unknown): boolean {
  return (
    JSON.stringify(sorted(JSON.parse(expected))) ===
    JSON.stringify(sorted(typeof actual === 'string' ? JSON.parse(actual) : actual))
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}

function timeOf(text: string): string {
  const [date = '', time = '00:00:00'] = text.replace(/\+00(:00)?$/, '').split(/[ T]/);
  return `${date} ${time.includes('.') ? time.replace(/\.?0+$/, '') : time}`;
}

/** An interval as months, days, microseconds. */
function microseconds(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'months' in value) {
    const { months, days, micros } = value as { months: number; days: number; micros: string | number };
    return `${months} ${days} ${micros}`;
  }
  const text = String(value);
  const part = (unit: string): number => Number(new RegExp(`(-?\\d+) ${unit}`).exec(text)?.[1] ?? 0);
  const [, sign = '', hours = '0', minutes = '0', seconds = '0'] = /(-?)(\d+):(\d\d):([\d.]+)/.exec(text) ?? [];
  const micros = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6) * (sign === '-' ? -1 : 1);
  return `${part('years?') * 12 + part('mons?')} ${part('days?')} ${micros}`;
}

function arrayText(value: unknown): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `{${value.map(arrayText).join(',')}}`;
  const text = String(value);
  return text === '' || /[{}",\\\s]/.test(text) || /^null$/i.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
