/** Answers of a real PostgreSQL 15, kept in golden.json. `UPDATE_GOLDEN=1 REDQUERY_POSTGRES=postgres://… vitest run …` asks one again. */
import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { CASES, RELATION } from './cases.ts';

export type Golden =
  /** Types by oid, rows as text. */
  { readonly types: readonly number[]; readonly rows: readonly (readonly (string | null)[])[] } | { readonly error: string };

const FILE = new URL('golden.json', import.meta.url);

export async function goldenAnswers(): Promise<ReadonlyMap<string, Golden>> {
  const url = process.env['REDQUERY_POSTGRES'];
  if (process.env['UPDATE_GOLDEN'] === '1' && url !== undefined) await ask(url);
  // golden.json is written by `ask`, in this form.
  return new Map(Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Golden>));
}

async function ask(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => (text: string) => text } });
  await client.connect();
  try {
    await client.query(
      "SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres'; SET DateStyle = 'ISO, MDY'; DROP TABLE IF EXISTS t",
    );
    await client.query(RELATION);
    const lines: string[] = [];
    for (const text of CASES) lines.push(`${JSON.stringify(text)}: ${JSON.stringify(await answerOf(client, text))}`);
    writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
  } finally {
    await client.query('DROP TABLE IF EXISTS t');
    await client.end();
  }
}

async function answerOf(client: pg.Client, text: string): Promise<Golden> {
  try {
    const result = await client.query({ text, rowMode: 'array' });
    return { types: result.fields.map((field) => field.dataTypeID), rows: result.rows as (string | null)[][] };
  } catch (error) {
    return { error: error instanceof pg.DatabaseError ? (error.code ?? '') : String(error) };
  }
}
