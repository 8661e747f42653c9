/**
 * Reads the type names of `columns => {'age': 'BIGINT'}`: the types that the text of a Redis value can be parsed as.
 * Nested types are not among them; a column that holds JSON is read with DuckDB's JSON functions.
 */
import { RedQueryError } from '../errors.ts';
import type { SqlType, SqlTypeId } from './sql-type.ts';

/** Every accepted spelling, in capitals and with single spaces. Aliases are DuckDB's. */
const TYPE_IDS: ReadonlyMap<string, SqlTypeId> = new Map<string, SqlTypeId>([
  ...spellings('BOOLEAN', 'BOOL', 'LOGICAL'),
  ...spellings('TINYINT', 'INT1'),
  ...spellings('SMALLINT', 'INT2', 'INT16', 'SHORT'),
  ...spellings('INTEGER', 'INT', 'INT4', 'INT32', 'SIGNED', 'INTEGRAL'),
  ...spellings('BIGINT', 'INT8', 'INT64', 'LONG', 'OID'),
  ...spellings('HUGEINT', 'INT128'),
  ...spellings('UTINYINT', 'UINT8'),
  ...spellings('USMALLINT', 'UINT16'),
  ...spellings('UINTEGER', 'UINT32'),
  ...spellings('UBIGINT', 'UINT64'),
  ...spellings('UHUGEINT', 'UINT128'),
  ...spellings('FLOAT', 'FLOAT4', 'REAL'),
  ...spellings('DOUBLE', 'FLOAT8', 'DOUBLE PRECISION'),
  ...spellings('DECIMAL', 'DEC', 'NUMERIC'),
  ...spellings('VARCHAR', 'CHAR', 'BPCHAR', 'TEXT', 'STRING', 'NVARCHAR', 'CHARACTER VARYING'),
  ...spellings('BLOB', 'BYTEA', 'BINARY', 'VARBINARY', 'BYTES'),
  ...spellings('UUID', 'GUID'),
  ...spellings('DATE'),
  ...spellings('TIME', 'TIME WITHOUT TIME ZONE'),
  ...spellings('TIMESTAMP', 'DATETIME', 'TIMESTAMP_US', 'TIMESTAMP WITHOUT TIME ZONE'),
  ...spellings('TIMESTAMP_S'),
  ...spellings('TIMESTAMP_MS'),
  ...spellings('TIMESTAMP_NS'),
  ...spellings('TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'),
]);

const VALID_TYPES =
  'BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT, UTINYINT, USMALLINT, UINTEGER, UBIGINT, UHUGEINT, FLOAT, DOUBLE, ' +
  'DECIMAL(p,s), VARCHAR, BLOB, JSON, UUID, DATE, TIME, TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMPTZ';

const DECIMAL_DEFAULT = { width: 18, scale: 3 } as const;
const MAX_DECIMAL_WIDTH = 38;

/** The one type of JSON columns: VARCHAR by layout, JSON by name. */
const JSON_TYPE: SqlType = { id: 'VARCHAR', alias: 'JSON' };

/**
 * Reads a declared type's name, in any case and with any spaces. `VARCHAR(20)` is VARCHAR: like DuckDB, no length is held.
 * @throws {RedQueryError} RQ_COLUMN_TYPE when it names no type, or none that a Redis value can be read as.
 */
export function parseColumnType(text: string): SqlType {
  const parts = /^([A-Z_0-9 ]+?) ?(?:\( ?(\d{1,9}) ?(?:, ?(\d{1,9}) ?)?\))?$/.exec(
    text.trim().replaceAll(/\s+/g, ' ').toUpperCase(),
  );
  const [, name, first, second] = parts ?? [];
  if (name === 'JSON' && first === undefined) return JSON_TYPE;
  const id = name === undefined ? undefined : TYPE_IDS.get(name);
  if (id === 'DECIMAL') return decimalType(text, first, second);
  const takesLength = id === 'VARCHAR' && second === undefined;
  if (id === undefined || (first !== undefined && !takesLength)) throw unknownType(text);
  return { id };
}

function decimalType(text: string, first: string | undefined, second: string | undefined): SqlType {
  if (first === undefined) return { id: 'DECIMAL', ...DECIMAL_DEFAULT };
  const width = Number(first);
  const scale = Number(second ?? 0);
  if (width < 1 || width > MAX_DECIMAL_WIDTH || scale > width) {
    throw new RedQueryError(
      'RQ_COLUMN_TYPE',
      `«${text}» is no DECIMAL: the width must be 1 to ${MAX_DECIMAL_WIDTH}, the scale at most the width`,
    );
  }
  return { id: 'DECIMAL', width, scale };
}

function unknownType(text: string): RedQueryError {
  return new RedQueryError('RQ_COLUMN_TYPE', `«${text}» is no type a column can be declared with; valid: ${VALID_TYPES}`);
}

function spellings(id: SqlTypeId, ...aliases: readonly string[]): (readonly [string, SqlTypeId])[] {
  return [id, ...aliases].map((name) => [name, id] as const);
}
