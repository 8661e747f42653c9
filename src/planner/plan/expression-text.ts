/** Prints an expression of the plan for EXPLAIN. The text is for reading only: it may be shortened, and nothing parses it. */
import { COMPARISONS, isObject, type JsonObject, listAt, objectAt, termsIn, textAt } from './plan-nodes.ts';

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
      return `CAST(${below(expression['child'])} AS ${textAt(expression['return_type'], 'id')})`;
    case 'BOUND_CASE':
      return 'CASE …';
    default:
      return textAt(expression, 'expression_class') || '?';
  }
}

type TextOf = (expression: unknown) => string;

function joined(items: readonly unknown[], separator: string, below: TextOf): string {
  const shown = items.slice(0, MOST_ITEMS).map(below);
  return [...shown, ...(items.length > MOST_ITEMS ? ['…'] : [])].join(separator);
}

function functionText(name: string, children: readonly unknown[], below: TextOf): string {
  const word = INFIX[name];
  return word !== undefined && children.length === 2
    ? joined(children, ` ${word} `, below)
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
  const plain = value['value'];
  if (typeof plain === 'string') return `'${plain.replaceAll("'", "''")}'`;
  return isObject(plain) ? '…' : String(plain);
}
