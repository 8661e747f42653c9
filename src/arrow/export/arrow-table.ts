/**
 * Results as apache-arrow has them: schema, record batches, table, IPC stream. Buffers are shared with the batches that
 * came in. Loaded late, by lazy-arrow.ts.
 */
import {
  AsyncByteQueue,
  Data,
  type Dictionary,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  Utf8,
  Vector,
} from 'apache-arrow';
import type { SqlField } from '../../types/index.ts';
import type { Batch } from '../column-data.ts';
import { arrowDataFrom, type DictionaryOf } from './arrow-data.ts';
import { type ArrowProfile, arrowFieldsFrom } from './arrow-types.ts';

interface ArrowForm {
  readonly schema: Schema;
  readonly dictionaryOf: DictionaryOf;
}

/** One Arrow schema for each of ours and each profile: dictionaries are equal in all batches only if their types are one object. */
const forms: Record<ArrowProfile, WeakMap<readonly SqlField[], ArrowForm>> = { arrow: new WeakMap(), polars: new WeakMap() };

function formOf(schema: readonly SqlField[], profile: ArrowProfile): ArrowForm {
  const known = forms[profile].get(schema);
  if (known !== undefined) return known;
  const form = { schema: new Schema(arrowFieldsFrom(schema, profile)), dictionaryOf: dictionaries() };
  forms[profile].set(schema, form);
  return form;
}

function dictionaries(): DictionaryOf {
  const vectors = new Map<Dictionary, Vector>();
  return (type, values) => {
    const known = vectors.get(type);
    if (known !== undefined) return known;
    const vector = new Vector([utf8DataFrom(values)]);
    vectors.set(type, vector);
    return vector;
  };
}

function utf8DataFrom(values: readonly string[]): Data<Utf8> {
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + Buffer.byteLength(value);
  });
  return new Data(new Utf8(), 0, values.length, 0, [offsets, new Uint8Array(Buffer.from(values.join('')))]);
}

/** Gives the Arrow schema; the same object each time for the same array of fields. */
export function arrowSchemaFrom(schema: readonly SqlField[], profile: ArrowProfile = 'arrow'): Schema {
  return formOf(schema, profile).schema;
}

/**
 * Gives a batch as an Arrow record batch, which shares the batch's buffers.
 * @throws {RedQueryError} RQ_OUT_OF_RANGE for an INTERVAL that Arrow cannot hold.
 */
export function recordBatchFrom(schema: readonly SqlField[], batch: Batch, profile: ArrowProfile = 'arrow'): RecordBatch {
  const form = formOf(schema, profile);
  const { rowCount } = batch;
  const children = batch.columns.map((column, i) => {
    const type = schema[i]?.type ?? { id: 'NULL' };
    const arrowType = form.schema.fields[i]?.type;
    return arrowDataFrom({ type, arrowType, column, rowCount, dictionaryOf: form.dictionaryOf });
  });
  return new RecordBatch(form.schema, new Data(new Struct(form.schema.fields), 0, rowCount, 0, undefined, children));
}

/** Gives all batches as one Arrow table, columns in chunks as they came. */
export function tableFrom(schema: readonly SqlField[], batches: readonly Batch[]): Table {
  return new Table(
    arrowSchemaFrom(schema),
    batches.map((batch) => recordBatchFrom(schema, batch)),
  );
}

/** Takes what a writer writes, until it is fetched. */
class ByteSink extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(value: Parameters<AsyncByteQueue['write']>[0]): void {
    // The writer hands over what it made with toUint8Array; the buffers may be a batch's own.
    if (value instanceof Uint8Array && value.byteLength > 0) this.#chunks.push(value);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }
}

/** Gives an Arrow IPC stream, one chunk a batch (the first with the schema), as batches are pulled; whole messages each. */
export async function* ipcStreamFrom(
  schema: readonly SqlField[],
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  profile: ArrowProfile = 'arrow',
): AsyncGenerator<Uint8Array, void, undefined> {
  const sink = new ByteSink();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(sink, arrowSchemaFrom(schema, profile));
  for await (const batch of batches) {
    writer.write(recordBatchFrom(schema, batch, profile));
    yield sink.take();
  }
  writer.finish();
  yield sink.take();
}

/** Gives the whole IPC stream in one piece. */
export async function ipcFrom(
  schema: readonly SqlField[],
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  profile: ArrowProfile = 'arrow',
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of ipcStreamFrom(schema, batches, profile)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
