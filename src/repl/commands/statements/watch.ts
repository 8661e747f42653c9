/** `.watch`: a statement again and again, until Ctrl-C, a count, or enough rows. One run ends before the pause to the next. */
import { setTimeout as pause } from 'node:timers/promises';
import { cutToWidth, escapeControls, grouped, type Place } from '../../../output/index.ts';
import type { Command, LastResult, Shell, StatementReport } from '../../words.ts';
import { wrongArgument } from '../arguments.ts';
import { drawnLines, withChanges } from './watch-drawing.ts';

const LEAST_SECONDS = 0.1;
const MOST_SECONDS = 86_400;
interface Watch {
  readonly seconds: number;
  /** Runs; null: no end. */
  readonly count: number | null;
  /** Ends where fewer rows come; null: whatever comes. */
  readonly leastRows: number | null;
  readonly text: string;
}

export const watch: Command = {
  names: ['.watch', '\\watch'],
  usage: '[SECONDS] [SQL]',
  summary: 'runs a statement every 2 seconds',
  details:
    'Without SQL it is the statement before it (SELECT 1 \\watch 5), else the last one. i= is the pause in seconds, c= the count of runs, m= ends it when fewer rows come.\n' +
    "Examples: .watch    .watch 5 SELECT count(*) FROM redis_keys('job:*')    .watch i=1 c=10\nCtrl-C ends it. What changed is lit.",
  run: async (argument, shell, signal, name, statement) => {
    const wanted = watchFrom(argument);
    if (statement !== undefined && wanted.text !== '') throw wrongArgument(`${name} runs the statement before it, and no other`);
    const text = statement?.text ?? (wanted.text === '' ? (shell.lastStatement?.text ?? '') : wanted.text);
    if (text === '') throw wrongArgument('.watch has no statement to run: none ran before, and none was given');
    await repeat({ ...wanted, text }, shell, signal, statement?.place);
  },
};

/** Reads `5`, `i=5`, `c=3`, `m=1` in any order, then the statement. @throws {RedQueryError} RQ_OPTION. */
export function watchFrom(argument: string): Watch {
  let rest = argument;
  let [seconds, count, leastRows]: [number, number | null, number | null] = [2, null, null];
  for (;;) {
    const match = /^(?:(i|interval|c|count|m|min_rows)=(\S*)|(\d+(?:\.\d+)?)s?)(?:\s+|$)/i.exec(rest);
    if (match === null) break;
    const [whole, name = 'i', value = match[3] ?? ''] = match;
    if (/^i/i.test(name)) seconds = secondsFrom(value);
    else if (/^c/i.test(name)) count = wholeFrom(value, name, 1);
    else leastRows = wholeFrom(value, name, 0);
    rest = rest.slice(whole.length);
  }
  return { seconds, count, leastRows, text: rest.replace(/;\s*$/, '') };
}

function secondsFrom(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw wrongArgument(`the pause of .watch is ${LEAST_SECONDS} to ${grouped(MOST_SECONDS)} seconds, not ${JSON.stringify(text)}`);
}

function wholeFrom(text: string, name: string, least: number): number {
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw wrongArgument(`${name}= takes a whole number from ${least}, not ${JSON.stringify(text)}`);
}

async function repeat(wanted: Watch, shell: Shell, signal: AbortSignal, place?: Place): Promise<void> {
  const { seconds, count, leastRows, text } = wanted;
  let screen: readonly string[] | null = null;
  for (let run = 1; count === null || run <= count; run++) {
    // Who agreed to the first run has agreed to all.
    const isConfirmed = run > 1;
    const isInPlace = isDrawnInPlace(shell);
    const before = shell.lastResult;
    const options = { isConfirmed, ...(place === undefined ? {} : { place }) };
    const report = await shell.run(text, isInPlace ? { ...options, isQuiet: true } : options);
    if (report.end !== 'done') return;
    if (isInPlace) screen = await redraw(wanted, report, shell, { before, screen });
    if (leastRows !== null && (report.rowCount ?? 0) < leastRows) return;
    if (run === count || signal.aborted) return;
    await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

/** Where rows go to a file, or nobody looks, one run stands behind the other. */
function isDrawnInPlace({ isInteractive, settings }: Shell): boolean {
  return isInteractive && settings.output === null && settings.once === null;
}

interface Seen {
  /** The last result of the statement before. */
  readonly before: LastResult | null;
  /** The lines of the run before. */
  readonly screen: readonly string[] | null;
}

/** Draws head line and rows as one text, and gives the lines of the rows. */
async function redraw(
  wanted: Watch,
  report: StatementReport,
  shell: Shell,
  { before, screen }: Seen,
): Promise<readonly string[]> {
  const { lastResult, palette } = shell;
  // A statement without rows leaves the result before it as the last one.
  const lines = lastResult === null || lastResult === before ? [] : await drawnLines(lastResult, shell);
  shell.clear();
  shell.say([headLine(wanted, report, shell), ...withChanges(lines, screen, palette)].join('\n'));
  return lines;
}

/** `every 2 s · 14:03:22 · run 4 · 12 rows in 41 ms · SELECT …`. */
function headLine({ seconds, text }: Watch, report: StatementReport, { size, palette }: Shell): string {
  const parts = [
    `every ${seconds} s`,
    new Date().toTimeString().slice(0, 8),
    `${report.rowCount === null ? '' : `${grouped(report.rowCount)} row${report.rowCount === 1 ? '' : 's'} in `}${Math.round(report.elapsedMs)} ms`,
    escapeControls(text.replaceAll(/\s+/g, ' ')),
  ];
  return palette('dim', cutToWidth(parts.join(' · '), size.columns - 1));
}
