/**
 * Runs statements whose grouped scans were rewritten: `redis_agg(tag)` is a table that DuckDB computes from nothing but the
 * block (its filter, groups and aggregates).
 */
import {
  type AggregateBlock,
  type AggregateRewrite,
  type PlanReading,
  readPlan,
  rewriteAggregates,
  type SessionObjects,
} from '../../src/planner/index.ts';
import { quoteLiteral, tagScans, untagName } from '../../src/sql/index.ts';
import { COLUMN_NAMES, type Outcome, type PlanningDuckDb } from './planning-duckdb.ts';

/** Gives the one value of a query. */
export async function textOf(duckdb: PlanningDuckDb, sql: string): Promise<string> {
  const reader = await duckdb.connection.runAndReadAll(sql);
  return String(reader.getRows()[0]?.[0]);
}

/** Tags, plans and rewrites a statement as a session does. */
export async function rewriteOfText(
  duckdb: PlanningDuckDb,
  text: string,
  nextTag: () => number,
  objects?: SessionObjects,
): Promise<{ readonly reading: PlanReading; readonly rewrite: AggregateRewrite }> {
  const tagged = tagScans(text, nextTag).text;
  const prepared = await duckdb.connection.prepare(tagged);
  const names = Array.from({ length: prepared.columnCount }, (_, i) => untagName(prepared.columnName(i)));
  const reading = readPlan(await duckdb.planJson(tagged), { isUtc: true });
  const ast = await textOf(duckdb, `SELECT json_serialize_sql(${quoteLiteral(tagged)})`);
  return { reading, rewrite: rewriteAggregates(ast, reading.blocks, names, objects) };
}

/** Runs a rewritten statement. */
export async function runAnswered(duckdb: PlanningDuckDb, blocks: readonly AggregateBlock[], astJson: string): Promise<Outcome> {
  for (const block of blocks) await computeBlock(duckdb, block);
  const printed = await textOf(duckdb, `SELECT json_deserialize_sql(${quoteLiteral(astJson)})`);
  return duckdb.run(printed.replace(/redis_agg\((\d+)\)/g, 'answer_$1'));
}

/** Makes the table `answer_TAG` from nothing but the block. The scan drops what the block's filter does not select. */
async function computeBlock(duckdb: PlanningDuckDb, block: AggregateBlock): Promise<void> {
  const { tag, key, filter, groups, aggregates, args } = block;
  const column = (position: number | null): string => `"${COLUMN_NAMES[position ?? 0]}"`;
  const groupTexts = groups.map((group, i) => {
    const time = `epoch_us(${column(group.column)})`;
    if (group.bucket === null) return `${column(group.column)} AS __g${i}`;
    const [width, origin] = [group.bucket.widthMs * 1000, group.bucket.originMs * 1000];
    const start = `(floor((${time} - ${origin}) / ${width}) * ${width} + ${origin})::BIGINT`;
    return `${group.type.id === 'TIMESTAMP' ? 'make_timestamp' : 'make_timestamptz'}(${start}) AS __g${i}`;
  });
  const aggregateTexts = aggregates.map((call, i) => {
    if (call.name === 'count_star') return `count(*) AS __a${i}`;
    const distinct = call.name === 'count_distinct';
    return `${distinct ? 'count' : call.name}(${distinct ? 'DISTINCT ' : ''}${column(call.column)}) AS __a${i}`;
  });
  const call = `redis_hash('${String(args.positional[0])}', _scan => ${tag})`;
  const grouping = groups.length === 0 ? '' : `GROUP BY ${groups.map((_, i) => i + 1).join()}`;
  const scan = { filter, rowLimit: null, topN: null, gets: 1 };
  await duckdb.run(
    `CREATE OR REPLACE TEMP TABLE answer_${tag} AS SELECT ${[...groupTexts, ...aggregateTexts].join(', ')} FROM ${call} ${grouping}`,
    new Map([[key, scan]]),
  );
}
