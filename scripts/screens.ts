/**
 * Takes pictures of the terminal's first five minutes, to be looked at: plain text, with escape sequences, and one page of HTML on
 * a dark and on a light ground. Usage: node scripts/screens.ts FOLDER [SCREEN …]. For development; nothing depends on it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningRedis } from './redis/redis-options.ts';
import { startRedis } from './redis/start-redis.ts';
import { TmuxTerminal } from './tmux/tmux-terminal.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const SIZES = [
  [160, 45],
  [70, 24],
] as const;
const PROMPT = /:\d+> *$/;
/** How long a screen that has no prompt at its end (a menu, a question) may still change. */
const SETTLE_MS = 400;

/** What is typed before each picture; a key of tmux stands in `<…>`. A line that ends in `;`, and a command, is run. */
const SCREENS: Readonly<Record<string, readonly string[]>> = {
  prompt: [],
  typing: ["SELECT city, count(*) AS n, 'a;b', -- a comment<M-Enter>  avg(age) FROM redis_hash('user:*') WHERE age > 30"],
  help: ['.help'],
  'help-keys': ['.help keys'],
  keys: ['.keys'],
  'keys-deeper': ['.keys user:*'],
  tables: ['.tables'],
  describe: ["CREATE VIEW users AS FROM redis_hash('user:{id}');", '.tables', '.describe users'],
  indexes: ['.indexes'],
  info: ['.info'],
  select: ["SELECT _key, name, age, city, NULL AS nothing, '' AS empty FROM redis_hash('user:*') ORDER BY age, _key LIMIT 8;"],
  wide: [
    "SELECT *, name || ' of ' || city AS long, age * 1.5 AS half, current_date AS today, [1, 2, 3] AS list FROM redis_hash('user:*') LIMIT 5;",
  ],
  long: ["SELECT _key, name, age FROM redis_hash('user:*') ORDER BY age, _key;"],
  expanded: ['\\x', "SELECT * FROM redis_hash('user:*') WHERE _key = 'user:7';"],
  odd: ["SELECT * FROM redis_string('odd:*');"],
  error: ["SELECT nme FROM redis_hash('user:*');", 'SELECT 1 +;', '.tabels', 'SELECT * FROM nowhere;'],
  explain: [
    "EXPLAIN SELECT city, count(*) FROM redis_hash('user:*') WHERE age > 30 AND name LIKE '%7%' GROUP BY city ORDER BY 2 DESC;",
  ],
  analyze: [
    "EXPLAIN ANALYZE SELECT u.city, sum(o.total) AS total FROM redis_hash('order:*') o JOIN redis_hash('user:*') u ON u._key = 'user:' || o.\"user\" WHERE o.state = 'open' GROUP BY ALL;",
  ],
  redis: ["SELECT name FROM redis_hash('user:*') WHERE _key IN ('user:7', 'user:8');", '.redis'],
  chart: ["SELECT city, count(*) AS people FROM redis_hash('user:*') GROUP BY city ORDER BY city;", '.chart bar'],
  line: ["SELECT age, count(*) AS people FROM redis_hash('user:*') GROUP BY age ORDER BY age;", '.chart line'],
  hist: ["SELECT total FROM redis_hash('order:*');", '.chart hist'],
  'tab-tables': ['SELECT * FROM <Tab>'],
  'tab-columns': ["SELECT  FROM redis_hash('user:*');<Home><Right><Right><Right><Right><Right><Right><Right><Tab>"],
  'tab-functions': ['SELECT list_<Tab>'],
  search: ['SELECT 1;', "SELECT 'two';", '<C-r>tw'],
  settings: ['.set'],
  markdown: ['.mode markdown', "SELECT _key, name, age FROM redis_hash('user:*') ORDER BY _key LIMIT 3;"],
  syntax: ['\\h SELECT'],
  ask: ['.ask 100', "SELECT count(*) FROM redis_hash('user:*') WHERE age > 3;"],
  progress: ['SET scan_rate = 800;', "SELECT count(*) FROM redis_hash('user:*');<Wait>"],
};

const GROUNDS = {
  dark: {
    back: '#000000',
    fore: '#cccccc',
    colours: ['#000', '#cd0000', '#00cd00', '#cdcd00', '#3b78ff', '#cd00cd', '#00cdcd', '#e5e5e5'],
  },
  light: {
    back: '#ffffff',
    fore: '#000000',
    colours: ['#000', '#cd0000', '#00a000', '#a08000', '#0000ee', '#cd00cd', '#008b8b', '#777'],
  },
} as const;

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write(`usage: node scripts/screens.ts FOLDER [SCREEN …]\nscreens: ${Object.keys(SCREENS).join(' ')}\n`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
await using redis = await startRedis({ modules: true });
await load(redis);
const pictures: [string, string][] = [];
for (const [name, lines] of Object.entries(SCREENS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [columns, rows] of SIZES) {
    for (const noColour of [false, true]) await take(name, lines, columns, rows, noColour);
  }
}
writeFileSync(path.join(folder, 'index.html'), pageOf(pictures));
process.stdout.write(`${pictures.length} screens in ${folder}\n`);

/** The tour's data, and values that no terminal may obey. */
async function load(server: RunningRedis): Promise<void> {
  const [, block = ''] = /^```redis\n([^]*?)\n```$/m.exec(readFileSync(path.join(ROOT, 'docs/terminal.md'), 'utf8')) ?? [];
  for (const line of block.split('\n'))
    await server.call(...[...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word));
  await server.call('SET', 'odd:1', '\x1b[2J\x1b[31mred\x07\r\nline');
  await server.call('SET', 'odd:2', '日本語 👩‍👩‍👧 🇩🇪 e\u0301 \u202eright to left');
  await server.call('SET', 'odd:3', Buffer.from([0xff, 0xfe, 0x41]).toString('latin1'));
}

async function take(name: string, lines: readonly string[], columns: number, rows: number, isPlain: boolean): Promise<void> {
  const { NO_COLOR: _, REDQUERY_URL: __, REDIS_URL: ___, ...rest } = process.env;
  const env = (home: string) => ({ ...rest, HOME: home, REDQUERY_RC: '', ...(isPlain && { NO_COLOR: '1' }) });
  const command = [process.execPath, path.join(ROOT, 'src/bin/redquery.ts'), redis.url];
  await using terminal = await TmuxTerminal.start({ command, env, columns, rows });
  await terminal.waitFor(PROMPT);
  // What Tab offers is loaded behind the prompt.
  if (name.startsWith('tab')) await sleep(3000);
  for (const line of lines) {
    for (const [part, key] of line.matchAll(/<([^<>]+)>|[^<]+|</g)) {
      if (key === 'Wait') await pressEnterAndWait(terminal);
      else if (key !== undefined) await terminal.press(key);
      else await typeAndSee(terminal, part);
    }
    if (!/^[.\\]|;$/.test(line)) continue;
    const typed = await terminal.screen();
    await terminal.press('Enter');
    const hasEnded = (screen: string): boolean => screen !== typed && /:\d+>$|\[y\/N\]$|^\(END\)|^:$/m.test(screen.slice(-200));
    await terminal.waitUntil(hasEnded, `ended ${line}`);
  }
  await sleep(SETTLE_MS);
  const coloured = await terminal.colouredScreen();
  const file = `${name}-${columns}x${rows}${isPlain ? '-plain' : ''}`;
  writeFileSync(path.join(folder ?? '', `${file}.txt`), `${await terminal.screen()}\n`);
  writeFileSync(path.join(folder ?? '', `${file}.ansi`), `${coloured}\n`);
  pictures.push([file, coloured]);
}

async function typeAndSee(terminal: TmuxTerminal, text: string): Promise<void> {
  await terminal.type(text);
  const wanted = text.replaceAll(/\s/g, '');
  await terminal.waitUntil((screen) => screen.replaceAll(/\s/g, '').includes(wanted), `shows ${text}`);
}

async function pressEnterAndWait(terminal: TmuxTerminal): Promise<void> {
  await terminal.press('Enter');
  await terminal.waitFor(/\d+%/);
}

function pageOf(all: readonly (readonly [string, string])[]): string {
  const screens = all.flatMap(([name, text]) =>
    Object.entries(GROUNDS).map(([ground, { back, fore, colours }]) => {
      const style = `background:${back};color:${fore};padding:8px;display:inline-block;line-height:1.15`;
      return `<h3>${name}, ${ground}</h3><pre style="${style}">${htmlOf(text, fore, back, colours)}</pre>`;
    }),
  );
  return `<!doctype html><meta charset="utf-8"><title>screens</title>${screens.join('\n')}\n`;
}

function htmlOf(text: string, fore: string, back: string, colours: readonly string[]): string {
  let style = new Set<number>();
  return text
    .split(/(\x1b\[[\d;]*m)/)
    .map((part) => {
      const sgr = /^\x1b\[([\d;]*)m$/.exec(part);
      if (sgr !== null) {
        for (const code of (sgr[1] ?? '').split(';').map(Number)) style = withCode(style, code);
        return '';
      }
      const colour =
        [...style]
          .filter((code) => code >= 30 && code <= 37)
          .map((code) => colours[code - 30])
          .at(-1) ?? fore;
      const [front, ground] = style.has(7) ? [back, colour] : [colour, 'transparent'];
      const weight = `${style.has(1) ? ';font-weight:bold' : ''}${style.has(2) ? ';opacity:.6' : ''}`;
      const escaped = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return `<span style="color:${front};background:${ground}${weight}">${escaped}</span>`;
    })
    .join('');
}

/** The codes that hold behind one more of SGR (ECMA-48, 8.3.117): a colour takes the place of another. */
function withCode(style: ReadonlySet<number>, code: number): Set<number> {
  const isColour = (other: number): boolean => other >= 30 && other <= 37;
  if (code === 0) return new Set();
  if (code === 22) return new Set([...style].filter((other) => other !== 1 && other !== 2));
  if (code === 27) return new Set([...style].filter((other) => other !== 7));
  if (code === 39) return new Set([...style].filter((other) => !isColour(other)));
  return new Set([...[...style].filter((other) => !isColour(code) || !isColour(other)), code]);
}
