/** The portals of a session: statements with their values, ready to run or half read. SQL cursors are portals, too. */
import { PgError } from '../../pg-error.ts';
import type { BoundValue, Format, RedisWork } from '../../words.ts';
import type { SessionPlan, Started } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import type { Cursor } from './cursor.ts';

/** Portals of a session: each may hold a result that is half read. */
export const MOST_PORTALS = 1000;
/** How long an answer waits for what a portal frees. */
const FREE_MS = 200;
/** Bytes of the values of all portals of a session. */
const MOST_BOUND_BYTES = 64 * 2 ** 20;

export interface PortalOptions {
  readonly name: string;
  /** Null: of an empty text. */
  readonly plan: SessionPlan | null;
  readonly values: readonly BoundValue[];
  readonly formats: readonly Format[];
  /** The whole text that the client sent, for the log and for the positions of errors. */
  readonly text: string;
  readonly offset: number;
  /** Savepoints that were open when it was made. */
  readonly depth: number;
  readonly isHoldable?: boolean;
  readonly isBinary?: boolean;
}

export class Portal {
  readonly options: PortalOptions;
  depth: number;
  /** What starting it gave; null: not started. */
  started: Started | null = null;
  /** The rows, once it gives rows. */
  cursor: Cursor | null = null;
  /** Of what several Executes may read: it lives as long as the portal. Null: the statement's own. */
  run: StatementRun | null = null;
  /** It has outlived the transaction that made it. */
  isHeld = false;
  /** Reading its rows has failed. */
  isBroken = false;

  constructor(options: PortalOptions) {
    this.options = options;
    this.depth = options.depth;
  }

  /** Bytes of its values. */
  get boundBytes(): number {
    return this.options.values.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  get isHoldable(): boolean {
    return this.options.isHoldable === true;
  }

  /** What Redis had to do for its rows. */
  get work(): RedisWork | undefined {
    if (this.cursor !== null) return this.cursor.work;
    return this.started === null || this.started.kind === 'done' ? undefined : this.started.source.work;
  }

  /** Frees its rows, at any time. Does not wait long for an engine that is in the middle of something. */
  async close(reason?: PgError): Promise<void> {
    await soon(this.#free(reason));
  }

  async #free(reason: PgError | undefined): Promise<void> {
    const { cursor, started } = this;
    this.cursor = null;
    if (cursor !== null && !cursor.isDone) this.run?.abort(reason ?? new PgError('57014', 'the portal was closed'));
    if (cursor !== null) await cursor.close();
    else if (started !== null && started.kind !== 'done') await started.source.close();
  }
}

/** Waits for a promise, but not for long: what it does goes on, and its failure is nobody's then. */
async function soon(freed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FREE_MS);
  });
  try {
    await Promise.race([freed, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class PortalTable {
  readonly #portals = new Map<string, Portal>();

  /** Bytes of the values that portals were bound to. */
  #boundBytes = 0;
  /** Bytes of rows that cursors of this session keep. */
  keptBytes = 0;

  get isEmpty(): boolean {
    return this.#portals.size === 0;
  }

  get(name: string): Portal | undefined {
    return this.#portals.get(name);
  }

  /** @throws {PgError} 34000; `word`: what the client calls it, 'portal' or 'cursor' */
  demand(name: string, word: 'portal' | 'cursor'): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw new PgError('34000', `${word} "${name}" does not exist`);
    return portal;
  }

  /**
   * Adds a portal; the unnamed one takes the place of the one before.
   * @throws {PgError} 42P03 the name is taken, 53200 the session has too many
   */
  add(portal: Portal): Promise<void> | void {
    const { name } = portal.options;
    const before = this.#portals.get(name);
    if (before !== undefined && name !== '') throw new PgError('42P03', `cursor "${name}" already exists`);
    const boundBytes = this.#boundBytes + portal.boundBytes - (before?.boundBytes ?? 0);
    const isFull = this.#portals.size >= MOST_PORTALS || boundBytes > MOST_BOUND_BYTES;
    // The unnamed one is always taken: the next takes its place.
    if (isFull && name !== '') {
      throw new PgError('53200', 'out of memory for portals', {
        detail: `A session may have ${MOST_PORTALS} portals and cursors, with ${MOST_BOUND_BYTES / 2 ** 20} MB of values.`,
        hint: 'Close those that are no longer read.',
      });
    }
    this.#boundBytes = boundBytes;
    this.#portals.set(name, portal);
    return before?.close();
  }

  drop(name: string): Promise<void> | void {
    const portal = this.#portals.get(name);
    if (portal === undefined) return;
    this.#remove(name, portal);
    return portal.close();
  }

  /** CLOSE ALL, DISCARD ALL, the end of the session. */
  async dropAll(reason?: PgError): Promise<void> {
    await this.#dropWhere(() => true, reason);
  }

  /** The transaction ends well: cursors WITH HOLD stay, the others close. @throws {PgError} what reading their rows gave */
  async commit(run: StatementRun): Promise<void> {
    for (const portal of this.#portals.values()) {
      if (portal.isHoldable && !portal.isHeld) await portal.cursor?.hold((promise) => run.until(promise));
    }
    for (const portal of this.#portals.values()) {
      portal.isHeld = portal.isHeld || portal.isHoldable;
      portal.depth = 0;
    }
    await this.#dropWhere((portal) => !portal.isHeld);
  }

  /** The transaction is rolled back: only cursors that a former one left stay. */
  async abort(): Promise<void> {
    await this.#dropWhere((portal) => !portal.isHeld);
  }

  /** A statement has failed in a block: what was made since the last of `depth` savepoints goes, and what broke. */
  async fail(depth: number): Promise<void> {
    for (const portal of this.#portals.values()) {
      if (!portal.isBroken && (portal.depth < depth || portal.isHeld)) continue;
      // Its name stays taken until the transaction ends.
      portal.isBroken = true;
      await portal.close();
    }
  }

  /** ROLLBACK TO: what was made since the savepoint goes. */
  async dropDeeperThan(depth: number): Promise<void> {
    await this.#dropWhere((portal) => portal.depth > depth && !portal.isHeld);
  }

  /** RELEASE: what was made since the savepoint belongs to what is around it. */
  moveUp(depth: number): void {
    for (const portal of this.#portals.values()) portal.depth = Math.min(portal.depth, depth);
  }

  async #dropWhere(condition: (portal: Portal) => boolean, reason?: PgError): Promise<void> {
    for (const [name, portal] of this.#portals) {
      if (!condition(portal)) continue;
      this.#remove(name, portal);
      await portal.close(reason);
    }
  }

  #remove(name: string, portal: Portal): void {
    this.#portals.delete(name);
    this.#boundBytes -= portal.boundBytes;
  }
}
