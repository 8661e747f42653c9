/**
 * The questions that 162 statements of real tools ask (DBeaver, Metabase, Grafana, pgAdmin, pgcli, psql, ADBC and the list of
 * duckgres). catalog-queries.jsonl has what a PostgreSQL 15.20 with the same tables, roles and comments answered: columns with
 * their type ids, an error's SQLSTATE, and the rows where they are the same in 15 and 18. Where a version's own tables differ,
 * `postgres18` has what is right here, and `postgres15` what that one said.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog, type RunningCatalog } from '../../../src/server/catalog/catalog.ts';
import { firstWord } from '../../../src/server/catalog/rewrites.ts';
import { type Asked, ask, errorOf, TABLES } from './catalog-session.ts';

type Columns = readonly (readonly [name: string, typeOid: number])[];

interface Recorded {
  readonly client: string;
  readonly sql: string;
  /** The session's own: SET. */
  readonly skip?: string;
  readonly columns?: Columns;
  readonly postgres18?: Columns;
  readonly error?: string;
  readonly rows?: readonly (readonly (string | null)[])[];
}

const recorded = readFileSync(path.join(import.meta.dirname, 'catalog-queries.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded); // The lines are ours.

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = createCatalog();
  catalog.setTables(TABLES);
  await ask(catalog, 'select 1');
}, 60_000);
afterAll(() => catalog.close());

function columnsOf(asked: Asked): Columns {
  return asked.columns.map(({ name, typeOid }) => [name, typeOid]);
}

/** Without ORDER BY any order is right. */
function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

describe('catalog queries of real tools', () => {
  it('are all here', () => {
    expect(recorded).toHaveLength(162);
    expect(recorded.filter(({ skip }) => skip !== undefined).every(({ sql }) => firstWord(sql) === 'SET')).toBe(true);
    expect(recorded.filter(({ rows }) => rows !== undefined).length).toBeGreaterThan(90);
  });

  const asked = recorded.filter(({ skip }) => skip === undefined);

  it.each(asked.filter(({ error }) => error !== undefined))('fails as PostgreSQL does: $client: $sql', async ({ sql, error }) => {
    expect((await errorOf(ask(catalog, withoutEnd(sql)))).sqlState).toBe(error);
  });

  it.each(asked.filter(({ error }) => error === undefined))('answers as PostgreSQL does: $client: $sql', async (one) => {
    const answer = await ask(catalog, withoutEnd(one.sql));
    expect(columnsOf(answer)).toEqual(one.columns ?? one.postgres18);
    // Rows that two versions do not share, or that are many, are not recorded.
    expect(one.rows === undefined ? null : sorted(answer.rows)).toEqual(one.rows === undefined ? null : sorted(one.rows));
  });
});

/** The session takes statements apart at semicolons. */
function withoutEnd(sql: string): string {
  return sql.replace(/;\s*$/, '');
}
