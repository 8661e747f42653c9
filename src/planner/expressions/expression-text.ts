/** Prints an expression of the plan for EXPLAIN. The text is for reading only: it may be shortened, and nothing parses it. */

import { COMPARISONS, isObject, type JsonObject, listAt, objectAt, termsIn, textAt } from '../plan/plan-nodes.ts';
import { callArgumentFrom, typeNameOf } from './constant.ts';
import { constantText, quoted } from './constant-text.ts';
import { whyMember } from './members.ts';

const SYMBOLS: Readonly<Record<string, string>> = {
  ...COMPARISONS,
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
  COMPARE_IN: 'IN',
  COMPARE_NOT_IN: 'NOT IN',
  OPERATOR_NOT: 'NOT',
  OPERATOR_IS_NULL: 'IS NULL',
  OPERATOR_IS_NOT_NULL: 'IS NOT NULL',
};
/** Functions that SQL writes as words between their arguments. */
const INFIX: Readonly<Record<string, string>> = {
  '~~': 'LIKE',
  '!~~': 'NOT LIKE',
  '~~*': 'ILIKE',
  '!~~*': 'NOT ILIKE',
  '~~~': 'GLOB',
};
const MOST_CHARACTERS = 200;
/** Of terms, items and levels so many are read: more would not fit. */
const MOST_ITEMS = 20;
const MOST_PARTS = 1000;

/** Gives the expression as text of at most some 200 characters. */
export function expressionText(expression: unknown): string {
  const text = textOf(expression, 0);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function textOf(expression: unknown, level: number): string {
  if (!isObject(expression)) return '?';
  if (level > MOST_ITEMS) return '…';
  const below = (child: unknown): string => textOf(child, level + 1);
  const type = textAt(expression, 'type');
  switch (textAt(expression, 'expression_class')) {
    case 'BOUND_REF':
      return textAt(expression, 'alias') || 'column';
    case 'BOUND_CONSTANT':
      return valueText(objectAt(expression, 'value'));
    case 'BOUND_COMPARISON':
      return `${below(expression['left'])} ${SYMBOLS[type] ?? type} ${below(expression['right'])}`;
    case 'BOUND_BETWEEN':
      return `${below(expression['input'])} BETWEEN ${below(expression['lower'])} AND ${below(expression['upper'])}`;
    case 'BOUND_CONJUNCTION':
      return `(${joined(termsIn(expression), type === 'CONJUNCTION_AND' ? ' AND ' : ' OR ', below)})`;
    case 'BOUND_OPERATOR':
      return operatorText(type, listAt(expression, 'children'), below);
    case 'BOUND_FUNCTION':
      return functionText(textAt(expression, 'name'), listAt(expression, 'children'), below);
    case 'BOUND_CAST':
      return `CAST(${below(expression['child'])} AS ${typeNameOf(objectAt(expression, 'return_type'))})`;
    case 'BOUND_CASE':
      return 'CASE …';
    default:
      return textAt(expression, 'expression_class') || '?';
  }
}

/** Functions whose value changes from call to call. */
const VOLATILE = new Set(
  'random nextval currval uuid gen_random_uuid uuidv4 uuidv7 setseed error sleep_ms current_query txid_current'.split(' '),
);
const PATTERNS = new Set(
  '~~ !~~ ~~* !~~* ~~~ like_escape ilike_escape not_like_escape not_ilike_escape regexp_matches regexp_full_match suffix contains'.split(
    ' ',
  ),
);

/** Says in a few words why an expression is left to DuckDB. Reads as many terms as `expressionText` shows. */
export function whyOpaque(expression: unknown): string {
  const seen = partsOf(expression);
  const names = seen.filter((part) => textAt(part, 'expression_class') === 'BOUND_FUNCTION').map((part) => textAt(part, 'name'));
  const classes = new Set(seen.map((part) => textAt(part, 'expression_class')));
  const columns = new Set(
    seen.filter((part) => textAt(part, 'expression_class') === 'BOUND_REF').map((part) => String(part['index'])),
  );
  if (names.some((name) => VOLATILE.has(name))) return 'a volatile function';
  if (columns.size === 0) return 'no column in it';
  if (columns.size > 1) return 'it compares columns';
  const member = whyMember(seen);
  if (member !== null) return member;
  if (names.some((name) => PATTERNS.has(name))) return 'a pattern that is no prefix';
  if (names.length > 0) return 'a function of the column';
  if (classes.has('BOUND_CASE')) return 'a CASE';
  if (classes.has('BOUND_CAST')) return 'a cast of the column';
  if (seen.some((part) => textAt(part, 'expression_class') === 'BOUND_OPERATOR' && isComputed(textAt(part, 'type'))))
    return 'a function of the column';
  return seen.some((part) => objectAt(part, 'value')?.['is_null'] === true) ? 'NULL under NOT' : 'a form that is not pushed';
}

function isComputed(type: string): boolean {
  return !(type in SYMBOLS);
}

/** Gives the expression and what stands in it, at most so many. */
function partsOf(expression: unknown): JsonObject[] {
  const parts: JsonObject[] = [];
  const waiting: unknown[] = [expression];
  for (let next = waiting.pop(); next !== undefined && parts.length < MOST_PARTS; next = waiting.pop()) {
    if (!isObject(next)) continue;
    parts.push(next);
    const { left, right, input, lower, upper, child, else_expr: other } = next;
    waiting.push(...listAt(next, 'children'), ...[left, right, input, lower, upper, child, other].filter(isObject));
    for (const check of listAt(next, 'case_checks')) if (isObject(check)) waiting.push(check['when_expr'], check['then_expr']);
  }
  return parts;
}

type TextOf = (expression: unknown) => string;

function joined(items: readonly unknown[], separator: string, below: TextOf): string {
  const shown = items.slice(0, MOST_ITEMS).map(below);
  return [...shown, ...(items.length > MOST_ITEMS ? ['…'] : [])].join(separator);
}

function functionText(name: string, children: readonly unknown[], below: TextOf): string {
  const word = INFIX[name] ?? (/^[^\w]+$/.test(name) ? name : undefined);
  if (word !== undefined && children.length === 2) {
    const text = joined(children, ` ${word} `, below);
    return word === name ? `(${text})` : text;
  }
  return word !== undefined && children.length === 1
    ? `${word}${below(children[0])}`
    : `${name}(${joined(children, ', ', below)})`;
}

function operatorText(type: string, children: readonly unknown[], below: TextOf): string {
  const [first, ...others] = children;
  switch (type) {
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN':
      return `${below(first)} ${SYMBOLS[type]} (${joined(others, ', ', below)})`;
    case 'OPERATOR_NOT':
      return `NOT (${below(first)})`;
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return `${below(first)} ${SYMBOLS[type]}`;
    default:
      return `${type.replace('OPERATOR_', '').toLowerCase()}(${joined(children, ', ', below)})`;
  }
}

function valueText(value: JsonObject | null): string {
  if (value === null || value['is_null'] === true) return 'NULL';
  const constant = callArgumentFrom(value);
  if (constant?.type === 'BLOB') return `${quoted(String(value['value']))}::BLOB`;
  if (constant !== null) return constant.type.endsWith('[]') ? String(constant.value) : constantText(constant);
  const plain = value['value'];
  if (textAt(value['type'], 'id') === 'INTERVAL' && isObject(plain)) return intervalText(plain);
  return isObject(plain) ? '…' : quoted(String(plain));
}

function intervalText(parts: JsonObject): string {
  const texts = ['months', 'days', 'micros'].flatMap((unit) =>
    parts[unit] === 0 ? [] : [`${String(parts[unit])} ${unit === 'micros' ? 'microseconds' : unit}`],
  );
  return `INTERVAL '${texts.length === 0 ? '0 days' : texts.join(' ')}'`;
}
