/** PREPARE, EXECUTE, DEALLOCATE, EXPLAIN EXECUTE: the same prepared statements as those of the protocol. */
import type { ExecuteStmt, PrepareStmt } from '@pgsql/types';
import { offsetFromBytes, tokensOf } from '../../../sql/index.ts';
import { type Constant, constantOf } from '../../dialect/tree.ts';
import { PgError, pgErrorFrom } from '../../pg-error.ts';
import { checkCatalogValue, engineParameter } from '../../types/parameters.ts';
import { pgTypeByOid, pgTypeName } from '../../types/pg-types.ts';
import type { BoundValue, ParsedStatement } from '../../words.ts';
import { movedBy } from '../error-position.ts';
import { planQuery, planWithPlanner } from '../query-plan.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type PreparedStatement, type SessionPlan } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import { firstWord, innerStatement, statementBehind } from './inner-statement.ts';
import { typeOidOf } from './type-names.ts';

const INTEGER_OIDS = [20, 21, 23];

export function preparePlan(
  core: SessionCore,
  { text }: ParsedStatement,
  { name = '', argtypes = [] }: PrepareStmt,
): SessionPlan {
  return commandPlan('PREPARE', async (run) => {
    const types = argtypes.map((type) => ('TypeName' in type ? typeOidOf(type.TypeName) : 0));
    const { statement, offset } = statementBehind(text, 'as');
    try {
      const plan = await planWithPlanner(core, statement, types, run);
      store(core, { name, text: statement.text, statement, plan });
    } catch (error) {
      throw movedBy(offset, pgErrorFrom(error));
    }
  });
}

/** Keeps a prepared statement. @throws {PgError} 42P05 the name is taken; the unnamed one is replaced */
export function store(core: SessionCore, prepared: PreparedStatement): void {
  if (prepared.name !== '' && core.statements.has(prepared.name)) {
    throw new PgError('42P05', `prepared statement "${prepared.name}" already exists`);
  }
  core.statements.set(prepared.name, prepared);
}

/** @throws {PgError} 26000 */
export function demandStatement(core: SessionCore, name: string): PreparedStatement {
  const prepared = core.statements.get(name);
  if (prepared !== undefined) return prepared;
  throw new PgError(
    '26000',
    name === '' ? 'unnamed prepared statement does not exist' : `prepared statement "${name}" does not exist`,
  );
}

export function executePlan(core: SessionCore, { text }: ParsedStatement, execute: ExecuteStmt): SessionPlan {
  const { name = '' } = execute;
  return {
    parameterTypes: [],
    get columns() {
      return core.statements.get(name)?.plan.columns ?? null;
    },
    isTransactionExit: false,
    route: 'execute',
    start: async (_, run) => {
      const { plan } = demandStatement(core, name);
      return plan.start(await argumentValues(core, text, execute, plan, run), run);
    },
  };
}

export async function explainExecutePlan(
  core: SessionCore,
  { text, offset }: ParsedStatement,
  execute: ExecuteStmt,
  run: StatementRun,
): Promise<SessionPlan> {
  const { statement, plan } = demandStatement(core, execute.name ?? '');
  const values = await argumentValues(core, text, execute, plan, run);
  const prefix = text.slice(0, firstWord(tokensOf(text), 'execute')?.start ?? 0);
  const explained = innerStatement(`${prefix}${statement?.text ?? ''}`, 0).statement;
  const planned = await planWithPlanner(core, { ...explained, offset }, plan.parameterTypes, run);
  return { ...planned, parameterTypes: [], start: (_, own) => planned.start(values, own) };
}

export function deallocatePlan(core: SessionCore, name: string | null): SessionPlan {
  if (name === null) return commandPlan('DEALLOCATE ALL', () => core.statements.clear());
  return commandPlan('DEALLOCATE', () => {
    demandStatement(core, name);
    core.statements.delete(name);
  });
}

/**
 * Gives EXECUTE's arguments as Bind would have brought them.
 * @throws {PgError} 42601 their number is wrong; 22P02 and its kin, 42804 for constants, with their place
 */
async function argumentValues(
  core: SessionCore,
  text: string,
  { name = '', params = [] }: ExecuteStmt,
  plan: SessionPlan,
  run: StatementRun,
): Promise<readonly BoundValue[]> {
  const { parameterTypes } = plan;
  if (params.length !== parameterTypes.length) {
    throw new PgError('42601', `wrong number of parameters for prepared statement "${name}"`, {
      detail: `Expected ${parameterTypes.length} parameters but got ${params.length}.`,
    });
  }
  const constants = params.map((param) => ('A_Const' in param ? constantOf(param.A_Const) : undefined));
  const texts = constants.some((constant) => constant === undefined)
    ? await computed(core, text, params.length, run)
    : constants.map((constant) => {
        if (constant === undefined || constant === null || constant.kind === 'null') return null;
        return constant.kind === 'boolean' ? String(constant.value) : constant.text;
      });
  const isDecimal = constants.map((constant) => constant?.kind === 'decimal');
  const values = parameterTypes.map((typeOid, at) => {
    const given = texts[at] ?? null;
    const value = given !== null && isDecimal[at] === true && INTEGER_OIDS.includes(typeOid) ? rounded(given) : given;
    return { typeOid, format: 0 as const, bytes: value === null ? null : Buffer.from(value) };
  });
  const check = plan.route === 'data' ? engineParameter : checkCatalogValue;
  for (const [at, value] of values.entries()) {
    const param = params[at];
    if (param === undefined || !('A_Const' in param)) continue;
    try {
      checkKind(constants[at]?.kind, value.typeOid, at + 1);
      check(value, core.textStyle);
    } catch (error) {
      throw movedBy(offsetFromBytes(text, param.A_Const.location ?? 0), placed(pgErrorFrom(error)));
    }
  }
  plan.check?.(values);
  return values;
}

/** Numbers and truth values are of a type already; only text takes them all. @throws {PgError} 42804 */
function checkKind(kind: Constant['kind'] | undefined, typeOid: number, number: number): void {
  const category = pgTypeByOid(typeOid)?.category ?? 'X';
  if (kind === undefined || kind === 'null' || kind === 'string' || category === 'S' || category === 'X') return;
  if (category === (kind === 'boolean' ? 'B' : 'N')) return;
  const given = kind === 'decimal' ? 'numeric' : kind;
  throw new PgError(
    '42804',
    `parameter $${number} of type ${given} cannot be coerced to the expected type ${pgTypeName(typeOid)}`,
    { hint: 'You will need to rewrite or cast the expression.' },
  );
}

function placed({ sqlState, message, details }: PgError): PgError {
  return new PgError(sqlState, message, { ...details, position: 0 });
}

/** A decimal for a whole number is rounded, half away from zero, as numeric is. */
function rounded(decimal: string): string {
  const value = Number(decimal);
  return Number.isSafeInteger(Math.trunc(value)) ? String(Math.sign(value) * Math.round(Math.abs(value))) : decimal;
}

/** Lets the planner compute arguments that are no constants: SELECT (argument), … */
async function computed(core: SessionCore, text: string, count: number, run: StatementRun): Promise<(string | null)[]> {
  const tokens = tokensOf(text);
  const open = tokens.find(({ value }) => value === '(');
  const close = tokens.findLast(({ value }) => value === ')');
  if (open === undefined || close === undefined) throw new PgError('42601', 'syntax error at end of input');
  const select = `SELECT ${text.slice(open.end, close.start)}`;
  const planned = await planQuery(core, innerStatement(select, 0).statement, [], run).catch((error: unknown) => {
    throw movedBy(open.end - 'SELECT '.length, pgErrorFrom(error));
  });
  const source = planned.open([], run);
  try {
    for (;;) {
      const rows = await run.until(source.next(1, []));
      if (rows.rowCount > 0) return rowTexts(rows.bytes, count);
      if (rows.isDone) throw new PgError('XX000', 'the arguments gave no row');
    }
  } finally {
    await source.close();
  }
}

/** Reads a DataRow in text format. */
function rowTexts(row: Uint8Array, count: number): (string | null)[] {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  let at = 7;
  return Array.from({ length: count }, () => {
    const length = bytes.readInt32BE(at);
    at += 4 + Math.max(0, length);
    return length < 0 ? null : bytes.toString('utf8', at - length, at);
  });
}
