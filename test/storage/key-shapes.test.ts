import { describe, expect, it } from 'vitest';
import {
  globOf,
  type KeyShape,
  keyShapesIn,
  needsTemplate,
  patternOf,
  shapedKeysIn,
  tableNameOf,
  templateOf,
} from '../../src/storage/index.ts';

function hashes(...keys: string[]) {
  return keys.map((key) => ({ key, type: 'hash' }));
}

function many(count: number, name: (n: number) => string): string[] {
  return Array.from({ length: count }, (_, n) => name(n));
}

const cases: { title: string; keys: { key: string; type: string }[]; globs: string[] }[] = [
  { title: 'numbers behind one word', keys: hashes('user:1', 'user:2', 'user:30'), globs: ['user:*'] },
  { title: 'one key with a number', keys: hashes('user:1'), globs: ['user:*'] },
  { title: 'a tag around an id', keys: hashes('{1}:cart', '{2}:cart', 'cart:{7}'), globs: ['{*}:cart', 'cart:{*}'] },
  { title: 'a tag around a prefix', keys: hashes('{user:1}:cart', '{user:2}:cart'), globs: ['{user:*}:cart'] },
  { title: 'braces that are no tag', keys: hashes('a:{}:1', 'a:{}:2', 'b:{c:1'), globs: ['a:{}:*', 'b:{c:*'] },
  { title: 'bytes that are no text', keys: hashes('\\xff1', '\\xfe2', 'a\u0001'), globs: ['*'] },
  { title: 'UUIDs', keys: hashes('job:5f3c1f04-7f3e-4d43-9f57-0a6bc1f0a001'), globs: ['job:*'] },
  { title: 'words behind one word', keys: hashes('rate:daily', 'rate:weekly'), globs: ['rate:*'] },
  { title: 'numbers in the middle', keys: hashes('user:1:cart', 'user:2:cart'), globs: ['user:*:cart'] },
  {
    title: 'names in the middle',
    keys: hashes('shop:order:1', 'shop:item:1', 'shop:item:2'),
    globs: ['shop:item:*', 'shop:order:*'],
  },
  {
    title: 'many words in the middle',
    keys: hashes(...many(40, (n) => `tenant:t${String.fromCharCode(97 + (n % 26))}${n}x:settings`)),
    globs: ['tenant:*:settings'],
  },
  {
    title: 'types apart',
    keys: [...hashes('a:1', 'a:2'), { key: 'a:3', type: 'set' }],
    globs: ['a:*', 'a:*'],
  },
  {
    title: 'many kinds, and keys of no kind beside them',
    keys: hashes(...many(90, (n) => `kind${n % 30}x:${n}`), ...many(600, (n) => `odd${n}x:${n}`)),
    globs: ['*:*', ...many(30, (n) => `kind${n}x:*`).sort()],
  },
  {
    title: 'tenants before kinds',
    keys: hashes(...many(240, (n) => `tenant${n % 40}x:${n % 80 < 40 ? 'user' : 'order'}:${n}`)),
    globs: ['*:order:*', '*:user:*'],
  },
  { title: 'people', keys: hashes(...many(90, (n) => `p${n % 30}x:${['cart', 'mail', 'name'][n % 3]}`)), globs: ['*:*'] },
  { title: 'a name alone', keys: hashes('config'), globs: ['config'] },
  { title: 'paths', keys: hashes('app/prod/user/1', 'app/prod/user/2'), globs: ['app/prod/user/*'] },
  { title: 'numbers behind an underscore', keys: hashes('user_profile_1', 'user_profile_2'), globs: ['user_profile_*'] },
  { title: 'characters that a glob knows', keys: hashes('a*b:1', 'a*b:2'), globs: ['a\\*b:*'] },
];

describe('keyShapesIn', () => {
  it.each(cases)('finds $title', ({ keys, globs }) => {
    expect(keyShapesIn(keys).map(globOf)).toEqual(globs);
  });

  it('counts the keys of each shape, those with the most first', () => {
    const shapes = keyShapesIn(hashes('b:1', 'a:1', 'a:2', 'a:3'));
    expect(shapes.map(({ count }) => count)).toEqual([3, 1]);
  });
});

describe('templateOf', () => {
  const shape = (...parts: (string | null)[]): KeyShape => ({ type: 'hash', separator: ':', parts, count: 1 });

  it('names captures behind the word before them', () => {
    expect(templateOf(shape('user', null, 'order', null), new Set())).toBe('user:{user_id}:order:{id}');
  });

  it('avoids the names of columns', () => {
    expect(templateOf(shape('user', null), new Set(['id']))).toBe('user:{key_id}');
  });

  it('escapes braces and glob characters of the key itself', () => {
    expect(templateOf(shape('a{b}*', null), new Set())).toBe('a\\{b\\}\\*:{id}');
  });

  it('makes a name of the parts that do not vary', () => {
    expect(tableNameOf(shape('My App', null, '2nd-level', null))).toBe('my_app__2nd_level');
    expect(tableNameOf(shape('Été', null))).toBe('été');
    expect(tableNameOf(shape('用户', null))).toBe('用户');
  });
});

describe('needsTemplate', () => {
  const longer = [{ key: 'user:1:cart', type: 'hash' }];
  it.each([
    ['nothing longer', hashes('user:1', 'user:2'), 'user:*', false],
    ['longer keys of the type', [...hashes('user:1', 'user:2'), ...longer], 'user:*', true],
    ['longer keys of another type', [...hashes('user:1', 'user:2'), { key: 'user:1:log', type: 'list' }], 'user:*', false],
    ['a part that varies in the middle', longer, 'user:*:cart', true],
  ])('tells keys apart: %s', (_, keys, glob, expected) => {
    const shapes = keyShapesIn(keys);
    const shape = shapes.find((one) => globOf(one) === glob);
    expect(shape === undefined ? null : needsTemplate(shape, shapes)).toBe(expected);
  });
});

describe('patternOf', () => {
  it.each([
    [hashes('user:1', 'user:2'), 'user:*'],
    [hashes('user:1:cart'), 'user:{user_id}:cart'],
    [hashes('{shop}:1', '{shop}:2'), '\\{shop\\}:*'],
    [hashes('{user:1}:cart', '{user:2}:cart'), '\\{user:{user_id}\\}:cart'],
  ])('makes a pattern that SQL reads as these keys: %j', (keys, pattern) => {
    const shapes = keyShapesIn(keys);
    expect(shapes.map((shape) => patternOf(shape, shapes))).toEqual([pattern]);
  });
});

describe('shapedKeysIn', () => {
  it('gives each shape the keys that have it, as they came', () => {
    const keys = [
      { key: 'user:1', type: 'hash', bytes: 1 },
      { key: 'log', type: 'stream', bytes: 2 },
      { key: 'user:2', type: 'hash', bytes: 3 },
    ];
    expect(shapedKeysIn(keys).map((one) => [globOf(one.shape), one.keys])).toEqual([
      ['user:*', [keys[0], keys[2]]],
      ['log', [keys[1]]],
    ]);
  });
});
