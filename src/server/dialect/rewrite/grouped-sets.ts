/** `SELECT unnest(tags), count(*) … GROUP BY 1`: the set is made before the rows are grouped, which DuckDB does in FROM only. */
import type { Node } from '@pgsql/types';
import { functionName, isRecord, numberOf } from '../tree.ts';
import { isSetReturning } from './sets.ts';

const TABLE = '_sets';

/**
 * Moves functions that give rows, and that are grouped by, from the list of targets into FROM. Changes the fields of a SELECT
 * whose targets are named already and not yet transformed.
 */
export function liftGroupedSets(fields: Record<string, unknown>): void {
  const { targetList: targets, groupClause: groups, fromClause: from } = fields;
  if (!Array.isArray(targets) || !Array.isArray(groups) || !Array.isArray(from)) return;
  const lifted: Node[] = [];
  targets.forEach((target: unknown, index) => {
    const column: unknown = isRecord(target) ? target['ResTarget'] : undefined;
    if (!isRecord(column) || !isSet(column['val'])) return;
    const set = column['val'];
    if (!groups.some((group) => isGroupOf(group, index + 1, column['name'], set))) return;
    const name = `_set${lifted.length}`;
    const reference: Node = { ColumnRef: { fields: [{ String: { sval: TABLE } }, { String: { sval: name } }] } };
    lifted.push({ ResTarget: { name, val: set } });
    column['val'] = reference;
    // `GROUP BY unnest(tags)`, `ORDER BY unnest(tags)`
    const written = shapeOf(set);
    for (const clause of ['groupClause', 'sortClause', 'distinctClause']) {
      if (fields[clause] !== undefined) fields[clause] = replaced(fields[clause], written, reference);
    }
  });
  if (lifted.length === 0) return;
  const subquery: Node = { SelectStmt: { targetList: lifted, limitOption: 'LIMIT_OPTION_DEFAULT', op: 'SETOP_NONE' } };
  fields['fromClause'] = [...from, { RangeSubselect: { lateral: true, subquery, alias: { aliasname: TABLE } } }];
}

function isSet(value: unknown): value is Node & { FuncCall: object } {
  // A value of a target, as it comes from the parser.
  const node = value as Node | undefined;
  return node !== undefined && 'FuncCall' in node && isSetReturning(functionName(node.FuncCall).toLowerCase());
}

/** By its number, its name, or written again. */
function isGroupOf(group: Node, number: number, name: unknown, set: Node): boolean {
  if ('A_Const' in group) return numberOf(group) === number;
  if ('ColumnRef' in group) {
    const [only, ...others] = group.ColumnRef.fields ?? [];
    return others.length === 0 && only !== undefined && 'String' in only && only.String.sval === name;
  }
  return shapeOf(group) === shapeOf(set);
}

function replaced(value: unknown, written: string, by: Node): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => replaced(one, written, by));
  if (!isRecord(value)) return value;
  if ('FuncCall' in value && shapeOf(value) === written) return by;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, replaced(field, written, by)]));
}

/** The tree as text, places left out. */
function shapeOf(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value));
}
