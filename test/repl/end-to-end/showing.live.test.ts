/** What the terminal shows, read from a real one: boxes, files, the pager, plans, the map of the keys, charts, odd values. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRedis } from '../../support/redis-server.ts';
import { startDatabase, USER_COUNT } from '../../support/terminal-database.ts';
import { answerTo, startTerminal, type TerminalOptions, type TmuxTerminal, untilPrompt } from '../../support/tmux.ts';

let redis: RunningRedis;
/** For all tests that leave it as it was: a terminal's start is most of what a test takes. */
let shared: TmuxTerminal;

beforeAll(async () => {
  redis = await startDatabase({ modules: true });
  shared = await started({ columns: 120, rows: 60 });
});
afterAll(async () => {
  await shared.stop();
  await redis.stop();
});

async function started(options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await startTerminal({ args: [redis.url], ...options });
  await untilPrompt(terminal);
  return terminal;
}

/** Columns of the widest line of a box. */
const boxColumns = (text: string): number => Math.max(...(text.match(/^[│┌├└].*$/gm) ?? []).map((line) => line.length));

describe('a box', () => {
  it('has types in its header, numbers to the right, and NULL that is not an empty text', async () => {
    const answer = await answerTo(
      shared,
      "SELECT 7 AS number, NULL AS nothing, '' AS empty, 'x' AS text UNION ALL SELECT 1234, 'y', 'z', 'text' ORDER BY 1;",
    );
    expect(answer).toMatch(/│ *number *│ *nothing *│ *empty *│ *text *│\n│ *integer *│ *varchar *│ *varchar *│ *varchar *│/);
    expect(answer).toMatch(/│ +7 │ NULL +│ +│ x +│\n│ +1234 │ y +│ z +│ text +│/);
    const dim = /\x1b\[2m[^\x1b]*NULL/;
    expect(await shared.colouredScreen()).toMatch(dim);
  });

  it('fits the window, and says what it left out', async () => {
    await using terminal = await started({ columns: 60, rows: 30 });
    const columns = Array.from({ length: 20 }, (_, i) => `${i * 1000} AS column_${i}`).join(', ');
    const answer = await answerTo(terminal, `SELECT ${columns};`);
    expect(boxColumns(answer)).toBeLessThanOrEqual(60);
    expect(answer).toContain('…');
    expect(answer).toMatch(/\d+ (of 20 )?columns/);
    const rows = await answerTo(terminal, 'SELECT i FROM range(500) t(i);');
    expect(rows).toMatch(/500 rows \(20 shown\)/);
    expect(rows).toMatch(/│ +0 │[^]*│ +499 │/);
  });

  it('goes to a file whole', async () => {
    await using terminal = await started({ columns: 60 });
    const file = path.join(terminal.directory, 'out.txt');
    await answerTo(terminal, `.output ${file}`);
    const columns = Array.from({ length: 20 }, (_, i) => `i AS column_${i}`).join(', ');
    await answerTo(terminal, `SELECT ${columns} FROM range(500) t(i);`);
    await answerTo(terminal, '.output');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('column_10');
    expect(text).not.toMatch(/…|\x1b/);
    expect(text.match(/^│ +\d+ │/gm)).toHaveLength(500);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });

  it.each([
    ['csv', '"a, b"'],
    ['ndjson', '{"x":"a, b"}'],
    ['markdown', '| a, b |'],
    ['insert', "'a, b'"],
    ['html', '<td>a, b</td>'],
    ['line', 'x = a, b'],
  ])('gives way to .mode %s', async (mode, wanted) => {
    await answerTo(shared, `.mode ${mode}`);
    expect(await answerTo(shared, "SELECT 'a, b' AS x;")).toContain(wanted);
    await answerTo(shared, '.mode box');
  });
});

describe('odd values', () => {
  it('are shown, not obeyed', async () => {
    const answer = await answerTo(shared, "SELECT text FROM redis_hash('odd:*') WHERE _key = 'odd:1';");
    expect(answer).toContain('\\x1b[2J\\x1b]0;title\\x07red');
    expect(await shared.screen()).toContain("WHERE _key = 'odd:1';");
  });

  it.each(['csv', 'ndjson', 'line'])('are not obeyed in .mode %s either', async (mode) => {
    await answerTo(shared, `.mode ${mode}`);
    expect(await answerTo(shared, "SELECT text FROM redis_hash('odd:*') WHERE _key = 'odd:1';")).toMatch(/(x1b|u001b)\[2J/);
    await answerTo(shared, '.mode box');
  });
});

describe('the pager', () => {
  const PAGER = `sh -c 'head -n 3; echo PAGED; read -r _ < /dev/tty; cat > /dev/null'`;

  it('opens for a long result, and the prompt comes back behind it', async () => {
    await using terminal = await started({ env: { REDQUERY_PAGER: PAGER } });
    expect(await answerTo(terminal, 'SELECT 1 AS short;')).not.toContain('PAGED');
    await answerTo(terminal, '.set maxrows 0');
    await terminal.type('SELECT i FROM range(100) t(i);');
    await terminal.press('Enter');
    await terminal.waitFor('PAGED');
    await terminal.type('q');
    await terminal.press('Enter');
    await untilPrompt(terminal);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });

  it('that ends before it has read all is no error', async () => {
    await using terminal = await started({ env: { REDQUERY_PAGER: 'head -n 2' } });
    await answerTo(terminal, '.set maxrows 0');
    expect(await answerTo(terminal, 'SELECT i FROM range(200000) t(i);')).not.toMatch(/RQ_|EPIPE/);
    expect(await answerTo(terminal, 'SELECT 42 AS answer;')).toContain('42');
  });
});

describe('commands', () => {
  it('.edit opens the editor and runs what comes of it', async () => {
    await using terminal = await started({ line: 'EDITOR=$HOME/editor exec $REDQUERY $URL', env: { URL: redis.url } });
    writeFileSync(path.join(terminal.directory, 'editor'), '#!/bin/sh\necho "SELECT \'edited\' AS e;" > "$1"\n', { mode: 0o755 });
    await terminal.type('.edit');
    await terminal.press('Enter');
    await terminal.waitFor("SELECT 'edited' AS e;");
    await terminal.press('Enter');
    expect(await terminal.waitFor(/│ *edited *│/)).not.toContain('RQ_');
  });

  it('.keys draws a map of the database', async () => {
    const answer = await answerTo(shared, '.keys');
    expect(answer).toMatch(/user:\S*.*hash.*3,000/);
    expect(answer).toMatch(/page:\S*.*string.*200/);
    expect(answer).toMatch(/[▁▂▃▄▅▆▇█]/);
  });

  it('.chart draws the last result', async () => {
    await answerTo(shared, "SELECT city, count(*) AS n FROM redis_hash('user:*') GROUP BY city ORDER BY city;");
    expect(await answerTo(shared, '.chart bar')).toMatch(/Berlin +750 █+\n[^]*Rome +750 █+/);
  });

  it('.last shows the last result again, and _ is a table of it', async () => {
    await answerTo(shared, "SELECT city, age FROM redis_hash('user:*') WHERE _key IN ('user:1', 'user:2');");
    expect(await answerTo(shared, '.last')).toMatch(/Berlin[^]*Paris/);
    expect(await answerTo(shared, 'SELECT count(*) AS n, max(age) AS oldest FROM _;')).toMatch(/│ +2 │ +21 │/);
  });

  it.each([
    ['.help', /\.keys[^]*\.tables/],
    ['.tables', /user:|idx:user/],
    ['.indexes', /idx:user/],
    ["\\d redis_hash('user:*')", /city/],
    ['\\timing', /timer[^]*off/i],
    ['\\timing', /timer[^]*on/i],
    ['.schema', /\S/],
    ['.set', /maxrows/],
    ['.tabels', /\.tables/],
  ])('%s answers', async (command, wanted) => {
    expect(await answerTo(shared, command)).toMatch(wanted);
  });

  it('\\x shows a line a column', async () => {
    await answerTo(shared, '\\x');
    const answer = await answerTo(shared, "SELECT name, city FROM redis_hash('user:*') WHERE _key = 'user:1';");
    expect(answer).toMatch(/name .*User Number 1\n.*city .*Berlin/);
    await answerTo(shared, '\\x off');
  });
});

describe('plans and errors', () => {
  it('EXPLAIN ANALYZE is a tree with times, rows and round trips', async () => {
    const answer = await answerTo(
      shared,
      "EXPLAIN ANALYZE SELECT city, count(*) FROM redis_hash('user:*') WHERE name LIKE '%7%' GROUP BY city;",
    );
    expect(answer).toMatch(/[├└]/);
    expect(answer).toMatch(/round trips/);
    expect(answer).toMatch(/[\d.]+ ms/);
    expect(answer).toMatch(/3,000|3,20\d/);
  });

  it('.explain on draws the plan behind each result', async () => {
    await answerTo(shared, '.explain on');
    const answer = await answerTo(shared, "SELECT max(age) AS oldest FROM redis_hash('user:*');");
    expect(answer).toMatch(/│ *79 *│[^]*redis_hash/);
    await answerTo(shared, '.explain off');
  });

  it('errors show the line, a caret, the code, and what would be valid', async () => {
    const answer = await answerTo(shared, "SELECT agee FROM redis_hash('user:*');");
    expect(answer).toMatch(/RQ_UNKNOWN_COLUMN[^]*"age"[^]*\n *SELECT agee FROM[^\n]*\n +\^/);
    expect(await answerTo(shared, `SELECT count(*) AS n FROM redis_hash('user:*');`)).toContain(String(USER_COUNT));
  });
});
