/** Makes the one row that EXPLAIN adds to DuckDB's: (explain_key, explain_value), both VARCHAR. */
import type { Batch, ColumnData } from '../../../arrow/index.ts';
import { explainScan } from '../../../planner/explain/explain.ts';
import type { SqlField } from '../../../types/index.ts';
import { COUNTERS } from '../../../workers/protocol.ts';
import type { ScanFeed } from '../functions/scan-feed.ts';
import type { StatementPlanner } from './statement-planner.ts';
import type { BoundTable } from './table-binder.ts';

/** What is known of a statement's scans when it has run. */
export interface ExplainedScans {
  readonly isAnalyze: boolean;
  readonly feeds: readonly ScanFeed[];
  readonly bound: ReadonlyMap<string, BoundTable>;
  readonly planner: StatementPlanner;
}

/**
 * Gives the rows to add to an EXPLAIN: one that says what is asked of Redis. None where the result has other columns than
 * EXPLAIN's, as of a statement that DuckDB takes for several.
 */
export function explainRows(fields: readonly SqlField[], scans: ExplainedScans): Batch[] {
  const isDrawing =
    fields.map((field) => `${field.name} ${field.type.id}`).join() === 'explain_key VARCHAR,explain_value VARCHAR';
  if (!isDrawing) return [];
  const texts = scans.isAnalyze ? scans.feeds.map(explainFeed) : explainCalls(scans);
  return texts.length === 0 ? [] : [{ rowCount: 1, columns: [textColumn('redis'), textColumn(texts.join('\n'))] }];
}

function explainCalls({ bound, planner }: ExplainedScans): string[] {
  if (planner.reading.scans.length === 0) return [...bound.values()].map(explainUnplanned);
  return planner.reading.scans.flatMap((scan) => {
    const table = bound.get(scan.key);
    if (table === undefined) return [];
    const inferred =
      table.schema === null ? '' : `\n  columns   inferred from ${table.schema.sampledKeys} keys, kept for a minute`;
    return [`${explainScan(planner.scanPlanOf(table, scan.columnIndexes), null, null)}${inferred}`];
  });
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}

/** Says of a call that stands in no plan what is known all the same. */
function explainUnplanned(bound: BoundTable): string {
  const lines = [
    `${bound.title}  server ${bound.call.server}`,
    '  plan      none that can be read: only the columns used are pushed down, no filter',
  ];
  return lines.join('\n');
}

/** Says what a scan asked of Redis and what it took. */
function explainFeed(feed: ScanFeed): string {
  const cells = new BigInt64Array(feed.counters);
  const counters = Object.fromEntries(COUNTERS.map((name, index) => [name, Number(Atomics.load(cells, index))]));
  return explainScan(feed.plan, counters, (feed.endedAt ?? performance.now()) - feed.startedAt);
}
