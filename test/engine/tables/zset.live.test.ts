import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let live: LiveTables;

beforeAll(async () => {
  live = await startTables();
  await live.write(
    'ZADD board:1 1 ann 2 bob 2 cid 3.5 dan inf eve -inf fay',
    'ZADD board:2 10 gus 1 ann -0.1 hal 0.30000000000000004 ivy',
    'ZADD empty 1 x',
    'ZREM empty x',
    'SET board:text hello',
  );
  await live.redis.callAll([['ZADD', 'odd', '1', '', '2', 'two words', '3', '"quoted"', '4', 'ключ']]);
  await live.redis.callAll(
    Array.from({ length: 50 }, (_, piece) => [
      'ZADD',
      'big',
      ...Array.from({ length: 1_000 }, (_unused, i) => [String((piece * 1_000 + i) / 4), `m${piece * 1_000 + i}`]).flat(),
    ]),
  );
});

afterAll(() => live[Symbol.asyncDispose]());

describe('redis_zset', () => {
  it('gives a row a member with its rank and score', async () => {
    expect(await live.lines("SELECT * FROM redis_zset('board:*') ORDER BY _key, rank")).toEqual([
      ...['board:1 0 fay -Infinity', 'board:1 1 ann 1', 'board:1 2 bob 2', 'board:1 3 cid 2', 'board:1 4 dan 3.5'],
      ...[
        'board:1 5 eve Infinity',
        'board:2 0 hal -0.1',
        'board:2 1 ivy 0.30000000000000004',
        'board:2 2 ann 1',
        'board:2 3 gus 10',
      ],
    ]);
    expect(await live.lines("SELECT member, score FROM redis_zset('odd') ORDER BY score")).toEqual([
      ...[' 1', 'two words 2', '"quoted" 3', 'ключ 4'],
    ]);
    expect(await live.lines("SELECT * FROM redis_zset('empty')")).toEqual([]);
    expect(await live.lines("SELECT count(*) FROM redis_zset('board:*')")).toEqual(['10']);
  });

  it.each<[string, string, string[], string[]]>([
    ["redis_zset('board:1')", 'score > 2', ['dan 3.5', 'eve Infinity'], ['ZRANGE board:1 (2 +inf BYSCORE LIMIT 0 8 WITHSCORES']],
    [
      "redis_zset('board:1')",
      'score BETWEEN 1 AND 2',
      ['ann 1', 'bob 2', 'cid 2'],
      ['ZRANGE board:1 1 2 BYSCORE LIMIT 0 8 WITHSCORES'],
    ],
    [
      "redis_zset('board:2')",
      'score = 0.1 + 0.2::DOUBLE',
      ['ivy 0.30000000000000004'],
      ['ZRANGE board:2 0.30000000000000004 0.30000000000000004 BYSCORE LIMIT 0 8 WITHSCORES'],
    ],
    ["redis_zset('board:1')", "score = 'inf'", ['eve Infinity'], ['ZRANGE board:1 +inf +inf BYSCORE LIMIT 0 8 WITHSCORES']],
    [
      "redis_zset('board:1')",
      "score < 'nan' AND score > '-inf'",
      ['ann 1', 'bob 2', 'cid 2', 'dan 3.5', 'eve Infinity'],
      ['ZRANGE board:1 (-inf +inf BYSCORE LIMIT 0 8 WITHSCORES'],
    ],
    ["redis_zset('board:1')", "score >= 'nan'", [], []],
    ["redis_zset('board:1')", 'score > 3 AND score < 2', [], []],
    ["redis_zset('board:1')", "member = 'dan'", ['dan 3.5'], ['ZMSCORE board:1 dan']],
    ["redis_zset('board:1')", "member IN ('dan', 'ann', 'nobody')", ['ann 1', 'dan 3.5'], ['ZMSCORE board:1 dan ann nobody']],
    ["redis_zset('odd')", "member = ''", [' 1'], ['ZMSCORE odd ""']],
    ["redis_zset('board:1')", 'rank BETWEEN 1 AND 2', ['ann 1', 'bob 2'], ['ZRANGE board:1 1 2 WITHSCORES']],
    ["redis_zset('board:1')", 'rank >= 4', ['dan 3.5', 'eve Infinity'], ['ZRANGE board:1 4 11 WITHSCORES']],
    ["redis_zset('board:1')", 'rank < 0', [], []],
    ["redis_zset('board:1')", 'rank > 5 AND rank < 3', [], []],
  ])('asks %s WHERE %s for what it needs', async (table, where, rows, commands) => {
    const text = `SELECT member, score FROM ${table} WHERE ${where}`;
    expect(await live.lines(text)).toEqual(rows);
    expect(await live.commands(text)).toEqual(commands);
  });

  it.each<[string, string[], string[]]>([
    ['SELECT member FROM board ORDER BY score DESC LIMIT 2', ['eve', 'dan'], ['ZRANGE board:1 0 1 REV WITHSCORES']],
    [
      'SELECT member, rank FROM board ORDER BY score DESC LIMIT 1',
      ['eve 5'],
      ['ZRANGE board:1 0 0 REV WITHSCORES', 'ZCARD board:1'],
    ],
    ['SELECT member FROM board ORDER BY score LIMIT 1 OFFSET 1', ['ann'], ['ZRANGE board:1 0 1 WITHSCORES']],
    [
      'SELECT member FROM board WHERE score < 3 ORDER BY score DESC, member DESC LIMIT 1',
      ['cid'],
      ['ZRANGE board:1 (3 -inf BYSCORE REV LIMIT 0 1 WITHSCORES'],
    ],
    ['SELECT member FROM board ORDER BY rank DESC LIMIT 2', ['eve', 'dan'], ['ZRANGE board:1 0 1 REV', 'ZCARD board:1']],
    ['SELECT member FROM board WHERE rank >= 2 ORDER BY rank LIMIT 2', ['bob', 'cid'], ['ZRANGE board:1 2 3']],
    ['SELECT count(*) FROM board', ['6'], ['ZCARD board:1']],
    ['SELECT count(*) FROM (SELECT * FROM board LIMIT 3)', ['3'], ['ZCARD board:1']],
  ])('%s', async (template, rows, commands) => {
    const text = template.replace('board', "redis_zset('board:1')");
    expect(await live.lines(text)).toEqual(rows);
    expect(await live.commands(text)).toEqual(commands);
  });

  it('takes the best of several sets, and of one that is large', async () => {
    const best = "SELECT _key, member, score FROM redis_zset('board:*') ORDER BY score DESC LIMIT 3";
    expect(await live.lines(best)).toEqual(['board:1 eve Infinity', 'board:2 gus 10', 'board:1 dan 3.5']);
    const commands = await live.commands(best);
    expect(commands.filter((command) => command.startsWith('ZRANGE')).sort()).toEqual([
      ...['ZRANGE board:1 0 2 REV WITHSCORES', 'ZRANGE board:2 0 2 REV WITHSCORES', 'ZRANGE board:text 0 2 REV WITHSCORES'],
    ]);
    const top = "SELECT member FROM redis_zset('big') ORDER BY score DESC LIMIT 10";
    expect((await live.lines(top)).slice(0, 2)).toEqual(['m49999', 'm49998']);
    expect(await live.commands(top)).toEqual(['ZRANGE big 0 9 REV WITHSCORES']);
    expect(await live.lines("SELECT count(DISTINCT member), max(rank), sum(score) FROM redis_zset('big')")).toEqual([
      '50000 49999 312493750',
    ]);
    expect(await live.lines("SELECT count(*), min(rank) FROM redis_zset('big') WHERE score >= 10000")).toEqual(['10000 40000']);
  });

  it('keeps ties, NULLs and other orders right', async () => {
    for (const order of [
      'score',
      'score DESC',
      'score, member',
      'score DESC, member',
      'member DESC',
      'score NULLS FIRST',
      'rank DESC',
    ]) {
      for (const limit of [1, 2, 3, 4]) {
        // Which of equals come is open: only what is ordered by is looked at.
        const columns = order.replaceAll(/ (?:DESC|NULLS FIRST)/g, '');
        const text = `SELECT ${columns} FROM redis_zset('board:*') ORDER BY ${order} LIMIT ${limit}`;
        expect(await live.rows(text), text).toHaveLength(limit);
      }
    }
  });

  it('takes a declared and an inferred type of members', async () => {
    await live.write('ZADD ids 1 7 2 12', 'ZADD mixed 1 7 2 x');
    expect(await live.rows("SELECT member FROM redis_zset('ids') WHERE member = 7")).toEqual([{ member: 7n }]);
    expect(await live.commands("SELECT member FROM redis_zset('ids') WHERE member = 7")).toEqual(['ZMSCORE ids 7']);
    expect(await live.rows("SELECT member FROM redis_zset('ids', columns => {'member': 'INTEGER'}) WHERE member = 7")).toEqual([
      { member: 7 },
    ]);
    expect(await live.lines("SELECT member FROM redis_zset('mixed') ORDER BY 1")).toEqual(['7', 'x']);
    await expect(
      live.session.query("SELECT member FROM redis_zset('mixed', columns => {'member': 'INTEGER'})").rows(),
    ).rejects.toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(
      await live.rows("SELECT member FROM redis_zset('mixed', columns => {'member': 'INTEGER'}, on_error => 'skip') LIMIT 5"),
    ).toEqual([{ member: 7 }]);
  });

  it('says in EXPLAIN what goes down and why not', async () => {
    const text = await live.explain(
      "SELECT * FROM redis_zset('board:1') WHERE score > 1 AND lower(member) = 'x' AND member <> 'a'",
    );
    expect(text).toMatch(/score > 1 → ZRANGE BYSCORE, exact/);
    expect(text).toMatch(/→ DuckDB: a function of the column/);
    expect(text).toMatch(/member <> 'a' → DuckDB: members are in order only among equal scores/);
    expect(text).toMatch(/ZRANGE board:1 \(1 \+inf BYSCORE WITHSCORES/);
  });
});
