import { describe, expect, it } from 'vitest';
import { expansion } from '../../../src/engine/thread/sandbox/expansion.ts';
import { ShapeCache } from '../../../src/engine/thread/sandbox/shape-cache.ts';
import type { StatementNames, UsedName } from '../../../src/engine/thread/sandbox/statement-names.ts';

function namesWith(tables: readonly UsedName[], shows: readonly UsedName[] = []): StatementNames {
  return { tables, shows, functions: [], tableFunctions: [], commonTables: [], types: [], expansion: expansion() };
}

describe('ShapeCache', () => {
  it.each([
    ["SELECT a FROM t WHERE k = 'x'", "SELECT a FROM t WHERE k = 'it''s -- \"no\" /* comment */ $$'"],
    ['SELECT 1, 20', 'SELECT 7, 123456'],
    ["SELECT CAST('1' AS INT)", "SELECT CAST('2' AS INT)"],
    ["FROM redis_hash('a', _scan => 1)", "FROM redis_hash('b:*', _scan => 99)"],
    ["SELECT ''", "SELECT 'a\nb'"],
  ])('takes %j and %j for one shape', (one, other) => {
    const cache = new ShapeCache();
    expect(cache.shapeOf(one)).not.toBeNull();
    expect(cache.shapeOf(one)).toBe(cache.shapeOf(other));
  });

  it.each([
    ['SELECT a1', 'SELECT a2'],
    ['SELECT upper(a)', 'SELECT lower(a)'],
    ["SELECT 'a', b", "SELECT 'a', c"],
    ['SELECT x1y FROM t', 'SELECT x2y FROM t'],
  ])('tells %j from %j', (one, other) => {
    const cache = new ShapeCache();
    expect(cache.shapeOf(one)).not.toBe(cache.shapeOf(other));
  });

  it.each([
    ["SELECT 1 -- it's", 'a comment that may hold a quote'],
    ["SELECT 1 /* ' */ FROM t --'", 'another comment'],
    ['SELECT "a" FROM t', 'a quoted name'],
    ['SELECT $$a$$', 'a dollar quote'],
    ["SELECT E'\\'' FROM t", 'an escape'],
    ["SELECT x'ab'", 'a prefix'],
    ["SELECT 'open", 'a quote that is open'],
    ['SELECT ä', 'what is no ASCII'],
    [`SELECT ${'1,'.repeat(6000)}1`, 'a long text'],
  ])('has no shape for %j: %s', (text) => {
    expect(new ShapeCache().shapeOf(text)).toBeNull();
  });

  it('keeps no statement whose table stands in quotes, or nowhere', () => {
    const cache = new ShapeCache();
    const table = (byteOffset: number | null): UsedName => ({ name: 'v', qualifiers: [], byteOffset });
    const keep = (text: string, names: StatementNames): unknown => {
      const shape = cache.shapeOf(text) ?? '';
      cache.keep(shape, names, text);
      return cache.get(shape);
    };
    expect(keep("SELECT v FROM 'v'", namesWith([table(14)]))).toBeUndefined();
    expect(keep('SELECT v FROM v', namesWith([table(null)]))).toBeUndefined();
    expect(keep("SHOW 'v'", namesWith([], [table(5)]))).toBeUndefined();
    expect(keep('SELECT v FROM v', namesWith([table(14)]))).toBeDefined();
  });

  it('forgets the oldest', () => {
    const cache = new ShapeCache();
    for (let i = 0; i < 600; i++) cache.keep(`shape ${i}`, namesWith([]), '');
    expect([cache.get('shape 0'), cache.get('shape 87'), cache.get('shape 88')]).toEqual([undefined, undefined, namesWith([])]);
  });
});
