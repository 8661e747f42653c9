/** Lists what a statement reads: tables, calls of Redis functions, functions; with the names of its CTEs left out. Routes nothing. */
import type { FuncCall, RangeVar } from '@pgsql/types';
import { isRecord, partsOf } from './tree.ts';

export interface Relations {
  /** Tables as they are named, CTEs left out, in the order in which they stand. */
  readonly tables: readonly RangeVar[];
  /** Names of functions, all parts, in lower case where they were not quoted. */
  readonly functions: readonly (readonly string[])[];
  /** Statements that write, within CTEs too: 'InsertStmt', …; in the order in which they stand. */
  readonly writes: readonly string[];
  /** FOR UPDATE and its kin: their strength; null: none. */
  readonly locking: string | null;
  /** SELECT … INTO. */
  readonly hasInto: boolean;
}

interface Found {
  readonly tables: RangeVar[];
  readonly functions: (readonly string[])[];
  readonly writes: string[];
  locking: string | null;
  hasInto: boolean;
}

/** Looks at all of a tree. */
export function relationsOf(tree: unknown): Relations {
  const found: Found = { tables: [], functions: [], writes: [], locking: null, hasInto: false };
  look(tree, new Set(), found);
  return found;
}

const WRITES = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** @param names the CTEs that are in sight here. */
function look(value: unknown, names: ReadonlySet<string>, found: Found): void {
  if (Array.isArray(value)) {
    for (const one of value) look(one, names, found);
    return;
  }
  if (!isRecord(value)) return;
  const inner = lookAtCommonTables(value['withClause'], names, found);
  for (const [key, field] of Object.entries(value)) {
    if (key === 'withClause') continue;
    // Both hold the fields of a RangeVar, the second without its kind (INSERT INTO relation); TABLESAMPLE has a node there.
    if ((key === 'RangeVar' || key === 'relation') && isRecord(field) && typeof field['relname'] === 'string') {
      addTable(field, inner, found);
      continue;
    }
    if (WRITES.has(key)) found.writes.push(key);
    if (key === 'intoClause') found.hasInto = true;
    if (key === 'FuncCall' && isRecord(field)) found.functions.push(partsOf((field as FuncCall).funcname));
    if (key === 'LockingClause' && isRecord(field)) found.locking ??= String(field['strength']);
    look(field, inner, found);
  }
}

function addTable(table: RangeVar, names: ReadonlySet<string>, found: Found): void {
  const isCommonTable = table.schemaname === undefined && names.has(table.relname ?? '');
  if (!isCommonTable) found.tables.push(table);
}

/** Each CTE sees those before it; with RECURSIVE, all of them. Gives the names that the statement itself sees. */
function lookAtCommonTables(clause: unknown, names: ReadonlySet<string>, found: Found): ReadonlySet<string> {
  if (!isRecord(clause) || !Array.isArray(clause['ctes'])) return names;
  const isRecursive = clause['recursive'] === true;
  const tables = clause['ctes'].flatMap((one: unknown) => {
    const fields = isRecord(one) ? one['CommonTableExpr'] : undefined;
    return isRecord(fields) ? [{ name: String(fields['ctename']), query: fields['ctequery'] }] : [];
  });
  const all = new Set([...names, ...tables.map(({ name }) => name)]);
  const seen = new Set(names);
  for (const { name, query } of tables) {
    look(query, isRecursive ? all : new Set(seen), found);
    seen.add(name);
  }
  return all;
}
