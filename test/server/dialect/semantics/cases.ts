/** The statements whose answers are compared with PostgreSQL's: expressions over one small table, and whole queries. */
import { readFileSync } from 'node:fs';

export const RELATION = read('relation.sql');

/** Each expression is asked of every row; each query stands alone. */
export const CASES: readonly string[] = [
  ...lines('expressions.sql').map((expression) => `SELECT ${expression} FROM t ORDER BY t.id`),
  ...lines('queries.sql').map((query) => query.replace(/;$/, '')),
];

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

function lines(name: string): string[] {
  return read(name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));
}
