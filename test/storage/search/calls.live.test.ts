/** match(), geo_within() and vector_distance() against the module itself and against the plain formulas. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { geoDistance, vectorDistance } from '../../../src/engine/thread/functions/measures.ts';
import type { Constant } from '../../../src/storage/index.ts';
import { matchText } from '../../../src/storage/search/query/match-text.ts';
import { and, compare, double, field, KEY, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

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

const COLUMNS = [KEY, field('t'), field('n', 'BIGINT'), field('p'), field('v', 'BLOB')];
const ON = 'ON HASH PREFIX 1 k: SCHEMA';

async function keysFor(filter: ReturnType<typeof and>): Promise<string[] | null> {
  return await world.keysOf(await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter, index: 'i' }));
}

describe('match', () => {
  const match = (words: string) => ({ kind: 'call', name: 'match', column: 1, args: [text(words)] }) as const;

  it('gives words, phrases, prefixes, fuzzy words and NOT the module’s meaning', async () => {
    await world.createIndex('i', `${ON} t TEXT n NUMERIC`);
    await world.put({ 'k:1': { t: 'quick brown fox', n: 1 }, 'k:2': { t: 'brown quick', n: 2 }, 'k:3': { t: 'quicker', n: 3 } });
    const found = async (words: string) => await keysFor(match(words));
    expect(await found('quick')).toEqual(['k:1', 'k:2']);
    expect(await found('"quick brown"')).toEqual(['k:1']);
    expect(await found('quick*')).toEqual(['k:1', 'k:2', 'k:3']);
    expect(await found('%quikc%')).toEqual(['k:1', 'k:2']);
    expect(await found('quick -fox')).toEqual(['k:2']);
    expect(await found('fox | quicker')).toEqual(['k:1', 'k:3']);
    expect(await found('(fox | quicker) brown')).toEqual(['k:1']);
    expect(await keysFor(and(match('quick'), compare(2, '>', whole(1))))).toEqual(['k:2']);
  });

  it('keeps every text inside of its attribute', async () => {
    await world.createIndex('i', `${ON} t TEXT n NUMERIC`);
    await world.put({ 'k:1': { t: 'fox', n: 1 }, 'k:2': { t: 'hen', n: 2 } });
    const evil = [
      'hen) | @n:[0 9] (fox',
      'hen @n:[1 1]',
      'hen)=>{$weight: 5}',
      'hen | @n:{1}',
      'hen\\',
      'hen"',
      '$p0 hen',
      "w'*' hen",
      'hen:[1 2]',
      '@n:hen',
      '~hen',
      '=hen',
      'hen;',
      '\u0000hen',
      '*',
      '-',
      '%',
      '|',
      '"',
      '()',
      '-(',
      '((',
      'hen -',
    ];
    for (const words of evil) {
      const keys = await keysFor(match(words)).catch((error: Error & { code?: string }) => error.code);
      const isHarmless = keys === 'RQ_ARGUMENT' || keys === 'RQ_NO_INDEX' || (Array.isArray(keys) && !keys.includes('k:1'));
      expect([words, isHarmless, keys]).toEqual([words, true, keys]);
    }
  });

  it('takes any characters without a syntax error of the module', async () => {
    await world.createIndex('i', `${ON} t TEXT`);
    await world.put({ 'k:1': { t: 'fox' } });
    const pieces = [
      'fox',
      'hen',
      '"',
      '(',
      ')',
      '|',
      '-',
      '*',
      '%',
      ' ',
      '@',
      ':',
      '{',
      '}',
      '[',
      ']',
      '\\',
      '$',
      '~',
      "'",
      'é',
      '日本',
      '😀',
      '_',
      '0',
      '=>',
      '%%',
      '\n',
    ];
    let state = 7;
    const next = (end: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % end;
    };
    for (let i = 0; i < 600; i++) {
      const words = Array.from({ length: 1 + next(7) }, () => pieces[next(pieces.length)]).join(next(2) === 0 ? '' : ' ');
      let isText: boolean;
      try {
        isText = matchText(words) !== null;
      } catch {
        continue;
      }
      if (!isText) continue;
      const answer = keysFor(match(words));
      await expect(answer, JSON.stringify(words)).resolves.toBeInstanceOf(Array);
    }
  });

  it('names the FT.CREATE that would make it work', async () => {
    await world.createIndex('i', `${ON} n NUMERIC`);
    const answer = world.resolve({ columns: COLUMNS, pattern: 'k:*', filter: match('fox') });
    await expect(answer).rejects.toMatchObject({
      code: 'RQ_NO_INDEX',
      hint: 'This would make it work: FT.CREATE idx:k ON HASH PREFIX 1 k: SCHEMA t TEXT INDEXMISSING',
    });
    const off = world.resolve({ columns: COLUMNS, pattern: 'k:*', filter: match('fox'), accessChoice: 'scan' });
    await expect(off).rejects.toMatchObject({ code: 'RQ_NO_INDEX' });
  });
});

describe('geo_within', () => {
  it('keeps every point of a circle, and leaves large ones to the scan', async () => {
    await world.createIndex('i', `${ON} p GEO`);
    const points = Array.from({ length: 400 }, (_, i): [number, number] => [
      2 + ((i * 37) % 101) / 50,
      48 + ((i * 53) % 97) / 50,
    ]);
    await world.put(Object.fromEntries(points.map(([lon, lat], i) => [`k:${i}`, { p: `${lon},${lat}` }])));
    const within = (radius: number, unit: string) =>
      ({ kind: 'call', name: 'geo_within', column: 3, args: [double(2.9), double(48.8), double(radius), text(unit)] }) as const;
    for (const [radius, unit, metres] of [
      [1, 'km', 1],
      [30, 'km', 30],
      [20, 'mi', 20 * 1.60934],
      [70, 'KM', 70],
      [90_000, 'ft', 27.432],
      [0, 'm', 0],
    ] as const) {
      const keys = (await keysFor(within(radius, unit))) ?? [];
      const wanted = points.flatMap((point, i) => (geoDistance(point, [2.9, 48.8]) <= metres * 1000 ? [`k:${i}`] : []));
      expect(wanted.filter((key) => !keys.includes(key))).toEqual([]);
      expect(keys.length).toBeLessThanOrEqual(wanted.length + 3);
    }
    expect(await keysFor(within(2000, 'km'))).toBeNull();
    expect(await keysFor(within(1, 'parsec'))).toBeNull();
  });
});

describe('vector_distance', () => {
  const vectorOf = (i: number): number[] => [Math.sin(i), Math.cos(i * 3), (i % 7) - 3];
  const bytesOf = (vector: readonly number[]): Buffer => Buffer.from(Float32Array.from(vector).buffer);
  const within = (vector: Constant, metric: string, op: '<' | '<=', value: number) =>
    ({ kind: 'call', name: 'vector_distance', column: 4, args: [vector, text(metric)], bound: { op, value } }) as const;

  it.each(['cosine', 'l2'] as const)('keeps every vector within a distance by %s', async (metric) => {
    await world.createIndex('i', `${ON} v VECTOR FLAT 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC ${metric.toUpperCase()}`);
    const vectors = Array.from({ length: 300 }, (_, i) => vectorOf(i));
    await world.put(Object.fromEntries(vectors.map((vector, i) => [`k:${i}`, { v: bytesOf(vector) }])));
    const asked = [0.3, -0.2, 1.1];
    for (const bound of [0.05, 0.4, 1.3]) {
      const constant: Constant = { type: 'DOUBLE[]', value: JSON.stringify(asked) };
      const keys = (await keysFor(within(constant, metric, '<=', bound))) ?? [];
      const wanted = vectors.flatMap((vector, i) =>
        vectorDistance([...new Float32Array(vector)], asked, metric) <= bound ? [`k:${i}`] : [],
      );
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.filter((key) => !keys.includes(key))).toEqual([]);
      expect(keys.length).toBeLessThan(wanted.length + 20);
      const asBytes: Constant = { type: 'BLOB', value: bytesOf(asked).toString('hex') };
      expect(await keysFor(within(asBytes, metric, '<=', bound))).toEqual(keys);
    }
  });

  it('leaves other metrics and graphs to the scan', async () => {
    await world.createIndex('i', `${ON} v VECTOR HNSW 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC L2`);
    await world.put({ 'k:1': { v: bytesOf([1, 2, 3]) } });
    const constant: Constant = { type: 'DOUBLE[]', value: '[1,2,3]' };
    expect(await keysFor(within(constant, 'l2', '<', 1))).toBeNull();
    await world.redis.call('FT.DROPINDEX', 'i');
    await world.createIndex('i', `${ON} v VECTOR FLAT 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC L2`);
    expect(await keysFor(within(constant, 'cosine', '<', 1))).toBeNull();
    expect(await keysFor(within(constant, 'l2', '<', 1))).toEqual(['k:1']);
  });

  it.each(['FLAT 6', 'HNSW 6'])('refuses a vector that has other dimensions than all that there are: %s', async (algorithm) => {
    await world.createIndex('i', `${ON} v VECTOR ${algorithm} TYPE FLOAT32 DIM 3 DISTANCE_METRIC L2`);
    await world.put({ 'k:1': { v: bytesOf([1, 2, 3]) } });
    for (const constant of [
      { type: 'DOUBLE[]', value: '[1,2]' },
      { type: 'BLOB', value: bytesOf([1, 2]).toString('hex') },
    ]) {
      await expect(keysFor(within(constant, 'l2', '<', 1))).rejects.toMatchObject({
        code: 'RQ_ARGUMENT',
        message: 'vector_distance: the vector has 2 dimensions, "v" has 3 (index i)',
      });
    }
  });

  it('names the metric that the index measures', async () => {
    await world.createIndex('i', `${ON} v VECTOR FLAT 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2`);
    await world.put({ 'k:1': { v: bytesOf([1, 2]) } });
    const filter = within({ type: 'DOUBLE[]', value: '[1,2]' }, 'cosine', '<', 1);
    const { conjuncts } = await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter });
    expect(conjuncts[0]?.why).toBe("the index measures L2, not COSINE: vector_distance(…, 'l2')");
  });
});
