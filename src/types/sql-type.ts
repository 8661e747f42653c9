/**
 * SQL types as plain data: the words in which every stage speaks of a column's type. The same shape describes a column
 * that a scan produces and a column of a result. It holds no values and knows no library.
 */

/** DuckDB's type ids that can occur in a result. JSON is VARCHAR with the alias 'JSON'. */
export type SqlTypeId =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'HUGEINT'
  | 'UTINYINT'
  | 'USMALLINT'
  | 'UINTEGER'
  | 'UBIGINT'
  | 'UHUGEINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'DECIMAL'
  | 'VARCHAR'
  | 'BLOB'
  | 'BIT'
  | 'BIGNUM'
  | 'UUID'
  | 'DATE'
  | 'TIME'
  | 'TIME_NS'
  | 'TIMETZ'
  | 'TIMESTAMP'
  | 'TIMESTAMP_S'
  | 'TIMESTAMP_MS'
  | 'TIMESTAMP_NS'
  | 'TIMESTAMPTZ'
  | 'INTERVAL'
  | 'ENUM'
  | 'LIST'
  | 'ARRAY'
  | 'STRUCT'
  | 'MAP'
  | 'UNION'
  | 'NULL';

export interface SqlField {
  readonly name: string;
  readonly type: SqlType;
}

export interface SqlType {
  readonly id: SqlTypeId;
  /** 'JSON' on a VARCHAR that holds JSON text; other aliases are kept as DuckDB names them. */
  readonly alias?: string;
  /** DECIMAL: digits in all, 1–38. */
  readonly width?: number;
  /** DECIMAL: digits behind the point. */
  readonly scale?: number;
  /** ENUM: the dictionary, in index order. */
  readonly values?: readonly string[];
  /** LIST, ARRAY: the element's type. */
  readonly child?: SqlType;
  /** ARRAY: elements a value. */
  readonly length?: number;
  /** STRUCT: the members in order; UNION: the alternatives in tag order. */
  readonly fields?: readonly SqlField[];
  /** MAP. */
  readonly key?: SqlType;
  /** MAP. */
  readonly value?: SqlType;
}
