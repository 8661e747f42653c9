import { describe, expect, it } from 'vitest';
import { viewsOf } from '../../../src/repl/keyspace/key-views.ts';
import { keyShapesIn } from '../../../src/storage/index.ts';

function views(
  keys: readonly (readonly [key: string, type: string])[],
  known: { name: string; sql: string }[] = [],
): readonly string[] {
  return viewsOf(keyShapesIn(keys.map(([key, type]) => ({ key, type }))), known);
}

describe('viewsOf', () => {
  it('makes a view of each shape that has rows', () => {
    expect(
      views([
        ['user:1', 'hash'],
        ['user:2', 'hash'],
        ['user:3', 'hash'],
        ['cart:1:items', 'list'],
        ['cart:2:items', 'list'],
        ['doc:1', 'ReJSON-RL'],
        ['queue', 'list'],
        ['greeting', 'string'],
        ['filter', 'MBbloom--'],
      ]),
    ).toEqual([
      "CREATE VIEW users AS FROM redis_hash('user:*');",
      "CREATE VIEW cart_items AS FROM redis_list('cart:{cart_id}:items');",
      "CREATE VIEW doc AS FROM redis_json('doc:*');",
      "CREATE VIEW queue AS FROM redis_list('queue');",
    ]);
  });

  it('tells tables of one name apart, also from those that there are', () => {
    const keys = [
      ['a:1', 'hash'],
      ['a:2', 'hash'],
      ['a:3', 'set'],
    ] as const;
    expect(views(keys)).toEqual(["CREATE VIEW a AS FROM redis_hash('a:*');", "CREATE VIEW a_set AS FROM redis_set('a:*');"]);
    expect(views(keys, [{ name: 'A', sql: '' }])[0]).toBe("CREATE VIEW a_hash AS FROM redis_hash('a:*');");
  });

  it('leaves out what is a view already', () => {
    expect(views([['a:1', 'hash']], [{ name: 'mine', sql: "CREATE VIEW mine AS SELECT * FROM redis_hash('a:*');" }])).toEqual([]);
  });

  it('quotes what needs it, in names and in patterns', () => {
    expect(views([['日本:1', 'hash']])).toEqual(['CREATE VIEW "日本" AS FROM redis_hash(\'日本:*\');']);
    expect(views([["o'neill:1", 'hash']])).toEqual(["CREATE VIEW o_neill AS FROM redis_hash('o''neill:*');"]);
    expect(views([['a*b{c}:1', 'hash']])).toEqual(["CREATE VIEW a_b_c AS FROM redis_hash('a\\*b\\{c\\}:*');"]);
    expect(views([['summarize:1', 'hash']])).toEqual(['CREATE VIEW "summarize" AS FROM redis_hash(\'summarize:*\');']);
  });

  it('offers none where the pattern cannot be sent', () => {
    expect(views([['\\xff\\xfe:1', 'hash']])).toEqual([]);
  });
});
