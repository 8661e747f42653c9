/**
 * What real tools send, statement by statement, over the shop's tables: statements/TOOL.sql, each with the parameters that it had.
 * postgres15.json holds what a real PostgreSQL 15 makes of each (REDQUERY_CLIENTS_TARGET=postgres UPDATE_GOLDEN=1 writes it);
 * where we differ on purpose, differences.ts says so. No statement may end the connection, or fail for a reason of ours.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IS_POSTGRES, startTarget, type Target } from '../../clients/support/target.ts';
import { DIFFERENCES, NARROWED } from './differences.ts';

const FOLDER = path.join(import.meta.dirname, 'statements');
const GOLDEN = path.join(import.meta.dirname, 'postgres15.json');
const LIMIT_MS = 120_000;

interface Recorded {
  readonly number: string;
  readonly isExtended: boolean;
  readonly values: readonly string[];
  readonly text: string;
}

/** The columns of each result with the ids of their types, or what it failed with. */
type Outcome = readonly string[] | string;
type Golden = Record<string, Record<string, Outcome>>;

const tools = readdirSync(FOLDER).map((name) => name.replace('.sql', ''));
// Written by this test.
const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden;

let target: Target;

beforeAll(async () => {
  target = await startTarget();
}, LIMIT_MS);
afterAll(async () => {
  await target.stop();
  if (IS_POSTGRES && process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, `${JSON.stringify(golden, null, 1)}\n`);
});

function recordedBy(tool: string): Recorded[] {
  const text = readFileSync(path.join(FOLDER, `${tool}.sql`), 'utf8');
  return text
    .split(/^-- \[(?=\d+\] )/m)
    .slice(1)
    .map((block) => {
      const [, number = '', kind, given = '', body = ''] =
        /^(\d+)\] (\w+)\n(?:-- parameters: (.*)\n)?([^]*?)\n;\n*$/.exec(block) ?? [];
      const values = [...given.matchAll(/\$\d+ = '((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
      return { number, isExtended: kind === 'extended', values, text: body };
    });
}

async function outcomeOf(client: pg.Client, { text, values, isExtended }: Recorded): Promise<Outcome> {
  const query = { text, values: [...values], ...(isExtended && { queryMode: 'extended' }) };
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(query);
    return [answer].flat().map(({ fields }) => fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`).join(', '));
  } catch (error) {
    // Cursors and transactions of the tool's own go with it, there as here.
    await client.query('ROLLBACK');
    return error instanceof pg.DatabaseError ? (error.code ?? 'no code') : String(error);
  }
}

async function outcomesOf(tool: string): Promise<Record<string, Outcome>> {
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  const outcomes: Record<string, Outcome> = {};
  for (const recorded of recordedBy(tool)) {
    // Statements were recorded once each, however often they ran: the BEGIN before a cursor may be missing here.
    if (/^\s*declare (?!.*with hold)/i.test(recorded.text)) await client.query('ROLLBACK; BEGIN');
    outcomes[recorded.number] = await outcomeOf(client, recorded);
  }
  await client.end();
  return outcomes;
}

function expectedOf(tool: string): Record<string, Outcome> {
  const expected: Record<string, Outcome> = {};
  for (const [number, outcome] of Object.entries({ ...golden[tool], ...DIFFERENCES[tool] }))
    expected[number] = typeof outcome === 'string' ? outcome : outcome.map((columns) => columns.replace(NARROWED, '$1 21'));
  return expected;
}

describe('recorded statements', () => {
  it('has what many tools send', () => {
    expect(tools.length).toBeGreaterThan(30);
    expect(tools.flatMap(recordedBy).length).toBeGreaterThan(500);
  });

  it.each(tools)(
    'answers as PostgreSQL does: %s',
    async (tool) => {
      const outcomes = await outcomesOf(tool);
      if (IS_POSTGRES) golden[tool] = outcomes;
      expect(Object.values(outcomes).filter((outcome) => outcome === 'XX000' || /Error/.test(String(outcome)))).toEqual([]);
      expect(outcomes).toEqual(IS_POSTGRES ? golden[tool] : expectedOf(tool));
    },
    LIMIT_MS,
  );
});
