import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let live: LiveTables;
const MS = 1_700_000_000_000;

beforeAll(async () => {
  live = await startTables();
  await live.write(
    `XADD room:1 ${MS}-0 temp 20.5 room a`,
    `XADD room:1 ${MS}-1 temp 21 room b`,
    `XADD room:1 ${MS + 1}-0 temp 22 room a extra 1`,
    `XADD room:1 ${MS + 1000}-0 temp 23 room c temp 24`,
    'XADD room:2 9-0 temp 1',
    'XADD room:2 10-0 temp 2',
    'XADD room:2 10-9 temp 3',
    'XADD room:2 10-10 temp 4',
    'XADD room:3 1-1 a b',
    'XDEL room:3 1-1',
    'SET room:x 1',
  );
  await live.redis.callAll(
    Array.from({ length: 25_000 }, (_, i) => [
      'XADD',
      'log',
      `${MS + i}-0`,
      'n',
      String(i),
      'level',
      i % 2 === 0 ? 'info' : 'warn',
    ]),
  );
});

afterAll(() => live[Symbol.asyncDispose]());

const at = (ms: number): string => `TIMESTAMPTZ '${new Date(ms).toISOString()}'`;

describe('redis_stream', () => {
  it('gives a row an entry, with its time and its fields', async () => {
    expect(await live.lines("SELECT * FROM redis_stream('room:1') ORDER BY _ts, _seq")).toEqual([
      `room:1 ${MS}-0 2023-11-14 22:13:20+00 0 20.5 a NULL`,
      `room:1 ${MS}-1 2023-11-14 22:13:20+00 1 21 b NULL`,
      `room:1 ${MS + 1}-0 2023-11-14 22:13:20.001+00 0 22 a 1`,
      // A field that an entry has twice counts as it stands last.
      `room:1 ${MS + 1000}-0 2023-11-14 22:13:21+00 0 24 c NULL`,
    ]);
    expect(await live.lines("SELECT _fields['temp'], cardinality(_fields) FROM redis_stream('room:1') WHERE _seq = 1")).toEqual([
      '21 2',
    ]);
    expect(await live.lines("SELECT count(*), count(DISTINCT _key) FROM redis_stream('room:*')")).toEqual(['8 2']);
    expect(await live.lines("SELECT * FROM redis_stream('room:3')")).toEqual([]);
  });

  const LAST = '9223372036854775-18446744073709551615';
  it.each<[string, string[], string]>([
    [`_id = '${MS}-1'`, [`${MS}-1`], `XRANGE room:1 ${MS}-1 ${MS}-1 COUNT 8`],
    [`_id LIKE '${MS}-%'`, [`${MS}-0`, `${MS}-1`], `XRANGE room:1 ${MS}-0 ${MS}-18446744073709551615 COUNT 8`],
    [`_ts > ${at(MS)}`, [`${MS + 1}-0`, `${MS + 1000}-0`], `XRANGE room:1 ${MS + 1}-0 ${LAST} COUNT 8`],
    [`_ts = ${at(MS)}`, [`${MS}-0`, `${MS}-1`], `XRANGE room:1 ${MS}-0 ${MS}-18446744073709551615 COUNT 8`],
    [
      `_ts BETWEEN ${at(MS)} AND ${at(MS + 1)}`,
      [`${MS}-0`, `${MS}-1`, `${MS + 1}-0`],
      `XRANGE room:1 ${MS}-0 ${MS + 1}-18446744073709551615 COUNT 8`,
    ],
    [`_ts < ${at(MS)}`, [], `XRANGE room:1 - ${MS - 1}-18446744073709551615 COUNT 8`],
    [`_ts < ${at(-1000)}`, [], ''],
    [`_ts > ${at(MS)} AND _ts < ${at(MS)}`, [], ''],
    ["_id = 'x'", [], ''],
    ["_id = '00-1'", [], ''],
  ])('asks for the entries WHERE %s', async (where, ids, command) => {
    const text = `SELECT _id FROM redis_stream('room:1') WHERE ${where}`;
    expect(await live.lines(text)).toEqual(ids);
    expect(await live.commands(text)).toEqual(command === '' ? [] : [command]);
  });

  it.each<[string, string[], string]>([
    ["SELECT _id FROM redis_stream('room:1') ORDER BY _ts DESC LIMIT 1", [`${MS + 1000}-0`], 'XREVRANGE room:1 + - COUNT 1'],
    [
      "SELECT _id FROM redis_stream('room:2') ORDER BY _ts DESC, _seq DESC LIMIT 2",
      ['10-10', '10-9'],
      'XREVRANGE room:2 + - COUNT 2',
    ],
    ["SELECT _id FROM redis_stream('room:2') ORDER BY _ts, _seq LIMIT 2", ['9-0', '10-0'], 'XRANGE room:2 - + COUNT 2'],
    [
      `SELECT _id FROM redis_stream('room:1') WHERE _ts < ${at(MS + 1)} ORDER BY _ts DESC, _seq DESC LIMIT 1`,
      [`${MS}-1`],
      `XREVRANGE room:1 ${MS}-18446744073709551615 - COUNT 1`,
    ],
    ["SELECT n FROM redis_stream('log') LIMIT 3", ['0', '1', '2'], 'XRANGE log - + COUNT 3'],
    ["SELECT count(*) FROM redis_stream('log')", ['25000'], 'XLEN log'],
  ])('%s', async (text, rows, command) => {
    expect(await live.lines(text)).toEqual(rows);
    expect([...new Set(await live.commands(text))]).toEqual([command]);
  });

  it('compares ids as text, whatever Redis thinks', async () => {
    for (const where of [
      "_id > '10-0'",
      "_id >= '9'",
      "_id < '9-0'",
      "_id BETWEEN '10-1' AND '10-9'",
      "_id LIKE '1%'",
      "_id LIKE '10-1%'",
    ]) {
      await live.rows(`SELECT _id FROM redis_stream('room:*') WHERE ${where}`);
    }
    expect(await live.lines("SELECT _id FROM redis_stream('room:2') WHERE _id > '10-2' ORDER BY _id")).toEqual(['10-9', '9-0']);
    expect(await live.lines("SELECT _id FROM redis_stream('room:2') ORDER BY _id DESC LIMIT 1")).toEqual(['9-0']);
  });

  it('reads what an id as text bounds of a named stream, and all ids of other lengths', async () => {
    const text = `SELECT _id FROM redis_stream('room:1') WHERE _id > '${MS}-1'`;
    expect(await live.lines(text)).toEqual([`${MS + 1}-0`, `${MS + 1000}-0`]);
    expect((await live.commands(text)).toSorted()).toEqual([
      'XRANGE room:1 - 999999999999-18446744073709551615 COUNT 8',
      'XRANGE room:1 10000000000000-0 + COUNT 8',
      `XRANGE room:1 ${MS}-0 9999999999999-18446744073709551615 COUNT 8`,
    ]);
    for (const where of [
      "_id > '10-1'",
      "_id < '10-5' AND _id > '10'",
      "_id BETWEEN '10-9' AND '9'",
      "_id > '10' AND _id < '1'",
    ]) {
      for (const rest of ['', ' ORDER BY _ts DESC, _seq DESC LIMIT 2', ' LIMIT 9']) {
        const one = `SELECT _id FROM redis_stream('room:2') WHERE ${where}${rest}`;
        expect(await live.rows(one), one).toBeInstanceOf(Array);
      }
    }
  });

  it('reads a long stream whole, in pieces', async () => {
    expect(await live.lines("SELECT count(*), sum(n), count(DISTINCT _id) FROM redis_stream('log')")).toEqual([
      '25000 312487500 25000',
    ]);
    expect(
      await live.lines(`SELECT count(*) FROM redis_stream('log') WHERE _ts >= ${at(MS + 24_000)} AND level = 'warn'`),
    ).toEqual(['500']);
  });

  it('takes declared fields', async () => {
    const text = "SELECT temp, nothing FROM redis_stream('room:1', columns => {'temp': 'DECIMAL(5,2)', 'nothing': 'VARCHAR'})";
    expect(await live.lines(`${text} WHERE _id = '${MS}-1'`)).toEqual(['21.00 NULL']);
  });
});
