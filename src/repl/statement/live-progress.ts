/** The progress line of the statement that runs, where there is a terminal to draw it on, and what it knows of the database. */
import { setTimeout as wait } from 'node:timers/promises';
import type { StatementStats } from '../../engine/index.ts';
import { Progress } from '../../output/index.ts';
import type { ControlClient } from '../../storage/index.ts';
import { walkOf } from '../explain/keys-text.ts';
import type { StatementNeeds } from './needs.ts';
import type { StatementText } from './statement-text.ts';
import type { Turn } from './turn.ts';

/** A guess for the first scan: a Redis on the same machine. */
const FIRST_KEYS_PER_SECOND = 400_000;
/** A scan of fewer keys says little of how fast a long one is. */
const LEAST_LEARNT_KEYS = 20_000;
/** How long a number of keys is good. */
const FRESH_MS = 3_000;
/** How long a statement waits for it: it can do without. */
const PATIENCE_MS = 1_000;

export class LiveProgress {
  readonly #needs: StatementNeeds;
  readonly #keyCount: KeyCount;
  #progress: Progress | null = null;
  #keysPerSecond = FIRST_KEYS_PER_SECOND;

  constructor(needs: StatementNeeds, keyCount: KeyCount) {
    this.#needs = needs;
    this.#keyCount = keyCount;
  }

  /** How fast scans of this terminal were. */
  get keysPerSecond(): number {
    return this.#keysPerSecond;
  }

  /** Begins to draw, where it does not yet: from a statement's first wait, which may be for a connection. */
  start(turn: Turn, { tokens, explain }: StatementText): void {
    const { settings, err, size } = this.#needs;
    if (this.#progress !== null || !settings.progress || err.isTTY !== true) return;
    // Its numbers are not known before it is through.
    const beginning = explain?.analyze === true ? 'running' : 'planning';
    const namesRedis = tokens.some(({ value }) => value.startsWith('redis_'));
    this.#progress = new Progress({
      write: (text) => void err.write(text),
      columns: () => this.#needs.size.columns || size.columns,
      rows: () => this.#needs.size.rows || size.rows,
      numbers: () => {
        const numbers = turn.stats?.() ?? NOTHING;
        // A view may be of Redis, too: then something was asked of it by now.
        const isDuckDb = turn.stats !== null && !namesRedis && numbers.roundTrips === 0;
        return { ...numbers, elapsedMs: turn.elapsedMs, phase: isDuckDb ? 'DuckDB at work' : beginning };
      },
      totalKeys: () => this.#keyCount.ask(),
      hint: this.#needs.isInteractive ? 'space: details' : '',
    });
  }

  toggleTable(): void {
    this.#progress?.toggleTable();
  }

  /** Takes the line away before something else is written. */
  erase(): void {
    this.#progress?.erase();
  }

  stop(): void {
    this.#progress?.stop();
    this.#progress = null;
  }

  /** Remembers how fast a scan was, by the keys that it walked over. */
  learn({ scans, elapsedMs }: StatementStats, databaseKeys: number | null): void {
    const keys = walkOf(scans, databaseKeys)?.keys ?? 0;
    if (keys >= LEAST_LEARNT_KEYS && elapsedMs > 0) this.#keysPerSecond = keys / (elapsedMs / 1000);
  }
}

const NOTHING = { keysScanned: 0, rows: 0, bytesReceived: 0, roundTrips: 0, scans: [] };

interface Asked {
  readonly at: number;
  readonly client: ControlClient;
  readonly count: Promise<number | null>;
}

/** How many keys the database has, asked at most every few seconds. */
export class KeyCount {
  readonly #redis: () => Promise<ControlClient>;
  readonly #patienceMs: number;
  #asked: Asked | null = null;
  /** What was waited for in vain: as long as it is not answered, nobody waits for it again. */
  #late: Asked | null = null;

  constructor(redis: () => Promise<ControlClient>, patienceMs = PATIENCE_MS) {
    this.#redis = redis;
    this.#patienceMs = patienceMs;
  }

  /** Gives DBSIZE; null where it cannot be had: no connection, no permission, no answer in time. Never throws. */
  async ask(): Promise<number | null> {
    const client = await this.#redis().catch(() => null);
    if (client === null) return null;
    const asked = this.#askedOf(client);
    if (asked === this.#late) return null;
    const late = new AbortController();
    const tooLate = wait(this.#patienceMs, 'late' as const, { signal: late.signal, ref: false }).catch(() => null);
    const count = await Promise.race([asked.count, tooLate]);
    late.abort();
    if (count !== 'late') return count;
    this.#late = asked;
    return null;
  }

  #askedOf(client: ControlClient): Asked {
    const asked = this.#asked;
    // Another client is another server.
    if (asked !== null && asked.client === client && (asked === this.#late || performance.now() - asked.at <= FRESH_MS))
      return asked;
    const count = client.call('DBSIZE').then(
      (reply) => (typeof reply === 'number' ? reply : null),
      () => null,
    );
    const next: Asked = { at: performance.now(), client, count };
    this.#asked = next;
    void count.then(() => {
      if (this.#late === next) this.#late = null;
    });
    return next;
  }
}
