/**
 * Puts `redis_agg(tag)` in the place of query blocks that Redis answers as a whole, in the AST of the tagged text. The tag
 * (`_scan => n`) ties a block of the plan to its call, also one in a view that the block reads; macros stay as they are.
 */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { aliasOf, classOf, holdsAny, isDouble, NotRewritable, parseAst, withDoubles } from './ast.ts';
import { type Naming, rewrittenSelect } from './block-node.ts';
import { type Surroundings, sourceOf } from './block-source.ts';
import type { AggregateBlock } from './blocks.ts';
import { type SessionObjects, ViewBodies } from './view-bodies.ts';

export interface AggregateRewrite {
  /** For json_deserialize_sql; null where nothing was rewritten. */
  readonly astJson: string | null;
  /** Tags of the blocks that `redis_agg(tag)` must give: columns `__g0`, … (the groups), then `__a0`, … (the aggregates). */
  readonly done: readonly number[];
  readonly refused: readonly { readonly tag: number; readonly why: string }[];
}

interface Work extends Surroundings {
  readonly isObservable: boolean;
  readonly done: number[];
  readonly refused: Map<number, string>;
}

const NOT_IN_TEXT = 'its call is not in the text: macros, and views that do more than name columns, stay as they are';
const NO_OBJECTS: SessionObjects = { views: new Map(), macros: new Set() };
const UNREADABLE = 'the statement has no form that can be rewritten';

/**
 * @param astJson the answer of json_serialize_sql to the tagged text.
 * @param blocks those that are wanted.
 * @param names the columns of the statement as it was given, prepared; without them nothing is rewritten that lacks an alias.
 * @param objects the views and macros that the statement may read.
 */
export function rewriteAggregates(
  astJson: string,
  blocks: readonly AggregateBlock[],
  names: readonly string[] | null,
  objects: SessionObjects = NO_OBJECTS,
): AggregateRewrite {
  if (blocks.length === 0) return { astJson: null, done: [], refused: [] };
  const ast = parseAst(astJson);
  const refusedAll = (why: string): AggregateRewrite => ({
    astJson: null,
    done: [],
    refused: blocks.map(({ tag }) => ({ tag, why })),
  });
  const [statement, ...others] = listAt(ast, 'statements');
  const node = objectAt(statement, 'node');
  if (!isObject(ast) || !isObject(statement) || node === null || others.length > 0) return refusedAll(UNREADABLE);
  const work: Work = {
    blocks: new Map(blocks.map((block) => [block.tag, block])),
    views: new ViewBodies(node, objects),
    isObservable: holdsAny(node, tellsNames),
    done: [],
    refused: new Map(),
  };
  if (work.isObservable && holdsAny(node, hidesDouble)) return refusedAll('a DOUBLE in a column without a name');
  const replaced = outermost(node, names, work);
  const isPrinted = work.done.length > 0;
  const refused = blocks.flatMap(({ tag }) =>
    work.done.includes(tag) ? [] : [{ tag, why: work.refused.get(tag) ?? NOT_IN_TEXT }],
  );
  const printed = isPrinted ? JSON.stringify({ ...ast, statements: [{ ...statement, node: withDoubles(replaced) }] }) : null;
  return { astJson: printed, done: work.done, refused };
}

/** What makes the names of a subquery's columns visible: `*`, NATURAL, BY NAME, DESCRIBE, or a name that is an expression. */
function tellsNames(node: JsonObject): boolean {
  if (classOf(node) === 'STAR') return true;
  if (classOf(node) === 'COLUMN_REF') return listAt(node, 'column_names').some((name) => /[^\w]/.test(String(name)));
  const type = textAt(node, 'type');
  return (
    (type === 'JOIN' && textAt(node, 'ref_type') === 'NATURAL') ||
    (type === 'SET_OPERATION_NODE' && textAt(node, 'setop_type') === 'UNION_BY_NAME') ||
    ['SHOW_REF', 'PIVOT'].includes(type)
  );
}

/** A SELECT with a DOUBLE constant in a column whose name is the printed expression. */
function hidesDouble(node: JsonObject): boolean {
  return (
    textAt(node, 'type') === 'SELECT_NODE' &&
    listAt(node, 'select_list').some((item) => aliasOf(item) === '' && holdsAny(item, isDouble))
  );
}

/** The statement's own columns have the given names: those of the first arm where it is a set operation. */
function outermost(node: JsonObject, names: readonly string[] | null, work: Work): JsonObject {
  if (textAt(node, 'type') === 'SET_OPERATION_NODE' && textAt(node, 'setop_type') !== 'UNION_BY_NAME') {
    const left = objectAt(node, 'left');
    const { left: _left, ...others } = node;
    const rest = objectIn(others, work);
    return left === null ? rest : { ...rest, left: outermost(left, names, work) };
  }
  return textAt(node, 'type') === 'SELECT_NODE' ? selectIn(node, { names, isObservable: true }, work) : objectIn(node, work);
}

function selectIn(node: JsonObject, naming: Naming, work: Work): JsonObject {
  const source = sourceOf(objectAt(node, 'from_table'), work);
  if (source === null) return surrounding(node, naming, work);
  const { tag } = source.block;
  try {
    const select = rewrittenSelect(node, source, naming);
    work.done.push(tag);
    // What is left may hold common tables of its own.
    return { ...select, cte_map: valueIn(node['cte_map'], work) };
  } catch (error) {
    if (!(error instanceof NotRewritable)) throw error;
    // The outermost reason: what stands further in is no grouping.
    if (!work.refused.has(tag)) work.refused.set(tag, error.message);
    return surrounding(node, naming, work);
  }
}

/** Rewrites below a SELECT that is no block itself; an item that changes keeps its name, or does not change. */
function surrounding(node: JsonObject, naming: Naming, work: Work): JsonObject {
  const items = listAt(node, 'select_list');
  const { select_list: _items, ...others } = node;
  const replaced = items.map((item, at): unknown => {
    const before = work.done.length;
    const changed = valueIn(item, work);
    if (!isObject(changed) || aliasOf(item) !== '' || ['STAR', 'COLUMN_REF'].includes(classOf(item))) return changed;
    // Any expression may be printed in another way than it was written in.
    const name = nameAt(items, at, naming);
    if (name !== null) return { ...changed, alias: name };
    if (work.done.length === before || !naming.isObservable) return changed;
    for (const tag of work.done.splice(before)) work.refused.set(tag, 'the name of its column would change; an alias helps');
    return item;
  });
  return { ...objectIn(others, work), select_list: replaced };
}

/** A `*` stands for as many columns as there are names left over. */
function nameAt(items: readonly unknown[], at: number, { names }: Naming): string | null {
  if (names === null) return null;
  const isStar = (item: unknown): boolean => classOf(item) === 'STAR';
  if (!items.slice(0, at).some(isStar)) return names[at] ?? null;
  return items.slice(at).some(isStar) ? null : (names[names.length - (items.length - at)] ?? null);
}

function valueIn(value: unknown, work: Work): unknown {
  if (Array.isArray(value)) return value.map((member: unknown) => valueIn(member, work));
  if (!isObject(value)) return value;
  if (textAt(value, 'type') === 'SELECT_NODE') return selectIn(value, { names: null, isObservable: work.isObservable }, work);
  return objectIn(value, work);
}

function objectIn(value: JsonObject, work: Work): JsonObject {
  // A raw number is an object of no other kind.
  if ('rawJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, valueIn(member, work)]));
}
