/** What the session's `on_full_scan` says of a plan: a scan that walks over all keys of its pattern, or none. Asks nobody. */
import { RedQueryError } from '../../errors.ts';
import type { ScanPlan } from '../scan-words.ts';

/**
 * Tells whether a plan reads every key of its pattern: no key, index or label narrows it, and no LIMIT ends it. SCAN walks over
 * the whole keyspace for that, however narrow the pattern is.
 */
export function isFullScan({ tasks }: ScanPlan): boolean {
  return tasks.some(({ access, rowLimit }) => access.kind === 'scan' && rowLimit === null);
}

/**
 * Gives the note for a full scan where `on_full_scan` is 'warn'; null where there is nothing to say.
 * @throws {RedQueryError} RQ_SCAN_LIMIT: a full scan where it is 'refuse'.
 */
export function checkFullScan(plan: ScanPlan): string | null {
  const { onFullScan } = plan.request.settings;
  if (onFullScan === 'allow' || !isFullScan(plan)) return null;
  const what = `redis_${plan.request.source}('${plan.request.pattern}') reads every key that matches ${plan.accessText}`;
  if (onFullScan === 'warn') return `${what}: ${remedyFor(plan)}`;
  throw new RedQueryError('RQ_SCAN_LIMIT', `${what}, and on_full_scan is 'refuse'`, {
    hint: `${sentence(remedyFor(plan))} SET on_full_scan = 'allow' lets it run.`,
  });
}

function remedyFor({ advice, request }: ScanPlan): string {
  const others = "name keys (WHERE _key = '…') or add a LIMIT";
  if (advice !== null) return `an index would answer it: ${advice.command}; or ${others}`;
  return request.filter === null ? `filter by what an index covers, ${others}` : others;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
