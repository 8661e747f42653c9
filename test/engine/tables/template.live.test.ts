import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let live: LiveTables;

beforeAll(async () => {
  live = await startTables();
  await live.write(
    ...['7', '07', '8', 'x*'].flatMap((user) => ['1', '2'].map((order) => `HSET user:${user}:order:${order} total ${order}0`)),
    'HSET user:7:order:1:item name pen',
    'HSET user::order:1 total 5',
    'HSET {tag}:1 a 1',
    'SADD seen:7 a b',
    'ZADD best:eu:2024 1 x',
    'ZADD best:eu:2025 2 y',
  );
});

afterAll(() => live[Symbol.asyncDispose]());

const ORDERS = "redis_hash('user:{id}:order:{order_id}')";

describe('a key template', () => {
  it.each<[string, string[], string[]]>([
    [
      `SELECT id, order_id, total FROM ${ORDERS} WHERE id = '7'`,
      ['7 1 10', '7 2 20'],
      ['SCAN 0 MATCH user:7:order:* COUNT 100', 'HMGET user:7:order:1 total', 'HMGET user:7:order:2 total'],
    ],
    [`SELECT total FROM ${ORDERS} WHERE id = '7' AND order_id = '2'`, ['20'], ['HMGET user:7:order:2 total']],
    [
      `SELECT id, order_id FROM ${ORDERS} WHERE id IN ('7', '8') AND order_id IN ('1', '3') AND total = 10`,
      ['7 1', '8 1'],
      ['HMGET user:7:order:1 total', 'HMGET user:7:order:3 total', 'HMGET user:8:order:1 total', 'HMGET user:8:order:3 total'],
    ],
    [`SELECT total FROM ${ORDERS} WHERE id = 'x*' AND order_id = '1'`, ['10'], ['HMGET user:x*:order:1 total']],
    [`SELECT total FROM ${ORDERS} WHERE id = ''`, [], []],
    [`SELECT total FROM ${ORDERS} WHERE id = '7:order:1'`, [], []],
    ["SELECT member FROM redis_set('seen:{id}') WHERE id = '7' AND member = 'a'", ['a'], ['SMISMEMBER seen:7 a']],
    [
      "SELECT member FROM redis_zset('best:{zone}:{year}') WHERE year = '2025' AND zone = 'eu'",
      ['y'],
      ['ZRANGE best:eu:2025 0 7'],
    ],
  ])('%s', async (text, rows, commands) => {
    expect(await live.lines(text)).toEqual(rows);
    const isHeard = (command: string): boolean => commands.some((one) => one === command) || !/^EXISTS|^HLEN/.test(command);
    const heard = (await live.commands(text)).filter(isHeard);
    expect(heard.toSorted()).toEqual(commands.toSorted());
  });

  it('leaves out keys that do not match it, though its pattern does', async () => {
    expect(await live.lines(`SELECT count(*) FROM ${ORDERS}`)).toEqual(['8']);
    expect(await live.lines(`SELECT count(*) FROM ${ORDERS} WHERE _key = 'user:7:order:1:item'`)).toEqual(['0']);
    expect(await live.lines("SELECT rest FROM redis_hash('user:{id}:{rest*}') WHERE id = '7' ORDER BY 1")).toEqual([
      ...['order:1', 'order:1:item', 'order:2'],
    ]);
    expect(await live.lines("SELECT a FROM redis_hash('\\{tag}:*')")).toEqual(['1']);
  });

  it('gives captures a declared type, which is not asked for by name', async () => {
    const table = "redis_hash('user:{id}:order:{order_id}', columns => {'id': 'BIGINT', 'total': 'BIGINT'}, on_error => 'null')";
    expect(await live.lines(`SELECT _key FROM ${table} WHERE id = 7 ORDER BY 1`)).toEqual([
      ...['user:07:order:1', 'user:07:order:2', 'user:7:order:1', 'user:7:order:2'],
    ]);
    expect(await live.lines(`SELECT sum(total) FROM ${table} WHERE id IS NULL`)).toEqual(['30']);
    expect(await live.explain(`SELECT _key FROM ${table} WHERE id = 7`)).toMatch(
      /id = 7 → DuckDB: one value may be written in several ways/,
    );
  });

  it('works in joins and views', async () => {
    await live.session.query(`CREATE VIEW orders AS SELECT * FROM ${ORDERS}`).rows();
    expect(await live.session.query("SELECT sum(total) AS s FROM orders WHERE id = '8'").rows()).toEqual([{ s: 30n }]);
    expect(
      await live.lines(`SELECT o.total, s.member FROM ${ORDERS} o JOIN redis_set('seen:{id}') s USING (id) WHERE order_id = '1'`),
    ).toEqual(['10 a', '10 b']);
  });

  it.each([
    ["redis_hash('user:{}')", 'RQ_ARGUMENT'],
    ["redis_zset('a:{x}:{x}')", 'RQ_ARGUMENT'],
    ["redis_list('a:{x')", 'RQ_ARGUMENT'],
  ])('%s is refused with %s', async (table, code) => {
    await expect(live.session.query(`SELECT * FROM ${table}`).rows()).rejects.toMatchObject({ code });
  });
});
