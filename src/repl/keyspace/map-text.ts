/** The whole answer of `.keys`: what was looked at, the map, what its marks mean, the views it offers. */
import { counted, cutToWidth, durationText, escapeControls, grouped, type Palette, shortCount } from '../../output/index.ts';
import { drawMap } from './draw-map.ts';
import { estimateOf } from './estimate.ts';
import { keyMapOf, rowsOf } from './key-map.ts';
import { type KnownRelation, viewsOf } from './key-views.ts';
import type { KeySample } from './sample.ts';

export interface MapTextOptions {
  readonly place: string;
  readonly pattern: string;
  readonly elapsedMs: number;
  readonly columns: number;
  /** Lines of the window; infinite where nobody looks at one. */
  readonly rows: number;
  readonly palette: Palette;
  readonly known: readonly KnownRelation[];
}

export interface MapText {
  readonly text: string;
  /** The CREATE VIEW statements, all of them, in the order of their numbers. */
  readonly views: readonly string[];
}

/** Lines around the map: the head, its header, the legend, empty ones, the prompt. */
const OTHER_LINES = 6;

/** Gives the lines for a sample that holds keys. */
export function mapText(sample: KeySample, options: MapTextOptions): MapText {
  const { palette, columns } = options;
  const map = keyMapOf(sample.keys);
  const views = viewsOf(map.shapes, options.known);
  const shownViews = views.slice(0, Math.max(1, Math.floor((options.rows - 12) / 4)));
  const viewLines = shownViews.length === 0 ? 0 : shownViews.length + 2;
  const rows = rowsOf(map, Math.max(4, options.rows - OTHER_LINES - viewLines));
  const lines = [
    cutToWidth(headText(sample, options), columns),
    '',
    ...drawMap(rows, { columns, palette, coverage: sample, sampledKeys: sample.keys.length }),
  ];
  const expires = rows.some(({ stats }) => stats.ttlCounts.some((count) => count > 0));
  if (expires && columns >= 72) lines.push(palette('dim', 'TTL: under 1 min, 1 hour, 1 day, 1 week, 30 days, longer'));
  if (shownViews.length > 0) lines.push('', ...viewLinesOf(shownViews, views.length, options));
  return { text: lines.join('\n'), views };
}

function viewLinesOf(shown: readonly string[], count: number, { columns, palette }: MapTextOptions): readonly string[] {
  const more = count > shown.length ? ` (${grouped(count - shown.length)} more: up to .keys make ${grouped(count)})` : '';
  const width = String(shown.length).length;
  return [
    ...shown.map((view, at) => {
      const number = String(at + 1).padStart(width);
      return `${palette('command', number)} ${cutToWidth(escapeControls(view), columns - width - 1)}`;
    }),
    palette('dim', cutToWidth(`.keys make 1 puts the first into the prompt${more}`, columns)),
  ];
}

function headText(sample: KeySample, { place, pattern, elapsedMs }: MapTextOptions): string {
  const { keys, databaseKeys, isWhole } = sample;
  const time = durationText(elapsedMs);
  const size = databaseKeys === null ? 'size unknown' : `${amount(databaseKeys)} key${databaseKeys === 1 ? '' : 's'}`;
  if (pattern === '*') {
    const looked = isWhole ? `all looked at in ${time}` : `sampled ${grouped(keys.length)} in ${time}`;
    return `${place} · ${size} · ${looked}`;
  }
  const name = escapeControls(pattern);
  if (isWhole) return `${place} · ${name} · ${counted(keys.length, 'key')} of ${size} · all looked at in ${time}`;
  const estimate = estimateOf(keys.length, sample);
  const about = estimate === null ? '' : `${amount(estimate.keys)} ± ${amount(estimate.plusMinus, estimate.keys)} of `;
  return `${place} · ${name} · ${about}${size} · sampled ${grouped(keys.length)} in ${time}`;
}

/** In full where it is small; an error is written as the number that it belongs to. */
function amount(count: number, beside = count): string {
  return beside < 100_000 ? grouped(count) : shortCount(count);
}
