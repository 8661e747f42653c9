/** Reads PostgreSQL's parse tree (pg_query's JSON): kinds of nodes, names, constants. Changes nothing. */
import type { A_Const, FuncCall, Node, SelectStmt, SQLValueFunction, TypeName } from '@pgsql/types';
import type { Tree } from '../words.ts';

/** Gives the tree as the typed union that @pgsql/types has for it. */
export function nodeOf(tree: Tree): Node {
  // libpg-query made it: each node is an object of one field, the kind's name.
  return tree as unknown as Node;
}

/** Gives the kind of a node, such as 'SelectStmt'. */
export function kindOf(node: Tree | Node): string {
  return Object.keys(node)[0] ?? '';
}

/** Gives the parts of a dotted name, such as the name of a function, in order. */
export function partsOf(names: readonly Node[] | undefined): string[] {
  return (names ?? []).map((name) => ('String' in name ? (name.String.sval ?? '') : ''));
}

/** Gives the last part of a dotted name; '' for none. */
export function lastPart(names: readonly Node[] | undefined): string {
  return partsOf(names).at(-1) ?? '';
}

/** Gives a function's name, without schema where that is pg_catalog; other schemas stay: `s.f`. */
export function functionName(call: FuncCall): string {
  const parts = partsOf(call.funcname);
  return parts.length > 1 && parts[0] === 'pg_catalog' ? parts.slice(1).join('.') : parts.join('.');
}

/** A constant as the evaluator and the rewrite look at it. */
export type Constant =
  | { readonly kind: 'integer' | 'decimal' | 'string'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** Reads A_Const. pg_query leaves out what is zero, false or empty. Bit strings (B'…') give null. */
export function constantOf(constant: A_Const): Constant | null {
  if (constant.isnull === true) return { kind: 'null' };
  if (constant.ival !== undefined) return { kind: 'integer', text: String(constant.ival.ival ?? 0) };
  if (constant.fval !== undefined) return { kind: 'decimal', text: constant.fval.fval ?? '0' };
  if (constant.boolval !== undefined) return { kind: 'boolean', value: constant.boolval.boolval ?? false };
  if (constant.sval !== undefined) return { kind: 'string', text: constant.sval.sval ?? '' };
  return null;
}

/** Gives the text of a string constant, also of one that is cast to text; null for anything else. */
export function stringOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ('TypeCast' in node && ['text', 'varchar', 'name'].includes(lastPart(node.TypeCast.typeName?.names))) {
    return stringOf(node.TypeCast.arg);
  }
  if (!('A_Const' in node)) return null;
  const constant = constantOf(node.A_Const);
  return constant?.kind === 'string' ? constant.text : null;
}

/** Gives the number of a constant, also of a string or a cast that holds one; null for anything else. */
export function numberOf(node: Node | undefined): number | null {
  if (node === undefined) return null;
  if ('TypeCast' in node) return numberOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return null;
  const constant = constantOf(node.A_Const);
  if (constant === null || !('text' in constant) || constant.text.trim() === '') return null;
  const value = Number(constant.text);
  return Number.isNaN(value) ? null : value;
}

/** Gives a type's name as pg_type has it, without pg_catalog; `int4`, `timestamptz`, `my.type`. */
export function typeNameOf(type: TypeName | undefined): string {
  const parts = partsOf(type?.names);
  return parts.length > 1 && parts[0] === 'pg_catalog' ? parts.slice(1).join('.') : parts.join('.');
}

/** `SVFOP_CURRENT_USER` → `current_user`; with a precision (`_N`) the same name. */
export function valueFunctionName(value: SQLValueFunction): string {
  return (value.op ?? '').replace('SVFOP_', '').replace(/_N$/, '').toLowerCase();
}

/** True for a SELECT that has target list, and nothing else. */
export function isPlainSelect(select: SelectStmt): boolean {
  const { targetList, op, limitOption, groupDistinct, ...rest } = select;
  return (
    targetList !== undefined &&
    targetList.length > 0 &&
    (op === undefined || op === 'SETOP_NONE') &&
    groupDistinct !== true &&
    (limitOption === undefined || limitOption === 'LIMIT_OPTION_DEFAULT') &&
    Object.keys(rest).length === 0
  );
}

/**
 * Walks over a tree, parents first. `visit` is told of each node with its kind; false: it has looked at what is inside.
 * Also fields that hold a node's fields without its kind (typeName, withClause, larg, …) are walked through.
 */
export function walk(value: unknown, visit: (kind: string, fields: Readonly<Record<string, unknown>>) => boolean): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, visit);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, field] of Object.entries(value)) {
    if (/^[A-Z]/.test(key) && isRecord(field) && !visit(key, field)) continue;
    walk(field, visit);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
