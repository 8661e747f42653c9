/**
 * Arrow's types for SQL types. Two profiles: 'arrow' keeps each type's own Arrow form, 'polars' writes as text what
 * Polars cannot take in (INTERVAL, UNION). Home of apache-arrow together with arrow-data.ts and arrow-table.ts; loaded
 * late (lazy-arrow.ts), for the library costs some 50 ms.
 */
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  IntervalMonthDayNano,
  List,
  Map_,
  Null,
  SparseUnion,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { SqlField, SqlType } from '../../types/index.ts';
import { uniqueNames } from '../readers/names.ts';

export type ArrowProfile = 'arrow' | 'polars';

/**
 * Gives the Arrow type of a column. HUGEINT is Decimal128(38, 0), as DuckDB exports it; UHUGEINT, BIGNUM, BIT, UUID and
 * TIMETZ have no Arrow form that keeps them and are Utf8; ENUM is a dictionary. An ENUM's type is a new dictionary each
 * time: make it once a schema.
 */
export function arrowTypeFrom(type: SqlType, profile: ArrowProfile): DataType {
  switch (type.id) {
    case 'NULL':
      return new Null();
    case 'BOOLEAN':
      return new Bool();
    case 'DECIMAL':
      return new Decimal(type.scale ?? 0, type.width ?? 18, 128);
    case 'HUGEINT':
      return new Decimal(0, 38, 128);
    case 'BLOB':
      return new Binary();
    case 'ENUM':
      return new Dictionary(new Utf8(), enumIndexType(type.values?.length ?? 0));
    case 'INTERVAL':
      return profile === 'polars' ? new Utf8() : new IntervalMonthDayNano();
    case 'LIST':
    case 'ARRAY':
    case 'STRUCT':
    case 'MAP':
    case 'UNION':
      return nestedTypeFrom(type, profile);
    default:
      return numberTypeFrom(type) ?? temporalTypeFrom(type) ?? new Utf8();
  }
}

/** DuckDB's index widths: one byte to 255 values, two to 65,535, else four. */
function enumIndexType(valueCount: number): Uint8 | Uint16 | Uint32 {
  if (valueCount <= 0xff) return new Uint8();
  return valueCount <= 0xffff ? new Uint16() : new Uint32();
}

function numberTypeFrom(type: SqlType): DataType | undefined {
  switch (type.id) {
    case 'TINYINT':
      return new Int8();
    case 'SMALLINT':
      return new Int16();
    case 'INTEGER':
      return new Int32();
    case 'BIGINT':
      return new Int64();
    case 'UTINYINT':
      return new Uint8();
    case 'USMALLINT':
      return new Uint16();
    case 'UINTEGER':
      return new Uint32();
    case 'UBIGINT':
      return new Uint64();
    case 'FLOAT':
      return new Float32();
    case 'DOUBLE':
      return new Float64();
    default:
      return undefined;
  }
}

function temporalTypeFrom(type: SqlType): DataType | undefined {
  switch (type.id) {
    case 'DATE':
      return new DateDay();
    case 'TIME':
      return new TimeMicrosecond();
    case 'TIME_NS':
      return new TimeNanosecond();
    case 'TIMESTAMP':
      return new Timestamp(TimeUnit.MICROSECOND);
    case 'TIMESTAMPTZ':
      return new Timestamp(TimeUnit.MICROSECOND, 'UTC');
    case 'TIMESTAMP_S':
      return new Timestamp(TimeUnit.SECOND);
    case 'TIMESTAMP_MS':
      return new Timestamp(TimeUnit.MILLISECOND);
    case 'TIMESTAMP_NS':
      return new Timestamp(TimeUnit.NANOSECOND);
    default:
      return undefined;
  }
}

const UNKNOWN: SqlType = { id: 'NULL' };

function nestedTypeFrom(type: SqlType, profile: ArrowProfile): DataType {
  const item = () => new Field('item', arrowTypeFrom(type.child ?? UNKNOWN, profile), true);
  switch (type.id) {
    case 'LIST':
      return new List(item());
    case 'ARRAY':
      return new FixedSizeList(type.length ?? 0, item());
    case 'MAP': {
      const key = new Field('key', arrowTypeFrom(type.key ?? UNKNOWN, profile), false);
      const value = new Field('value', arrowTypeFrom(type.value ?? UNKNOWN, profile), true);
      return new Map_(new Field('entries', new Struct<{ key: DataType; value: DataType }>([key, value]), false));
    }
    case 'UNION': {
      if (profile === 'polars') return new Utf8();
      const fields = arrowFieldsFrom(type.fields ?? [], profile);
      return new SparseUnion(
        fields.map((_, tag) => tag),
        fields,
      );
    }
    default:
      return new Struct(arrowFieldsFrom(type.fields ?? [], profile));
  }
}

/**
 * Gives the Arrow fields of a schema: nullable, named by `uniqueNames`, members without a name (those of `row(1, 2)`) by
 * their place, `_1`; the metadata `redquery.alias` says that text is JSON.
 */
export function arrowFieldsFrom(fields: readonly SqlField[], profile: ArrowProfile): Field[] {
  const names = uniqueNames(fields.map((field, i) => (field.name === '' ? `_${i + 1}` : field.name)));
  return fields.map((field, i) => {
    const metadata = field.type.alias === undefined ? null : new Map([['redquery.alias', field.type.alias]]);
    return new Field(names[i] ?? field.name, arrowTypeFrom(field.type, profile), true, metadata);
  });
}
