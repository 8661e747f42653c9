/** Operators: those that DuckDB lacks, has by another name, or gives another meaning. */
import type { A_Expr, FuncCall, Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { extractPath, isJson, jsonStep } from '../functions/json.ts';
import { lastPart, numberOf, stringOf, typeNameOf } from '../tree.ts';
import { localComparison } from './comparisons.ts';
import { literalOf, sameTypes } from './literals.ts';
import { arrayElements, listLiteral, regexFromPg, regexFromSimilar } from './patterns.ts';
import type { Rewrite } from './state.ts';
import { boolean, call, castTo, joined, template, text } from './template.ts';
import { elementNode } from './types.ts';

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

/** An operator, of whatever form. Its operands are transformed already. */
export function binaryOperator(node: Kind<'A_Expr'>, rewrite: Rewrite): Node {
  const { kind, lexpr, rexpr } = node.A_Expr;
  const name = lastPart(node.A_Expr.name);
  const plain: Kind<'A_Expr'> = { A_Expr: { ...node.A_Expr, name: [{ String: { sval: name } }] } };
  if (rexpr === undefined) return plain;
  switch (kind) {
    case 'AEXPR_OP':
      return lexpr === undefined ? prefix(name, rexpr, plain) : operation(name, lexpr, rexpr, plain, rewrite);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return lexpr === undefined ? plain : quantified(name, kind === 'AEXPR_OP_ANY', lexpr, rexpr, rewrite, plain);
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return lexpr === undefined ? plain : like(name, lexpr, rexpr, rewrite);
    case 'AEXPR_SIMILAR':
      return lexpr === undefined ? plain : similar(name, lexpr, rexpr);
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return lexpr === undefined ? plain : symmetric(kind === 'AEXPR_NOT_BETWEEN_SYM', lexpr, rexpr);
    default:
      return localComparison(plain);
  }
}

/** `(a OR b) IS NULL`, `(NOT a) IS TRUE`: the deparser would leave the brackets out; a cast keeps the inner together. */
export function tested(node: Kind<'BooleanTest'> | Kind<'NullTest'>): Node {
  const { arg } = 'BooleanTest' in node ? node.BooleanTest : node.NullTest;
  if (arg === undefined || !isLoose(arg)) return node;
  const kept = castTo(arg, 'bool');
  return 'BooleanTest' in node
    ? { BooleanTest: { ...node.BooleanTest, arg: kept } }
    : { NullTest: { ...node.NullTest, arg: kept } };
}

/** What has words between its operands, and is a boolean. */
function isLoose(node: Node): boolean {
  return 'BoolExpr' in node || ('A_Expr' in node && node.A_Expr.kind !== 'AEXPR_OP' && node.A_Expr.kind !== 'AEXPR_NULLIF');
}

const PREFIXES: Readonly<Record<string, string>> = { '|/': 'sqrt($1)', '||/': 'cbrt($1)', '@': 'abs($1)' };

function prefix(name: string, operand: Node, plain: Node): Node {
  const replaced = PREFIXES[name];
  return replaced === undefined ? plain : template(replaced, operand);
}

const INFIXES: Readonly<Record<string, string>> = {
  '#': 'xor($1, $2)',
  '^@': 'starts_with($1, $2)',
  '~<~': '$1 < $2',
  '~<=~': '$1 <= $2',
  '~>=~': '$1 >= $2',
  '~>~': '$1 > $2',
};

const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);

function operation(name: string, left: Node, right: Node, plain: Kind<'A_Expr'>, rewrite: Rewrite): Node {
  if (!ARITHMETIC.has(name) || isJson(left)) return infix(name, left, right, plain, rewrite);
  const [lexpr, rexpr] = sameTypes(name, left, right);
  return infix(name, lexpr, rexpr, { A_Expr: { ...plain.A_Expr, lexpr, rexpr } }, rewrite);
}

function infix(name: string, left: Node, right: Node, plain: Kind<'A_Expr'>, rewrite: Rewrite): Node {
  const replaced = INFIXES[name];
  if (replaced !== undefined) return template(replaced, left, right);
  switch (name) {
    case '/':
      return divided(left, right, plain);
    case '%':
      return checked(right, plain);
    case '^':
      return rewrite.macro('_pg_power', left, right);
    case '~':
    case '~*':
    case '!~':
    case '!~*':
      return matches(left, right, name.startsWith('!'), name.endsWith('*'));
    case '~~':
    case '!~~':
    case '~~*':
    case '!~~*':
      return like(name, left, right, rewrite);
    case '->':
    case '->>':
      return jsonStep(left, right, name === '->>');
    case '#>':
    case '#>>':
      return extractPath(left, right, name === '#>>');
    case '?':
    case '?|':
    case '?&':
      return hasKeys(name, left, right, rewrite);
    case '@>':
    case '<@':
      return contains(...(name === '@>' ? ([left, right] as const) : ([right, left] as const)));
    case '&&':
      return template('$1 && $2', listFrom(left), listFrom(right));
    case '-':
      return isJson(left) || isKey(right) ? rewrite.macro('_pg_json_without', call('to_json', left), right) : plain;
    case '||':
      return isJson(left) || isJson(right) ? rewrite.macro('_pg_json_concat', left, right) : concatenated(left, right, plain);
    default:
      return localComparison(plain);
  }
}

const IS_ZERO = "CASE WHEN $1 = 0 THEN error('division by zero') ELSE $2 END";

/** Where the divisor may be zero, DuckDB would give NULL. */
function checked(divisor: Node, operation: Node): Node {
  const value = numberOf(divisor);
  if (value === 0) return template("error('division by zero')");
  return value === null ? template(IS_ZERO, divisor, operation) : operation;
}

function divided(left: Node, right: Node, plain: Node): Node {
  // An interval has no integer division, which the setting integer_division would make of `/`.
  if ('TypeCast' in left && typeNameOf(left.TypeCast.typeName) === 'interval')
    return checked(right, template('$1 * (1e0 / $2)', left, right));
  const sums = [...sumsIn(left), ...sumsIn(right)];
  if (sums.length > 0) return checked(right, dividedSums(left, right, sums, plain));
  return checked(right, hasFraction(left) ? template('$1 * 1e0 / $2', left, right) : plain);
}

/** Parts of an expression whose type decides that of the whole. */
function terms(node: Node): Node[] {
  if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP' && ARITHMETIC.has(lastPart(node.A_Expr.name))) {
    return [node.A_Expr.lexpr, node.A_Expr.rexpr].flatMap((operand) => (operand === undefined ? [] : terms(operand)));
  }
  if ('CoalesceExpr' in node) return (node.CoalesceExpr.args ?? []).flatMap(terms);
  return [node];
}

function sumsIn(node: Node): FuncCall[] {
  return terms(node).flatMap((term) => ('FuncCall' in term && lastPart(term.FuncCall.funcname) === 'sum' ? [term.FuncCall] : []));
}

/** Parts of a date are numeric in PostgreSQL, and whole numbers in DuckDB, which would divide them as such. */
function hasFraction(node: Node): boolean {
  return terms(node).some((term) => 'FuncCall' in term && lastPart(term.FuncCall.funcname) === 'date_part');
}

/** The sum of bigint is numeric in PostgreSQL, that of int4 is not; DuckDB has HUGEINT for both. The least value has the type. */
function dividedSums(left: Node, right: Node, sums: readonly FuncCall[], plain: Node): Node {
  const types = sums.map((sum) =>
    template("typeof($1) = 'BIGINT'", { FuncCall: { ...sum, funcname: [{ String: { sval: 'min' } }] } }),
  );
  return template('CASE WHEN $1 THEN $2 * 1e0 / $3 ELSE $4 END', joined('OR_EXPR', types), left, right, plain);
}

/** A regular expression is found anywhere in PostgreSQL, DuckDB's `~` is for the whole text. */
function matches(left: Node, right: Node, isNegated: boolean, isInsensitive: boolean): Node {
  const pattern = stringOf(right);
  const regex = pattern === null ? right : text(regexFromPg(pattern));
  const found = call('regexp_matches', left, regex, text(isInsensitive ? 'si' : 's'));
  return isNegated ? negated(found) : found;
}

function negated(node: Node): Node {
  return { BoolExpr: { boolop: 'NOT_EXPR', args: [node] } };
}

/** PostgreSQL's backslash escapes unless ESCAPE says otherwise; DuckDB has no escape unless told. */
function like(operator: string, left: Node, right: Node, rewrite: Rewrite): Node {
  const kind = operator.endsWith('*') ? 'AEXPR_ILIKE' : 'AEXPR_LIKE';
  const make = (pattern: Node): Node => ({
    A_Expr: { kind, name: [{ String: { sval: operator } }], lexpr: left, rexpr: pattern },
  });
  if ('FuncCall' in right && lastPart(right.FuncCall.funcname) === 'like_escape') {
    const [pattern, escape] = right.FuncCall.args ?? [];
    const [known, character] = [stringOf(pattern), stringOf(escape)];
    const isPlain = pattern !== undefined && known !== null && character !== null && !known.includes(character);
    return isPlain || character === '' ? make(pattern ?? right) : escaped(operator, left, pattern ?? right, escape ?? text(''));
  }
  const known = stringOf(right);
  if (known !== null && !known.includes('\\')) return make(right);
  const parameter = parameterOf(right);
  if (parameter !== null) return make(rewrite.derivedParameter(parameter, rewrite.patternParameters));
  return escaped(operator, left, right, text('\\'));
}

/** `left LIKE pattern ESCAPE escape`, by the functions that DuckDB has for it. */
function escaped(operator: string, left: Node, pattern: Node, escape: Node): Node {
  const name = `${operator.startsWith('!') ? 'not_' : ''}${operator.endsWith('*') ? 'ilike' : 'like'}_escape`;
  return call(name, left, pattern, escape);
}

/** The number of $n, also of one that is cast. */
function parameterOf(node: Node): number | null {
  if ('TypeCast' in node && node.TypeCast.arg !== undefined) return parameterOf(node.TypeCast.arg);
  return 'ParamRef' in node ? (node.ParamRef.number ?? null) : null;
}

function similar(operator: string, left: Node, right: Node): Node {
  const [pattern, escape] = 'FuncCall' in right ? (right.FuncCall.args ?? []) : [right];
  const [known, character] = [stringOf(pattern), escape === undefined ? '\\' : stringOf(escape)];
  if (known === null || character === null) throw new PgError('0A000', 'SIMILAR TO needs a constant pattern');
  const found = call('regexp_full_match', left, text(regexFromSimilar(known, character)), text('s'));
  return operator.startsWith('!') ? negated(found) : found;
}

function symmetric(isNegated: boolean, value: Node, bounds: Node): Node {
  const [low, high] = 'List' in bounds ? (bounds.List.items ?? []) : [];
  if (low === undefined || high === undefined) return value;
  const inside = template('($1 BETWEEN $2 AND $3 OR $1 BETWEEN $3 AND $2)', value, low, high);
  return isNegated ? negated(inside) : inside;
}

/** `x op ANY (array)`. With constants, and with a parameter, it becomes what can be pushed down: IN, or a chain of OR. */
function quantified(operator: string, isAny: boolean, left: Node, array: Node, rewrite: Rewrite, plain: Node): Node {
  const isIn = (isAny && operator === '=') || (!isAny && (operator === '<>' || operator === '!='));
  const elements = elementsOf(array);
  if (elements !== null) {
    if (elements.length === 0) return boolean(!isAny);
    if (isIn) return within(operator, left, elements);
    return joined(
      isAny ? 'OR_EXPR' : 'AND_EXPR',
      elements.map((element) => comparison(operator, left, element, rewrite)),
    );
  }
  const parameter = parameterOf(array);
  if (parameter !== null && isIn) {
    return within(operator, left, [rewrite.derivedParameter(parameter, rewrite.listParameters)]);
  }
  if (isAny && operator === '=') return template(HAS_ELEMENT, left, array);
  if (!isAny && (operator === '<>' || operator === '!=')) return negated(template(HAS_ELEMENT, left, array));
  if (!/~/.test(operator)) return plain;
  const each = comparison(operator, left, { ColumnRef: { fields: [{ String: { sval: '_p' } }] } }, rewrite);
  const found = isAny ? each : negated(each);
  const exists = template('EXISTS (SELECT 1 FROM (SELECT unnest($1) AS _p) AS _a WHERE $2)', array, found);
  return isAny ? exists : negated(exists);
}

const HAS_ELEMENT =
  'CASE WHEN list_contains($2, $1) THEN true ' +
  'WHEN $2 IS NULL OR ($1 IS NULL AND len($2) > 0) OR len($2) <> list_count($2) THEN NULL ELSE false END';

function within(operator: string, left: Node, elements: readonly Node[]): Node {
  const items: Node = { List: { items: [...elements] } };
  return { A_Expr: { kind: 'AEXPR_IN', name: [{ String: { sval: operator === '=' ? '=' : '<>' } }], lexpr: left, rexpr: items } };
}

function comparison(operator: string, left: Node, right: Node, rewrite: Rewrite): Node {
  const expression: A_Expr = { kind: 'AEXPR_OP', name: [{ String: { sval: operator } }], lexpr: left, rexpr: right };
  return binaryOperator({ A_Expr: expression }, rewrite);
}

/** Elements of ARRAY[…] or '{…}', cast or not; null for anything else. */
function elementsOf(array: Node): readonly Node[] | null {
  if ('TypeCast' in array && array.TypeCast.arg !== undefined) {
    const { arg, typeName } = array.TypeCast;
    const elements = elementsOf(arg);
    const type = typeNameOf(typeName);
    // The column's own type decides for text and numbers; dates and the like keep the cast.
    return elements === null || /^(text|varchar|bpchar|name|int[248]|float[48]|numeric)$/.test(type)
      ? elements
      : elements.map((element) => castTo(element, type));
  }
  if ('A_ArrayExpr' in array) return array.A_ArrayExpr.elements ?? [];
  const literal = stringOf(array);
  return literal === null ? null : (arrayElements(literal)?.map(elementNode) ?? null);
}

/** `x - 'name'`: only JSON has such a difference. */
function isKey(node: Node): boolean {
  const literal = literalOf(node);
  return literal !== null && /^\s*[a-z_]/i.test(literal) && !/^\s*(now|today|tomorrow|yesterday|epoch|infinity)\b/i.test(literal);
}

function contains(whole: Node, part: Node): Node {
  const literal = stringOf(part);
  if (isJson(whole) || isJson(part) || (literal !== null && /^\s*(\{\s*"|\{\s*\}|\[)/.test(literal))) {
    return call('json_contains', whole, part);
  }
  return call('list_has_all', listFrom(whole), listFrom(part));
}

/** '{1,2}' beside a list is a list of its type, as a literal of DuckDB's form is. */
function listFrom(node: Node): Node {
  const literal = 'A_Const' in node ? stringOf(node) : null;
  const elements = literal === null ? null : arrayElements(literal);
  return elements === null ? node : text(listLiteral(elements));
}

/** JSON's `?`, for objects, arrays of strings, and strings. */
function hasKeys(operator: string, json: Node, keys: Node, rewrite: Rewrite): Node {
  if (operator === '?') return rewrite.macro('_pg_json_has', json, keys);
  return rewrite.macro(operator === '?|' ? '_pg_json_has_any' : '_pg_json_has_all', json, listFrom(keys));
}

/** list || element: DuckDB's `||` wants two lists. */
function concatenated(left: Node, right: Node, plain: Node): Node {
  const isList = (node: Node): boolean =>
    'A_ArrayExpr' in node || ('TypeCast' in node && node.TypeCast.typeName?.arrayBounds !== undefined);
  const isElement = (node: Node): boolean => 'A_Const' in node;
  if (isList(left) && isList(right)) return call('list_concat', left, right);
  if (isList(left) && isElement(right)) return call('list_append', left, right);
  if (isList(right) && isElement(left)) return call('list_prepend', left, right);
  return plain;
}
