/**
 * What a task needs from a key, worked out once: which fields are asked for, by which commands, and where each column's
 * value then stands. Plain data; fetcher and sink share it.
 */
import type { RedQueryError } from '../../errors.ts';
import type { RowShape } from '../../resp/row-reader.ts';
import type { ScanTask, TableColumn } from '../../storage/scan-words.ts';
import { jsonLayoutFor } from '../elements/json-layout.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';

/** A column of role 'field' (or of a path into a document) and the slot of its field in the reply. */
export interface FieldColumn {
  readonly column: TableColumn;
  /** Position in the batch; −1 where the value is only checked. */
  readonly index: number;
  readonly slot: number;
}

/** A round of commands for each key, and the shape of their replies. */
export interface FetchPlan {
  readonly commands: readonly KeyCommand[];
  readonly shape: RowShape;
  /** The main command's name, for errors. */
  readonly name: string;
  /** Says an error reply in other words, where there are any; null: as Redis' errors are said. */
  readonly errorFrom?: (text: string) => RedQueryError | null;
}

export interface ScanLayout {
  /** The fields that are looked at, each once; slot i is fields[i]. */
  readonly fields: readonly Uint8Array[];
  readonly fieldColumns: readonly FieldColumn[];
  /** What each key is asked; null where SCAN itself says enough. */
  readonly fetch: FetchPlan | null;
  /** Source 'json': the paths that are looked at, slot i is paths[i]; else null. */
  readonly paths: readonly string[] | null;
  /** What a key is asked of which an HMGET gave nulls only: whether it lives. */
  readonly recheck: FetchPlan;
}

/** Works out the layout of a task. */
export function layoutFor(task: ScanTask): ScanLayout {
  if (task.source === 'json') return jsonLayoutFor(task);
  const slots = new Map<string, number>();
  const fields: Uint8Array[] = [];
  const slotFor = (field: Uint8Array): number => {
    // Latin-1 maps bytes to characters one to one.
    const name = Buffer.from(field).toString('latin1');
    const known = slots.get(name);
    if (known !== undefined) return known;
    slots.set(name, fields.length);
    fields.push(field);
    return fields.length - 1;
  };
  const fieldColumns: FieldColumn[] = [];
  for (const [index, column] of task.columns.entries()) {
    if (column.role === 'field') fieldColumns.push({ column, index, slot: slotFor(fieldOf(column)) });
  }
  for (const column of task.checkedColumns) {
    if (column.role !== 'field' || task.columns.some(({ name }) => name === column.name)) continue;
    fieldColumns.push({ column, index: -1, slot: slotFor(fieldOf(column)) });
  }
  const hasTtl = task.columns.some(({ role }) => role === 'ttl');
  const needsAll = task.columns.some(({ role }) => role === 'fields');
  const fetch = fetchPlanFor(task, fields, hasTtl, needsAll);
  return { fields, fieldColumns, fetch, paths: null, recheck: planFor('hlen', [], hasTtl) };
}

function fetchPlanFor(task: ScanTask, fields: readonly Uint8Array[], hasTtl: boolean, needsAll: boolean): FetchPlan | null {
  if (needsAll) return planFor('hgetall', [], hasTtl);
  if (fields.length > 0) return planFor('hmget', fields, hasTtl);
  // SCAN … TYPE hash has seen to it that the key is a hash; a key by name has to be asked.
  if (task.access.kind === 'keys') return planFor('hlen', [], hasTtl);
  return hasTtl ? planFor('none', [], true) : null;
}

function planFor(main: RowShape['main'], fields: readonly Uint8Array[], hasTtl: boolean): FetchPlan {
  const commands = main === 'none' ? [] : [keyCommand(main.toUpperCase(), fields)];
  if (hasTtl) commands.push(keyCommand('TTL'));
  return { commands, shape: { main, fieldCount: fields.length, hasTtl }, name: main === 'none' ? 'TTL' : main.toUpperCase() };
}

function fieldOf(column: TableColumn): Uint8Array {
  return column.field ?? Buffer.from(column.name, 'utf8');
}
