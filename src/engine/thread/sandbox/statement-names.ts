/**
 * The names that a statement uses, out of DuckDB's own parse of it (json_serialize_sql): nothing that is written in another way,
 * in quotes, with comments or as a method of a value, is missed. It reads trees; it judges nothing (sandbox.ts does).
 */
import { RedQueryError } from '../../../errors.ts';
import { parseLosslessJson } from '../../../planner/plan/lossless-json.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { type Connection, readText } from '../../duckdb.ts';
import { type Expansion, expansion } from './expansion.ts';

/** A name, where it stands, and what stands before it. */
export interface UsedName {
  /** In lower case. */
  readonly name: string;
  /** Catalog and schema, lower case, without those that are not given. */
  readonly qualifiers: readonly string[];
  /** In the text's UTF-8; null: not known. */
  readonly byteOffset: number | null;
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
  /** How it grows when it is bound. */
  readonly expansion: Expansion;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/**
 * Reads the names of a text that is one SELECT to DuckDB: also FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, PIVOT … IN.
 * @param mayBeMacro told a function's name in lower case.
 * @throws {RedQueryError} RQ_SYNTAX, with DuckDB's words; RQ_FORBIDDEN where it is another statement, or several.
 */
export async function namesUsedIn(
  connection: Connection,
  text: string,
  mayBeMacro: (name: string) => boolean,
): Promise<StatementNames> {
  const options = 'skip_null := true, skip_empty := true, skip_default := true';
  const json = await readText(connection, `SELECT json_serialize_sql(${quoteLiteral(text)}, ${options})`);
  // What is no JSON is refused like what is no SELECT: nothing of it would be seen.
  const answer = parseLosslessJson(json ?? '{}');
  if (!isRecord(answer) || answer['error'] !== false) throw refusalOf(answer, text);
  const { statements } = answer;
  if (!Array.isArray(statements) || statements.length !== 1)
    throw new RedQueryError('RQ_FORBIDDEN', 'give one statement at a time');
  const collector = new NameCollector(mayBeMacro);
  collector.collect(statements[0], collector.names.expansion);
  return collector.names;
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

/** Walks DuckDB's tree. What it finds goes to `names`; what multiplies is a part of `into`. */
class NameCollector {
  readonly names: Mutable<StatementNames>;
  readonly #mayBeMacro: (name: string) => boolean;

  constructor(mayBeMacro: (name: string) => boolean) {
    this.#mayBeMacro = mayBeMacro;
    this.names = {
      tables: [],
      functions: [],
      tableFunctions: [],
      commonTables: [],
      shows: [],
      types: [],
      expansion: expansion(),
    };
  }

  collect(node: unknown, into: Expansion, isTableFunction = false): void {
    if (Array.isArray(node)) {
      for (const item of node) this.collect(item, into);
      return;
    }
    if (!isRecord(node)) return;
    this.#note(node, isTableFunction);
    const { type } = node;
    const part = this.#partOf(node);
    if (part !== null) into.parts.push(part);
    const target = part ?? into;
    if (typeof node['class'] === 'string') target.own += 1;
    if (type === 'COLUMN_REF') target.references += 1;
    for (const [key, child] of Object.entries(node)) this.collect(child, target, type === 'TABLE_FUNCTION' && key === 'function');
  }

  #note(node: Record<string, unknown>, isTableFunction: boolean): void {
    const { names } = this;
    const { type, cte_map: common } = node;
    const tableQualifiers = [node['catalog_name'], node['schema_name']];
    if (typeof node['function_name'] === 'string') {
      const used = usedName(node['function_name'], [node['catalog'], node['schema']], node);
      (isTableFunction ? names.tableFunctions : names.functions).push(used);
    }
    if (type === 'BASE_TABLE') names.tables.push(usedName(node['table_name'], tableQualifiers, node));
    else if (type === 'SHOW_REF' && !isRecord(node['query']))
      names.shows.push(usedName(node['table_name'], tableQualifiers, node));
    else if (type === 'UNBOUND_TYPE_INFO') names.types.push(usedName(node['name'], [node['catalog'], node['schema']], node));
    if (!isRecord(common) || !Array.isArray(common['map'])) return;
    for (const entry of common['map']) if (isRecord(entry)) names.commonTables.push(usedName(entry['key'], [], entry));
  }

  /** Null where nothing is multiplied. */
  #partOf(node: Record<string, unknown>): Expansion | null {
    const { type, function_name: name, select_list: selected } = node;
    if (type === 'BASE_TABLE') return expansion(String(node['table_name']).toLowerCase());
    if (typeof name === 'string' && this.#mayBeMacro(name.toLowerCase())) return expansion(name.toLowerCase());
    if (type === 'LAMBDA') return expansion(null, 2);
    const stars = Array.isArray(selected) ? selected.filter((item) => isRecord(item) && item['type'] === 'STAR').length : 0;
    return stars > 1 ? expansion(null, stars) : null;
  }
}

function usedName(name: unknown, qualifiers: readonly unknown[], node: Record<string, unknown>): UsedName {
  const given = qualifiers.filter((part): part is string => typeof part === 'string' && part !== '');
  const at = node['query_location'];
  return {
    name: String(name).toLowerCase(),
    qualifiers: given.map((part) => part.toLowerCase()),
    // Where there is no place, it is 2^64 − 1, which came as text.
    byteOffset: typeof at === 'number' ? at : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
