/**
 * `ctid`, where a row lies in PostgreSQL's files: DuckDB's postgres extension reads a table by ranges of it. Here all rows lie
 * on the first page, so that of ranges without overlap one gives all of them.
 */
import type { Node } from '@pgsql/types';
import { lastPart, stringOf, typeNameOf } from '../tree.ts';
import { boolean } from './template.ts';

type Place = readonly [page: number, row: number];

const EVERY_ROW: Place = [0, 1];

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** What `ctid >= '(8,0)'::tid`, `ctid BETWEEN … AND …` comes to; null: it is something else. */
export function rowPlaceTest(node: Node): Node | null {
  if (!('A_Expr' in node)) return null;
  const { kind, lexpr, rexpr, name } = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined || !isRowPlace(lexpr)) return null;
  if (kind === 'AEXPR_OP') {
    const [place, holds] = [placeOf(rexpr), COMPARISONS[lastPart(name)]];
    return place === null || holds === undefined ? null : boolean(holds(orderOf(EVERY_ROW, place)));
  }
  if (kind !== 'AEXPR_BETWEEN' || !('List' in rexpr)) return null;
  const [low, high] = (rexpr.List.items ?? []).map(placeOf);
  if (low === undefined || low === null || high === undefined || high === null) return null;
  return boolean(orderOf(EVERY_ROW, low) >= 0 && orderOf(EVERY_ROW, high) <= 0);
}

function isRowPlace(node: Node): boolean {
  return 'ColumnRef' in node && lastPart(node.ColumnRef.fields) === 'ctid';
}

/** The place that `'(8,0)'::tid` names. */
function placeOf(node: Node): Place | null {
  if (!('TypeCast' in node) || typeNameOf(node.TypeCast.typeName) !== 'tid') return null;
  const words = /^\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*$/.exec(stringOf(node.TypeCast.arg) ?? '');
  return words === null ? null : [Number(words[1]), Number(words[2])];
}

function orderOf([page, row]: Place, [otherPage, otherRow]: Place): number {
  return page === otherPage ? row - otherRow : page - otherPage;
}
