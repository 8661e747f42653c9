/** Texts with backslashes under TAG attributes: the module takes one before ASCII punctuation or white space out of parameters. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, field, KEY, member, type SearchWorld, startSearchWorld, text } from './search-world.ts';

const TEXTS = [
  'C:\\.config',
  '\\\\srv\\x',
  'a\\,b',
  'a\\-b',
  'a\\\\b',
  'a\\\\',
  'a\\',
  '\\\\',
  '\\\\\\',
  '\\',
  'a\\b',
  'a\\ b',
  '\\"x\\"',
  'a\\$p0',
  'a\\*',
  'a\\é',
  'a\\\t',
  'ü\\-',
  '\\-'.repeat(2000),
];

const SCHEMAS = [
  'TAG',
  'TAG INDEXEMPTY CASESENSITIVE',
  'TAG SEPARATOR | CASESENSITIVE',
  'TAG SEPARATOR \\ CASESENSITIVE',
  'TAG SEPARATOR - CASESENSITIVE',
];

let world: SearchWorld;
beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe.each(SCHEMAS)('%s', (schema) => {
  beforeAll(async () => {
    await world.reset();
    await world.createIndex('h', `ON HASH PREFIX 1 k: SCHEMA t ${schema}`);
    await world.createIndex('j', `ON JSON PREFIX 1 j: SCHEMA $.t AS t ${schema}`);
    await world.redis.callAll(
      TEXTS.flatMap((t, i) => [
        ['HSET', `k:${i}`, 't', t],
        ['JSON.SET', `j:${i}`, '$', JSON.stringify({ t })],
      ]),
    );
  });

  it.each(['hash', 'json'] as const)('finds every %s by =, IN and the beginning of its text', async (source) => {
    const [pattern, column] = source === 'hash' ? ['k:*', field('t')] : ['j:*', member('$.t')];
    const asked = { source, pattern, columns: [KEY, column] } as const;
    for (const [i, value] of TEXTS.entries()) {
      const beginnings = [value, value.slice(0, -1)].map((prefix) => ({ kind: 'prefix', column: 1, prefix }) as const);
      const filters = [
        compare(1, '=', text(value)),
        { kind: 'in', column: 1, values: [text('zzz'), text(value)] } as const,
        ...beginnings,
      ];
      for (const filter of filters) {
        const key = `${pattern.slice(0, 2)}${i}`;
        // Without an index all keys are read.
        const keys = (await world.keysOf(await world.resolve({ ...asked, filter }))) ?? [key];
        expect(keys, JSON.stringify(filter)).toContain(key);
      }
    }
    const { access } = await world.resolve({ ...asked, filter: compare(1, '=', text('C:\\.config')) });
    expect(access).not.toBeNull();
  });
});
