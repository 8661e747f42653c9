import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LiveStatements } from '../../support/live-statements.ts';

const live = new LiveStatements();

describe('a statement', () => {
  it('shows its rows and says below them what Redis had to do', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines("select age, count(*) n from redis_hash('user:*') group by age order by age limit 2");
    expect(lines.slice(-5, -1)).toEqual([
      '├────────┼────────┤',
      '│      0 │    250 │',
      '│      1 │    250 │',
      '└────────┴────────┘',
    ]);
    expect(lines.at(-1)).toMatch(
      /^2 rows in [\d.]+ m?s · Redis: 20,000 keys scanned, \d+ round trips, [\d.]+ kB, server [\d.]+( m?s)? of [\d.]+ m?s$/,
    );
    expect(terminal.lastResult).toMatchObject({ rowCount: 2, isWhole: true, totalRows: 2 });
  });

  it('says that a scan walked over more keys than it found', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines("select count(*) n from redis_hash('user:1?')");
    expect(lines.at(-1)).toMatch(/ Redis: 20,000 keys walked, 10 matched, \d+ round trips, /);
    expect((await terminal.lines("select name from redis_hash('user:1')")).at(-1)).toMatch(/ Redis: 1 key scanned, /);
  });

  it('counts the time from when it was sent, but not that of a question', async () => {
    const terminal = await live.open({ settings: { ask_keys: 1_000 } });
    const busyMs = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    Object.assign(terminal, { confirm: () => (busyMs(2_000), Promise.resolve(true)) });
    await live.redis.call('CLIENT', 'PAUSE', '700', 'ALL');
    const report = await terminal.runner.run("select count(*) n from redis_hash('user:*')");
    expect(report.elapsedMs).toBeGreaterThan(600);
    expect(report.elapsedMs).toBeLessThan(2_000);
  });

  it('says no word of Redis where Redis had nothing to do', async () => {
    const terminal = await live.open();
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in [\d.]+ ms$/);
  });

  it('says nothing more where .timer and .redis are off, but what the box does', async () => {
    const terminal = await live.open({ settings: { timer: false, redis: false } });
    expect((await terminal.lines("select _key from redis_hash('user:*')")).at(-1)).toMatch(
      /^20,000 rows \(20 shown\) · all of it: /,
    );
  });

  it('says what became of a statement without rows', async () => {
    const terminal = await live.open();
    const said: (string | undefined)[] = [];
    for (const text of [
      'create or replace table t as from range(3)',
      'insert into t values (7), (8)',
      'update t set range = 1 where range > 6',
      'delete from t where range = 1',
      'truncate t',
      'create or replace view v as select 1',
      "set timezone = 'UTC'",
      'drop view v',
    ]) {
      said.push(...(await terminal.lines(text)).filter((line) => !line.startsWith('This ')));
    }
    expect(said.map((line) => line?.replace(/ in [\d.]+ m?s$/, ''))).toEqual([
      '3 rows stored',
      '2 rows inserted',
      '2 rows updated',
      '3 rows deleted',
      '2 rows changed',
      'Done',
      'Done',
      'Done',
    ]);
    expect(terminal.changes.filter((text) => !text.startsWith('reset'))).toHaveLength(8);
    expect((await terminal.lines('insert into t values (1) returning range + 1 as next')).slice(-3)).toEqual([
      '│      2 │',
      '└────────┘',
      expect.stringMatching(/^1 row in /),
    ]);
  });

  it('shows and says nothing where it is run quietly, and keeps its rows', async () => {
    const terminal = await live.open();
    expect(await terminal.runner.run('select 5 a', { isQuiet: true })).toMatchObject({ end: 'done', rowCount: 1 });
    await terminal.screen.settled();
    expect(live.shown()).toEqual([]);
    expect(terminal.lastResult).toMatchObject({ text: 'select 5 a', rowCount: 1 });
  });

  it('is refused while another one runs', async () => {
    const terminal = await live.open();
    const { ended } = await live.startSlowly("select count(*) from redis_hash('user:*')");
    await expect(terminal.runner.run('select 1')).rejects.toMatchObject({ code: 'RQ_BUSY' });
    expect(terminal.runner.isRunning).toBe(true);
    await live.interrupt(ended);
    expect(terminal.runner.isRunning).toBe(false);
  });

  it('shows a kept result once more', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines('select 1 a');
    await terminal.clear();
    if (terminal.lastResult !== null) await terminal.runner.show(terminal.lastResult);
    await terminal.screen.settled();
    expect(live.shown().slice(0, 5)).toEqual(lines.slice(0, 5));
  });
});

describe('an error', () => {
  it('shows the line with a caret, the code, and what would be valid', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines("select _key,\n  agee\nfrom redis_hash('user:*')");
    expect(lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^RQ_UNKNOWN_COLUMN: no column "agee"; nearest names?: "age"/),
      'line 2:   agee',
      '          ^',
    ]);
    expect(lines[3]).toMatch(/^hint: /);
  });

  it('names the line of a script, and the statement behind EXPLAIN', async () => {
    const terminal = await live.open();
    const script = 'select 1;\n\nexplain analyze select b from range(3) t(a);\n';
    const offset = script.indexOf('explain');
    const text = script.slice(offset, script.lastIndexOf(';'));
    const place = { script, offset, end: offset + text.length, file: 'daily.sql' };
    await terminal.runner.run(text, { place });
    await terminal.screen.settled();
    expect(live.shown()[1]).toBe('daily.sql:3: explain analyze select b from range(3) t(a);');
    expect(live.shown()[2]?.indexOf('^')).toBe((live.shown()[1] ?? '').indexOf('b from'));
  });

  it('keeps the last result, and is in the report', async () => {
    const terminal = await live.open();
    await terminal.runner.run('select 1 a');
    const report = await terminal.runner.run('selec');
    expect(report).toMatchObject({ end: 'failed', error: { code: 'RQ_SYNTAX' } });
    expect(terminal.lastResult?.text).toBe('select 1 a');
  });

  it('is red in its code and nothing else, on a terminal with colours', async () => {
    const terminal = await live.open({ hasColour: true });
    await terminal.lines('selec');
    expect(terminal.screen.styleAt(0, 0)).toMatchObject({ text: 'R', colour: 1, isBold: true });
    expect(terminal.screen.styleAt(0, 14)).toMatchObject({ colour: null, isBold: false });
  });
});

describe('the last result', () => {
  it('is the table _ of the next statement', async () => {
    const terminal = await live.open();
    await terminal.runner.run("select age, count(*) n from redis_hash('user:*') group by age");
    const lines = await terminal.lines('select sum(n)::bigint s, count(*) ages from _');
    expect(lines[4]).toBe('│  20000 │     80 │');
    // Now it is the sums.
    expect((await terminal.lines('from _'))[4]).toBe('│  20000 │     80 │');
    expect((await terminal.lines('select a.s + b.s t from _ a, _ b'))[4]).toBe('│  40000 │');
  });

  it('is the newest one wherever a statement reads _', async () => {
    const terminal = await live.open();
    await terminal.runner.run('select 1 a');
    await terminal.runner.run('from _');
    await terminal.runner.run('create or replace table kept (a int)');
    const folder = await mkdtemp(path.join(tmpdir(), 'redquery-'));
    const file = path.join(folder, 'last.csv');
    const cells: (string | undefined)[] = [];
    for (const [at, texts] of [
      [`copy _ to '${file}'`, `from '${file}'`],
      ['insert into kept from _', 'from kept'],
      ['select value from (unpivot _ on a)'],
      ["from query_table('_')"],
    ].entries()) {
      await terminal.runner.run(`select ${at}::int a`);
      for (const text of texts) await terminal.runner.run(text);
      await terminal.screen.settled();
      cells.push(live.shown().findLast((line) => line.startsWith('│')));
    }
    await rm(folder, { recursive: true });
    expect(cells.map((cell) => cell?.replace(/[│ ]/g, ''))).toEqual(['0', '1', '2', '3']);
  });

  it('is missed with a word of what it is', async () => {
    const terminal = await live.open();
    expect(await terminal.lines('from _')).toEqual([
      'RQ_UNKNOWN_TABLE: there is no last result for _ yet',
      'hint: _ holds the rows of the last statement that gave any: run one first',
    ]);
  });

  it('stays as it was when the statement that reads it fails, or when the table is dropped', async () => {
    const terminal = await live.open();
    await terminal.runner.run("select 'kept' a");
    await terminal.runner.run('select a::int from _');
    await terminal.runner.run('drop table _');
    await terminal.clear();
    if (terminal.lastResult !== null) await terminal.runner.show(terminal.lastResult);
    await terminal.screen.settled();
    expect(live.shown()[4]).toBe('│ kept    │');
    await terminal.runner.run('from _');
    expect((await terminal.lines('from _'))[4]).toBe('│ kept    │');
  });

  it('says how much of a large result it holds, before the statement runs', async () => {
    const terminal = await live.open();
    await terminal.runner.run('select i from range(1200000) t(i)', { isQuiet: true });
    const lines = await terminal.lines('select count(*) n from _');
    const kept = Number(/^_ holds the first ([\d,]+) of 1,200,000 rows\.$/.exec(lines[0] ?? '')?.[1]?.replaceAll(',', ''));
    expect(kept).toBeGreaterThan(900_000);
    expect(kept).toBeLessThanOrEqual(1_000_000);
    expect(lines[5]).toContain(` ${kept} │`);
  });
});

describe('EXPLAIN', () => {
  it('is drawn as a tree', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines("explain select age, count(*) from redis_hash('user:*') group by age");
    expect(lines[0]).toMatch(/^HASH GROUP BY /);
    expect(lines.some((line) => /└─ redis_hash\('user:\*'\) {2}SCAN/.test(line))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^ +looks at all 20k keys$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +> SCAN 0 MATCH user:\* COUNT/));
  });

  it('says what it took with ANALYZE', async () => {
    const terminal = await live.open();
    const lines = await terminal.lines("explain analyze select age, count(*) from redis_hash('user:*') group by age");
    expect(lines[0]).toMatch(/ms .* 80 rows$/);
    expect(lines).toContainEqual(expect.stringMatching(/^ +20,000 keys · \d+ round trips · /));
    expect(lines.at(-1)).toMatch(/ms in all$/);
    // For .redis.
    expect((await terminal.runner.run("explain analyze from redis_hash('user:*')")).stats?.scans).toMatchObject([
      { rows: 20_000 },
    ]);
  });

  it('gives its rows in other modes', async () => {
    const terminal = await live.open({ settings: { mode: 'csv' } });
    expect((await terminal.lines('explain select 1'))[0]).toBe('explain_key,explain_value');
  });

  it('follows the rows of every statement where .explain is on', async () => {
    const terminal = await live.open({ settings: { explain: true } });
    const lines = await terminal.lines("select count(*) n from redis_hash('user:*')");
    const summary = lines.findIndex((line) => line.startsWith('1 row in '));
    expect(lines.slice(summary + 1)).toContainEqual(expect.stringMatching(/^ +20,000 keys · \d+ round trips · /));
  });
});
