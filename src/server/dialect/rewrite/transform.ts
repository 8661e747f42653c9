/** Walks over a copy of the tree, children first, and lets each kind's rule put another node in its place. */
import type { Node } from '@pgsql/types';
import { functionCall, sqlValueFunction } from '../functions/functions.ts';
import { isRecord } from '../tree.ts';
import { liftGroupedSets } from './grouped-sets.ts';
import { binaryOperator, tested } from './operators.ts';
import { rowPlaceTest } from './row-places.ts';
import type { Rewrite } from './state.ts';
import {
  columnReference,
  commonTable,
  nameTargets,
  rangeFunction,
  rangeSubselect,
  rangeVariable,
  select,
  sortBy,
  tableSample,
} from './tables.ts';
import { bitString, collation, constantNode, typeCast } from './types.ts';

/** Gives the node that stands for `node`; its fields are changed. */
export function transform(node: Node, rewrite: Rewrite): Node {
  const [kind] = Object.keys(node);
  if (kind === undefined) return node;
  const placed = rowPlaceTest(node);
  if (placed !== null) return placed;
  // A node is a record of one field that holds its fields.
  const fields = (node as unknown as Record<string, unknown>)[kind];
  if (isRecord(fields)) {
    const shape = kind === 'RangeFunction' ? null : fields;
    if (shape !== null) transformFields(shape, rewrite);
  }
  return applyRule(node, rewrite);
}

function transformFields(fields: Record<string, unknown>, rewrite: Rewrite): void {
  nameTargets(fields);
  liftGroupedSets(fields);
  for (const [key, value] of Object.entries(fields)) fields[key] = transformValue(value, rewrite, key);
}

/** Fields that hold a SELECT without its kind. */
const SELECT_FIELDS = new Set(['larg', 'rarg']);

function transformValue(value: unknown, rewrite: Rewrite, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => transformValue(one, rewrite));
  if (!isRecord(value)) return value;
  const [kind] = Object.keys(value);
  // pg_query's nodes are told by the capital letter of their kind.
  if (kind !== undefined && /^[A-Z]/.test(kind)) return transform(value as unknown as Node, rewrite);
  transformFields(value, rewrite);
  if (SELECT_FIELDS.has(key)) select(value);
  return value;
}

function applyRule(node: Node, rewrite: Rewrite): Node {
  if ('A_Const' in node) return bitString(constantNode(node));
  if ('ColumnRef' in node) return columnReference(node, rewrite);
  if ('A_Expr' in node) return binaryOperator(node, rewrite);
  if ('BooleanTest' in node || 'NullTest' in node) return tested(node);
  if ('FuncCall' in node) return functionCall(node, rewrite);
  if ('TypeCast' in node) return typeCast(node, rewrite);
  if ('CollateClause' in node) return collation(node);
  if ('SQLValueFunction' in node) return sqlValueFunction(node, rewrite);
  if ('RangeVar' in node) return rangeVariable(node);
  if ('RangeSubselect' in node) return rangeSubselect(node);
  if ('CommonTableExpr' in node) return commonTable(node);
  if ('RangeTableSample' in node) return tableSample(node, rewrite);
  if ('RangeFunction' in node) return rangeFunction(node, rewrite);
  if ('SortBy' in node) return sortBy(node);
  if ('SelectStmt' in node) {
    select(node.SelectStmt);
    return node;
  }
  return node;
}
