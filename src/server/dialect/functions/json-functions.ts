/** Functions of JSON; json and jsonb are one type here. */
import type { Node } from '@pgsql/types';
import { arrayElements } from '../rewrite/patterns.ts';
import { call, castTo, template } from '../rewrite/template.ts';
import { elementNode } from '../rewrite/types.ts';
import { constantOf, stringOf } from '../tree.ts';
import type { FunctionRule } from './function-rule.ts';
import {
  aggregateArray,
  aggregateObject,
  asJson,
  buildArray,
  buildObject,
  followed,
  type Punctuation,
  toJson,
  withValue,
} from './json.ts';

const agg: FunctionRule = (_args, rewrite, original) => aggregateArray(original, rewrite);
const objectAgg: FunctionRule = (_args, rewrite, original) => aggregateObject(original, rewrite);
const path =
  (isText: boolean): FunctionRule =>
  ([json, ...steps]) =>
    json === undefined ? null : followed(asJson(json), steps, isText);
const asDocument: FunctionRule = ([value], rewrite) => (value === undefined ? null : toJson(value, rewrite));

const OBJECT: Punctuation = { open: '{', colon: ' : ', comma: ', ', close: '}' };
const ROW: Punctuation = { open: '{', colon: ':', comma: ',', close: '}' };

/** row_to_json(row(a, b)): the fields have the names f1, f2. */
const rowToJson: FunctionRule = ([row], rewrite) => {
  if (row === undefined) return null;
  if (!('RowExpr' in row)) return toJson(row, rewrite);
  const fields = (row.RowExpr.args ?? []).flatMap((field, index): Node[] => [
    { A_Const: { sval: { sval: `f${index + 1}` } } },
    field,
  ]);
  return buildObject(fields, ROW, rewrite);
};

const TYPE_OF =
  "CASE json_type($1) WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN NULL THEN NULL ELSE CASE WHEN $1 IS NULL THEN NULL ELSE 'number' END END";

/** json_object('{k, v, …}') */
const jsonObject: FunctionRule = (args, rewrite) => {
  const [list] = args;
  if (list === undefined || args.length !== 1) return null;
  const literal = stringOf(list);
  const elements = literal === null ? null : arrayElements(literal);
  return elements === null ? rewrite.macro('_pg_json_object', list) : call('json_object', ...elements.map(elementNode));
};

/** TRUE and FALSE, cast or not; null for anything else. */
function booleanOf(node: Node): boolean | null {
  const constant = 'A_Const' in node ? constantOf(node.A_Const) : null;
  return constant?.kind === 'boolean' ? constant.value : null;
}

function both(name: string, made: FunctionRule): Record<string, FunctionRule> {
  return { [`json_${name}`]: made, [`jsonb_${name}`]: made };
}

export const JSON_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  ...both('agg', agg),
  ...both('object_agg', objectAgg),
  ...both('build_object', (args, rewrite) => buildObject(args, OBJECT, rewrite)),
  ...both('build_array', (args, rewrite) => buildArray(args, rewrite)),
  ...both('extract_path', path(false)),
  ...both('extract_path_text', path(true)),
  ...both('typeof', ([value]) => (value === undefined ? null : template(TYPE_OF, asJson(value)))),
  ...both('array_length', ([value]) => (value === undefined ? null : call('json_array_length', value))),
  ...both('strip_nulls', ([value]) => (value === undefined ? null : template("json_merge_patch('{}', $1)", value))),
  ...both('object', jsonObject),
  ...both('pretty', ([value]) => (value === undefined ? null : call('json_pretty', asJson(value)))),
  jsonb_set: ([target, way, value, create, ...others]) => {
    if (target === undefined || way === undefined || value === undefined || others.length > 0) return null;
    const isCreating = create === undefined ? true : booleanOf(create);
    return isCreating === null ? null : withValue(asJson(target), way, asJson(value), isCreating);
  },
  to_json: asDocument,
  to_jsonb: asDocument,
  array_to_json: asDocument,
  row_to_json: rowToJson,
  json_valid: ([value]) => (value === undefined ? null : castTo(call('json_valid', value), 'bool')),
};
