/** Which columns are set to the right. */
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
