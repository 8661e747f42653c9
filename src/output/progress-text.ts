/** What the live line and its table say, from the numbers of `Result.stats`. Draws nothing. */
import { bytesText, durationText, grouped, shortCount } from './quantities.ts';
import { cutToWidth, displayWidth, escapeControls, padToWidth } from './terminal-text.ts';

/** One scan of a statement. */
export interface ProgressScan {
  readonly title: string;
  /** 'default': the one whose size is known. */
  readonly server?: string;
  /** 'scan' (SCAN MATCH), 'keys', 'search', 'query', 'series', 'command', 'aggregate', 'empty'. */
  readonly access: string;
  readonly keysScanned: number;
  readonly rows: number;
  readonly roundTrips: number;
  readonly bytesReceived: number;
  readonly redisMicros: number;
  /** How much of the database a SCAN has walked over, matching or not. */
  readonly walkedMillionths: number;
}

/** What a statement has done so far. */
export interface ProgressNumbers {
  readonly keysScanned: number;
  readonly rows: number;
  readonly bytesReceived: number;
  readonly elapsedMs: number;
  readonly roundTrips?: number;
  readonly scans?: readonly ProgressScan[];
  /** What a statement does before its first scan; 'planning' where it is absent. */
  readonly phase?: string;
}

export interface ProgressView {
  /** When the scans were last seen to go on: what DuckDB does after that does not make them any slower. */
  readonly scannedMs: number;
  /** Keys in the database; null: not known. */
  readonly totalKeys: number | null;
  /** Nothing has come from Redis for a while. */
  readonly isQuiet: boolean;
}

/** Millionths of a walk over the whole database. */
const WHOLE = 1_000_000;

const WORDS: Readonly<Record<string, string>> = {
  scan: 'SCAN',
  keys: 'keys by name',
  search: 'FT.SEARCH',
  query: 'FT.SEARCH',
  series: 'TS.QUERYINDEX',
  command: 'command',
  aggregate: 'grouping in Redis',
};

/**
 * `3.2s SCAN 1.2M/4.0M keys (30%) · 410k keys/s · 3,104 round trips · 96 MB in · 1,204 rows`. The percentage is of the
 * database's keys, for statements that scan it; it is 99 until the end.
 */
export function progressText(numbers: ProgressNumbers, view: ProgressView): string {
  const { keysScanned, rows, bytesReceived, elapsedMs, roundTrips = 0, scans = [] } = numbers;
  const time = `${(elapsedMs / 1000).toFixed(1)}s`;
  if (scans.length === 0 && keysScanned === 0) return `${time} ${numbers.phase ?? 'planning'}`;
  const walk = walkOf(scans, keysScanned, view.totalKeys);
  // Of a walk whose length is not known only the keys that matched are, which says nothing of its speed.
  const keys = walk === null ? keysScanned : walk.keys;
  const seconds = view.scannedMs / 1000;
  const rest = [
    ...(seconds > 0 && keys !== null && keys > 0 ? [`${shortCount(keys / seconds)} keys/s`] : []),
    `${grouped(roundTrips)} round trip${roundTrips === 1 ? '' : 's'}`,
    `${bytesText(bytesReceived)} in`,
    `${grouped(rows)} row${rows === 1 ? '' : 's'}`,
  ].join(' · ');
  const what = `${wordsOf(scans)} ${walk?.text ?? `${shortCount(keysScanned)} key${keysScanned === 1 ? '' : 's'}`}`;
  return `${time} ${isDuckDbAtWork(scans, view) ? 'DuckDB at work · ' : ''}${what} · ${rest}`;
}

/** Scans that are through, or anything but a walk that gives nothing new. */
function isDuckDbAtWork(scans: readonly ProgressScan[], { isQuiet }: ProgressView): boolean {
  return isQuiet && scans.every(({ access, walkedMillionths }) => access !== 'scan' || walkedMillionths >= WHOLE);
}

/**
 * `1.2M/4.0M keys (30%)` of statements that do nothing but walk over the database; `12k keys found (30%)`, those that were found, where
 * its size is not known; null for others.
 */
function walkOf(
  scans: readonly ProgressScan[],
  keysScanned: number,
  totalKeys: number | null,
): { readonly keys: number | null; readonly text: string } | null {
  if (scans.length === 0 || scans.some(({ access }) => access !== 'scan')) return null;
  const walked = scans.reduce((sum, scan) => sum + Math.min(WHOLE, scan.walkedMillionths), 0) / WHOLE;
  const percent = `(${Math.min(99, Math.floor((100 * walked) / scans.length))}%)`;
  const isKnown = totalKeys !== null && totalKeys > 0 && scans.every(({ server = 'default' }) => server === 'default');
  if (!isKnown) return { keys: null, text: `${shortCount(keysScanned)} keys found ${percent}` };
  const keys = walked * totalKeys;
  return { keys, text: `${shortCount(keys)}/${shortCount(scans.length * totalKeys)} keys ${percent}` };
}

function wordsOf(scans: readonly ProgressScan[]): string {
  const words = [...new Set(scans.map(({ access }) => WORDS[access]).filter((word) => word !== undefined))];
  return words.length === 0 ? 'reading' : words.join(' + ');
}

/** Lines of a table: a scan each, beneath a head, no line wider than `width`. */
export function scanTable(scans: readonly ProgressScan[], width: number): string[] {
  if (scans.length === 0) return ['  no scan yet'];
  const head = ['scan', 'access', 'keys', 'rows', 'round trips', 'bytes', 'waiting'];
  const rows = scans.map((scan) => [
    escapeControls(scan.title),
    WORDS[scan.access] ?? scan.access,
    shortCount(scan.keysScanned),
    shortCount(scan.rows),
    grouped(scan.roundTrips),
    bytesText(scan.bytesReceived),
    durationText(scan.redisMicros / 1000),
  ]);
  const widths = head.map((name, at) => Math.max(...[name, ...rows.map((row) => row[at] ?? '')].map(displayWidth)));
  const others = widths.slice(1).reduce((sum, one) => sum + one + 2, 2);
  widths[0] = Math.max(4, Math.min(widths[0] ?? 0, width - others));
  return [head, ...rows].map((row) => {
    const cells = row.map((cell, at) =>
      padToWidth(cutToWidth(cell, widths[at] ?? 0), widths[at] ?? 0, at < 2 ? 'left' : 'right'),
    );
    return cutToWidth(`  ${cells.join('  ')}`, width);
  });
}
