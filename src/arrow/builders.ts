/**
 * Column builders: bytes of Redis values in, a column's buffers out. They know nothing of where the bytes come from (RESP
 * replies, an RDB file) and keep no view of them.
 */
import { RedQueryError } from '../errors.ts';
import { parseMillis, parserOf, physicalOf, printBackParserOf, type SqlType, typeName, writeInt64 } from '../types/index.ts';
import type { ColumnBuilder } from './builders/column-builder.ts';
import { FixedBuilder } from './builders/fixed-builder.ts';
import { matchesBuilder } from './builders/json-builder.ts';
import { appendEach, type ValueRun } from './builders/value-run.ts';
import { VarlenBuilder } from './builders/varlen-builder.ts';

export type { ColumnBuilder } from './builders/column-builder.ts';
export { Int64Builder } from './builders/fixed-builder.ts';
export { MapBuilder } from './builders/map-builder.ts';
export type { ValueRun } from './builders/value-run.ts';

/**
 * Makes the builder of a type that a column can be declared with (types/parse-type.ts). isInferred: the type is a sample's
 * word, so that a value must print back to the same bytes under it (types/values/print-back.ts).
 * @throws {RedQueryError} RQ_INTERNAL for any other type; MAP(VARCHAR, VARCHAR) has MapBuilder.
 */
export function createBuilder(type: SqlType, isInferred = false): ColumnBuilder {
  const physical = physicalOf(type);
  if (physical.layout === 'fixed') {
    return new FixedBuilder(isInferred ? printBackParserOf(type) : parserOf(type), physical.byteWidth);
  }
  if (type.id === 'BLOB') return new VarlenBuilder('bytes');
  if (type.id === 'VARCHAR') return new VarlenBuilder(type.alias === 'JSON' ? 'json' : 'text');
  throw new RedQueryError('RQ_INTERNAL', `no builder makes a column of ${typeName(type)}`);
}

/**
 * Makes the builder of a column of documents; its `append` takes what a JSONPath matched: values with commas between them.
 * takesAll: they are the elements of a LIST; else the first is the value. See json-builder.ts for what becomes of a value.
 * @throws {RedQueryError} RQ_INTERNAL for a type that no JSON value is read as.
 */
export function createMatchesBuilder(type: SqlType, isInferred: boolean, takesAll: boolean): ColumnBuilder {
  return matchesBuilder(type, isInferred, takesAll, createBuilder);
}

/** Appends values [from, from + count) of a run; false where one does not parse: then those before it are appended. */
export function appendRun(builder: ColumnBuilder, run: ValueRun, from: number, count: number): boolean {
  const isFast = builder instanceof VarlenBuilder || builder instanceof FixedBuilder;
  return isFast ? builder.appendRun(run, from, count) : appendEach(builder, run, from, count);
}

/** Makes a TIMESTAMPTZ builder whose `append` takes whole milliseconds since 1970, whatever their size: ids and times that Redis made. */
export function millisBuilder(): ColumnBuilder {
  return new FixedBuilder(parseMillis, 8);
}

/** Makes a BIGINT builder whose `append` takes a whole number as a double's text: `1000000`, `1E6`. */
export function countBuilder(): ColumnBuilder {
  return new FixedBuilder((bytes, start, end, into, row) => {
    const value = Number(bytes.toString('latin1', start, end));
    if (!Number.isSafeInteger(value)) return false;
    writeInt64(into, row, value);
    return true;
  }, 8);
}
