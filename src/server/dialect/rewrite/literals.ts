/** Strings without a type: PostgreSQL gives them that of what they meet, where DuckDB has several to choose from. */
import type { Node } from '@pgsql/types';
import { stringOf } from '../tree.ts';
import { call, castTo } from './template.ts';

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const DATE = /^\s*\d{4}-\d{1,2}-\d{1,2}/;

/** The operands of `n * '5'`, `'2024-03-01' - day`: a number or a date that is written as a string gets the other's type. */
export function sameTypes(operator: string, left: Node, right: Node): readonly [Node, Node] {
  const isMeant = (node: Node): boolean => {
    const literal = literalOf(node);
    return literal !== null && (NUMBER.test(literal) || (operator === '-' && DATE.test(literal)));
  };
  if (isMeant(right) && !('A_Const' in left)) return [left, asTypeOf(right, left)];
  if (isMeant(left) && !('A_Const' in right)) return [asTypeOf(left, right), right];
  return [left, right];
}

/** A string as a value of the type that `model` has; what is no string stays as it is. */
export function asTypeOf(node: Node, model: Node): Node {
  if (literalOf(node) === null || literalOf(model) !== null) return node;
  if ('TypeCast' in model) return { TypeCast: { ...model.TypeCast, arg: node } };
  return call('cast_to_type', node, model);
}

/** The text of a string that has no cast. */
export function literalOf(node: Node): string | null {
  return 'A_Const' in node ? stringOf(node) : null;
}

/** First, last and step of generate_series(): the bounds have one type, a step that is a string is an interval. */
export function seriesBounds(args: readonly Node[]): Node[] {
  const [first, last, step] = args;
  if (first === undefined || last === undefined) return [...args];
  const bounds = [asTypeOf(first, last), asTypeOf(last, first)];
  return step === undefined ? bounds : [...bounds, literalOf(step) === null ? step : castTo(step, 'interval')];
}
