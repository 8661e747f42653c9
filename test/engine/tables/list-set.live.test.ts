import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let live: LiveTables;

beforeAll(async () => {
  live = await startTables();
  await live.write(
    'RPUSH queue:1 a b c d e',
    'RPUSH queue:2 x',
    'SADD tags:1 red green blue',
    'SADD tags:2 red 7',
    'SET queue:n 1',
  );
  await live.redis.callAll([
    ['SADD', 'odd', '', 'two words', '"quoted"', 'ключ', '\n'],
    ['SADD', 'bytes', Buffer.from([0xff, 0x00])],
    ['RPUSH', 'long', ...Array.from({ length: 30_000 }, (_, i) => String(i * 2))],
    ['SADD', 'ids', ...Array.from({ length: 30_000 }, (_, i) => String(i * 2))],
  ]);
});

afterAll(() => live[Symbol.asyncDispose]());

describe('redis_list', () => {
  it.each<[string, string[], string[]]>([
    [
      "SELECT * FROM redis_list('queue:1')",
      ['a', 'b', 'c', 'd', 'e'].map((one, i) => `queue:1 ${i} ${one}`),
      ['LRANGE queue:1 0 7'],
    ],
    ["SELECT element FROM redis_list('queue:1') WHERE position = 2", ['c'], ['LRANGE queue:1 2 2']],
    ["SELECT element FROM redis_list('queue:1') WHERE position BETWEEN 1 AND 3", ['b', 'c', 'd'], ['LRANGE queue:1 1 3']],
    ["SELECT element FROM redis_list('queue:1') WHERE position IN (4, 2)", ['c', 'e'], ['LRANGE queue:1 2 4']],
    ["SELECT element FROM redis_list('queue:1') WHERE position = 99", [], ['LRANGE queue:1 99 99']],
    ["SELECT element FROM redis_list('queue:1') WHERE position = -1", [], []],
    ["SELECT element FROM redis_list('queue:1') WHERE position > 3 AND position < 2", [], []],
    ["SELECT element FROM redis_list('queue:1') WHERE element > 'c'", ['d', 'e'], ['LRANGE queue:1 0 7']],
    [
      "SELECT element FROM redis_list('queue:1') ORDER BY position DESC LIMIT 2",
      ['e', 'd'],
      ['LRANGE queue:1 -2 -1', 'LLEN queue:1'],
    ],
    ["SELECT element FROM redis_list('queue:1') ORDER BY position LIMIT 2", ['a', 'b'], ['LRANGE queue:1 0 1']],
    ["SELECT count(*) FROM redis_list('long')", ['30000'], ['LLEN long']],
    ["SELECT element FROM redis_list('long') WHERE position = 29999", ['59998'], ['LRANGE long 29999 29999']],
    ["SELECT position FROM redis_list('long') ORDER BY position DESC LIMIT 1", ['29999'], ['LRANGE long -1 -1', 'LLEN long']],
  ])('%s', async (text, rows, commands) => {
    expect(await live.lines(text)).toEqual(rows);
    // A count above 20,000 is asked again for each piece of rows.
    expect([...new Set(await live.commands(text))]).toEqual(commands);
  });

  it('reads a long list whole, in pieces', async () => {
    const text = "SELECT count(*), sum(element), max(position), count(DISTINCT position) FROM redis_list('long')";
    expect(await live.lines(text)).toEqual(['30000 899970000 29999 30000']);
    expect(await live.lines("SELECT element FROM redis_list('long') LIMIT 3")).toEqual(['0', '2', '4']);
  });

  it('takes the first of each list, and leaves keys of other types out', async () => {
    const text = "SELECT _key, element FROM redis_list('queue:*') WHERE position = 0";
    expect(await live.lines(text)).toEqual(['queue:1 a', 'queue:2 x']);
    const result = live.session.query(text);
    await result.rows();
    expect(result.stats.skippedKeys).toBe(1);
  });
});

describe('redis_set', () => {
  it.each<[string, string[], string[]]>([
    ["SELECT member FROM redis_set('tags:1') ORDER BY 1", ['blue', 'green', 'red'], ['SSCAN tags:1 0 COUNT 8']],
    ["SELECT member FROM redis_set('tags:1') WHERE member = 'red'", ['red'], ['SMISMEMBER tags:1 red']],
    [
      "SELECT member FROM redis_set('tags:1') WHERE member IN ('red', 'blue', 'x')",
      ['blue', 'red'],
      ['SMISMEMBER tags:1 red blue x'],
    ],
    ["SELECT member FROM redis_set('tags:1') WHERE member = 'red' AND member = 'blue'", [], []],
    ["SELECT member FROM redis_set('odd') WHERE member = ''", [''], ['SMISMEMBER odd ""']],
    ["SELECT member FROM redis_set('odd') WHERE member = chr(10)", ['\n'], ['SMISMEMBER odd \\n']],
    ["SELECT member FROM redis_set('ids') WHERE member = 59998", ['59998'], ['SMISMEMBER ids 59998']],
    [
      "SELECT member FROM redis_set('tags:1', columns => {'member': 'BIGINT'}, on_error => 'null') WHERE member = 7",
      [],
      ['SSCAN tags:1 0 COUNT 8'],
    ],
    ["SELECT count(*) FROM redis_set('ids')", ['30000'], ['SCARD ids']],
  ])('%s', async (text, rows, commands) => {
    expect(await live.lines(text)).toEqual(rows);
    // A count above 20,000 is asked again for each piece of rows.
    expect([...new Set(await live.commands(text))]).toEqual(commands);
  });

  it('asks each set for a member', async () => {
    const text = "SELECT _key FROM redis_set('tags:*', all_varchar => true) WHERE member = 'red'";
    expect(await live.lines(text)).toEqual(['tags:1', 'tags:2']);
    expect(
      (await live.commands(text)).filter((command) => command.startsWith('S') && !command.startsWith('SCAN')).sort(),
    ).toEqual([...['SMISMEMBER tags:1 red', 'SMISMEMBER tags:2 red']]);
  });

  it('reads a large set whole, each member once', async () => {
    expect(await live.lines("SELECT count(*), count(DISTINCT member), sum(member) FROM redis_set('ids')")).toEqual([
      '30000 30000 899970000',
    ]);
  });

  it('reads members that are no text as BLOB', async () => {
    expect(await live.lines("SELECT member, typeof(member) FROM redis_set('bytes')")).toEqual(['ff00 BLOB']);
  });
});
