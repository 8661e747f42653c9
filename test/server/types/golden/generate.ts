/**
 * Writes values.json beside it: what a real PostgreSQL 15 says to the cases. Run with the usual variables set:
 * PGHOST=… PGPORT=… PGUSER=postgres node test/server/types/golden/generate.ts
 */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { REFUSED, STYLED_TYPES, STYLES, VALUES } from './cases.ts';

const client = new pg.Client({ database: 'postgres' });
await client.connect();

async function setStyle(style: Readonly<Record<string, string>>): Promise<void> {
  await client.query("RESET ALL; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET extra_float_digits = 1");
  for (const [name, value] of Object.entries(style)) await client.query('SELECT set_config($1, $2, false)', [name, value]);
}

async function typeFacts(type: string) {
  // A column of a table knows oid and modifier.
  await client.query(`DROP TABLE IF EXISTS pg_temp.one; CREATE TEMP TABLE one (v ${type})`);
  const { rows } = await client.query(
    `SELECT atttypid::int4 AS oid, atttypmod AS modifier, typsend::text AS send FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
     WHERE attrelid = 'pg_temp.one'::regclass AND attname = 'v'`,
  );
  return rows[0] as { oid: number; modifier: number; send: string };
}

async function ask(type: string, send: string, input: string) {
  const { rows } = await client.query(
    `SELECT format('%s', v) AS text, encode(${send}(v), 'hex') AS binary FROM (SELECT CAST($1::text AS ${type}) AS v) AS one`,
    [input],
  );
  return rows[0] as { text: string; binary: string };
}

/** What PostgreSQL gives for a text, or how it refuses it. */
async function verdict(type: string, send: string, input: string): Promise<object> {
  try {
    return await ask(type, send, input);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { sqlState: error.code, message: error.message };
  }
}

const lines: string[] = [];
async function record(type: string, inputs: readonly string[], style: Readonly<Record<string, string>>): Promise<void> {
  await setStyle(style);
  const { oid, modifier, send } = await typeFacts(type);
  for (const input of inputs) {
    lines.push(JSON.stringify({ type, oid, modifier, style, input, ...(await verdict(type, send, input)) }));
  }
}

for (const [type, inputs] of Object.entries(VALUES)) await record(type, [...inputs, ...(REFUSED[type] ?? [])], {});
for (const [type, inputs] of Object.entries(REFUSED)) if (VALUES[type] === undefined) await record(type, inputs, {});
for (const style of STYLES) {
  const types = STYLED_TYPES[Object.keys(style)[0] ?? ''] ?? [];
  for (const type of types) await record(type, VALUES[type] ?? [], style);
}
await client.end();
writeFileSync(new URL('values.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
process.stdout.write(`${lines.length} cases\n`);
