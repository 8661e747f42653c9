/**
 * The names that a statement uses, out of DuckDB's own parse of it (json_serialize_sql): nothing that is written in another way,
 * in quotes, with comments or as a method of a value, is missed. It reads trees; it judges nothing (sandbox.ts does).
 */
import { RedQueryError } from '../../../errors.ts';
import { parseLosslessJson } from '../../../planner/plan/lossless-json.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { offsetFromBytes } from '../../../sql/splice.ts';
import { type Connection, readText } from '../../duckdb.ts';

/** A name, where it stands (UTF-16; null: not known), and what stands before it. */
export interface UsedName {
  /** In lower case. */
  readonly name: string;
  /** Catalog and schema, lower case, without those that are not given. */
  readonly qualifiers: readonly string[];
  readonly position: number | null;
}

export interface StatementNames {
  readonly tables: readonly UsedName[];
  /** Scalar functions, aggregates, window functions, macros; operators, too. */
  readonly functions: readonly UsedName[];
  readonly tableFunctions: readonly UsedName[];
  /** Of WITH. */
  readonly commonTables: readonly UsedName[];
  /** SHOW and DESCRIBE of something that is no query: `"tables"`, `__show_tables_expanded`, … */
  readonly shows: readonly UsedName[];
  /** Types with a catalog or schema before them. */
  readonly types: readonly UsedName[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/**
 * Reads the names of a text that is one SELECT to DuckDB: also FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, PIVOT … IN.
 * @throws {RedQueryError} RQ_SYNTAX, with DuckDB's words; RQ_FORBIDDEN where it is another statement, or several.
 */
export async function namesUsedIn(connection: Connection, text: string): Promise<StatementNames> {
  const options = 'skip_null := true, skip_empty := true, skip_default := true';
  const json = await readText(connection, `SELECT json_serialize_sql(${quoteLiteral(text)}, ${options})`);
  // What is no JSON is refused like what is no SELECT: nothing of it would be seen.
  const answer = parseLosslessJson(json ?? '{}');
  if (!isRecord(answer) || answer['error'] !== false) throw refusalOf(answer, text);
  const { statements } = answer;
  if (!Array.isArray(statements) || statements.length !== 1)
    throw new RedQueryError('RQ_FORBIDDEN', 'give one statement at a time');
  const names: Mutable<StatementNames> = {
    tables: [],
    functions: [],
    tableFunctions: [],
    commonTables: [],
    shows: [],
    types: [],
  };
  collect(statements[0], text, names);
  return names;
}

function refusalOf(answer: unknown, text: string): RedQueryError {
  const { error_type: type, error_message: message, position } = isRecord(answer) ? answer : {};
  if (type !== 'parser' && type !== 'syntax') {
    return new RedQueryError('RQ_FORBIDDEN', `a user of the server cannot run this statement${ONLY}`, {
      hint: 'A PIVOT names its values: PIVOT t ON year IN (2024, 2025) USING sum(n).',
    });
  }
  const at = Number(position);
  // The parser counts characters.
  const offset = Number.isSafeInteger(at) ? [...text].slice(0, at).join('').length : null;
  return new RedQueryError('RQ_SYNTAX', String(message), offset === null ? {} : { position: offset });
}

const ONLY = ': SELECT, DESCRIBE, EXPLAIN, CREATE VIEW, DROP VIEW, CREATE MACRO and SET are there';

function collect(node: unknown, text: string, names: Mutable<StatementNames>, isTableFunction = false): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, text, names);
    return;
  }
  if (!isRecord(node)) return;
  const { type } = node;
  if (typeof node['function_name'] === 'string') {
    const used = usedName(node['function_name'], [node['catalog'], node['schema']], node, text);
    (isTableFunction ? names.tableFunctions : names.functions).push(used);
  }
  if (type === 'BASE_TABLE') {
    names.tables.push(usedName(node['table_name'], [node['catalog_name'], node['schema_name']], node, text));
  } else if (type === 'SHOW_REF' && !isRecord(node['query'])) {
    names.shows.push(usedName(node['table_name'], [node['catalog_name'], node['schema_name']], node, text));
  } else if (type === 'UNBOUND_TYPE_INFO') {
    names.types.push(usedName(node['name'], [node['catalog'], node['schema']], node, text));
  }
  const { cte_map: common } = node;
  if (isRecord(common) && Array.isArray(common['map'])) {
    for (const entry of common['map']) if (isRecord(entry)) names.commonTables.push(usedName(entry['key'], [], entry, text));
  }
  for (const [key, child] of Object.entries(node)) collect(child, text, names, type === 'TABLE_FUNCTION' && key === 'function');
}

function usedName(name: unknown, qualifiers: readonly unknown[], node: Record<string, unknown>, text: string): UsedName {
  const given = qualifiers.filter((part): part is string => typeof part === 'string' && part !== '');
  const at = Number(node['query_location']);
  const isKnown = node['query_location'] !== undefined && at >= 0 && at < Buffer.byteLength(text);
  return {
    name: String(name).toLowerCase(),
    qualifiers: given.map((part) => part.toLowerCase()),
    position: isKnown ? offsetFromBytes(text, at) : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
