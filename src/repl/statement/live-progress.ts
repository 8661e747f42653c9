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
/** How long a line that can do without the number waits for it. */
const PATIENCE_MS = 100;

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

  start(turn: Turn, { tokens, explain }: StatementText): void {
    const { settings, err, size } = this.#needs;
    this.stop();
    if (!settings.progress || err.isTTY !== true) return;
    // Its numbers are not known before it is through.
    const beginning = explain?.analyze === true ? 'running' : 'planning';
    const { stats } = turn;
    const namesRedis = tokens.some(({ value }) => value.startsWith('redis_'));
    this.#progress = new Progress({
      write: (text) => void err.write(text),
      columns: () => this.#needs.size.columns || size.columns,
      rows: () => this.#needs.size.rows || size.rows,
      numbers: () => {
        const numbers = stats === null ? { ...NOTHING, elapsedMs: turn.elapsedMs } : stats();
        // A view may be of Redis, too: then something was asked of it by now.
        return { ...numbers, phase: namesRedis || numbers.roundTrips > 0 ? beginning : 'DuckDB at work' };
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

/** How many keys the database has, asked at most every few seconds. */
export class KeyCount {
  readonly #redis: () => Promise<ControlClient>;
  #asked: { readonly at: number; readonly client: ControlClient; readonly count: Promise<number | null> } | null = null;

  constructor(redis: () => Promise<ControlClient>) {
    this.#redis = redis;
  }

  /** Gives DBSIZE; null where it cannot be had: no connection, no permission. Never throws. */
  async ask(): Promise<number | null> {
    const client = await this.#redis().catch(() => null);
    if (client === null) return null;
    const now = performance.now();
    // Another client is another server.
    if (this.#asked === null || this.#asked.client !== client || now - this.#asked.at > FRESH_MS) {
      const count = client.call('DBSIZE').then(
        (reply) => (typeof reply === 'number' ? reply : null),
        () => null,
      );
      this.#asked = { at: now, client, count };
    }
    return this.#asked.count;
  }

  /** As `ask`; null, too, where the answer does not come at once. */
  async askBriefly(): Promise<number | null> {
    const late = new AbortController();
    try {
      return await Promise.race([this.ask(), wait(PATIENCE_MS, null, { signal: late.signal })]);
    } finally {
      late.abort();
    }
  }
}
