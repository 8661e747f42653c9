/** Runs portals: starts their statements and sends their rows, in portions, no faster than the client reads. */
import { PgError } from '../../pg-error.ts';
import type { EncodedRows, Format } from '../../words.ts';
import type { SessionCore } from '../session-core.ts';
import type { SessionPlan, Started } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import { Cursor } from './cursor.ts';
import type { Portal } from './portals.ts';

/** The first rows leave early; then fewer, larger portions. */
const FIRST_PORTION_ROWS = 64;
const PORTION_ROWS = 2048;
/** Rows that trickle are not kept back longer than this. */
const FLUSH_AFTER_MS = 20;

/** What one run of a portal came to. */
export interface Ran {
  readonly rowCount: number;
  /** Null: the row limit was reached, and rows may follow. */
  readonly tag: string | null;
}

/** What rows are asked of: a RowSource, a cursor. */
interface Rows {
  next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows>;
}

export interface RunOptions {
  /** 0: all. */
  readonly maxRows: number;
  /** Written before the first rows, when it is known that there is no error before them. */
  readonly lead?: () => void;
}

/**
 * Runs a portal up to `maxRows` rows and sends what it gives, without the message that ends it.
 * @throws {PgError} 55000 for what gives no rows and has run before
 */
export async function runPortal(core: SessionCore, portal: Portal, options: RunOptions, run: StatementRun): Promise<Ran> {
  try {
    return await runStarted(core, portal, options, run);
  } catch (error) {
    portal.isBroken = true;
    // What its statement began with must end with it.
    if (run.reason !== null) portal.run?.abort(run.reason);
    throw run.reason ?? error;
  }
}

async function runStarted(core: SessionCore, portal: Portal, options: RunOptions, run: StatementRun): Promise<Ran> {
  const { plan, values, formats, name } = portal.options;
  let started = portal.started;
  if (started === null && !portal.isBroken) {
    if (plan === null) throw new PgError('55000', `portal "${name}" cannot be run`);
    // Rows that are read in one go end with the statement; others live as long as the portal.
    if (options.maxRows > 0) portal.run = core.newRun(formats);
    started = await startPlan(core, plan, values, portal.run ?? run, run);
    portal.started = started;
    if (started.kind === 'done') return { rowCount: started.rowCount ?? 0, tag: started.tag };
    if (started.kind === 'copy') return copyOut(core, started, run);
    portal.cursor ??= new Cursor({
      source: started.source,
      columns: plan.columns ?? [],
      isScroll: false,
      budget: core.portals,
      style: () => core.textStyle,
      tagOf: started.tagOf,
    });
  }
  const { cursor } = portal;
  if (cursor === null) throw new PgError('55000', `portal "${name}" cannot be run`);
  const { rowCount, isLimited } = await sendRows(core, cursor, formats, options, run);
  // What has been read to its end holds nothing while its transaction goes on.
  if (cursor.isDone) await cursor.close();
  return { rowCount, tag: isLimited ? null : cursor.tagOf(rowCount) };
}

/** Starts a plan; `run` ends the wait, `owner` the work. */
export function startPlan(
  core: SessionCore,
  plan: SessionPlan,
  values: Parameters<SessionPlan['start']>[0],
  owner: StatementRun,
  run: StatementRun,
): Started | Promise<Started> {
  if (plan.route !== 'session') core.transaction.noteQuery();
  const started = plan.start(values, owner);
  return started instanceof Promise ? run.until(started) : started;
}

/** Sends rows up to `maxRows` (0: all). */
export async function sendRows(
  core: SessionCore,
  rows: Rows,
  formats: readonly Format[],
  { maxRows, lead }: RunOptions,
  run: StatementRun,
): Promise<{ readonly rowCount: number; readonly isLimited: boolean }> {
  let rowCount = 0;
  let isLed = false;
  let portionRows = FIRST_PORTION_ROWS;
  let sentMs = performance.now();
  for (;;) {
    const wanted = maxRows === 0 ? portionRows : Math.min(portionRows, maxRows - rowCount);
    const portion = await run.until(rows.next(wanted, formats));
    if (!isLed && (portion.bytes.length > 0 || portion.isDone)) {
      isLed = true;
      lead?.();
    }
    if (portion.bytes.length > 0) core.sendRows(portion.bytes);
    rowCount += portion.rowCount;
    if (maxRows > 0 && rowCount >= maxRows) return { rowCount, isLimited: true };
    if (portion.isDone) return { rowCount, isLimited: false };
    const nowMs = performance.now();
    if (portionRows === FIRST_PORTION_ROWS || nowMs - sentMs > FLUSH_AFTER_MS) {
      core.flush();
      sentMs = nowMs;
    }
    portionRows = PORTION_ROWS;
    if (core.isHeldBack) await core.drained(run);
  }
}

/** CopyOutResponse, the data, CopyDone. */
async function copyOut(core: SessionCore, copy: Extract<Started, { kind: 'copy' }>, run: StatementRun): Promise<Ran> {
  let isLed = false;
  const lead = (): void => {
    if (!isLed) core.writer.copyOutResponse(copy.format, copy.columnCount);
    isLed = true;
  };
  if (copy.isChecked) lead();
  const { rowCount } = await sendRows(core, copy.source, [], { maxRows: 0, lead }, run);
  await copy.source.close();
  core.writer.copyDone();
  return { rowCount, tag: copy.tagOf(rowCount) };
}
