/** The examples of docs/sql.md: what their `redis` blocks write, and what their `sql` blocks say that comes of it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveSession, startLive } from './support/live-session.ts';

interface Example {
  readonly title: string;
  readonly commands: readonly string[];
  readonly statements: readonly { readonly text: string; readonly rows: readonly string[] }[];
}

const text = readFileSync(path.join(import.meta.dirname, '../docs/sql.md'), 'utf8');
const examples = text.split(/^## /m).flatMap((section): Example[] => {
  const commands = blocksOf(section, 'redis').flatMap((block) => block.split('\n'));
  const title = (section.split('\n')[0] ?? '').replaceAll('`', '');
  return commands.length === 0 ? [] : [{ title, commands, statements: blocksOf(section, 'sql').flatMap(statementsOf) }];
});

function blocksOf(section: string, language: string): string[] {
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, 'gm'))].map(([, block = '']) => block);
}

/** Each statement ends in `;` and a line; the lines `-- …` behind it are its rows, values separated by a blank. */
function statementsOf(block: string): Example['statements'] {
  return [...block.matchAll(/^(?!-- )([^]*?;)\n?((?:^-- .*\n?)*)/gm)].map(([, statement = '', rows = '']) => ({
    text: statement,
    rows: rows.split('\n').flatMap((line) => (line.startsWith('-- ') ? [line.slice(3)] : [])),
  }));
}

function shown(value: unknown): string {
  return value === null ? 'NULL' : String(value);
}

let live: LiveSession;

beforeAll(async () => {
  live = await startLive({}, { modules: true });
});
afterAll(() => live[Symbol.asyncDispose]());

describe('docs/sql.md', () => {
  it('has examples for the tables of elements', () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
    expect(examples.filter(({ statements }) => statements.every(({ rows }) => rows.length === 0))).toEqual([]);
  });

  it.each(examples)('tells the truth of $title', async ({ commands, statements }) => {
    const { redis, session } = live;
    await redis.call('FLUSHALL');
    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      await redis.call(...words);
    }
    for (const { text: statement, rows } of statements) {
      const found = await session.query(statement).rows();
      expect(
        found.map((row) => Object.values(row).map(shown).join(' ')),
        statement,
      ).toEqual(rows);
    }
  });
});
