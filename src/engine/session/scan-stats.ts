/** What a statement's scans have cost so far, read live from the cells in which workers count. */
import { type AggregateAnswer, type AggregateRequest, withExampleKey } from '../../storage/index.ts';
import { COUNTERS, type CounterName, exampleKeyIn } from '../../workers/index.ts';
import type { ScanReport } from '../protocol.ts';

/** Plain numbers: keys, rows, bytes and so on, as their names say. */
export type ScanCounters = Readonly<Record<CounterName, number>>;

/** One scan, or one block that Redis grouped: what was asked of Redis, and what it took. */
export interface ScanStat extends ScanCounters {
  /** For example `redis_hash('user:*')`. */
  readonly title: string;
  /** The server's name: 'default', or one of `servers`. */
  readonly server: string;
  /**
   * 'scan' (SCAN MATCH), 'keys' (asked for directly), 'search' (keys out of an index), 'query' (redis_search), 'series'
   * (by labels), 'command' (one command gives the rows), 'aggregate' (Redis grouped), or 'empty' (nothing to ask).
   */
  readonly access: string;
  /** The pattern, keys, query or command in a printable form. */
  readonly accessText: string;
  /**
   * The literal commands as redis-cli takes them, of the first ten keys where keys are named; `…` for the key where keys come
   * out of a SCAN or an index: `SCAN 0 MATCH user:* COUNT 1000`, `HMGET … age city`.
   */
  readonly commands: readonly string[];
  /** `commands` with the first key that was read in the place of `…`: `HMGET user:7 age city`; the same where none was. */
  readonly examples: readonly string[];
  /** The search index that was used; null: none. */
  readonly index: string | null;
  /** Rows that were expected; null: not known. */
  readonly estimatedRows: number | null;
  readonly columns: readonly string[];
}

/** What was asked of Redis while a statement was planned: samples of keys, what indexes there are and can do. */
export type PlanningStat = Readonly<Pick<ScanCounters, 'roundTrips' | 'bytesReceived' | 'bytesSent' | 'redisMicros'>>;

/** Sums over planning and all scans of a statement, and each of them. */
export interface StatementStats extends ScanCounters {
  readonly elapsedMs: number;
  readonly scans: readonly ScanStat[];
  readonly planning: PlanningStat;
  /** What the user should know, for example conflicts met while inferring a schema. */
  readonly notes: readonly string[];
}

/** What a statement's cells and counts say, as numbers. */
export function statsFrom(
  { reports, planning }: { readonly reports: readonly ScanReport[]; readonly planning: PlanningStat },
  elapsedMs: number,
  notes: readonly string[],
): StatementStats {
  const scans = reports.map(({ scanId: _, readFrom: _from, counters, ...said }): ScanStat => {
    const counts = countersFrom(counters);
    return { ...said, examples: examplesOf(said.commands, counters, counts.keysScanned), ...counts };
  });
  const planned = plainTraffic(planning);
  return { ...sumOf([...scans, { ...NOTHING, ...planned }]), elapsedMs, scans, planning: planned, notes };
}

/**
 * Makes the report of a block that Redis has grouped while the statement was planned.
 * @param answer the rows that it gave.
 */
export function groupedReport(
  { scan, groups, aggregates }: AggregateRequest,
  answer: Extract<AggregateAnswer, { kind: 'rows' }>,
  traffic: PlanningStat,
): ScanReport {
  const columns = [...groups, ...aggregates].flatMap(({ column }) => (column === null ? [] : (scan.columns[column]?.name ?? [])));
  const { rowCount } = answer.batch;
  return {
    scanId: 0,
    title: scan.title ?? `redis_${scan.source}`,
    access: 'aggregate',
    accessText: answer.command,
    server: scan.server,
    commands: [answer.command, ...(answer.moreCommands ?? [])],
    index: answer.index ?? null,
    estimatedRows: rowCount,
    columns: [...new Set(columns)],
    readFrom: scan.settings.readFrom,
    counters: cellsOf({ ...NOTHING, ...plainTraffic(traffic), rows: rowCount }),
  };
}

function examplesOf(commands: readonly string[], counters: SharedArrayBuffer, keyCount: number): readonly string[] {
  const key = exampleKeyIn(counters);
  return key === null ? commands : withExampleKey(commands, key, keyCount);
}

function countersFrom(cells: SharedArrayBuffer): ScanCounters {
  const values = new BigInt64Array(cells);
  return record((_, index) => Number(Atomics.load(values, index)));
}

function cellsOf(counters: ScanCounters): SharedArrayBuffer {
  const cells = new SharedArrayBuffer(COUNTERS.length * BigInt64Array.BYTES_PER_ELEMENT);
  new BigInt64Array(cells).set(COUNTERS.map((name) => BigInt(counters[name])));
  return cells;
}

function sumOf(scans: readonly ScanCounters[]): ScanCounters {
  return record((name) => scans.reduce((sum, scan) => sum + scan[name], 0));
}

function record(valueOf: (name: CounterName, index: number) => number): ScanCounters {
  // Every name of COUNTERS is set, which fromEntries cannot know.
  return Object.fromEntries(COUNTERS.map((name, index) => [name, valueOf(name, index)])) as ScanCounters;
}

const NOTHING = record(() => 0);

/** The numbers as they are now, of what may count on. */
function plainTraffic({ roundTrips, bytesReceived, bytesSent, redisMicros }: PlanningStat): PlanningStat {
  return { roundTrips, bytesReceived, bytesSent, redisMicros };
}
