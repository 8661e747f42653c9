/** DuckDB's logical types to SqlType and back. */
import { RedQueryError } from '../../errors.ts';
import type { SqlField, SqlType, SqlTypeId } from '../../types/index.ts';
import { DuckType, type LogicalType, native } from '../duckdb.ts';

const SIMPLE_IDS: readonly (readonly [number, SqlTypeId])[] = [
  [DuckType.BOOLEAN, 'BOOLEAN'],
  [DuckType.TINYINT, 'TINYINT'],
  [DuckType.SMALLINT, 'SMALLINT'],
  [DuckType.INTEGER, 'INTEGER'],
  [DuckType.BIGINT, 'BIGINT'],
  [DuckType.HUGEINT, 'HUGEINT'],
  [DuckType.UTINYINT, 'UTINYINT'],
  [DuckType.USMALLINT, 'USMALLINT'],
  [DuckType.UINTEGER, 'UINTEGER'],
  [DuckType.UBIGINT, 'UBIGINT'],
  [DuckType.UHUGEINT, 'UHUGEINT'],
  [DuckType.FLOAT, 'FLOAT'],
  [DuckType.DOUBLE, 'DOUBLE'],
  [DuckType.VARCHAR, 'VARCHAR'],
  [DuckType.BLOB, 'BLOB'],
  [DuckType.BIT, 'BIT'],
  [DuckType.BIGNUM, 'BIGNUM'],
  [DuckType.UUID, 'UUID'],
  [DuckType.DATE, 'DATE'],
  [DuckType.TIME, 'TIME'],
  [DuckType.TIME_NS, 'TIME_NS'],
  [DuckType.TIME_TZ, 'TIMETZ'],
  [DuckType.TIMESTAMP, 'TIMESTAMP'],
  [DuckType.TIMESTAMP_S, 'TIMESTAMP_S'],
  [DuckType.TIMESTAMP_MS, 'TIMESTAMP_MS'],
  [DuckType.TIMESTAMP_NS, 'TIMESTAMP_NS'],
  [DuckType.TIMESTAMP_TZ, 'TIMESTAMPTZ'],
  [DuckType.INTERVAL, 'INTERVAL'],
  [DuckType.SQLNULL, 'NULL'],
];
const ID_OF_NATIVE = new Map<number, SqlTypeId>(SIMPLE_IDS);
const NATIVE_OF_ID = new Map<SqlTypeId, number>(SIMPLE_IDS.map(([native_, id]) => [id, native_]));

/**
 * Reads a logical type into plain data.
 * @throws {RedQueryError} RQ_UNSUPPORTED for a type that a result cannot carry (GEOMETRY, VARIANT).
 */
export function sqlTypeFrom(type: LogicalType): SqlType {
  const typeId = native.get_type_id(type);
  const alias = native.logical_type_get_alias(type);
  const aliased = alias === null ? {} : { alias };
  const simple = ID_OF_NATIVE.get(typeId);
  if (simple !== undefined) return { id: simple, ...aliased };
  switch (typeId) {
    case DuckType.DECIMAL:
      return { id: 'DECIMAL', ...aliased, width: native.decimal_width(type), scale: native.decimal_scale(type) };
    case DuckType.ENUM:
      return {
        id: 'ENUM',
        ...aliased,
        values: listOf(native.enum_dictionary_size(type), (i) => native.enum_dictionary_value(type, i)),
      };
    case DuckType.LIST:
      return { id: 'LIST', ...aliased, child: sqlTypeFrom(native.list_type_child_type(type)) };
    case DuckType.ARRAY:
      return {
        id: 'ARRAY',
        ...aliased,
        child: sqlTypeFrom(native.array_type_child_type(type)),
        length: native.array_type_array_size(type),
      };
    case DuckType.STRUCT:
      return { id: 'STRUCT', ...aliased, fields: structFieldsOf(type) };
    case DuckType.MAP:
      return {
        id: 'MAP',
        ...aliased,
        key: sqlTypeFrom(native.map_type_key_type(type)),
        value: sqlTypeFrom(native.map_type_value_type(type)),
      };
    case DuckType.UNION:
      return { id: 'UNION', ...aliased, fields: unionFieldsOf(type) };
    default:
      throw new RedQueryError(
        'RQ_UNSUPPORTED',
        `a result cannot carry the type ${DuckType[typeId] ?? typeId}; cast the column to VARCHAR`,
      );
  }
}

function structFieldsOf(type: LogicalType): SqlField[] {
  return listOf(native.struct_type_child_count(type), (i) => ({
    name: native.struct_type_child_name(type, i),
    type: sqlTypeFrom(native.struct_type_child_type(type, i)),
  }));
}

function unionFieldsOf(type: LogicalType): SqlField[] {
  return listOf(native.union_type_member_count(type), (i) => ({
    name: native.union_type_member_name(type, i),
    type: sqlTypeFrom(native.union_type_member_type(type, i)),
  }));
}

function listOf<T>(count: number, item: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

/** Makes DuckDB's logical type of a scan's column: the simple ones, DECIMAL, JSON, and of them MAP, LIST and STRUCT. */
export function logicalTypeFrom(type: SqlType): LogicalType {
  if (type.id === 'DECIMAL') return native.create_decimal_type(type.width ?? 18, type.scale ?? 3);
  if (type.id === 'MAP' && type.key !== undefined && type.value !== undefined) {
    return native.create_map_type(logicalTypeFrom(type.key), logicalTypeFrom(type.value));
  }
  if (type.id === 'LIST' && type.child !== undefined) return native.create_list_type(logicalTypeFrom(type.child));
  if (type.id === 'STRUCT' && type.fields !== undefined) {
    const names = type.fields.map(({ name }) => name);
    return native.create_struct_type(
      type.fields.map((field) => logicalTypeFrom(field.type)),
      names,
    );
  }
  const typeId = NATIVE_OF_ID.get(type.id);
  if (typeId === undefined) throw new RedQueryError('RQ_INTERNAL', `a scan cannot give columns of type ${type.id}`);
  const logical = native.create_logical_type(typeId);
  if (type.alias !== undefined) native.logical_type_set_alias(logical, type.alias);
  return logical;
}
