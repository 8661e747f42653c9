/** The clocks of a session: statement_timeout, and how long it may be idle in a transaction or at all. */
import { PgError } from '../pg-error.ts';
import type { SessionCore } from './session-core.ts';
import type { StatementRun } from './statement-run.ts';

export class Timeouts {
  readonly #core: SessionCore;
  readonly #end: (reason: PgError) => void;
  #statement: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;
  /** By performance.now(); null: no statement is being timed. */
  #deadlineMs: number | null = null;

  /** @param end ends the session */
  constructor(core: SessionCore, end: (reason: PgError) => void) {
    this.#core = core;
    this.#end = end;
  }

  /** A statement begins, and with it its time. */
  startStatement(run: StatementRun): void {
    this.stopStatement();
    this.continueStatement(run);
  }

  /** A further message of the same statement: Bind, Execute behind Parse. */
  continueStatement(run: StatementRun): void {
    const limitMs = this.#core.settings.milliseconds('statement_timeout');
    if (limitMs === 0) return;
    this.#deadlineMs ??= performance.now() + limitMs;
    this.#clearTimer();
    const abort = (): void => run.abort(new PgError('57014', 'canceling statement due to statement timeout'));
    this.#statement = setTimeout(abort, Math.max(0, this.#deadlineMs - performance.now()));
  }

  /** The message is done; its statement may go on with the next. */
  pauseStatement(): void {
    this.#clearTimer();
  }

  stopStatement(): void {
    this.#clearTimer();
    this.#deadlineMs = null;
  }

  /** The session waits for its client. */
  startIdle(): void {
    this.stopIdle();
    const { status } = this.#core.transaction;
    const limitMs = this.#core.settings.milliseconds(
      status === 'I' ? 'idle_session_timeout' : 'idle_in_transaction_session_timeout',
    );
    if (limitMs === 0) return;
    const reason =
      status === 'I'
        ? new PgError('57P05', 'terminating connection due to idle-session timeout', { severity: 'FATAL' })
        : new PgError('25P03', 'terminating connection due to idle-in-transaction timeout', { severity: 'FATAL' });
    this.#idle = setTimeout(() => this.#end(reason), limitMs);
  }

  stopIdle(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }

  stop(): void {
    this.stopStatement();
    this.stopIdle();
  }

  #clearTimer(): void {
    if (this.#statement !== null) clearTimeout(this.#statement);
    this.#statement = null;
  }
}
