/** Says who runs a statement, the session itself or the planner, and plans it (PostgreSQL's parse analysis). */
import { nodeOf } from '../dialect/tree.ts';
import { PgError } from '../pg-error.ts';
import type { ParsedStatement } from '../words.ts';
import { copyPlan } from './commands/copy.ts';
import { closePlan, declarePlan, fetchPlan } from './commands/cursor-commands.ts';
import { deallocatePlan, executePlan, explainExecutePlan, preparePlan } from './commands/prepare-commands.ts';
import { discardPlan, setPlan, showPlan } from './commands/set-commands.ts';
import { transactionPlan } from './commands/transaction-commands.ts';
import { planWithPlanner } from './query-plan.ts';
import type { SessionCore } from './session-core.ts';
import { commandPlan, type SessionPlan } from './session-plan.ts';
import type { StatementRun } from './statement-run.ts';

/**
 * Plans one statement.
 * @param parameterTypes as Parse gave them; 0 or missing: to be found
 * @throws {PgError} what is wrong with it, with its position in `statement.text`
 */
export function planStatement(
  core: SessionCore,
  statement: ParsedStatement,
  parameterTypes: readonly number[],
  run: StatementRun,
): SessionPlan | Promise<SessionPlan> {
  if (core.transaction.isFailed && !isTransactionExit(statement)) throw abortedTransaction();
  return sessionPlan(core, statement, parameterTypes, run) ?? planWithPlanner(core, statement, parameterTypes, run);
}

/** What an aborted transaction answers to everything but its end. */
export function abortedTransaction(): PgError {
  return new PgError('25P02', 'current transaction is aborted, commands ignored until end of transaction block');
}

export function isTransactionExit({ tree }: ParsedStatement): boolean {
  const kind = tree === null ? undefined : transactionKind(tree);
  return kind !== undefined && ['COMMIT', 'PREPARE', 'ROLLBACK', 'ROLLBACK_TO'].includes(kind.slice('TRANS_STMT_'.length));
}

function transactionKind(tree: NonNullable<ParsedStatement['tree']>): string | undefined {
  const node = nodeOf(tree);
  return 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined;
}

/** Plans the commands that the session runs itself; null: it is none. */
function sessionPlan(
  core: SessionCore,
  statement: ParsedStatement,
  parameterTypes: readonly number[],
  run: StatementRun,
): SessionPlan | Promise<SessionPlan> | null {
  if (statement.tree === null) return null;
  const node = nodeOf(statement.tree);
  if ('SelectStmt' in node) return null;
  if ('TransactionStmt' in node) return transactionPlan(core, node.TransactionStmt);
  if ('VariableSetStmt' in node) return setPlan(core, node.VariableSetStmt);
  if ('VariableShowStmt' in node) return showPlan(core, node.VariableShowStmt.name ?? '');
  if ('DiscardStmt' in node) return discardPlan(core, node.DiscardStmt.target ?? 'DISCARD_ALL');
  if ('DeclareCursorStmt' in node) return declarePlan(core, statement, node.DeclareCursorStmt, parameterTypes, run);
  if ('FetchStmt' in node) return fetchPlan(core, node.FetchStmt);
  if ('ClosePortalStmt' in node) return closePlan(core, node.ClosePortalStmt.portalname ?? null);
  if ('PrepareStmt' in node) return preparePlan(core, statement, node.PrepareStmt);
  if ('ExecuteStmt' in node) return executePlan(core, statement, node.ExecuteStmt);
  if ('DeallocateStmt' in node) return deallocatePlan(core, node.DeallocateStmt.name ?? null);
  if ('CopyStmt' in node) return copyPlan(core, statement, node.CopyStmt);
  if ('ExplainStmt' in node && node.ExplainStmt.query !== undefined && 'ExecuteStmt' in node.ExplainStmt.query) {
    return explainExecutePlan(core, statement, node.ExplainStmt.query.ExecuteStmt, run);
  }
  return otherCommand(core, node);
}

function otherCommand(core: SessionCore, node: ReturnType<typeof nodeOf>): SessionPlan | null {
  if ('ListenStmt' in node) return commandPlan('LISTEN', () => {});
  if ('UnlistenStmt' in node) return commandPlan('UNLISTEN', () => {});
  if ('NotifyStmt' in node) return commandPlan('NOTIFY', () => {});
  if ('LockStmt' in node) return commandPlan('LOCK TABLE', () => core.transaction.requireBlock('LOCK TABLE'));
  if ('CheckPointStmt' in node) {
    return commandPlan('CHECKPOINT', () => {
      throw new PgError('42501', 'permission denied to execute CHECKPOINT command');
    });
  }
  if ('VacuumStmt' in node) {
    const what = node.VacuumStmt.is_vacuumcmd === true ? 'VACUUM' : 'ANALYZE';
    return commandPlan(what, () => {
      throw new PgError('25006', `cannot execute ${what} in a read-only transaction`, {
        hint: 'Redis keeps no pages and no statistics that could be rebuilt.',
      });
    });
  }
  return null;
}
