/** The simple protocol: a Query message's statements, one behind the other, in one transaction of their own (exec_simple_query). */

import { offsetFromBytes } from '../../sql/index.ts';
import { parseScript } from '../dialect/parse.ts';
import { nodeOf, walk } from '../dialect/tree.ts';
import { PgError, pgErrorFrom } from '../pg-error.ts';
import type { ParsedStatement } from '../words.ts';
import { movedBy } from './error-position.ts';
import { planStatement } from './plan-statement.ts';
import { runPortal } from './portals/portal-runner.ts';
import { Portal } from './portals/portals.ts';
import type { SessionCore } from './session-core.ts';
import type { StatementRun } from './statement-run.ts';
import type { Timeouts } from './timeouts.ts';

/**
 * Answers a Query message, ReadyForQuery excepted.
 * @throws {PgError} of the first statement that fails; those behind it do not run. Its position counts in `text`.
 */
export async function runSimpleQuery(core: SessionCore, text: string, run: StatementRun, timeouts: Timeouts): Promise<void> {
  // Its time begins with what is done before the first statement runs.
  timeouts.startStatement(run);
  core.statements.delete('');
  await core.portals.drop('');
  const statements = parsed(core, text);
  if (statements.length === 0) {
    core.writer.emptyQueryResponse();
    return;
  }
  await assertSyntax(core, statements, run);
  for (const statement of statements) {
    const over = core.turn.over();
    if (over !== undefined) await run.until(over);
    timeouts.startStatement(run);
    core.transaction.enter(statements.length > 1);
    try {
      await runStatement(core, statement, run);
      if (isTransactionStatement(statement)) await core.transaction.leave(run);
    } catch (error) {
      throw movedBy(statement.offset, pgErrorFrom(error));
    }
  }
  await core.transaction.leave(run);
}

function parsed(core: SessionCore, text: string): readonly ParsedStatement[] {
  const startMs = performance.now();
  try {
    return parseScript(text);
  } catch (error) {
    const reason = pgErrorFrom(error);
    core.report({ text, route: 'parse', startMs, error: reason });
    throw reason;
  }
}

/** A syntax error anywhere, and nothing runs; what PostgreSQL's parser left to the engine's is looked at before the rest runs. */
async function assertSyntax(core: SessionCore, statements: readonly ParsedStatement[], run: StatementRun): Promise<void> {
  for (const statement of statements.slice(1)) {
    if (statement.tree !== null) continue;
    try {
      await planStatement(core, statement, [], run);
    } catch (error) {
      const reason = pgErrorFrom(error);
      // Anything else may be well when the statements before it have run.
      if (reason.sqlState === '42601') throw movedBy(statement.offset, reason);
    }
  }
}

function isTransactionStatement({ tree }: ParsedStatement): boolean {
  return tree !== null && 'TransactionStmt' in nodeOf(tree);
}

async function runStatement(core: SessionCore, statement: ParsedStatement, run: StatementRun): Promise<void> {
  const startMs = performance.now();
  let route = 'plan';
  let portal: Portal | null = null;
  try {
    const planned = planStatement(core, statement, [], run);
    const plan = planned instanceof Promise ? await planned : planned;
    route = plan.route;
    if (plan.parameterTypes.length > 0) throw noParameter(statement);
    const formats = plan.simpleFormats ?? [];
    portal = new Portal({ name: '', plan, values: [], formats, text: statement.text, offset: 0, depth: core.transaction.depth });
    const { columns } = plan;
    const lead = columns === null ? {} : { lead: () => core.writer.rowDescription(columns, formats) };
    const { rowCount, tag } = await runPortal(core, portal, { maxRows: 0, ...lead }, run);
    const { work } = portal;
    core.writer.commandComplete(tag ?? '');
    core.report({ text: statement.text, route, startMs, rowCount, work });
  } catch (error) {
    const reason = run.reason ?? pgErrorFrom(error);
    core.report({ text: statement.text, route, startMs, error: reason, work: portal?.work });
    throw reason;
  } finally {
    await portal?.close();
  }
}

function noParameter({ tree, text }: ParsedStatement): PgError {
  let first: { readonly number: unknown; readonly location: number } | null = null;
  walk(tree, (kind, { number, location }) => {
    if (kind === 'ParamRef' && typeof location === 'number' && location < (first?.location ?? Infinity))
      first = { number, location };
    return true;
  });
  const { number = 1, location = null } = first ?? {};
  return new PgError(
    '42P02',
    `there is no parameter $${number}`,
    location === null ? {} : { position: offsetFromBytes(text, location) },
  );
}
