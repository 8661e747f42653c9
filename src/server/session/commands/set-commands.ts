/** SET, RESET, SHOW and DISCARD. */
import type { VariableSetStmt } from '@pgsql/types';
import type { PgColumn } from '../../words.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type SessionPlan } from '../session-plan.ts';
import { settingSpecs } from '../settings/setting-list.ts';
import type { StatementRun } from '../statement-run.ts';
import { modesOf, setText } from './set-values.ts';
import { textRows } from './text-rows.ts';

const OF_TRANSACTION = ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'];

export function setPlan(core: SessionCore, statement: VariableSetStmt): SessionPlan {
  const { kind, name = '', is_local: isLocal = false } = statement;
  switch (kind) {
    case 'VAR_SET_MULTI':
      return commandPlan('SET', (run) => setModes(core, statement, run));
    case 'VAR_RESET_ALL':
      return commandPlan('RESET', () => core.settings.resetAll());
    case 'VAR_RESET':
      return commandPlan('RESET', (run) => reset(core, name, false, run));
    case 'VAR_SET_DEFAULT':
      return commandPlan('SET', (run) => reset(core, name, isLocal, run));
    case 'VAR_SET_CURRENT':
      return commandPlan('SET', () => {
        core.settings.nameOf(name);
      });
    default:
      return commandPlan('SET', (run) => set(core, statement, run));
  }
}

function set(core: SessionCore, { name = '', args = [], is_local: isLocal = false }: VariableSetStmt, run: StatementRun): void {
  if (isLocal) core.transaction.warnOutsideBlock('SET LOCAL', run);
  const value = setText(name, args, settingSpecs().get(name.toLowerCase())?.list);
  if (OF_TRANSACTION.includes(name)) core.transaction.checkMode(name, value);
  core.settings.set(name, value, isLocal);
}

function reset(core: SessionCore, name: string, isLocal: boolean, run: StatementRun): void {
  if (isLocal) core.transaction.warnOutsideBlock('SET LOCAL', run);
  if (OF_TRANSACTION.includes(name)) core.transaction.warnOutsideBlock('RESET TRANSACTION', run);
  core.settings.set(name, null, isLocal);
}

/** SET TRANSACTION; SET SESSION CHARACTERISTICS AS TRANSACTION, which sets the defaults of transactions to come. */
function setModes(core: SessionCore, { name, args = [] }: VariableSetStmt, run: StatementRun): void {
  if (name === 'TRANSACTION SNAPSHOT') {
    // Redis has no snapshots: each statement reads what is there. DuckDB's scanner only wants to be let in.
    core.transaction.warnOutsideBlock('SET TRANSACTION', run);
    return;
  }
  const modes = modesOf(args);
  if (name === 'SESSION CHARACTERISTICS') {
    for (const [mode, value] of modes) core.settings.set(`default_${mode}`, value, false);
    return;
  }
  core.transaction.warnOutsideBlock('SET TRANSACTION', run);
  for (const [mode, value] of modes) {
    core.transaction.checkMode(mode, value);
    core.settings.set(mode, value, true);
  }
}

function textColumn(name: string): PgColumn {
  return { name, tableOid: 0, columnNumber: 0, typeOid: 25, typeSize: -1, typeModifier: -1 };
}

/** @throws {PgError} 42704 */
export function showPlan(core: SessionCore, name: string): SessionPlan {
  const columns = name === 'all' ? ['name', 'setting', 'description'].map(textColumn) : [textColumn(core.settings.nameOf(name))];
  return {
    parameterTypes: [],
    columns,
    isTransactionExit: false,
    route: 'session',
    start: () => ({
      kind: 'rows',
      source: textRows(name === 'all' ? core.settings.all().map((pair) => [...pair, '']) : [[core.settings.get(name) ?? '']]),
      tagOf: () => 'SHOW',
    }),
  };
}

export function discardPlan(core: SessionCore, target: string): SessionPlan {
  const tag = target.replace('_', ' ');
  if (target !== 'DISCARD_ALL') return commandPlan(tag, () => {});
  return commandPlan(tag, async () => {
    core.transaction.forbidBlock(tag);
    await core.portals.dropAll();
    core.settings.resetAll();
    core.statements.clear();
    await core.planner.discard();
    core.transaction.commitAtOnce();
  });
}
