/** Comparisons of a column with a moment: the moment is made to fit the column, so that the comparison can be pushed down. */
import type { Node } from '@pgsql/types';
import { isRecord, lastPart, typeNameOf } from '../tree.ts';
import { castTo } from './template.ts';

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

const COMPARISONS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

/**
 * `ts >= to_timestamp(…)`, `ts > now() - …`: DuckDB would cast the column, if it is a TIMESTAMP, to TIMESTAMPTZ; so the constant
 * becomes the session's local time, which is what PostgreSQL makes of the column. A TIMESTAMPTZ column gets it back from there.
 */
export function localComparison(node: Kind<'A_Expr'>): Node {
  const { kind, lexpr, rexpr } = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined) return node;
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_NOT_BETWEEN') {
    if (!('ColumnRef' in lexpr) || !('List' in rexpr)) return node;
    return { A_Expr: { ...node.A_Expr, rexpr: { List: { items: (rexpr.List.items ?? []).map(local) } } } };
  }
  if (kind !== 'AEXPR_OP' || !COMPARISONS.has(lastPart(node.A_Expr.name))) return node;
  if ('ColumnRef' in lexpr) return { A_Expr: { ...node.A_Expr, rexpr: local(rexpr) } };
  return 'ColumnRef' in rexpr ? { A_Expr: { ...node.A_Expr, lexpr: local(lexpr) } } : node;
}

function local(node: Node): Node {
  return isZoned(node) && !hasColumn(node) ? castTo(node, 'timestamp') : node;
}

function isZoned(node: Node): boolean {
  if ('TypeCast' in node) return typeNameOf(node.TypeCast.typeName) === 'timestamptz';
  if ('A_Expr' in node) {
    const { lexpr, kind } = node.A_Expr;
    return kind === 'AEXPR_OP' && lexpr !== undefined && /^[+-]$/.test(lastPart(node.A_Expr.name)) && isZoned(lexpr);
  }
  if (!('FuncCall' in node)) return false;
  const name = lastPart(node.FuncCall.funcname);
  const second = node.FuncCall.args?.[1];
  return name === 'now' || name === 'to_timestamp' || (name === 'date_trunc' && second !== undefined && isZoned(second));
}

/** Tells whether an expression depends on a row. */
export function hasColumn(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasColumn);
  return isRecord(value) && ('ColumnRef' in value || Object.values(value).some(hasColumn));
}
