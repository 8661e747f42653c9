/** FROM, SELECT and what stands in them: names without schema, functions as tables, sets of rows in the list of targets. */
import type { Alias, FuncCall, Node, RangeFunction } from '@pgsql/types';
import { offsetFromBytes } from '../../../sql/index.ts';
import { PgError } from '../../pg-error.ts';
import { impliedName } from '../column-names.ts';
import { maskStructs } from '../redis-calls.ts';
import { functionName, isRecord, lastPart, numberOf, walk } from '../tree.ts';
import { hasColumn } from './comparisons.ts';
import { seriesBounds } from './literals.ts';
import { rowPlace } from './row-places.ts';
import { setReturning } from './sets.ts';
import type { Rewrite } from './state.ts';
import { call, integer } from './template.ts';

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

/** The engine has one schema; which one was meant, the describer has judged. */
export function rangeVariable(node: Kind<'RangeVar'>): Node {
  const { schemaname: _schema, catalogname: _catalog, ...rest } = node.RangeVar;
  return { RangeVar: { ...rest, inh: true } };
}

const SYSTEM_COLUMNS = new Set(['xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

/** Functions with one column of another name than their own. */
const OUT_COLUMNS: Readonly<Record<string, string>> = {
  json_array_elements: 'value',
  jsonb_array_elements: 'value',
  json_array_elements_text: 'value',
  jsonb_array_elements_text: 'value',
};

/** `FROM json_array_elements(j) e`: `e` alone is the value, and `e.value` is, too. Gives the aliases. */
export function valueAliases(tree: unknown, found: Set<string> = new Set()): Set<string> {
  walk(tree, (kind, fields) => {
    const alias = fields['alias'];
    if (kind !== 'RangeFunction' || !isRecord(alias) || alias['colnames'] !== undefined) return true;
    const [call] = callsOf(fields['functions']);
    if (call !== undefined && Object.hasOwn(OUT_COLUMNS, functionName(call))) found.add(String(alias['aliasname']));
    return true;
  });
  return found;
}

/** `public.t.id` → `t.id`. @throws {PgError} 42703 for columns that only PostgreSQL's own storage has. */
export function columnReference(node: Kind<'ColumnRef'>, rewrite: Rewrite): Node {
  const fields = node.ColumnRef.fields ?? [];
  const name = lastPart(fields);
  if (SYSTEM_COLUMNS.has(name)) throw new PgError('42703', `column "${name}" does not exist`);
  if (name === 'ctid') return rowPlace();
  if (fields.length === 1 && rewrite.valueAliases.has(name)) {
    return { ColumnRef: { ...node.ColumnRef, fields: [...fields, { String: { sval: 'value' } }] } };
  }
  return fields.length <= 2 ? node : { ColumnRef: { ...node.ColumnRef, fields: fields.slice(-2) } };
}

/** The columns of VALUES in FROM are column1, column2, … */
export function rangeSubselect(node: Kind<'RangeSubselect'>): Node {
  const { subquery: query, alias } = node.RangeSubselect;
  const count = valuesWidth(query);
  if (count === 0) return node;
  const given = alias?.colnames ?? [];
  return {
    RangeSubselect: {
      ...node.RangeSubselect,
      alias: { aliasname: alias?.aliasname ?? '_values', colnames: valuesNames(given, count) },
    },
  };
}

/** The same for `WITH x AS (VALUES …)`. */
export function commonTable(node: Kind<'CommonTableExpr'>): Node {
  const count = valuesWidth(node.CommonTableExpr.ctequery);
  if (count === 0) return node;
  return {
    CommonTableExpr: { ...node.CommonTableExpr, aliascolnames: valuesNames(node.CommonTableExpr.aliascolnames ?? [], count) },
  };
}

function valuesWidth(query: Node | undefined): number {
  const row = query !== undefined && 'SelectStmt' in query ? query.SelectStmt.valuesLists?.[0] : undefined;
  return row !== undefined && 'List' in row ? (row.List.items?.length ?? 0) : 0;
}

function valuesNames(given: readonly Node[], count: number): Node[] {
  return Array.from({ length: count }, (_, at) => given[at] ?? { String: { sval: `column${at + 1}` } });
}

/** TABLESAMPLE takes per cent, which DuckDB must be told. @throws {PgError} 0A000 where that is no constant. */
export function tableSample(node: Kind<'RangeTableSample'>, rewrite: Rewrite): Node {
  const percent = numberOf(node.RangeTableSample.args?.[0]);
  if (percent === null) throw new PgError('0A000', 'TABLESAMPLE needs a constant');
  if (percent < 0 || percent > 100) throw new PgError('2202H', 'sample percentage must be between 0 and 100');
  return { RangeTableSample: { ...node.RangeTableSample, args: [rewrite.verbatimNode(`${percent} PERCENT`)] } };
}

/** Changes the fields of a SELECT. @throws {PgError} 0A000 WITH TIES; 2201W, 2201X a negative count. */
export function select(fields: object): void {
  if (!isRecord(fields)) return;
  if (fields['limitOption'] === 'LIMIT_OPTION_WITH_TIES') {
    throw new PgError('0A000', 'FETCH FIRST … WITH TIES is not supported');
  }
  // LIMIT NULL and LIMIT ALL are the same to PostgreSQL.
  const limit = fields['limitCount'];
  if (isRecord(limit) && isRecord(limit['A_Const']) && limit['A_Const']['isnull'] === true) delete fields['limitCount'];
  if (isNegative(limit)) throw new PgError('2201W', 'LIMIT must not be negative');
  if (isNegative(fields['limitOffset'])) throw new PgError('2201X', 'OFFSET must not be negative');
  delete fields['lockingClause'];
  const isQuery = fields['valuesLists'] === undefined && fields['larg'] === undefined;
  // SELECT FROM t: rows without columns.
  if (isQuery && fields['targetList'] === undefined)
    fields['targetList'] = [{ ResTarget: { val: { A_Const: { isnull: true } } } }];
}

function isNegative(count: unknown): boolean {
  // SelectStmt.limitCount, as it comes from the parser.
  return (numberOf(count as Node | undefined) ?? 0) < 0;
}

/** ORDER BY x USING > */
export function sortBy(node: Kind<'SortBy'>): Node {
  const { sortby_dir: direction, useOp, ...rest } = node.SortBy;
  if (direction !== 'SORTBY_USING') return node;
  return { SortBy: { ...rest, sortby_dir: lastPart(useOp).startsWith('>') ? 'SORTBY_DESC' : 'SORTBY_ASC' } };
}

/** A column without alias gets the name that PostgreSQL gives it, before the rewrite makes another expression of it. */
export function nameTargets(fields: Readonly<Record<string, unknown>>): void {
  const targets = fields['targetList'];
  if (!Array.isArray(targets)) return;
  for (const target of targets) {
    const column: unknown = isRecord(target) ? target['ResTarget'] : undefined;
    if (!isRecord(column) || column['name'] !== undefined || !isRecord(column['val']) || keepsName(column['val'])) continue;
    // `val` of a ResTarget is a node.
    const name = impliedName(column['val'] as unknown as Node);
    if (name !== null && name !== '') column['name'] = name;
  }
}

/** A column has its name already; `ctid` becomes a constant that has none. */
function keepsName(value: Readonly<Record<string, unknown>>): boolean {
  const column = value['ColumnRef'];
  // ColumnRef.fields, as it comes from the parser.
  return isRecord(column) && lastPart(column['fields'] as readonly Node[]) !== 'ctid';
}

/**
 * A function in FROM. A call of Redis stays as it is written; one that gives a set becomes a subquery, `(SELECT unnest(…) AS x)`,
 * which may look at tables on its left.
 */
export function rangeFunction(node: Kind<'RangeFunction'>, rewrite: Rewrite): Node {
  const range = node.RangeFunction;
  const calls = callsOf(range.functions);
  const [first] = calls;
  if (first === undefined) throw new PgError('0A000', 'this form of a function in FROM is not supported');
  const name = functionName(first).toLowerCase();
  if (calls.length === 1 && name.startsWith('redis_')) return redisRange(range, first, rewrite);
  const args = (one: FuncCall): Node[] => (one.args ?? []).map((argument) => rewrite.transform(argument));
  if (calls.length === 1 && name === 'generate_series' && range.ordinality !== true && !hasColumn(first.args)) {
    const kept: FuncCall = { ...first, args: seriesBounds(args(first)), funcname: [{ String: { sval: 'generate_series' } }] };
    const list: Node = { List: { items: [{ FuncCall: kept }] } };
    return { RangeFunction: { functions: [list], alias: aliasOf(range.alias, ['generate_series'], name) } };
  }
  const columns = calls.flatMap((one) => setReturning(functionName(one).toLowerCase(), args(one), rewrite));
  return subquery(range, columns, calls.length === 1 ? name : calls[0] === undefined ? '' : functionName(calls[0]));
}

/** ROWS FROM (f(), g()) has several; each is a list of the call and its column definitions. */
function callsOf(functions: unknown): FuncCall[] {
  // RangeFunction.functions, as it comes from the parser.
  return ((functions ?? []) as readonly Node[]).flatMap((item) => {
    const inner = 'List' in item ? item.List.items?.[0] : item;
    return inner !== undefined && 'FuncCall' in inner ? [inner.FuncCall] : [];
  });
}

/** The call's text is DuckDB's already: the deparsed text gets it in place of a name. */
function redisRange(range: RangeFunction, call: FuncCall, rewrite: Rewrite): Node {
  const { calls, text } = rewrite.input;
  // The parser saw the masked text, and counted its bytes.
  const offset = offsetFromBytes(maskStructs(text, calls), call.location ?? 0);
  const found = calls.find((one) => one.start === offset);
  if (found === undefined)
    throw new PgError('0A000', 'this form of calling a function of Redis is not supported', { position: offset });
  const placeholder = rewrite.placeholder(found.text);
  if (range.ordinality === true) throw new PgError('0A000', 'WITH ORDINALITY is not supported for functions of Redis');
  return {
    RangeVar: { relname: placeholder, inh: true, relpersistence: 'p', alias: range.alias ?? { aliasname: found.functionName } },
  };
}

/** PostgreSQL gives the alias of a function with one column to the column, too. */
function aliasOf(alias: Alias | undefined, names: readonly string[], functionName: string): Alias {
  const table = alias?.aliasname ?? functionName;
  const given = alias?.colnames ?? [];
  const own = names.length === 1 && alias !== undefined && !Object.hasOwn(OUT_COLUMNS, functionName) ? [table] : names;
  const columns = [...given, ...own.slice(given.length).map((name): Node => ({ String: { sval: name } }))];
  return { aliasname: table, colnames: columns };
}

function subquery(range: RangeFunction, columns: readonly { readonly name: string; readonly value: Node }[], name: string): Node {
  const all = [...columns];
  const targets: Node[] = all.map((column) => ({ ResTarget: { name: column.name, val: column.value } }));
  const alias = aliasOf(
    range.alias,
    all.map((column) => column.name),
    name,
  );
  if (range.ordinality !== true) return lateral(targets, alias);
  // The number is that of the element: a second list, as long as the longest, is unnested beside.
  const first = all[0];
  if (first === undefined) return lateral(targets, alias);
  targets.push({ ResTarget: { name: 'ordinality', val: ordinals(first.value) } });
  const given = range.alias?.colnames ?? [];
  const colnames =
    given.length > all.length ? given : [...(alias.colnames ?? []).slice(0, all.length), { String: { sval: 'ordinality' } }];
  return lateral(targets, { aliasname: alias.aliasname ?? name, colnames });
}

/** unnest(x) → unnest(generate_series(1, len(x))) */
function ordinals(unnested: Node): Node {
  const list = 'FuncCall' in unnested ? unnested.FuncCall.args?.[0] : undefined;
  if (list === undefined) return integer(1);
  return call('unnest', call('generate_series', integer(1), call('len', list)));
}

function lateral(targets: Node[], alias: Alias): Node {
  const subselect: Node = { SelectStmt: { targetList: targets, limitOption: 'LIMIT_OPTION_DEFAULT', op: 'SETOP_NONE' } };
  return { RangeSubselect: { lateral: true, subquery: subselect, alias } };
}
