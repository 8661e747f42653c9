/** The builders of a task's batches, sorted by where their columns' values come from. */
import {
  type ColumnBuilder,
  countBuilder,
  createBuilder,
  createMatchesBuilder,
  Int64Builder,
  MapBuilder,
  millisBuilder,
} from '../../arrow/builders.ts';
import { RedQueryError } from '../../errors.ts';
import type { ColumnPart, ScanTask, TableColumn } from '../../storage/scan-words.ts';
import { isDefinitePath } from '../../types/json/json-path.ts';
import { isPosition, type ScanLayout } from './scan-layout.ts';

/** A column that comes from a slot of the row. */
export interface SlotTarget {
  readonly column: TableColumn;
  readonly slotOffset: number;
  readonly isCheckedOnly: boolean;
  readonly builder: ColumnBuilder;
}

/** A column that comes from the key by the task's template. */
export interface CaptureTarget {
  readonly column: TableColumn;
  readonly capture: number;
  /** VARCHAR: bytes that are no UTF-8 take their printable form, as in `_key`. */
  readonly isText: boolean;
  readonly builder: ColumnBuilder;
}

/** A column of what a search says of a document: it comes with the key. */
export interface ExtraTarget {
  readonly part: ColumnPart;
  readonly builder: ColumnBuilder;
}

export interface Builders {
  /** By position in the batch. */
  readonly all: readonly (ColumnBuilder | MapBuilder)[];
  readonly fields: readonly SlotTarget[];
  readonly keys: readonly ColumnBuilder[];
  readonly ttls: readonly Int64Builder[];
  readonly positions: readonly Int64Builder[];
  readonly captures: readonly CaptureTarget[];
  readonly extras: readonly ExtraTarget[];
  readonly maps: readonly { readonly column: TableColumn; readonly builder: MapBuilder }[];
  /** True where rows may be added column by column: none is only checked, a map, or comes with or out of the key's name. */
  readonly isPlain: boolean;
}

/** Makes new builders for a batch of the task. */
export function makeBuilders(task: ScanTask, layout: ScanLayout): Builders {
  const keys: ColumnBuilder[] = [];
  const ttls: Int64Builder[] = [];
  const positions: Int64Builder[] = [];
  const captures: CaptureTarget[] = [];
  const extras: ExtraTarget[] = [];
  const maps: { column: TableColumn; builder: MapBuilder }[] = [];
  const all = task.columns.map((column) => {
    switch (column.role) {
      case 'key':
        return added(keys, createBuilder(column.type));
      case 'ttl':
        return added(ttls, new Int64Builder());
      case 'fields': {
        const builder = new MapBuilder();
        maps.push({ column, builder });
        return builder;
      }
      case 'capture': {
        const isText = column.type.id === 'VARCHAR' && column.type.alias !== 'JSON';
        const builder = createBuilder(column.type, column.isInferred);
        captures.push({ column, capture: column.capture ?? 0, isText, builder });
        return builder;
      }
      case 'part':
        if (task.access.kind === 'query' && column.part !== undefined) {
          const builder = createBuilder(column.type);
          extras.push({ part: column.part, builder });
          return builder;
        }
        return isPosition(column) ? added(positions, new Int64Builder()) : slotBuilder(column);
      case 'field':
        return slotBuilder(column);
      default:
        throw new RedQueryError('RQ_INTERNAL', `no such role: ${String(column.role satisfies never)}`);
    }
  });
  const fields = layout.fieldColumns.map(({ column, index, slot }): SlotTarget => {
    // Columns with a slot have a column builder; the others were told apart above.
    const own = all[index] as ColumnBuilder | undefined;
    const builder = own ?? slotBuilder(column);
    return { column, slotOffset: slot * 2, isCheckedOnly: own === undefined, builder };
  });
  const isPlain = captures.length + extras.length + maps.length === 0 && !fields.some(({ isCheckedOnly }) => isCheckedOnly);
  return { all, fields, keys, ttls, positions, captures, extras, maps, isPlain };
}

/** The builder of a column whose values are bytes out of a slot. A column with a path takes what that matched. */
function slotBuilder({ type, isInferred, path, part, aggregate }: TableColumn): ColumnBuilder {
  if (path !== undefined) return createMatchesBuilder(type, isInferred === true, type.id === 'LIST' && !isDefinitePath(path));
  // A count of samples, printed as a double.
  if (aggregate !== undefined && type.id === 'BIGINT') return countBuilder();
  // Times of streams and of samples are whole milliseconds, whatever their size.
  return part === 'ts' ? millisBuilder() : createBuilder(type, isInferred);
}

function added<T>(list: T[], one: T): T {
  list.push(one);
  return one;
}
