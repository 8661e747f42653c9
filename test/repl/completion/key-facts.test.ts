import { describe, expect, it } from 'vitest';
import { keyFactsFrom } from '../../../src/repl/completion/facts/key-facts.ts';
import { globMatches, parseTemplate } from '../../../src/storage/index.ts';

const sampled = (names: readonly string[], visitedKeys: number, databaseKeys: number | null) =>
  keyFactsFrom({
    keys: names.map((key) => ({ key, raw: Buffer.from(key), type: 'hash', ttlSeconds: null, bytes: null })),
    ...{ visitedKeys, databaseKeys, isWhole: false, stop: null },
  });

describe('keyFactsFrom', () => {
  it.each([
    [['user:1', 'user:2'], 'user:*', 'user:{id}'],
    [['order:{x}:1', 'order:{x}:2'], 'order:\\{x\\}:*', 'order:\\{x\\}:{id}'],
    [['{1}:cart', '{2}:cart', '{3}:cart'], '\\{*\\}:cart', '\\{{id}\\}:cart'],
    [['a*b:1', 'a*b:2'], 'a\\*b:*', 'a\\*b:{id}'],
    [['we{ird:1', 'we{ird:2'], 'we\\{ird:*', 'we\\{ird:{id}'],
  ])('gives patterns of %j that match them', (names, pattern, template) => {
    expect(sampled(names, names.length, null)).toEqual([{ pattern, template, type: 'hash', count: names.length }]);
    for (const text of [pattern, template]) {
      const glob = Buffer.from(parseTemplate(text).pattern);
      expect(names.filter((name) => !globMatches(glob, Buffer.from(name)))).toEqual([]);
    }
  });

  it('estimates how many there are from a part', () => {
    expect(sampled(['user:1', 'user:2'], 10, 1_000)[0]?.count).toBe(200);
  });

  it('leaves out names that are no text', () => {
    expect(sampled(['a\u001b[2J', 'b\u200d'], 2, null)).toEqual([]);
  });
});
