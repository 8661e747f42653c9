/** The statements whose answers are compared with PostgreSQL's: expressions over one small table, and whole queries. */
import { readFileSync } from 'node:fs';

export const RELATION = read('relation.sql');

/** Each expression is asked of every row; each query stands alone. */
export const CASES: readonly string[] = [
  ...lines('expressions.sql').map(statementFrom),
  ...lines('queries.sql').map((query) => query.replace(/;$/, '')),
];

/** Gives the statement of an expression; a query is one already. */
export function statementFrom(text: string): string {
  return /^\(?(SELECT|WITH|VALUES|TABLE) /.test(text) ? text : `SELECT ${text} FROM t ORDER BY t.id`;
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

function lines(name: string): string[] {
  return read(name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));
}
