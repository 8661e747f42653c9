/**
 * What a task needs from a key, worked out once: which fields are asked for, by which commands, and where each column's
 * value then stands. Plain data; fetcher and sink share it.
 */
import type { RedQueryError } from '../../errors.ts';
import type { RowShape } from '../../resp/row-reader.ts';
import type { ColumnPart, ScanTask, SourceName, TableColumn } from '../../storage/scan-words.ts';
import { jsonLayoutFor } from '../elements/json-layout.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';

/** A column whose values are bytes of a reply (a field, a path into a document, a part) and the slot where they stand. */
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
  /** What each key is asked; null where SCAN itself says enough, and where an element reader asks (`elements`). */
  readonly fetch: FetchPlan | null;
  /** What an element reader has to find for each row; null for hashes and documents. */
  readonly elements: ElementLayout | null;
  /** Source 'json': the paths that are looked at, slot i is paths[i]; else null. */
  readonly paths: readonly string[] | null;
  /** What a key is asked of which an HMGET gave nulls only: whether it lives. */
  readonly recheck: FetchPlan;
}

/** What of a key's rows somebody reads. Slots of fields come first: field i has slot i. */
export interface ElementLayout {
  readonly fields: readonly Uint8Array[];
  /** Slots of the parts; position and rank have none (RowView.position). */
  readonly partSlots: ReadonlyMap<ColumnPart, number>;
  /** Slots of the columns of `aggregate` 0, 1, …; nothing where no column has that number. */
  readonly aggregateSlots: readonly number[];
  readonly slotCount: number;
  /** True where position or rank is read. */
  readonly hasPosition: boolean;
  readonly hasTtl: boolean;
  /** True where a column takes all fields. */
  readonly needsAll: boolean;
}

/** Sources of which each key holds one row of fields: RowFetcher reads them. All others have an element reader. */
const ROW_SOURCES: ReadonlySet<SourceName> = new Set(['hash', 'json', 'search']);

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
  const columns = readColumnsOf(task);
  for (const { column, index } of columns) {
    if (column.role === 'field') fieldColumns.push({ column, index, slot: slotFor(fieldOf(column)) });
  }
  const hasTtl = task.columns.some(({ role }) => role === 'ttl');
  const needsAll = task.columns.some(({ role }) => role === 'fields');
  const recheck = planFor('hlen', [], hasTtl);
  if (ROW_SOURCES.has(task.source)) {
    const fetch = fetchPlanFor(task, fields, hasTtl, needsAll);
    return { fields, fieldColumns, fetch, paths: null, elements: null, recheck };
  }
  const partSlots = new Map<ColumnPart, number>();
  const aggregateSlots: number[] = [];
  let slotCount = fields.length;
  for (const { column, index } of columns) {
    const { part, aggregate } = column;
    if (column.role !== 'part' || part === undefined || isPosition(column)) continue;
    const known = aggregate === undefined ? partSlots.get(part) : aggregateSlots[aggregate];
    const slot = known ?? slotCount++;
    if (aggregate === undefined) partSlots.set(part, slot);
    else aggregateSlots[aggregate] = slot;
    fieldColumns.push({ column, index, slot });
  }
  // SCAN says all of a key whose row has only its name (and TTL); keys by name have to be asked.
  if (slotCount === 0 && task.access.kind === 'scan' && (task.source === 'string' || task.source === 'keys')) {
    const fetch = hasTtl ? planFor('none', [], true) : null;
    return { fields, fieldColumns, fetch, paths: null, elements: null, recheck };
  }
  const hasPosition = columns.some(({ column }) => isPosition(column));
  const elements = { fields, partSlots, aggregateSlots, slotCount, hasPosition, hasTtl, needsAll };
  return { fields, fieldColumns, fetch: null, paths: null, elements, recheck };
}

/** How SCAN … TYPE names the type of a source's keys. */
const SCAN_TYPES: Readonly<Partial<Record<SourceName, string>>> = {
  hash: 'hash',
  json: 'ReJSON-RL',
  string: 'string',
  set: 'set',
  list: 'list',
  zset: 'zset',
  stream: 'stream',
  timeseries: 'TSDB-TYPE',
};

/**
 * Gives the type that SCAN has to check, null where it need not: a command on the key refuses another type at no more cost, and
 * then such keys are counted.
 */
export function scanTypeFor({ source, options }: ScanTask, { fetch, elements }: ScanLayout): string | null {
  // A filter on the type went down to SCAN.
  if (source === 'keys') return typeof options['type'] === 'string' ? options['type'] : null;
  const isAsked = elements !== null || (fetch !== null && fetch.shape.main !== 'none');
  return isAsked ? null : (SCAN_TYPES[source] ?? null);
}

/** Columns of the batch with their places, then those that are only checked, with −1. */
function readColumnsOf(task: ScanTask): { readonly column: TableColumn; readonly index: number }[] {
  const checked = task.checkedColumns.filter(({ name }) => !task.columns.some((column) => column.name === name));
  return [...task.columns.map((column, index) => ({ column, index })), ...checked.map((column) => ({ column, index: -1 }))];
}

/** Tells whether a column counts rows within the key: its values are numbers made here, no bytes of Redis. */
export function isPosition({ role, part }: TableColumn): boolean {
  return role === 'part' && (part === 'position' || part === 'rank');
}

function fetchPlanFor(task: ScanTask, fields: readonly Uint8Array[], hasTtl: boolean, needsAll: boolean): FetchPlan | null {
  if (needsAll) return planFor('hgetall', [], hasTtl);
  if (fields.length > 0) return planFor('hmget', fields, hasTtl);
  // SCAN … TYPE hash has seen to it that the key is a hash; a key by name or out of an index has to be asked.
  if (task.access.kind !== 'scan') return planFor('hlen', [], hasTtl);
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
