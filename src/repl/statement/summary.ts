/** The line after a statement: rows, time, and what Redis had to do for them. */
import type { StatementStats } from '../../engine/index.ts';
import { bytesText, counted, durationText, escapeControls } from '../../output/index.ts';
import { keysText } from '../explain/keys-text.ts';
import type { TerminalSettings } from '../settings.ts';

export interface Outcome {
  /** Rows that came or were changed; null where there is nothing to count. */
  readonly rowCount: number | null;
  /** What became of the rows: 'inserted'; null: they came. */
  readonly change: string | null;
  readonly elapsedMs: number;
  readonly stats: StatementStats;
  /** Keys in the database; null: not known. */
  readonly databaseKeys: number | null;
  /** What stands below the rows already: `1,204 rows (40 shown) · values cut · all of it: .maxrows 0`; null: nothing. */
  readonly footer: string | null;
}

/**
 * The lines below the rows: what was left out of them, then the summary. Its count of the rows takes the place of the
 * footer's.
 */
export function closingLines(outcome: Outcome, settings: Pick<TerminalSettings, 'timer' | 'redis'>): string[] {
  const summary = summaryText(outcome, settings);
  const { footer, rowCount } = outcome;
  const head = rowCount === null ? '' : counted(rowCount, 'row');
  if (footer === null || summary === null) return [footer, summary].filter((line) => line !== null);
  if (!footer.startsWith(head)) return [footer, summary];
  const [rows = head, ...rest] = footer.split(' · ');
  return [...(rest.length === 0 ? [] : [rest.join(' · ')]), rows + summary.slice(head.length)];
}

/**
 * `1,204 rows in 42 ms · Redis: 299,108 keys walked, 12,408 matched, 41 round trips, 96 kB, server 18 of 42 ms`; null where
 * `.timer` and `.redis` leave nothing to say.
 */
export function summaryText(outcome: Outcome, settings: Pick<TerminalSettings, 'timer' | 'redis'>): string | null {
  const { rowCount, change, elapsedMs } = outcome;
  const parts: string[] = [];
  const time = settings.timer ? durationText(elapsedMs) : null;
  const rows = rowCount === null ? 'Done' : `${counted(rowCount, 'row')}${change === null ? '' : ` ${change}`}`;
  if (time !== null) parts.push(`${rows} in ${time}`);
  else if (settings.redis || change !== null) parts.push(rows);
  if (settings.redis) {
    const redis = redisText(outcome);
    if (redis !== null) parts.push(`Redis: ${redis}`);
  }
  return parts.length === 0 ? null : parts.join(' · ');
}

/** What Redis had to do; null for a statement that asked it nothing. */
function redisText({ stats, elapsedMs, databaseKeys }: Outcome): string | null {
  const { scans, keysScanned, roundTrips, bytesReceived, redisMicros } = stats;
  if (scans.length === 0 && roundTrips === 0) return null;
  if (roundTrips === 0) return 'asked nothing';
  const groups = scans.filter(({ access }) => access === 'aggregate').length;
  // What Redis groups, and what is only planned, has no keys to count.
  const parts = keysScanned === 0 && groups === scans.length ? [] : [keysText(scans, databaseKeys)];
  parts.push(counted(roundTrips, 'round trip'), bytesText(bytesReceived));
  // Several connections wait at the same time: their sum may be more than the whole.
  const redisMs = Math.min(redisMicros / 1000, elapsedMs);
  if (redisMicros > 0) parts.push(`server ${sameUnit(redisMs, elapsedMs)}`);
  const indexes = [...new Set(scans.flatMap(({ index }) => index ?? []))].map(escapeControls);
  if (indexes.length > 0) parts.push(`index${indexes.length === 1 ? '' : 'es'} ${indexes.join(', ')}`);
  if (groups > 0)
    parts.push(groups === scans.length ? 'grouped by Redis' : `${groups} of ${scans.length} scans grouped by Redis`);
  return parts.join(', ');
}

/** `18 of 42 ms`; with both units where they differ. */
function sameUnit(part: number, whole: number): string {
  const [partText, wholeText] = [durationText(part), durationText(whole)];
  const unit = ` ${wholeText.split(' ').at(-1) ?? ''}`;
  const isSame = partText.endsWith(unit) && partText.split(' ').length === 2;
  return `${isSame ? partText.slice(0, -unit.length) : partText} of ${wholeText}`;
}
