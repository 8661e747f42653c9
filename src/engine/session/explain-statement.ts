/**
 * Makes an ExplainedPlan: lets DuckDB explain the statement as JSON, joins its operators with what the engine thread says of
 * the scans, and asks how many keys a walk over a database looks at.
 */
import { RedQueryError } from '../../errors.ts';
import { classifyStatement, sessionStatement } from '../../sql/index.ts';
import type { EngineExplanation } from '../protocol.ts';
import type { ExplainedPlan, ExplainedScan, ExplainOptions } from './explained-plan.ts';
import { type MarkedScan, planTreeFrom } from './plan-tree.ts';
import type { Result } from './result.ts';
import type { StatementStats } from './scan-stats.ts';

/** What it needs of its session. */
export interface ExplainingSession {
  query(statement: string, isStructured: boolean): Result;
  /** The keys of a server's database; null: not known. */
  keyCount(server: string): Promise<number | null>;
}

/**
 * Explains a statement, and runs it with `analyze`.
 * @throws {RedQueryError} as the statement; positions are those of `text`.
 */
export async function explainStatement(
  text: string,
  { analyze = false }: ExplainOptions,
  session: ExplainingSession,
): Promise<ExplainedPlan> {
  const startedAt = performance.now();
  const { kind, isPlannable } = classifyStatement(text);
  const hasPlan = isPlannable || kind === 'describe';
  const ran = analyze && !hasPlan ? await runWithoutPlan(text, session) : await explain(text, analyze, session);
  const elapsedMs = analyze ? performance.now() - startedAt : null;
  const { root, scans } = hasPlan ? planTreeFrom(ran.planJson, ran.scans) : { root: null, scans: [] };
  const counted = await Promise.all(scans.map((scan) => withKeys(scan, session)));
  return { schema: hasPlan ? ran.schema : [], root, scans: counted, elapsedMs, notes: ran.stats.notes, stats: ran.stats };
}

interface Ran extends EngineExplanation {
  readonly planJson: string;
  readonly stats: StatementStats;
}

async function explain(text: string, analyze: boolean, session: ExplainingSession): Promise<Ran> {
  const prefix = analyze ? 'EXPLAIN (ANALYZE, FORMAT json) ' : 'EXPLAIN (FORMAT json) ';
  const statement = sessionStatement(text);
  const result = session.query(prefix + statement.text, true);
  try {
    const rows = await result.rows();
    const planJson = String(rows[0]?.['explain_value'] ?? '');
    const { schema = [], scans = [] } = result.explained ?? {};
    return { planJson, schema, scans, stats: result.stats };
  } catch (error) {
    throw movedBack(error, (offset) => statement.mapPosition(Math.max(0, offset - prefix.length)));
  } finally {
    await result.close();
  }
}

/** SET, DROP, CREATE VIEW, …: EXPLAIN ANALYZE would not do what they do. */
async function runWithoutPlan(text: string, session: ExplainingSession): Promise<Ran> {
  const result = session.query(text, false);
  for await (const _ of result.batches());
  return { planJson: '', schema: [], scans: [], stats: result.stats };
}

async function withKeys({ expectedKeys, mark: _, ...scan }: MarkedScan, session: ExplainingSession): Promise<ExplainedScan> {
  return { ...scan, estimatedKeys: expectedKeys === 'all' ? await session.keyCount(scan.server) : expectedKeys };
}

function movedBack(error: unknown, mapPosition: (offset: number) => number): unknown {
  if (!(error instanceof RedQueryError) || error.position === undefined) return error;
  const { code, message, hint, position } = error;
  return new RedQueryError(code, message, {
    cause: error,
    position: mapPosition(position),
    ...(hint === undefined ? {} : { hint }),
  });
}
