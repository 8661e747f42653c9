/** The traps of turning predicates into searches, one test a number. What cannot occur has a line in CANNOT_OCCUR. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import { scanRequest } from '../../support/scans.ts';
import {
  and,
  compare,
  double,
  field,
  KEY,
  member,
  not,
  or,
  type SearchWorld,
  startSearchWorld,
  text,
  whole,
} from './search-world.ts';

/** Traps that nothing here can fall into, and why. */
const CANNOT_OCCUR: Readonly<Record<number, string>> = {
  23: 'search-on-oom came with 8.4; its warning is read like every other (searchReplyFrom, test/storage/search/replies.test.ts)',
  24: 'search commands go over RESP3 by QueryClient, which hands warnings on',
  25: 'cursors are read and deleted by the workers (test/workers/search)',
  26: 'one server is asked at a time, never in MULTI',
  32: 'no LOAD but of @__key is sent; fields are fetched by HMGET',
  34: 'SCAN is the workers (test/workers/recent-keys.test.ts)',
  38: 'a matter of parameters and the planner (test/planner)',
  39: 'casts to TIMESTAMPTZ are the planner (test/planner)',
};

let world: SearchWorld;
const COLUMNS = [
  KEY,
  field('n', 'BIGINT'),
  field('t'),
  field('d', 'DOUBLE'),
  field('b', 'BOOLEAN'),
  field('s', 'TIMESTAMP_S'),
  field('ts', 'TIMESTAMP'),
];
const [N, T, D, B, S, TS] = [1, 2, 3, 4, 5, 6];
const isNull = (column: number) => ({ kind: 'isNull', column }) as const;

beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.reset();
});

async function ask(filter: Parameters<typeof and>[0], more: Partial<Parameters<SearchWorld['resolve']>[0]> = {}) {
  const answer = await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter, index: 'i', ...more });
  return {
    answer,
    keys: await world.keysOf(answer),
    isExact: answer.filterAnswer === 'exact',
    whys: answer.conjuncts.map(({ why }) => why),
  };
}

const ON = 'ON HASH PREFIX 1 k: SCHEMA';
const TAG = 'TAG INDEXMISSING INDEXEMPTY CASESENSITIVE';

describe('tags', () => {
  it('trap 1: takes = on a tag that ignores case as a superset', async () => {
    await world.createIndex('i', `${ON} t TAG`);
    await world.put({ 'k:1': { t: 'Paris' }, 'k:2': { t: 'paris' }, 'k:3': { t: 'Rome' }, 'k:4': { t: 'Å' }, 'k:5': { t: 'å' } });
    const { keys, isExact, whys } = await ask(compare(T, '=', text('Paris')));
    expect({ keys, isExact, whys }).toEqual({ keys: ['k:1', 'k:2'], isExact: false, whys: ['tag ignores case'] });
    expect((await ask(compare(T, '=', text('Å')))).keys).toContain('k:4');
  });

  it('trap 2: asks for the pieces of a text that holds the separator', async () => {
    await world.createIndex('i', `${ON} t ${TAG}`);
    await world.put({ 'k:1': { t: 'a,b' }, 'k:2': { t: 'a' }, 'k:3': { t: 'b, a' } });
    expect((await ask(compare(T, '=', text('a,b')))).keys).toEqual(['k:1', 'k:3']);
    const plain = await ask(compare(T, '=', text('a')));
    expect(plain).toMatchObject({ keys: ['k:1', 'k:2', 'k:3'], isExact: false });
  });

  it('trap 3: finds texts with white space at their ends', async () => {
    await world.createIndex('i', `${ON} t ${TAG}`);
    await world.put({ 'k:1': { t: 'a ' }, 'k:2': { t: 'a' }, 'k:3': { t: '\ta\n' }, 'k:4': { t: ' ' } });
    for (const value of ['a ', 'a', '\ta\n'])
      expect((await ask(compare(T, '=', text(value)))).keys).toEqual(['k:1', 'k:2', 'k:3']);
    expect((await ask(compare(T, '=', text(' ')))).answer.access).toBeNull();
  });

  it('trap 4: leaves texts of 4,096 bytes and those with a zero byte to the scan', async () => {
    await world.createIndex('i', `${ON} t ${TAG}`);
    const long = 'x'.repeat(5000);
    await world.put({ 'k:1': { t: long }, 'k:2': { t: 'a\0b' }, 'k:3': { t: 'y'.repeat(4095) } });
    for (const value of [long, 'x'.repeat(4096), 'a\0b'])
      expect((await ask(compare(T, '=', text(value)))).answer.access).toBeNull();
    expect((await ask(compare(T, '=', text('y'.repeat(4095))))).keys).toEqual(['k:3']);
    // The tag of a\0b is a.
    expect((await ask(compare(T, '=', text('a')))).isExact).toBe(false);
  });

  it('traps 5 and 6: sends texts as parameters, so that nothing in them means anything', async () => {
    await world.createIndex('i', `${ON} t TAG INDEXMISSING INDEXEMPTY SEPARATOR ; CASESENSITIVE`);
    const texts = [
      'a|b',
      'a-b',
      '{x}',
      '$p0',
      '"q"',
      "'",
      '\\',
      'b\\',
      '*',
      'a*',
      '%a%',
      '@t:{x}',
      ')',
      '?',
      '😀',
      'x/y',
      '-a',
      '(a)',
      'a b',
      '[1 2]',
      '=>',
    ];
    await world.put(Object.fromEntries(texts.map((t, i) => [`k:${i}`, { t }])));
    for (const [i, value] of texts.entries()) {
      const { keys, answer } = await ask(compare(T, '=', text(value)));
      expect([value, keys]).toEqual([value, [`k:${i}`]]);
      expect(answer.access?.query).toBe('@t:{$p0}');
    }
    const all = await ask({ kind: 'in', column: T, values: texts.map(text) });
    expect(all.keys).toHaveLength(texts.length);
  });

  it('trap 7: asks for the empty text only where it is indexed', async () => {
    await world.createIndex('i', `${ON} t TAG CASESENSITIVE`);
    await world.put({ 'k:1': { t: '' }, 'k:2': { t: 'a' } });
    expect((await ask(compare(T, '=', text('')))).answer.access).toBeNull();
    await world.redis.call('FT.DROPINDEX', 'i');
    await world.createIndex('i', `${ON} t ${TAG}`);
    expect(await ask(compare(T, '=', text('')))).toMatchObject({ keys: ['k:1'], isExact: false });
  });

  it('trap 8: pushes a prefix only where no limit can cut its tags', async () => {
    await world.createIndex('i', `${ON} t ${TAG}`);
    await world.put(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k:${i}`, { t: `abc${i}` }])));
    const prefix = (value: string) => ({ kind: 'prefix', column: T, prefix: value }) as const;
    expect((await ask(prefix('abc'))).keys).toHaveLength(150);
    expect((await ask(prefix('a'))).answer.access).toBeNull();
    await world.put(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k:${i + 150}`, { t: `abc${i + 150}` }])));
    // The server would give 200 of 300, without a word.
    const cut = await ask(prefix('abc'));
    expect(cut.answer.access).toBeNull();
    await world.redis.call('FT.CONFIG', 'SET', 'MAXPREFIXEXPANSIONS', '1000');
    world.catalog.forget('default');
    expect((await ask(prefix('abc'))).keys).toHaveLength(300);
  });

  it('trap 9: never compares with a TEXT attribute', async () => {
    await world.createIndex('i', `${ON} t TEXT`);
    await world.put({ 'k:1': { t: 'the bank of America' } });
    const equal = await ask(compare(T, '=', text('the bank of America')));
    expect(equal.answer.access).toBeNull();
    const match = await ask({ kind: 'call', name: 'match', column: T, args: [text('banks | nothing')] });
    expect(match.keys).toEqual(['k:1']);
  });
});

describe('numbers', () => {
  const NUMERIC = `${ON} n NUMERIC INDEXMISSING SORTABLE d NUMERIC INDEXMISSING SORTABLE`;

  it('trap 10: asks inclusively above 2^53', async () => {
    await world.createIndex('i', NUMERIC);
    const top = 2n ** 53n;
    await world.put({
      'k:1': { n: String(top) },
      'k:2': { n: String(top + 1n) },
      'k:3': { n: String(top + 2n) },
      'k:4': { n: '7' },
    });
    expect(await ask(compare(N, '=', whole(top + 1n)))).toMatchObject({ keys: ['k:1', 'k:2'], isExact: false });
    expect((await ask(compare(N, '>', whole(top)))).keys).toEqual(['k:1', 'k:2', 'k:3']);
    expect((await ask(compare(N, '<>', whole(top)))).keys).toEqual(['k:1', 'k:2', 'k:3', 'k:4']);
    expect(await ask(compare(N, '<', whole(top - 1n)))).toMatchObject({ keys: ['k:4'], isExact: true });
  });

  it('trap 11: tells open from closed bounds, and infinities', async () => {
    await world.createIndex('i', NUMERIC);
    await world.put({ 'k:1': { d: '1' }, 'k:2': { d: '2.5' }, 'k:3': { d: 'inf' }, 'k:4': { d: '-inf' }, 'k:5': { d: '-0' } });
    const keysFor = async (op: '<' | '<=' | '>' | '>=' | '=' | '<>', value: number) =>
      (await ask(compare(D, op, double(value)))).keys;
    expect(await keysFor('<', 2.5)).toEqual(['k:1', 'k:4', 'k:5']);
    expect(await keysFor('<=', 2.5)).toEqual(['k:1', 'k:2', 'k:4', 'k:5']);
    expect(await keysFor('>', 2.5)).toEqual(['k:3']);
    expect(await keysFor('=', Infinity)).toEqual(['k:3']);
    expect(await keysFor('<>', -Infinity)).toEqual(['k:1', 'k:2', 'k:3', 'k:5']);
    expect(await keysFor('=', 0)).toEqual(['k:5']);
    const upsideDown = await ask(and(compare(D, '>', double(5)), compare(D, '<', double(1))));
    expect(upsideDown.keys).toEqual([]);
  });

  it('trap 12: gives groups and sums with all their digits', async () => {
    await world.createIndex('i', NUMERIC);
    const values = ['0.1', '0.30000000000000004', '123456789012.34567', '-9007199254740.125', '1e-300', '5e-324'];
    await world.put(Object.fromEntries(values.map((d, i) => [`k:${i}`, { d, n: String(9_007_199_254_000 + i) }])));
    const scan = scanRequest({ columns: COLUMNS, pattern: 'k:*' });
    const type = { id: 'DOUBLE' } as const;
    const answer = await answerAggregate(world.connections, world.catalog, {
      scan,
      groups: [{ column: D, bucket: null, type }],
      aggregates: [
        { name: 'min', column: N, type: { id: 'BIGINT' } },
        { name: 'sum', column: N, type: { id: 'HUGEINT' } },
      ],
    });
    if (answer.kind !== 'rows') throw new Error(JSON.stringify(answer));
    const [groups, least] = answer.batch.columns;
    if (groups?.layout !== 'fixed' || least?.layout !== 'fixed') throw new Error('no fixed columns');
    const rows = [...new Float64Array(groups.values)].map((value, i) => [value, new BigInt64Array(least.values)[i]]);
    expect(rows.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual(
      values.map((d, i) => [Number(d), BigInt(9_007_199_254_000 + i)]),
    );
  });

  it('trap 13: does not use an index that lacks documents with bad values', async () => {
    await world.createIndex('i', NUMERIC);
    await world.put({ 'k:1': { n: '1', d: 'nan' }, 'k:2': { n: '1' } });
    const { answer } = await ask(compare(N, '=', whole(1)));
    expect(answer.access).toBeNull();
    expect(answer.remarks.join()).toMatch(/index i is not used: it lacks 1 documents .* in d/);
  });

  it('trap 14: takes documents with arrays, and null for NULL', async () => {
    await world.createIndex(
      'i',
      'ON JSON PREFIX 1 k: SCHEMA $.v AS v NUMERIC INDEXMISSING $.t AS t TAG INDEXMISSING $.a[*] AS a NUMERIC',
    );
    const docs = { 1: { v: 5, t: 'x' }, 2: { v: null, t: null }, 3: {}, 4: { v: [1, 5] }, 5: { v: 7, t: 'null' } };
    for (const [id, doc] of Object.entries(docs)) await world.redis.call('JSON.SET', `k:${id}`, '$', JSON.stringify(doc));
    const columns = [KEY, member('$.v', 'BIGINT'), member('$.t'), member('$["v"]', 'BIGINT'), member('$.a[*]', 'BIGINT')];
    const from = async (filter: Parameters<typeof and>[0]) => await ask(filter, { columns, source: 'json' });
    expect((await from(compare(1, '=', whole(5)))).keys).toEqual(['k:1', 'k:4']);
    expect((await from(compare(3, '=', whole(7)))).keys).toEqual(['k:5']);
    expect((await from(isNull(1))).keys).toEqual(['k:2', 'k:3']);
    // ismissing() would not give k:2.
    expect((await from(isNull(2))).answer.access).toBeNull();
    expect((await from(isNull(4))).answer.access).toBeNull();
    expect((await from(compare(2, '=', text('["x"]')))).answer.access).toBeNull();
  });

  it('trap 36: knows that one value has many texts', async () => {
    await world.createIndex('i', `${NUMERIC} b TAG CASESENSITIVE t TAG CASESENSITIVE`);
    await world.put({
      'k:1': { n: '007', b: 'yes' },
      'k:2': { n: '7', b: 'TRUE' },
      'k:3': { n: '0x10', b: 'n' },
      'k:4': { n: '16', b: '1' },
      'k:5': { b: 'f' },
    });
    expect((await ask(compare(N, '=', whole(7)))).keys).toEqual(['k:1', 'k:2']);
    expect((await ask(compare(B, '=', { type: 'BOOLEAN', value: true }))).keys).toEqual(['k:1', 'k:2', 'k:4']);
    expect((await ask(compare(B, '<>', { type: 'BOOLEAN', value: true }))).keys).toEqual(['k:3', 'k:5']);
    // 0x10 is no BIGINT: NULL under on_error => 'null', so that 16 is not exact and IS NULL cannot be asked for.
    expect(await ask(compare(N, '=', whole(16)), { onError: 'null' })).toMatchObject({ keys: ['k:3', 'k:4'], isExact: false });
    expect((await ask(isNull(N), { onError: 'null' })).answer.access).toBeNull();
    const asNumber = [KEY, field('t', 'BIGINT')];
    expect((await ask(compare(1, '=', whole(7)), { columns: asNumber })).answer.access).toBeNull();
  });

  it('pushes times only where their unit is declared', async () => {
    await world.createIndex('i', `${ON} s NUMERIC ts NUMERIC`);
    await world.put({ 'k:1': { s: '100', ts: '100' }, 'k:2': { s: '200', ts: '200' } });
    expect((await ask(compare(S, '>', { type: 'TIMESTAMP_S', value: 150n }))).keys).toEqual(['k:2']);
    expect((await ask(compare(TS, '>', { type: 'TIMESTAMP', value: 150n }))).answer.access).toBeNull();
  });
});

describe('missing values and negation', () => {
  it('trap 15: moves NOT down to comparisons, which leave out rows without a value', async () => {
    await world.createIndex('i', `${ON} n NUMERIC INDEXMISSING t ${TAG}`);
    await world.put({ 'k:1': { n: '1', t: 'x' }, 'k:2': { n: '2', t: 'x,y' }, 'k:3': { t: 'X' }, 'k:4': { n: '3' } });
    expect(await ask(not(compare(N, '=', whole(1))))).toMatchObject({ keys: ['k:2', 'k:4'], isExact: true });
    expect((await ask(not(or(compare(N, '<', whole(2)), isNull(N))))).keys).toEqual(['k:2', 'k:4']);
    expect((await ask(not({ kind: 'in', column: N, values: [whole(1), whole(3)] }))).keys).toEqual(['k:2']);
    // -@t:{x} would lose k:2, whose text is not x.
    expect((await ask(not(compare(T, '=', text('x'))))).answer.access).toBeNull();
    expect((await ask(compare(T, '<>', text('x')))).answer.access).toBeNull();
    expect((await ask(not(and(compare(T, '=', text('x')), compare(N, '=', whole(1)))))).answer.access).toBeNull();
  });

  it('trap 16: asks for IS NULL only where the index knows', async () => {
    await world.createIndex('i', `${ON} n NUMERIC t TAG d NUMERIC INDEXMISSING`);
    await world.put({ 'k:1': { n: '1', t: 'x', d: '1' }, 'k:2': { other: '1' } });
    expect((await ask(isNull(T))).answer.access).toBeNull();
    expect((await ask(isNull(N))).answer.access?.query).toBe('-@n:[-inf +inf]');
    expect((await ask(isNull(D))).answer.access?.query).toBe('ismissing(@d)');
    expect((await ask(isNull(N))).keys).toEqual(['k:2']);
    expect((await ask({ kind: 'isNotNull', column: N })).keys).toEqual(['k:1']);
  });

  it('does not ask for IS NULL while fields have a time to live', async () => {
    await world.createIndex('i', `${ON} n NUMERIC INDEXMISSING`);
    await world.put({ 'k:1': { n: '1', x: '1' }, 'k:2': { x: '1' } });
    await world.redis.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    await world.redis.call('HPEXPIRE', 'k:1', '1', 'FIELDS', '1', 'n');
    expect((await ask(isNull(N))).answer.access).toBeNull();
    expect(await ask(compare(N, '=', whole(1)))).toMatchObject({ isExact: false });
  });
});

it.each(Object.entries(CANNOT_OCCUR))('trap %s cannot occur: %s', (number) => {
  expect(Number(number)).toBeGreaterThan(0);
});
