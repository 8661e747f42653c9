/** The extended protocol: Parse, Bind, Describe, Execute, Close (PostgreSQL's exec_parse_message and its kin). */
import { parseScript } from '../dialect/parse.ts';
import { PgError, pgErrorFrom } from '../pg-error.ts';
import type { FrontendMessage } from '../wire/messages.ts';
import type { BoundValue } from '../words.ts';
import { demandStatement, store } from './commands/prepare-commands.ts';
import { movedBy } from './error-position.ts';
import { abortedTransaction, planStatement } from './plan-statement.ts';
import { runPortal } from './portals/portal-runner.ts';
import { Portal } from './portals/portals.ts';
import type { SessionCore } from './session-core.ts';
import { EMPTY_PLAN, type PreparedStatement, type SessionPlan } from './session-plan.ts';
import type { StatementRun } from './statement-run.ts';

type Message<Kind extends FrontendMessage['kind']> = Extract<FrontendMessage, { kind: Kind }>;

/** @throws {PgError} 42601, 42P05, 25P02, or what the planner finds; positions count in the message's text */
export async function parse(
  core: SessionCore,
  { name, text, parameterTypes }: Message<'parse'>,
  run: StatementRun,
): Promise<void> {
  if (name === '') core.statements.delete('');
  const startMs = performance.now();
  try {
    const [statement = null, second] = parseScript(text);
    if (second !== undefined) throw new PgError('42601', 'cannot insert multiple commands into a prepared statement');
    core.transaction.enter(false);
    const plan = statement === null ? EMPTY_PLAN : await planned(core, statement, parameterTypes, run);
    store(core, { name, text, statement, plan });
    core.writer.parseComplete();
  } catch (error) {
    const reason = run.reason ?? pgErrorFrom(error);
    core.report({ text, route: 'parse', startMs, error: reason });
    throw reason;
  }
}

async function planned(
  core: SessionCore,
  statement: NonNullable<PreparedStatement['statement']>,
  parameterTypes: readonly number[],
  run: StatementRun,
): Promise<SessionPlan> {
  try {
    return await planStatement(core, statement, parameterTypes, run);
  } catch (error) {
    throw movedBy(statement.offset, run.reason ?? pgErrorFrom(error));
  }
}

/** @throws {PgError} 26000, 08P01, 22023, 25P02, 42P03; 22P02, 22P03 and their kin for values */
export function bind(core: SessionCore, message: Message<'bind'>): Promise<void> | void {
  const { portal: name, parameterFormats, values, resultFormats } = message;
  const prepared = demandStatement(core, message.statement);
  const { plan, statement, text } = prepared;
  checkCounts(prepared, message);
  core.transaction.enter(false);
  if (core.transaction.isFailed && (!plan.isTransactionExit || values.length > 0)) throw abortedTransaction();
  const wrong = [...parameterFormats, ...resultFormats].find((format: number) => format !== 0 && format !== 1);
  if (wrong !== undefined) throw new PgError('22023', `unsupported format code: ${wrong}`);
  const { columns } = plan;
  if (columns !== null && resultFormats.length > 1 && resultFormats.length !== columns.length) {
    throw new PgError('08P01', `bind message has ${resultFormats.length} result formats but query has ${columns.length} columns`);
  }
  const bound: BoundValue[] = values.map((bytes, at) => ({
    typeOid: plan.parameterTypes[at] ?? 0,
    format: parameterFormats[parameterFormats.length === 1 ? 0 : at] ?? 0,
    bytes,
  }));
  plan.check?.(bound);
  const closing = core.portals.add(
    new Portal({
      name,
      plan: statement === null ? null : plan,
      values: bound,
      formats: resultFormats,
      text,
      offset: statement?.offset ?? 0,
      depth: core.transaction.depth,
    }),
  );
  core.writer.bindComplete();
  return closing;
}

function checkCounts({ name, plan }: PreparedStatement, { parameterFormats, values }: Message<'bind'>): void {
  if (parameterFormats.length > 1 && parameterFormats.length !== values.length) {
    throw new PgError('08P01', `bind message has ${parameterFormats.length} parameter formats but ${values.length} parameters`);
  }
  if (values.length !== plan.parameterTypes.length) {
    throw new PgError(
      '08P01',
      `bind message supplies ${values.length} parameters, but prepared statement "${name}" requires ${plan.parameterTypes.length}`,
    );
  }
}

/** Never runs anything. @throws {PgError} 26000, 34000, 25P02 */
export function describe(core: SessionCore, { target, name }: Message<'describe'>): void {
  core.transaction.enter(false);
  if (target === 'statement') {
    const { plan } = demandStatement(core, name);
    if (core.transaction.isFailed && plan.columns !== null) throw abortedTransaction();
    core.writer.parameterDescription(plan.parameterTypes);
    describeColumns(core, plan.columns, []);
    return;
  }
  const portal = core.portals.demand(name, 'portal');
  const columns = portal.options.plan?.columns ?? portal.cursor?.columns ?? null;
  if (core.transaction.isFailed && columns !== null) throw abortedTransaction();
  describeColumns(core, columns, portal.options.formats);
}

function describeColumns(core: SessionCore, columns: SessionPlan['columns'], formats: Portal['options']['formats']): void {
  if (columns === null) core.writer.noData();
  else core.writer.rowDescription(columns, formats);
}

/** @throws {PgError} 34000, 25P02, 55000, or what the statement gives */
export async function execute(core: SessionCore, message: Message<'execute'>, run: StatementRun): Promise<void> {
  const portal = core.portals.demand(message.portal, 'portal');
  const { plan, text, offset } = portal.options;
  if (plan === null && portal.cursor === null) {
    core.writer.emptyQueryResponse();
    return;
  }
  core.transaction.enter(false);
  if (core.transaction.isFailed && plan?.isTransactionExit !== true) throw abortedTransaction();
  const startMs = performance.now();
  const route = plan?.route ?? 'cursor';
  try {
    const { rowCount, tag } = await runPortal(core, portal, { maxRows: Math.max(0, message.maxRows) }, run);
    core.transaction.noteExecuted();
    if (tag === null) core.writer.portalSuspended();
    else core.writer.commandComplete(tag);
    core.report({ text, route, startMs, rowCount, work: portal.work });
  } catch (error) {
    const reason = movedBy(offset, run.reason ?? pgErrorFrom(error));
    core.report({ text, route, startMs, error: reason, work: portal.work });
    throw reason;
  }
}

/** Unknown names are no error. */
export function close(core: SessionCore, { target, name }: Message<'close'>): Promise<void> | void {
  core.writer.closeComplete();
  if (target === 'portal') return core.portals.drop(name);
  core.statements.delete(name);
}
