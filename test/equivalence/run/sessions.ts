/** The sessions that a query runs in: everything on, everything off, and one with each part off or forced. */
import { connect, type Session, typeName } from '../../../src/index.ts';
import type { Answer, Cell } from '../oracle/oracle.ts';
import type { Statement } from '../queries/statement-text.ts';
import type { Random } from '../random.ts';
import { type ScanNote, scanNotesOf } from './scan-notes.ts';

/** Settings of each session beside the defaults. */
export const PROFILES = {
  on: [],
  kind: ['max_block_ms = 0'],
  unkind: ['max_block_ms = 100000'],
  'without aggregates': ['pushdown_aggregates = false'],
  'without order': ['pushdown_order = false'],
  'without limits': ['pushdown_limits = false'],
  'without filters': ['pushdown_filters = false'],
  'without indexes': ['use_indexes = false'],
  off: [
    ...['pushdown_aggregates = false', 'pushdown_order = false', 'pushdown_limits = false'],
    ...['pushdown_filters = false', 'use_indexes = false'],
  ],
} as const satisfies Record<string, readonly string[]>;
export type Profile = keyof typeof PROFILES;

/** What a session gave: rows, or an error's code and text, and how it came to them. */
export interface Run {
  readonly profile: Profile;
  readonly answer: Answer | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly access: readonly string[];
}

export class Sessions implements AsyncDisposable {
  readonly #sessions: ReadonlyMap<Profile, Session>;

  private constructor(sessions: ReadonlyMap<Profile, Session>) {
    this.#sessions = sessions;
  }

  static async open(url: string): Promise<Sessions> {
    const sessions = new Map<Profile, Session>();
    // The keys of PROFILES are its type's.
    for (const profile of Object.keys(PROFILES) as Profile[]) {
      const session = await connect({ url, pushDown: profile !== 'off', statementTimeoutMs: 15_000 });
      for (const setting of PROFILES[profile]) await session.query(`SET ${setting}`).rows();
      sessions.set(profile, session);
    }
    return new Sessions(sessions);
  }

  /** The way in which most queries run is the default; every other is taken now and then. */
  static pickProfile(random: Random): Profile {
    return random.weighted<Profile>([
      [66, 'on'],
      [3, 'kind'],
      [6, 'unkind'],
      [3, 'without aggregates'],
      [3, 'without order'],
      [3, 'without limits'],
      [2, 'without filters'],
      [2, 'without indexes'],
    ]);
  }

  /** Runs a statement that gives nothing in every session. */
  async everywhere(text: string): Promise<void> {
    for (const session of this.#sessions.values()) await session.query(text).rows();
  }

  /** Lets every session look at the server's indexes anew: what it knows may be a second old, and of another world. */
  async refreshIndexes(): Promise<void> {
    const text = `SELECT n FROM redis_hash('none:*', columns => {'n': 'BIGINT'}, index => 'idx:none')`;
    for (const profile of this.#sessions.keys()) await this.run(profile, { text, parameters: [] });
  }

  async run(profile: Profile, { text, parameters }: Statement): Promise<Run> {
    const result = this.#session(profile).query(text, [...parameters]);
    try {
      const schema = await result.schema();
      const rows = await result.rows();
      const names = schema.map((field) => field.name);
      const answer: Answer = {
        names,
        types: schema.map((field) => typeName(field.type)),
        rows: rows.map((row) => names.map((name) => cellOf(row[name]))),
      };
      return { profile, answer, error: null, access: result.stats.scans.map((scan) => scan.access) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'no RedQueryError';
      return { profile, answer: null, error: { code, message: String(error) }, access: [] };
    }
  }

  /** What EXPLAIN says of each scan. */
  async explain(
    profile: Profile,
    { text, parameters }: Statement,
  ): Promise<{ readonly notes: readonly ScanNote[]; readonly text: string }> {
    const rows = await this.#session(profile)
      .query(`EXPLAIN ${text}`, [...parameters])
      .rows();
    const lines = rows.map((row) => Object.values(row).join('\n')).join('\n');
    return { notes: scanNotesOf(lines), text: lines };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await session.close();
  }

  #session(profile: Profile): Session {
    const session = this.#sessions.get(profile);
    if (session === undefined) throw new Error(`no session "${profile}"`);
    return session;
  }
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : String(value);
}
