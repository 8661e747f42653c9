/**
 * Says who answers a statement: the server itself, PostgreSQL's catalog, or the engine; and what is refused. Asks nobody; it
 * reads the tree and the names of the tables that there are.
 */
import type { Node, RangeVar } from '@pgsql/types';
import { classifyStatement, tokensOf } from '../../sql/index.ts';
import { PgError } from '../pg-error.ts';
import type { DataStatement, ParsedStatement, Route, SessionFacts, SettingChange } from '../words.ts';
import { dataStatement, duckStatement } from './data-statement.ts';
import { instantRoute, sleepSeconds } from './instant.ts';
import { singleTree } from './parse.ts';
import { maskStructs, redisCalls } from './redis-calls.ts';
import { refusalOf, refuseWrites } from './refusals.ts';
import { type Relations, relationsOf } from './relations.ts';
import { searchPath } from './session-functions.ts';
import { constantOf, nodeOf } from './tree.ts';
import { columnOf, TYPES } from './values.ts';

export interface RouteContext {
  readonly facts: SessionFacts;
  /** Tells whether `public`, or the session, has a table or view of this name, exactly so written. */
  isTable(name: string): boolean;
  /** Gives the statement of PREPARE or Parse by its name, for EXPLAIN EXECUTE; null: there is none. */
  prepared?(name: string): ParsedStatement | null;
}

/**
 * Routes one statement. The answer holds for the moment: `instant` has values of the session as it is now.
 * @throws {PgError} 25006 what writes; 0A000 what is not there, or mixes catalog and data; 42601 what nobody's grammar takes.
 */
export function routeStatement(statement: ParsedStatement, context: RouteContext): Route {
  try {
    if (statement.tree === null) return routeDuck(statement, context);
    return routeTree(statement, nodeOf(statement.tree), context);
  } catch (error) {
    if (error instanceof RangeError) throw new PgError('54001', 'stack depth limit exceeded', { cause: error });
    throw error;
  }
}

function routeTree(statement: ParsedStatement, tree: Node, context: RouteContext): Route {
  if ('SelectStmt' in tree) return routeSelect(statement, tree, context);
  if ('ViewStmt' in tree) return routeCreateView(statement, tree, context);
  if ('ExplainStmt' in tree) return routeExplain(statement, tree, context);
  if ('DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_VIEW') {
    const names = (tree.DropStmt.objects ?? []).map((object) => lastName(object));
    return { kind: 'dropView', names, ifExists: tree.DropStmt.missing_ok === true };
  }
  throw refusalOf(statement.tree ?? {});
}

function lastName(object: Node): string {
  const last = 'List' in object ? object.List.items?.at(-1) : object;
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
}

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

function routeSelect(statement: ParsedStatement, tree: Kind<'SelectStmt'>, context: RouteContext): Route {
  const { facts } = context;
  const instant = instantRoute(tree.SelectStmt, facts);
  if (instant !== null) return instant;
  const seconds = sleepSeconds(tree.SelectStmt);
  if (seconds !== null) return { kind: 'sleep', seconds, columns: [columnOf('pg_sleep', TYPES.void.oid)] };
  const relations = relationsOf(tree);
  refuseWrites(relations);
  if (isCatalogQuery(relations, context)) {
    const settings = settingsIn(tree, facts);
    return { kind: 'catalog', text: statement.text, ...(settings.length === 0 ? {} : { settings }) };
  }
  return { kind: 'data', statement: dataStatement(statement, tree, relations, facts) };
}

/** pgAdmin: SELECT set_config('bytea_output', 'hex', false) FROM pg_show_all_settings() WHERE …: the session sets it, too. */
function settingsIn(tree: Kind<'SelectStmt'>, facts: SessionFacts): readonly SettingChange[] {
  const targets = tree.SelectStmt.targetList ?? [];
  return targets.flatMap((target) => instantRoute({ targetList: [target] }, facts)?.settings ?? []);
}

const CATALOG_SCHEMAS = new Set(['pg_catalog', 'information_schema', 'pg_toast']);

/** True where all that it reads is PostgreSQL's own. @throws {PgError} 0A000 where it reads both. */
function isCatalogQuery(relations: Relations, context: RouteContext): boolean {
  const path = searchPath(context.facts);
  const catalog: string[] = [];
  const data: string[] = [];
  for (const table of relations.tables) {
    const shown = [table.schemaname, table.relname].filter((part) => part !== undefined).join('.');
    (isCatalogTable(table, path, context) ? catalog : data).push(shown);
  }
  for (const name of relations.functions) {
    const last = (name.at(-1) ?? '').toLowerCase();
    if (last.startsWith('redis_')) data.push(`${last}()`);
  }
  if (catalog.length > 0 && data.length > 0) {
    throw new PgError('0A000', `a statement cannot read the catalog (${catalog[0]}) and Redis (${data[0]}) at once`, {
      hint: 'ask for the one, then for the other',
    });
  }
  return data.length === 0;
}

function isCatalogTable(table: RangeVar, path: readonly string[], context: RouteContext): boolean {
  const name = table.relname ?? '';
  if (table.schemaname === 'shadow') throw new PgError('42P01', `relation "shadow.${name}" does not exist`);
  if (table.schemaname !== undefined) return CATALOG_SCHEMAS.has(table.schemaname);
  if (context.isTable(name)) return false;
  return name.startsWith('pg_') || path.includes('information_schema');
}

function routeCreateView(statement: ParsedStatement, tree: Kind<'ViewStmt'>, context: RouteContext): Route {
  const { view, query, aliases = [], replace, withCheckOption } = tree.ViewStmt;
  if (view?.relname === undefined || query === undefined) throw refusalOf(statement.tree ?? {});
  if (view.schemaname !== undefined && view.schemaname !== 'public' && !view.schemaname.startsWith('pg_temp')) {
    throw new PgError('3F000', `schema "${view.schemaname}" does not exist`);
  }
  if (withCheckOption !== undefined && withCheckOption !== 'NO_CHECK_OPTION') {
    throw new PgError('0A000', 'WITH CHECK OPTION is supported only on automatically updatable views');
  }
  const text = innerText(statement.text, classifyStatement(statement.text).target?.bodyOffset ?? null);
  const columns = aliases.map((alias) => ('String' in alias ? (alias.String.sval ?? '') : ''));
  const body = bodyOf(statement, text, columns, context);
  return { kind: 'createView', name: view.relname, isReplace: replace === true, body };
}

/** `CREATE VIEW v (a, b) AS …`: the names become those of a subquery, which both dialects know. */
function bodyOf(statement: ParsedStatement, text: string, columns: readonly string[], context: RouteContext): DataStatement {
  const quoted = columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(', ');
  // A comment at the end of the text must not take the bracket.
  const body = columns.length === 0 ? text : `SELECT * FROM (${text}\n) AS _view (${quoted})`;
  const inner = innerStatement(body, statement);
  const route = routeStatement(inner, context);
  if (route.kind === 'data') return route.statement;
  if (route.kind !== 'instant' && inner.tree !== null) {
    throw new PgError('0A000', 'a view reads tables of Redis; this one reads the catalog, or nothing');
  }
  const tree = inner.tree === null ? null : nodeOf(inner.tree);
  if (tree === null || !('SelectStmt' in tree)) throw refusalOf(statement.tree ?? {});
  return dataStatement(inner, tree, relationsOf(tree), context.facts);
}

function innerText(text: string, offset: number | null): string {
  if (offset === null) throw new PgError('0A000', 'this form of the statement is not supported');
  return text.slice(offset);
}

/** Gives a statement that stands inside another as one of its own. */
function innerStatement(text: string, outer: ParsedStatement): ParsedStatement {
  const tree = singleTree(maskStructs(text, redisCalls(text)));
  return {
    text,
    offset: outer.offset,
    tree,
    syntaxError: tree === null ? outer.syntaxError : null,
    parameterCount: outer.parameterCount,
  };
}

function routeExplain(statement: ParsedStatement, tree: Kind<'ExplainStmt'>, context: RouteContext): Route {
  const { query, options = [] } = tree.ExplainStmt;
  if (query === undefined) throw refusalOf(statement.tree ?? {});
  if ('ExecuteStmt' in query) return explainExecute(query.ExecuteStmt.name ?? '', options, context);
  const inner = innerStatement(
    innerText(statement.text, classifyStatement(statement.text).explain?.innerOffset ?? null),
    statement,
  );
  const route = routeStatement(inner, context);
  return route.kind === 'data' ? explained(route.statement, options) : { kind: 'catalog', text: statement.text };
}

/** sqlx at compile time: EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE name (NULL, …). */
function explainExecute(name: string, options: readonly Node[], context: RouteContext): Route {
  const prepared = context.prepared?.(name) ?? null;
  if (prepared === null) throw new PgError('26000', `prepared statement "${name}" does not exist`);
  const route = routeStatement(prepared, context);
  if (route.kind === 'data') return explained(route.statement, options);
  throw new PgError('0A000', 'EXPLAIN EXECUTE is supported for queries of Redis only');
}

function explained(statement: DataStatement, options: readonly Node[]): Route {
  return {
    kind: 'explain',
    statement,
    analyze: optionOf(options, 'analyze', 'false') !== 'false',
    isJson: optionOf(options, 'format', 'text') === 'json',
  };
}

/** Gives an option's value in lower case; one without a value is 'true'. @throws {PgError} 0A000 for XML and YAML. */
function optionOf(options: readonly Node[], name: string, missing: string): string {
  const option = options.findLast((one) => 'DefElem' in one && one.DefElem.defname === name);
  if (option === undefined || !('DefElem' in option)) return missing;
  const { arg } = option.DefElem;
  const value = arg === undefined ? 'true' : valueText(arg);
  if (name === 'format' && !['text', 'json'].includes(value)) {
    throw new PgError('0A000', `EXPLAIN format "${value}" is not supported; text and json are`);
  }
  return ['off', 'false', '0'].includes(value) ? 'false' : value;
}

function valueText(node: Node): string {
  if ('String' in node) return (node.String.sval ?? '').toLowerCase();
  if ('Integer' in node) return String(node.Integer.ival ?? 0);
  const constant = 'A_Const' in node ? constantOf(node.A_Const) : null;
  return constant !== null && 'text' in constant ? constant.text.toLowerCase() : 'true';
}

/** What only DuckDB's grammar takes. The engine's own gate judges what is in it. */
function routeDuck(statement: ParsedStatement, context: RouteContext): Route {
  const classification = classifyStatement(statement.text);
  const { kind, target, explain } = classification;
  const duck = (text: string): DataStatement => duckStatement(text, context);
  if (kind === 'select' || kind === 'describe') {
    refuseShadow(statement.text);
    return { kind: 'data', statement: duck(statement.text) };
  }
  if (kind === 'explain' && explain !== null && ['select', 'describe'].includes(classifyStatement(explain.inner).kind)) {
    return { kind: 'explain', statement: duck(explain.inner), analyze: explain.analyze, isJson: false };
  }
  if (kind === 'createView' && target !== null && target.bodyOffset !== null) {
    const body = duck(statement.text.slice(target.bodyOffset));
    return { kind: 'createView', name: target.name, isReplace: target.isReplace, body };
  }
  throw statement.syntaxError ?? new PgError('42601', 'syntax error');
}

/** A statement in DuckDB's dialect never means the catalog of PostgreSQL. */
function refuseShadow(text: string): void {
  const tokens = tokensOf(text);
  const shadow = tokens.find((token, index) => token.value.toLowerCase() === 'shadow' && tokens[index + 1]?.value === '.');
  if (shadow !== undefined) throw new PgError('42P01', 'schema "shadow" cannot be read', { position: shadow.start });
}
