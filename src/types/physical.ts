/**
 * How values of a type lie in memory: which of the layouts of arrow/column-data.ts a type's column has, and with which
 * widths. It describes; it reads and writes no values.
 */
import { RedQueryError } from '../errors.ts';
import type { SqlType } from './sql-type.ts';
import { typeName } from './type-name.ts';

/** The layout of a column, named as in arrow/column-data.ts. `child`, `children`: the types one level down. */
export type PhysicalType =
  | { readonly layout: 'fixed'; readonly byteWidth: 1 | 2 | 4 | 8 | 16 }
  | { readonly layout: 'varlen' }
  | { readonly layout: 'list'; readonly child: SqlType }
  | { readonly layout: 'array'; readonly child: SqlType; readonly length: number }
  | { readonly layout: 'struct'; readonly children: readonly SqlType[] };

const TAG: SqlType = { id: 'UTINYINT' };

/**
 * Gives the layout of a type's column. MAP is a list of STRUCT(key, value), UNION a struct whose first child is the tag.
 * @throws {RedQueryError} RQ_INTERNAL when a nested type lacks its parts.
 */
export function physicalOf(type: SqlType): PhysicalType {
  switch (type.id) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'UTINYINT':
      return { layout: 'fixed', byteWidth: 1 };
    case 'SMALLINT':
    case 'USMALLINT':
      return { layout: 'fixed', byteWidth: 2 };
    case 'INTEGER':
    case 'UINTEGER':
    case 'FLOAT':
    case 'DATE':
    case 'NULL':
      return { layout: 'fixed', byteWidth: 4 };
    case 'BIGINT':
    case 'UBIGINT':
    case 'DOUBLE':
    case 'TIME':
    case 'TIME_NS':
    case 'TIMETZ':
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMPTZ':
      return { layout: 'fixed', byteWidth: 8 };
    case 'HUGEINT':
    case 'UHUGEINT':
    case 'UUID':
    case 'INTERVAL':
      return { layout: 'fixed', byteWidth: 16 };
    case 'DECIMAL':
      return { layout: 'fixed', byteWidth: decimalByteWidth(type.width ?? 18) };
    case 'ENUM':
      return { layout: 'fixed', byteWidth: enumByteWidth(type.values?.length ?? 0) };
    case 'VARCHAR':
    case 'BLOB':
    case 'BIT':
    case 'BIGNUM':
      return { layout: 'varlen' };
    default:
      return nestedLayout(type, type.id);
  }
}

/** Bytes of an unscaled DECIMAL of so many digits. */
export function decimalByteWidth(width: number): 2 | 4 | 8 | 16 {
  if (width <= 4) return 2;
  if (width <= 9) return 4;
  return width <= 18 ? 8 : 16;
}

/** Bytes of an ENUM's index; a dictionary of 256 words takes two already, as in DuckDB. */
function enumByteWidth(wordCount: number): 1 | 2 | 4 {
  if (wordCount <= 0xff) return 1;
  return wordCount <= 0xffff ? 2 : 4;
}

function nestedLayout(type: SqlType, id: 'LIST' | 'ARRAY' | 'STRUCT' | 'MAP' | 'UNION'): PhysicalType {
  const { child, length, fields, key, value } = type;
  switch (id) {
    case 'LIST':
      if (child !== undefined) return { layout: 'list', child };
      break;
    case 'ARRAY':
      if (child !== undefined && length !== undefined) return { layout: 'array', child, length };
      break;
    case 'MAP':
      if (key !== undefined && value !== undefined) return { layout: 'list', child: entryType(key, value) };
      break;
    case 'STRUCT':
      if (fields !== undefined) return { layout: 'struct', children: fields.map((field) => field.type) };
      break;
    case 'UNION':
      if (fields !== undefined) return { layout: 'struct', children: [TAG, ...fields.map((field) => field.type)] };
      break;
    default:
      id satisfies never;
  }
  throw new RedQueryError('RQ_INTERNAL', `the type ${typeName(type)} lacks its parts`);
}

function entryType(key: SqlType, value: SqlType): SqlType {
  return {
    id: 'STRUCT',
    fields: [
      { name: 'key', type: key },
      { name: 'value', type: value },
    ],
  };
}
