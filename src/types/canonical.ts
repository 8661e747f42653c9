/**
 * The types that a column can be inferred as, in order of choice: the whole of inference's strictness. A type is fit for a
 * column only where distinct texts are distinct values and each value gives its text back (values/print-back.ts). A DOUBLE
 * column of a sample keeps to one spelling of whole numbers, `30` or `30.0`.
 */

import type { SqlType } from './sql-type.ts';
import { isPlainDouble, PhysicalViews, printBackParserOf } from './values/index.ts';

/** A type a column can be inferred as, and the test that a value prints back under it. */
export interface Candidate {
  readonly type: SqlType;
  readonly printsBack: (text: string, bytes: Buffer) => boolean;
}

const scratch = new PhysicalViews(new ArrayBuffer(8));

/** Where two fit, the first wins. The two DOUBLEs are its two spellings. */
export const CANDIDATES: readonly Candidate[] = [
  candidate('BIGINT'),
  { type: { id: 'DOUBLE' }, printsBack: (text) => isPlainDouble(text, '') },
  { type: { id: 'DOUBLE' }, printsBack: (text) => isPlainDouble(text, '.0') },
  candidate('BOOLEAN'),
  candidate('DATE'),
  candidate('TIMESTAMP'),
  candidate('TIMESTAMPTZ'),
];

function candidate(id: SqlType['id']): Candidate {
  const type: SqlType = { id };
  const parse = printBackParserOf(type);
  return { type, printsBack: (_, bytes) => parse(bytes, 0, bytes.length, scratch, 0) };
}
