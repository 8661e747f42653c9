/** Where a recorded statement is answered otherwise than by PostgreSQL 15, by tool and number: a SQLSTATE, or the columns of its results. */
export const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  // ALTER TABLE … RENAME: nothing is written here.
  dbt_run_docs: { 8: '25006' },
  // SET TRANSACTION SNAPSHOT with a name that nobody exported: there are no snapshots, so none is refused.
  duckdb_postgres_ext_parallel: { 9: [''] },
  // BEGIN ISOLATION LEVEL … within a transaction that has read: PostgreSQL refuses the level (25001); here levels change nothing.
  sqlalchemy21_psycopg: { 38: [''] },
  // GROUP BY of a json column: PostgreSQL has no equality of json (42883); here it is that of its text.
  superset: { 31: ['id 20, customer 25, paid 16, tags 114, day 1082'] },
};

/** Columns of the catalog that are int4 (23) in PostgreSQL 15 and int2 (21) in 18, which answers here, by the names that tools give them. */
export const NARROWED = /\b(array_dimensions|ndim|stxstattarget|attstattarget) 23\b/g;
