/** The plain DuckDB: tables of the same rows, made from what the generator wrote, and the answers to the same statements. */
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Table, World } from '../world/words.ts';
import { decoded } from './decoder.ts';

/** An answer in a form that both sides have: names and types of the columns, and one text a cell. */
export interface Answer {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Numbers that were rounded on the way (DOUBLE) stay numbers; all else is its text. */
export type Cell = string | number | null;

const ROWS_AN_INSERT = 200;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export class Oracle implements Disposable {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Oracle> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Oracle(connection);
  }

  /** Replaces all tables by those of a world. */
  async load(world: World): Promise<void> {
    for (const table of world.tables) await this.#loadTable(table);
  }

  async #loadTable({ name, columns, rows, onError }: Table): Promise<void> {
    const raw = columns.map((column) => `"${column.name}" VARCHAR`);
    await this.#connection.run(`CREATE OR REPLACE TEMP TABLE raw (${['_key VARCHAR', ...raw].join(', ')})`);
    for (let at = 0; at < rows.length; at += ROWS_AN_INSERT) {
      const tuples = rows.slice(at, at + ROWS_AN_INSERT).map(({ key, cells }) => {
        const values = columns.map((column) => cells[column.name]);
        return `(${[key, ...values].map((text) => (text === undefined ? 'NULL' : quoted(text))).join(', ')})`;
      });
      await this.#connection.run(`INSERT INTO raw VALUES ${tuples.join(', ')}`);
    }
    const items = columns.map(
      (column) => `CAST(${decoded(`"${column.name}"`, column.type)} AS ${column.type}) AS "${column.name}"`,
    );
    const isBad = columns.map(
      (column) => `("${column.name}" IS NOT NULL AND ${decoded(`"${column.name}"`, column.type)} IS NULL)`,
    );
    const where = onError === 'skip' ? ` WHERE NOT (${isBad.join(' OR ')})` : '';
    await this.#connection.run(`CREATE OR REPLACE TABLE ${name} AS SELECT ${['_key', ...items].join(', ')} FROM raw${where}`);
  }

  /** Runs what has no answer. */
  async run(text: string): Promise<void> {
    await this.#connection.run(text);
  }

  async answer(text: string): Promise<Answer> {
    const reader = await this.#connection.runAndReadAll(text);
    return {
      names: reader.columnNames(),
      types: reader.columnTypes().map(String),
      rows: reader.getRows().map((row) => row.map(cellOf)),
    };
  }

  [Symbol.dispose](): void {
    this.#connection.disconnectSync();
  }
}

function cellOf(value: DuckDBValue): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (value instanceof DuckDBTimestampTZValue) return `${String(new DuckDBTimestampValue(value.micros))}+00`;
  return String(value);
}
