/** Each statement is rewritten, run by DuckDB, and compared with the answer that PostgreSQL 15 gave. */
import { readFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataStatement } from '../../../src/server/dialect/data-statement.ts';
import { MACROS } from '../../../src/server/dialect/macros.ts';
import { relationsOf } from '../../../src/server/dialect/relations.ts';
import { nodeOf } from '../../../src/server/dialect/tree.ts';
import type { DataStatement } from '../../../src/server/words.ts';
import { CASES, RELATION, statementFrom } from './semantics/cases.ts';
import { type Golden, goldenAnswers } from './semantics/golden.ts';
import { KNOWN_DIFFERENCES } from './semantics/known-differences.ts';
import { isSameValue } from './semantics/same-answer.ts';
import { factsWith, statementOf } from './session-context.ts';

const golden = await goldenAnswers();
const made = new Set<string>();
let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  // As the server sets its sessions.
  await connection.run("SET TimeZone = 'UTC'; SET integer_division = true; SET default_null_order = 'postgres'");
  await connection.run(RELATION);
});

describe('answers', () => {
  const known = new Set(KNOWN_DIFFERENCES.map(statementFrom));

  it.each(CASES.filter((text) => !known.has(text)))('%s', async (text) => {
    expect(await differenceOf(text)).toBeNull();
  });

  // jsonb is written anew for the client.
  const builders = CASES.filter((text) => /\b(json_agg|json_build|json_object_agg|row_to_json|to_json)\b/.test(text));
  it.each(builders)('are the same to the letter for %s', async (text) => {
    const expected = golden.get(text);
    const rows = (await answerOf(text)).map((row) => row.map((value) => (value === null ? null : String(value))));
    expect({ ...expected, rows }).toEqual(expected);
  });

  it.each(KNOWN_DIFFERENCES)('differ still for %s', async (text) => {
    expect(CASES).toContain(statementFrom(text));
    expect(await differenceOf(statementFrom(text))).not.toBeNull();
  });

  it('that differ stand in docs/postgres.md', () => {
    const page = readFileSync(new URL('../../../docs/postgres.md', import.meta.url), 'utf8');
    expect(KNOWN_DIFFERENCES.filter((text) => !page.includes(text.replaceAll('|', '\\|')) && !page.includes(text))).toEqual([]);
  });
});

/** What is different, in words; null: nothing is. */
async function differenceOf(text: string): Promise<string | null> {
  const expected = golden.get(text);
  if (expected === undefined) return 'golden.json has no answer';
  try {
    return compare(expected, await answerOf(text));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'error' in expected ? compareErrors(expected.error, error) : error.message;
  }
}

async function answerOf(text: string): Promise<readonly (readonly unknown[])[]> {
  const data = engineStatement(text);
  for (const name of data.macros) await make(name);
  return (await connection.runAndReadAll(data.duckText)).getRowsJson();
}

/** What the engine would run, also where the catalog would be asked as the statement reads no table. */
function engineStatement(text: string): DataStatement {
  const statement = statementOf(text);
  const tree = statement.tree === null ? null : nodeOf(statement.tree);
  if (tree === null || !('SelectStmt' in tree)) throw new Error('not a query of PostgreSQL');
  return dataStatement(statement, tree, relationsOf(tree), factsWith());
}

async function make(name: string): Promise<void> {
  if (made.has(name)) return;
  made.add(name);
  await connection.run(MACROS.get(name) ?? '');
}

function compare(expected: Golden, rows: readonly (readonly unknown[])[]): string | null {
  if ('error' in expected) return `PostgreSQL gives ${expected.error}, DuckDB ${JSON.stringify(rows)}`;
  const isSame =
    rows.length === expected.rows.length &&
    expected.rows.every((row, at) =>
      row.every((value, column) => isSameValue(value, rows[at]?.[column], expected.types[column] ?? 0)),
    );
  return isSame ? null : `PostgreSQL gives ${JSON.stringify(expected.rows)}, DuckDB ${JSON.stringify(rows)}`;
}

/** An error is the same where the division is by zero in both; the codes of the others are made elsewhere. */
function compareErrors(sqlState: string, error: Error): string | null {
  if ('sqlState' in error) return error.sqlState === sqlState ? null : `it is refused before it runs: ${error.message}`;
  return (sqlState === '22012') === /division by zero/.test(error.message) ? null : error.message;
}
