/**
 * The bodies of a session's views, for blocks over a view: DuckDB binds a body anew in each statement, with the tag that its call
 * got when the view was made. A tag is then the tie to one place only where the statement comes upon it once, whatever views
 * it goes through; where that cannot be told (macros, query()), no view is looked into.
 */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { parseAst, tagOf } from './ast.ts';

export interface SessionView {
  /** The answer of json_serialize_sql to what stands behind AS. */
  readonly astJson: string;
  /** The names behind the view's name, `CREATE VIEW v (a, b)`: of its first columns. */
  readonly columns: readonly string[];
}

/** What the session's catalog holds, by names in lower case. */
export interface SessionObjects {
  /** Those that the statement comes upon, directly or not. */
  readonly views: ReadonlyMap<string, SessionView>;
  readonly macros: ReadonlySet<string>;
}

export interface ViewBody {
  readonly node: JsonObject;
  readonly columns: readonly string[];
}

/** Table functions that read a table or a query given as text. */
const READS_TEXT = ['query', 'query_table'];

export class ViewBodies {
  readonly #bodies = new Map<string, ViewBody>();
  readonly #commonTables = new Set<string>();
  readonly #counts = new Map<string, ReadonlyMap<number, number>>();
  readonly #ofStatement: ReadonlyMap<number, number>;

  constructor(statement: JsonObject, { views, macros }: SessionObjects) {
    for (const [name, { astJson, columns }] of views) {
      const node = nodeOf(astJson);
      if (node !== null) this.#bodies.set(name, { node, columns });
    }
    const all = [statement, ...[...this.#bodies.values()].map(({ node }) => node)];
    const isPlain = this.#bodies.size === views.size && !all.some((node) => holdsUnseen(node, macros));
    if (!isPlain) this.#bodies.clear();
    for (const node of all) for (const name of commonTablesIn(node)) this.#commonTables.add(name);
    this.#ofStatement = this.#countsIn(statement);
  }

  /** Gives the view that a table reference names; null where it names something else, or may. */
  bodyOf(table: JsonObject): ViewBody | null {
    const name = textAt(table, 'table_name').toLowerCase();
    return this.#commonTables.has(name) ? null : (this.#bodies.get(name) ?? null);
  }

  /** How often the statement comes upon a call, through views. */
  countOf(tag: number): number {
    return this.#ofStatement.get(tag) ?? 0;
  }

  #countsIn(root: JsonObject): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    const add = (tag: number, count: number): unknown => counts.set(tag, (counts.get(tag) ?? 0) + count);
    for (const node of nodesIn(root)) {
      const tag = textAt(node, 'type') === 'TABLE_FUNCTION' ? tagOf(node) : null;
      if (tag !== null) add(tag, 1);
      if (textAt(node, 'type') !== 'BASE_TABLE') continue;
      for (const [inner, count] of this.#countsOfView(textAt(node, 'table_name').toLowerCase())) add(inner, count);
    }
    return counts;
  }

  #countsOfView(name: string): ReadonlyMap<number, number> {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const body = this.#bodies.get(name);
    this.#counts.set(name, new Map());
    const counts = body === undefined ? new Map<number, number>() : this.#countsIn(body.node);
    this.#counts.set(name, counts);
    return counts;
  }
}

/** Gives the names of tables and views in an answer of json_serialize_sql, in lower case. */
export function tableNamesIn(astJson: string): ReadonlySet<string> {
  const node = nodeOf(astJson);
  const tables = node === null ? [] : [...nodesIn(node)].filter((part) => textAt(part, 'type') === 'BASE_TABLE');
  return new Set(tables.map((table) => textAt(table, 'table_name').toLowerCase()));
}

function nodeOf(astJson: string): JsonObject | null {
  const [statement, ...others] = listAt(parseAst(astJson), 'statements');
  return others.length > 0 ? null : objectAt(statement, 'node');
}

/** True where something in it may read a view that is not seen in it. */
function holdsUnseen(root: JsonObject, macros: ReadonlySet<string>): boolean {
  return [...nodesIn(root)].some((node) => {
    const name = textAt(node, 'function_name').toLowerCase();
    if (name !== '' && (macros.has(name) || READS_TEXT.includes(name))) return true;
    const isElsewhere = textAt(node, 'catalog_name') !== '' || !['', 'main'].includes(textAt(node, 'schema_name').toLowerCase());
    return textAt(node, 'type') === 'BASE_TABLE' && isElsewhere;
  });
}

function commonTablesIn(root: JsonObject): string[] {
  return [...nodesIn(root)].flatMap((node) => listAt(node['cte_map'], 'map').map((entry) => textAt(entry, 'key').toLowerCase()));
}

/** Gives all objects, also those that are no nodes. */
function* nodesIn(root: JsonObject): Generator<JsonObject> {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (isObject(value)) yield value;
    if (typeof value !== 'object' || value === null) continue;
    for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) waiting.push(member);
  }
}
