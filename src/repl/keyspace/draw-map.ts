/** Draws the map of a sample: columns that fit the window, numbers to the right, colours last. */
import {
  blockBar,
  bytesText,
  cutToWidth,
  displayWidth,
  escapeControls,
  grouped,
  type Palette,
  padToWidth,
  type Style,
  shortCount,
  sparkline,
} from '../../output/index.ts';
import { type Coverage, type Estimate, estimateOf } from './estimate.ts';
import type { MapRow } from './key-map.ts';
import type { KeyStats } from './key-stats.ts';
import { UNKNOWN_TYPE } from './sample.ts';

export interface DrawOptions {
  readonly columns: number;
  readonly palette: Palette;
  readonly coverage: Coverage;
  /** Sampled keys, of which each row has its share. */
  readonly sampledKeys: number;
}

/** One column of the map: its text by row, and how it is drawn. `rank`: the greatest goes first where there is no room. */
interface MapColumn {
  readonly title: string;
  readonly side: 'left' | 'right';
  readonly style: Style;
  readonly rank: number;
  readonly cells: readonly string[];
}

const LEAST_LABEL = 16;
const MARKS = { root: '', child: '├ ', lastChild: '└ ' } as const;

/** Types by shorter names than TYPE has for them. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  'ReJSON-RL': 'json',
  'TSDB-TYPE': 'series',
  'MBbloom--': 'bloom',
  MBbloomCF: 'cuckoo',
  'TopK-TYPE': 'topk',
  'CMSk-TYPE': 'cms',
  'TDIS-TYPE': 'tdigest',
  vectorset: 'vectors',
  [UNKNOWN_TYPE]: '?',
};

/** A type as the map has it: `json` for what TYPE calls `ReJSON-RL`. */
export function typeText(type: string): string {
  return TYPE_NAMES[type] ?? cutToWidth(escapeControls(type), 8);
}

export interface DrawnMap {
  /** The table, its header first, none wider than the window. */
  readonly lines: readonly string[];
  /** Titles of its columns. */
  readonly titles: ReadonlySet<string>;
  /** Titles of the columns that the window has no room for. */
  readonly leftOut: readonly string[];
}

export function drawMap(rows: readonly MapRow[], options: DrawOptions): DrawnMap {
  const labels = rows.map((row) => MARKS[row.place] + escapeControls(row.label));
  const wanted = Math.max('pattern'.length, ...labels.map(displayWidth));
  const all = columnsOf(rows, options);
  const columns = fitting(all, wanted, options.columns);
  const used = columns.reduce((sum, column) => sum + widthOf(column) + 1, 0);
  const labelWidth = Math.max(1, Math.min(wanted, options.columns - used));
  const place = columns.filter(({ title }) => title === SHARE).length;
  const lines = [-1, ...rows.keys()].map((at) => {
    const label =
      at < 0
        ? options.palette('dim', padToWidth('pattern', labelWidth, 'left'))
        : labelText(labels[at] ?? '', rows[at], labelWidth, options.palette);
    const cells = columns.map((column) => cellText(column, at, options.palette));
    cells.splice(place, 0, label);
    return cells.join(' ').trimEnd();
  });
  const titles = new Set(columns.map(({ title }) => title));
  return { lines, titles, leftOut: all.flatMap(({ title }) => (titles.has(title) ? [] : [title])) };
}

const SHARE = 'share';

function columnsOf(rows: readonly MapRow[], { columns, coverage, sampledKeys }: DrawOptions): readonly MapColumn[] {
  const stats = rows.map((row) => row.stats);
  const estimates = rows.map(({ stats: { count }, isOneKey }) =>
    isOneKey === true ? { keys: count, plusMinus: 0 } : estimateOf(count, coverage),
  );
  const isExact = estimates.every((estimate) => estimate === null || estimate.plusMinus === 0);
  const barWidth = columns >= 100 ? 10 : 4;
  const shares = stats.map(({ count }) => count / Math.max(1, sampledKeys));
  const shareCells = shares.map(
    (share) => `${padToWidth(blockBar(share, barWidth), barWidth, 'left')} ${padToWidth(percentText(share), 5, 'right')}`,
  );
  const all: MapColumn[] = [
    { title: SHARE, side: 'left', style: 'bar', rank: 0, cells: shareCells },
    {
      title: 'type',
      side: 'left',
      style: 'dim',
      rank: 2,
      cells: rows.map(({ type }) => typeText(type)),
    },
    {
      title: estimates.includes(null) ? 'seen' : 'keys',
      side: 'right',
      style: 'number',
      rank: 0,
      cells: stats.map(({ count }, at) => countText(estimates[at]?.keys ?? count)),
    },
  ];
  if (!isExact)
    all.push({
      title: '±',
      side: 'left',
      style: 'dim',
      rank: 1,
      cells: estimates.map((estimate) => (estimate === null ? '' : errorText(estimate))),
    });
  if (stats.some(({ sizedCount }) => sizedCount > 0)) {
    all.push({
      title: 'memory',
      side: 'right',
      style: 'name',
      rank: 3,
      cells: stats.map((one, at) => memoryText(one, estimates[at]?.keys ?? one.count)),
    });
    all.push({ title: 'a key', side: 'right', style: 'dim', rank: 6, cells: stats.map((one) => memoryText(one, 1)) });
  }
  if (stats.some(expires)) {
    all.push({ title: 'TTL', side: 'left', style: 'bar', rank: 4, cells: stats.map(ttlText) });
    all.push({ title: 'never', side: 'right', style: 'dim', rank: 5, cells: stats.map(neverText) });
  }
  return all;
}

/** Leaves columns out, the least needed first, until labels have room. */
function fitting(all: readonly MapColumn[], wanted: number, width: number): readonly MapColumn[] {
  let columns = all;
  for (let rank = 6; rank > 0; rank--) {
    const used = columns.reduce((sum, column) => sum + widthOf(column) + 1, 0);
    if (width - used >= Math.min(wanted, LEAST_LABEL)) break;
    columns = columns.filter((column) => column.rank !== rank);
  }
  return columns;
}

function widthOf({ title, cells }: MapColumn): number {
  return Math.max(displayWidth(title), ...cells.map(displayWidth));
}

/** `at` −1 is the header. */
function cellText(column: MapColumn, at: number, palette: Palette): string {
  const { title, side, style, cells } = column;
  const text = padToWidth(at < 0 ? title : (cells[at] ?? ''), widthOf(column), side);
  return palette(at < 0 ? 'dim' : style, text);
}

/** What varies in a name is dim, so that the names stand out. */
function labelText(label: string, row: MapRow | undefined, width: number, palette: Palette): string {
  const text = padToWidth(cutToWidth(label, width), width, 'left');
  if (row === undefined || label.startsWith('…')) return palette('dim', text);
  const pieces = text.split(/(^[├└] |\{[^{}]*\}|… \(.*)/u);
  return pieces.map((piece, at) => (at % 2 === 1 ? palette('dim', piece) : piece)).join('');
}

function countText(count: number): string {
  return count < 10_000 ? grouped(count) : shortCount(count);
}

/** As short as the number it stands behind. */
function errorText({ keys, plusMinus }: Estimate): string {
  return `± ${keys < 10_000 ? countText(plusMinus) : shortCount(plusMinus)}`;
}

/** `61%`, `6.1%`, `<0.1%`. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent >= 99.95 || percent === 0) return `${Math.round(percent)}%`;
  if (percent < 0.1) return '<0.1%';
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.min(99, Math.round(percent))}%`;
}

function memoryText({ bytes, sizedCount }: KeyStats, count: number): string {
  return sizedCount === 0 ? '' : bytesText((bytes / sizedCount) * count);
}

function expires({ ttlCounts }: KeyStats): boolean {
  return ttlCounts.some((count) => count > 0);
}

/** A dot for an order of magnitude that no key has. */
function ttlText(stats: KeyStats): string {
  if (!expires(stats)) return '';
  // A zero before them, so that heights begin at none.
  const line = [...sparkline([0, ...stats.ttlCounts])].slice(1);
  return line.map((mark, at) => (stats.ttlCounts[at] === 0 ? '·' : mark)).join('');
}

function neverText({ ttlCounts, neverCount }: KeyStats): string {
  const known = ttlCounts.reduce((sum, count) => sum + count, neverCount);
  if (known === 0) return '';
  return neverCount === known ? 'all' : percentText(neverCount / known);
}
