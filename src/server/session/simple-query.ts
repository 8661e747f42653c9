/** The simple protocol: a Query message's statements, one behind the other, in one transaction of their own (exec_simple_query). */
import { parseScript } from '../dialect/parse.ts';
import { nodeOf } from '../dialect/tree.ts';
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
  core.statements.delete('');
  await core.portals.drop('');
  const statements = parseScript(text);
  if (statements.length === 0) {
    core.writer.emptyQueryResponse();
    return;
  }
  for (const statement of statements) {
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
    if (plan.parameterTypes.length > 0) throw noParameter(1);
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

function noParameter(number: number): PgError {
  return new PgError('42P02', `there is no parameter $${number}`);
}
