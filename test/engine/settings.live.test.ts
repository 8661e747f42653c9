import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, RedQueryError } from '../../src/index.ts';
import { callsOf, fillUsers, type LiveSession, startLive } from '../support/live-session.ts';
import { startRedis } from '../support/redis-server.ts';

let live: LiveSession;

beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 200);
});
afterAll(() => live[Symbol.asyncDispose]());

const codeOf = async (text: string): Promise<string> =>
  live.session
    .query(text)
    .rows()
    .then(
      () => 'none',
      (error: unknown) => (error instanceof RedQueryError ? `${error.code} ${error.message}` : String(error)),
    );

describe('settings of a session', () => {
  it('takes a key by name with push-down and without', async () => {
    const text = "SELECT name FROM redis_hash('user:*') WHERE _key IN ('user:7', 'user:8') ORDER BY 1";
    const on = await live.session.query(text).rows();
    const before = await callsOf(live.redis, 'scan');
    await live.session.query('SET pushdown_filters = false').rows();
    expect(await live.session.query(text).rows()).toEqual(on);
    expect(await callsOf(live.redis, 'scan')).toBeGreaterThan(before);
    await live.session.query('RESET pushdown_filters').rows();
    const after = await callsOf(live.redis, 'scan');
    expect(await live.session.query(text).rows()).toEqual(on);
    expect(await callsOf(live.redis, 'scan')).toBe(after);
  });

  it('gives a SET of ours the result of any SET', async () => {
    const own = await live.session.query('SET max_block_ms = 50').schema();
    const other = await live.session.query("SET TimeZone = 'UTC'").schema();
    expect(own).toEqual(other);
  });

  it.each([
    ["SET max_block_ms = 'soon'", 'RQ_OPTION max_block_ms = soon; valid: a whole number from 0'],
    ['SET max_scan_keys = 0', 'RQ_OPTION max_scan_keys = 0; valid: a whole number from 1, or NULL for no limit'],
    ["SET on_full_scan = 'maybe'", "RQ_OPTION on_full_scan = maybe; valid: 'allow', 'warn', 'refuse'"],
    ['SET max_scan_keys = NULL', 'none'],
    ['SET SESSION scan_rate TO 1000000', 'none'],
    ['RESET scan_rate', 'none'],
  ])('%s: %s', async (text, expected) => {
    expect(await codeOf(text)).toBe(expected);
  });

  it('shows what is set', async () => {
    const shown = async (name: string): Promise<unknown> => (await live.session.query(`SHOW ${name}`).rows())[0]?.[name];
    expect(await shown('max_block_ms')).toBe('50');
    expect(await shown('max_scan_keys')).toBeNull();
    await live.session.query('RESET max_block_ms').rows();
    expect(await shown('max_block_ms')).toBe('100');
  });

  it('refuses settings of the whole process still', async () => {
    expect(await codeOf('SET threads = 8')).toMatch(/^RQ_UNSUPPORTED .*max_block_ms/);
  });

  it('takes them from the options, too, and says which there are', async () => {
    await using session = await connect({ url: live.redis.url, settings: { pushdown_filters: false } });
    const before = await callsOf(live.redis, 'scan');
    const rows = await session
      .query("SELECT name FROM redis_hash('user:*', columns => {'name': 'VARCHAR'}) WHERE _key = 'user:7'")
      .rows();
    expect(rows).toHaveLength(1);
    expect(await callsOf(live.redis, 'scan')).toBeGreaterThan(before);
    await expect(connect({ url: live.redis.url, settings: { nothing: 1 } })).rejects.toThrow(
      /no setting "nothing".*max_block_ms/,
    );
  });
});

describe('read_from', () => {
  it('reads from a replica, and says where there is none', async () => {
    expect(await codeOf("SET read_from = 'replica'")).toBe('none');
    expect(await codeOf("SELECT count(*) FROM redis_hash('user:*')")).toMatch(/^RQ_REDIS_UNREACHABLE .*no replica/);
    await using replica = await startRedis({ modules: false, args: ['--replicaof', '127.0.0.1', String(live.redis.port)] });
    await expect
      .poll(async () => String(await live.redis.call('INFO', 'replication')), { timeout: 20_000 })
      .toContain('state=online');
    const before = await callsOf(live.redis, 'scan');
    const rows = await live.session.query("SELECT count(*) AS n FROM redis_hash('user:*')").rows();
    expect(rows).toEqual([{ n: 200n }]);
    expect(await callsOf(live.redis, 'scan')).toBe(before);
    expect(await callsOf(replica, 'scan')).toBeGreaterThan(0);
    expect(await codeOf('RESET read_from')).toBe('none');
  });
});

describe('on_full_scan', () => {
  const all = "SELECT count(*) AS n FROM redis_hash('user:*', columns => {'age': 'BIGINT'}) WHERE age > 3";
  const one = "SELECT count(*) AS n FROM redis_hash('user:*', columns => {'age': 'BIGINT'}) WHERE _key = 'user:1'";

  it('refuses statements that would read every key, and no others', async () => {
    await live.session.query("SET on_full_scan = 'refuse'").rows();
    expect(await codeOf(all)).toMatch(/^RQ_SCAN_LIMIT redis_hash\('user:\*'\) reads every key/);
    expect(await codeOf(one)).toBe('none');
    expect(await codeOf(`EXPLAIN ${all}`)).toBe('none');
    expect(await codeOf("FROM redis_hash('user:*', columns => {'age': 'BIGINT'}) LIMIT 3")).toBe('none');
    await live.session.query('RESET on_full_scan').rows();
    expect(await codeOf(all)).toBe('none');
  });

  it('warns in the notes', async () => {
    await live.session.query("SET on_full_scan = 'warn'").rows();
    const result = live.session.query(all);
    await result.rows();
    expect(result.stats.notes.join()).toMatch(/reads every key that matches user:\*/);
    await live.session.query('RESET on_full_scan').rows();
  });
});

describe('limits of a scan', () => {
  it.each([
    ['SET max_scan_keys = 50', 'RESET max_scan_keys'],
    ['SET max_scan_bytes = 500', 'RESET max_scan_bytes'],
  ])('%s ends a scan that goes further', async (set, reset) => {
    await live.session.query(set).rows();
    expect(await codeOf("SELECT sum(age) FROM redis_hash('user:*', columns => {'age': 'BIGINT'})")).toMatch(/^RQ_SCAN_LIMIT /);
    expect(await codeOf("SELECT age FROM redis_hash('user:*', columns => {'age': 'BIGINT'}) WHERE _key = 'user:1'")).toBe('none');
    await live.session.query(reset).rows();
  });
});
