/** Makes trees from text: `template("nullif(len($1), 0)", node)`. Texts are parsed once. */
import type { Node } from '@pgsql/types';
import { singleTree } from '../parse.ts';
import { isRecord, nodeOf } from '../tree.ts';

const parsed = new Map<string, Node>();

/**
 * Gives the expression `text`, in which $1, $2, … are the nodes; a node that stands twice is shared, so that nobody may
 * change it afterwards. What PostgreSQL's grammar does not have (lambdas, structs) belongs into a macro.
 */
export function template(text: string, ...nodes: readonly Node[]): Node {
  let tree = parsed.get(text);
  if (tree === undefined) {
    tree = expressionOf(text);
    parsed.set(text, tree);
  }
  // substitute gives what it is given, a node.
  return substitute(tree, nodes) as Node;
}

function expressionOf(text: string): Node {
  const tree = singleTree(`SELECT ${text}`);
  const select = tree === null ? null : nodeOf(tree);
  const target = select !== null && 'SelectStmt' in select ? select.SelectStmt.targetList?.[0] : undefined;
  if (target === undefined || !('ResTarget' in target) || target.ResTarget.val === undefined) {
    throw new Error(`template does not parse: ${text}`);
  }
  return target.ResTarget.val;
}

function substitute(value: unknown, nodes: readonly Node[]): unknown {
  if (Array.isArray(value)) return value.map((one) => substitute(one, nodes));
  if (!isRecord(value)) return value;
  const parameter = value['ParamRef'];
  if (isRecord(parameter)) {
    const node = nodes[Number(parameter['number']) - 1];
    if (node === undefined) throw new Error('a template has more parameters than nodes');
    return node;
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, substitute(field, nodes)]));
}

/** A string constant. */
export function text(value: string): Node {
  return { A_Const: { sval: { sval: value } } };
}

/** An integer constant. */
export function integer(value: number): Node {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31
    ? { A_Const: { ival: { ival: value } } }
    : { A_Const: { fval: { fval: String(value) } } };
}

/** `name(…)`, by a name that the engine has. */
export function call(name: string, ...args: readonly Node[]): Node {
  return { FuncCall: { funcname: [{ String: { sval: name } }], args: [...args], funcformat: 'COERCE_EXPLICIT_CALL' } };
}

/** `node::type`. */
export function castTo(node: Node, type: string): Node {
  return { TypeCast: { arg: node, typeName: { names: [{ String: { sval: type } }], typemod: -1 } } };
}

/** `a AND b AND …`, or with OR; one stays as it is. */
export function joined(kind: 'AND_EXPR' | 'OR_EXPR', nodes: readonly Node[]): Node {
  const [first] = nodes;
  return nodes.length === 1 && first !== undefined ? first : { BoolExpr: { boolop: kind, args: [...nodes] } };
}

export function boolean(value: boolean): Node {
  return { A_Const: { boolval: { boolval: value } } };
}
