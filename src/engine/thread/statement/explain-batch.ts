/**
 * What is known of an EXPLAINed statement's scans, described once, and given in two forms: as the one row that EXPLAIN adds to
 * DuckDB's, (explain_key, explain_value), and as data for `Session.explain`.
 */
import type { Batch, ColumnData } from '../../../arrow/index.ts';
import { valueReader } from '../../../arrow/readers/values.ts';
import { adviceLines, describeAggregate, describeScan } from '../../../planner/explain/explain.ts';
import { counted } from '../../../planner/explain/lines.ts';
import { otherLines, type ScanDescription, textOf, withLines } from '../../../planner/explain/scan-description.ts';
import type { ScanPlan } from '../../../storage/index.ts';
import type { SqlField } from '../../../types/index.ts';
import { COUNTERS } from '../../../workers/protocol.ts';
import type { EngineScan } from '../../protocol.ts';
import type { ScanFeed } from '../functions/scan-feed.ts';
import type { PushedAggregate, RefusedBlock } from './aggregate-pusher.ts';
import type { StatementPlanner } from './statement-planner.ts';
import type { BoundTable } from './table-binder.ts';

/** A statement's scans when it has been planned, or has run. */
export interface ExplainedScans {
  readonly isAnalyze: boolean;
  readonly feeds: readonly ScanFeed[];
  readonly bound: ReadonlyMap<string, BoundTable>;
  readonly planner: StatementPlanner;
  /** What DuckDB drew. */
  readonly drawing: string;
}

/** A scan, what it took, and by what its operator in DuckDB's plan is known. */
interface Described {
  readonly description: ScanDescription;
  readonly server: string;
  readonly expectedKeys: number | 'all' | null;
  readonly actual: EngineScan['actual'];
  readonly mark: number | null;
}

/**
 * Gives the rows to add to an EXPLAIN: one that says what is asked of Redis. None where the result has other columns than
 * EXPLAIN's, as of a statement that DuckDB takes for several.
 */
export function explainRows(fields: readonly SqlField[], scans: ExplainedScans): Batch[] {
  if (!isExplanation(fields)) return [];
  const texts = describeAll(scans).map(({ description }) => textOf(description));
  return texts.length === 0 ? [] : [{ rowCount: 1, columns: [textColumn('redis'), textColumn(texts.join('\n'))] }];
}

/** Gives the same as data. */
export function explainedScans(scans: ExplainedScans): EngineScan[] {
  return describeAll(scans).map(({ description, ...rest }) => {
    const { title, access, commands, index, advice, estimatedRows } = description;
    return { title, access, commands, index, advice, estimatedRows, lines: otherLines(description), ...rest };
  });
}

/** True for the columns of DuckDB's EXPLAIN. */
export function isExplanation(fields: readonly SqlField[]): boolean {
  return fields.map((field) => `${field.name} ${field.type.id}`).join() === 'explain_key VARCHAR,explain_value VARCHAR';
}

/** Gives the text that DuckDB drew: the second column of EXPLAIN's one row. */
export function drawingIn({ columns }: Batch): string {
  const [, drawing] = columns;
  return drawing === undefined ? '' : String(valueReader({ id: 'VARCHAR' }, drawing, { integers: 'bigint' })(0));
}

function describeAll(scans: ExplainedScans): Described[] {
  return [...describeBlocks(scans), ...(scans.isAnalyze ? describeFeeds(scans) : describeCalls(scans))];
}

/** Blocks that Redis groups. */
function describeBlocks({ planner, isAnalyze, feeds }: ExplainedScans): Described[] {
  return [...planner.blocks.pushed].map(([id, pushed]) => {
    const { title, block, answer, elapsedMs } = pushed;
    const description = describeAggregate(title, block, answer, block.columnNames);
    const isTimed = isAnalyze && answer.kind === 'rows';
    return {
      description: isTimed ? withLines(description, ['time', `${elapsedMs.toFixed(1)} ms, question and answer`]) : description,
      server: pushed.request.scan.server,
      expectedKeys: answer.kind === 'rows' ? 0 : expectedKeysOf(answer.plan),
      actual: isAnalyze
        ? actualOfBlock(
            pushed,
            feeds.find((feed) => feed.block === id),
          )
        : null,
      mark: id,
    };
  });
}

function actualOfBlock({ answer, elapsedMs }: PushedAggregate, feed: ScanFeed | undefined): EngineScan['actual'] {
  if (feed !== undefined) return actualOf(feed);
  if (answer.kind !== 'rows') return null;
  const { roundTrips = 0, bytesReceived = 0, redisMicros = 0 } = answer.traffic ?? {};
  const { rowCount } = answer.batch;
  const redisMs = redisMicros / 1000;
  return { rows: rowCount, keysScanned: 0, walkedMillionths: 0, roundTrips, bytesReceived, redisMs, elapsedMs };
}

function describeCalls({ bound, planner }: ExplainedScans): Described[] {
  const { scans } = planner.reading;
  if (scans.length === 0) return [...bound.values()].map((table) => describeUnplanned(table, planner.isPlanned));
  const isPushed = pushedKeys(planner);
  return scans.flatMap((scan) => {
    const table = bound.get(scan.key);
    if (table === undefined || isPushed.has(scan.key)) return [];
    const plan = planner.scanPlanOf(table, scan.columnIndexes);
    const description = describeRefused(plan, refusalOf(planner, scan.key), null, null);
    const inferred =
      table.schema === null ? null : `inferred from ${counted(table.schema.sampledKeys, 'key')}, kept for a minute`;
    return {
      description: inferred === null ? description : withLines(description, ['columns', inferred]),
      server: table.call.server,
      expectedKeys: expectedKeysOf(plan),
      actual: null,
      mark: table.expectedRows,
    };
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
function describeRefused(
  plan: ScanPlan,
  refusal: RefusedBlock | undefined,
  counters: Parameters<typeof describeScan>[1],
  elapsedMs: number | null,
): ScanDescription {
  if (refusal === undefined) return describeScan(plan, counters, elapsedMs);
  const { why, advice = null } = refusal;
  // An index that groups the block finds its rows, too.
  const scan = describeScan(advice === null ? plan : { ...plan, advice: null }, counters, elapsedMs);
  const lines = withLines(scan, ['grouping', `DuckDB: ${why}`], ...adviceLines(advice));
  return { ...lines, advice: advice ?? scan.advice };
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}

/** Says of a call that stands in no plan what is known all the same. */
function describeUnplanned({ title, call: { server }, expectedRows }: BoundTable, isPlanned: boolean): Described {
  const line = isPlanned
    ? (['access', 'none: the statement needs no row of it'] as const)
    : (['plan', 'none that can be read: only the columns used are pushed down, no filter'] as const);
  const description: ScanDescription = {
    ...{ title, head: `${title}  server ${server}`, access: isPlanned ? 'empty' : 'scan', lines: [line] },
    ...{ commands: [], index: null, advice: null, estimatedRows: null },
  };
  return { description, server, expectedKeys: isPlanned ? 0 : 'all', actual: null, mark: expectedRows };
}

/** What each scan asked of Redis and what it took. */
function describeFeeds({ feeds, drawing, planner, bound }: ExplainedScans): Described[] {
  const passed = feeds.length === 1 ? rowsBehindFilter(drawing) : null;
  // Those of blocks have been described.
  return feeds
    .filter(({ block }) => block === null)
    .map((feed) => {
      const counters = countersOf(feed);
      const recheckedAway = passed === null ? {} : { recheckedAway: Math.max(0, (counters['rows'] ?? 0) - passed) };
      const elapsedMs = elapsedMsOf(feed);
      return {
        description: describeRefused(feed.plan, refusalOf(planner, feed.key), { ...counters, ...recheckedAway }, elapsedMs),
        server: feed.plan.request.server,
        expectedKeys: expectedKeysOf(feed.plan),
        actual: actualOf(feed),
        mark: bound.get(feed.key)?.expectedRows ?? null,
      };
    });
}

function elapsedMsOf({ startedAt, endedAt }: ScanFeed): number {
  return (endedAt ?? performance.now()) - startedAt;
}

function countersOf({ counters }: ScanFeed): Record<string, number> {
  const cells = new BigInt64Array(counters);
  return Object.fromEntries(COUNTERS.map((name, index) => [name, Number(Atomics.load(cells, index))]));
}

function actualOf(feed: ScanFeed): EngineScan['actual'] {
  const { redisMicros = 0, ...counters } = countersOf(feed);
  const { rows = 0, keysScanned = 0, walkedMillionths = 0, roundTrips = 0, bytesReceived = 0 } = counters;
  const times = { redisMs: redisMicros / 1000, elapsedMs: elapsedMsOf(feed) };
  return { rows, keysScanned, walkedMillionths, roundTrips, bytesReceived, ...times };
}

/** Keys that a scan looks at; 'all' of the database for a walk over it. */
function expectedKeysOf({ access, estimatedRows }: ScanPlan): number | 'all' | null {
  switch (access.kind) {
    case 'empty':
      return 0;
    case 'keys':
      return access.keys.length;
    case 'search':
      return access.limit === null ? access.expectedKeys : Math.min(access.limit, access.expectedKeys);
    case 'scan':
      return 'all';
    case 'query':
      return access.limit ?? estimatedRows;
    case 'series':
    case 'command':
      return null;
    default:
      return access satisfies never;
  }
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
