/** What a drawn plan says of a scan of Redis: how it is asked, the literal commands, what it took. */
import type { ExplainedScan } from '../../engine/index.ts';
import { bytesText, counted, durationText, escapeControls, shortCount } from '../../output/index.ts';
import { walkText } from './keys-text.ts';
import type { Piece } from './plan-lines.ts';

const ACCESS: Readonly<Record<string, string>> = {
  scan: 'SCAN',
  keys: 'keys by name',
  search: 'FT.SEARCH',
  query: 'FT.SEARCH',
  series: 'TS.QUERYINDEX',
  command: 'one command',
  aggregate: 'grouped by Redis',
  empty: 'asks nothing',
};

/** Commands shown of one scan. */
const MOST_COMMANDS = 4;
/** Said by the head of the scan, or by its numbers. */
const SAID = new Set(['access', 'read', 'time', 'expected', 'rows']);

/** The words behind a scan's title. */
export function accessText({ access, index, server }: ExplainedScan): string {
  const word = ACCESS[access] ?? access;
  const elsewhere = server === 'default' ? '' : ` on ${server}`;
  return escapeControls(`${word}${elsewhere}${index === null ? '' : `, index ${index}`}`);
}

/** The lines under a scan: what it took, where its filters are done, its commands. */
export function scanLines(scan: ExplainedScan): readonly (readonly Piece[])[] {
  const { lines, commands } = scan;
  const said = lines.filter(([label]) => !SAID.has(label));
  const labelWidth = Math.max(0, ...said.map(([label]) => label.length));
  return [
    ...tookLines(scan),
    ...said.flatMap(([label, text]) => text.split('\n').map((line) => saidLine(label.padEnd(labelWidth), line))),
    ...commands.slice(0, MOST_COMMANDS).map((command): Piece[] => [['dim', `> ${escapeControls(command)}`]]),
    ...(commands.length > MOST_COMMANDS ? [[['dim', `> … ${commands.length - MOST_COMMANDS} more`] as const]] : []),
  ];
}

function saidLine(label: string, text: string): readonly Piece[] {
  return [
    ['dim', `${escapeControls(label)} `],
    [label === 'filter' ? null : 'dim', escapeControls(text)],
  ];
}

/** True for the lines of a scan that a LIMIT ends when it has its rows. */
export function stopsEarly(lines: ExplainedScan['lines']): boolean {
  return lines.some(([label, text]) => label === 'limit' && text.startsWith('stops after'));
}

/** `299,108 keys walked, 12,408 matched · 41 round trips · 96 kB · Redis 18 ms`, or before it ran how many keys it would look at. */
function tookLines({ access, lines, actual, estimatedKeys }: ExplainedScan): readonly (readonly Piece[])[] {
  if (actual === null) {
    if (estimatedKeys === null) return [];
    const amount = access !== 'scan' ? 'about' : stopsEarly(lines) ? 'up to' : 'all';
    return [[[null, `looks at ${amount} ${shortCount(estimatedKeys)} keys`]]];
  }
  const { keysScanned, walkedMillionths, roundTrips, bytesReceived, redisMs } = actual;
  // For a walk all keys of its server are expected.
  const walked = walkText([{ server: 'default', keysScanned, walkedMillionths }], access === 'scan' ? estimatedKeys : null);
  const parts = [
    // Groups that Redis made have no keys to count.
    ...(access === 'aggregate' && keysScanned === 0 ? [] : [walked ?? counted(keysScanned, 'key')]),
    counted(roundTrips, 'round trip'),
    bytesText(bytesReceived),
    `Redis ${durationText(redisMs)}`,
  ];
  return [[[null, parts.join(' · ')]]];
}
