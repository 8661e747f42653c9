/** The names that PostgreSQL gives columns without alias; ORDER BY, subqueries and CTEs may use them. */
import type { Node, SubLink } from '@pgsql/types';
import { lastPart, partsOf, valueFunctionName } from './tree.ts';

/** Gives the name of a column by its expression; null: PostgreSQL has none, and shows `?column?`. */
export function impliedName(node: Node): string | null {
  return figured(node)?.name ?? null;
}

/** A weak name (of a type, of CASE) gives way to that of what is inside. */
interface Figured {
  readonly name: string;
  readonly isWeak: boolean;
}

const strong = (name: string): Figured => ({ name, isWeak: false });

function figured(node: Node | undefined): Figured | null {
  if (node === undefined) return null;
  if ('ColumnRef' in node) return lastName(node.ColumnRef.fields);
  if ('A_Indirection' in node) return lastName(node.A_Indirection.indirection) ?? figured(node.A_Indirection.arg);
  if ('FuncCall' in node) return strong(lastPart(node.FuncCall.funcname));
  if ('SQLValueFunction' in node) return strong(valueFunctionName(node.SQLValueFunction));
  if ('CollateClause' in node) return figured(node.CollateClause.arg);
  if ('CoalesceExpr' in node) return strong('coalesce');
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('A_ArrayExpr' in node) return strong('array');
  if ('RowExpr' in node) return strong('row');
  if ('GroupingFunc' in node) return strong('grouping');
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
  if ('SubLink' in node) return ofSubLink(node.SubLink);
  if ('CaseExpr' in node) return ofInner(node.CaseExpr.defresult, 'case');
  if ('TypeCast' in node) return ofInner(node.TypeCast.arg, lastPart(node.TypeCast.typeName?.names));
  return null;
}

/** The last name of a path; a star has none. */
function lastName(fields: readonly Node[] | undefined): Figured | null {
  const names = partsOf(fields).filter((name) => name !== '');
  const last = fields?.at(-1);
  if (last !== undefined && 'A_Star' in last) return null;
  const name = names.at(-1);
  return name === undefined ? null : strong(name);
}

function ofInner(inner: Node | undefined, name: string): Figured {
  const found = figured(inner);
  return found !== null && !found.isWeak ? found : { name, isWeak: true };
}

function ofSubLink({ subLinkType, subselect }: SubLink): Figured | null {
  if (subLinkType === 'EXISTS_SUBLINK') return strong('exists');
  if (subLinkType === 'ARRAY_SUBLINK') return strong('array');
  if (subLinkType !== 'EXPR_SUBLINK' || subselect === undefined || !('SelectStmt' in subselect)) return null;
  const target = subselect.SelectStmt.targetList?.[0];
  if (target === undefined || !('ResTarget' in target)) return null;
  const name = target.ResTarget.name ?? impliedName(target.ResTarget.val ?? target);
  return name === null ? null : strong(name);
}
