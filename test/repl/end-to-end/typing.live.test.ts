/** What a person does at the prompt, in a real terminal: statements of several lines, pastes, Tab, other scripts, the window's size. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningRedis } from '../../support/redis-server.ts';
import { startDatabase } from '../../support/terminal-database.ts';
import {
  answerTo,
  startTerminal,
  type TerminalOptions,
  type TmuxTerminal,
  typeAtPrompt,
  untilPrompt,
} from '../../support/tmux.ts';

const ESCAPE_MS = 150;

let redis: RunningRedis;
/** For all tests that need no other window: a terminal's start is most of what a test takes. Ctrl-C clears what one left. */
let shared: TmuxTerminal;

beforeAll(async () => {
  redis = await startDatabase({ modules: true });
  shared = await started({ rows: 60 });
});
beforeEach(async () => {
  // The first may only close a menu.
  await shared.press('C-c', 'C-c');
  await untilPrompt(shared);
  await answerTo(shared, '.clear');
});
afterAll(async () => {
  await shared.stop();
  await redis.stop();
});

/** A terminal on the database, at its first prompt. */
async function started(options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await startTerminal({ args: [redis.url], ...options });
  await untilPrompt(terminal);
  return terminal;
}

/** Presses Tab until `wanted` is there: what it knows of the database is loaded behind the first prompt. */
async function untilOffered(terminal: TmuxTerminal, wanted: string | RegExp): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await terminal.press('Tab');
    const isThere = await terminal.waitFor(wanted, 1000).catch(() => null);
    if (isThere !== null || attempt === 20) return;
    await terminal.press('Escape');
    // A key right behind Escape would be one with Alt.
    await sleep(ESCAPE_MS);
  }
}

/** The number of the prompt's columns: all up to where typing begins. */
const promptColumns = (): number => `127.0.0.1:${redis.port}> `.length;

describe('a statement of several lines', () => {
  it('is edited as a whole until its semicolon, and comes back as a whole', async () => {
    await using terminal = await started();
    await terminal.type('SELECT 1 AS one,');
    await terminal.press('Enter');
    await terminal.type('2 AS two');
    await terminal.waitFor('2 AS two');
    await terminal.press('Up', 'End');
    await terminal.type(' 3 AS three,');
    await terminal.press('Down', 'End');
    await terminal.type(';');
    await terminal.waitFor(/1 AS one, 3 AS three,\n.*2 AS two;/);
    await terminal.press('Enter');
    const answer = await terminal.waitFor(/three[^]*>$/);
    expect(answer).toMatch(/one.*three.*two/);
    await untilPrompt(terminal);
    await terminal.press('Up');
    const screen = await terminal.waitFor(/1 AS one, 3 AS three,\n.*2 AS two;$/);
    expect(screen.match(/2 AS two;/g)).toHaveLength(2);
  });

  it('does not end at a semicolon in a string or a comment', async () => {
    await shared.type("SELECT 'a;' AS x -- ;");
    await shared.press('Enter');
    await shared.type(';');
    await shared.waitFor(/;\n *\S* *;$/);
    await shared.press('Enter');
    expect(await untilPrompt(shared)).toMatch(/│ *a; *│/);
  });

  it.each(['M-Enter', 'C-j'])('gets another line by %s, whatever stands there', async (key) => {
    await shared.type('SELECT 41 + 1;');
    await shared.press(key);
    await shared.type('SELECT 2');
    await shared.waitFor(/41 \+ 1;\n.*SELECT 2$/);
    expect(await shared.screen()).not.toMatch(/│ *42 *│/);
  });

  it('is moved about in when it is taller than the window, which leaves nothing behind', async () => {
    await using terminal = await started({ columns: 60, rows: 12 });
    const lines = Array.from({ length: 40 }, (_, i) => (i === 0 ? 'SELECT 0' : ` + ${i}`));
    await terminal.paste(`${lines.join('\n')} AS total;`);
    await terminal.waitFor('+ 39 AS total;');
    await terminal.press(...Array.from({ length: 39 }, () => 'Up'), 'Home');
    await terminal.waitFor('SELECT 0');
    await terminal.press(...Array.from({ length: 39 }, () => 'Down'), 'End');
    await terminal.waitFor('+ 39 AS total;');
    expect(await terminal.scrolledLineCount()).toBeLessThan(40);
    await terminal.press('Enter');
    await terminal.waitFor('780');
  });
});

describe('a paste', () => {
  it('stands there unrun, its Tabs blanks of the text, until Enter', async () => {
    await shared.paste('SELECT\t40 + 2\n\tAS answer;\n');
    await shared.waitFor('AS answer;');
    expect(await shared.screen()).not.toMatch(/│ *42 *│/);
    await shared.press('Enter');
    await shared.waitFor(/│ *42 *│/);
    expect(await untilPrompt(shared)).not.toMatch(/RQ_/);
  });

  it('of three statements runs in order, also where the first one is slow', async () => {
    const slow = 'SELECT count(*) AS first FROM (SELECT hash(i) AS h FROM range(3000000) t(i) ORDER BY h);';
    await shared.paste(`${slow}\nSELECT 2 AS second;\nSELECT 3 AS third;\n`);
    await shared.waitFor('AS third;');
    await shared.press('Enter');
    await shared.waitFor(/│ *third *│[^]*>$/);
    const printed = (await untilPrompt(shared)).replace(/^[^]*AS third;/, '');
    expect([...printed.matchAll(/\b(first|second|third)\b/g)].map(([word]) => word)).toEqual(['first', 'second', 'third']);
  });

  it('drops its other statements behind one that fails, and says how many', async () => {
    await shared.paste('SELECT 1 AS first;\nSELECT nothing FROM nowhere;\nSELECT 3 AS third;\nSELECT 4 AS fourth;');
    await shared.press('Enter');
    const screen = await shared.waitFor(/RQ_UNKNOWN_TABLE[^]*>$/);
    expect(screen).toMatch(/\b2 (further |more |other )?statements/);
    expect(screen).not.toMatch(/│ *third *│/);
  });

  it('of 3,000 lines takes the next key', async () => {
    await using terminal = await started();
    const lines = Array.from({ length: 3000 }, (_, i) => (i === 0 ? 'SELECT list_sum([0' : `, ${i}`));
    await terminal.paste(lines.join('\n'));
    await terminal.type(']) AS sum');
    await terminal.waitFor(', 2999]) AS sum');
    expect(await terminal.scrolledLineCount()).toBeLessThan(30);
    await terminal.type(';');
    await terminal.press('Enter');
    await terminal.waitFor('4498500');
  });
});

describe('Tab', () => {
  it.each([
    ['keywords', 'SEL', 'SELECT'],
    ['patterns of keys that exist', "FROM redis_hash('us", 'user:'],
    ['columns of the tables of the statement', "FROM redis_hash('user:*') WHERE ci", 'city'],
    ['indexes', "FROM redis_search('id", 'idx:user'],
    ['functions', 'SELECT array_agg', 'array_agg('],
    ['commands', '.tab', '.tables'],
  ])('puts in %s', async (_, typed, wanted) => {
    await typeAtPrompt(shared, typed);
    await untilOffered(shared, wanted);
    expect(await shared.screen()).toContain(wanted);
  });

  it('shows a menu that Escape and Ctrl-C close, the text unchanged', async () => {
    const text = "SELECT  FROM redis_hash('user:*');";
    await shared.type(text);
    await shared.press('Home', ...Array.from({ length: 7 }, () => 'Right'));
    for (const key of ['Escape', 'C-c']) {
      await untilOffered(shared, /\n.*\bcity\b/);
      await shared.press(key);
      await shared.waitUntil((screen) => screen.endsWith(text), 'closed the menu');
    }
    await shared.press('Tab');
    await shared.waitFor(/\n.*\bcity\b/);
    await shared.type('name');
    expect(await shared.waitFor("SELECT name FROM redis_hash('user:*');")).not.toMatch(/\n.*\bcity\b/);
  });
});

describe('letters', () => {
  it.each([
    ['an accent', 'é', 1],
    ['two Chinese signs', '日本', 4],
    ['a family', '👩‍👩‍👧', 2],
    ['a flag', '🇩🇪', 2],
    ['an accent of its own', 'e\u0301', 1],
  ])('put the cursor where they end: %s', async (_, letters, columnCount) => {
    await shared.type(`'${letters}'`);
    await shared.waitFor(/'$/);
    const place = async (): Promise<number> => (await shared.cursor()).column - promptColumns();
    await expect.poll(place, { timeout: 5000 }).toBe(columnCount + 2);
    await shared.press('Left', 'Left');
    await expect.poll(place, { timeout: 5000 }).toBe([...new Intl.Segmenter().segment(letters)].length > 1 ? 3 : 1);
    await shared.type('x');
    await shared.press('BSpace', 'End');
    await expect.poll(place, { timeout: 5000 }).toBe(columnCount + 2);
  });
});

describe('another size of the window', () => {
  it('draws a long statement again, whole', async () => {
    await using terminal = await started({ columns: 100 });
    const text = `SELECT ${Array.from({ length: 30 }, (_, i) => `${i} AS c${i}`).join(', ')}`;
    await terminal.type(text);
    const isWhole = (screen: string): boolean =>
      screen.replaceAll(/\n */g, '').replaceAll(' ', '').endsWith(text.replaceAll(' ', ''));
    for (const columns of [100, 61, 140, 47]) {
      await terminal.resize(columns, 24);
      await terminal.waitUntil(isWhole, `shows the statement in ${columns} columns`);
    }
    await terminal.type(';');
    await terminal.press('Enter');
    expect(await terminal.waitFor(/1 row/)).not.toContain('RQ_');
  });

  it('shows the next result in its own width', async () => {
    await using terminal = await started({ columns: 120 });
    const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
    const statement =
      "SELECT 'a text of some length' AS one, 'another one of these' AS two, 'and one more' AS three, 'that is all' AS four;";
    expect(widest(await answerTo(terminal, statement))).toBeGreaterThan(60);
    await terminal.resize(60, 24);
    expect(widest(await answerTo(terminal, statement))).toBeLessThanOrEqual(60);
  });
});
