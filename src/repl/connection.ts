/**
 * The terminal's two ways to Redis: the session that runs SQL, and a small connection beside it for facts and samples. Both are
 * made when they are first needed, and again after they were given up; a session made again gets the views and settings back.
 */
import type { ConnectOptions, Session } from '../engine/index.ts';
import { escapeControls } from '../output/index.ts';
import { classifyStatement, type StatementKind } from '../sql/index.ts';
import type { ControlClient } from '../storage/index.ts';

/** Kinds of statements that cost nothing to run again. A dropped view is made, and dropped. */
const REMEMBERED: ReadonlySet<StatementKind> = new Set(['createView', 'createMacro', 'set', 'drop']);

export class Connection {
  /** `host:port`, with `/database` where it is not 0; never a password. */
  readonly place: string;
  readonly #optionsOf: () => Promise<ConnectOptions>;
  /** Views, macros and settings of the session, for the next one. */
  readonly #made: string[] = [];
  #session: Promise<Session> | null = null;
  #redis: Promise<ControlClient> | null = null;
  #isClosed = false;
  #isChanged = false;

  /** `optionsOf` reads what the command line and its files say: when it is needed, since that takes time. */
  constructor(optionsOf: () => Promise<ConnectOptions>, place: string) {
    this.#optionsOf = optionsOf;
    this.place = place;
  }

  /** Gives a connection to another database of the same server, with the same user. */
  inDatabase(database: number): Connection {
    const server = this.place.replace(/\/\d+$/, '');
    const place = database === 0 ? server : `${server}/${database}`;
    return new Connection(async () => ({ ...(await this.#optionsOf()), database }), place);
  }

  /** Gives the session, opened at the first call. @throws {RedQueryError} as `connect`; the next call tries again. */
  session(): Promise<Session> {
    const opening = (this.#session ??= this.#open());
    opening.catch(() => {
      if (this.#session === opening) this.#session = null;
    });
    return opening;
  }

  async #open(): Promise<Session> {
    const [{ connect }, options] = await Promise.all([import('../engine/index.ts'), this.#optionsOf()]);
    const session = await connect({ ...options, isLazy: true });
    if (this.#isClosed) await session.close();
    for (const text of this.#made) {
      // What needs a table that is gone is left out, and missed when it is used.
      await session
        .query(text)
        .rows()
        .catch(() => undefined);
    }
    return session;
  }

  /** True where statements have changed the session: another one has none of its views and tables. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Notes a statement that has changed the session, where a later session must do the same: not what fills tables, which may scan. */
  remember(text: string): void {
    this.#isChanged = true;
    if (!REMEMBERED.has(classifyStatement(text).kind)) return;
    const at = this.#made.indexOf(text);
    if (at >= 0) this.#made.splice(at, 1);
    this.#made.push(text);
  }

  /** Gives the session up without waiting for what it does; the next `session()` opens another one. */
  abandon(): void {
    const abandoned = this.#session;
    this.#session = null;
    void abandoned?.then((session) => session.close()).catch(() => undefined);
  }

  /** As `abandon`, the small connection. */
  abandonRedis(): void {
    const abandoned = this.#redis;
    this.#redis = null;
    void abandoned?.then((redis) => redis.close()).catch(() => undefined);
  }

  /** Gives the small connection; it connects at its first command. @throws {RedQueryError} RQ_OPTION for a URL that is none. */
  redis(): Promise<ControlClient> {
    const opening = (this.#redis ??= this.#openRedis());
    opening.catch(() => {
      if (this.#redis === opening) this.#redis = null;
    });
    return opening;
  }

  async #openRedis(): Promise<ControlClient> {
    const [{ ControlClient, endpointFrom }, options] = await Promise.all([import('../storage/index.ts'), this.#optionsOf()]);
    return new ControlClient(endpointFrom('default', serverOptionsOf(options)));
  }

  /** Closes both; waits for nothing for ever. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const [session, redis] = await Promise.all([this.#session?.catch(() => null), this.#redis?.catch(() => null)]);
    await Promise.all([session?.close(), redis?.close()]);
  }
}

/** The part of a session's options that says where the server is and how to get in. */
function serverOptionsOf(options: ConnectOptions): ConnectOptions {
  const { url, host, port, path, tls, username, password, database, connectTimeoutMs, replyTimeoutMs } = options;
  const given = { url, host, port, path, tls, username, password, database, connectTimeoutMs, replyTimeoutMs };
  // Absent and undefined are not the same to what reads options.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Gives the place that a URL names, for prompts and messages: `127.0.0.1:6379`, `db.example:6380/2`, `/tmp/redis.sock`. Never
 * what stands before the `@`. Null: the default server.
 */
export function placeOf(url: string | null): string {
  // A URL may come from a file of somebody else's: no part of it may command the terminal.
  return escapeControls(plainPlaceOf(url));
}

function plainPlaceOf(url: string | null): string {
  if (url === null) return '127.0.0.1:6379';
  try {
    const { protocol, hostname, port, pathname, searchParams } = new URL(url.replace(/^unix:\/\/[^/]*@/, 'unix://'));
    if (protocol === 'unix:') return `${decodeURIComponent(pathname)}${databaseOf(searchParams.get('db'))}`;
    return `${hostname === '' ? '127.0.0.1' : hostname}:${port === '' ? '6379' : port}${databaseOf(pathname.slice(1))}`;
  } catch {
    return 'redis';
  }
}

function databaseOf(number: string | null): string {
  return number === null || number === '' || number === '0' ? '' : `/${number}`;
}
