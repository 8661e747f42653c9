import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/repl/connection.ts';
import type { StatementReport } from '../../../src/repl/words.ts';
import { callsOf, fillUsers } from '../../support/live-session.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import {
  connectionTo,
  openStatementTerminal,
  type StatementTerminal,
  type StatementTerminalOptions,
} from '../../support/statement-terminal.ts';

let redis: RunningRedis;
/** Most tests share an engine: its start is what takes the time. */
let shared: Connection;
let terminal: StatementTerminal;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  await fillUsers(redis, 20_000);
  shared = connectionTo(redis);
});
afterAll(async () => {
  await shared.close();
  await redis.stop();
});
afterEach(() => terminal[Symbol.asyncDispose]());

async function open(options: StatementTerminalOptions = {}): Promise<StatementTerminal> {
  terminal = await openStatementTerminal({ redis, connection: shared, ...options });
  await terminal.runner.run('reset scan_rate', { isQuiet: true });
  return terminal;
}

/** With a session that may be lost. */
async function openAlone(options: StatementTerminalOptions = {}): Promise<StatementTerminal> {
  terminal = await openStatementTerminal({ redis, ...options });
  return terminal;
}

const shown = (): string[] => terminal.screen.allLines();

/** Starts a statement whose scans last for seconds. `shows` waits until the screen has a line with a text. */
async function startSlowly(
  text: string,
  keysPerSecond = 2_000,
): Promise<{ readonly ended: Promise<StatementReport>; shows(part: string): Promise<void> }> {
  await terminal.runner.run(`set scan_rate = ${keysPerSecond}`);
  await terminal.clear();
  const ended = terminal.runner.run(text);
  return { ended, shows: (part) => terminal.screen.until(() => shown().some((line) => line.includes(part))) };
}

/** Ends the running statement as Ctrl-C does; gives its report and how long that took. */
async function interrupt(
  ended: Promise<StatementReport>,
): Promise<{ readonly report: StatementReport; readonly tookMs: number }> {
  const startedAt = performance.now();
  terminal.runner.interrupt();
  const report = await ended;
  const tookMs = performance.now() - startedAt;
  await terminal.screen.settled();
  return { report, tookMs };
}

describe('a statement', () => {
  it('shows its rows and says below them what Redis had to do', async () => {
    await open();
    const lines = await terminal.lines("select age, count(*) n from redis_hash('user:*') group by age order by age limit 2");
    expect(lines.slice(-5, -1)).toEqual([
      '├────────┼────────┤',
      '│      0 │    250 │',
      '│      1 │    250 │',
      '└────────┴────────┘',
    ]);
    expect(lines.at(-1)).toMatch(
      /^2 rows in [\d.]+ m?s · Redis: 20,000 keys scanned, \d+ round trips, [\d.]+ kB, server [\d.]+ of [\d.]+ ms$/,
    );
    expect(terminal.lastResult).toMatchObject({ rowCount: 2, isWhole: true, totalRows: 2 });
  });

  it('says no word of Redis where Redis had nothing to do', async () => {
    await open();
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in [\d.]+ ms$/);
  });

  it('says nothing more where .timer and .redis are off, but what the box does', async () => {
    await open({ settings: { timer: false, redis: false } });
    expect((await terminal.lines("select _key from redis_hash('user:*')")).at(-1)).toMatch(
      /^20,000 rows \(40 shown\) · all of it: /,
    );
  });

  it('says what became of a statement without rows', async () => {
    await open();
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
    await open();
    expect(await terminal.runner.run('select 5 a', { isQuiet: true })).toMatchObject({ end: 'done', rowCount: 1 });
    await terminal.screen.settled();
    expect(shown()).toEqual([]);
    expect(terminal.lastResult).toMatchObject({ text: 'select 5 a', rowCount: 1 });
  });

  it('is refused while another one runs', async () => {
    await open();
    const { ended } = await startSlowly("select count(*) from redis_hash('user:*')");
    await expect(terminal.runner.run('select 1')).rejects.toMatchObject({ code: 'RQ_BUSY' });
    expect(terminal.runner.isRunning).toBe(true);
    await interrupt(ended);
    expect(terminal.runner.isRunning).toBe(false);
  });

  it('shows a kept result once more', async () => {
    await open();
    const lines = await terminal.lines('select 1 a');
    await terminal.clear();
    if (terminal.lastResult !== null) await terminal.runner.show(terminal.lastResult);
    await terminal.screen.settled();
    expect(shown().slice(0, 5)).toEqual(lines.slice(0, 5));
  });
});

describe('an error', () => {
  it('shows the line with a caret, the code, and what would be valid', async () => {
    await open();
    const lines = await terminal.lines("select _key,\n  agee\nfrom redis_hash('user:*')");
    expect(lines.slice(0, 3)).toEqual([
      'RQ_UNKNOWN_COLUMN: no column "agee"; nearest names: "age", "name", "_key"',
      'line 2:   agee',
      '          ^',
    ]);
    expect(lines[3]).toMatch(/^hint: /);
  });

  it('names the line of a script, and the statement behind EXPLAIN', async () => {
    await open();
    const script = 'select 1;\n\nexplain analyze select b from range(3) t(a);\n';
    const offset = script.indexOf('explain');
    const text = script.slice(offset, script.lastIndexOf(';'));
    const place = { script, offset, end: offset + text.length, file: 'daily.sql' };
    await terminal.runner.run(text, { place });
    await terminal.screen.settled();
    expect(shown()[1]).toBe('daily.sql:3: explain analyze select b from range(3) t(a);');
    expect(shown()[2]?.indexOf('^')).toBe((shown()[1] ?? '').indexOf('b from'));
  });

  it('keeps the last result, and is in the report', async () => {
    await open();
    await terminal.runner.run('select 1 a');
    const report = await terminal.runner.run('selec');
    expect(report).toMatchObject({ end: 'failed', error: { code: 'RQ_SYNTAX' } });
    expect(terminal.lastResult?.text).toBe('select 1 a');
  });

  it('is red in its code and nothing else, on a terminal with colours', async () => {
    await open({ hasColour: true });
    await terminal.lines('selec');
    expect(terminal.screen.styleAt(0, 0)).toMatchObject({ text: 'R', colour: 1, isBold: true });
    expect(terminal.screen.styleAt(0, 14)).toMatchObject({ colour: null, isBold: false });
  });
});

describe('the last result', () => {
  it('is the table _ of the next statement', async () => {
    await open();
    await terminal.runner.run("select age, count(*) n from redis_hash('user:*') group by age");
    const lines = await terminal.lines('select sum(n)::bigint s, count(*) ages from _');
    expect(lines[4]).toBe('│  20000 │     80 │');
    // Now it is the sums.
    expect((await terminal.lines('from _'))[4]).toBe('│  20000 │     80 │');
    expect((await terminal.lines('select a.s + b.s t from _ a, _ b'))[4]).toBe('│  40000 │');
  });

  it('is missed with a word of what it is', async () => {
    await open();
    expect(await terminal.lines('from _')).toEqual([
      'RQ_UNKNOWN_TABLE: there is no last result for _ yet',
      'hint: _ holds the rows of the last statement that gave any: run one first',
    ]);
  });

  it('says how much of a large result it holds, before the statement runs', async () => {
    await open();
    await terminal.runner.run('select i from range(1200000) t(i)', { isQuiet: true });
    const lines = await terminal.lines('select count(*) n from _');
    const kept = Number(/^_ holds the first ([\d,]+) of 1,200,000 rows\.$/.exec(lines[0] ?? '')?.[1]?.replaceAll(',', ''));
    expect(kept).toBeGreaterThan(900_000);
    expect(kept).toBeLessThanOrEqual(1_000_000);
    expect(lines[5]).toContain(` ${kept} │`);
  });
});

describe('Ctrl-C', () => {
  it('ends a scan at once, and nothing is printed after it', async () => {
    await open();
    const { ended, shows } = await startSlowly("select count(*) from redis_hash('user:*')");
    await shows('SCAN');
    const { report, tookMs } = await interrupt(ended);
    expect(report.end).toBe('interrupted');
    expect(tookMs).toBeLessThan(300);
    expect(shown()).toEqual([expect.stringMatching(/^Interrupted after \d+\.\d s\.$/)]);
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in /);
  });

  it('ends a sort inside DuckDB at once', async () => {
    await open();
    const { ended, shows } = await startSlowly('select hash(i) h from range(40000000) t(i) order by h limit 1000000');
    await shows('DuckDB at work');
    const { report, tookMs } = await interrupt(ended);
    expect(report.end).toBe('interrupted');
    expect(tookMs).toBeLessThan(300);
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in /);
  });

  it('closes what was drawn already', async () => {
    await open({ settings: { mode: 'table' } });
    const { ended, shows } = await startSlowly("select _key from redis_hash('user:*')");
    await shows('│ user:');
    expect((await interrupt(ended)).report.end).toBe('interrupted');
    const [bottom, rows, last] = shown().slice(-3);
    expect(bottom).toMatch(/^└─+┘$/);
    expect(rows).toMatch(/^[\d,]+ rows$/);
    expect(last).toMatch(/^Interrupted after /);
  });

  it('ends waiting for a connection', async () => {
    await openAlone();
    Object.assign(terminal, { session: () => new Promise(() => undefined) });
    const { report } = await interrupt(terminal.runner.run('select 1'));
    expect(report.end).toBe('interrupted');
    expect(shown()).toEqual([expect.stringMatching(/^Interrupted after /)]);
  });

  it('gives up a statement that does not end, at the second time, and its session', async () => {
    await openAlone();
    await terminal.runner.run('create view kept as select 5 a');
    await terminal.runner.run('create table lost as select 5 a');
    await terminal.clear();
    const result = { schema: () => new Promise(() => undefined), close: () => new Promise(() => undefined), stats: null };
    Object.assign(terminal, { session: () => Promise.resolve({ query: () => result }) });
    const running = terminal.runner.run('select 1');
    await new Promise((resolve) => setImmediate(resolve));
    terminal.runner.interrupt();
    expect(terminal.abandonCount).toBe(0);
    const { report, tookMs } = await interrupt(running);
    expect([report.end, terminal.abandonCount]).toEqual(['interrupted', 1]);
    expect(tookMs).toBeLessThan(100);
    expect(shown().join('')).toMatch(/^Interrupted after .* The session begins anew: .* its tables are gone\.$/);
    // From here on the terminal's own again.
    Reflect.deleteProperty(terminal, 'session');
    expect((await terminal.lines('from kept'))[4]).toBe('│       5 │');
    expect((await terminal.lines('from lost'))[0]).toMatch(/^RQ_UNKNOWN_TABLE: /);
  });
});

describe('progress', () => {
  it('tells how much of the database was walked, whatever the pattern', async () => {
    await open();
    const { ended, shows } = await startSlowly("select count(*) from redis_hash('user:1*7')");
    await shows('(20%)');
    expect(shown()).toEqual([
      expect.stringMatching(/^. \d\.\ds SCAN \d\.\dk\/20k keys \(\d+%\) · .*keys\/s · \d+ round trips · \d+ kB in · \d+ rows/u),
    ]);
    await interrupt(ended);
  });

  it('shows the scans at Space, and hides them again', async () => {
    await open();
    const { ended, shows } = await startSlowly(
      "select count(*) from redis_hash('user:*1') a join redis_hash('user:*2') b using (age)",
    );
    await shows('SCAN');
    terminal.runner.toggleTable();
    await shows("redis_hash('user:*2')");
    expect(shown()).toHaveLength(3);
    expect(shown()[1]).toMatch(/^ {2}scan +access +keys +rows +round trips +bytes +waiting$/);
    terminal.runner.toggleTable();
    await terminal.screen.until(() => shown().length === 1);
    terminal.runner.toggleTable();
    await interrupt(ended);
    expect(shown()).toEqual([expect.stringMatching(/^Interrupted after/)]);
  });

  it('is not drawn where there is no terminal, or where it is switched off', async () => {
    const err = Object.assign(new PassThrough(), { isTTY: false });
    await open({ settings: { progress: false } });
    const { ended } = await startSlowly("select count(*) from redis_hash('user:*')", 15_000);
    Object.assign(terminal, { err });
    await ended;
    await terminal.screen.settled();
    const written = (terminal.screen.window as unknown as { writes: string[] }).writes;
    expect(written.filter((text) => text.includes('\u001b'))).toEqual([]);
    expect(err.readableLength).toBe(0);
  });
});

describe('danger', () => {
  it('is asked about before a large scan, and nothing is scanned where the answer is no', async () => {
    await open({ settings: { ask_keys: 1_000 }, confirm: () => false });
    const before = await callsOf(redis, 'scan');
    const text = "select count(*) from redis_hash('user:*') where age = 7";
    const report = await terminal.runner.run(text);
    await terminal.screen.settled();
    expect(report.end).toBe('refused');
    expect(shown()).toEqual([
      expect.stringMatching(/^This reads all 20k keys of the database \(about [\d.]+ m?s\): redis_hash\('user:\*'\)$/),
    ]);
    expect(terminal.questions).toEqual(['Run it?']);
    // The sample that finds the columns stays within its bounds.
    expect((await callsOf(redis, 'scan')) - before).toBeLessThan(10);
  });

  it.each([
    "select count(*) from redis_hash('user:*')",
    "explain analyze select count(*) from redis_hash('user:*')",
    "create table t as from redis_hash('user:*')",
    'from v',
  ])('is seen in: %s', async (text) => {
    await open({ settings: { ask_keys: 1_000 } });
    await terminal.runner.run("create or replace view v as from redis_hash('user:*')");
    expect(terminal.questions).toEqual([]);
    await terminal.runner.run(text);
    expect(terminal.questions).toHaveLength(1);
  });

  it.each([
    ["select * from redis_hash('user:*') limit 5", 1_000],
    ["select * from redis_hash('user:7')", 1_000],
    ["explain select * from redis_hash('user:*')", 1_000],
    ['select count(*) from range(10000)', 1_000],
    ["select count(*) from redis_hash('user:*')", null],
    ["select count(*) from redis_hash('user:*')", 5_000_000],
  ])('is not seen in: %s with ask_keys %s', async (text, askKeys) => {
    await open({ settings: { ask_keys: askKeys } });
    expect((await terminal.runner.run(text)).end).toBe('done');
    expect(terminal.questions).toEqual([]);
  });

  it.each([
    ['delete from t', 'This deletes all rows of t.'],
    ['update t set range = (select 1 where true)', 'This changes all rows of t.'],
    ['truncate table t', 'This deletes all rows of t.'],
    ['drop table if exists t', 'This drops table t and its rows.'],
  ])('is seen in: %s', async (text, line) => {
    await open({ confirm: () => false });
    await terminal.runner.run('create or replace table t as from range(3)');
    expect(await terminal.lines(text)).toEqual([line]);
    expect((await terminal.lines('select count(*) n from t'))[4]).toBe('│      3 │');
    await terminal.runner.run('delete from t where range = 0', {});
    expect(terminal.questions).toHaveLength(1);
  });

  it('is not asked about in a script, nor where the caller has asked', async () => {
    await open({ settings: { ask_keys: 1_000 }, isInteractive: false });
    expect((await terminal.runner.run("select count(*) from redis_hash('user:*')")).end).toBe('done');
    expect(terminal.questions).toEqual([]);
    await terminal[Symbol.asyncDispose]();
    await open({ settings: { ask_keys: 1_000 } });
    expect((await terminal.runner.run("select count(*) from redis_hash('user:*')", { isConfirmed: true })).end).toBe('done');
    expect(terminal.questions).toEqual([]);
  });
});

describe('EXPLAIN', () => {
  it('is drawn as a tree', async () => {
    await open();
    const lines = await terminal.lines("explain select age, count(*) from redis_hash('user:*') group by age");
    expect(lines[0]).toMatch(/^HASH GROUP BY /);
    expect(lines.some((line) => /└─ redis_hash\('user:\*'\) {2}SCAN/.test(line))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^ +looks at all 20k keys$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +> SCAN 0 MATCH user:\* COUNT/));
  });

  it('says what it took with ANALYZE', async () => {
    await open();
    const lines = await terminal.lines("explain analyze select age, count(*) from redis_hash('user:*') group by age");
    expect(lines[0]).toMatch(/ms .* 80 rows$/);
    expect(lines).toContainEqual(expect.stringMatching(/^ +20,000 keys · \d+ round trips · /));
    expect(lines.at(-1)).toMatch(/ms in all$/);
  });

  it('gives its rows in other modes', async () => {
    await open({ settings: { mode: 'csv' } });
    expect((await terminal.lines('explain select 1'))[0]).toBe('explain_key,explain_value');
  });

  it('follows the rows of every statement where .explain is on', async () => {
    await open({ settings: { explain: true } });
    const lines = await terminal.lines("select count(*) n from redis_hash('user:*')");
    const summary = lines.findIndex((line) => line.startsWith('1 row in '));
    expect(lines.slice(summary + 1)).toContainEqual(expect.stringMatching(/^ +20,000 keys · \d+ round trips · /));
  });
});

describe('a connection that is lost', () => {
  it('is said, and the next statement connects again', async () => {
    await openAlone();
    const { ended, shows } = await startSlowly("select count(*) from redis_hash('user:*')");
    await shows('SCAN');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect((await ended).end).toBe('failed');
    await terminal.screen.settled();
    expect(shown()[0]).toMatch(/^RQ_REDIS_LOST: /);
    expect(shown().at(-1)).toBe('The next statement connects again.');
    await terminal.runner.run('reset scan_rate');
    const lines = await terminal.lines("select count(*) n from redis_hash('user:*')");
    expect(lines[4]).toBe('│  20000 │');
  });

  it('is mended after the server has started again', async () => {
    const first = await startRedis({ modules: false });
    await openAlone({ redis: first });
    await first.call('SET', 'a', '1');
    await terminal.runner.run("select * from redis_string('*')");
    await first.stop();
    const lines = await terminal.lines("select * from redis_string('*')");
    expect(lines[0]).toMatch(/^RQ_REDIS_(LOST|UNREACHABLE): /);
    expect(lines.at(-1)).toBe('The next statement connects again.');
    await using second = await startRedis({ modules: false, port: first.port });
    await second.call('SET', 'b', '2');
    expect((await terminal.lines("select _key from redis_string('*')"))[4]).toBe('│ b       │');
  });
});
