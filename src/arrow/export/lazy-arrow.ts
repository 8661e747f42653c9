/**
 * The Arrow forms of results, loading apache-arrow and Polars when they are first needed: neither costs anything to who
 * only reads rows.
 */
import { RedQueryError } from '../../errors.ts';
import type { SqlField } from '../../types/index.ts';
import type { Batch } from '../column-data.ts';

type ArrowTables = typeof import('./arrow-table.ts');
type Batches = AsyncIterable<Batch> | Iterable<Batch>;

function loadArrowTables(): Promise<ArrowTables> {
  return import('./arrow-table.ts');
}

/** A record batch of apache-arrow. */
export type ArrowRecordBatch = ReturnType<ArrowTables['recordBatchFrom']>;
/** A table of apache-arrow. */
export type ArrowTable = ReturnType<ArrowTables['tableFrom']>;
/** A schema of apache-arrow. */
export type ArrowSchema = ReturnType<ArrowTables['arrowSchemaFrom']>;
/**
 * A DataFrame of nodejs-polars; `any` where that optional peer is not installed, which the last line keeps from being an error.
 * @ts-ignore */
export type PolarsDataFrame = import('nodejs-polars').DataFrame;

/** Gives the Arrow schema; the same object each time for the same array of fields. */
export async function arrowSchemaFrom(schema: readonly SqlField[]): Promise<ArrowSchema> {
  return (await loadArrowTables()).arrowSchemaFrom(schema);
}

/**
 * Gives a batch as an Arrow record batch, which shares the batch's buffers.
 * @throws {RedQueryError} RQ_OUT_OF_RANGE for an INTERVAL that Arrow cannot hold.
 */
export async function recordBatchFrom(schema: readonly SqlField[], batch: Batch): Promise<ArrowRecordBatch> {
  return (await loadArrowTables()).recordBatchFrom(schema, batch);
}

/** Gives all batches as one Arrow table, whose chunks share the batches' buffers. @throws as `recordBatchFrom`. */
export async function tableFrom(schema: readonly SqlField[], batches: readonly Batch[]): Promise<ArrowTable> {
  return (await loadArrowTables()).tableFrom(schema, batches);
}

/** Gives an Arrow IPC stream in chunks of whole messages, pulled batch by batch. @throws as `recordBatchFrom`. */
export async function* ipcStreamFrom(schema: readonly SqlField[], batches: Batches): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await loadArrowTables()).ipcStreamFrom(schema, batches);
}

/** Gives the bytes of a whole Arrow IPC stream. @throws as `recordBatchFrom`. */
export async function ipcFrom(schema: readonly SqlField[], batches: Batches): Promise<Uint8Array> {
  return (await loadArrowTables()).ipcFrom(schema, batches);
}

/**
 * Gives batches as a DataFrame of the optional peer nodejs-polars. INTERVAL and UNION, which Polars does not have, are text.
 * @throws {RedQueryError} RQ_UNSUPPORTED when nodejs-polars is not installed or does not load.
 */
export async function polarsFrom(
  schema: readonly SqlField[],
  batches: Batches,
  load: () => Promise<unknown> = () => import('nodejs-polars'),
): Promise<PolarsDataFrame> {
  const polars = await loadPolars(load);
  const bytes = await (await loadArrowTables()).ipcFrom(schema, batches, 'polars');
  return polars.readIPCStream(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

interface Polars {
  readIPCStream(bytes: Buffer): PolarsDataFrame;
}

async function loadPolars(load: () => Promise<unknown>): Promise<Polars> {
  const loaded = await load().catch((cause: unknown) => {
    throw new RedQueryError(
      'RQ_UNSUPPORTED',
      'a Polars DataFrame needs the package nodejs-polars, which is not there or does not load',
      {
        cause,
        hint: 'npm install nodejs-polars',
      },
    );
  });
  const polars = polarsIn(loaded) ?? (isObject(loaded) ? polarsIn(loaded['default']) : undefined);
  if (polars !== undefined) return polars;
  throw new RedQueryError(
    'RQ_UNSUPPORTED',
    'the nodejs-polars that is installed has no readIPCStream; valid is version 0.26 or later',
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function polarsIn(value: unknown): Polars | undefined {
  if (!isObject(value) || typeof value['readIPCStream'] !== 'function') return undefined;
  // Checked above; which of the package's two module forms was loaded, its types do not say.
  return value as unknown as Polars;
}
