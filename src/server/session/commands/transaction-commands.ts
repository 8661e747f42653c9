/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin. */
import type { TransactionStmt } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type SessionPlan } from '../session-plan.ts';
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
      return commandPlan('PREPARE TRANSACTION', () => refusePrepared(), exit);
    default:
      return commandPlan('COMMIT PREPARED', () => {
        throw new PgError('42704', `prepared transaction with identifier "${statement.gid ?? ''}" does not exist`);
      });
  }
}

function refusePrepared(): never {
  throw new PgError('55000', 'prepared transactions are disabled', {
    hint: 'Set max_prepared_transactions to a nonzero value.',
  });
}
