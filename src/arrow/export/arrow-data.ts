/**
 * Our columns as Arrow data. Buffers are shared wherever the layouts are equal (integers, floats, text, dates, times,
 * offsets, validity); BOOLEAN, narrow DECIMALs and INTERVAL are rewritten, types without an Arrow form become text.
 * Bench: bench/micro/arrow-table.ts.
 */
import { BufferType, Data, type DataType, type Dictionary, Type, type Vector } from 'apache-arrow';
import { RedQueryError } from '../../errors.ts';
import type { SqlField, SqlType } from '../../types/index.ts';
import type { ColumnData, FixedData } from '../column-data.ts';
import {
  bigintReader,
  fixedOf,
  integerReader,
  intervalReader,
  sequenceOf,
  structOf,
  validityReader,
  varlenOf,
} from '../readers/cells.ts';
import { textReader } from '../readers/text.ts';

/** Gives the dictionary of an ENUM type; the same vector each time for the same type object. */
export type DictionaryOf = (type: Dictionary, values: readonly string[]) => Vector;

type Buffers<T extends DataType> = Data<T>['buffers'];

interface Parts {
  readonly offsets?: Int32Array;
  readonly values?: ArrayBufferView;
  readonly typeIds?: Int8Array;
  readonly children?: Data[];
  readonly dictionary?: Vector;
}

/** One column on its way: what it holds, what Arrow calls that, its buffers and rows. */
interface Source {
  readonly type: SqlType;
  readonly arrowType: DataType;
  readonly column: ColumnData;
  readonly rowCount: number;
  readonly dictionaryOf: DictionaryOf;
}

/**
 * Gives the Arrow data of a column; `arrowType` is what `arrowTypeFrom` gave for `type`. Shares the column's buffers.
 * @throws {RedQueryError} RQ_OUT_OF_RANGE for an INTERVAL whose time is beyond 292 years of nanoseconds.
 */
export function arrowDataFrom(source: Source): Data {
  const { type, arrowType, column, rowCount } = source;
  switch (arrowType.typeId) {
    case Type.Null:
      return new Data(arrowType, 0, rowCount, rowCount);
    case Type.Bool:
      return assemble(source, { values: bitsFromBytes(fixedOf(column), rowCount) });
    case Type.Decimal:
      return assemble(source, { values: new Uint32Array(decimals128(fixedOf(column), rowCount), 0, rowCount * 4) });
    case Type.Interval:
    case Type.IntervalMonthDayNano:
      return assemble(source, { values: monthDayNanos(column, rowCount) });
    case Type.Dictionary:
      return enumData(source);
    case Type.Binary:
      return varlenData(source);
    case Type.Utf8:
      return type.id === 'VARCHAR' ? varlenData(source) : textData(source);
    case Type.List:
    case Type.FixedSizeList:
    case Type.Map:
      return sequenceData(source);
    case Type.Struct:
      return assemble(source, { children: structChildren(source, structOf(column).children, rowCount) });
    case Type.Union:
    case Type.SparseUnion:
      return unionData(source);
    default:
      return assemble(source, { values: viewOf(arrowType, fixedOf(column).values, rowCount) });
  }
}

function assemble(source: Source, parts: Parts): Data {
  const { column, arrowType, rowCount } = source;
  const validity = column.validity === null || parts.typeIds !== undefined ? undefined : new Uint8Array(column.validity);
  // Leaving a buffer out is how Arrow JS is told that the type has none; its own types don't say so.
  const buffers = {
    [BufferType.OFFSET]: parts.offsets,
    [BufferType.DATA]: parts.values,
    [BufferType.VALIDITY]: validity,
    [BufferType.TYPE]: parts.typeIds,
  } as Buffers<DataType>;
  // -1: nulls are counted when somebody asks.
  return new Data(arrowType, 0, rowCount, validity === undefined ? 0 : -1, buffers, parts.children ?? [], parts.dictionary);
}

function viewOf(arrowType: DataType, buffer: ArrayBuffer, rowCount: number): ArrayBufferView {
  // ArrayType is the typed array that Arrow JS wants for this type; one element a value for the types that come here.
  const ViewOf = arrowType.ArrayType as new (buffer: ArrayBuffer, start: number, length: number) => ArrayBufferView;
  return new ViewOf(buffer, 0, rowCount);
}

function bitsFromBytes(column: FixedData, rowCount: number): Uint8Array {
  const bytes = new Uint8Array(column.values);
  const bits = new Uint8Array((rowCount + 7) >> 3);
  for (let row = 0; row < rowCount; row++) {
    if (bytes[row] !== 0) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}

function decimals128(column: FixedData, rowCount: number): ArrayBuffer {
  if (column.byteWidth === 16) return column.values;
  const read = bigintReader(column, true);
  const words = new BigInt64Array(rowCount * 2);
  for (let row = 0; row < rowCount; row++) {
    const value = read(row);
    words[2 * row] = value;
    words[2 * row + 1] = value < 0n ? -1n : 0n;
  }
  return words.buffer;
}

const INT64_MAX = 9_223_372_036_854_775_807n;

function monthDayNanos(column: ColumnData, rowCount: number): Int32Array {
  const read = intervalReader(fixedOf(column));
  const isValid = validityReader(column) ?? (() => true);
  const parts = new Int32Array(rowCount * 4);
  const nanos = new BigInt64Array(parts.buffer);
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(row)) continue;
    const { months, days, micros } = read(row);
    const nanoseconds = micros * 1000n;
    if (nanoseconds > INT64_MAX || nanoseconds < -INT64_MAX) {
      throw new RedQueryError(
        'RQ_OUT_OF_RANGE',
        `an INTERVAL of ${micros} µs has no Arrow form; valid are ±292 years of nanoseconds`,
        {
          hint: 'Cast the column to VARCHAR.',
        },
      );
    }
    parts.set([months, days], row * 4);
    nanos[2 * row + 1] = nanoseconds;
  }
  return parts;
}

function enumData(source: Source): Data {
  // The switch in arrowDataFrom saw the type id of a dictionary.
  const arrowType = source.arrowType as Dictionary;
  const values = viewOf(arrowType.indices, fixedOf(source.column).values, source.rowCount);
  return assemble(source, { values, dictionary: source.dictionaryOf(arrowType, source.type.values ?? []) });
}

function varlenData(source: Source): Data {
  const column = varlenOf(source.column);
  return assemble(source, {
    offsets: new Int32Array(column.offsets, 0, source.rowCount + 1),
    values: new Uint8Array(column.values),
  });
}

/** Types that Arrow has no form for, in the text that DuckDB prints. */
function textData(source: Source): Data {
  const { rowCount } = source;
  const read = textReader(source.type, source.column);
  const offsets = new Int32Array(rowCount + 1);
  const texts: string[] = [];
  let end = 0;
  for (let row = 0; row < rowCount; row++) {
    const text = read(row) ?? '';
    texts.push(text);
    end += Buffer.byteLength(text);
    offsets[row + 1] = end;
  }
  return assemble(source, { offsets, values: new Uint8Array(Buffer.from(texts.join(''))) });
}

const UNKNOWN: SqlType = { id: 'NULL' };

function sequenceData(source: Source): Data {
  const { type, rowCount } = source;
  const sequence = sequenceOf(source.column);
  const childCount = sequence.layout === 'array' ? sequence.length * rowCount : sequence.childCount;
  const childType: SqlType =
    type.id === 'MAP'
      ? {
          id: 'STRUCT',
          fields: [
            { name: 'key', type: type.key ?? UNKNOWN },
            { name: 'value', type: type.value ?? UNKNOWN },
          ],
        }
      : (type.child ?? UNKNOWN);
  const child = arrowDataFrom({
    ...source,
    type: childType,
    arrowType: childTypeOf(source.arrowType, 0),
    column: sequence.child,
    rowCount: childCount,
  });
  if (sequence.layout === 'array') return assemble(source, { children: [child] });
  return assemble(source, { offsets: new Int32Array(sequence.offsets, 0, rowCount + 1), children: [child] });
}

function childTypeOf(arrowType: DataType, index: number): DataType {
  const field = arrowType.children?.[index];
  if (field === undefined) throw new RedQueryError('RQ_INTERNAL', `the Arrow type ${String(arrowType)} has no child ${index}`);
  return field.type;
}

function structChildren(source: Source, columns: readonly ColumnData[], rowCount: number): Data[] {
  const fields: readonly SqlField[] = source.type.fields ?? [];
  return columns.map((column, i) => {
    const type = fields[i]?.type ?? UNKNOWN;
    return arrowDataFrom({ ...source, type, arrowType: childTypeOf(source.arrowType, i), column, rowCount });
  });
}

/** Arrow's unions have no validity: a NULL points to the first alternative, which is NULL there, too. */
function unionData(source: Source): Data {
  const { rowCount } = source;
  const [tags, ...alternatives] = structOf(source.column).children;
  if (tags === undefined) throw new RedQueryError('RQ_INTERNAL', 'a UNION column has no tags');
  const read = integerReader(fixedOf(tags), false);
  const isValid = validityReader(source.column) ?? (() => true);
  const typeIds = Int8Array.from({ length: rowCount }, (_, row) => (isValid(row) ? read(row) : 0));
  const children = structChildren(source, alternatives, rowCount);
  return assemble(source, { typeIds, children });
}
