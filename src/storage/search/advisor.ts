/**
 * The index that would have served a filter: the FT.CREATE to type into redis-cli, and what it saves. Options stand in the
 * order that module 2.10 takes (INDEXMISSING before SORTABLE). Never TEMPORARY: such an index deletes its keys when it ends.
 */
import { printableBytes } from '../keys/printable.ts';
import type { Predicate, ScanPlan, ScanRequest, TableColumn } from '../scan-words.ts';
import type { ServerFacts } from './catalog/server-facts.ts';
import { COST } from './cost.ts';
import { literalStartOf } from './gate.ts';
import { isNumeric } from './query/numeric.ts';

/** A separator that texts do not hold; redis-cli reads it inside of double quotes. */
const SEPARATOR = '"\\x1f"';

/** Gives the advice; null where no index would help. taken: names of indexes that there are. */
export function adviceFor(request: ScanRequest, facts: ServerFacts, taken: readonly string[]): ScanPlan['advice'] {
  const command = createCommandFor(request, taken);
  if (command === null) return null;
  const scanMs = (facts.keyCount * (COST.scanKey + COST.fetchKey)) / 1000;
  const shareMs = (COST.roundTrip + (facts.keyCount / 100) * (COST.blockingKey + COST.fetchKey)) / 1000;
  const saving = `a scan of ${facts.keyCount} keys takes about ${inMs(scanMs)}; with the index, each 1 % of them about ${inMs(shareMs)}`;
  return { command, saving };
}

/** Gives the FT.CREATE alone; null where the filter has nothing that an index holds. */
export function createCommandFor(request: ScanRequest, taken: readonly string[]): string | null {
  const { filter, topN, columns, pattern, source } = request;
  const needs = new Map<number, string>();
  if (filter !== null) collectNeeds(filter, columns, needs);
  const [key] = topN?.keys ?? [];
  if (key !== undefined && filter === null) noteNeed(key.column, columns, needs);
  if (needs.size === 0) return null;
  const prefix = Buffer.from(literalStartOf(Buffer.from(pattern, 'utf8')));
  const name = freeName(prefix.toString('utf8'), taken);
  const schema = [...needs].flatMap(([position, type]) => {
    const column = columns[position];
    return column === undefined ? [] : [`${fieldWords(column, source)} ${type}`];
  });
  const kind = source === 'json' ? 'JSON' : 'HASH';
  const where = prefix.length === 0 ? '' : ` PREFIX 1 ${quoted(printableBytes(prefix))}`;
  return `FT.CREATE ${quoted(name)} ON ${kind}${where} SCHEMA ${schema.join(' ')}`;
}

function collectNeeds(predicate: Predicate, columns: readonly TableColumn[], needs: Map<number, string>): void {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const child of predicate.children) collectNeeds(child, columns, needs);
      return;
    case 'not':
      collectNeeds(predicate.child, columns, needs);
      return;
    case 'opaque':
      return;
    case 'call':
      noteCall(predicate, columns, needs);
      return;
    default:
      noteNeed(predicate.column, columns, needs);
  }
}

function noteNeed(position: number, columns: readonly TableColumn[], needs: Map<number, string>): void {
  const column = columns[position];
  if (column?.role !== 'field' || needs.has(position)) return;
  const { id, alias } = column.type;
  if (isNumeric(column.type)) needs.set(position, 'NUMERIC INDEXMISSING SORTABLE');
  else if ((id === 'VARCHAR' && alias === undefined) || id === 'BOOLEAN')
    needs.set(position, `TAG INDEXMISSING INDEXEMPTY SEPARATOR ${SEPARATOR} CASESENSITIVE SORTABLE UNF`);
}

function noteCall(call: Extract<Predicate, { kind: 'call' }>, columns: readonly TableColumn[], needs: Map<number, string>): void {
  if (columns[call.column]?.role !== 'field') return;
  if (call.name === 'match') needs.set(call.column, 'TEXT INDEXMISSING');
  else if (call.name === 'geo_within') needs.set(call.column, 'GEO INDEXMISSING');
}

function fieldWords(column: TableColumn, source: ScanRequest['source']): string {
  const field = column.field === undefined ? column.name : printableBytes(column.field);
  if (source !== 'json') return quoted(field);
  return `${quoted(column.path ?? `$.${field}`)} AS ${quoted(column.name)}`;
}

function freeName(prefix: string, taken: readonly string[]): string {
  const base = `idx:${prefix.replace(/[^\p{L}\p{N}_-]+/gu, ':').replace(/^:|:$/g, '') || 'all'}`;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) if (!taken.includes(`${base}:${number}`)) return `${base}:${number}`;
}

/** As redis-cli reads it; what printableBytes escaped stays so. */
function quoted(word: string): string {
  return /^[\w:.$*@-]+$/.test(word) ? word : `"${word.replaceAll(/\\(?!x[0-9a-f]{2})|"/g, '\\$&')}"`;
}

function inMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
