import { describe, expect, it } from 'vitest';
import { Connection } from '../../../src/repl/connection.ts';
import { callsOf } from '../../support/live-session.ts';
import { LiveStatements } from '../../support/live-statements.ts';
import { startRedis } from '../../support/redis-server.ts';

const live = new LiveStatements();

describe('danger', () => {
  it('is asked about before a large scan, and nothing is scanned where the answer is no', async () => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 }, confirm: () => false });
    const before = await callsOf(live.redis, 'scan');
    const text = "select count(*) from redis_hash('user:*') where age = 7";
    const report = await terminal.runner.run(text);
    await terminal.screen.settled();
    expect(report.end).toBe('refused');
    expect(live.shown()).toEqual([
      expect.stringMatching(/^This reads all 20k keys of the database \(about [\d.]+ m?s\): redis_hash\('user:\*'\)$/),
    ]);
    expect(terminal.questions).toEqual(['Run it?']);
    // The sample that finds the columns stays within its bounds.
    expect((await callsOf(live.redis, 'scan')) - before).toBeLessThan(10);
  });

  it.each([
    "select count(*) from redis_hash('user:*')",
    "explain analyze select count(*) from redis_hash('user:*')",
    "create table t as from redis_hash('user:*')",
    'from v',
    'pivot v on age in (1, 2) using count(*)',
    "copy v to '/dev/null'",
    'unpivot v on age',
    'insert into kept from v',
    'select a()',
    'select (from (unpivot v on age) select count(*))',
  ])('is seen in: %s', async (text) => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 } });
    await terminal.runner.run("create or replace view v as from redis_hash('user:*')");
    await terminal.runner.run('create or replace macro a() as (from v select max(age))');
    await terminal.runner.run('create or replace table kept as from v limit 0');
    expect(terminal.questions).toEqual([]);
    await terminal.runner.run(text);
    expect(terminal.questions).toHaveLength(1);
  });

  it.each([
    'pivot v on age using count(*)',
    'explain pivot v on age using count(*)',
    'with w as (from v) pivot w on age using count(*)',
    'with w as (from v), p as (pivot w on age using count(*)) from p',
    'from (pivot (from v) on age using count(*))',
  ])('is asked about before PIVOT looks for its columns: %s', async (text) => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 }, confirm: () => false });
    await terminal.runner.run("create or replace view v as from redis_hash('user:*')");
    await terminal.runner.run('from v limit 0');
    const before = await callsOf(live.redis, 'scan');
    expect((await terminal.runner.run(text)).end).toBe('refused');
    expect(terminal.questions).toHaveLength(1);
    expect((await callsOf(live.redis, 'scan')) - before).toBe(0);
  });

  it.each([
    ["select * from redis_hash('user:*') limit 5", 1_000],
    ["select * from redis_hash('user:7')", 1_000],
    ["explain select * from redis_hash('user:*')", 1_000],
    ["explain pivot redis_hash('user:*') on age in (1, 2) using count(*)", 1_000],
    ['select count(*) from range(10000)', 1_000],
    ["select count(*) from redis_hash('user:*')", null],
    ["select count(*) from redis_hash('user:*')", 5_000_000],
  ])('is not seen in: %s with ask_keys %s', async (text, askKeys) => {
    const terminal = await live.open({ settings: { ask_keys: askKeys } });
    expect((await terminal.runner.run(text)).end).toBe('done');
    expect(terminal.questions).toEqual([]);
  });

  it.each([
    ['delete from t', 'This deletes all rows of t.'],
    ['update t set range = (select 1 where true)', 'This changes all rows of t.'],
    ['truncate table t', 'This deletes all rows of t.'],
    ['drop table if exists t', 'This drops table t and its rows.'],
  ])('is seen in: %s', async (text, line) => {
    const terminal = await live.open({ confirm: () => false });
    await terminal.runner.run('create or replace table t as from range(3)');
    expect(await terminal.lines(text)).toEqual([line]);
    expect((await terminal.lines('select count(*) n from t'))[4]).toBe('│      3 │');
    await terminal.runner.run('delete from t where range = 0', {});
    expect(terminal.questions).toHaveLength(1);
  });

  it.each([
    ['in a script', { isInteractive: false }, {}],
    ['where the caller has asked', {}, { isConfirmed: true }],
  ])('is not asked about %s', async (_, options, runOptions) => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 }, ...options });
    expect((await terminal.runner.run("select count(*) from redis_hash('user:*')", runOptions)).end).toBe('done');
    expect(terminal.questions).toEqual([]);
  });

  it('is seen behind a view of another server, however small the own one is', async () => {
    await using own = await startRedis({ modules: false });
    const servers = { other: live.redis.url };
    const connection = new Connection(() => Promise.resolve({ url: own.url, servers }), 'test');
    const terminal = await live.openAlone({ connection, settings: { ask_keys: 1_000 } });
    await terminal.runner.run("create view ov as from redis_hash('user:*', server => 'other')");
    await terminal.runner.run('select max(age) from ov');
    await connection.close();
    expect(terminal.questions).toEqual(['Run it?']);
  });

  it('is not seen in what cannot be planned: that says itself what is wrong', async () => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 } });
    expect((await terminal.lines("select nope from redis_hash('user:*')"))[0]).toMatch(/^RQ_UNKNOWN_COLUMN: /);
    expect(terminal.questions).toEqual([]);
  });
});
