/** The examples of docs/sql.md: what their `redis` blocks write, and what their `sql` blocks say that comes of it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { type RunningRedis, startRedis } from './support/redis-server.ts';

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

/** An index that is still being built answers nothing. */
async function indexesAreBuilt(redis: RunningRedis): Promise<void> {
  const names: unknown = await redis.call('FT._LIST');
  for (const name of Array.isArray(names) ? names : []) {
    while (!/"percent_indexed","?1\b/.test(JSON.stringify(await redis.call('FT.INFO', String(name))))) await setTimeout(10);
  }
}

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: true });
});
afterAll(() => redis.stop());

describe('docs/sql.md', () => {
  it('has examples for the tables of elements', () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
    expect(examples.filter(({ statements }) => statements.every(({ rows }) => rows.length === 0))).toEqual([]);
  });

  it.each(['redis_', 'match(', 'geo_within(', 'vector_distance('])('has rows for each function: %s', (start) => {
    const headings = [...text.matchAll(/^##+ `([a-z_]+\()/gm)].flatMap(([, name = '']) => (name.startsWith(start) ? [name] : []));
    const proven = examples.flatMap(({ statements }) => statements.filter(({ rows }) => rows.length > 0));
    expect(headings.length).toBeGreaterThan(0);
    expect(headings.filter((name) => !proven.some((statement) => statement.text.includes(name)))).toEqual([]);
  });

  // Samples and indexes of one example are not those of another: each has a session of its own.
  it.each(examples)('tells the truth of $title', async ({ commands, statements }) => {
    await redis.call('FLUSHALL');
    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      await redis.call(...words);
    }
    await indexesAreBuilt(redis);
    await using session = await connect(redis.url);
    for (const { text: statement, rows } of statements) {
      const found = await session.query(statement).rows();
      expect(
        found.map((row) => Object.values(row).map(shown).join(' ')),
        statement,
      ).toEqual(rows);
    }
  });
});
