import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ClosedOutput } from '../../../src/output/index.ts';
import { GatedOutput } from '../../../src/repl/statement/gated-output.ts';
import { Turn } from '../../../src/repl/statement/turn.ts';
import { LiveStatements } from '../../support/live-statements.ts';
import { startRedis } from '../../support/redis-server.ts';
import { outputTo } from '../../support/text-output.ts';

/** Far less than what the statements take, far more than what their end takes on a busy machine; the benchmark has the figure. */
const AT_ONCE_MS = 2_000;

const live = new LiveStatements();

describe('Ctrl-C', () => {
  it('ends a scan at once, and nothing is printed after it', async () => {
    const terminal = await live.open();
    const { ended, shows } = await live.startSlowly("select count(*) from redis_hash('user:*')");
    await shows('SCAN');
    const { report, tookMs } = await live.interrupt(ended);
    expect(report.end).toBe('interrupted');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    expect(live.shown()).toEqual([expect.stringMatching(/^Interrupted after \d+\.\d s\.$/)]);
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in /);
  });

  it('ends a sort inside DuckDB at once', async () => {
    const terminal = await live.open();
    const { ended, shows } = await live.startSlowly('select hash(i) h from range(40000000) t(i) order by h limit 1000000');
    await shows('DuckDB at work');
    const { report, tookMs } = await live.interrupt(ended);
    expect(report.end).toBe('interrupted');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    expect((await terminal.lines('select 1 a')).at(-1)).toMatch(/^1 row in /);
  });

  it('closes what was drawn already', async () => {
    await live.open({ settings: { mode: 'table' } });
    const { ended, shows } = await live.startSlowly("select _key from redis_hash('user:*')");
    await shows('│ user:');
    expect((await live.interrupt(ended)).report.end).toBe('interrupted');
    const [bottom, rows, last] = live.shown().slice(-3);
    expect(bottom).toMatch(/^└─+┘$/);
    expect(rows).toMatch(/^[\d,]+ rows$/);
    expect(last).toMatch(/^Interrupted after /);
  });

  it('ends waiting for a connection', async () => {
    const terminal = await live.openAlone();
    Object.assign(terminal, { session: () => new Promise(() => undefined) });
    const { report } = await live.interrupt(terminal.runner.run('select 1'));
    expect(report.end).toBe('interrupted');
    expect(live.shown()).toEqual([expect.stringMatching(/^Interrupted after /)]);
  });

  it('ends waiting for a server that is silent, which is seen before that', async () => {
    const terminal = await live.openAlone({ settings: { ask_keys: 1_000 } });
    await terminal.runner.run('select 1', { isQuiet: true });
    const silent = { call: () => new Promise(() => undefined) };
    Object.assign(terminal, { redis: () => Promise.resolve(silent), session: () => new Promise(() => undefined) });
    const ended = terminal.runner.run("select count(*) from redis_hash('user:*')");
    await terminal.screen.until(() => live.shown().some((line) => / \d\.\ds planning/.test(line)));
    const { report, tookMs } = await live.interrupt(ended);
    expect(report.end).toBe('interrupted');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    expect(live.shown()).toEqual([expect.stringMatching(/^Interrupted after /)]);
  });

  it('gives up a statement that does not end, at the second time, and its session', async () => {
    const terminal = await live.openAlone();
    await terminal.runner.run('create view kept as select 5 a');
    await terminal.runner.run('create table lost as select 5 a');
    await terminal.clear();
    const result = { schema: () => new Promise(() => undefined), close: () => new Promise(() => undefined), stats: null };
    Object.assign(terminal, { session: () => Promise.resolve({ query: () => result }) });
    const running = terminal.runner.run('select 1');
    await new Promise((resolve) => setImmediate(resolve));
    terminal.runner.interrupt();
    expect(terminal.abandonCount).toBe(0);
    const { report, tookMs } = await live.interrupt(running);
    expect([report.end, terminal.abandonCount]).toEqual(['interrupted', 1]);
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    expect(live.shown().join('')).toMatch(/^Interrupted after .* The session begins anew: .* its tables are gone\.$/);
    // From here on the terminal's own again.
    Reflect.deleteProperty(terminal, 'session');
    expect((await terminal.lines('from kept'))[4]).toBe('│       5 │');
    expect((await terminal.lines('from lost'))[0]).toMatch(/^RQ_UNKNOWN_TABLE: /);
  });
});

describe('a statement that was given up', () => {
  it.each([false, true])(
    'keeps quiet when its rows come after all, and is not the last result (isQuiet: %s)',
    async (isQuiet) => {
      const terminal = await live.openAlone();
      await terminal.runner.run("select 'kept' a");
      const session = await terminal.session();
      const late = session.query("select 'late' a");
      const schema = Promise.withResolvers<Awaited<ReturnType<typeof late.schema>>>();
      const closed = Promise.withResolvers<void>();
      const result = {
        schema: () => schema.promise,
        batches: () => late.batches(),
        close: () => late.close().then(closed.resolve),
        stats: late.stats,
      };
      Object.assign(terminal, { session: () => Promise.resolve({ query: () => result }), abandonSession: () => undefined });
      const running = terminal.runner.run('select 1', { isQuiet });
      await new Promise((resolve) => setImmediate(resolve));
      terminal.runner.interrupt();
      await live.interrupt(running);
      await terminal.clear();
      schema.resolve(await late.schema());
      await closed.promise;
      await new Promise((resolve) => setImmediate(resolve));
      await terminal.screen.settled();
      expect(live.shown()).toEqual([]);
      expect(terminal.lastResult?.text).toBe("select 'kept' a");
    },
  );

  it('draws no more of the rows that it has', async () => {
    const turn = new Turn('select 1');
    const { output: sink, text } = outputTo();
    const output = new GatedOutput(sink, turn);
    await output.write('a');
    turn.end();
    await expect(output.write('b')).rejects.toBeInstanceOf(ClosedOutput);
    expect(text()).toBe('a');
  });
});

describe('a command that reads the rows', () => {
  it('ends the statement as interrupted where Ctrl-C has ended it', async () => {
    const terminal = await live.open({ settings: { once: "|sh -c 'kill -INT $$'" } });
    expect((await terminal.runner.run('select i from range(10000000) t(i)')).end).toBe('interrupted');
    await terminal.screen.settled();
    expect(live.shown()).toEqual([expect.stringMatching(/^Interrupted after/)]);
    Object.assign(terminal.settings, { once: "|sh -c 'cat > /dev/null; exit 130'" });
    expect((await terminal.runner.run('select 1')).end).toBe('interrupted');
    Object.assign(terminal.settings, { once: '|head -1 > /dev/null' });
    expect((await terminal.runner.run('select i from range(10000000) t(i)')).end).toBe('done');
  });
});

describe('progress', () => {
  it('tells how much of the database was walked, whatever the pattern', async () => {
    await live.open();
    const { ended, shows } = await live.startSlowly("select count(*) from redis_hash('user:1*7')");
    await shows(/\([2-9]\d%\)/);
    expect(live.shown()).toEqual([
      expect.stringMatching(/^. \d\.\ds SCAN \d\.\dk\/20k keys \(\d+%\) · .*keys\/s · \d+ round trips · \d+ kB in · \d+ rows/u),
    ]);
    await live.interrupt(ended);
  });

  it('shows the scans at Space, and hides them again', async () => {
    const terminal = await live.open();
    const { ended, shows } = await live.startSlowly(
      "select count(*) from redis_hash('user:*1') a join redis_hash('user:*2') b using (age)",
    );
    await shows('SCAN');
    terminal.runner.toggleTable();
    await shows("redis_hash('user:*2')");
    expect(live.shown()).toHaveLength(3);
    expect(live.shown()[1]).toMatch(/^ {2}scan +access +keys +rows +round trips +bytes +waiting$/);
    terminal.runner.toggleTable();
    await terminal.screen.until(() => live.shown().length === 1);
    terminal.runner.toggleTable();
    await live.interrupt(ended);
    expect(live.shown()).toEqual([expect.stringMatching(/^Interrupted after/)]);
  });

  it('is not drawn where there is no terminal, or where it is switched off', async () => {
    const err = Object.assign(new PassThrough(), { isTTY: false });
    const terminal = await live.open({ settings: { progress: false } });
    const { ended } = await live.startSlowly("select count(*) from redis_hash('user:*')", 15_000);
    Object.assign(terminal, { err });
    await ended;
    await terminal.screen.settled();
    const written = (terminal.screen.window as unknown as { writes: string[] }).writes;
    expect(written.filter((text) => text.includes('\u001b'))).toEqual([]);
    expect(err.readableLength).toBe(0);
  });
});

describe('a connection that is lost', () => {
  it('is said, and the next statement connects again', async () => {
    const terminal = await live.openAlone();
    const { ended, shows } = await live.startSlowly("select count(*) from redis_hash('user:*')");
    await shows('SCAN');
    await live.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect((await ended).end).toBe('failed');
    await terminal.screen.settled();
    expect(live.shown()[0]).toMatch(/^RQ_REDIS_LOST: /);
    expect(live.shown().at(-1)).toBe('The next statement connects again.');
    await terminal.runner.run('reset scan_rate');
    const lines = await terminal.lines("select count(*) n from redis_hash('user:*')");
    expect(lines[4]).toBe('│  20000 │');
  });

  it('is mended after the server has started again', async () => {
    const first = await startRedis({ modules: false });
    const terminal = await live.openAlone({ redis: first });
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
