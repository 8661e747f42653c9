/** Asks a session what it has: tables, functions, settings, indexes. Short statements with an end; rows become facts. */
import type { Session } from '../../../engine/index.ts';
import type { Parameters } from '../../../sql/index.ts';
import { typeName } from '../../../types/index.ts';
import type { ColumnFact, FunctionFact, IndexFact, SettingFact, TableFact } from './facts.ts';

/** Longest that one of these statements may take, ms. */
const PATIENCE_MS = 2_000;
/** More columns of a session's tables than these are not listed. */
const MOST_COLUMNS = 20_000;

const TABLES = `SELECT t.name, t.kind, c.column_name, c.data_type
FROM (SELECT view_name AS name, 'view' AS kind FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
      UNION ALL
      SELECT table_name, 'table' FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()) t
LEFT JOIN (SELECT * FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()) c ON c.table_name = t.name
ORDER BY t.name, c.column_index LIMIT ${MOST_COLUMNS}`;

/** Operators and what is internal by its name are left out; of the forms of a function the shortest is shown. */
const FUNCTIONS = `SELECT function_name AS name, function_type AS kind,
  first(parameters ORDER BY len(parameters)) AS parameters,
  max(len(parameters) + len(parameter_types)) = 0 AND bool_and(varargs IS NULL) AS is_bare,
  CASE WHEN count(DISTINCT return_type) = 1 THEN any_value(return_type) END AS return_type, NOT bool_and(internal) AS is_own
FROM duckdb_functions()
WHERE function_type <> 'pragma' AND regexp_full_match(function_name, '[A-Za-z][A-Za-z0-9_]*')
  AND (internal = $internal OR NOT internal AND database_name = current_database())
GROUP BY ALL ORDER BY ALL`;

/** Settings of DuckDB that a session may change (docs/sql.md). */
const SETTINGS = `SELECT name, value FROM duckdb_settings()
WHERE name IN ('TimeZone', 'Calendar', 'default_order', 'default_null_order', 'integer_division') ORDER BY name`;

const INDEXES = 'SELECT name, key_type, num_docs, attributes FROM redis_indexes()';

type Rows = readonly Readonly<Record<string, unknown>>[];

async function rowsOf(session: Session, text: string, signal: AbortSignal, parameters?: Parameters): Promise<Rows> {
  return await session.query(text, parameters, { signal, timeoutMs: PATIENCE_MS }).rows();
}

/** @throws {RedQueryError} as a statement. */
export async function tablesOf(session: Session, signal: AbortSignal): Promise<readonly TableFact[]> {
  const columns = new Map<string, { kind: TableFact['kind']; columns: ColumnFact[] }>();
  for (const row of await rowsOf(session, TABLES, signal)) {
    const name = String(row['name']);
    const table = columns.get(name) ?? { kind: row['kind'] === 'view' ? 'view' : 'table', columns: [] };
    columns.set(name, table);
    if (row['column_name'] !== null) table.columns.push({ name: String(row['column_name']), type: String(row['data_type']) });
  }
  return [...columns].map(([name, table]) => ({ name, ...table }));
}

/**
 * @param internal with DuckDB's own ones, which are always the same; else the session's macros only.
 * @throws {RedQueryError} as a statement.
 */
export async function functionsOf(session: Session, internal: boolean, signal: AbortSignal): Promise<readonly FunctionFact[]> {
  return (await rowsOf(session, FUNCTIONS, signal, { internal })).map((row) => ({
    name: String(row['name']).toLowerCase(),
    kind: functionKind(row['kind']),
    parameters: Array.isArray(row['parameters']) ? row['parameters'].map(String) : [],
    isBare: row['is_bare'] === true,
    returnType: typeof row['return_type'] === 'string' ? row['return_type'] : null,
    isOwn: row['is_own'] === true,
  }));
}

function functionKind(kind: unknown): FunctionFact['kind'] {
  if (kind === 'table' || kind === 'table_macro') return 'table';
  return kind === 'aggregate' || kind === 'macro' ? kind : 'scalar';
}

/** @throws {RedQueryError} as a statement. */
export async function settingsOf(session: Session, signal: AbortSignal): Promise<readonly SettingFact[]> {
  const rows = await rowsOf(session, SETTINGS, signal);
  return rows.map((row) => ({ name: String(row['name']), value: String(row['value']) }));
}

/** @throws {RedQueryError} as a statement. */
export async function indexesOf(session: Session, signal: AbortSignal): Promise<readonly IndexFact[]> {
  return (await rowsOf(session, INDEXES, signal)).map((row) => ({
    name: String(row['name']),
    keyType: String(row['key_type']),
    documents: Number(row['num_docs'] ?? 0),
    attributes: attributesFrom(String(row['attributes'])),
  }));
}

function attributesFrom(json: string): ColumnFact[] {
  const list: unknown = JSON.parse(json);
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('attribute' in one)) return [];
    return [{ name: String(one.attribute), type: 'type' in one ? String(one.type) : '' }];
  });
}

/**
 * Gives the columns of a query. Keys are sampled where it does not declare them.
 * @throws {RedQueryError} as a statement.
 */
export async function columnsOf(session: Session, query: string, signal: AbortSignal): Promise<readonly ColumnFact[]> {
  const result = session.query(query, undefined, { signal, timeoutMs: PATIENCE_MS });
  try {
    return (await result.schema()).map(({ name, type }) => ({ name, type: typeName(type) }));
  } finally {
    await result.close();
  }
}
