/** The whole answer of `.keys`: what was looked at, the map, what its marks mean, the views it offers. */
import { stripVTControlCharacters } from 'node:util';
import {
  counted,
  cutToWidth,
  displayWidth,
  durationText,
  escapeControls,
  grouped,
  type Palette,
  shortCount,
  wrapText,
} from '../../output/index.ts';
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

/** Lines around the map: the head, the legend, what is left out, an empty one, its header, the prompt. */
const OTHER_LINES = 6;
const TTL_LEGEND = 'TTL: under 1 min, 1 hour, 1 day, 1 week, 30 days, longer';

/** Gives the lines for a sample that holds keys. */
export function mapText(sample: KeySample, options: MapTextOptions): MapText {
  const { palette, columns } = options;
  const dim = (text: string): string[] => wrapText(text, columns).map((line) => palette('dim', line));
  const map = keyMapOf(sample.keys);
  const views = viewsOf(map.shapes, options.known);
  const viewLines = viewLinesOf(views, options);
  const viewRows = viewLines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  const head = wrapText(headText(sample, options), columns, 2).map((line) => cutToWidth(line, columns));
  const rows = rowsOf(map, Math.max(2, options.rows - OTHER_LINES - (head.length - 1) - viewRows));
  const { lines, titles, leftOut } = drawMap(rows, { columns, palette, coverage: sample, sampledKeys: sample.keys.length });
  return {
    text: [
      ...head,
      '',
      ...lines,
      ...(titles.has('TTL') ? dim(TTL_LEGEND) : []),
      ...(leftOut.length === 0 ? [] : dim(`a wider window shows ${leftOut.join(', ')}, too`)),
      ...viewLines,
    ].join('\n'),
    views,
  };
}

/** An empty line, the views that there is room for, and how to take one; nothing where there are none. */
function viewLinesOf(views: readonly string[], { rows, columns, palette }: MapTextOptions): readonly string[] {
  const room = Math.max(1, Math.floor((rows - 12) / 4));
  const shown = views.slice(0, room);
  if (shown.length === 0) return [];
  const more =
    views.length > shown.length
      ? ` (${grouped(views.length - shown.length)} more: up to .keys make ${grouped(views.length)})`
      : '';
  const width = String(shown.length).length;
  return [
    '',
    ...shown.flatMap((view, at) => {
      const [first = '', ...others] = statementLines(escapeControls(view), columns - width - 1);
      const indent = ' '.repeat(width + 1);
      return [`${palette('command', String(at + 1).padStart(width))} ${first}`, ...others.map((line) => indent + line)];
    }),
    ...wrapText(`.keys make 1 puts the first into the prompt${more}`, columns).map((line) => palette('dim', line)),
  ];
}

function widthOf(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}

/**
 * Breaks a CREATE VIEW where it is too long, between words alone and never in a text: what is copied from the screen is still that
 * statement. What is longer even so goes over the edge, where the terminal breaks it and copies it whole.
 */
function statementLines(view: string, width: number): readonly string[] {
  const at = /^CREATE VIEW (?:"(?:[^"]|"")*"|\S+) AS(?= FROM )/.exec(view)?.[0].length;
  if (at === undefined || displayWidth(view) <= width) return [view];
  return [view.slice(0, at), `  ${view.slice(at + 1)}`];
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
