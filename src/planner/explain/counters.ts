/** What a scan counted, in words. */
import { grouped, type Line, milliseconds } from './lines.ts';

/** What a scan counted; unknown names are shown behind the known ones. */
export type ScanCounters = Readonly<Record<string, number | bigint>>;

const LABELS: Readonly<Record<string, string>> = {
  keysScanned: 'keys scanned',
  rows: 'rows fetched',
  recheckedAway: 'rows re-checked away',
  bytesReceived: 'bytes received',
  bytesSent: 'bytes sent',
  roundTrips: 'round trips',
  batches: 'batches',
  skippedKeys: 'skipped keys (another type)',
  duplicateKeys: 'duplicate keys',
  vanishedKeys: 'vanished keys',
  badValues: 'bad values',
  driftedKeys: 'keys that changed their length while they were read',
  indexFallbacks: 'scans in place of an index that failed',
};
const ALWAYS_SHOWN = new Set(['keysScanned', 'rows', 'recheckedAway', 'bytesReceived', 'roundTrips', 'batches', 'skippedKeys']);
/** Shown as a time: waiting for Redis, summed over connections. */
const REDIS_MICROS = 'redisMicros';
/** Not for who asks: how many keys there are that they may not read. For logs. */
const FORBIDDEN_KEYS = 'forbiddenKeys';
/** For progress while the scan runs. */
const WALKED = 'walkedMillionths';

/**
 * Gives the lines of what was read and how long it took.
 * @param elapsedMs from the scan's first request to its last batch; null where it is not known.
 */
export function counterLines(counters: ScanCounters, elapsedMs: number | null): Line[] {
  const text = Object.entries(counters)
    .filter(([name]) => name !== REDIS_MICROS && name !== FORBIDDEN_KEYS && name !== WALKED)
    .filter(([name, count]) => ALWAYS_SHOWN.has(name) || BigInt(count) > 0n)
    .map(([name, count]) => `${LABELS[name] ?? name} ${grouped(count)}`)
    .join(', ');
  const lines: Line[] = [['read', text]];
  return elapsedMs === null ? lines : [...lines, ['time', timeText(elapsedMs, counters[REDIS_MICROS])]];
}

/** Several connections wait at once, so that their sum may be more than the whole. */
function timeText(elapsedMs: number, redisMicros: number | bigint | undefined): string {
  const whole = milliseconds(elapsedMs);
  if (redisMicros === undefined) return whole;
  const redisMs = Number(redisMicros) / 1000;
  const outside = Math.max(0, elapsedMs - redisMs);
  return `${whole}: ${milliseconds(redisMs)} in Redis and on the way, ${milliseconds(outside)} outside`;
}
