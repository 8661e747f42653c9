/** Makes the one row that EXPLAIN adds to DuckDB's: (explain_key, explain_value), both VARCHAR. */
import type { Batch, ColumnData } from '../../arrow/index.ts';
import { explainScan } from '../../planner/explain.ts';
import type { ScanGroup } from '../../planner/index.ts';
import { hashSource } from '../../storage/hash-source.ts';
import { COUNTERS } from '../../workers/protocol.ts';
import type { ScanFeed } from './scan-feed.ts';
import { type BoundTable, scanRequestOf } from './table-binder.ts';

export function explainBatch(key: string, text: string): Batch {
  return { rowCount: 1, columns: [textColumn(key), textColumn(text)] };
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}

/** Says of a call that stands in no plan what is known all the same. */
export function explainUnplanned(bound: BoundTable): string {
  const lines = [
    `${bound.title}  server ${bound.table.server}`,
    '  plan      none that can be read: only the columns used are pushed down, no filter',
  ];
  return lines.join('\n');
}

/** Says of a planned call what will be asked of Redis. */
export function explainPlanned(bound: BoundTable, projection: readonly number[], group: ScanGroup | undefined): string {
  const inferred = bound.sampledKeys === null ? '' : `\n  columns   inferred from ${bound.sampledKeys} hashes, kept for a minute`;
  return `${explainScan(hashSource.plan(scanRequestOf(bound, projection, group)), null, null)}${inferred}`;
}

/** Says what a scan asked of Redis and what it took. */
export function explainFeed(feed: ScanFeed): string {
  const cells = new BigInt64Array(feed.counters);
  const counters = Object.fromEntries(COUNTERS.map((name, index) => [name, Number(Atomics.load(cells, index))]));
  return explainScan(feed.plan, counters, (feed.endedAt ?? performance.now()) - feed.startedAt);
}
