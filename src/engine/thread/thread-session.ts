/**
 * A session inside an engine thread: an in-memory catalog of its own (so that views and tables are seen by all of its
 * connections and by nobody else's names), a set of connections (DuckDB runs one statement a connection, and open results
 * hold theirs), the schemas it has sampled, and the settings it has made.
 */
import { randomBytes } from 'node:crypto';
import { RedQueryError } from '../../errors.ts';
import { scanKeyOf } from '../../planner/plan/scan-arguments.ts';
import type { ScanSettingChange } from '../../sql/scan-setting.ts';
import type { InferredSchema, ScanSettings, SchemaNeed, TableColumn } from '../../storage/index.ts';
import { type KeyGuard, keyGuardFrom } from '../../storage/keys/key-guard.ts';
import { loosenedSetting, scanSettingText, withoutScanSetting, withScanSetting } from '../../storage/scan-settings.ts';
import { type Connection, calls, type Database, execute, native } from '../duckdb.ts';
import type { ToEngine } from '../protocol.ts';
import { ownerOf } from '../session/guard.ts';
import { type KeptTable, keepTable } from './kept-table.ts';
import { BOUNDED_CATALOG } from './sandbox/bounded-functions.ts';
import { Sandbox, type SandboxBase } from './sandbox/sandbox.ts';
import { type Pooled, SessionSettings } from './session-settings.ts';

/** How long a sampled schema serves before the next statement samples anew. */
const SCHEMA_TTL_MS = 60_000;
const KEPT_SCHEMAS = 256;
/** Connections kept for the next statement; more are closed. */
const KEPT_CONNECTIONS = 4;

/**
 * What DuckDB holds ready for the reader of a result: one chunk, whatever this says. It counts 16 bytes a string, however
 * long it is, so that any larger number would let large values pile up.
 */
const STREAMING_BUFFER = '1B';

export class ThreadSession {
  readonly id: number;
  /** What may be pushed down, and what a scan may cost; SET changes it. */
  scanSettings: ScanSettings;
  readonly #firstSettings: ScanSettings;
  /** What its statements may name; null: the library's own session. */
  readonly sandbox: Sandbox | null;
  /** The keys that it may read; null: all. */
  readonly keys: KeyGuard | null;
  /** Whose work it is where places are shared out; null: nobody's. */
  readonly owner: string | null;
  readonly #isGuarded: boolean;
  readonly #database: Database;
  /** Other sessions of the process cannot guess the catalog's name. */
  readonly #secret = randomBytes(8).toString('hex');
  readonly #idle: Pooled[] = [];
  readonly #inUse = new Map<Connection, Pooled>();
  readonly #schemas = new Map<string, { schema: InferredSchema; at: number }>();
  readonly #pinned = new Map<string, readonly TableColumn[]>();
  readonly #mentions = new Map<number, ReadonlySet<string>>();
  readonly #settings = new SessionSettings();
  readonly #endings = new Set<Promise<void>>();
  /** True once the session has views or macros, which may hide a call of a table function. */
  hasViews = false;
  /** Names of the macros that it has, or has had, in lower case: what they read is seen in no text. */
  readonly macros = new Set<string>();

  constructor(
    { sessionId, scanSettings, guard }: Extract<ToEngine, { kind: 'openSession' }>,
    database: Database,
    sandbox: SandboxBase | null,
  ) {
    this.id = sessionId;
    this.scanSettings = scanSettings;
    this.#firstSettings = scanSettings;
    this.#isGuarded = guard !== null;
    this.owner = guard === null ? null : ownerOf(guard, sessionId);
    this.keys = keyGuardFrom(guard?.keyPatterns ?? null);
    this.sandbox = sandbox === null ? null : new Sandbox(sandbox);
    this.#database = database;
  }

  get #catalog(): string {
    return `session_${this.id}_${this.#secret}`;
  }

  /**
   * What each new connection is told. The small buffer keeps DuckDB from running far ahead of a reader who pauses. A filter
   * that keeps its rows back until they fill a chunk would make `WHERE … LIMIT 3` read on until 2,000 rows have passed.
   */
  get #greeting(): string {
    const use =
      this.sandbox === null ? `USE ${this.#catalog}` : `SET search_path = '${this.#catalog}.main,${BOUNDED_CATALOG}.main'`;
    return `${use}; SET streaming_buffer_size = '${STREAMING_BUFFER}'; SET enable_caching_operators = false`;
  }

  async open(): Promise<void> {
    const connection = await calls.connect(this.#database);
    await execute(connection, `ATTACH ':memory:' AS ${this.#catalog}`);
    await execute(connection, this.#greeting);
    this.#idle.push({ connection, settingsVersion: 0 });
  }

  /** True where the session's time zone is surely UTC. */
  get isUtc(): boolean {
    return this.#settings.isUtc;
  }

  /** Counts a statement's end as one that closing waits for. */
  track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    const forget = (): boolean => this.#endings.delete(ending);
    ending.then(forget, forget);
    return ending;
  }

  /** Detaches the catalog; statements must have been closed. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#endings);
    for (const { connection } of this.#idle.splice(0)) native.disconnect_sync(connection);
    const connection = await calls.connect(this.#database);
    await execute(connection, `DETACH ${this.#catalog}`);
    native.disconnect_sync(connection);
  }

  /** Gives a connection that no other statement uses, with all of the session's settings. */
  async checkOut(): Promise<Connection> {
    const idle = this.#idle.pop();
    const pooled = idle ?? { connection: await calls.connect(this.#database), settingsVersion: 0 };
    try {
      if (idle === undefined) await execute(pooled.connection, this.#greeting);
      await this.#settings.bring(pooled, idle === undefined);
    } catch (error) {
      native.disconnect_sync(pooled.connection);
      throw error;
    }
    this.#inUse.set(pooled.connection, pooled);
    return pooled.connection;
  }

  /** Takes a connection back; one that is not usable, or more than are kept, is closed. */
  giveBack(connection: Connection, isUsable: boolean): void {
    const pooled = this.#inUse.get(connection);
    this.#inUse.delete(connection);
    if (pooled === undefined || !isUsable || this.#idle.length >= KEPT_CONNECTIONS) native.disconnect_sync(connection);
    else this.#idle.push(pooled);
  }

  /** Makes rows a table of the session. @throws what `keepTable` throws. */
  async keep(table: KeptTable): Promise<void> {
    const connection = await this.checkOut();
    let isUsable = false;
    try {
      await keepTable(connection, table, this.#catalog);
      isUsable = true;
    } finally {
      this.giveBack(connection, isUsable);
    }
  }

  /**
   * Keeps a SET that has succeeded, for the session's other connections. Idle ones are closed: they come anew when needed.
   * @throws {RedQueryError} RQ_UNSUPPORTED for a variable whose value they could not be given.
   */
  async keepSetting(text: string, connection: Connection): Promise<void> {
    const pooled = this.#inUse.get(connection);
    if (pooled === undefined) return;
    for (const idle of this.#idle.splice(0)) native.disconnect_sync(idle.connection);
    await this.#settings.keep(text, pooled, () => [...this.#idle, ...this.#inUse.values()].filter((other) => other !== pooled));
  }

  /**
   * Keeps a SET or RESET of one of our own settings.
   * @throws {RedQueryError} RQ_OPTION: no such value; RQ_FORBIDDEN: a session with a guard may only do less to a server than at
   *   first.
   */
  keepScanSetting({ name, value }: ScanSettingChange): void {
    const next =
      value === undefined
        ? withoutScanSetting(this.scanSettings, name, this.#firstSettings)
        : withScanSetting(this.scanSettings, name, value);
    const loosened = this.#isGuarded ? loosenedSetting(this.#firstSettings, next) : null;
    if (loosened !== null) {
      const most = scanSettingText(this.#firstSettings, loosened) ?? 'NULL';
      throw new RedQueryError('RQ_FORBIDDEN', `${loosened} is ${most} for you; it may be set to what is stricter`);
    }
    this.scanSettings = next;
  }

  /** Remembers which virtual columns a tagged call may use; calls inside views are bound long after their text was seen. */
  keepMentions(tags: readonly number[], mentions: ReadonlySet<string>): void {
    for (const tag of tags) this.#mentions.set(tag, mentions);
  }

  forgetMentions(tags: readonly number[]): void {
    for (const tag of tags) this.#mentions.delete(tag);
  }

  mentionsOf(tag: unknown): ReadonlySet<string> {
    return (typeof tag === 'number' ? this.#mentions.get(tag) : undefined) ?? new Set();
  }

  /** A view's columns stay what they were when it was made, whatever a later sample shows. */
  pin(key: string, columns: readonly TableColumn[]): void {
    this.#pinned.set(key, columns);
  }

  pinnedColumns(key: string): readonly TableColumn[] | null {
    return this.#pinned.get(key) ?? null;
  }

  schemaOf(need: SchemaNeed): InferredSchema | null {
    const known = this.#schemas.get(keyOf(need));
    return known !== undefined && performance.now() - known.at < SCHEMA_TTL_MS ? known.schema : null;
  }

  keepSchema(need: SchemaNeed, schema: InferredSchema): void {
    // A Map keeps the order of insertion: the oldest goes first.
    const [oldest] = this.#schemas.keys();
    if (oldest !== undefined && this.#schemas.size >= KEPT_SCHEMAS) this.#schemas.delete(oldest);
    this.#schemas.set(keyOf(need), { schema, at: performance.now() });
  }
}

function keyOf(need: SchemaNeed): string {
  return scanKeyOf({
    functionName: 'schema',
    positional: [need.source, need.server, JSON.stringify(need.template ?? null), need.pattern],
    named: { size: need.sampleSize, text: need.allVarchar },
  });
}
