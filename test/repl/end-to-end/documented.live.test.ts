/**
 * The tour of docs/terminal.md: its `redis` block is loaded, the lines `> …` of its `terminal` blocks are typed, and what a real
 * terminal then shows is compared with what stands there, times and sizes aside. UPDATE_GOLDEN=1 writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import { answerTo, startTerminal } from '../../support/tmux.ts';

const FILE = path.resolve(import.meta.dirname, '../../../docs/terminal.md');
const COLUMNS = 110;
/** So high that nothing is too long for it. */
const ROWS = 200;

const BLOCK = /^```terminal\n([^]*?)\n```$/gm;

/** The lines that are typed in a block. */
function typedIn(block: string): string[] {
  return [...block.matchAll(/^> (.*)$/gm)].map(([, typed = '']) => typed);
}

/** What differs from one run to the next: times, sizes that go with them, and which keys were in a sample, and how many. */
function comparable(text: string): string {
  return text
    .replaceAll(/^note: The columns of .* (?:were up|the sample was ended after .*)\.\n/gm, '')
    .replaceAll(/sample of [\d,]+ keys/g, 'sample of N keys')
    .replaceAll(/[\d,.]+ (?:(?:µs|ms|s) )?of [\d,.]+ (?:µs|ms|s)\b/g, 'N of N ms')
    .replaceAll(/[\d,.]+ (µs|ms|s)\b/g, 'N ms')
    .replaceAll(/[\d,.]+ (B|kB|MB)\b/g, 'N kB')
    .replaceAll(/[\d,]+ round trips?/g, 'N round trips')
    .replaceAll(/ [\w ]+, [\w ]+, [\w ]+$/gm, ' EXAMPLES')
    .replaceAll(/[▁▂▃▄▅▆▇█▉▊▋▌▍▎▏]+/g, '█')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/─+/g, '─');
}

async function load(redis: RunningRedis, text: string): Promise<void> {
  const [, block = ''] = /^```redis\n([^]*?)\n```$/m.exec(text) ?? [];
  for (const line of block.split('\n')) {
    await redis.call(...[...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word));
  }
}

it('shows what docs/terminal.md says that it shows', async () => {
  const text = readFileSync(FILE, 'utf8');
  await using redis = await startRedis({ modules: true });
  await load(redis, text);
  await using terminal = await startTerminal({ args: [redis.url], columns: COLUMNS, rows: ROWS });
  const blocks: string[] = [];
  for (const [, block = ''] of text.matchAll(BLOCK)) {
    const parts: string[] = [];
    for (const typed of typedIn(block))
      parts.push(`> ${typed}\n${(await answerTo(terminal, typed)).trimEnd().replaceAll(`:${redis.port}`, ':6379')}`.trimEnd());
    blocks.push(parts.join('\n\n'));
    await terminal.type('.clear');
    await terminal.press('Enter');
  }
  const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
  const written = [...text.matchAll(BLOCK)].map(([, block = '']) => block);
  expect(written.length).toBeGreaterThan(5);
  const rest = [...blocks];
  if (isUpdate)
    writeFileSync(
      FILE,
      text.replaceAll(BLOCK, () => `\`\`\`terminal\n${rest.shift() ?? ''}\n\`\`\``),
    );
  expect(blocks.map(comparable)).toEqual((isUpdate ? blocks : written).map(comparable));
});
