/**
 * The map of a sample: shapes of keys under the prefix that they share, the largest first, as many rows as there is room
 * for. Pure; knows no window and no colours.
 */
import { type KeyShape, type ShapedKeys, shapedKeysIn, shownPartsOf } from '../../storage/index.ts';
import { type KeyStats, statsOf, sumOf } from './key-stats.ts';
import type { KeyFacts } from './sample.ts';

/** A row of the map. Its stats hold those of the rows that hang on it. */
export interface MapRow {
  /** `user:{id}`; behind a prefix only what follows it. May hold control characters. */
  readonly label: string;
  /** Whether it hangs on a prefix, and is the last one there. */
  readonly place: 'root' | 'child' | 'lastChild';
  /** As TYPE gives it; empty where there are several. */
  readonly type: string;
  readonly stats: KeyStats;
  /** True where nothing in the name varies: it is one key, however many the database has. */
  readonly isOneKey?: boolean;
}

/** A shape, or a prefix with its shapes. */
interface Branch {
  readonly label: string;
  readonly type: string;
  readonly stats: KeyStats;
  readonly isOneKey?: boolean;
  readonly leaves: readonly Leaf[];
}

interface Leaf {
  readonly label: string;
  readonly type: string;
  readonly stats: KeyStats;
  readonly isOneKey?: boolean;
}

export interface KeyMap {
  readonly shapes: readonly KeyShape[];
  readonly branches: readonly Branch[];
}

/** A shape as text: its parts, and what stands between them. */
interface Shown {
  readonly parts: readonly string[];
  readonly separator: string;
  readonly shape: KeyShape;
  readonly stats: KeyStats;
}

export function keyMapOf(keys: readonly KeyFacts[]): KeyMap {
  const shaped = shapedKeysIn(keys);
  const shown = shaped.map(shownFrom);
  const common = commonLength(shown, 0);
  const byPrefix = new Map<string, Shown[]>();
  for (const one of shown) {
    const name = one.parts.length > common + 1 ? `${one.separator}\0${one.parts[common]}` : `\0\0${one.parts.join('\0')}`;
    const same = byPrefix.get(name) ?? [];
    same.push(one);
    byPrefix.set(name, same);
  }
  const branches = [...byPrefix.values()].map((same) => branchOf(same, common + 1));
  return { shapes: shaped.map(({ shape }) => shape), branches: branches.sort(byCount) };
}

function shownFrom({ shape, keys }: ShapedKeys<KeyFacts>): Shown {
  return { parts: shownPartsOf(shape), separator: shape.separator, shape, stats: statsOf(keys) };
}

/** How many parts all begin with, each having more behind them. */
function commonLength(all: readonly Shown[], from: number): number {
  const [first] = all;
  if (first === undefined) return 0;
  const shortest = Math.min(...all.map(({ parts }) => parts.length));
  let length = from;
  while (
    length < shortest - 1 &&
    all.every(({ parts, separator }) => parts[length] === first.parts[length] && separator === first.separator)
  ) {
    length++;
  }
  return length;
}

function branchOf(same: readonly Shown[], from: number): Branch {
  const [first] = same;
  const stats = sumOf(same.map((one) => one.stats));
  const types = new Set(same.map(({ shape }) => shape.type));
  const type = types.size === 1 ? (first?.shape.type ?? '') : '';
  if (first === undefined || same.length === 1) {
    return { label: first?.parts.join(first.separator) ?? '', type, stats, isOneKey: isOneKey(first), leaves: [] };
  }
  const length = commonLength(same, from);
  // Several types of one name: the name itself is what they share.
  const isOneName = new Set(same.map(({ parts }) => parts.join('\0'))).size === 1;
  const head = isOneName
    ? first.parts.join(first.separator)
    : first.parts.slice(0, length).join(first.separator) + first.separator;
  const leaves = same.map((one) => ({
    label: isOneName ? '' : one.parts.slice(length).join(one.separator),
    type: one.shape.type,
    stats: one.stats,
    isOneKey: isOneKey(one),
  }));
  return { label: head, type, stats, leaves: leaves.sort(byCount) };
}

function isOneKey(shown: Shown | undefined): boolean {
  return shown?.shape.parts.every((part) => part !== null) ?? false;
}

function byCount(a: Leaf, b: Leaf): number {
  return b.stats.count - a.stats.count || (a.label < b.label ? -1 : 1);
}

/** Gives at most `mostRows` rows; what does not fit is summed up where it belongs. */
export function rowsOf({ branches }: KeyMap, mostRows: number): readonly MapRow[] {
  const isCut = branches.length > mostRows;
  const shown = isCut ? branches.slice(0, Math.max(1, mostRows - 1)) : branches;
  const rest = branches.slice(shown.length);
  let room = mostRows - shown.length - (isCut ? 1 : 0);
  let groups = shown.filter(({ leaves }) => leaves.length > 0).length;
  const rows = shown.flatMap((branch): readonly MapRow[] => {
    if (branch.leaves.length === 0) return [{ ...branch, place: 'root' }];
    // Each prefix gets its share of the room, at least three rows, and what those before it left.
    const own = Math.min(room, Math.max(3, Math.ceil(room / groups--)));
    const children = childrenOf(branch, own);
    room -= children.length;
    const label = children.length === 0 ? `${branch.label}… (${branch.leaves.length} shapes)` : branch.label;
    return [{ ...branch, label, place: 'root' }, ...children];
  });
  return rest.length === 0 ? rows : [...rows, restRow(rest, 'root')];
}

function childrenOf({ leaves }: Branch, room: number): readonly MapRow[] {
  const isCut = leaves.length > room;
  if (isCut && room < 2) return [];
  const shown = leaves.slice(0, isCut ? room - 1 : room);
  const last = isCut ? restRow(leaves.slice(shown.length), 'lastChild') : null;
  const rows = shown.map(
    (leaf, at): MapRow => ({ ...leaf, place: last === null && at === shown.length - 1 ? 'lastChild' : 'child' }),
  );
  return last === null ? rows : [...rows, last];
}

function restRow(rest: readonly (Leaf | Branch)[], place: MapRow['place']): MapRow {
  const shapes = rest.reduce((sum, one) => sum + ('leaves' in one ? Math.max(1, one.leaves.length) : 1), 0);
  const label = `… ${shapes.toLocaleString('en')} more shape${shapes === 1 ? '' : 's'}`;
  return { label, place, type: '', stats: sumOf(rest.map(({ stats }) => stats)) };
}
