/** Functions: each that DuckDB lacks, or has for something else, by PostgreSQL's name. What is not here is called as it is. */
import type { Node, SQLValueFunction } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { isSetReturning, setInTargets } from '../rewrite/sets.ts';
import type { Rewrite } from '../rewrite/state.ts';
import { call, integer, template, text } from '../rewrite/template.ts';
import { searchPath, sessionFunction } from '../session-functions.ts';
import { functionName, numberOf, partsOf, stringOf, typeNameOf, valueFunctionName } from '../tree.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import { type FunctionRule, macro, renamed, rule } from './function-rule.ts';
import { JSON_FUNCTIONS } from './json-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

const NUMBER_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  div: (args) => nonZero(args[1], template('trunc($1 / $2)', ...args)),
  mod: (args, _, original) => nonZero(args[1], { FuncCall: original }),
  exp: macro('_pg_exp'),
  dexp: macro('_pg_exp'),
  // round() of float8 goes to the even neighbour, of numeric away from zero; numeric is computed as DOUBLE here.
  round: (args, rewrite) => {
    if (args.length === 1) return isFloating(args[0]) ? rewrite.macro('_pg_round', ...args) : null;
    return withScale('round($1, $2)', args);
  },
  trunc: (args) => (args.length === 2 ? withScale('trunc($1, $2)', args) : null),
  pg_typeof: macro('_pg_typeof'),
  power: macro('_pg_power'),
  pow: macro('_pg_power'),
  numeric_power: macro('_pg_power'),
  width_bucket: (args, rewrite) => (args.length === 4 ? rewrite.macro('_pg_width_bucket', ...args) : null),
  random: (args) => (args.length === 0 ? null : template('floor(random() * ($2 - $1 + 1) + $1)::int8', ...args)),
  num_nulls: (args) => counted(args, 'IS NULL'),
  num_nonnulls: (args) => counted(args, 'IS NOT NULL'),
  every: renamed('bool_and'),
  json_bool_and: renamed('bool_and'),
  scale: macro('_pg_scale'),
  grouping: () => null,
  bit_count: rule('bit_count($1)'),
};

/** round(x, 2) is numeric with two digits: 23 shows as 23.00. */
function withScale(form: string, args: readonly Node[]): Node | null {
  const digits = numberOf(args[1]);
  if (digits === null || !Number.isInteger(digits) || digits < 0 || digits > 18) return null;
  return template(`${form}::numeric(38, ${digits})`, ...args);
}

/** A column, or what is cast to float8. */
function isFloating(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('A_Expr' in node && node.A_Expr.lexpr === undefined && node.A_Expr.rexpr !== undefined)
    return isFloating(node.A_Expr.rexpr);
  return 'ColumnRef' in node || ('TypeCast' in node && typeNameOf(node.TypeCast.typeName) === 'float8');
}

/** CASE guards the divisor; see operators.ts. */
function nonZero(divisor: Node | undefined, operation: Node): Node {
  if (divisor === undefined) return operation;
  const known = numberOf(divisor);
  if (known === 0) return template("error('division by zero')");
  return known === null ? template("CASE WHEN $1 = 0 THEN error('division by zero') ELSE $2 END", divisor, operation) : operation;
}

function counted(args: readonly Node[], test: string): Node {
  const terms = args.map((_, index) => `($${index + 1} ${test})::int4`).join(' + ');
  return args.length === 0 ? integer(0) : template(`(${terms})`, ...args);
}

const ARRAY_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  array_length: (args) => dimension(args, 'nullif(len($1), 0)'),
  array_upper: (args) => dimension(args, 'nullif(len($1), 0)'),
  array_lower: (args) => dimension(args, 'CASE WHEN len($1) > 0 THEN 1 END'),
  array_ndims: rule('CASE WHEN len($1) > 0 THEN 1 END'),
  array_dims: rule("CASE WHEN len($1) > 0 THEN '[1:' || len($1) || ']' END"),
  cardinality: rule('len($1)'),
  array_remove: macro('_pg_array_remove'),
  array_replace: macro('_pg_array_replace'),
  array_positions: macro('_pg_array_positions'),
  array_to_string: (args, rewrite) => rewrite.macro(args.length === 3 ? '_pg_array_to_string_3' : '_pg_array_to_string', ...args),
  string_to_array: (args, rewrite) => rewrite.macro(args.length === 3 ? '_pg_string_to_array_3' : '_pg_string_to_array', ...args),
  array_fill: (args, rewrite) => rewrite.macro('_pg_array_fill', ...args),
  trim_array: rule('list_slice($1, 1, len($1) - $2)'),
  array_cat: renamed('list_concat'),
  array_append: renamed('list_append'),
  array_prepend: renamed('list_prepend'),
  array_agg: renamed('array_agg'),
};

/** Lists of DuckDB have one dimension. */
function dimension(args: readonly Node[], form: string): Node {
  const [list, which] = args;
  const number = numberOf(which);
  if (list === undefined || number === null) throw new PgError('0A000', 'the dimension of an array must be a constant');
  return number === 1 ? template(form, list) : { A_Const: { isnull: true } };
}

/** Functions of the session: one value for a whole statement. */
const SESSION_FUNCTIONS = new Set([
  'version',
  'current_user',
  'session_user',
  'user',
  'current_role',
  'current_database',
  'current_catalog',
  'current_schema',
  'pg_backend_pid',
  'pg_is_in_recovery',
  'current_setting',
  'inet_server_addr',
  'inet_client_addr',
  'inet_server_port',
  'inet_client_port',
]);

/** Functions of the catalog that have no meaning over rows of Redis. */
const CATALOG_FUNCTIONS =
  /^(pg_(?!size_pretty$)|has_\w+_privilege$|to_reg|(obj|col|shobj)_description$|format_type$|lo_|dblink|txid_|(next|curr|last|set)val$)/;

/** A call. @throws {PgError} 0A000 for what only the catalog can answer. */
export function functionCall(node: Kind<'FuncCall'>, rewrite: Rewrite): Node {
  const original = node.FuncCall;
  const name = functionName(original);
  const args = original.args ?? [];
  if (isSetReturning(name)) return setInTargets(name, args, rewrite);
  const given = SESSION_FUNCTIONS.has(name) ? sessionValue(name, args, rewrite) : ruleFor(name)?.(args, rewrite, original);
  if (given !== undefined && given !== null) return given;
  if (CATALOG_FUNCTIONS.test(name))
    throw new PgError('0A000', `function ${name}() belongs to the catalog and cannot be used where Redis is read`);
  const parts = partsOf(original.funcname);
  const isSyntax = original.funcformat === 'COERCE_SQL_SYNTAX';
  return parts.length === 1 || isSyntax
    ? node
    : { FuncCall: { ...original, funcname: [{ String: { sval: parts.at(-1) ?? '' } }] } };
}

const RULES: Readonly<Record<string, FunctionRule>> = {
  ...NUMBER_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...JSON_FUNCTIONS,
};

function ruleFor(name: string): FunctionRule | undefined {
  return Object.hasOwn(RULES, name) ? RULES[name] : undefined;
}

function sessionValue(name: string, args: readonly Node[], rewrite: Rewrite): Node {
  const values = args.map((argument) => ({ typeOid: 25, value: stringOf(argument) }));
  const answer = sessionFunction(name, values, rewrite.input.facts);
  if (answer === null) throw new PgError('0A000', `function ${name}() cannot be used where Redis is read`);
  if (answer.value === null) return { A_Const: { isnull: true } };
  return answer.typeOid === 23 ? integer(Number(answer.value)) : text(answer.value);
}

/** CURRENT_USER and its kin become constants; those of time are DuckDB's own. */
export function sqlValueFunction(node: Kind<'SQLValueFunction'>, rewrite: Rewrite): Node {
  const value: SQLValueFunction = node.SQLValueFunction;
  const name = valueFunctionName(value);
  const { facts } = rewrite.input;
  switch (name) {
    case 'current_user':
    case 'session_user':
    case 'user':
    case 'current_role':
      return text(facts.user.name);
    case 'current_catalog':
      return text(facts.database);
    case 'current_schema':
      return text(searchPath(facts).find((schema) => schema === 'public') ?? 'public');
    case 'current_date':
      return call('current_date');
    case 'current_time':
      return template('now()::timetz');
    case 'localtime':
      return template('now()::timestamp::time');
    case 'localtimestamp':
      return template('now()::timestamp');
    default:
      return call('now');
  }
}
