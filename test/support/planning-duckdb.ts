/**
 * A real DuckDB whose `redis_hash` gives made-up rows, for tests of what is read out of plans: it plans a statement, and
 * runs it with the pushed filters applied (rows that surely do not match are dropped, limits obeyed) or without.
 */
import {
  ANY,
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBScalarFunction,
  DuckDBStructValue,
  DuckDBTableFunction,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  TIMESTAMP_MS,
  TIMESTAMP_NS,
  TIMESTAMP_S,
  TIMESTAMPTZ,
  VARCHAR,
} from '@duckdb/node-api';
import {
  type ArgumentValue,
  groupScans,
  PLANNING_OPTIMIZERS_OFF,
  planErrorFrom,
  RUNNING_OPTIMIZERS_OFF,
  type ScanArguments,
  type ScanGroup,
  scanKeyOf,
  scansOf,
} from '../../src/planner/index.ts';
import { quoteLiteral } from '../../src/sql/index.ts';
import { firstRows } from './first-rows.ts';
import { isExactlyKnown, mayMatch } from './predicate-truth.ts';

/** Physical values: DATE as days, DECIMAL unscaled, times as microseconds, all bigint. */
export type RowValue = string | bigint | number | boolean | null;
export type Row = readonly RowValue[];

const COLUMNS: readonly (readonly [name: string, type: DuckDBType, physical: (value: RowValue) => DuckDBValue])[] = [
  ['_key', VARCHAR, (value) => value],
  ['name', VARCHAR, (value) => value],
  ['age', BIGINT, (value) => value],
  ['score', DOUBLE, (value) => value],
  ['active', BOOLEAN, (value) => value],
  ['born', DATE, (value) => (value === null ? null : new DuckDBDateValue(Number(value)))],
  ['price', DECIMAL(9, 2), (value) => (typeof value === 'bigint' ? new DuckDBDecimalValue(value, 9, 2) : null)],
  ['made', TIMESTAMP, (value) => (typeof value === 'bigint' ? new DuckDBTimestampValue(value) : null)],
  ['seen', TIMESTAMPTZ, (value) => (typeof value === 'bigint' ? new DuckDBTimestampTZValue(value) : null)],
  // Rows that are shorter have NULL here.
  ['at_s', TIMESTAMP_S, (value) => (typeof value === 'bigint' ? new DuckDBTimestampSecondsValue(value) : null)],
  ['at_ms', TIMESTAMP_MS, (value) => (typeof value === 'bigint' ? new DuckDBTimestampMillisecondsValue(value) : null)],
  ['at_ns', TIMESTAMP_NS, (value) => (typeof value === 'bigint' ? new DuckDBTimestampNanosecondsValue(value) : null)],
];
export const COLUMN_NAMES = COLUMNS.map(([name]) => name);

const NAMED = {
  columns: ANY,
  sample_size: INTEGER,
  all_varchar: BOOLEAN,
  on_error: VARCHAR,
  batch_size: INTEGER,
  server: VARCHAR,
  _scan: INTEGER,
};

export type Groups = ReadonlyMap<string, ScanGroup>;

export interface Outcome {
  readonly names: readonly string[];
  readonly types: readonly string[];
  /** Rows as JSON, in the result's order. */
  readonly rows: readonly string[];
}

interface ScanState {
  readonly rows: readonly Row[];
  readonly columns: readonly number[];
  at: number;
}

export class PlanningDuckDb {
  readonly connection: DuckDBConnection;
  /** Keys of all scans that were bound since it was emptied, and how many rows pushed filters dropped. */
  readonly boundKeys = new Set<string>();
  droppedRows = 0;
  /** How many of the others a pushed limit or top-N left out. */
  limitedRows = 0;
  readonly #rowsOf: (pattern: string) => readonly Row[];
  #groups: Groups | null = null;

  private constructor(connection: DuckDBConnection, rowsOf: (pattern: string) => readonly Row[]) {
    this.connection = connection;
    this.#rowsOf = rowsOf;
    connection.registerTableFunction(this.#redisHash());
    for (const call of searchFunctions()) connection.registerScalarFunction(call);
  }

  static async open(rowsOf: (pattern: string) => readonly Row[] = () => []): Promise<PlanningDuckDb> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const opened = new PlanningDuckDb(await instance.connect(), rowsOf);
    await opened.connection.run("SET TimeZone = 'UTC'");
    await opened.#setOptimizersOff(RUNNING_OPTIMIZERS_OFF);
    return opened;
  }

  async planJson(text: string): Promise<string> {
    await this.#setOptimizersOff(PLANNING_OPTIMIZERS_OFF);
    try {
      const reader = await this.connection.runAndReadAll(`SELECT json_serialize_plan(${quoteLiteral(text)}, optimize := true)`);
      return String(reader.getRows()[0]?.[0]);
    } finally {
      await this.#setOptimizersOff(RUNNING_OPTIMIZERS_OFF);
    }
  }

  /** Plans and runs `text` in one transaction, as a session does. */
  async runPushed(text: string): Promise<Outcome> {
    await this.connection.run('BEGIN');
    try {
      const json = await this.planJson(text);
      const groups = planErrorFrom(json) === null ? groupScans(scansOf(json, { isUtc: true })) : new Map<string, ScanGroup>();
      return await this.run(text, groups);
    } finally {
      await this.connection.run('ROLLBACK');
    }
  }

  async run(text: string, groups: Groups | null = null): Promise<Outcome> {
    this.#groups = groups;
    const reader = await this.connection.runAndReadAll(text);
    const types = reader.columnTypes().map(String);
    return { names: reader.columnNames(), types, rows: reader.getRowsJson().map((row) => JSON.stringify(row)) };
  }

  async #setOptimizersOff(names: readonly string[]): Promise<void> {
    await this.connection.run(`SET disabled_optimizers = '${names.join(',')}'`);
  }

  #redisHash(): DuckDBTableFunction {
    return DuckDBTableFunction.create({
      name: 'redis_hash',
      parameterTypes: [VARCHAR],
      namedParameterTypes: NAMED,
      supportsProjectionPushdown: true,
      bindFunction: (info) => {
        for (const [name, type] of COLUMNS) info.addResultColumn(name, type);
        const named = Object.keys(NAMED).flatMap((name) => {
          const value = info.getNamedParameter(name);
          return value === null ? [] : [[name, argumentFrom(value)] as const];
        });
        const positional = [String(info.getParameter(0))];
        info.setBindData({ functionName: 'redis_hash', positional, named: Object.fromEntries(named) } satisfies ScanArguments);
      },
      initFunction: (info) => {
        const args = info.getBindData() as ScanArguments;
        info.setInitData(this.#stateOf(args, info.getColumnIndexes()));
      },
      mainFunction: (info, chunk) => {
        const state = info.getInitData() as ScanState;
        const rows = state.rows.slice(state.at, state.at + 1024);
        state.at += rows.length;
        chunk.rowCount = rows.length;
        state.columns.forEach((column, i) => {
          const physical = COLUMNS[column]?.[2] ?? ((value) => value);
          chunk.setColumnValues(
            i,
            rows.map((row) => physical(row[column] ?? null)),
          );
        });
      },
    });
  }

  #stateOf(args: ScanArguments, columns: readonly number[]): ScanState {
    const key = scanKeyOf(args);
    this.boundKeys.add(key);
    const all = this.#rowsOf(String(args.positional[0]));
    const group = this.#groups?.get(key);
    const filter = group?.filter ?? null;
    const rows = filter === null ? all : all.filter((row) => mayMatch(filter, row));
    this.droppedRows += all.length - rows.length;
    // As a source must: what a filter leaves to DuckDB may not be counted by a limit.
    const isExact = filter === null || isExactlyKnown(filter);
    const wanted = group === undefined || !isExact ? rows : firstRows(rows, group);
    this.limitedRows += rows.length - wanted.length;
    return { rows: wanted, columns, at: 0 };
  }
}

/** The search functions by name and type: they can be planned, not computed. */
function searchFunctions(): DuckDBScalarFunction[] {
  const stands = (name: string, parameterTypes: DuckDBType[], returnType: DuckDBType): DuckDBScalarFunction =>
    DuckDBScalarFunction.create({ name, parameterTypes, returnType, mainFunction: () => refuse(name) });
  return [
    stands('match', [VARCHAR, VARCHAR], BOOLEAN),
    stands('geo_within', [VARCHAR, DOUBLE, DOUBLE, DOUBLE, VARCHAR], BOOLEAN),
    stands('vector_distance', [ANY, ANY], DOUBLE),
  ];
}

function refuse(name: string): never {
  throw new Error(`${name} is only planned here`);
}

function argumentFrom(value: DuckDBValue): ArgumentValue {
  if (value instanceof DuckDBStructValue) {
    return new Map(Object.entries(value.entries).map(([name, member]) => [name, String(member)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}
