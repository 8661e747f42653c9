/** What tools send, in small: statements of each kind go where they belong, and DuckDB's grammar takes those for it. */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import { routeStatement } from '../../../src/server/dialect/route.ts';
import { contextWith } from './session-context.ts';

describe.each(['catalog', 'instant', 'data'])('statements for %s', (kind) => {
  const statements = parseScript(readFileSync(new URL(`recorded/${kind}.sql`, import.meta.url), 'utf8'));

  it.each(statements.map((statement) => [statement.text, statement] as const))('%s', async (_, statement) => {
    const route = routeStatement(statement, contextWith());
    expect(route.kind).toBe(kind);
    expect(route.kind !== 'data' || (await isParsedByDuckDb(route.statement.duckText))).toBe(true);
  });
});

const connection = await (await DuckDBInstance.create(':memory:')).connect();

async function isParsedByDuckDb(text: string): Promise<boolean> {
  const extracted = await connection.extractStatements(text);
  return extracted.count === 1;
}
