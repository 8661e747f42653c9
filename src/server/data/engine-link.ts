/**
 * One client's session of the engine: opened when a statement first needs it, kept in step with the client's settings, and
 * given the views and macros that its statements name before they run.
 */
import type { Result, Session } from '../../engine/index.ts';
import { quoteIdentifier, quoteLiteral, type TypedValue } from '../../sql/index.ts';
import type { SqlField } from '../../types/index.ts';
import { MACROS } from '../dialect/macros.ts';
import { PgError } from '../pg-error.ts';
import type { DataStatement, ServedTable, SessionFacts } from '../words.ts';

/** What a client's session of the engine is made with. */
export interface EngineLinkOptions {
  /** Opens a session that is guarded by what the user may do. */
  readonly open: () => Promise<Session>;
  /** The table of that name which this user may see. */
  readonly tableNamed: (name: string) => ServedTable | undefined;
  /** Names of the engine's own scan settings, which the client may SET. */
  readonly scanSettingNames: readonly string[];
}

/** What PostgreSQL answers where DuckDB would not: integer division, and NULL as the largest value. */
const DIALECT_SETTINGS = ['SET integer_division = true', "SET default_null_order = 'postgres'"];

/**
 * A zone by the engine's name. PostgreSQL also has POSIX zones, `<-05>+05`; the engine has those of whole hours, `Etc/GMT+5`.
 * @throws {PgError} 0A000 for other fixed offsets.
 */
export function engineZone(zone: string): string {
  const posix = /^<[^>]*>([+-]?)(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?$/.exec(zone);
  if (posix === null) return zone;
  const [, sign = '', hours = '0', minutes = '00'] = posix;
  if (Number(hours) === 0 && Number(minutes) === 0) return 'UTC';
  if (Number(minutes) === 0 && Number(hours) <= 12) return `Etc/GMT${sign === '-' ? '-' : '+'}${Number(hours)}`;
  throw new PgError('0A000', `time zone "${zone}" is not available for tables of Redis`, {
    hint: 'name a zone instead, such as Asia/Kolkata',
  });
}

export class EngineLink {
  readonly #options: EngineLinkOptions;
  #session: Promise<Session> | null = null;
  /** Views that stand in the session, with the text that made them. */
  readonly #views = new Map<string, string>();
  /** Views that the client has made: they hide tables of their names. */
  readonly #own = new Set<string>();
  readonly #macros = new Set<string>();
  #timeZone = 'UTC';
  readonly #scanSettings = new Map<string, string>();

  constructor(options: EngineLinkOptions) {
    this.#options = options;
  }

  /**
   * Starts a statement of the engine's dialect.
   * @param values the parameters $1, $2, …
   * @throws {RedQueryError} what is wrong with it, with the first read of the result.
   */
  async query(
    statement: DataStatement,
    text: string,
    values: readonly (TypedValue | string | null)[],
    facts: SessionFacts,
    signal: AbortSignal,
  ): Promise<Result> {
    const session = await this.#ready(statement, facts, signal);
    return session.query(text, values.length === 0 ? undefined : values, { signal });
  }

  /** Gives the columns of a text without running it: of no rows of it. */
  async columnsOf(
    statement: DataStatement,
    text: string,
    values: readonly (TypedValue | string | null)[],
    facts: SessionFacts,
    signal: AbortSignal,
  ): Promise<readonly SqlField[]> {
    const result = await this.query(statement, `SELECT * FROM (${text}\n) LIMIT 0`, values, facts, signal);
    try {
      return await result.schema();
    } finally {
      await result.close();
    }
  }

  /** Makes a view of the session's own, in place of one of its name. @throws {RedQueryError} what is wrong with its text. */
  async createView(name: string, body: DataStatement, facts: SessionFacts, signal: AbortSignal): Promise<void> {
    const session = await this.#ready(body, facts, signal);
    await replaceView(session, name, body.duckText, signal);
    this.#own.add(name);
  }

  /** Forgets a view: a read-only session drops nothing, and what nobody names any more is never bound. */
  forgetView(name: string): void {
    this.#own.delete(name);
    this.#views.delete(name);
  }

  async #ready(statement: DataStatement, facts: SessionFacts, signal: AbortSignal): Promise<Session> {
    const session = await this.#opened();
    await this.#bringSettings(session, facts, signal);
    for (const name of statement.macros) await this.#makeMacro(session, name, signal);
    for (const name of statement.tables) await this.#makeView(session, name, signal);
    return session;
  }

  async #makeMacro(session: Session, name: string, signal: AbortSignal): Promise<void> {
    if (this.#macros.has(name)) return;
    const text = MACROS.get(name);
    if (text === undefined) throw new PgError('XX000', `no macro "${name}"`);
    await session.query(text, undefined, { signal }).rows();
    this.#macros.add(name);
  }

  async #makeView(session: Session, name: string, signal: AbortSignal): Promise<void> {
    const table = this.#own.has(name) ? undefined : this.#options.tableNamed(name);
    if (table === undefined || this.#views.get(name) === table.select) return;
    await replaceView(session, name, table.select, signal);
    this.#views.set(name, table.select);
  }

  async #bringSettings(session: Session, facts: SessionFacts, signal: AbortSignal): Promise<void> {
    const zone = facts.setting('timezone') ?? 'UTC';
    if (zone !== this.#timeZone) {
      await session.query(`SET TimeZone = ${quoteLiteral(engineZone(zone))}`, undefined, { signal }).rows();
      this.#timeZone = zone;
    }
    for (const name of this.#options.scanSettingNames) {
      const value = facts.changedSettings.get(name) ?? '';
      if (value === (this.#scanSettings.get(name) ?? '')) continue;
      const text = value === '' ? `RESET ${name}` : `SET ${name} = ${quoteLiteral(value)}`;
      await session.query(text, undefined, { signal }).rows();
      this.#scanSettings.set(name, value);
    }
  }

  #opened(): Promise<Session> {
    const opening = (this.#session ??= this.#open());
    opening.catch(() => {
      // The next statement tries anew.
      if (this.#session === opening) this.#session = null;
    });
    return opening;
  }

  async #open(): Promise<Session> {
    const session = await this.#options.open();
    for (const text of DIALECT_SETTINGS) await session.query(text).rows();
    return session;
  }

  /** Ends the engine's session; the next statement opens a new one. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#views.clear();
    this.#own.clear();
    this.#macros.clear();
    this.#scanSettings.clear();
    this.#timeZone = 'UTC';
    await (await session?.catch(() => null))?.close();
  }
}

async function replaceView(session: Session, name: string, select: string, signal: AbortSignal): Promise<void> {
  await session.query(`CREATE OR REPLACE VIEW ${quoteIdentifier(name)} AS ${select}`, undefined, { signal }).rows();
}
