/**
 * Keeps the served tables up to date: declares the operator's views once, looks for tables in the database at the start and
 * from time to time, and at once when a client names one that is not there.
 */
import { readFile } from 'node:fs/promises';
import type { Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { quoteIdentifier } from '../../sql/index.ts';
import { declareViews } from './declared-views.ts';
import { discoverTables } from './discover.ts';
import { ServedTables } from './served-tables.ts';

export interface TableKeeperOptions {
  /** Opens a session without a guard. */
  readonly open: () => Promise<Session>;
  /** CREATE VIEW statements; null: none. */
  readonly viewsFile: string | null;
  readonly isDiscovering: boolean;
  /** Whether somebody is connected: for nobody's sake nothing is looked for, and no engine is kept. */
  readonly hasClients: () => boolean;
  /** Told, in a sentence, what could not be found out. */
  readonly warn: (sentence: string) => void;
  /** Between two looks at the database. Default 60,000. */
  readonly refreshMs?: number;
}

const DEFAULT_REFRESH_MS = 60_000;
/** After a look that found nothing, or failed. */
const SOON_MS = 3_000;
/** Between two looks that clients cause. */
const LEAST_REFRESH_MS = 5_000;
/** Statements do not wait longer than this for the first look. */
const FIRST_LOOK_MS = 5_000;

export class TableKeeper {
  readonly tables = new ServedTables();
  readonly #options: TableKeeperOptions;
  readonly #abort = new AbortController();
  #session: Promise<Session> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #ready: Promise<unknown> = Promise.resolve();
  #lastWarning = '';

  constructor(options: TableKeeperOptions) {
    this.#options = options;
  }

  /** Resolves once the tables were looked for, or that took too long. Never rejects. */
  get ready(): Promise<unknown> {
    return this.#ready;
  }

  /**
   * Declares the views and begins to look for tables.
   * @returns resolves when the views are declared; the first look goes on behind it.
   * @throws {RedQueryError} RQ_FILE: the file cannot be read; what is wrong with a view.
   */
  async start(): Promise<void> {
    const declared = this.#declare();
    const first = this.#options.isDiscovering ? declared.then(() => this.#look()) : declared;
    this.#ready = Promise.race([first.catch(() => undefined), later(FIRST_LOOK_MS)]);
    await declared;
    if (this.#options.isDiscovering) void first.finally(() => this.#lookLater()).catch(() => undefined);
  }

  /** Looks again and again; soon where there is nothing to see. */
  #lookLater(): void {
    if (this.#abort.signal.aborted) return;
    const isBare = this.#lastWarning !== '' || this.tables.all.length === 0;
    const delayMs = this.#options.refreshMs ?? DEFAULT_REFRESH_MS;
    const look = async (): Promise<void> => {
      if (isBare || this.#options.hasClients()) await this.#look();
      this.#lookLater();
    };
    this.#timer = setTimeout(() => void look(), isBare ? Math.min(SOON_MS, delayMs) : delayMs);
    this.#timer.unref();
  }

  async #declare(): Promise<void> {
    const { viewsFile } = this.#options;
    if (viewsFile === null) return;
    let text: string;
    try {
      text = await readFile(viewsFile, 'utf8');
    } catch (cause) {
      throw new RedQueryError('RQ_FILE', `the views cannot be read from ${viewsFile}`, { cause });
    }
    try {
      this.tables.setDeclared(await declareViews(await this.#opened(), text));
    } catch (error) {
      const isMissing = error instanceof RedQueryError && error.code === 'RQ_UNKNOWN_TABLE';
      if (!isMissing || !this.#options.isDiscovering) throw error;
      // A view may read tables that are found.
      await this.#look();
      const found = this.tables.all;
      const session = await this.#opened();
      for (const { name, select } of found)
        await session.query(`CREATE OR REPLACE VIEW ${quoteIdentifier(name)} AS ${select}`).rows();
      this.tables.setDeclared(await declareViews(session, text, found));
    }
  }

  /** Somebody has connected: what was found long ago is looked for again, behind their back. */
  clientCame(): void {
    const isOld = performance.now() - this.#lookedAtMs > (this.#options.refreshMs ?? DEFAULT_REFRESH_MS);
    if (this.#options.isDiscovering && isOld) void this.#look();
  }

  /** Looks again, unless that was just done; true where it has looked. Never rejects. */
  async refresh(): Promise<boolean> {
    if (!this.#options.isDiscovering || performance.now() - this.#lookedAtMs < LEAST_REFRESH_MS) return false;
    await this.#look();
    return true;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
      this.#lookedAtMs = performance.now();
      if (!this.#options.hasClients()) void this.#letGo();
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { signal } = this.#abort;
    try {
      this.tables.setDiscovered(await discoverTables(await this.#opened(), signal));
      this.#lastWarning = '';
    } catch (error) {
      if (signal.aborted) return;
      const sentence = `tables could not be looked for: ${error instanceof Error ? error.message : String(error)}`;
      if (sentence !== this.#lastWarning) this.#options.warn(sentence);
      this.#lastWarning = sentence;
    }
  }

  #opened(): Promise<Session> {
    const opening = (this.#session ??= this.#options.open());
    opening.catch(() => {
      if (this.#session === opening) this.#session = null;
    });
    return opening;
  }

  /** Gives engine and connections back; the next look opens them again. */
  async #letGo(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await (await session?.catch(() => null))?.close();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#abort.abort(new RedQueryError('RQ_CLOSED', 'the server is being stopped'));
    await this.#looking;
    await this.#letGo();
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
