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

/** The native calls, under their C names. Vectors are written and read only through these. */
export const native = duckdb;

/** Most rows of a chunk (DuckDB's STANDARD_VECTOR_SIZE). */
export const CHUNK_ROWS = 2048;

/** Opens an in-memory database with the given settings (names and values as DuckDB's `SET` takes them). */
export async function openDatabase(settings: Readonly<Record<string, string>>): Promise<Database> {
  const config = duckdb.create_config();
  for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value);
  return duckdb.open(':memory:', config);
}

/** Runs one statement to its end and gives its rows' first VARCHAR column; for our own short statements only. */
export async function readTexts(connection: Connection, sql: string): Promise<(string | null)[]> {
  const result = await duckdb.query(connection, sql);
  const texts: (string | null)[] = [];
  for (let chunk = await duckdb.fetch_chunk(result); chunk !== null; chunk = await duckdb.fetch_chunk(result)) {
    const rowCount = duckdb.data_chunk_get_size(chunk);
    if (rowCount === 0) break;
    const vector = duckdb.data_chunk_get_vector(chunk, 0);
    for (let row = 0; row < rowCount; row++) texts.push(readText(vector, row, rowCount));
  }
  return texts;
}

function readText(vector: Vector, row: number, rowCount: number): string | null {
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8);
  if (validity !== null && validity.length > 0 && ((validity[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return null;
  const data = duckdb.vector_get_data(vector, rowCount * 16);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(row * 16, true);
  if (length <= 12) return Buffer.from(data.buffer, data.byteOffset + row * 16 + 4, length).toString('utf8');
  // A Uint8Array of native memory always lies on a plain ArrayBuffer.
  const buffer = data.buffer as ArrayBuffer;
  return Buffer.from(duckdb.get_data_from_pointer(buffer, data.byteOffset + row * 16 + 8, length)).toString('utf8');
}

/** Runs one statement for its effect. */
export async function execute(connection: Connection, sql: string): Promise<void> {
  await duckdb.query(connection, sql);
}
