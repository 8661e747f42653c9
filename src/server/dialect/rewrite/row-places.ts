/**
 * `ctid`, where a row lies in PostgreSQL's files: DuckDB's postgres extension reads a table by ranges of it. Here all rows lie
 * at one place of the first page, so that of ranges without overlap one gives all of them.
 */
import type { Node } from '@pgsql/types';
import { lastPart, stringOf, typeNameOf } from '../tree.ts';
import { arrayElements } from './patterns.ts';
import { boolean, castTo, text } from './template.ts';

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

/** The operator that says the same with its operands exchanged. */
const EXCHANGED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** `ctid` as a value: the place's text, of the type that the description has for it. */
export function rowPlace(): Node {
  return castTo(text(`(${EVERY_ROW.join(',')})`), 'text');
}

/**
 * What `ctid >= '(8,0)'::tid`, `ctid BETWEEN … AND …`, `ctid = ANY(…)`, `ctid IN (…)` come to; null: it is something else.
 * @throws {PgError} 22P02 an array that is none.
 */
export function rowPlaceTest(node: Node): Node | null {
  if (!('A_Expr' in node)) return null;
  const { kind, lexpr, rexpr } = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined) return null;
  const name = lastPart(node.A_Expr.name);
  if (!isRowPlace(lexpr)) {
    return kind === 'AEXPR_OP' && isRowPlace(rexpr) ? tested(EXCHANGED[name] ?? name, [lexpr], true) : null;
  }
  switch (kind) {
    case 'AEXPR_OP':
      return tested(name, [rexpr], true);
    case 'AEXPR_IN':
      return tested(name, itemsOf(rexpr), name === '=');
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return tested(name, elementsOf(rexpr), kind === 'AEXPR_OP_ANY');
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
      return between(itemsOf(rexpr), kind === 'AEXPR_NOT_BETWEEN');
    default:
      return null;
  }
}

/** Compares with each of the places; `isAny`: one that holds is enough, else all must. */
function tested(operator: string, others: readonly Node[] | null, isAny: boolean): Node | null {
  const holds = COMPARISONS[operator];
  const places = others?.map(placeOf) ?? [null];
  if (holds === undefined || !places.every((place) => place !== null)) return null;
  const each = places.map((place) => holds(orderOf(EVERY_ROW, place)));
  return boolean(isAny ? each.some(Boolean) : each.every(Boolean));
}

function between(bounds: readonly Node[], isNegated: boolean): Node | null {
  const [low, high] = bounds.map(placeOf);
  if (low === undefined || low === null || high === undefined || high === null) return null;
  return boolean((orderOf(EVERY_ROW, low) >= 0 && orderOf(EVERY_ROW, high) <= 0) !== isNegated);
}

function itemsOf(list: Node): readonly Node[] {
  return 'List' in list ? (list.List.items ?? []) : [];
}

/** Elements of ARRAY[…] or '{…}', cast or not; null for anything else. */
function elementsOf(array: Node): readonly Node[] | null {
  if ('TypeCast' in array && array.TypeCast.arg !== undefined) return elementsOf(array.TypeCast.arg);
  if ('A_ArrayExpr' in array) return array.A_ArrayExpr.elements ?? [];
  const literal = stringOf(array);
  return literal === null ? null : (arrayElements(literal)?.map((element) => text(element ?? '')) ?? null);
}

function isRowPlace(node: Node): boolean {
  return 'ColumnRef' in node && lastPart(node.ColumnRef.fields) === 'ctid';
}

/** The place that `'(8,0)'::tid` or `'(8,0)'` names. */
function placeOf(node: Node): Place | null {
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    return arg !== undefined && typeNameOf(typeName) === 'tid' ? placeOf(arg) : null;
  }
  const words = /^\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*$/.exec(stringOf(node) ?? '');
  return words === null ? null : [Number(words[1]), Number(words[2])];
}

function orderOf([page, row]: Place, [otherPage, otherRow]: Place): number {
  return page === otherPage ? row - otherRow : page - otherPage;
}
