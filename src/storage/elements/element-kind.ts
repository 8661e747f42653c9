/**
 * What a table of elements has to say of its own: its columns, what of a filter its commands take, in which order its rows
 * come. element-source.ts makes a TableSource of it. Plain functions of plain data; no server is asked.
 */
import type { Box } from '../ranges/box.ts';
import type { ElementRange, Predicate, ScanRequest, SourceName, TableColumn, TopN } from '../scan-words.ts';

export interface ElementKind {
  readonly source: SourceName;
  readonly functionName: string;
  readonly argumentNames: readonly string[];
  /** Behind `_key`, in bind order; the one that may be declared or inferred has the part value, member or element. */
  readonly columns: readonly TableColumn[];
  /** Fields follow, declared or inferred: entries of streams. */
  readonly hasFields: boolean;
  /** What Redis' TYPE says of such keys; null for any. */
  readonly redisType: string | null;
  /** Reads a leaf of a filter over its own columns; null where it says nothing. */
  leaf(leaf: ColumnLeaf, column: TableColumn, request: ScanRequest): Box | null;
  /** Why a leaf over its own columns cannot go down; null for the general words. */
  why(leaf: ColumnLeaf, column: TableColumn): string | null;
  /** Chooses what serves the box. */
  choose(box: Box, request: ScanRequest): RangeChoice;
  /** The range without any bound; null where rows come in no order. */
  readonly wholeRange: ElementRange | null;
  /** Tells in which direction of the range's rows an order goes; null where Redis does not keep that order. */
  directionOf(topN: TopN, request: ScanRequest, range: ElementRange | null): 'forward' | 'backward' | null;
  /** The command that reads many keys at once, where there is one: `MGET`. */
  readonly togetherCommand?: string;
  /** The literal commands that read one key, whole where it comes in pieces. */
  commands(key: string, range: ElementRange | null, rowsPerKey: number | null, request: ScanRequest): string[];
}

/** A leaf that is about one column. */
export type ColumnLeaf = Extract<Predicate, { readonly column: number }>;

/** The sides of a box that are served, and by what. */
export interface RangeChoice {
  readonly range: ElementRange | null;
  readonly options?: ScanRequest['options'];
  /** The sides that it serves, each exactly. */
  readonly sides: readonly string[];
  /** `ZRANGE BYSCORE` */
  readonly where: string;
  /** Ranges of named keys that narrow more than `range`, each a task of its own, and the sides that they serve. */
  readonly split?: { readonly ranges: readonly ElementRange[]; readonly sides: readonly string[] };
  /** Why sides that `sides` leaves out are not served; null for «another filter narrows more». */
  readonly whyNot?: string;
}

/** Nothing beside keys is served. */
export const NO_CHOICE: RangeChoice = { range: null, sides: [], where: '' };

/** Tells whether a part is among the columns that are read. */
export function readsPart({ columns, projection }: ScanRequest, part: NonNullable<TableColumn['part']>): boolean {
  return projection.some((position) => columns[position]?.part === part);
}

/** Tells whether more is read than the key and its time to live: else elements need only be counted. */
export function readsElements({ columns, projection, onError }: ScanRequest): boolean {
  if (onError === 'skip') return true;
  return projection.some((position) => {
    const role = columns[position]?.role;
    return role === 'part' || role === 'field' || role === 'fields';
  });
}

/** The part that an order's key is; undefined for another column. */
export function partOf({ columns }: ScanRequest, position: number): TableColumn['part'] {
  return columns[position]?.part;
}
