/**
 * Which types a text prints back under, byte for byte. This is the whole of inference's strictness: a type is fit for a
 * column only where distinct texts are distinct values and each value gives its text back.
 *
 * BIGINT       `0`, `-?[1-9]…` in range: as DuckDB and Redis print it. Not `007`, `+7`, `-0`, `1e3`.
 * DOUBLE       plain decimal notation of the nearest double's shortest digits, in one of two spellings for a whole column:
 *              whole numbers as `30` (JavaScript, Redis) or as `30.0` (DuckDB, Python). Whole numbers up to 2^53, others
 *              where neither printer takes an exponent. Not `1.50`, `.5`, `1e-7`, `nan`, `-0`.
 * BOOLEAN      `true`, `false`.
 * DATE         `YYYY-MM-DD`.
 * TIMESTAMP    `YYYY-MM-DD HH:MM:SS[.f]`, the fraction 1 to 6 digits without a 0 at its end: as DuckDB prints it.
 * TIMESTAMPTZ  the same and `+00`: as DuckDB prints it in a session in UTC. ISO 8601 (`2024-01-02T03:04:05Z`) prints back
 *              otherwise and so stays VARCHAR; a column may be declared TIMESTAMPTZ.
 */

import type { SqlType } from './sql-type.ts';
import { PhysicalViews, type ValueParser } from './values/index.ts';
import { parserOf } from './values/parser-of.ts';

/** A type a column can be inferred as, and the test that a value prints back under it. */
export interface Candidate {
  readonly type: SqlType;
  readonly printsBack: (text: string, bytes: Buffer) => boolean;
}

const scratch = new PhysicalViews(new ArrayBuffer(8));

/** In order of choice: where two fit, the first wins. The two DOUBLEs are its two spellings. */
export const CANDIDATES: readonly Candidate[] = [
  candidate('BIGINT', /^(?:0|-?[1-9][0-9]{0,18})$/),
  { type: { id: 'DOUBLE' }, printsBack: (text) => isPlainDouble(text, '') },
  { type: { id: 'DOUBLE' }, printsBack: (text) => isPlainDouble(text, '.0') },
  candidate('BOOLEAN', /^(?:true|false)$/),
  candidate('DATE', /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
  candidate('TIMESTAMP', /^[0-9-]{10} [0-9:]{8}(?:\.[0-9]{0,5}[1-9])?$/),
  candidate('TIMESTAMPTZ', /^[0-9-]{10} [0-9:]{8}(?:\.[0-9]{0,5}[1-9])?\+00$/),
];

/** The form fixes the spelling, the type's own parser range and calendar. */
function candidate(id: SqlType['id'], form: RegExp): Candidate {
  const type: SqlType = { id };
  const parse: ValueParser = parserOf(type);
  return { type, printsBack: (text, bytes) => form.test(text) && parse(bytes, 0, bytes.length, scratch, 0) };
}

/** ending: what the printer puts behind a whole number. */
function isPlainDouble(text: string, ending: '' | '.0'): boolean {
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text)) return false;
  const value = Number(text);
  if (Number.isInteger(value)) return Math.abs(value) <= 2 ** 53 && `${value}${ending}` === text;
  return Math.abs(value) >= 1e-4 && String(value) === text;
}
