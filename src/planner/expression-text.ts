/** Prints an expression of the plan for EXPLAIN. The text is for reading only: it may be shortened, and nothing parses it. */
import { isObject, type JsonObject, listAt, objectAt, textAt } from './plan-nodes.ts';

const SYMBOLS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
  COMPARE_IN: 'IN',
  COMPARE_NOT_IN: 'NOT IN',
  OPERATOR_NOT: 'NOT',
  OPERATOR_IS_NULL: 'IS NULL',
  OPERATOR_IS_NOT_NULL: 'IS NOT NULL',
};
const MOST_CHARACTERS = 200;

/** Gives the expression as text of at most some 200 characters. */
export function expressionText(expression: unknown): string {
  const text = isObject(expression) ? textOf(expression) : '?';
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function textOf(expression: unknown): string {
  if (!isObject(expression)) return '?';
  const children = listAt(expression, 'children');
  const list = (): string => children.map(textOf).join(', ');
  const type = textAt(expression, 'type');
  switch (textAt(expression, 'expression_class')) {
    case 'BOUND_REF':
      return textAt(expression, 'alias') || 'column';
    case 'BOUND_CONSTANT':
      return valueText(objectAt(expression, 'value'));
    case 'BOUND_COMPARISON':
      return `${textOf(expression['left'])} ${SYMBOLS[type] ?? type} ${textOf(expression['right'])}`;
    case 'BOUND_BETWEEN':
      return `${textOf(expression['input'])} BETWEEN ${textOf(expression['lower'])} AND ${textOf(expression['upper'])}`;
    case 'BOUND_CONJUNCTION':
      return `(${children.map(textOf).join(type === 'CONJUNCTION_AND' ? ' AND ' : ' OR ')})`;
    case 'BOUND_OPERATOR':
      return operatorText(type, children);
    case 'BOUND_FUNCTION':
      return `${textAt(expression, 'name')}(${list()})`;
    case 'BOUND_CAST':
      return `CAST(${textOf(expression['child'])} AS ${textAt(expression['return_type'], 'id')})`;
    case 'BOUND_CASE':
      return 'CASE …';
    default:
      return textAt(expression, 'expression_class') || '?';
  }
}

function operatorText(type: string, children: readonly unknown[]): string {
  const [first, ...others] = children;
  switch (type) {
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN':
      return `${textOf(first)} ${SYMBOLS[type]} (${others.map(textOf).join(', ')})`;
    case 'OPERATOR_NOT':
      return `NOT (${textOf(first)})`;
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return `${textOf(first)} ${SYMBOLS[type]}`;
    default:
      return `${type.replace('OPERATOR_', '').toLowerCase()}(${children.map(textOf).join(', ')})`;
  }
}

function valueText(value: JsonObject | null): string {
  if (value === null || value['is_null'] === true) return 'NULL';
  const plain = value['value'];
  if (typeof plain === 'string') return `'${plain.replaceAll("'", "''")}'`;
  return isObject(plain) ? '…' : String(plain);
}
