/** What an index is not believed: keys of other databases, attributes that were added without reading the keys, an index made anew. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AggregateRequest, Predicate } from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import { scanRequest } from '../../support/scans.ts';
import { rowsIn } from './grouped-blocks.ts';
import { compare, field, KEY, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

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
