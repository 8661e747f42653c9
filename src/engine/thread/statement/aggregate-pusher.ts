/**
 * Query blocks that Redis groups and counts: asks for each what Redis can give, and puts calls of `redis_agg` in their place
 * in the statement's text (planner/aggregates/rewrite.ts). What cannot be rewritten runs as it is.
 */
import { rewriteAggregates } from '../../../planner/aggregates/rewrite.ts';
import type { AggregateBlock } from '../../../planner/index.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import type { AggregateAnswer, AggregateRequest } from '../../../storage/index.ts';
import type { SqlField } from '../../../types/index.ts';
import { type Connection, native, readText } from '../../duckdb.ts';
import { viewsReadBy } from '../session-views.ts';
import { fieldsOf, prepareOne } from './prepared.ts';
import type { PlanningContext } from './statement-planner.ts';
import type { BoundTable } from './table-binder.ts';

/** A block that is answered by Redis. */
export interface PushedAggregate {
  readonly block: AggregateBlock;
  readonly request: AggregateRequest;
  /** `__g0`, …, then `__a0`, …: groups and aggregates. */
  readonly fields: readonly SqlField[];
  readonly answer: Exclude<AggregateAnswer, { kind: 'refused' }>;
  /** How long it took to ask. */
  readonly elapsedMs: number;
  /** `redis_hash('user:*')`. */
  readonly title: string;
}

/** What became of a statement's blocks. */
export interface PushedBlocks {
  /** The text in which they are calls of `redis_agg`; null where none was rewritten. */
  readonly text: string | null;
  /** By the number that `redis_agg` is given. */
  readonly pushed: ReadonlyMap<number, PushedAggregate>;
  /** Why others run as they are, by the key of their scan. */
  readonly refused: ReadonlyMap<string, RefusedBlock>;
}

export type RefusedBlock = Pick<Extract<AggregateAnswer, { kind: 'refused' }>, 'why' | 'advice'>;

/** Tables whose groups the main thread can ask a server for. */
const ASKED_SOURCES: ReadonlySet<string> = new Set(['hash', 'json', 'keys']);

/**
 * Asks and rewrites.
 * @param inner the tagged statement without EXPLAIN.
 * @param requestOf gives the request of a block.
 */
export async function pushAggregates(
  context: PlanningContext,
  connection: Connection,
  inner: string,
  blocks: readonly AggregateBlock[],
  requestOf: (block: AggregateBlock, bound: BoundTable) => AggregateRequest,
): Promise<PushedBlocks> {
  const names = await namesOf(connection, inner);
  const ast = (await readText(connection, `SELECT json_serialize_sql(${quoteLiteral(inner)})`)) ?? '';
  const { hasViews, macros } = context.session;
  const objects = { views: hasViews ? await viewsReadBy(connection, ast) : new Map(), macros };
  // Only what can be rewritten is asked about.
  const wanted = rewriteAggregates(ast, blocks, names, objects);
  const refused = new Map<string, RefusedBlock>(wanted.refused.map(({ tag, why }) => [keyOf(blocks, tag), { why }]));
  const answered = new Map<number, PushedAggregate>();
  await Promise.all(
    blocks.map(async (block) => {
      const bound = context.tables.bound.get(block.key);
      if (bound === undefined || !wanted.done.includes(block.tag)) return;
      const request = requestOf(block, bound);
      const startedAt = performance.now();
      const answer = await answerTo(context, bound, request);
      const elapsedMs = performance.now() - startedAt;
      if (answer.kind === 'refused') refused.set(block.key, answer);
      else answered.set(block.tag, { block, request, fields: fieldsOfBlock(block), answer, elapsedMs, title: bound.title });
    }),
  );
  if (answered.size === 0) return { text: null, pushed: answered, refused };
  const accepted = blocks.filter(({ tag }) => answered.has(tag));
  const { astJson } = accepted.length === wanted.done.length ? wanted : rewriteAggregates(ast, accepted, names, objects);
  if (astJson === null) return { text: null, pushed: new Map(), refused };
  const text = await readText(connection, `SELECT json_deserialize_sql(${quoteLiteral(astJson)})`);
  return { text, pushed: answered, refused };
}

function keyOf(blocks: readonly AggregateBlock[], tag: number): string {
  return blocks.find((block) => block.tag === tag)?.key ?? '';
}

async function answerTo(context: PlanningContext, bound: BoundTable, request: AggregateRequest): Promise<AggregateAnswer> {
  const plan = bound.source.planAggregate?.(request) ?? null;
  if (typeof plan === 'string') return { kind: 'refused', why: plan };
  if (plan !== null) {
    for (const task of plan.tasks) context.session.keys?.checkTask(task);
    return { kind: 'scan', plan };
  }
  if (!ASKED_SOURCES.has(request.scan.source)) return { kind: 'refused', why: 'Redis does not group such a table' };
  const { explain } = context.kind;
  const isDry = explain !== null && !explain.analyze;
  const answer = await context.ask({ kind: 'aggregate', request, isDry });
  return answer.kind === 'aggregate' ? answer.aggregate : { kind: 'refused', why: 'no answer' };
}

function fieldsOfBlock({ groups, aggregates }: AggregateBlock): SqlField[] {
  return [
    ...groups.map(({ type }, index) => ({ name: `__g${index}`, type })),
    ...aggregates.map(({ type }, index) => ({ name: `__a${index}`, type })),
  ];
}

/** The names of the columns as the statement has them before it is rewritten. */
async function namesOf(connection: Connection, text: string): Promise<string[]> {
  const prepared = await prepareOne(connection, text);
  try {
    return fieldsOf(prepared).map(({ name }) => name);
  } finally {
    native.destroy_prepare_sync(prepared);
  }
}
