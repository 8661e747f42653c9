/** Plans by the planner: what reads data or catalog, and what is refused. */
import { pgErrorFrom } from '../pg-error.ts';
import { checkCatalogValue } from '../types/parameters.ts';
import type { BoundValue, ParsedStatement, PlannedQuery } from '../words.ts';
import type { InnerStatement } from './commands/inner-statement.ts';
import { movedBy } from './error-position.ts';
import type { SessionCore } from './session-core.ts';
import type { SessionPlan, Started } from './session-plan.ts';
import type { StatementRun } from './statement-run.ts';

/** Plans a statement that the session does not run itself. @throws {PgError} */
export async function planWithPlanner(
  core: SessionCore,
  statement: ParsedStatement,
  parameterTypes: readonly number[],
  run: StatementRun,
): Promise<SessionPlan> {
  return planOfQuery(core, await planQuery(core, statement, parameterTypes, run), parameterTypes);
}

/** Gives the planner's own plan. @throws {PgError} what is wrong with the statement, or why it was cancelled */
export async function planQuery(
  core: SessionCore,
  statement: ParsedStatement,
  parameterTypes: readonly number[],
  run: StatementRun,
): Promise<PlannedQuery> {
  try {
    return await run.until(core.planner.plan(statement, parameterTypes, run));
  } catch (error) {
    throw run.reason ?? pgErrorFrom(error);
  }
}

/** Types that Parse gave beyond the statement's parameters are parameters all the same: Bind must bring values for them. */
function planOfQuery(core: SessionCore, planned: PlannedQuery, givenTypes: readonly number[]): SessionPlan {
  const usedCount = planned.parameterTypes.length;
  // The same array where it can be: what was found when it was checked need not be found again.
  const used = (bound: readonly BoundValue[]) => (bound.length > usedCount ? bound.slice(0, usedCount) : bound);
  return {
    parameterTypes: [...planned.parameterTypes, ...givenTypes.slice(usedCount)],
    columns: planned.columns,
    isTransactionExit: false,
    route: planned.route ?? 'query',
    check: (bound) => checkValues(core, planned, used(bound)),
    start: (bound, run) => {
      const values = used(bound);
      return planned.columns === null ? runWithoutRows(planned, values, run) : startRows(planned, values, run);
    },
  };
}

/** Looks at the values of a planned statement, when they come. @throws {PgError} 22P02, 22P03 and their kin */
export function checkValues(core: SessionCore, planned: PlannedQuery, values: readonly BoundValue[]): void {
  if (values.length === 0) return;
  if (planned.check !== undefined) planned.check(values, core);
  else for (const value of values) checkCatalogValue(value, core.textStyle);
}

function startRows(planned: PlannedQuery, values: readonly BoundValue[], run: StatementRun): Started {
  return { kind: 'rows', source: planned.open(values, run), tagOf: (rowCount) => tagOf(planned, rowCount) };
}

async function runWithoutRows(planned: PlannedQuery, values: readonly BoundValue[], run: StatementRun): Promise<Started> {
  const source = planned.open(values, run);
  let rowCount = 0;
  try {
    for (let isDone = false; !isDone; ) {
      const rows = await source.next(2048, []);
      rowCount += rows.rowCount;
      isDone = rows.isDone;
    }
  } finally {
    await source.close();
  }
  return { kind: 'done', tag: tagOf(planned, rowCount), rowCount };
}

function tagOf({ tag, hasCount }: PlannedQuery, rowCount: number): string {
  return hasCount ? `${tag} ${rowCount}` : tag;
}

/** Plans the statement inside a command; errors count their position in the command. */
export async function plannedInner(
  core: SessionCore,
  { statement, offset }: InnerStatement,
  parameterTypes: readonly number[],
  run: StatementRun,
): Promise<PlannedQuery> {
  try {
    return await planQuery(core, statement, parameterTypes, run);
  } catch (error) {
    throw movedBy(offset, pgErrorFrom(error));
  }
}
