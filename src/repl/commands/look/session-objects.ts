/** The views, tables and macros of the session, out of its own catalog; those of DuckDB itself are left out. */
import type { Row } from '../../../engine/index.ts';
import { closingIndex, isName, isSymbol, quoteIdentifier, type Token, tokensOf, untagName } from '../../../sql/index.ts';
import type { Shell } from '../../words.ts';
import { untilAborted } from '../waiting.ts';

export interface SessionObject {
  readonly name: string;
  readonly kind: 'view' | 'table' | 'macro';
  /** Null for macros. */
  readonly columnCount: number | null;
  /** Of tables. */
  readonly rowCount: number | null;
  /** What makes it again, without rows, with its semicolon. */
  readonly sql: string;
  /** The calls of `redis_…` in it, as they are written there. */
  readonly calls: readonly string[];
  /** All names in it, in lower case. */
  readonly mentions: ReadonlySet<string>;
}

const OWN = "database_name = current_database() AND schema_name = 'main' AND NOT internal";
const VIEWS = `SELECT view_name AS name, column_count, sql FROM duckdb_views() WHERE ${OWN} ORDER BY ALL`;
const TABLES = `SELECT table_name AS name, column_count, estimated_size, sql FROM duckdb_tables() WHERE ${OWN} ORDER BY ALL`;
const MACROS = `SELECT function_name AS name, function_type, parameters, macro_definition FROM duckdb_functions()
  WHERE ${OWN} ORDER BY ALL`;

/** Runs a statement about the catalog and gives its rows. @throws {RedQueryError} as a statement; RQ_CANCELLED. */
export async function catalogRows(shell: Shell, signal: AbortSignal, text: string): Promise<Row[]> {
  const session = await untilAborted(signal, shell.session());
  return await session.query(text, undefined, { signal }).rows();
}

/** Lists views, then tables, by name. */
export async function tablesOf(shell: Shell, signal: AbortSignal): Promise<readonly SessionObject[]> {
  const views = await catalogRows(shell, signal, VIEWS);
  const tables = await catalogRows(shell, signal, TABLES);
  return [
    ...views.map((row) => objectFrom('view', row, untagName(textIn(row, 'sql')))),
    ...tables.map((row) => objectFrom('table', row, textIn(row, 'sql'))),
  ];
}

/** Lists macros by name. */
export async function macrosOf(shell: Shell, signal: AbortSignal): Promise<readonly SessionObject[]> {
  const rows = await catalogRows(shell, signal, MACROS);
  // Calls are numbered (docs/decisions/0005): the number is ours and not the user's.
  return rows.map((row) => {
    const parameters = listIn(row, 'parameters').map(quoteIdentifier).join(', ');
    const body = untagName(textIn(row, 'macro_definition'));
    const table = textIn(row, 'function_type') === 'table_macro' ? 'TABLE ' : '';
    return objectFrom('macro', row, `CREATE MACRO ${quoteIdentifier(textIn(row, 'name'))}(${parameters}) AS ${table}${body};`);
  });
}

function objectFrom(kind: SessionObject['kind'], row: Row, sql: string): SessionObject {
  return {
    name: textIn(row, 'name'),
    kind,
    columnCount: numberIn(row, 'column_count'),
    rowCount: numberIn(row, 'estimated_size'),
    sql,
    calls: redisCallsOf(sql),
    mentions: new Set(
      tokensIn(sql)
        .filter(isName)
        .map(({ value }) => value.toLowerCase()),
    ),
  };
}

/** Gives the calls of redis_… functions in a text, in order. */
function redisCallsOf(sql: string): string[] {
  const tokens = tokensIn(sql);
  return tokens.flatMap((token, at) => {
    if (!isName(token) || !/^redis_/i.test(token.value) || !isSymbol(tokens[at + 1], '(')) return [];
    const end = tokens[closingIndex(tokens, at + 1)]?.end;
    return end === undefined ? [] : [sql.slice(token.start, end)];
  });
}

/** What DuckDB prints need not be what our lexer reads: then there are none. */
function tokensIn(sql: string): readonly Token[] {
  try {
    return tokensOf(sql);
  } catch {
    return [];
  }
}

/** A call with its first argument alone: `redis_hash('user:*', …)`. */
export function shortCall(call: string): string {
  const tokens = tokensOf(call);
  const [, , first, behind] = tokens;
  if (first === undefined || behind === undefined || first.value === ')') return call;
  return behind.value === ')' ? call : `${call.slice(0, first.end)}, …)`;
}

export function textIn(row: Row, name: string): string {
  const value = row[name];
  return value === null || value === undefined ? '' : String(value);
}

export function numberIn(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

export function listIn(row: Row, name: string): string[] {
  const value = row[name];
  return Array.isArray(value) ? value.map(String) : [];
}
