/**
 * Values and rows as JavaScript has them: the last step of `rows()` and of iterating a result. docs/api.md, «Types»,
 * holds the table; nothing is lost on the way: what has no exact JS form is text. Bench: bench/micro/read-rows.ts.
 */
import { RedQueryError } from '../../errors.ts';
import type { SqlField, SqlType } from '../../types/index.ts';
import type { Batch, ColumnData } from '../column-data.ts';
import {
  bigintReader,
  bytesReader,
  childRange,
  fixedOf,
  floatReader,
  integerReader,
  intervalReader,
  nullable,
  type Reader,
  sequenceOf,
  structOf,
  varlenOf,
} from './cells.ts';
import { uniqueNames } from './names.ts';
import { bigintFromBignum } from './number-text.ts';
import { isUnsigned, scalarTextReader } from './scalar-text.ts';

/** How BIGINT, UBIGINT, HUGEINT, UHUGEINT and BIGNUM become JS values. */
export type IntegerForm = 'bigint' | 'number' | 'string';

export interface ValueOptions {
  readonly integers: IntegerForm;
}

/**
 * Makes the reader of a column's values, null for NULL. BLOBs are copies; all values outlive the batch.
 * @throws {RedQueryError} RQ_OUT_OF_RANGE from the reader, where `integers` is 'number' and the value is beyond ±(2^53 − 1);
 * RQ_INTERNAL when the column's layout is not its type's.
 */
export function valueReader(type: SqlType, column: ColumnData, options: ValueOptions): Reader<unknown> {
  return type.id === 'NULL' ? () => null : nullable<unknown>(column, presentReader(type, column, options));
}

function presentReader(type: SqlType, column: ColumnData, options: ValueOptions): Reader<unknown> {
  switch (type.id) {
    case 'BOOLEAN': {
      const read = integerReader(fixedOf(column), false);
      return (row) => read(row) !== 0;
    }
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
      return integerReader(fixedOf(column), !isUnsigned(type));
    case 'BIGINT':
    case 'UBIGINT':
    case 'HUGEINT':
    case 'UHUGEINT':
      return wideReader(bigintReader(fixedOf(column), !isUnsigned(type)), options.integers);
    case 'BIGNUM': {
      const read = bytesReader(varlenOf(column));
      return wideReader((row) => bigintFromBignum(read(row)), options.integers);
    }
    case 'FLOAT':
    case 'DOUBLE':
      return floatReader(fixedOf(column));
    case 'BLOB': {
      const read = bytesReader(varlenOf(column));
      return (row) => read(row).slice();
    }
    case 'INTERVAL':
      return intervalReader(fixedOf(column));
    case 'LIST':
    case 'ARRAY':
    case 'STRUCT':
    case 'MAP':
    case 'UNION':
      return nestedReader(type, column, options);
    default:
      return scalarTextReader(type, column, 'sql');
  }
}

function wideReader(read: Reader<bigint>, form: IntegerForm): Reader<unknown> {
  switch (form) {
    case 'bigint':
      return read;
    case 'string':
      return (row) => String(read(row));
    case 'number':
      return (row) => safeNumber(read(row));
    default:
      return form satisfies never;
  }
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new RedQueryError(
      'RQ_OUT_OF_RANGE',
      `the integer ${value} is no exact JS number; valid are ±${Number.MAX_SAFE_INTEGER}`,
      {
        hint: "Read with integers: 'bigint' or 'string', or cast the column to VARCHAR or DOUBLE.",
      },
    );
  }
  return number;
}

const UNKNOWN: SqlType = { id: 'NULL' };

function nestedReader(type: SqlType, column: ColumnData, options: ValueOptions): Reader<unknown> {
  switch (type.id) {
    case 'STRUCT':
      return structReader(type.fields ?? [], column, options);
    case 'MAP':
      return mapReader(type, column, options);
    case 'UNION':
      return unionReader(type.fields ?? [], column, options);
    default: {
      const sequence = sequenceOf(column);
      const { first, end } = childRange(sequence);
      const read = valueReader(type.child ?? UNKNOWN, sequence.child, options);
      return (row) => {
        const values: unknown[] = [];
        for (let i = first(row); i < end(row); i++) values.push(read(i));
        return values;
      };
    }
  }
}

function structReader(fields: readonly SqlField[], column: ColumnData, options: ValueOptions): Reader<unknown> {
  const readers = childReaders(fields, structOf(column).children, options);
  // row(1, 2) has members without names: a tuple.
  if (fields.every((field) => field.name === '')) return (row) => readers.map((read) => read(row));
  return objectReader(uniqueNames(fields.map((field) => field.name)), readers);
}

function childReaders(fields: readonly SqlField[], children: readonly ColumnData[], options: ValueOptions): Reader<unknown>[] {
  return fields.map((field, i) => {
    const child = children[i];
    return child === undefined ? () => null : valueReader(field.type, child, options);
  });
}

function mapReader(type: SqlType, column: ColumnData, options: ValueOptions): Reader<unknown> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const entry = [
    { name: 'key', type: type.key ?? UNKNOWN },
    { name: 'value', type: type.value ?? UNKNOWN },
  ];
  const [key = () => null, value = () => null] = childReaders(entry, structOf(sequence.child).children, options);
  return (row) => {
    const map = new Map<unknown, unknown>();
    for (let i = first(row); i < end(row); i++) map.set(key(i), value(i));
    return map;
  };
}

function unionReader(fields: readonly SqlField[], column: ColumnData, options: ValueOptions): Reader<unknown> {
  const [tags, ...alternatives] = structOf(column).children;
  if (tags === undefined) return () => null;
  const tagAt = integerReader(fixedOf(tags), false);
  const readers = childReaders(fields, alternatives, options);
  return (row) => {
    const tag = tagAt(row);
    return { tag: fields[tag]?.name ?? '', value: readers[tag]?.(row) ?? null };
  };
}

/** Builds objects whose members are `names`, in order; `__proto__` is a member like any other. */
function objectReader(names: readonly string[], readers: readonly Reader<unknown>[]): Reader<Record<string, unknown>> {
  if (names.includes('__proto__')) {
    return (row) => Object.fromEntries(names.map((name, i) => [name, readers[i]?.(row)]));
  }
  const members = names.map((name, i) => ({ name, read: readers[i] ?? (() => null) }));
  return (row) => {
    const object: Record<string, unknown> = {};
    for (const { name, read } of members) object[name] = read(row);
    return object;
  };
}

/**
 * Makes the reader of a batch's rows: plain objects, members in the order of the schema, named by `uniqueNames`.
 * @throws {RedQueryError} RQ_OUT_OF_RANGE from the reader, naming the column, as `valueReader` does.
 */
export function rowReader(schema: readonly SqlField[], batch: Batch, options: ValueOptions): Reader<Record<string, unknown>> {
  const read = objectReader(uniqueNames(schema.map((field) => field.name)), childReaders(schema, batch.columns, options));
  if (options.integers !== 'number') return read;
  return (row) => {
    try {
      return read(row);
    } catch (error) {
      throw withColumn(error, schema, batch, row, options);
    }
  };
}

/** Finds the column that a value of this row came from: reading row by row tells no more than the value. */
function withColumn(error: unknown, schema: readonly SqlField[], batch: Batch, row: number, options: ValueOptions): unknown {
  if (!(error instanceof RedQueryError) || error.code !== 'RQ_OUT_OF_RANGE') return error;
  const culprit = schema.find((field, i) => {
    const column = batch.columns[i];
    return column !== undefined && throwsAt(valueReader(field.type, column, options), row);
  });
  if (culprit === undefined) return error;
  return new RedQueryError(
    error.code,
    `column "${culprit.name}": ${error.message}`,
    error.hint === undefined ? {} : { hint: error.hint },
  );
}

function throwsAt(read: Reader<unknown>, row: number): boolean {
  try {
    read(row);
    return false;
  } catch {
    return true;
  }
}
