/** JSON: steps and paths, builders and aggregates. Paths are DuckDB's (`$."a"[0]`). */
import type { FuncCall, Node, ResTarget } from '@pgsql/types';
import { arrayElements, pathStep } from '../rewrite/patterns.ts';
import type { Rewrite } from '../rewrite/state.ts';
import { call, castTo, integer, template, text } from '../rewrite/template.ts';
import { constantOf, isRecord, lastPart, stringOf, typeNameOf } from '../tree.ts';

/** `j -> key`: a function, as DuckDB's arrow binds more weakly than every other operator. */
export function jsonStep(json: Node, key: Node, isText: boolean): Node {
  const name = isText ? 'json_extract_string' : 'json_extract';
  const literal = stringOf(key);
  return call(name, json, literal === null ? indexOf(key) : text(keyPath(literal)));
}

/** A plain word may stand as it is; else `$` and `/` would begin a path. */
function keyPath(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `$${pathStep(key)}`;
}

function indexOf(key: Node): Node {
  const constant = 'A_Const' in key ? constantOf(key.A_Const) : null;
  return constant?.kind === 'integer' ? integer(Number(constant.text)) : key;
}

/** `j #> '{a,0}'`, `j #> ARRAY['a', $1]`: a number is an index where there is an array, else a key. */
export function extractPath(json: Node, path: Node, isText: boolean): Node {
  const steps = stepsOf(path);
  return steps === null ? call(isText ? 'json_extract_string' : 'json_extract', json, path) : followed(json, steps, isText);
}

/** Follows keys one after the other. */
export function followed(json: Node, steps: readonly Node[], isText: boolean): Node {
  const [step, ...rest] = steps;
  if (step === undefined) return isText ? template("json_extract_string($1, '$')", json) : json;
  const isLast = rest.length === 0;
  const literal = stringOf(step);
  const name = isText && isLast ? 'json_extract_string' : 'json_extract';
  let value: Node;
  if (literal === null) value = call(name, json, step);
  else if (/^-?\d+$/.test(literal)) {
    const index = call(name, json, integer(Number(literal)));
    value = template('coalesce($1, $2)', index, call(name, json, text(keyPath(literal))));
  } else value = call(name, json, text(keyPath(literal)));
  return isLast ? value : followed(value, rest, isText);
}

/**
 * jsonb_set(j, '{a,b}', value): keys of objects, written out. What would hold the last key must be there; the value's own objects
 * are not merged with what was there. Null: the path is none of such keys.
 */
export function withValue(json: Node, path: Node, value: Node, isCreating: boolean): Node | null {
  const keys = (stepsOf(path) ?? []).map(stringOf);
  const known = keys.filter((key) => key !== null && !/^-?\d+$/.test(key));
  if (keys.length === 0 || known.length < keys.length) return null;
  const steps = known.map((key) => pathStep(key ?? ''));
  const patch = (inner: Node): Node => known.reduceRight((nested, key) => call('json_object', text(key ?? ''), nested), inner);
  const place = text(`$${(isCreating ? steps.slice(0, -1) : steps).join('')}`);
  const form = 'json_merge_patch(json_merge_patch($1, $3), $4)';
  const test = isCreating ? "json_type($1, $2) = 'OBJECT'" : 'json_type($1, $2) IS NOT NULL';
  return template(`CASE WHEN ${test} THEN ${form} ELSE $1 END`, json, place, patch({ A_Const: { isnull: true } }), patch(value));
}

function stepsOf(path: Node): readonly Node[] | null {
  if ('TypeCast' in path && path.TypeCast.arg !== undefined) return stepsOf(path.TypeCast.arg);
  if ('A_ArrayExpr' in path) return path.A_ArrayExpr.elements ?? [];
  const literal = stringOf(path);
  const elements = literal === null ? null : arrayElements(literal);
  return elements?.map((element) => text(element ?? '')) ?? null;
}

/** How a document is written around its parts; PostgreSQL's builders differ in their blanks. */
export interface Punctuation {
  readonly open: string;
  readonly colon: string;
  readonly comma: string;
  readonly close: string;
}

const OBJECT_KEY = "coalesce(to_json($1::text)::text, error('null value not allowed for object key'))";

/** json_build_object(k, v, …): keys are text. */
export function buildObject(args: readonly Node[], { open, colon, comma, close }: Punctuation, rewrite: Rewrite): Node {
  const parts = args.flatMap((argument, index): Node[] => {
    if (index % 2 === 1) return [jsonValue(argument, rewrite)];
    const key = stringOf(argument);
    const written = key === null ? template(OBJECT_KEY, argument) : text(JSON.stringify(key));
    return [...(index === 0 ? [] : [text(comma)]), written, text(colon)];
  });
  return document(text(open), ...parts, text(close));
}

/** json_build_array(…). */
export function buildArray(args: readonly Node[], rewrite: Rewrite): Node {
  const parts = args.flatMap((argument, index) => [...(index === 0 ? [] : [text(', ')]), jsonValue(argument, rewrite)]);
  return document(text('['), ...parts, text(']'));
}

/** Texts one behind the other, as JSON. */
function document(...parts: readonly Node[]): Node {
  return castTo(
    parts.reduce((whole, part) => template('$1 || $2', whole, part)),
    'json',
  );
}

/** to_json(x). What has no type yet keeps DuckDB's function. */
export function toJson(value: Node, rewrite: Rewrite): Node {
  if (isJson(value)) return value;
  const inner = subqueryWith(value, (column) => toJson(column, rewrite));
  if (inner !== null) return inner;
  if ('ParamRef' in value || 'A_Const' in value) return call('to_json', value);
  // The macro names its argument many times: what is long is given to it as a value.
  return rewrite.macro(isShort(value) ? '_pg_json' : '_pg_json_once', value);
}

/** The same as text; 'null' for NULL. */
function jsonValue(value: Node, rewrite: Rewrite): Node {
  return template("coalesce($1::text, 'null')", toJson(value, rewrite));
}

/** Changes the one column of `(SELECT …)`; null: it is something else, or a set operation. */
function subqueryWith(node: Node, change: (column: Node) => Node): Node | null {
  const column = 'SubLink' in node ? columnOf(node) : null;
  if (column === null || !('SubLink' in node)) return null;
  const query = node.SubLink.subselect;
  if (query === undefined || !('SelectStmt' in query)) return null;
  const target: Node = { ResTarget: { ...column, val: change(column.val) } };
  return { SubLink: { ...node.SubLink, subselect: { SelectStmt: { ...query.SelectStmt, targetList: [target] } } } };
}

/** The one column that `(SELECT …)` gives. */
function columnOf({ SubLink: link }: Extract<Node, { SubLink: unknown }>): (ResTarget & { val: Node }) | null {
  const query = link.subselect;
  if (link.subLinkType !== 'EXPR_SUBLINK' || query === undefined || !('SelectStmt' in query)) return null;
  const [target, ...others] = query.SelectStmt.targetList ?? [];
  if (target === undefined || others.length > 0 || !('ResTarget' in target) || target.ResTarget.val === undefined) return null;
  return { ...target.ResTarget, val: target.ResTarget.val };
}

/** A column or a constant, cast or not, or a function of such. */
function isShort(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isShort(node.TypeCast.arg);
  if ('FuncCall' in node) return (node.FuncCall.args ?? []).every((argument) => 'ColumnRef' in argument || 'A_Const' in argument);
  return 'ColumnRef' in node || 'A_Const' in node;
}

const JSON_FUNCTIONS = /^(json_(?!extract_string$)|to_json$|_pg_json(_once|_array|_distinct|_members)?$)/;

/** Tells by its form whether a node is JSON. */
export function isJson(node: Node): boolean {
  if ('TypeCast' in node) return typeNameOf(node.TypeCast.typeName) === 'json';
  if ('CoalesceExpr' in node) return (node.CoalesceExpr.args ?? []).some(isJson);
  if ('SubLink' in node) {
    const column = columnOf(node);
    return column !== null && isJson(column.val);
  }
  return 'FuncCall' in node && JSON_FUNCTIONS.test(lastPart(node.FuncCall.funcname));
}

/** json_agg(x ORDER BY …) FILTER …: NULL where there are no rows. */
export function aggregateArray(aggregate: FuncCall, rewrite: Rewrite): Node {
  const [value] = aggregate.args ?? [];
  if (value === undefined) return { FuncCall: aggregate };
  // DISTINCT is that of the values, and so is its order.
  if (aggregate.agg_distinct === true) {
    const list = listOf(aggregate, value);
    const sorted = aggregate.agg_order === undefined ? call('list_sort', list, text('ASC'), text('NULLS LAST')) : list;
    return rewrite.macro('_pg_json_distinct', sorted);
  }
  return rewrite.macro('_pg_json_array', listOf(aggregate, elementOf(value, rewrite)));
}

/** An element's text; what is long is no row and no array. */
function elementOf(value: Node, rewrite: Rewrite): Node {
  return isShort(value) && !isJson(value) ? rewrite.macro('_pg_json_element', value) : jsonValue(value, rewrite);
}

/** json_object_agg(k, v). */
export function aggregateObject(aggregate: FuncCall, rewrite: Rewrite): Node {
  const [key, value] = aggregate.args ?? [];
  if (key === undefined || value === undefined) return { FuncCall: aggregate };
  const values = listOf(aggregate, jsonValue(value, rewrite));
  return rewrite.macro('_pg_json_members', listOf(aggregate, castTo(key, 'text')), values);
}

/** The same aggregate, with its order and filter, that gives a list. */
function listOf(aggregate: FuncCall, value: Node): Node {
  return { FuncCall: { ...aggregate, funcname: [{ String: { sval: 'list' } }], args: [value] } };
}

/** json_strip_nulls and others need the value as JSON where it is a literal. */
export function asJson(node: Node): Node {
  return isRecord(node) && 'A_Const' in node ? castTo(node, 'json') : node;
}
