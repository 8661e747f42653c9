/** What an index is not believed: keys of other databases, attributes that were added without reading the keys, an index made anew. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AggregateRequest, Predicate, TableColumn } from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import { CompletenessCheck } from '../../../src/storage/search/catalog/completeness.ts';
import { scanRequest } from '../../support/scans.ts';
import { rowsIn } from './grouped-blocks.ts';
import { compare, double, field, KEY, member, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.reset();
});

const COLUMNS = [KEY, field('n', 'BIGINT'), field('t')];
const [N, T] = [1, 2];
const asked = { columns: COLUMNS, pattern: 'k:*' } as const;
const SCHEMA = 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC INDEXMISSING SORTABLE t TAG INDEXMISSING';

async function put(count: number): Promise<void> {
  await world.put(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k:${i}`, { n: i, t: `t${i}` }])));
}

function sumOf(filter: Predicate | null): AggregateRequest {
  return {
    scan: scanRequest({ ...asked, filter }),
    groups: [],
    aggregates: [{ name: 'sum', column: N, type: { id: 'HUGEINT' } }],
  };
}

const COUNT: AggregateRequest = {
  scan: scanRequest(asked),
  groups: [],
  aggregates: [{ name: 'count_star', column: null, type: { id: 'BIGINT' } }],
};

async function grouped(request: AggregateRequest) {
  return rowsIn(await answerAggregate(world.connections, world.catalog, request), request);
}

describe('keys of other databases', () => {
  const WHY = /database 1 has keys/;

  it('uses no index while another database has keys: it holds writes and deletes of all of them', async () => {
    await world.createIndex('i', SCHEMA);
    await put(30);
    await world.redis.callAll([
      ['SELECT', '1'],
      ['HSET', 'k:5', 'n', '5000'],
      ['SELECT', '0'],
    ]);
    const filter = compare(N, '=', whole(5));
    const answer = await world.resolve({ ...asked, filter });
    expect(answer).toMatchObject({ access: null, remarks: [expect.stringMatching(WHY)] });
    for (const request of [COUNT, sumOf(null), sumOf(filter)]) expect(await grouped(request)).toMatch(WHY);
    const match: Predicate = { kind: 'call', name: 'match', column: T, args: [text('x')] };
    for (const more of [{ accessChoice: 'index' as const }, { index: 'i' }, { filter: match }])
      await expect(world.resolve({ ...asked, filter, ...more })).rejects.toMatchObject({
        code: 'RQ_NO_INDEX',
        message: expect.stringMatching(WHY),
      });
  });

  it('sees keys that came to another database within the second for which it remembers', async () => {
    await world.createIndex('i', SCHEMA);
    await put(30);
    const filter = compare(N, '=', whole(5));
    expect((await world.resolve({ ...asked, filter })).access).not.toBeNull();
    expect(await grouped(COUNT)).toEqual([[30n]]);
    await world.redis.callAll([
      ['SELECT', '7'],
      ['DEL', 'k:5'],
      ['HSET', 'k:5', 'n', '1'],
      ['SELECT', '0'],
    ]);
    expect(await world.resolve({ ...asked, filter })).toMatchObject({ access: null });
    for (const request of [COUNT, sumOf(null)]) expect(await grouped(request)).toMatch(/database 7 has keys/);
  });
});

describe('attributes that were added without reading the keys', () => {
  const ADDED: readonly [words: string, filters: readonly Predicate[]][] = [
    ['u NUMERIC', [compare(3, '>=', whole(3)), { kind: 'isNotNull', column: 3 }]],
    ['u NUMERIC INDEXMISSING', [{ kind: 'isNull', column: 3 }, compare(3, '<', whole(9))]],
    ['v TAG', [compare(4, '=', text('v12')), { kind: 'in', column: 4, values: [text('v1'), text('v2')] }]],
    ['v TAG SORTABLE', [compare(4, '=', text('v12'))]],
    ['e TAG INDEXMISSING', [{ kind: 'isNull', column: 5 }]],
    ['w TEXT', [{ kind: 'call', name: 'match', column: 6, args: [text('warehouse')] }]],
    ['g GEO', [{ kind: 'call', name: 'geo_within', column: 7, args: [double(13.4), double(52.5), double(5), text('km')] }]],
  ];
  const columns = [...COLUMNS, field('u', 'BIGINT'), field('v'), field('e'), field('w'), field('g')];

  it.each(ADDED)('%s does not answer', async (words, filters) => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ n: i, u: i, v: `v${i}`, w: 'a warehouse', g: `13.4,52.5${i}` }));
    await world.put(Object.fromEntries(rows.map((row, i) => [`k:${i}`, row])));
    await world.createIndex('i', SCHEMA);
    const other = compare(N, '=', whole(12));
    const answer = await world.resolve({ ...asked, columns, filter: other, accessChoice: 'index' });
    expect(answer.access).not.toBeNull();
    await world.redis.call('FT.ALTER', 'i', 'SKIPINITIALSCAN', 'SCHEMA', 'ADD', ...words.split(' '));
    await world.put({ 'k:7': { x: 1 } });
    for (const filter of filters) {
      const answer = world.resolve({ ...asked, columns, filter }).then(
        ({ access, remarks }) => (access === null ? remarks.join() : JSON.stringify(access)),
        (error: Error) => error.message,
      );
      expect(await answer, JSON.stringify(filter.kind)).toMatch(/index i is not used: its attribute \w lacks values/);
    }
    expect((await world.resolve({ ...asked, columns, filter: other, accessChoice: 'index' })).access).not.toBeNull();
  });

  it.each(ADDED)('%s answers where it read them', async (words, filters) => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ n: i, u: i, v: `v${i}`, w: 'a warehouse', g: `13.4,52.5${i}` }));
    await world.createIndex('i', `${SCHEMA} ${words}`);
    await world.put(Object.fromEntries(rows.map((row, i) => [`k:${i}`, i % 5 === 0 ? { n: i } : row])));
    for (const filter of filters)
      expect((await world.resolve({ ...asked, columns, filter, accessChoice: 'index' })).access).not.toBeNull();
  });

  it.each(['u NUMERIC SORTABLE', 'u NUMERIC SORTABLE NOINDEX', 'v TAG SORTABLE UNF', 'v TEXT SORTABLE UNF NOINDEX'])(
    '%s groups nothing',
    async (words) => {
      await world.put(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k:${i}`, { n: i, u: i % 3, v: `v${i % 3}` }])));
      await world.createIndex('i', SCHEMA);
      await world.redis.call('FT.ALTER', 'i', 'SKIPINITIALSCAN', 'SCHEMA', 'ADD', ...words.split(' '));
      const column = words.startsWith('u') ? 3 : 4;
      const type = { id: column === 3 ? 'BIGINT' : 'VARCHAR' } as const;
      const request: AggregateRequest = {
        scan: scanRequest({ ...asked, columns }),
        groups: [{ column, bucket: null, type }],
        aggregates: COUNT.aggregates,
      };
      expect(await grouped(request)).toMatch(/attribute \w lacks values/);
      await world.redis.call('FT.DROPINDEX', 'i');
      await world.createIndex('j', `${SCHEMA} ${words}`);
      expect(await grouped(request)).toHaveLength(3);
    },
  );

  it('of documents does not answer either', async () => {
    const documents = Array.from({ length: 60 }, (_, i) => [
      'JSON.SET',
      `j:${i}`,
      '$',
      JSON.stringify({ n: i, u: i, v: `v${i}` }),
    ]);
    await world.redis.callAll(documents);
    await world.createIndex('i', 'ON JSON PREFIX 1 j: SCHEMA $.n AS n NUMERIC');
    await world.redis.call(
      'FT.ALTER',
      'i',
      'SKIPINITIALSCAN',
      'SCHEMA',
      'ADD',
      '$.u',
      'AS',
      'u',
      'NUMERIC',
      '$.v',
      'AS',
      'v',
      'TAG',
    );
    const columns = [KEY, member('$.n', 'BIGINT'), member('$.u', 'BIGINT'), member('$.v')];
    const request = { source: 'json', pattern: 'j:*', columns } as const;
    for (const filter of [compare(2, '=', whole(5)), compare(3, '=', text('v5'))])
      expect(await world.resolve({ ...request, filter })).toMatchObject({ access: null });
    expect((await world.resolve({ ...request, filter: compare(1, '=', whole(5)) })).access).not.toBeNull();
  });
});

describe('values that the index takes for numbers and the column does not', () => {
  it.each(['0x10', '1e3', '1.5', '+7'])('%s lets no block be grouped, so that the scan finds it', async (bad) => {
    await put(30);
    await world.put({ 'k:3': { n: bad } });
    await world.createIndex('i', SCHEMA);
    const filter = compare(N, '<', whole(2));
    expect((await world.resolve({ ...asked, filter })).access).not.toBeNull();
    const requests = [sumOf(null), sumOf(filter), { ...COUNT, scan: sumOf(filter).scan }];
    for (const request of requests) expect(await grouped(request)).toContain(`values such as "${bad}" of n are no BIGINT`);
    expect(await grouped(COUNT)).toEqual([[30n]]);
  });

  it('are none where the column takes them', async () => {
    await put(3);
    await world.put({ 'k:3': { n: '007' }, 'k:4': { n: '1.5' } });
    await world.createIndex('i', SCHEMA);
    const type = { id: 'DOUBLE' } as const;
    const request = { ...sumOf(null), aggregates: [{ name: 'sum', column: 1, type }] } as const;
    const scanned = (column: TableColumn) => ({ ...request, scan: scanRequest({ ...asked, columns: [KEY, column] }) });
    expect(await grouped(scanned(field('n', 'DOUBLE')))).toEqual([[11.5]]);
    expect(await grouped(scanned({ ...field('n', 'DOUBLE'), isInferred: true }))).toContain('"007" of n are no DOUBLE');
  });
});

describe('an index made anew', () => {
  it('is looked at again, though it is called and defined as before', async () => {
    // Keys that are in no index, so that its size proves nothing.
    await world.redis.callAll(Array.from({ length: 50 }, (_, i) => ['SET', `other:${i}`, 'x']));
    await put(30);
    await world.createIndex('i', SCHEMA);
    const filter = compare(N, '=', whole(5));
    expect((await world.resolve({ ...asked, filter })).access).not.toBeNull();
    await world.redis.call('FT.DROPINDEX', 'i');
    await world.redis.call('FT.CREATE', 'i', ...SCHEMA.replace('SCHEMA', 'SKIPINITIALSCAN SCHEMA').split(' '));
    await world.redis.callAll(Array.from({ length: 100 }, () => ['HSET', 'k:7', 'n', '7']));
    for (let i = 0; i < 2; i++) {
      expect(await world.resolve({ ...asked, filter })).toMatchObject({ access: null });
      for (const request of [COUNT, sumOf(null)]) expect(await grouped(request)).toMatch(/lacks keys|has changed/);
      world.catalog.forget('default');
    }
  });

  it('is looked at again after 2 s, should nothing tell', async () => {
    await world.redis.callAll(Array.from({ length: 50 }, (_, i) => ['SET', `other:${i}`, 'x']));
    await put(30);
    await world.createIndex('i', SCHEMA);
    let nowMs = 0;
    const check = new CompletenessCheck(() => nowMs);
    const snapshot = await world.catalog.snapshot('default', world.connections);
    const [index] = snapshot.kind === 'indexes' ? snapshot.indexes : [];
    if (snapshot.kind !== 'indexes' || index === undefined) throw new Error('no index');
    const isWhole = async () => await check.isWhole('default', index, snapshot.facts, world.connections);
    expect(await isWhole()).toBe(true);
    await world.redis.call('FT.DROPINDEX', 'i');
    await world.redis.call('FT.CREATE', 'i', ...SCHEMA.replace('SCHEMA', 'SKIPINITIALSCAN SCHEMA').split(' '));
    nowMs = 1999;
    expect(await isWhole()).toBe(true);
    nowMs = 2000;
    expect(await isWhole()).toBe(false);
  });
});
