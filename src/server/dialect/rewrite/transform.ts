/** Walks over a copy of the tree, children first, and lets each kind's rule put another node in its place. */
import type { Node } from '@pgsql/types';
import { MACROS } from '../macros.ts';
import { isRecord } from '../tree.ts';
import { functionCall, sqlValueFunction } from './functions.ts';
import { binaryOperator } from './operators.ts';
import type { RewriteInput } from './rewrite.ts';
import { columnReference, rangeFunction, rangeVariable, select, sortBy, subLink, targetOf, valueAliases } from './tables.ts';
import { call } from './template.ts';
import { bitString, collation, constantNode, typeCast } from './types.ts';

/** What one rewrite gathers on its way. */
export class Rewrite {
  readonly macros = new Set<string>();
  readonly listParameters = new Map<number, number>();
  readonly patternParameters = new Map<number, number>();
  /** Names in the deparsed text, and what is written in their place. */
  readonly verbatim = new Map<string, string>();
  /** Aliases of functions in FROM that stand for their one value. */
  readonly valueAliases: ReadonlySet<string>;
  readonly input: RewriteInput;
  #parameters: number;

  constructor(tree: Node, input: RewriteInput) {
    this.input = input;
    this.valueAliases = valueAliases(tree);
    this.#parameters = input.parameterCount;
  }

  /** A call of one of MACROS, which the session must then have. */
  macro(name: string, ...args: readonly Node[]): Node {
    const body = MACROS.get(name);
    if (body === undefined) throw new Error(`no macro ${name}`);
    for (const [needed] of body.matchAll(/\b_pg_\w+/g)) if (needed !== name) this.#need(needed);
    this.macros.add(name);
    return call(name, ...args);
  }

  #need(name: string): void {
    for (const [needed] of (MACROS.get(name) ?? '').matchAll(/\b_pg_\w+/g)) if (needed !== name) this.#need(needed);
    this.macros.add(name);
  }

  /** A parameter that stands for another one in a use of its own (see DataStatement). */
  derivedParameter(of: number, uses: Map<number, number>): Node {
    this.#parameters++;
    uses.set(this.#parameters, of);
    return { ParamRef: { number: this.#parameters } };
  }
}

/** Gives the node that stands for `node`; its fields are changed. */
export function transform(node: Node, rewrite: Rewrite): Node {
  const [kind] = Object.keys(node);
  if (kind === undefined) return node;
  // A node is a record of one field that holds its fields.
  const fields = (node as unknown as Record<string, unknown>)[kind];
  if (isRecord(fields)) {
    const shape = kind === 'RangeFunction' ? null : fields;
    if (shape !== null) transformFields(shape, rewrite);
  }
  return applyRule(node, rewrite);
}

function transformFields(fields: Record<string, unknown>, rewrite: Rewrite): void {
  for (const [key, value] of Object.entries(fields)) fields[key] = transformValue(value, rewrite, key);
}

/** Fields that hold a SELECT without its kind. */
const SELECT_FIELDS = new Set(['larg', 'rarg']);

export function transformValue(value: unknown, rewrite: Rewrite, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => transformValue(one, rewrite));
  if (!isRecord(value)) return value;
  const [kind] = Object.keys(value);
  // pg_query's nodes are told by the capital letter of their kind.
  if (kind !== undefined && /^[A-Z]/.test(kind)) return transform(value as unknown as Node, rewrite);
  transformFields(value, rewrite);
  if (SELECT_FIELDS.has(key)) select(value, rewrite);
  return value;
}

function applyRule(node: Node, rewrite: Rewrite): Node {
  if ('A_Const' in node) return bitString(constantNode(node));
  if ('ColumnRef' in node) return columnReference(node, rewrite);
  if ('A_Expr' in node) return binaryOperator(node, rewrite);
  if ('FuncCall' in node) return functionCall(node, rewrite);
  if ('TypeCast' in node) return typeCast(node, rewrite);
  if ('CollateClause' in node) return collation(node);
  if ('SQLValueFunction' in node) return sqlValueFunction(node, rewrite);
  if ('RangeVar' in node) return rangeVariable(node);
  if ('RangeFunction' in node) return rangeFunction(node, rewrite);
  if ('SubLink' in node) return subLink(node);
  if ('SortBy' in node) return sortBy(node);
  if ('ResTarget' in node) return targetOf(node, rewrite);
  if ('SelectStmt' in node) {
    select(node.SelectStmt, rewrite);
    return node;
  }
  return node;
}
