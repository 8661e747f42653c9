/** Rows without a value in grouped blocks: what the groups give, what is asked of Redis for it, and what is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../../src/index.ts';
import { QueryClient } from '../../../src/storage/connections/query-client.ts';
import { type AggregateRequest, endpointFrom } from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import { canTransact } from '../../../src/storage/search/aggregate/ask.ts';
import { IndexCatalog } from '../../../src/storage/search/catalog/index-catalog.ts';
import { scanRequest } from '../../support/scans.ts';
import { rowsIn } from './grouped-blocks.ts';
import { compare, field, KEY, type SearchWorld, startSearchWorld, whole } from './search-world.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const SCHEMA =
  'ON HASH PREFIX 1 k: SCHEMA g NUMERIC INDEXMISSING SORTABLE h NUMERIC INDEXMISSING SORTABLE n NUMERIC INDEXMISSING SORTABLE d NUMERIC INDEXMISSING SORTABLE';
const TABLE = "redis_hash('k:*', columns => {'g': 'BIGINT', 'h': 'BIGINT', 'n': 'BIGINT', 'd': 'DOUBLE'})";
/** g 1: n and d in all rows; 2: n in none; 3: n in some, d in none; NULL: n in some; 4: all zeros. h: in all, two to a g. */
const ROWS = Array.from({ length: 60 }, (_, i) => {
  const g = i % 5;
  const row: Record<string, number> = { h: i % 2 };
  if (g > 0) row['g'] = g;
  if (g === 4) return { ...row, n: 0, d: -0.5 + (i % 2) };
  if (g === 1 || ((g === 3 || g === 0) && i % 3 === 0)) row['n'] = i - 30;
  if (g !== 3) row['d'] = (i + 1) / 8;
  return row;
});

async function callsOf(command: string): Promise<number> {
  const stats = String(await world.redis.call('INFO', 'commandstats'));
  return Number(new RegExp(`^cmdstat_${command.replace('|', '\\|')}:calls=([0-9]+)`, 'm').exec(stats)?.[1] ?? 0);
}

describe('rows without a value', () => {
  let pushing: Session;
  let scanning: Session;
  beforeAll(async () => {
    await world.reset();
    await world.createIndex('i', SCHEMA);
    await world.put(Object.fromEntries(ROWS.map((row, i) => [`k:${i}`, row])));
    pushing = await connect(world.redis.url);
    scanning = await connect({ url: world.redis.url, pushDown: false });
  });
  afterAll(async () => {
    await pushing.close();
    await scanning.close();
  });

  it.each([
    'g, count(*), count(n), count(d), sum(n), avg(n), min(n), max(n), sum(d), avg(d), min(d), max(d) FROM % GROUP BY g',
    'g, avg(n) FROM % GROUP BY g',
    'g, min(n), max(n) FROM % GROUP BY g',
    'g, count(n) FROM % GROUP BY g',
    'g, count(g), sum(g) FROM % GROUP BY g',
    'n, count(*), count(n), count(d) FROM % GROUP BY n',
    'count(*), count(n), sum(n), avg(n), min(d), max(d), count(d) FROM %',
    'count(DISTINCT n), sum(d), count(*) FROM %',
    'g, count(DISTINCT d), avg(n), count(n), count(*) FROM % GROUP BY g',
    'g, avg(n) FROM % WHERE h = 1 GROUP BY g',
    'g, avg(n), count(d) FROM % WHERE d > 2 GROUP BY g',
    'g, count(n), count(*) FROM % WHERE n IS NULL GROUP BY g',
    'g, count(n), sum(n) FROM % WHERE n IS NOT NULL GROUP BY g',
    'g, count(n) FROM % WHERE g IS NULL OR g = 2 GROUP BY g',
    'g, sum(n) FROM % WHERE h = 7 GROUP BY g',
    'sum(n), count(n) FROM % WHERE h = 7',
    'g, avg(n) FROM % GROUP BY g HAVING count(n) < count(*)',
    'g, sum(d) FROM % GROUP BY g HAVING avg(n) IS NULL',
    'h, g, avg(n), count(n), count(*) FROM % WHERE g > 0 GROUP BY g, h',
  ])('groups as the scan does: %s', async (text) => {
    const sql = `SELECT ${text.replace('%', TABLE)} ORDER BY ALL`;
    const plan = (await pushing.query(`EXPLAIN ${sql}`).rows()).map((row) => String(row['explain_value'])).join('\n');
    expect(plan).toMatch(/command +FT\.AGGREGATE/);
    expect(plan).not.toMatch(/^ {2}rows /m);
    const analyzed = await pushing.query(`EXPLAIN ANALYZE ${sql}`).rows();
    expect(analyzed.map((row) => String(row['explain_value'])).join('\n')).toMatch(/^ {2}rows +[0-9]/m);
    expect(await pushing.query(sql).rows()).toEqual(await scanning.query(sql).rows());
  });
});

describe('what is asked', () => {
  const COLUMNS = [KEY, field('g', 'BIGINT'), field('n', 'BIGINT'), field('h', 'BIGINT')];
  const [G, N, H] = [1, 2, 3];
  const request: AggregateRequest = {
    scan: scanRequest({ columns: COLUMNS, pattern: 'k:*' }),
    groups: [{ column: G, bucket: null, type: { id: 'BIGINT' } }],
    aggregates: [{ name: 'sum', column: N, type: { id: 'HUGEINT' } }],
  };
  const answer = async (asked = request, isDry = false) =>
    await answerAggregate(world.connections, world.catalog, asked, undefined, isDry);

  beforeEach(async () => {
    await world.reset();
    await world.createIndex('i', SCHEMA);
    await world.put(
      Object.fromEntries(
        Array.from({ length: 400 }, (_, i) => [`k:${i}`, i % 40 ? { g: i % 4, n: i, ...(i % 4 ? {} : { h: i }) } : { g: 1 }]),
      ),
    );
  });

  it('counts few rows without a value by themselves, in one MULTI/EXEC', async () => {
    await answer();
    await world.redis.call('CONFIG', 'RESETSTAT');
    const { moreCommands, command } = answerParts(await answer());
    expect(command).not.toContain('exists(');
    expect(moreCommands.join()).toContain('FT.AGGREGATE i ismissing(@n) GROUPBY 1 @g');
    expect([await callsOf('FT.AGGREGATE'), await callsOf('exec')]).toEqual([2, 1]);
  });

  it('counts rows without a value anew only where many documents were written since', async () => {
    const counts = async (): Promise<number> => {
      await world.redis.call('CONFIG', 'RESETSTAT');
      world.catalog.forget('default');
      expect(answerParts(await answer()).moreCommands).toHaveLength(1);
      return await callsOf('FT.SEARCH');
    };
    await answer();
    // Whether ranges find anything; the sum's proof before and in the transaction.
    expect(await counts()).toBe(3);
    await world.redis.callAll(Array.from({ length: 300 }, (_, i) => ['HSET', `k:${i}`, 'h', '1']));
    expect(await counts()).toBe(4);
    await world.redis.callAll(Array.from({ length: 300 }, (_, i) => ['HDEL', `k:${i}`, 'n']));
    world.catalog.forget('default');
    expect(answerParts(await answer()).command).toContain('exists(@n)');
  });

  it('asks each document where many have none', async () => {
    const { moreCommands, command } = answerParts(
      await answer({ ...request, aggregates: [{ name: 'sum', column: H, type: { id: 'HUGEINT' } }] }),
    );
    expect(command).toContain('exists(@h)');
    expect(moreCommands).toEqual([]);
  });

  it('asks for no presence where the filter lets nothing else pass', async () => {
    const scan = { ...request.scan, filter: compare(N, '>', whole(200)) };
    const { moreCommands, command } = answerParts(await answer({ ...request, scan }));
    expect(command).not.toContain('exists(');
    expect(moreCommands).toEqual([]);
  });

  it('sends no FT.AGGREGATE where a proof fails', async () => {
    await world.put({ 'k:1': { n: '9007199254740993' } });
    expect(rowsIn(await answer(), request)).toMatch(/documents match/);
    await world.reset();
    await world.createIndex('i', SCHEMA);
    await world.put({ 'k:1': { g: '1', h: '1' }, 'k:2': { g: '1' } });
    const keys = [G, H].map((column) => ({ column, bucket: null, type: { id: 'BIGINT' } as const }));
    await world.redis.call('CONFIG', 'RESETSTAT');
    expect(rowsIn(await answer({ ...request, groups: keys }), request)).toMatch(/ismissing/);
    expect(await callsOf('FT.AGGREGATE')).toBe(0);
  });

  it('sends no FT.AGGREGATE in a dry run, and says what it would be', async () => {
    await world.redis.call('CONFIG', 'RESETSTAT');
    const dry = await answer(request, true);
    expect(dry).toMatchObject({ kind: 'rows', isDry: true, batch: { rowCount: 0 } });
    expect(await callsOf('FT.AGGREGATE')).toBe(0);
    const real = await answer();
    expect(real).toMatchObject({ isDry: false, batch: { rowCount: 4 } });
    expect(answerParts(dry)).toEqual(answerParts(real));
    const count = {
      ...request,
      groups: [],
      aggregates: [{ name: 'count_star' as const, column: null, type: { id: 'BIGINT' as const } }],
    };
    for (const scan of [request.scan, { ...request.scan, source: 'keys' as const, pattern: '*' }])
      expect(await answer({ ...count, scan }, true)).toMatchObject({ kind: 'rows', isDry: true, batch: { rowCount: 0 } });
  });

  it('gives the same to a user who may not use MULTI', async () => {
    await world.redis.call('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', '+@all', '-multi');
    const query = new QueryClient(endpointFrom('default', world.redis.url.replace('://', '://narrow:pw@')));
    const connections = { query, database: 0 };
    const expected = rowsIn(await answer(), request);
    await world.redis.call('CONFIG', 'RESETSTAT');
    const given = await answerAggregate(connections, new IndexCatalog(), request);
    expect(rowsIn(given, request)).toEqual(expected);
    const snapshot = await world.catalog.snapshot('default', world.connections);
    const [index] = snapshot.kind === 'indexes' ? snapshot.indexes : [];
    if (index === undefined) throw new Error('no index');
    expect([await canTransact(connections, index), await canTransact(world.connections, index)]).toEqual([false, true]);
    // The rows without a value before and behind, the command between them once.
    expect(await callsOf('FT.AGGREGATE')).toBe(3);
    query.close();
  });
});

function answerParts(answer: Awaited<ReturnType<typeof answerAggregate>>): {
  readonly command: string;
  readonly moreCommands: readonly string[];
} {
  if (answer.kind !== 'rows') throw new Error(answer.kind === 'refused' ? answer.why : 'a scan');
  return { command: answer.command, moreCommands: answer.moreCommands ?? [] };
}
