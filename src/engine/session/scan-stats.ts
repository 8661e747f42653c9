/** What a statement's scans have cost so far, read live from the cells in which workers count. */
import { COUNTERS, type CounterName } from '../../workers/index.ts';
import type { ScanReport } from '../protocol.ts';

/** Plain numbers: keys, rows, bytes and so on, as their names say. */
export type ScanCounters = Readonly<Record<CounterName, number>>;

/** One scan: what was asked of Redis, and what it took. */
export interface ScanStat extends ScanCounters {
  /** For example `redis_hash('user:*')`. */
  readonly title: string;
  /** 'scan' (SCAN MATCH), 'keys' (asked for directly), or 'empty' (nothing to ask). */
  readonly access: string;
  /** The pattern or keys in a printable form. */
  readonly accessText: string;
  readonly columns: readonly string[];
}

/** Sums over all scans of a statement, and each of them. */
export interface StatementStats extends ScanCounters {
  readonly elapsedMs: number;
  readonly scans: readonly ScanStat[];
  /** What the user should know, for example conflicts met while inferring a schema. */
  readonly notes: readonly string[];
}

export function statsFrom(reports: readonly ScanReport[], elapsedMs: number, notes: readonly string[]): StatementStats {
  const scans = reports.map((report) => ({
    title: report.title,
    access: report.access,
    accessText: report.accessText,
    columns: report.columns,
    ...countersFrom(report.counters),
  }));
  return { ...sumOf(scans), elapsedMs, scans, notes };
}

function countersFrom(cells: SharedArrayBuffer): ScanCounters {
  const values = new BigInt64Array(cells);
  return record((_, index) => Number(Atomics.load(values, index)));
}

function sumOf(scans: readonly ScanCounters[]): ScanCounters {
  return record((name) => scans.reduce((sum, scan) => sum + scan[name], 0));
}

function record(valueOf: (name: CounterName, index: number) => number): ScanCounters {
  // Every name of COUNTERS is set, which fromEntries cannot know.
  return Object.fromEntries(COUNTERS.map((name, index) => [name, valueOf(name, index)])) as ScanCounters;
}
