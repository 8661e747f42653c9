/** Writes what EXPLAIN says of one scan of Redis, beside DuckDB's own plan. */
import type { FilterAnswer, Predicate, ScanPlan, ScanRequest, TableColumn } from '../../storage/index.ts';
import { MOST_SHOWN_CHARACTERS } from '../plan/limits.ts';
import { predicateText } from './predicate-text.ts';

/** What a scan counted; unknown names are shown behind the known ones. */
export type ScanCounters = Readonly<Record<string, number | bigint>>;

const COUNTER_LABELS: Readonly<Record<string, string>> = {
  keysScanned: 'keys scanned',
  rows: 'rows',
  bytesReceived: 'bytes received',
  bytesSent: 'bytes sent',
  roundTrips: 'round trips',
  batches: 'batches',
  skippedKeys: 'skipped keys (another type)',
  duplicateKeys: 'duplicate keys',
  vanishedKeys: 'vanished keys',
  badValues: 'bad values',
  driftedKeys: 'keys that changed while they were read in pieces',
  indexFallbacks: 'indexes that could not answer, so that the keys were scanned',
};
const ALWAYS_SHOWN = new Set(['keysScanned', 'rows', 'bytesReceived', 'roundTrips', 'batches', 'skippedKeys']);

const ANSWERS: Readonly<Record<FilterAnswer, string>> = {
  exact: 'pushed, exact; re-checked by DuckDB',
  inexact: 'pushed in part, fetches more than needed; re-checked by DuckDB',
  unsupported: 'not pushed; done by DuckDB',
};

/**
 * Gives a block of lines without a final line break; the first names the call, the others are indented by two blanks.
 * @param counters null before the scan ran; then neither they nor the time are shown.
 * @param elapsedMs from the scan's first request to its last batch; null where it is not known.
 */
export function explainScan(plan: ScanPlan, counters: ScanCounters | null, elapsedMs: number | null): string {
  const { request } = plan;
  const names = request.columns.map((column) => column.name);
  const read = request.projection.flatMap((position) => request.columns[position] ?? []);
  const lines: [string, string][] = [
    ['access', accessText(plan)],
    ['fields', plan.access.kind === 'empty' ? 'none' : fieldsText(read, request)],
  ];
  if (request.filter !== null) lines.push(['filter', `${filterText(request.filter, names)}  (${ANSWERS[plan.filterAnswer]})`]);
  if (request.rowLimit !== null) lines.push(['limit', `stops after ${grouped(request.rowLimit)} rows`]);
  if (request.onError !== 'error') lines.push(['on error', request.onError]);
  if (counters !== null) lines.push(['read', countersText(counters)]);
  if (counters !== null && elapsedMs !== null)
    lines.push(['time', `${elapsedMs < 10 ? elapsedMs.toFixed(1) : grouped(Math.round(elapsedMs))} ms`]);
  const head = `redis_${request.source}('${request.pattern.replaceAll("'", "''")}')  server ${request.server}`;
  return [head, ...lines.map(([label, text]) => `  ${label.padEnd(9)} ${text}`)].map(oneLine).join('\n');
}

/** A constant may be of any length. */
function filterText(filter: Predicate, names: readonly string[]): string {
  const text = predicateText(filter, names);
  return text.length > MOST_SHOWN_CHARACTERS ? `${text.slice(0, MOST_SHOWN_CHARACTERS)}…` : text;
}

function accessText({ access, accessText: text, request, tasks: pieces }: ScanPlan): string {
  const tasks = pieces.length > 1 ? `, ${pieces.length} tasks` : '';
  switch (access.kind) {
    case 'empty':
      return 'none: the filter is true for no key';
    case 'keys':
      return `${grouped(access.keys.length)} key${access.keys.length === 1 ? '' : 's'}, no SCAN: ${text}${tasks}`;
    case 'scan':
      // Where no field is read, nothing but TYPE tells hashes from other keys; those are then left out uncounted.
      return `SCAN MATCH ${text}${readsField(request) ? '' : ' TYPE hash'}${tasks}`;
    case 'search':
      return `FT.SEARCH ${text}${tasks}`;
    case 'series':
      return `TS.QUERYINDEX ${text}${tasks}`;
    case 'command':
      return 'one command';
    default:
      return access satisfies never;
  }
}

/** With on_error => 'skip' all declared fields are read, whatever is projected. */
function readsField({ columns, projection, onError }: ScanRequest): boolean {
  const read = onError === 'skip' ? columns : projection.flatMap((position) => columns[position] ?? []);
  return read.some(
    ({ role }) => role === 'field' || (role === 'fields' && projection.some((position) => columns[position]?.role === role)),
  );
}

/** With on_error => 'skip' the fields that are not projected are read to be checked. */
function fieldsText(projected: readonly TableColumn[], { columns, onError }: ScanRequest): string {
  const checked = onError === 'skip' ? columns.filter((column) => column.role === 'field' && !projected.includes(column)) : [];
  const read = [...projected, ...checked];
  const fields = read.filter((column) => column.role === 'field').map((column) => column.name);
  const ttl = read.some((column) => column.role === 'ttl') ? '; time to live (TTL)' : '';
  if (read.some((column) => column.role === 'fields')) return `all fields (HGETALL)${ttl}`;
  return `${fields.length === 0 ? 'none' : `${fields.join(', ')} (HMGET)`}${ttl}`;
}

function countersText(counters: ScanCounters): string {
  return Object.entries(counters)
    .filter(([name, count]) => ALWAYS_SHOWN.has(name) || BigInt(count) > 0n)
    .map(([name, count]) => `${COUNTER_LABELS[name] ?? name} ${grouped(count)}`)
    .join(', ');
}

function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A pattern or a constant may hold line breaks and control bytes; the block's lines are its own. */
function oneLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
