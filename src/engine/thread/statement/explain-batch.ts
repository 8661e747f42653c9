/** Makes the one row that EXPLAIN adds to DuckDB's: (explain_key, explain_value), both VARCHAR. */
import type { Batch, ColumnData } from '../../../arrow/index.ts';
import { valueReader } from '../../../arrow/readers/values.ts';
import { explainAggregate, explainScan } from '../../../planner/explain/explain.ts';
import { counted } from '../../../planner/explain/lines.ts';
import type { ScanPlan } from '../../../storage/index.ts';
import type { SqlField } from '../../../types/index.ts';
import { COUNTERS } from '../../../workers/protocol.ts';
import type { ScanFeed } from '../functions/scan-feed.ts';
import type { RefusedBlock } from './aggregate-pusher.ts';
import type { StatementPlanner } from './statement-planner.ts';
import type { BoundTable } from './table-binder.ts';

/** What is known of a statement's scans when it has run. */
export interface ExplainedScans {
  readonly isAnalyze: boolean;
  readonly feeds: readonly ScanFeed[];
  readonly bound: ReadonlyMap<string, BoundTable>;
  readonly planner: StatementPlanner;
  /** What DuckDB drew. */
  readonly drawing: string;
}

/**
 * Gives the rows to add to an EXPLAIN: one that says what is asked of Redis. None where the result has other columns than
 * EXPLAIN's, as of a statement that DuckDB takes for several.
 */
export function explainRows(fields: readonly SqlField[], scans: ExplainedScans): Batch[] {
  const isDrawing =
    fields.map((field) => `${field.name} ${field.type.id}`).join() === 'explain_key VARCHAR,explain_value VARCHAR';
  if (!isDrawing) return [];
  const texts = [...explainBlocks(scans), ...(scans.isAnalyze ? explainFeeds(scans) : explainCalls(scans))];
  return texts.length === 0 ? [] : [{ rowCount: 1, columns: [textColumn('redis'), textColumn(texts.join('\n'))] }];
}

/** Gives the text that DuckDB drew: the second column of EXPLAIN's one row. */
export function drawingIn({ columns }: Batch): string {
  const [, drawing] = columns;
  return drawing === undefined ? '' : String(valueReader({ id: 'VARCHAR' }, drawing, { integers: 'bigint' })(0));
}

/** Says of blocks that Redis groups how it does. */
function explainBlocks({ planner, isAnalyze }: ExplainedScans): string[] {
  return [...planner.blocks.pushed.values()].map(({ title, block, answer, elapsedMs }) => {
    const time = isAnalyze && answer.kind === 'rows' ? `\n  time      ${elapsedMs.toFixed(1)} ms, question and answer` : '';
    return `${explainAggregate(title, block, answer, block.columnNames)}${time}`;
  });
}

function explainCalls({ bound, planner }: ExplainedScans): string[] {
  const { scans } = planner.reading;
  if (scans.length === 0) return [...bound.values()].map((table) => explainUnplanned(table, planner.isPlanned));
  const isPushed = pushedKeys(planner);
  return scans.flatMap((scan) => {
    const table = bound.get(scan.key);
    if (table === undefined || isPushed.has(scan.key)) return [];
    const inferred =
      table.schema === null ? '' : `\n  columns   inferred from ${counted(table.schema.sampledKeys, 'key')}, kept for a minute`;
    const plan = planner.scanPlanOf(table, scan.columnIndexes);
    return [`${explainRefused(plan, refusalOf(planner, scan.key), null, null)}${inferred}`];
  });
}

function pushedKeys(planner: StatementPlanner): ReadonlySet<string> {
  return new Set([...planner.blocks.pushed.values()].map(({ block }) => block.key));
}

/** Why a grouped scan is not grouped by Redis. */
function refusalOf({ blocks, reading }: StatementPlanner, key: string): RefusedBlock | undefined {
  return blocks.refused.get(key) ?? reading.refusals.find((refusal) => refusal.key === key);
}

/** A scan, and why Redis does not group it. */
function explainRefused(
  plan: ScanPlan,
  refusal: RefusedBlock | undefined,
  counters: Parameters<typeof explainScan>[1],
  elapsedMs: number | null,
): string {
  if (refusal === undefined) return explainScan(plan, counters, elapsedMs);
  const { why, advice = null } = refusal;
  const advised = advice === null ? '' : `\n  advice    ${advice.command}\n  saving    ${advice.saving}`;
  // An index that groups the block finds its rows, too.
  const scan = explainScan(advice === null ? plan : { ...plan, advice: null }, counters, elapsedMs);
  return `${scan}\n  grouping  DuckDB: ${why}${advised}`;
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}

/** Says of a call that stands in no plan what is known all the same. */
function explainUnplanned(bound: BoundTable, isPlanned: boolean): string {
  const what = isPlanned
    ? '  access    none: the statement needs no row of it'
    : '  plan      none that can be read: only the columns used are pushed down, no filter';
  return `${bound.title}  server ${bound.call.server}\n${what}`;
}

/** Says what each scan asked of Redis and what it took. */
function explainFeeds({ feeds, drawing, planner }: ExplainedScans): string[] {
  const passed = feeds.length === 1 ? rowsBehindFilter(drawing) : null;
  return feeds.map((feed) => {
    const cells = new BigInt64Array(feed.counters);
    const counters = Object.fromEntries(COUNTERS.map((name, index) => [name, Number(Atomics.load(cells, index))]));
    const recheckedAway = passed === null ? {} : { recheckedAway: Math.max(0, (counters['rows'] ?? 0) - passed) };
    const elapsedMs = (feed.endedAt ?? performance.now()) - feed.startedAt;
    return explainRefused(feed.plan, refusalOf(planner, feed.key), { ...counters, ...recheckedAway }, elapsedMs);
  });
}

/**
 * Gives the rows that passed the filter right above the one scan, out of DuckDB's drawing of a plan without branches, whose
 * boxes stand one below the other; null where there is none.
 */
function rowsBehindFilter(drawing: string): number | null {
  const boxes = drawing.split(/^┌[─┴]+┐$/m);
  const scan = boxes.findIndex((box) => /│\s*Function: REDIS_/.test(box));
  const filter = /│\s*FILTER\s*│/.test(boxes[scan - 1] ?? '') ? boxes[scan - 1] : undefined;
  const count = /│\s*([0-9,]+) rows?\s*│/.exec(filter ?? '')?.[1];
  return count === undefined ? null : Number(count.replaceAll(',', ''));
}
