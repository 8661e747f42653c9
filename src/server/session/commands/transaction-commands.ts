/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin. */
import type { TransactionStmt } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type SessionPlan } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import { modesOf } from './set-values.ts';

export function transactionPlan(core: SessionCore, statement: TransactionStmt): SessionPlan {
  const { transaction } = core;
  const name = statement.savepoint_name ?? '';
  const isChain = statement.chain === true;
  const exit = { isTransactionExit: true };
  switch (statement.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START': {
      const modes = modesOf(statement.options);
      const tag = statement.kind === 'TRANS_STMT_BEGIN' ? 'BEGIN' : 'START TRANSACTION';
      return commandPlan(tag, (run) => transaction.begin(modes, run));
    }
    case 'TRANS_STMT_COMMIT':
      return commandPlan('COMMIT', (run) => transaction.commit(isChain, run), exit);
    case 'TRANS_STMT_ROLLBACK':
      return commandPlan('ROLLBACK', (run) => transaction.rollback(isChain, run), exit);
    case 'TRANS_STMT_SAVEPOINT':
      return commandPlan('SAVEPOINT', () => transaction.savepoint(name));
    case 'TRANS_STMT_RELEASE':
      return commandPlan('RELEASE', () => transaction.release(name));
    case 'TRANS_STMT_ROLLBACK_TO':
      return commandPlan('ROLLBACK', () => transaction.rollbackTo(name), exit);
    case 'TRANS_STMT_PREPARE':
      return commandPlan('PREPARE TRANSACTION', (run) => refusePrepared(core, run), exit);
    default:
      return commandPlan('COMMIT PREPARED', () => {
        throw new PgError('42704', `prepared transaction with identifier "${statement.gid ?? ''}" does not exist`);
      });
  }
}

/** PostgreSQL's own answer where max_prepared_transactions is 0; the transaction is rolled back. */
async function refusePrepared({ transaction }: SessionCore, run: StatementRun): Promise<string> {
  const isBlock = transaction.status !== 'I';
  const tag = await transaction.rollback(false, run);
  if (!isBlock) return tag;
  throw new PgError('55000', 'prepared transactions are disabled', {
    hint: 'Set max_prepared_transactions to a nonzero value.',
  });
}
