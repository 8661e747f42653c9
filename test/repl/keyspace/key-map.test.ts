import { describe, expect, it } from 'vitest';
import { keyMapOf, type MapRow, rowsOf } from '../../../src/repl/keyspace/key-map.ts';
import { statsOf, sumOf } from '../../../src/repl/keyspace/key-stats.ts';
import type { KeyFacts } from '../../../src/repl/keyspace/sample.ts';

function facts(key: string, type = 'hash', more: Partial<KeyFacts> = {}): KeyFacts {
  return { key, raw: Buffer.from(key), type, ttlSeconds: null, bytes: null, ...more };
}

function many(count: number, keyOf: (n: number) => string, type = 'hash'): KeyFacts[] {
  return Array.from({ length: count }, (_, n) => facts(keyOf(n), type));
}

function shown(rows: readonly MapRow[]): string[] {
  const marks = { root: '', child: '├ ', lastChild: '└ ' };
  return rows.map(({ place, label, stats, type }) => `${marks[place]}${label} ${stats.count}${type === '' ? '' : ` ${type}`}`);
}

const SHOP = [
  ...many(50, (n) => `user:${n}`),
  ...many(20, (n) => `user:${n}:cart`, 'list'),
  ...many(9, (n) => `order:${n}`),
  facts('greeting', 'string'),
];

describe('rowsOf', () => {
  it('puts shapes under the prefix that they share, the largest first', () => {
    expect(shown(rowsOf(keyMapOf(SHOP), 20))).toEqual([
      'user: 70',
      '├ {id} 50 hash',
      '└ {user_id}:cart 20 list',
      'order:{id} 9 hash',
      'greeting 1 string',
    ]);
  });

  it('goes one part deeper where all keys begin alike', () => {
    const keys = SHOP.map(({ key, type }) => facts(`app:v1:${key}`, type));
    expect(shown(rowsOf(keyMapOf(keys), 20))).toEqual([
      'app:v1:user: 70',
      '├ {id} 50 hash',
      '└ {user_id}:cart 20 list',
      'app:v1:order:{id} 9 hash',
      'app:v1:greeting 1 string',
    ]);
  });

  it('tells types of one name apart', () => {
    const keys = [...many(3, (n) => `a:${n}`), ...many(2, (n) => `a:${n + 10}`, 'set'), facts('b', 'string')];
    expect(shown(rowsOf(keyMapOf(keys), 20))).toEqual(['a:{id} 5', '├  3 hash', '└  2 set', 'b 1 string']);
  });

  it.each([1, 2, 3, 4, 5, 8, 12, 30, 100])('keeps to %d rows and loses no key', (most) => {
    const keys = [
      ...Array.from({ length: 15 }, (_, kind) => many(30 - kind, (n) => `kind${kind}x:${n}`)).flat(),
      ...Array.from({ length: 12 }, (_, kind) => many(3, (n) => `app:part${kind}x:${n}`)).flat(),
    ];
    const rows = rowsOf(keyMapOf(keys), most);
    expect(rows.length).toBeLessThanOrEqual(Math.max(2, most));
    const roots = rows.filter(({ place }) => place === 'root');
    expect(sumOf(roots.map(({ stats }) => stats)).count).toBe(keys.length);
    for (const [at, row] of rows.entries()) {
      const children = rows.slice(at + 1);
      const end = children.findIndex(({ place }) => place === 'root');
      const own = children.slice(0, end < 0 ? undefined : end);
      const isWhole = row.place !== 'root' || own.length === 0 || sumOf(own.map(({ stats }) => stats)).count === row.stats.count;
      expect(isWhole).toBe(true);
    }
  });

  it('says how many shapes it sums up', () => {
    const keys = Array.from({ length: 30 }, (_, kind) => many(31 - kind, (n) => `kind${kind}x:${n}`)).flat();
    const rows = shown(rowsOf(keyMapOf(keys), 10));
    expect(rows).toHaveLength(10);
    expect(rows.at(-1)).toBe('… 21 more shapes 252');
  });

  it('says how many shapes a prefix has where there is no room for them', () => {
    expect(shown(rowsOf(keyMapOf(SHOP), 3))).toEqual(['user:… (2 shapes) 70', 'order:{id} 9 hash', 'greeting 1 string']);
  });

  it('takes keys of one shape, one key, and none', () => {
    expect(shown(rowsOf(keyMapOf(many(5, (n) => `a:b:${n}`)), 9))).toEqual(['a:b:{id} 5 hash']);
    expect(shown(rowsOf(keyMapOf([facts('alone')]), 9))).toEqual(['alone 1 hash']);
    expect(rowsOf(keyMapOf([]), 9)).toEqual([]);
  });
});

describe('statsOf and sumOf', () => {
  it('counts times to live by their order of magnitude', () => {
    const ttls = [0, 59, 60, 3_600, 86_400 * 8, 86_400 * 400, Number.POSITIVE_INFINITY, null];
    const stats = statsOf(ttls.map((ttlSeconds) => facts('a', 'hash', { ttlSeconds })));
    expect(stats).toMatchObject({ count: 8, ttlCounts: [2, 1, 1, 0, 1, 1], neverCount: 1 });
  });

  it('weighs a group by its keys, not by how many of them were measured', () => {
    const large = statsOf([...many(9, (n) => `a:${n}`), facts('a:9', 'hash', { bytes: 100, ttlSeconds: 5 })]);
    const small = statsOf([facts('b:1', 'hash', { bytes: 1_000, ttlSeconds: Number.POSITIVE_INFINITY })]);
    expect(sumOf([large, small])).toEqual({
      count: 11,
      bytes: 2_000,
      sizedCount: 11,
      ttlCounts: [10, 0, 0, 0, 0, 0],
      neverCount: 1,
    });
  });
});
