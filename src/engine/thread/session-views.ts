/** Reads the bodies of a session's views out of its catalog, inside the statement's own transaction. */
import { RedQueryError } from '../../errors.ts';
import { type SessionView, tableNamesIn } from '../../planner/aggregates/view-bodies.ts';
import { classifyStatement } from '../../sql/classify.ts';
import { closingIndex, isSymbol, isWord, type Token, tokensOf } from '../../sql/lexer.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Connection, readText } from '../duckdb.ts';

/**
 * Names and texts of the views that a name without a catalog means; nothing where a temporary table or view may stand before
 * one of them.
 */
const VIEWS = `SELECT to_json(list([view_name, sql])) FROM duckdb_views()
  WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
    AND NOT EXISTS (SELECT 1 FROM duckdb_tables() WHERE temporary)
    AND NOT EXISTS (SELECT 1 FROM duckdb_views() WHERE temporary AND NOT internal)`;

/**
 * Gives the views that a statement comes upon, directly or through others, by their names in lower case.
 * @param astJson the answer of json_serialize_sql to the statement.
 */
export async function viewsReadBy(connection: Connection, astJson: string): Promise<ReadonlyMap<string, SessionView>> {
  const found = new Map<string, SessionView>();
  const waiting = [...tableNamesIn(astJson)];
  const texts = waiting.length === 0 ? new Map<string, string>() : await viewTexts(connection);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const text = texts.get(name);
    if (text === undefined || found.has(name)) continue;
    const view = await viewFrom(connection, text);
    found.set(name, view);
    waiting.push(...tableNamesIn(view.astJson));
  }
  return found;
}

async function viewTexts(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const answer: unknown = JSON.parse((await readText(connection, VIEWS)) ?? '[]');
  const rows = Array.isArray(answer) ? answer.filter(Array.isArray) : [];
  return new Map(rows.map(([name, text]) => [String(name).toLowerCase(), String(text)]));
}

/** @param text a CREATE VIEW as DuckDB prints it. */
async function viewFrom(connection: Connection, text: string): Promise<SessionView> {
  const cut = cutText(text);
  // Without a body no view is looked into.
  if (cut === null) return { astJson: '', columns: [] };
  const astJson = await readText(connection, `SELECT json_serialize_sql(${quoteLiteral(cut.body)})`);
  return { astJson: astJson ?? '', columns: cut.columns };
}

function cutText(text: string): { readonly body: string; readonly columns: readonly string[] } | null {
  try {
    const offset = classifyStatement(text).target?.bodyOffset ?? null;
    return offset === null ? null : { body: text.slice(offset), columns: namesGiven(text) };
  } catch (error) {
    // What another printed need not be what our lexer reads.
    if (error instanceof RedQueryError) return null;
    throw error;
  }
}

/** Gives what stands in brackets before AS. */
function namesGiven(text: string): string[] {
  const tokens = tokensOf(text);
  const as = tokens.findIndex((token) => isWord(token, 'as'));
  const open = tokens.findIndex((token) => isSymbol(token, '('));
  if (open < 0 || open > as) return [];
  const names = tokens.slice(open + 1, closingIndex(tokens, open)).filter((token) => !isSymbol(token, ','));
  return names.map((token) => nameOf(token, text));
}

function nameOf({ kind, value, start, end }: Token, text: string): string {
  return kind === 'identifier' ? text.slice(start, end) : value;
}
