import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGuardedSession, type Session, type SessionGuard } from '../../src/engine/index.ts';
import { RedQueryError, sql } from '../../src/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { ATTEMPTS } from './red-team.data.ts';

/** In every key, view, macro, setting, statement and file that is not the attacker's. */
const SECRET = 'TOPSECRET';
const folder = mkdtempSync(join(tmpdir(), 'red-team-'));
const file = join(folder, 'secret.csv');
/** What must be in no answer and no error: the secret, names of the victims' objects that were not given, catalogs, paths. */
const LEAK = new RegExp(`${SECRET}|idx:(?:theirs|both|all)|redquery-spill|theirs:2|session_[0-9]+_[0-9a-f]{16}`);

let redis: RunningRedis;
let attacker: Session;
/** Three of them: with two engines, one at least shares the attacker's. */
let victims: readonly Session[];
let catalogOfVictim = '';
let catalogOfAttacker = '';

async function open(guard: Partial<SessionGuard>): Promise<Session> {
  const { url } = redis;
  return openGuardedSession(
    { url, servers: { side: url, hidden: url } },
    { keyPatterns: ['mine:*'], servers: ['side'], isSandboxed: true, maxScanKeys: 1000, ...guard },
  );
}

beforeAll(async () => {
  process.env['RED_TEAM_SECRET'] = SECRET;
  writeFileSync(file, `a\n${SECRET}\n`);
  redis = await startRedis({ modules: true });
  const call = redis.call.bind(redis);
  for (const i of ['1', '2', '3']) {
    await call('HSET', `mine:${i}`, 'secret', 'no', 'n', i);
    await call('HSET', `theirs:${i}`, 'secret', SECRET, 'n', i);
  }
  await call('SET', 'theirs:text', SECRET);
  await call('TS.ADD', 'theirs:series', '1000', '7', 'LABELS', 'owner', 'victim');
  await call('TS.ADD', 'mine:series', '1000', '7', 'LABELS', 'owner', 'attacker');
  const attributes = ['SCHEMA', 'n', 'NUMERIC', 'SORTABLE', 'secret', 'TEXT'];
  await call('FT.CREATE', 'idx:mine', 'ON', 'HASH', 'PREFIX', '1', 'mine:', ...attributes);
  await call('FT.CREATE', 'idx:theirs', 'ON', 'HASH', 'PREFIX', '1', 'theirs:', ...attributes);
  await call('FT.CREATE', 'idx:both', 'ON', 'HASH', 'PREFIX', '2', 'mine:', 'theirs:', ...attributes);
  await call('FT.CREATE', 'idx:all', 'ON', 'HASH', ...attributes);
  attacker = await open({ owner: 'attacker' });
  victims = await Promise.all([1, 2, 3].map(() => open({ keyPatterns: ['theirs:*'], servers: null, owner: 'victim' })));
  for (const victim of victims) {
    for (const text of [
      `CREATE VIEW victim_view AS SELECT '${SECRET}' AS a`,
      `CREATE MACRO victim_macro() AS '${SECRET}'`,
      `CREATE MACRO victim_table_macro() AS TABLE SELECT '${SECRET}' AS a`,
      `SET VARIABLE victim_variable = '${SECRET}'`,
      "SET TimeZone = 'Europe/Berlin'",
      `SELECT '${SECRET}' AS seen_nowhere`,
    ])
      await victim.query(text).rows();
  }
  catalogOfVictim = await catalogOf(victims[0] ?? attacker);
  catalogOfAttacker = await catalogOf(attacker);
}, 60_000);

afterAll(async () => {
  await Promise.all([attacker, ...victims].map((session) => session.close()));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function catalogOf(session: Session): Promise<string> {
  const [row] = await session.query('SELECT current_catalog AS name').rows();
  return String(row?.['name']);
}

/** Runs a statement; gives its error's code, or 'harmless', and all that was told. */
async function attempt(session: Session, statement: string): Promise<{ code: string; told: string }> {
  try {
    const result = session.query(statement, undefined, { timeoutMs: 10_000 });
    const rows = await result.rows();
    const told = [rows, result.stats, await result.schema()];
    return { code: 'harmless', told: JSON.stringify(told, (_, value) => (typeof value === 'bigint' ? String(value) : value)) };
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    return { code: error.code, told: `${error.message} ${error.hint ?? ''} ${String(error.cause ?? '')}` };
  }
}

/** The secret may stand in what is told only where the attacker wrote it. */
function leaksIn(told: string, statement: string): string[] {
  const own = new Set([catalogOfAttacker, ...(statement.match(new RegExp(LEAK, 'g')) ?? [])]);
  return [...new Set(told.match(new RegExp(LEAK, 'g')) ?? [])].filter((leak) => !own.has(leak));
}

describe.each(ATTEMPTS)('a user of a server tries $goal', ({ rows }) => {
  it.each(rows.map(([statement, outcome]) => ({ statement, outcome, shown: statement.slice(0, 100) })))('$shown', async (row) => {
    const statement = row.statement.replaceAll('CATALOG', catalogOfVictim).replaceAll('FILE', file);
    const { code, told } = await attempt(attacker, statement);
    expect({ code, leaks: leaksIn(told, statement), told }).toEqual({ code: row.outcome, leaks: [], told });
  });
});

describe('the attempts', () => {
  it('are fifty at least, and the victims have what they had', async () => {
    expect(ATTEMPTS.flatMap(({ rows }) => rows).length).toBeGreaterThan(150);
    for (const victim of victims) {
      expect(await victim.query('FROM victim_view').rows()).toEqual([{ a: SECRET }]);
      const [row] = await victim
        .query("SELECT victim_macro() AS m, upper('a') AS u, getvariable('victim_variable') AS v, 5 / 2 AS q")
        .rows();
      expect(row).toEqual({ m: SECRET, u: 'A', v: SECRET, q: 2.5 });
      expect(await victim.query("SELECT extract(hour FROM TIMESTAMPTZ '2026-01-01 00:00:00+00') AS h").rows()).toEqual([
        { h: 1n },
      ]);
      expect(await victim.query("SELECT count(*) AS n FROM redis_hash('theirs:*')").rows()).toEqual([{ n: 3n }]);
    }
  });

  it('give the same answer for a server that is hidden and for one that is not there', async () => {
    const [hidden, nowhere] = await Promise.all(
      ['hidden', 'nowhere'].map(async (name) => {
        const { told } = await attempt(attacker, `FROM redis_hash('mine:*', server => '${name}')`);
        return told.replaceAll(name, 'NAME');
      }),
    );
    expect(hidden).toBe(nowhere);
    expect(hidden).toContain('known are: default, side');
  });

  it('see their own keys, index and objects all the while', async () => {
    expect((await attacker.query("SELECT * FROM redis_hash('mine:*', server => 'side')").rows()).length).toBe(3);
    expect((await attacker.query('SELECT name FROM redis_indexes()').rows()).map((row) => row['name'])).toEqual(['idx:mine']);
    expect((await attacker.query("FROM redis_search('idx:mine', '*')").rows()).length).toBe(3);
    expect(await attacker.query("SELECT count(*) AS n FROM redis_timeseries('mine:*') WHERE owner = 'attacker'").rows()).toEqual([
      { n: 1n },
    ]);
    await attacker.query("CREATE OR REPLACE VIEW own AS SELECT n FROM redis_hash('mine:*')").rows();
    await attacker.query('CREATE OR REPLACE MACRO twice(x) AS x + x').rows();
    expect(await attacker.query('SELECT twice(sum(n)) AS n FROM main.own').rows()).toEqual([{ n: 12n }]);
    expect(await attacker.query('SHOW TABLES').rows()).toEqual([{ name: 'own' }]);
    expect((await attacker.query('DESCRIBE own').rows()).length).toBe(1);
    await attacker.query('DROP VIEW own').rows();
    expect(await attempt(attacker, 'FROM own')).toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
  });
});

describe('the methods of a session', () => {
  it('let no more through than a statement does', async () => {
    const outcomes = await Promise.all(
      [
        attacker.describe('duckdb_settings()'),
        attacker.describe("read_text('x')"),
        attacker.describe("redis_hash('theirs:*')"),
        attacker.describe('victim_view'),
        attacker.query('SELECT * FROM read_text($1)', [file]).rows(),
        attacker.query(sql`SELECT * FROM query(${'FROM duckdb_views()'})`).rows(),
        attacker.query("SELECT * FROM redis_hash('*', columns => {'n': 'BIGINT'}) WHERE _key = $key", { key: 'theirs:1' }).rows(),
        attacker.query('FROM duckdb_views()').schema(),
      ].map((work) => work.then(String, (error: unknown) => (error instanceof RedQueryError ? error.code : String(error)))),
    );
    expect(outcomes).toEqual([
      ...['RQ_FORBIDDEN', 'RQ_FORBIDDEN', 'RQ_FORBIDDEN', 'RQ_UNKNOWN_TABLE'],
      ...['RQ_FORBIDDEN', 'RQ_FORBIDDEN', 'RQ_FORBIDDEN', 'RQ_FORBIDDEN'],
    ]);
  });

  it('see a view of views for what it becomes', async () => {
    await attacker.query('CREATE OR REPLACE VIEW v0 AS SELECT 1 AS a').rows();
    const outcomes: string[] = [];
    for (let i = 1; i <= 20; i++) {
      const { code } = await attempt(attacker, `CREATE OR REPLACE VIEW v${i} AS SELECT a.a FROM v${i - 1} a, v${i - 1} b`);
      outcomes.push(code);
    }
    expect(outcomes.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'harmless'));
    expect(outcomes.slice(13)).toContain('RQ_FORBIDDEN');
  });

  it('see a macro of macros for what it becomes', async () => {
    await attacker.query('CREATE OR REPLACE MACRO two(x) AS x + x').rows();
    const nested = (depth: number): string => `SELECT ${'two('.repeat(depth)}1${')'.repeat(depth)} AS n`;
    expect(await attacker.query(nested(4)).rows()).toEqual([{ n: 16 }]);
    expect(await attempt(attacker, nested(30))).toMatchObject({
      code: 'RQ_FORBIDDEN',
    });
  });
});

describe('endless statements of one user', () => {
  const ENDLESS = 'SELECT count(*) FROM range(3000000000) a WHERE a.range % 7 = 3';

  it('leave others their turn, and end when they are stopped', async () => {
    const mates = await Promise.all(Array.from({ length: 4 }, () => open({ owner: 'attacker' })));
    const controller = new AbortController();
    const endless = mates.flatMap((session) =>
      Array.from({ length: 5 }, () => session.query(ENDLESS, undefined, { signal: controller.signal }).rows()),
    );
    const outcomes = Promise.allSettled(endless);
    for (const victim of victims) {
      expect(
        await victim.query("SELECT count(*) AS n FROM redis_hash('theirs:*')", undefined, { timeoutMs: 20_000 }).rows(),
      ).toEqual([{ n: 3n }]);
    }
    controller.abort();
    expect((await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'done'))).toEqual(
      endless.map(() => 'RQ_CANCELLED'),
    );
    await Promise.all(mates.map((session) => session.close()));
  }, 60_000);
});

describe('sessions that log in to Redis as different users', () => {
  it('share neither connections nor what was sampled', async () => {
    for (const name of ['mine', 'theirs'])
      await redis.call('ACL', 'SETUSER', name, 'on', `>password-${name}`, `~${name}:*`, '+@all');
    const { url } = redis;
    const guard: SessionGuard = { keyPatterns: null, servers: [], isSandboxed: true };
    const sessions = await Promise.all(
      ['mine', 'theirs', 'mine', 'theirs'].map((name) =>
        openGuardedSession({ url, username: name, password: `password-${name}` }, guard),
      ),
    );
    const read = async (session: Session, pattern: string): Promise<unknown> => {
      const text = `SELECT max(secret) AS s FROM redis_hash('${pattern}', columns => {'secret': 'VARCHAR'})`;
      return session
        .query(text)
        .rows()
        .catch((error: unknown) => (error instanceof RedQueryError ? error.code : error));
    };
    const outcomes: unknown[] = [];
    for (const session of sessions) outcomes.push(await read(session, 'mine:*'), await read(session, 'theirs:*'));
    const [mine, theirs, no] = [[{ s: 'no' }], [{ s: SECRET }], 'RQ_REDIS_PERMISSION'];
    expect(outcomes).toEqual([mine, no, no, theirs, mine, no, no, theirs]);
    await Promise.all(sessions.map((session) => session.close()));
  });
});
