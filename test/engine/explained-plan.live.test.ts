import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExplainedPlan, PlanNode } from '../../src/engine/index.ts';
import { connect } from '../../src/index.ts';
import { callsOf, type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive({}, { modules: true });
  const fill = `for i = 1, 3000 do redis.call('HSET', 'user:' .. i, 'age', i % 50, 'city', 'City' .. i % 7, 'name', 'Name ' .. i) end
    for i = 1, 400 do redis.call('HSET', 'order:' .. i, 'user', i, 'total', i * 2) end`;
  await live.redis.call('EVAL', fill, '0');
  const index = 'FT.CREATE idx:user ON HASH PREFIX 1 user: SCHEMA age NUMERIC SORTABLE city TAG';
  await live.redis.call(...(index.split(' ') as [string, ...string[]]));
  const isBuilt = async (): Promise<boolean> =>
    /"percent_indexed","?1\b/.test(JSON.stringify(await live.redis.call('FT.INFO', 'idx:user')));
  await vi.waitUntil(isBuilt);
});
afterAll(() => live[Symbol.asyncDispose]());

const explain = (text: string, analyze = false): Promise<ExplainedPlan> => live.session.explain(text, { analyze });

function nodesOf(root: PlanNode | null): PlanNode[] {
  return root === null ? [] : [root, ...root.children.flatMap(nodesOf)];
}

/** The names of the operators over each scan's number. */
function scannedBy({ root }: ExplainedPlan): [string, number | null][] {
  return nodesOf(root)
    .filter(({ name }) => name.startsWith('REDIS_'))
    .map(({ name, scan }) => [name, scan]);
}

const NAMED = "SELECT name FROM redis_hash('user:*') WHERE name LIKE '%9'";
const TWO = `SELECT u.name, o.total FROM redis_hash('user:*') u JOIN redis_hash('order:*') o ON u.age = o.user
  WHERE o.total > 10 AND u.name <> 'x'`;

describe('Session.explain', () => {
  it('plans without reading a key, and tells what would be looked at', async () => {
    await explain(NAMED);
    const before = await callsOf(live.redis, 'scan');
    const plan = await explain(NAMED);
    expect(await callsOf(live.redis, 'scan')).toBe(before);
    expect(plan.schema).toEqual([{ name: 'name', type: { id: 'VARCHAR' } }]);
    expect(plan.elapsedMs).toBeNull();
    expect(plan.scans).toMatchObject([
      {
        title: "redis_hash('user:*')",
        server: 'default',
        access: 'scan',
        index: null,
        estimatedKeys: 3400,
        actual: null,
        commands: ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET … name'],
      },
    ]);
    expect(scannedBy(plan)).toEqual([['REDIS_HASH', 0]]);
    expect(nodesOf(plan.root).every(({ rows, elapsedMs }) => rows === null && elapsedMs === null)).toBe(true);
  });

  it('runs with analyze, and tells what it took', async () => {
    const plan = await explain(NAMED, true);
    expect(plan.elapsedMs).toBeGreaterThan(0);
    const [scan] = plan.scans;
    expect(scan?.actual).toMatchObject({ rows: 3000, keysScanned: 3000 });
    expect(scan?.actual?.roundTrips).toBeGreaterThan(0);
    expect(scan?.actual?.bytesReceived).toBeGreaterThan(30_000);
    expect(scan?.actual?.redisMs).toBeGreaterThan(0);
    expect(scan?.actual?.walkedMillionths).toBe(1e6);
    expect(plan.stats?.roundTrips).toBeGreaterThanOrEqual(scan?.actual?.roundTrips ?? 1);
    const reading = nodesOf(plan.root).find(({ scan: at }) => at === 0);
    expect(reading).toMatchObject({ name: 'REDIS_HASH', rows: 3000 });
    expect(reading?.elapsedMs).toBeGreaterThan(0);
    expect(nodesOf(plan.root).find(({ name }) => name === 'FILTER')).toMatchObject({ rows: 300 });
  });

  it.each([false, true])('ties each operator to its own scan, analyze %s', async (analyze) => {
    const plan = await explain(TWO, analyze);
    const titles = nodesOf(plan.root)
      .filter(({ scan }) => scan !== null)
      .map(({ scan, details }) => {
        const isOfUsers = new Map(details).get('Projections')?.includes('age') === true;
        return [plan.scans[scan ?? -1]?.title, isOfUsers];
      });
    expect(titles.sort(byText)).toEqual([
      ["redis_hash('order:*')", false],
      ["redis_hash('user:*')", true],
    ]);
  });

  it('names the index, its rows and its keys', async () => {
    const plan = await explain("SELECT name FROM redis_hash('user:*') WHERE age = 7 AND city = 'City1'");
    const [scan] = plan.scans;
    expect(scan).toMatchObject({ access: 'search', index: 'idx:user' });
    expect(scan?.estimatedRows).toBeLessThan(60);
    expect(scan?.estimatedKeys).toBe(scan?.estimatedRows);
    expect(nodesOf(plan.root).find(({ scan: at }) => at === 0)?.estimatedRows).toBe(scan?.estimatedRows);
  });

  it('tells blocks that Redis groups from scans, each with its operator', async () => {
    const text = `SELECT (SELECT count(*) FROM redis_hash('user:*')) AS users, (SELECT count(*) FROM redis_keys('*')) AS keys,
      (SELECT max(total) FROM redis_hash('order:*')) AS most`;
    const dry = await explain(text);
    expect(dry.scans.map(({ access, estimatedKeys, actual }) => [access, estimatedKeys, actual]).sort(byText)).toEqual([
      ['aggregate', 0, null],
      ['aggregate', 0, null],
      ['scan', 3400, null],
    ]);
    const plan = await explain(text, true);
    const used = scannedBy(plan).map(([name, scan]) => [name, plan.scans[scan ?? -1]?.commands[0]]);
    expect(used.sort(byText)).toEqual([
      ['REDIS_AGG', 'DBSIZE'],
      ['REDIS_AGG', 'FT.INFO idx:user'],
      ['REDIS_HASH', 'SCAN 0 MATCH order:* COUNT 1000'],
    ]);
    const sized = plan.scans.find(({ commands }) => commands[0] === 'DBSIZE');
    expect(sized?.actual).toMatchObject({ rows: 1, keysScanned: 0, roundTrips: 1 });
    expect(sized?.actual?.bytesReceived).toBeGreaterThan(0);
  });

  it('gives estimates of DuckDB only where they do not rest on a table in Redis', async () => {
    const { root } = await explain("SELECT count(*) FROM redis_hash('user:*') u, range(1000) r(n) WHERE u.name = r.n::VARCHAR");
    const nodes = nodesOf(root);
    expect(nodes.find(({ name }) => name === 'RANGE')?.estimatedRows).toBe(1000);
    expect(nodes.find(({ name }) => name === 'HASH_JOIN')?.estimatedRows).toBeNull();
  });

  it('says the same as the text of EXPLAIN', async () => {
    for (const text of [NAMED, TWO, "SELECT city, count(*) FROM redis_hash('user:*') GROUP BY city"]) {
      const rows = await live.session.query(`EXPLAIN ${text}`).rows();
      const drawn = String(rows.at(-1)?.['explain_value']);
      const { scans } = await explain(text);
      const lines = scans.flatMap((scan) => [
        ...scan.lines.map(([label, said]) => `  ${label.padEnd(9)} ${said}`),
        ...scan.commands.map((command) => `  command   ${command}`),
        ...(scan.advice === null ? [] : [`  advice    ${scan.advice.command}`]),
      ]);
      expect(lines.length).toBeGreaterThan(2);
      // What an advice saves is an estimate of each time.
      const head = /^(?! {2})|^ {2}saving/;
      expect(lines.sort()).toEqual(
        drawn
          .split('\n')
          .filter((line) => !head.test(line))
          .sort(),
      );
    }
  });

  it.each([
    "SET TimeZone = 'UTC'",
    'SET max_scan_keys = 1000000',
    'DROP VIEW IF EXISTS nothing',
    'CREATE VIEW seven AS SELECT 7 AS n',
  ])('gives no plan of %s, which it does not do', async (text) => {
    expect(await explain(text)).toMatchObject({ schema: [], root: null, scans: [], elapsedMs: null, notes: [] });
    await expect(live.session.query('FROM seven').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
  });

  it('does with analyze what has no plan', async () => {
    const plan = await explain('CREATE VIEW eight AS SELECT 8 AS n', true);
    expect(plan).toMatchObject({ root: null, scans: [], elapsedMs: expect.any(Number) });
    expect(await live.session.query('FROM eight').rows()).toEqual([{ n: 8 }]);
  });

  it('plans writing without writing, also where the session only reads', async () => {
    await using reading = await connect({ url: live.redis.url, readOnly: true });
    const plan = await reading.explain("CREATE TABLE copy AS SELECT name FROM redis_hash('user:*')");
    expect(plan.scans).toHaveLength(1);
    await expect(reading.query('FROM copy').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
    await expect(reading.explain('CREATE TABLE copy AS SELECT 1', { analyze: true })).rejects.toMatchObject({
      code: 'RQ_READ_ONLY',
    });
    await live.session.explain("CREATE TEMP TABLE copy AS SELECT name FROM redis_hash('user:*')", { analyze: true });
    expect(await live.session.query('SELECT count(*) AS n FROM copy').rows()).toEqual([{ n: 3000n }]);
  });

  it.each([
    ["SELECT nope FROM redis_hash('user:*')", 'RQ_UNKNOWN_COLUMN', 7],
    ['SELECT 1 +', 'RQ_SYNTAX', 10],
    ['CREATE TEMP TABLE x AS SELECT foo', 'RQ_UNKNOWN_COLUMN', 30],
    ['DESCRIBE SELECT foo', 'RQ_UNKNOWN_COLUMN', 16],
  ])('fails as the statement does: %s', async (text, code, position) => {
    for (const analyze of [false, true]) {
      const error = await explain(text, analyze).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code });
      const itself = await live.session
        .query(text)
        .rows()
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: Reflect.get(Object(itself), 'code'), message: Reflect.get(Object(itself), 'message') });
      expect(Reflect.get(Object(error), 'position')).toBe(position);
    }
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const text = 'SELECT count(*) FROM range(200000) a, range(200000) b WHERE (a.range * b.range) % 7 = 3';
    const outcome = live.session.explain(text, { analyze: true, signal: controller.signal }).catch((error: unknown) => error);
    setTimeout(() => controller.abort(), 50);
    expect(await outcome).toMatchObject({ code: 'RQ_CANCELLED' });
  });

  it('keeps what constants hold', async () => {
    const { root } = await explain(`SELECT n FROM range(10) t(n) WHERE n::VARCHAR <> 'a"b\\c' || chr(10) || chr(7)`);
    expect(
      nodesOf(root)
        .flatMap(({ details }) => details.map(([, text]) => text))
        .join(),
    ).toContain('a"b\\c\n\u0007');
  });
});

/** Lists as their texts, in an order that does not depend on the plan's. */
function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return a.join() < b.join() ? -1 : 1;
}
