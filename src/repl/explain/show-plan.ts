/** EXPLAIN on a window: the plan as a tree, of a statement that is only planned, of one that runs for it, or of one that ran. */
import type { ExplainedPlan, ExplainedScan, ScanStat, Session, StatementStats } from '../../engine/index.ts';
import type { StatementNeeds } from '../statement/needs.ts';
import type { StatementText } from '../statement/statement-text.ts';
import type { Turn } from '../statement/turn.ts';
import { drawPlan } from './draw-plan.ts';

/** Draws what EXPLAIN or EXPLAIN ANALYZE asks for. `planIsIn` is called before the first line; it is the one to say notes. */
export async function showPlan(
  needs: StatementNeeds,
  { explain, text }: StatementText,
  session: Session,
  turn: Turn,
  planIsIn: (plan: ExplainedPlan) => void,
): Promise<void> {
  const plan = await session.explain(explain?.inner ?? text, { analyze: explain?.analyze ?? false, signal: turn.signal });
  planIsIn(plan);
  draw(needs, turn, plan);
}

/** `.explain on`: the plan of a statement whose rows are shown already, with what its scans took. */
export async function showPlanOfRun(
  needs: StatementNeeds,
  { text }: StatementText,
  session: Session,
  turn: Turn,
  stats: StatementStats,
): Promise<void> {
  draw(needs, turn, withActuals(await session.explain(text, { signal: turn.signal }), stats));
}

function draw(needs: StatementNeeds, turn: Turn, plan: ExplainedPlan): void {
  if (turn.isOver) return;
  needs.say(drawPlan(plan, { columns: needs.size.columns, palette: needs.palette }).trimEnd());
}

/** Puts what each scan took into the plan; scans are told by title and commands, where these say nothing by their order. */
export function withActuals(
  plan: ExplainedPlan,
  { scans: stats, elapsedMs }: Pick<StatementStats, 'scans' | 'elapsedMs'>,
): ExplainedPlan {
  const rest = [...stats];
  const scans = plan.scans.map((scan): ExplainedScan => {
    const isSame = ({ title, commands }: ScanStat): boolean =>
      title === scan.title && commands.join('\n') === scan.commands.join('\n');
    const exact = rest.findIndex(isSame);
    const at = exact >= 0 ? exact : rest.findIndex(({ title }) => title === scan.title);
    const stat = at < 0 ? undefined : rest.splice(at, 1)[0];
    return stat === undefined ? scan : { ...scan, actual: actualFrom(stat, elapsedMs) };
  });
  return { ...plan, scans };
}

function actualFrom(stat: ScanStat, elapsedMs: number): ExplainedScan['actual'] {
  const { rows, keysScanned, walkedMillionths, roundTrips, bytesReceived, redisMicros } = stat;
  return { rows, keysScanned, walkedMillionths, roundTrips, bytesReceived, redisMs: redisMicros / 1000, elapsedMs };
}
