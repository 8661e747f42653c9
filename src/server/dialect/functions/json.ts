/** JSON: steps and paths, builders and aggregates. Paths are DuckDB's (`$."a"[0]`). */
import type { FuncCall, Node } from '@pgsql/types';
import { arrayElements, pathStep } from '../rewrite/patterns.ts';
import { call, castTo, integer, template, text } from '../rewrite/template.ts';
import { constantOf, isRecord, stringOf } from '../tree.ts';

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

function stepsOf(path: Node): readonly Node[] | null {
  if ('TypeCast' in path && path.TypeCast.arg !== undefined) return stepsOf(path.TypeCast.arg);
  if ('A_ArrayExpr' in path) return path.A_ArrayExpr.elements ?? [];
  const literal = stringOf(path);
  const elements = literal === null ? null : arrayElements(literal);
  return elements?.map((element) => text(element ?? '')) ?? null;
}

/** json_build_object(k, v, …): keys are text. */
export function buildObject(args: readonly Node[]): Node {
  return call(
    'json_object',
    ...args.map((argument, index) => (index % 2 === 0 && stringOf(argument) === null ? castTo(argument, 'text') : argument)),
  );
}

/** json_agg(x ORDER BY …) FILTER …: a list as JSON; NULL where there are no rows. */
export function aggregateArray(aggregate: FuncCall): Node {
  const list: FuncCall = { ...aggregate, funcname: [{ String: { sval: 'list' } }] };
  return call('to_json', { FuncCall: list });
}

/** json_object_agg(k, v): with an order or a filter by way of a map. */
export function aggregateObject(aggregate: FuncCall): Node {
  const [key, value] = aggregate.args ?? [];
  if (key === undefined || value === undefined) return { FuncCall: aggregate };
  const name = castTo(key, 'text');
  if (aggregate.agg_order === undefined && aggregate.agg_filter === undefined && aggregate.over === undefined) {
    return call('json_group_object', name, value);
  }
  const list = (of: Node): Node => ({ FuncCall: { ...aggregate, funcname: [{ String: { sval: 'list' } }], args: [of] } });
  return call('to_json', call('map', list(name), list(value)));
}

/** json_strip_nulls and others need the value as JSON where it is a literal. */
export function asJson(node: Node): Node {
  return isRecord(node) && 'A_Const' in node ? castTo(node, 'json') : node;
}
