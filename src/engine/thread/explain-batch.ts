/** Makes the one row that EXPLAIN adds to DuckDB's: (explain_key, explain_value), both VARCHAR. */
import type { Batch, ColumnData } from '../../arrow/index.ts';
import { explainScan } from '../../planner/explain.ts';
import { COUNTERS } from '../../workers/protocol.ts';
import type { ScanFeed } from './scan-feed.ts';

export function explainBatch(key: string, text: string): Batch {
  return { rowCount: 1, columns: [textColumn(key), textColumn(text)] };
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}

/** Says what a scan asked of Redis and what it took. */
export function explainFeed(feed: ScanFeed): string {
  const cells = new BigInt64Array(feed.counters);
  const counters = Object.fromEntries(COUNTERS.map((name, index) => [name, Number(Atomics.load(cells, index))]));
  return explainScan(feed.plan, counters, (feed.endedAt ?? performance.now()) - feed.startedAt);
}
