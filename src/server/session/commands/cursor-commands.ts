/** DECLARE, FETCH, MOVE and CLOSE: a cursor of SQL is a portal with a name (PostgreSQL's portalcmds.c). */
import type { DeclareCursorStmt, FetchStmt } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { BoundValue, ParsedStatement, PlannedQuery, RowSource } from '../../words.ts';
import { Cursor } from '../portals/cursor.ts';
import { Portal } from '../portals/portals.ts';
import { checkValues, plannedInner } from '../query-plan.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type SessionPlan } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import { statementBehind } from './inner-statement.ts';

/** Bits of DeclareCursorStmt.options (PostgreSQL's parsenodes.h). */
const BINARY = 0x1;
const SCROLL = 0x2;
const NO_SCROLL = 0x4;
const INSENSITIVE = 0x8;
const ASENSITIVE = 0x10;
const HOLD = 0x20;
const MOVE_PORTION_ROWS = 2048;

export async function declarePlan(
  core: SessionCore,
  statement: ParsedStatement,
  declare: DeclareCursorStmt,
  parameterTypes: readonly number[],
  run: StatementRun,
): Promise<SessionPlan> {
  const { portalname: name = '', options = 0 } = declare;
  checkOptions(options);
  const inner = statementBehind(statement.text, 'for');
  const planned = await plannedInner(core, inner, parameterTypes, run);
  return {
    ...commandPlan('DECLARE CURSOR', () => {}),
    parameterTypes: planned.parameterTypes,
    check: (values) => checkValues(core, planned, values),
    start: (values) => {
      if ((options & HOLD) === 0) core.transaction.requireBlock('DECLARE CURSOR');
      openCursor(core, { name, options, planned, values, text: statement.text });
      return { kind: 'done', tag: 'DECLARE CURSOR' };
    },
  };
}

function checkOptions(options: number): void {
  const both = (a: number, b: number): boolean => (options & a) !== 0 && (options & b) !== 0;
  if (both(SCROLL, NO_SCROLL)) throw new PgError('42P11', 'cannot specify both SCROLL and NO SCROLL');
  if (both(INSENSITIVE, ASENSITIVE)) throw new PgError('42P11', 'cannot specify both ASENSITIVE and INSENSITIVE');
}

interface OpenCursor {
  readonly name: string;
  readonly options: number;
  readonly planned: PlannedQuery;
  readonly values: readonly BoundValue[];
  readonly text: string;
}

function openCursor(core: SessionCore, { name, options, planned, values, text }: OpenCursor): void {
  const portal = new Portal({
    name,
    plan: null,
    values,
    formats: [],
    text,
    offset: 0,
    depth: core.transaction.depth,
    isHoldable: (options & HOLD) !== 0,
    isBinary: (options & BINARY) !== 0,
  });
  void core.portals.add(portal);
  core.transaction.noteQuery();
  portal.run = core.newRun();
  const tagOf = (rowCount: number): string => `SELECT ${rowCount}`;
  const source = planned.open(values, portal.run);
  portal.started = { kind: 'rows', source, tagOf };
  portal.cursor = new Cursor({
    source,
    columns: planned.columns ?? [],
    isScroll: (options & SCROLL) !== 0,
    budget: core.portals,
    style: () => core.textStyle,
    tagOf,
  });
}

export function fetchPlan(core: SessionCore, fetch: FetchStmt): SessionPlan {
  const { portalname: name = '', direction = 'FETCH_FORWARD', howMany = 0, ismove: isMove = false } = fetch;
  const rowsOf = (portal: Portal): RowSource => {
    if (portal.cursor === null) throw new PgError('55000', `portal "${name}" cannot be run`);
    // The grammar gives counts that fit 32 bits.
    return portal.cursor.fetch(direction, Number(howMany), isMove);
  };
  const common = { parameterTypes: [], isTransactionExit: false, route: 'session' };
  if (isMove) {
    return {
      ...common,
      columns: null,
      start: async (_, run) => ({ kind: 'done', tag: `MOVE ${await countRows(core, name, rowsOf, run)}` }),
    };
  }
  return {
    ...common,
    get columns() {
      return core.portals.get(name)?.cursor?.columns ?? null;
    },
    get simpleFormats() {
      return core.portals.get(name)?.options.isBinary === true ? ([1] as const) : [];
    },
    start: () => {
      const portal = core.portals.demand(name, 'cursor');
      return { kind: 'rows', source: watched(portal, rowsOf(portal)), tagOf: (rowCount) => `FETCH ${rowCount}` };
    },
  };
}

async function countRows(
  core: SessionCore,
  name: string,
  rowsOf: (portal: Portal) => RowSource,
  run: StatementRun,
): Promise<number> {
  const portal = core.portals.demand(name, 'cursor');
  const source = watched(portal, rowsOf(portal));
  for (let rowCount = 0; ; ) {
    const rows = await run.until(source.next(MOVE_PORTION_ROWS, []));
    rowCount += rows.rowCount;
    if (rows.isDone) return rowCount;
  }
}

/** A portal whose rows could not be read cannot be read again. */
function watched(portal: Portal, source: RowSource): RowSource {
  const next: RowSource['next'] = async (maxRows, formats) => {
    try {
      return await source.next(maxRows, formats);
    } catch (error) {
      portal.isBroken = true;
      throw error;
    }
  };
  return { next, close: () => source.close() };
}

export function closePlan(core: SessionCore, name: string | null): SessionPlan {
  if (name === null) return commandPlan('CLOSE CURSOR ALL', () => core.portals.dropAll());
  return commandPlan('CLOSE CURSOR', () => {
    core.portals.demand(name, 'cursor');
    return core.portals.drop(name);
  });
}
