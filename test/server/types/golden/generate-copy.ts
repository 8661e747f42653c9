/** Writes copy.json beside it: the bytes of COPY TO STDOUT of a real PostgreSQL 15, by psql. Run as generate.ts. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { COPY_CASES } from './copy-cases.ts';

const PSQL = process.env['PSQL'] ?? 'psql';
const golden: Record<string, string> = {};
const { escapeIdentifier, escapeLiteral } = pg.Client.prototype;
for (const { name, columns, sql } of COPY_CASES) {
  const rowCount = columns[0]?.values.length ?? 0;
  const rows = Array.from({ length: Math.max(rowCount, 1) }, (_, row) => {
    const cells = columns.map(({ type, values }) => {
      const value = values[row] ?? null;
      return `${value === null ? 'NULL' : escapeLiteral(value)}::${type}`;
    });
    return `(${cells.join(', ')})`;
  });
  const names = columns.map((column) => escapeIdentifier(column.name)).join(', ');
  const query = `SELECT * FROM (VALUES ${rows.join(', ')}) AS t(${names})${rowCount === 0 ? ' WHERE false' : ''}`;
  const bytes = execFileSync(PSQL, [
    '-X',
    '-q',
    '-d',
    'postgres',
    '-c',
    `SET timezone = 'UTC'`,
    '-c',
    `COPY (${query}) TO STDOUT (${sql})`,
  ]);
  golden[name] = bytes.toString('base64');
}
writeFileSync(new URL('copy.json', import.meta.url), `${JSON.stringify(golden, null, 2)}\n`);
