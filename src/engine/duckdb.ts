/**
 * The one home of DuckDB: its native bindings, and the few calls that the engine makes of them as promises. The bindings
 * are used without their object layer, which costs 75 ms of start and copies values one by one. It knows nothing of Redis.
 */
import duckdb from '@duckdb/node-bindings';

export type Connection = duckdb.Connection;
export type DataChunk = duckdb.DataChunk;
export type Database = duckdb.Database;
export type LogicalType = duckdb.LogicalType;
export type PreparedStatement = duckdb.PreparedStatement;
export type Result = duckdb.Result;
export type Value = duckdb.Value;
export type Vector = duckdb.Vector;
export type BindInfo = duckdb.TableFunctionBindInfo;
export type InitInfo = duckdb.TableFunctionInitInfo;
export type FunctionInfo = duckdb.TableFunctionInfo;
export const DuckType = duckdb.Type;

/** Told of each native call that begins (+1) and ends (-1) on another thread. */
let noteCalls: (change: 1 | -1) => void = () => undefined;

/** Sets who is told; a thread must not end while such a call is under way (docs/decisions/0006). */
export function watchCalls(note: (change: 1 | -1) => void): void {
  noteCalls = note;
}

function watched<Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>): (...args: Args) => Promise<Value> {
  return async (...args) => {
    noteCalls(1);
    try {
      return await call(...args);
    } finally {
      noteCalls(-1);
    }
  };
}

/** The native functions, under their C names; those of `calls` are to be used where there is one. */
export const native = duckdb;

/** The native calls that work on another thread. */
export const calls = {
  open: watched(duckdb.open.bind(duckdb)),
  connect: watched(duckdb.connect.bind(duckdb)),
  query: watched(duckdb.query.bind(duckdb)),
  prepare: watched(duckdb.prepare.bind(duckdb)),
  extractStatements: watched(duckdb.extract_statements.bind(duckdb)),
  prepareExtracted: watched(duckdb.prepare_extracted_statement.bind(duckdb)),
  executePrepared: watched(duckdb.execute_prepared.bind(duckdb)),
  executeStreaming: watched(duckdb.execute_prepared_streaming.bind(duckdb)),
  fetchChunk: watched(duckdb.fetch_chunk.bind(duckdb)),
};

/**
 * Lets go of a view of native memory that is read no more. V8 counts such views as its own memory: left to the collector, those
 * of a large result make it walk the heap again and again (10 µs a view against 1.5).
 */
export function releaseView(view: Uint8Array): void {
  // A view of native memory always lies on a plain ArrayBuffer.
  (view.buffer as ArrayBuffer).transfer(0);
}

/** Most rows of a chunk (DuckDB's STANDARD_VECTOR_SIZE). */
export const CHUNK_ROWS = 2048;

/** Opens an in-memory database with the given settings (names and values as DuckDB's `SET` takes them). */
export async function openDatabase(settings: Readonly<Record<string, string>>): Promise<Database> {
  const config = duckdb.create_config();
  for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value);
  return calls.open(':memory:', config);
}

/**
 * Runs statements and gives the first VARCHAR of the last one's first row; null where there is none. For our own short
 * statements only: their results are small and lie ready.
 */
export async function readText(connection: Connection, sql: string): Promise<string | null> {
  const result = await calls.query(connection, sql);
  if (duckdb.result_chunk_count(result) === 0) return null;
  const chunk = duckdb.result_get_chunk(result, 0);
  return duckdb.data_chunk_get_size(chunk) === 0 ? null : textAt(duckdb.data_chunk_get_vector(chunk, 0));
}

/** Reads the first entry of a VARCHAR vector. */
function textAt(vector: Vector): string | null {
  // The binding gives null where a vector has no mask, which its types do not say.
  const validity = duckdb.vector_get_validity(vector, 8) as Uint8Array | null;
  if (validity !== null && ((validity[0] ?? 0) & 1) === 0) return null;
  const entry = duckdb.vector_get_data(vector, 16);
  const length = new DataView(entry.buffer, entry.byteOffset).getUint32(0, true);
  if (length <= 12) return Buffer.from(entry.buffer, entry.byteOffset + 4, length).toString('utf8');
  // A Uint8Array of native memory always lies on a plain ArrayBuffer.
  const memory = entry.buffer as ArrayBuffer;
  return Buffer.from(duckdb.get_data_from_pointer(memory, entry.byteOffset + 8, length)).toString('utf8');
}

/** Runs one statement for its effect. */
export async function execute(connection: Connection, sql: string): Promise<void> {
  await calls.query(connection, sql);
}
