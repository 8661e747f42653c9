/**
 * The transaction of a session: none, one that a batch of statements has of itself, a block that BEGIN opened, or a failed
 * block (PostgreSQL's xact.c). There is no data to roll back: it moves the client's status, the settings and the portals.
 */
import { PgError } from '../pg-error.ts';
import type { Notice } from '../words.ts';
import type { PortalTable } from './portals/portals.ts';
import type { Settings, SettingsMark } from './settings/settings.ts';
import type { StatementRun } from './statement-run.ts';

interface Savepoint {
  readonly name: string;
  readonly settings: SettingsMark;
}

/** Drivers that set one before each statement, and release none, get through a long transaction. */
const MOST_SAVEPOINTS = 10_000;

/** Settings that BEGIN's options give, such as transaction_isolation. */
export type TransactionModes = ReadonlyMap<string, string>;

const NO_TRANSACTION: Notice = { severity: 'WARNING', sqlState: '25P01', message: 'there is no transaction in progress' };
const ALREADY_BEGUN: Notice = { severity: 'WARNING', sqlState: '25001', message: 'there is already a transaction in progress' };
const OF_TRANSACTION = ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'];

export class Transaction {
  readonly #settings: Settings;
  readonly #portals: PortalTable;
  #state: 'none' | 'single' | 'implicit' | 'block' | 'failed' = 'none';
  #savepoints: Savepoint[] = [];
  #mark: SettingsMark | null = null;
  #startMs = Date.now();
  #hasQueried = false;
  /** A statement of this pipeline has run. */
  #isPipeline = false;

  constructor(settings: Settings, portals: PortalTable) {
    this.#settings = settings;
    this.#portals = portals;
  }

  /** For ReadyForQuery. */
  get status(): 'I' | 'T' | 'E' {
    if (this.#state === 'block') return 'T';
    return this.#state === 'failed' ? 'E' : 'I';
  }

  get isFailed(): boolean {
    return this.#state === 'failed';
  }

  /** True in a block, also in that of several statements in one simple query. */
  get isBlock(): boolean {
    return this.#state === 'block' || this.#state === 'failed' || this.#state === 'implicit';
  }

  /** Start of the transaction, or of the last one; ms since 1970. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Null: there is none. */
  get runningSinceMs(): number | null {
    return this.#state === 'none' ? null : this.#startMs;
  }

  /** How many savepoints are open: what is made now belongs to the last one. */
  get depth(): number {
    return this.#savepoints.length;
  }

  /** A statement begins. `isBatch`: it is one of several in a simple query. */
  enter(isBatch: boolean): void {
    if (this.#state === 'none') {
      this.#state = 'single';
      this.#startMs = Date.now();
      this.#mark = this.#settings.mark();
      this.#hasQueried = false;
      this.#isPipeline = false;
    }
    if (isBatch && this.#state === 'single') this.#state = 'implicit';
  }

  /** An Execute is done; what follows before Sync is a pipeline. */
  noteExecuted(): void {
    this.#isPipeline = true;
  }

  noteQuery(): void {
    this.#hasQueried = true;
  }

  /** The batch or the pipeline is over, well: what is no block of the client's own commits. */
  leave(run: StatementRun): Promise<void> | void {
    if (this.#state !== 'single' && this.#state !== 'implicit') return;
    if (!this.#portals.isEmpty) return this.#commit(run);
    this.#settings.commit();
    this.#end();
  }

  begin(modes: TransactionModes, run: StatementRun): void {
    if (this.#state === 'block') run.notice(ALREADY_BEGUN);
    else this.#state = 'block';
    for (const [name, value] of modes) this.#settings.set(name, value, true);
  }

  /** @returns the tag */
  async commit(isChain: boolean, run: StatementRun): Promise<string> {
    if (this.#state === 'failed') return this.rollback(isChain, run);
    const wasBlock = this.#state === 'block';
    if (!wasBlock && isChain) throw needsBlock('COMMIT AND CHAIN');
    if (!wasBlock) run.notice(NO_TRANSACTION);
    const modes = this.#modes();
    await this.#commit(run);
    if (isChain) this.#chain(modes);
    return 'COMMIT';
  }

  /** @returns the tag */
  async rollback(isChain: boolean, run: StatementRun): Promise<string> {
    const wasBlock = this.#state === 'block' || this.#state === 'failed';
    if (!wasBlock && isChain) throw needsBlock('ROLLBACK AND CHAIN');
    if (!wasBlock) run.notice(NO_TRANSACTION);
    const modes = this.#modes();
    await this.#abort();
    if (isChain) this.#chain(modes);
    return 'ROLLBACK';
  }

  savepoint(name: string): void {
    if (this.#state !== 'block') throw needsBlock('SAVEPOINT');
    if (this.#savepoints.length >= MOST_SAVEPOINTS) {
      throw new PgError('53200', 'out of memory for savepoints', {
        detail: `A transaction may have ${MOST_SAVEPOINTS} savepoints.`,
        hint: 'RELEASE those that are no longer needed.',
      });
    }
    this.#savepoints.push({ name, settings: this.#settings.mark() });
  }

  release(name: string): void {
    if (this.#state !== 'block') throw needsBlock('RELEASE SAVEPOINT');
    this.#savepoints.length = this.#indexOf(name);
    this.#portals.moveUp(this.#savepoints.length);
  }

  async rollbackTo(name: string): Promise<void> {
    if (this.#state !== 'block' && this.#state !== 'failed') throw needsBlock('ROLLBACK TO SAVEPOINT');
    const at = this.#indexOf(name);
    const savepoint = this.#savepoints[at];
    if (savepoint !== undefined) this.#settings.restore(savepoint.settings);
    this.#savepoints.length = at + 1;
    this.#state = 'block';
    await this.#portals.dropDeeperThan(at);
  }

  /** A statement has failed. */
  async fail(): Promise<void> {
    if (this.#state === 'block' || this.#state === 'failed') {
      this.#state = 'failed';
      const mark = this.#savepoints.at(-1)?.settings ?? this.#mark;
      if (mark !== null) this.#settings.restore(mark);
      await this.#portals.fail(this.#savepoints.length);
    } else if (this.#state !== 'none') await this.#abort();
  }

  /** @throws {PgError} 25P01 outside a block */
  requireBlock(what: string): void {
    if (!this.isBlock) throw needsBlock(what);
  }

  /** Warns outside a block. */
  warnOutsideBlock(what: string, run: StatementRun): void {
    if (this.isBlock) return;
    run.notice({ severity: 'WARNING', sqlState: '25P01', message: `${what} can only be used in transaction blocks` });
  }

  /** @throws {PgError} 25001 inside a block, or behind another statement of a pipeline */
  forbidBlock(what: string): void {
    if (this.isBlock) throw new PgError('25001', `${what} cannot run inside a transaction block`);
    if (this.#isPipeline) throw new PgError('25001', `${what} cannot be executed within a pipeline`);
  }

  /** What may not be in a block commits by itself: nothing behind it takes it back. */
  commitAtOnce(): void {
    this.#settings.commit();
    this.#end();
  }

  /** @throws {PgError} 25001 where a query has run in the transaction */
  checkMode(name: string, value: string): void {
    if (!this.#hasQueried || !this.isBlock) return;
    const before = this.#settings.get(name);
    if (name === 'transaction_isolation' && before !== value) {
      throw new PgError('25001', 'SET TRANSACTION ISOLATION LEVEL must be called before any query');
    }
    if (name === 'transaction_read_only' && before === 'on' && value === 'off') {
      throw new PgError('25001', 'transaction read-write mode must be set before any query');
    }
  }

  #modes(): TransactionModes {
    return new Map(OF_TRANSACTION.map((name) => [name, this.#settings.get(name) ?? '']));
  }

  #chain(modes: TransactionModes): void {
    this.enter(false);
    this.#state = 'block';
    for (const [name, value] of modes) this.#settings.set(name, value, true);
  }

  async #commit(run: StatementRun): Promise<void> {
    try {
      await this.#portals.commit(run);
    } catch (error) {
      // A cursor WITH HOLD could not be read: the transaction fails at its very end.
      await this.#abort();
      throw error;
    }
    this.#settings.commit();
    this.#end();
  }

  async #abort(): Promise<void> {
    if (this.#mark !== null) this.#settings.restore(this.#mark);
    this.#end();
    await this.#portals.abort();
  }

  #end(): void {
    this.#state = 'none';
    this.#savepoints = [];
    this.#mark = null;
  }

  #indexOf(name: string): number {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at < 0) throw new PgError('3B001', `savepoint "${name}" does not exist`);
    return at;
  }
}

function needsBlock(what: string): PgError {
  return new PgError('25P01', `${what} can only be used in transaction blocks`);
}
