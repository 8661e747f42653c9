/** Statements that run, in a real terminal: Ctrl-C at every moment, typing ahead, progress, questions, connections that break. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import { startDatabase } from '../../support/terminal-database.ts';
import {
  answerTo,
  startTerminal,
  type TerminalOptions,
  type TmuxTerminal,
  typeAtPrompt,
  untilPrompt,
} from '../../support/tmux.ts';

/** Would go on for some minutes. */
const LONG_SCAN = "SELECT count(*) FROM redis_hash('user:*', columns => {'age': 'BIGINT'});";
const LONG_SORT = 'SELECT sum(h) FROM (SELECT hash(i) AS h FROM range(300000000) t(i) ORDER BY hash(h) LIMIT 200000000);';
/** What a Ctrl-C may take on a machine that does other things as well; the bench asks for a tenth of it. */
const PATIENCE_MS = 5000;

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startDatabase();
});
afterAll(() => redis.stop());

/** A terminal on the database, at its first prompt, with a session that is open. */
async function started(options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await startTerminal({ args: [redis.url], ...options });
  await answerTo(terminal, 'SELECT 1;');
  return terminal;
}

/** Types a statement and runs it, without waiting for its end. */
async function begin(terminal: TmuxTerminal, text: string): Promise<void> {
  await typeAtPrompt(terminal, text);
  await terminal.press('Enter');
}

/** Waits until the line of progress is there: half a second, and the statement runs. */
async function untilProgress(terminal: TmuxTerminal): Promise<string> {
  return await terminal.waitFor(/[⠀-⣿] \d+\.\ds/);
}

describe('Ctrl-C', () => {
  it('clears what is typed and never ends the terminal', async () => {
    await using terminal = await started();
    await terminal.type('SELECT something');
    await terminal.press('Enter');
    await terminal.type('FROM nowhere');
    await terminal.waitFor('FROM nowhere');
    await terminal.press('C-c');
    await untilPrompt(terminal);
    await terminal.press('C-c', 'C-c', 'C-c');
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });

  it.each([
    ['a scan', LONG_SCAN],
    ['a sort inside DuckDB', LONG_SORT],
  ])('ends %s, and the next statement runs', async (_, statement) => {
    await using terminal = await started();
    await answerTo(terminal, 'SET scan_rate = 100;');
    await begin(terminal, statement);
    await untilProgress(terminal);
    await terminal.press('C-c');
    const screen = await untilPrompt(terminal, PATIENCE_MS);
    expect(screen).toMatch(/[Ii]nterrupted/);
    expect(screen).not.toMatch(/[⠀-⣿] \d+\.\ds/);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });

  it('gives up waiting at the second, where Redis does not answer', async () => {
    await using frozen = await startDatabase();
    await using terminal = await startTerminal({ args: [frozen.url] });
    await answerTo(terminal, "SELECT count(*) FROM redis_hash('user:*');");
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      await begin(terminal, "SELECT sum(age) FROM redis_hash('user:*');");
      await untilProgress(terminal);
      await terminal.press('C-c');
      await terminal.press('C-c');
      await untilPrompt(terminal, PATIENCE_MS);
    } finally {
      process.kill(frozen.pid, 'SIGCONT');
    }
    expect(await answerTo(terminal, "SELECT count(*) AS n FROM redis_hash('user:*');")).toContain('3000');
  });

  it('drops what waits behind it, and says how many', async () => {
    await using terminal = await started();
    await answerTo(terminal, 'SET scan_rate = 100;');
    await terminal.paste(`${LONG_SCAN}\nSELECT 2 AS second;\nSELECT 3 AS third;`);
    await terminal.waitFor('AS third;');
    await terminal.press('Enter');
    await untilProgress(terminal);
    await terminal.press('C-c');
    const screen = await untilPrompt(terminal, PATIENCE_MS);
    expect(screen).toMatch(/\b2 (further |more |other )?statements/);
    expect(screen).not.toMatch(/│ *third *│/);
  });

  it('ends .watch', async () => {
    await using terminal = await started();
    await begin(terminal, ".watch 1 SELECT count(*) AS watched FROM redis_keys('*');");
    await terminal.waitUntil((screen) => (screen.match(/3202/g) ?? []).length > 0, 'shows the first round');
    await redis.call('SET', 'another', '1');
    await terminal.waitFor('3203');
    await redis.call('DEL', 'another');
    await terminal.press('C-c');
    await untilPrompt(terminal, PATIENCE_MS);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });
});

describe('while a statement runs', () => {
  it('keeps what is typed ahead, and runs it then', async () => {
    await using terminal = await started();
    await answerTo(terminal, 'SET scan_rate = 1500;');
    await begin(terminal, "SELECT count(*) AS first FROM redis_hash('user:*');");
    await untilProgress(terminal);
    await terminal.type('SELECT 42 AS ahead;');
    await terminal.press('Enter');
    const screen = await terminal.waitFor(/│ *ahead *│[^]*>$/);
    expect(screen.indexOf('3000')).toBeLessThan(screen.search(/│ *ahead *│/));
  });

  it('draws one line of progress with a share of all keys, and erases it', async () => {
    await using terminal = await started({ columns: 60 });
    await answerTo(terminal, 'SET scan_rate = 1500;');
    await begin(terminal, "SELECT count(*) AS n FROM redis_hash('user:*');");
    const screen = await terminal.waitFor(/\d+%/);
    expect(screen.split('\n').at(-1)).toMatch(/^[⠀-⣿] \d+\.\ds.*\d+%/);
    expect(await untilPrompt(terminal)).not.toMatch(/[⠀-⣿] \d/);
    expect(await terminal.transcript()).not.toMatch(/\d+%/);
  });

  it('says afterwards what Redis had to do', async () => {
    await using terminal = await started({ columns: 160 });
    const answer = await answerTo(terminal, "SELECT count(*) FROM redis_hash('user:*');");
    expect(answer).toMatch(
      /1 row in .*3,202 keys walked, 3,000 matched, [\d,]+ round trips?, [\d.]+ kB, server [\d.]+ (m?s )?of [\d.]+ m?s/,
    );
    expect(await answerTo(terminal, '.redis')).toMatch(/SCAN/);
  });
});

describe('a question', () => {
  it('comes before a scan of more keys than .ask allows, and no means no', async () => {
    await using terminal = await started({ columns: 120 });
    await answerTo(terminal, '.set ask_keys 1000');
    await begin(terminal, "SELECT count(*) AS counted FROM redis_hash('user:*');");
    expect(await terminal.waitFor(/\[y\/N\]$/)).toMatch(/all 3\.2k keys/);
    await terminal.type('n');
    expect(await untilPrompt(terminal)).not.toMatch(/│ *counted *│/);
    await begin(terminal, "SELECT count(*) AS counted FROM redis_hash('user:*');");
    await terminal.waitFor(/\[y\/N\]$/);
    await terminal.type('y');
    expect(await untilPrompt(terminal)).toMatch(/│ *counted *│/);
    expect(await answerTo(terminal, "SELECT name FROM redis_hash('user:*') WHERE _key = 'user:7';")).toContain('User Number 7');
  });

  it('is answered by Ctrl-C with no', async () => {
    await using terminal = await started({ columns: 120 });
    await answerTo(terminal, '.set ask_keys 1000');
    await begin(terminal, "SELECT count(*) AS counted FROM redis_hash('user:*');");
    await terminal.waitFor(/\[y\/N\]$/);
    await terminal.press('C-c');
    expect(await untilPrompt(terminal)).not.toMatch(/│ *counted *│/);
  });
});

describe('a connection', () => {
  it('that breaks in a scan is reported, and mended at the first statement that finds the server again', async () => {
    const first = await startDatabase();
    const { port, url } = first;
    await using terminal = await startTerminal({ args: [url] });
    await answerTo(terminal, 'SET scan_rate = 100;');
    await begin(terminal, LONG_SCAN);
    await untilProgress(terminal);
    await first.stop();
    expect(await untilPrompt(terminal)).toMatch(/RQ_REDIS_(LOST|UNREACHABLE)/);
    expect(await answerTo(terminal, "SELECT value FROM redis_string('back');")).toMatch(/RQ_REDIS_(LOST|UNREACHABLE)/);
    await using second = await startRedis({ modules: false, port });
    await second.call('SET', 'back', 'again');
    expect(await answerTo(terminal, "SELECT value FROM redis_string('back');")).toContain('again');
  });

  it('that is cut between two statements is not even noticed', async () => {
    await using terminal = await started();
    await answerTo(terminal, "SELECT count(*) FROM redis_keys('page:*');");
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await answerTo(terminal, "SELECT count(*) AS n FROM redis_keys('page:*');")).toContain('200');
  });

  it('that never was lets the prompt stand, and is told at the first statement that needs it', async () => {
    await using terminal = await startTerminal({ args: ['redis://127.0.0.1:1'] });
    await untilPrompt(terminal);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
    expect(await answerTo(terminal, "SELECT * FROM redis_keys('*');")).toContain('RQ_REDIS_UNREACHABLE');
  });
});
