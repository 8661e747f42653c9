/** The terminal as a process: its history among runs and instances, signals, Ctrl-Z, colours, and what it does where there is no terminal. */
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, runShell } from '../../support/command.ts';
import type { RunningRedis } from '../../support/redis-server.ts';
import { startDatabase } from '../../support/terminal-database.ts';
import { answerTo, startTerminal, type TerminalOptions, type TmuxTerminal, untilPrompt } from '../../support/tmux.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startDatabase();
});
afterAll(() => redis.stop());

async function started(options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await startTerminal({ args: [redis.url], ...options });
  await untilPrompt(terminal);
  return terminal;
}

describe('the history', () => {
  let directory: string;
  const env = (): Record<string, string> => ({ REDQUERY_HISTORY: path.join(directory, 'history') });

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'redquery-history-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('keeps what two terminals ran at once, for the next one, in a file of its own', async () => {
    const first = await started({ env: env() });
    const second = await started({ env: env() });
    for (const [terminal, text] of [
      [first, 'SELECT 1 AS one;'],
      [second, 'SELECT 2 AS two;'],
      [first, 'SELECT 3 AS three;'],
    ] as const)
      await answerTo(terminal, text);
    await Promise.all([first.stop(), second.stop()]);
    await using third = await started({ env: env() });
    for (const text of ['SELECT 3 AS three;', 'SELECT 2 AS two;', 'SELECT 1 AS one;']) {
      await third.press('Up');
      await third.waitUntil((screen) => screen.endsWith(`> ${text}`), `shows ${text}`);
    }
    expect(statSync(env()['REDQUERY_HISTORY'] ?? '').mode & 0o777).toBe(0o600);
  });

  it('is searched with Ctrl-R', async () => {
    await using terminal = await started({ rows: 60 });
    for (const text of ["SELECT 'apples' AS fruit;", "SELECT 'pears' AS fruit;", 'SELECT 3;']) await answerTo(terminal, text);
    await terminal.press('C-r');
    await terminal.type('appl');
    await terminal.waitFor(/│ *3 *│[^]*'apples'/);
    // Once to take it, once to run it.
    await terminal.press('Enter');
    await terminal.waitFor(/> SELECT 'apples' AS fruit;$/);
    await terminal.press('Enter');
    const screen = await terminal.waitFor(/│ *apples *│[^]*│ *pears *│[^]*│ *apples *│/);
    expect(screen).not.toMatch(/│ *pears *│[^]*│ *pears *│/);
  });

  it('has no secrets, and nothing that begins with a blank', async () => {
    const terminal = await started({ env: env() });
    await answerTo(terminal, '.connect redis://:hunter2@127.0.0.1:1');
    await answerTo(terminal, "SELECT 'password hunter2' AS p;");
    await answerTo(terminal, " SELECT 'hidden' AS h;");
    await answerTo(terminal, "SELECT 'seen' AS s;");
    await terminal.stop();
    const text = readFileSync(env()['REDQUERY_HISTORY'] ?? '', 'utf8');
    expect(text).toContain('seen');
    expect(text).not.toMatch(/hunter2|hidden/);
  });
});

describe('an end', () => {
  it.each(['exit', 'quit', '.quit', '\\q', '.exit'])('comes by the word %s', async (word) => {
    await using terminal = await started();
    await terminal.type(word);
    await terminal.press('Enter');
    expect(await terminal.waitForEnd()).toBe(0);
  });

  it('comes by Ctrl-D on an empty line only', async () => {
    await using terminal = await started();
    await terminal.type('SELECT');
    await terminal.press('C-d', 'C-d');
    await terminal.type(' 42;');
    await terminal.press('Enter');
    await terminal.waitFor(/│ *42 *│/);
    await untilPrompt(terminal);
    await terminal.press('C-d');
    expect(await terminal.waitForEnd()).toBe(0);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('by %s leaves the terminal as it was', async (signal) => {
    const line = 'sh -c "echo \\$\\$ > $HOME/pid; exec $REDQUERY $URL"; echo "status $?"; stty -a; sleep 60';
    await using terminal = await startTerminal({ line, env: { URL: redis.url } });
    await untilPrompt(terminal);
    await terminal.type('SELECT half');
    await terminal.waitFor('SELECT half');
    process.kill(Number(readFileSync(path.join(terminal.directory, 'pid'), 'utf8')), signal);
    const screen = await terminal.waitFor('icanon');
    expect(screen).toMatch(/ icanon\b/);
    expect(screen).toMatch(/ echo\b/);
    expect(screen).toMatch(/SELECT half\n[^]*status [1-9]/);
    expect(await terminal.isCursorShown()).toBe(true);
  });
});

describe('Ctrl-Z', () => {
  it('goes to the shell and comes back with fg, the text still there', async () => {
    await using terminal = await startTerminal({
      line: `export COMMAND="$REDQUERY"; PS1='shell: ' exec bash --norc --noprofile -i`,
      env: { URL: redis.url },
    });
    await terminal.waitFor('shell:');
    await terminal.type('eval "$COMMAND $URL"');
    await terminal.press('Enter');
    await untilPrompt(terminal);
    await terminal.type('SELECT 40 +');
    await terminal.waitFor('40 +');
    await terminal.press('C-z');
    await terminal.waitFor(/Stopped[^]*shell:$/);
    await terminal.type('stty -a | grep -o " .\\?icanon"');
    await terminal.press('Enter');
    await terminal.waitFor(/\n icanon\nshell:$/);
    await terminal.type('fg');
    await terminal.press('Enter');
    await terminal.waitFor(/fg\n[^]*> SELECT 40 \+$/);
    await terminal.type(' 2;');
    await terminal.press('Enter');
    expect(await terminal.waitFor(/│ *42 *│/)).not.toContain('RQ_');
  });
});

describe('colours', () => {
  const SGR_COLOUR = /\x1b\[[0-9;]*3[0-9]/;

  it('are there on a terminal', async () => {
    await using terminal = await started();
    await terminal.type("SELECT 'x'");
    await terminal.waitFor("'x'");
    expect(await terminal.colouredScreen()).toMatch(SGR_COLOUR);
  });

  it.each(['NO_COLOR=1', 'TERM=dumb'])('are not there with %s', async (variable) => {
    await using terminal = await started({ line: `${variable} exec $REDQUERY $URL`, env: { URL: redis.url } });
    await answerTo(terminal, "SELECT 'x' AS text, NULL AS nothing;");
    await answerTo(terminal, 'SELECT broken;');
    await terminal.type("SELECT 'x'");
    await terminal.waitFor("'x'");
    expect(await terminal.colouredScreen()).not.toMatch(SGR_COLOUR);
  });
});

describe('where there is no terminal', () => {
  it('there are neither escapes nor prompts, and statements run in order', async () => {
    const { status, stdout, stderr } = await runCommand([redis.url], { stdin: 'SELECT 1 AS a;\nSELECT 2 AS b;\n' });
    expect(status).toBe(0);
    expect(stdout.toString()).toBe('{"a":1}\n{"b":2}\n');
    expect(stdout.toString() + stderr).not.toMatch(/\x1b|> /);
  });

  it.each([
    ['0', ['-c', 'SELECT 1'], 0],
    ['1 where a statement fails', ['-c', 'SELECT nothing'], 1],
    ['2 where the command line is wrong', ['--nonsense'], 2],
    ['3 where there is no connection', ['redis://127.0.0.1:1', '-c', "SELECT * FROM redis_keys('*')"], 3],
  ])('the status is %s', async (_, words, status) => {
    expect((await runCommand(words)).status).toBe(status);
  });

  it('nobody is asked', async () => {
    const { status, stderr } = await runCommand([redis.url], { stdin: "SELECT count(*) FROM redis_hash('user:*');" });
    expect(stderr).not.toContain('[y/N]');
    expect(status).toBe(0);
  });

  it('redquery repl runs statements and commands as they come', async () => {
    const { status, stdout, stderr } = await runCommand(['repl', redis.url], { stdin: '.mode csv\nSELECT 1 AS a;\n' });
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'a\n1\n' });
    expect(stderr).not.toMatch(/\x1b|> /);
  });

  it('head ends a result without a word', async () => {
    const { status, stderr } = await runShell(
      `$REDQUERY ${redis.url} -c "SELECT * FROM range(1000000)" | head -n 1; exit \${PIPESTATUS[0]}`,
    );
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });
});
