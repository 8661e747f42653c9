/**
 * Makes a table of a session out of batches: the rows of an earlier result under a name, with the very types that they had.
 * It goes by DuckDB's appender, in one transaction; nothing of it is seen by the statements' own checks.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Batch } from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { SqlField, SqlType } from '../../types/index.ts';
import { typeName } from '../../types/type-name.ts';
import { CHUNK_ROWS, type Connection, execute, native } from '../duckdb.ts';
import { sqlTypeFrom } from '../vectors/sql-types.ts';
import { writeColumn } from '../vectors/vectors-from-columns.ts';
import { errorFromDuckDb } from './errors/duckdb-errors.ts';

export interface KeptTable {
  readonly name: string;
  readonly schema: readonly SqlField[];
  readonly batches: readonly Batch[];
}

/**
 * Makes the table, in place of an older one of its name.
 * @throws {RedQueryError} RQ_UNSUPPORTED for a column whose type no table can have; what DuckDB has against the name.
 */
export async function keepTable(connection: Connection, table: KeptTable, catalog: string): Promise<void> {
  const columns = columnsOf(table.schema);
  const text = `CREATE OR REPLACE TABLE ${quoteIdentifier(table.name)} (${columns.join(', ')})`;
  await execute(connection, 'BEGIN');
  try {
    await execute(connection, text);
    append(connection, table, catalog);
    await execute(connection, 'COMMIT');
  } catch (error) {
    await execute(connection, 'ROLLBACK').catch(() => undefined);
    await checkTypes(connection, table.schema);
    throw errorFromDuckDb(error, text);
  }
}

async function checkTypes(connection: Connection, schema: readonly SqlField[]): Promise<void> {
  for (const { name, type } of schema) {
    try {
      await execute(connection, `SELECT CAST(NULL AS ${typeText(type)})`);
    } catch (cause) {
      throw unsupported(name, cause);
    }
  }
}

/** A name of its own for each column, whatever the case: tables do not tell `Name` from `name`. */
function columnsOf(schema: readonly SqlField[]): string[] {
  const taken = new Set(schema.map(({ name }) => name.toLowerCase()));
  const used = new Set<string>();
  return schema.map(({ name, type }) => {
    let unique = name;
    for (let number = 1; used.has(unique.toLowerCase()); number++) {
      const next = `${name}_${number}`;
      if (!taken.has(next.toLowerCase())) unique = next;
    }
    used.add(unique.toLowerCase());
    return columnText(unique, type);
  });
}

function append(connection: Connection, { name, schema, batches }: KeptTable, catalog: string): void {
  const appender = native.appender_create_ext(connection, catalog, 'main', name);
  const types = schema.map((field, at) => {
    const type = native.appender_column_type(appender, at);
    if (!isDeepStrictEqual(sqlTypeFrom(type), field.type)) throw unsupported(field.name);
    return type;
  });
  // Bytes are not checked as text; what else there is came out of DuckDB.
  const isText = schema.map(({ type }) => !holdsBytes(type));
  const chunk = native.create_data_chunk(types);
  for (const { rowCount, columns } of batches) {
    for (let start = 0; start < rowCount; start += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rowCount - start);
      native.data_chunk_reset(chunk);
      columns.forEach((column, at) => {
        writeColumn(native.data_chunk_get_vector(chunk, at), column, start, count, isText[at] ?? false);
      });
      native.data_chunk_set_size(chunk, count);
      native.append_data_chunk(appender, chunk);
    }
  }
  native.appender_close_sync(appender);
}

function columnText(name: string, type: SqlType): string {
  try {
    return `${quoteIdentifier(name)} ${typeText(type)}`;
  } catch (cause) {
    // A struct without names.
    throw unsupported(name, cause);
  }
}

/** As `typeName`, with every name in quotes: reserved words are names of fields, too. */
function typeText(type: SqlType): string {
  const { id, alias, child, fields, key, value, length } = type;
  if (alias !== undefined) return alias === 'JSON' ? alias : quoteIdentifier(alias);
  if (id === 'LIST' && child !== undefined) return `${typeText(child)}[]`;
  if (id === 'ARRAY' && child !== undefined) return `${typeText(child)}[${length ?? 0}]`;
  if (id === 'MAP' && key !== undefined && value !== undefined) return `MAP(${typeText(key)}, ${typeText(value)})`;
  if ((id === 'STRUCT' || id === 'UNION') && fields !== undefined)
    return `${id}(${fields.map((field) => `${quoteIdentifier(field.name)} ${typeText(field.type)}`).join(', ')})`;
  return typeName(type);
}

const BYTES: ReadonlySet<string> = new Set(['BLOB', 'BIT', 'BIGNUM']);

function holdsBytes({ id, child, fields = [], key, value }: SqlType): boolean {
  const parts = [child, key, value, ...fields.map(({ type }) => type)];
  return BYTES.has(id) || parts.some((part) => part !== undefined && holdsBytes(part));
}

function unsupported(name: string, cause?: unknown): RedQueryError {
  return new RedQueryError('RQ_UNSUPPORTED', `column "${name}" has a type that no table can have; cast it`, { cause });
}
