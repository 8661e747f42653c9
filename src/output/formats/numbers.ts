/** Which columns are set to the right, and which have values of which a part is another value. */
import type { SqlType } from '../../types/index.ts';

const NUMBERS: ReadonlySet<SqlType['id']> = new Set<SqlType['id']>([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'UHUGEINT',
  'BIGNUM',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
]);

/** True for types whose values are compared by their digits. */
export function isNumber(type: SqlType): boolean {
  return NUMBERS.has(type.id);
}

/** Texts, and what may be as long as a text. */
const PLIANT: ReadonlySet<SqlType['id']> = new Set<SqlType['id']>([
  ...(['VARCHAR', 'BLOB', 'BIT', 'ENUM', 'LIST', 'ARRAY', 'STRUCT', 'MAP', 'UNION', 'NULL'] as const),
]);

/** True for numbers, dates, times, identifiers: a cut one is a wrong one. */
export function isRigid(type: SqlType): boolean {
  return !PLIANT.has(type.id);
}
