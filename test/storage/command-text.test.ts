import { describe, expect, it } from 'vitest';
import type { AccessPath, SearchAccess } from '../../src/storage/scan-words.ts';
import {
  argumentText,
  argumentTexts,
  commandsOfKeys,
  searchCommands,
  withExampleKey,
} from '../../src/storage/tables/command-text.ts';

const keys = (count: number): AccessPath => ({
  kind: 'keys',
  keys: Array.from({ length: count }, (_, i) => Buffer.from(`user:${i}`)),
});

describe('an argument', () => {
  it.each<[string | Uint8Array, string]>([
    ['user:7', 'user:7'],
    ['größe:日本', 'größe:日本'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a"b', '"a\\"b"'],
    ["it's", '"it\'s"'],
    ['a\\nb', '"a\\\\nb"'],
    ['x\nFLUSHALL\r', '"x\\nFLUSHALL\\r"'],
    ['\u0000\u001b[2J', '"\\x00\\x1b[2J"'],
    ['a\u202eb', '"a\\xe2\\x80\\xaeb"'],
    ['a\u00a0b', '"a\\xc2\\xa0b"'],
    ['\u0085', '"\\xc2\\x85"'],
    ['…', '"…"'],
    [Buffer.of(0x61, 0xff, 0x22, 0x0a), '"a\\xff\\"\\n"'],
    ['x'.repeat(5000), `${'x'.repeat(4096)}…`],
  ])('%j is written so that redis-cli reads just it', (argument, text) => {
    expect(argumentText(argument)).toBe(text);
  });

  it('is counted beyond the first hundred', () => {
    const items = Array.from({ length: 1200 }, (_, i) => `f${i}`);
    expect(argumentTexts(items)).toMatch(/^f0 f1 .* f99 … 1,100 more$/);
  });
});

describe('the commands of keys', () => {
  const ofKey = (key: string): string[] => [`HMGET ${key} name`];

  it('are written out for ten keys', () => {
    expect(commandsOfKeys(keys(2), ofKey)).toEqual(['HMGET user:0 name', 'HMGET user:1 name']);
    expect(commandsOfKeys(keys(10), ofKey)).toHaveLength(10);
    expect(commandsOfKeys(keys(1011), ofKey).slice(9)).toEqual(['HMGET user:9 name', '… and so on for 1,001 more keys']);
    expect(commandsOfKeys(keys(11), () => [])).toEqual([]);
  });

  it('leave the key open where it is not known', () => {
    expect(commandsOfKeys({ kind: 'scan', pattern: Buffer.from('*') }, ofKey)).toEqual(['HMGET … name']);
  });
});

describe('an example key', () => {
  it.each<[string[], number, string[]]>([
    [
      ['SCAN 0 MATCH u* COUNT 1000', 'HMGET … a'],
      3,
      ['SCAN 0 MATCH u* COUNT 1000', 'HMGET "$1 x" a', '… and so on for 2 more keys'],
    ],
    [['HMGET … a', 'TTL …'], 1, ['HMGET "$1 x" a', 'TTL "$1 x"']],
    [['MEMORY USAGE …', 'OBJECT ENCODING …'], 1, ['MEMORY USAGE "$1 x"', 'OBJECT ENCODING "$1 x"']],
    [['MGET …'], 2, ['MGET "$1 x"', '… and so on for 1 more key']],
    [['TS.RANGE … - +'], 1, ['TS.RANGE "$1 x" - +']],
    [['HMGET a b'], 9, ['HMGET a b']],
    [['FT._LIST', 'FT.INFO …'], 9, ['FT._LIST', 'FT.INFO …']],
  ])('stands for the open key of %j', (commands, count, given) => {
    expect(withExampleKey(commands, Buffer.from('$1 x'), count)).toEqual(given);
  });
});

describe('a search for keys', () => {
  const access: SearchAccess = {
    kind: 'search',
    index: 'idx:user',
    query: '@city:{$p0}',
    params: [['p0', 'New "York"']],
    sortBy: null,
    limit: 5,
    form: 'blocking',
    expectedKeys: 100,
    pattern: Buffer.from('user:*'),
  };
  const params = 'PARAMS 2 p0 "New \\"York\\"" TIMEOUT 0 DIALECT 2';

  it.each<[Partial<SearchAccess>, string]>([
    [{}, `FT.SEARCH idx:user @city:{$p0} NOCONTENT WITHOUTCOUNT LIMIT 0 5 ${params}`],
    [{ limit: null, expectedKeys: 8000 }, `FT.SEARCH idx:user @city:{$p0} NOCONTENT WITHOUTCOUNT LIMIT 0 10000 ${params}`],
    [
      { sortBy: { attribute: 'age', isDescending: true } },
      `FT.SEARCH idx:user @city:{$p0} NOCONTENT SORTBY age DESC LIMIT 0 5 ${params}`,
    ],
    [
      { form: 'pages', limit: 90_000, pageKeys: 40_000 },
      `FT.SEARCH idx:user @city:{$p0} NOCONTENT WITHOUTCOUNT LIMIT 0 40000 ${params}`,
    ],
    [{ form: 'cursor', limit: null }, `FT.AGGREGATE idx:user @city:{$p0} LOAD 1 @__key WITHCURSOR COUNT 100 ${params}`],
  ])('with %j is told as it is sent', (more, command) => {
    expect(searchCommands({ ...access, ...more })).toEqual([command]);
  });
});
