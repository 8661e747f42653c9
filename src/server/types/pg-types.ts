/**
 * PostgreSQL's types as the server knows them: one table, and the map between it and the engine's types. It holds no values.
 * Oids are those of PostgreSQL's catalog (pg_type.dat); they never change.
 */
import type { SqlType } from '../../types/index.ts';

/** pg_type.typcategory, as far as types of it are here: boolean, number, text, time, span, user, bits, unknown. */
export type PgCategory = 'B' | 'N' | 'S' | 'D' | 'T' | 'U' | 'V' | 'A' | 'X';

export interface PgType {
  readonly oid: number;
  /** pg_type.typname: 'int4'. */
  readonly name: string;
  /** As format_type and error messages say it: 'integer'. */
  readonly sqlName: string;
  /** pg_type.typlen: bytes, -1 for variable. */
  readonly size: number;
  /** The oid of the type's arrays; 0 for an array. */
  readonly arrayOid: number;
  readonly category: PgCategory;
  /** The engine's type in which a parameter of it goes in. */
  readonly engineName: string;
  /** The oid of an array's elements. */
  readonly elementOid: number;
}

export const OID = {
  BOOL: 16,
  BYTEA: 17,
  CHAR: 18,
  NAME: 19,
  INT8: 20,
  INT2: 21,
  INT4: 23,
  TEXT: 25,
  OID: 26,
  JSON: 114,
  FLOAT4: 700,
  FLOAT8: 701,
  UNKNOWN: 705,
  BPCHAR: 1042,
  VARCHAR: 1043,
  DATE: 1082,
  TIME: 1083,
  TIMESTAMP: 1114,
  TIMESTAMPTZ: 1184,
  INTERVAL: 1186,
  TIMETZ: 1266,
  BIT: 1560,
  VARBIT: 1562,
  NUMERIC: 1700,
  UUID: 2950,
  JSONB: 3802,
} as const;

type Row = readonly [
  oid: number,
  arrayOid: number,
  name: string,
  sqlName: string,
  size: number,
  category: PgCategory,
  engineName: string,
];

const ROWS: readonly Row[] = [
  [16, 1000, 'bool', 'boolean', 1, 'B', 'BOOLEAN'],
  [17, 1001, 'bytea', 'bytea', -1, 'U', 'BLOB'],
  [18, 1002, 'char', '"char"', 1, 'S', 'VARCHAR'],
  [19, 1003, 'name', 'name', 64, 'S', 'VARCHAR'],
  [20, 1016, 'int8', 'bigint', 8, 'N', 'BIGINT'],
  [21, 1005, 'int2', 'smallint', 2, 'N', 'SMALLINT'],
  [23, 1007, 'int4', 'integer', 4, 'N', 'INTEGER'],
  [24, 1008, 'regproc', 'regproc', 4, 'N', 'VARCHAR'],
  [25, 1009, 'text', 'text', -1, 'S', 'VARCHAR'],
  [26, 1028, 'oid', 'oid', 4, 'N', 'UINTEGER'],
  [27, 1010, 'tid', 'tid', 6, 'U', 'VARCHAR'],
  [28, 1011, 'xid', 'xid', 4, 'U', 'UINTEGER'],
  [29, 1012, 'cid', 'cid', 4, 'U', 'UINTEGER'],
  [114, 199, 'json', 'json', -1, 'U', 'JSON'],
  [142, 143, 'xml', 'xml', -1, 'U', 'VARCHAR'],
  [650, 651, 'cidr', 'cidr', -1, 'U', 'VARCHAR'],
  [700, 1021, 'float4', 'real', 4, 'N', 'FLOAT'],
  [701, 1022, 'float8', 'double precision', 8, 'N', 'DOUBLE'],
  [705, 0, 'unknown', 'unknown', -2, 'X', 'VARCHAR'],
  [790, 791, 'money', 'money', 8, 'N', 'DECIMAL(18,2)'],
  [829, 1040, 'macaddr', 'macaddr', 6, 'U', 'VARCHAR'],
  [869, 1041, 'inet', 'inet', -1, 'U', 'VARCHAR'],
  [1042, 1014, 'bpchar', 'character', -1, 'S', 'VARCHAR'],
  [1043, 1015, 'varchar', 'character varying', -1, 'S', 'VARCHAR'],
  [1082, 1182, 'date', 'date', 4, 'D', 'DATE'],
  [1083, 1183, 'time', 'time without time zone', 8, 'D', 'TIME'],
  [1114, 1115, 'timestamp', 'timestamp without time zone', 8, 'D', 'TIMESTAMP'],
  [1184, 1185, 'timestamptz', 'timestamp with time zone', 8, 'D', 'TIMESTAMP WITH TIME ZONE'],
  [1186, 1187, 'interval', 'interval', 16, 'T', 'INTERVAL'],
  [1266, 1270, 'timetz', 'time with time zone', 12, 'D', 'TIME WITH TIME ZONE'],
  [1560, 1561, 'bit', 'bit', -1, 'V', 'BIT'],
  [1562, 1563, 'varbit', 'bit varying', -1, 'V', 'BIT'],
  [1700, 1231, 'numeric', 'numeric', -1, 'N', 'DECIMAL(38,10)'],
  [2202, 2207, 'regprocedure', 'regprocedure', 4, 'N', 'VARCHAR'],
  [2205, 2210, 'regclass', 'regclass', 4, 'N', 'VARCHAR'],
  [2206, 2211, 'regtype', 'regtype', 4, 'N', 'VARCHAR'],
  [2249, 2287, 'record', 'record', -1, 'U', 'VARCHAR'],
  [2275, 1263, 'cstring', 'cstring', -2, 'S', 'VARCHAR'],
  [2950, 2951, 'uuid', 'uuid', 16, 'U', 'UUID'],
  [3802, 3807, 'jsonb', 'jsonb', -1, 'U', 'JSON'],
  [4089, 4090, 'regnamespace', 'regnamespace', 4, 'N', 'VARCHAR'],
  [4096, 4097, 'regrole', 'regrole', 4, 'N', 'VARCHAR'],
];

const TYPES = new Map<number, PgType>();
for (const [oid, arrayOid, name, sqlName, size, category, engineName] of ROWS) {
  TYPES.set(oid, { oid, arrayOid, name, sqlName, size, category, engineName, elementOid: 0 });
  if (arrayOid === 0) continue;
  TYPES.set(arrayOid, {
    oid: arrayOid,
    arrayOid: 0,
    name: `_${name}`,
    sqlName: `${sqlName}[]`,
    size: -1,
    category: 'A',
    engineName: `${engineName}[]`,
    elementOid: oid,
  });
}

/** Gives what is known of an oid, element and array types alike. */
export function pgTypeByOid(oid: number): PgType | undefined {
  return TYPES.get(oid);
}

/** Names a type as PostgreSQL's messages do: 'integer', 'text[]'. */
export function pgTypeName(oid: number): string {
  return TYPES.get(oid)?.sqlName ?? (oid === 0 ? 'unknown' : `type with oid ${oid}`);
}

/** The engine's type for a parameter of this oid, for `typed(typeName, text)`; VARCHAR for what is not known. */
export function engineTypeName(oid: number): string {
  return TYPES.get(oid)?.engineName ?? 'VARCHAR';
}

/** A type as RowDescription states it. */
export interface PgTypeFacts {
  readonly oid: number;
  readonly size: number;
  /** -1: none. */
  readonly modifier: number;
}

/** Where the map is one to one. Wider unsigned types go up to the next signed one that holds them. */
const OID_OF: Partial<Record<SqlType['id'], number>> = {
  BOOLEAN: OID.BOOL,
  TINYINT: OID.INT2,
  UTINYINT: OID.INT2,
  SMALLINT: OID.INT2,
  USMALLINT: OID.INT4,
  INTEGER: OID.INT4,
  UINTEGER: OID.INT8,
  BIGINT: OID.INT8,
  UBIGINT: OID.NUMERIC,
  HUGEINT: OID.NUMERIC,
  UHUGEINT: OID.NUMERIC,
  BIGNUM: OID.NUMERIC,
  DECIMAL: OID.NUMERIC,
  FLOAT: OID.FLOAT4,
  DOUBLE: OID.FLOAT8,
  BLOB: OID.BYTEA,
  BIT: OID.VARBIT,
  UUID: OID.UUID,
  DATE: OID.DATE,
  TIME: OID.TIME,
  TIME_NS: OID.TIME,
  TIMETZ: OID.TIMETZ,
  TIMESTAMP: OID.TIMESTAMP,
  TIMESTAMP_S: OID.TIMESTAMP,
  TIMESTAMP_MS: OID.TIMESTAMP,
  TIMESTAMP_NS: OID.TIMESTAMP,
  TIMESTAMPTZ: OID.TIMESTAMPTZ,
  INTERVAL: OID.INTERVAL,
  ENUM: OID.TEXT,
  NULL: OID.TEXT,
  STRUCT: OID.JSONB,
  MAP: OID.JSONB,
  UNION: OID.JSONB,
};

/**
 * Gives PostgreSQL's type of an engine's type. A list is an array of its element's type. A list within a list is an array of
 * more dimensions only where all inner lists have one length by type (ARRAY); any other nesting is jsonb, because whether
 * the rows are rectangular is not known when the statement is described.
 */
export function pgTypeOf(type: SqlType): PgTypeFacts {
  const oid = type.id === 'LIST' || type.id === 'ARRAY' ? arrayOidOf(type) : scalarOidOf(type);
  return { oid, size: TYPES.get(oid)?.size ?? -1, modifier: modifierOf(type, oid) };
}

function scalarOidOf(type: SqlType): number {
  if (type.id === 'VARCHAR') return type.alias === 'JSON' ? OID.JSON : OID.TEXT;
  // What is no type of the list (VARIANT, …) travels as JSON.
  return OID_OF[type.id] ?? OID.JSONB;
}

function arrayOidOf(type: SqlType): number {
  let element: SqlType = type.child ?? { id: 'NULL' };
  while (element.id === 'ARRAY') element = element.child ?? { id: 'NULL' };
  if (element.id === 'LIST') return OID.JSONB;
  return TYPES.get(scalarOidOf(element))?.arrayOid ?? OID.JSONB;
}

function modifierOf(type: SqlType, oid: number): number {
  if (type.id === 'DECIMAL') return (((type.width ?? 18) << 16) | (type.scale ?? 3)) + 4;
  return type.child !== undefined && oid !== OID.JSONB ? modifierOf(type.child, oid) : -1;
}
