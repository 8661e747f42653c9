/**
 * The index that would have served a statement, and what it would save. Advice is tried on the index that it would make before
 * it is given: by the same rules that choose among those that there are.
 */
import { digits } from '../sampling/sample-notes.ts';
import type { AggregateRequest, Predicate, ScanPlan, ScanRequest } from '../scan-words.ts';
import { type AdvisedSchema, addColumn, advisedIndex, createCommand, schemaOf } from './advised-index.ts';
import { aggregateQueryOf } from './aggregate/aggregate-query.ts';
import { Refusal } from './aggregate/sortables.ts';
import type { IndexSnapshot } from './catalog/index-catalog.ts';
import type { IndexInfo } from './catalog/index-info.ts';
import type { ServerFacts } from './catalog/server-facts.ts';
import { COST } from './cost.ts';
import { hasMatch, termsOfFilter } from './filter-terms.ts';
import { gateOf } from './gate.ts';
import { compileFilter } from './query/compile.ts';
import { answerOf } from './query/fragment.ts';
import { orderAttributeOf, orderBlockMs } from './top-n.ts';

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;

/** What saves less than this, and not half of the time either, is not worth an index. */
const LEAST_SAVING_MS = 20;
const LEAST_FACTOR = 2;

/** Gives the advice for a filter or an order; null where no index would help, or hardly. */
export function adviceFor(request: ScanRequest, snapshot: Snapshot): ScanPlan['advice'] {
  const { facts, indexes } = snapshot;
  const known = knownCount(request, snapshot);
  const docCount = known ?? facts.keyCount;
  const isOrder = request.filter === null;
  const schema = isOrder ? orderSchema(request, facts, docCount) : filterSchema(request, facts, docCount);
  if (schema === null || isHeldUp(request, schema, snapshot)) return null;
  const share = (docCount / 100) * (COST.blockingKey + COST.fetchKey);
  const indexMs = isOrder ? COST.roundTrip / 1000 + orderBlockMs(docCount) : (COST.roundTrip + share) / 1000;
  const what = isOrder ? 'with the index, the order' : `with the index, each 1 % of ${known === null ? 'them' : 'these'}`;
  const saving = savingOf(facts, known, indexMs, what);
  return saving === null ? null : { command: createCommand(request, schema, indexes.map(nameOf)), saving };
}

/** Gives the advice for a grouped block; null where no index would let Redis group it, or hardly faster. */
export function groupingAdvice(request: AggregateRequest, snapshot: Snapshot): ScanPlan['advice'] {
  const { scan, groups, aggregates } = request;
  const { facts, indexes } = snapshot;
  const schema = schemaOf(termsOfFilter(scan.filter), scan.columns);
  for (const { column } of [...groups, ...aggregates]) if (column !== null) addColumn(column, scan.columns, schema);
  const known = knownCount(scan, snapshot);
  const docCount = known ?? facts.keyCount;
  const index = advisedIndex(scan, schema, docCount);
  if (schema.size === 0 || !gateOf(index, scan).isOpen || !isSame(index, scan) || isHeldUp(scan, schema, snapshot)) return null;
  const reducerCount = reducersOf(request, index, facts);
  if (reducerCount === null) return null;
  // What a filter leaves is not known before it is asked.
  const blockMs = (docCount * (COST.groupDocument + reducerCount * COST.reduceDocument)) / 1000;
  if (scan.filter === null && blockMs > scan.settings.maxBlockMs) return null;
  const saving = savingOf(facts, known, COST.roundTrip / 1000 + blockMs, 'with the index, one FT.AGGREGATE');
  return saving === null ? null : { command: createCommand(scan, schema, indexes.map(nameOf)), saving };
}

/** Null where the index could not group them. */
function reducersOf(request: AggregateRequest, index: IndexInfo, facts: ServerFacts): number | null {
  const { columns, onError } = request.scan;
  try {
    return aggregateQueryOf(request, { index, facts, columns, onError }).reducerCount;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Gives the FT.CREATE that lets an index answer, whatever it saves; null where none would. facts null: a server without search. */
export function createCommandFor(request: ScanRequest, taken: readonly string[], facts: ServerFacts | null): string | null {
  const schema =
    filterSchema(request, facts ?? GENEROUS, 0) ?? (request.filter === null ? orderSchema(request, facts ?? GENEROUS, 0) : null);
  return schema === null ? null : createCommand(request, schema, taken);
}

/** Facts of a server that is not asked. */
export const GENEROUS: ServerFacts = {
  keyCount: 0,
  otherDatabases: [],
  expiringCount: 0,
  fieldExpiringCount: 0,
  maxSearchResults: Number.POSITIVE_INFINITY,
  maxAggregateResults: Number.POSITIVE_INFINITY,
  maxPrefixExpansions: 200,
  minPrefix: 2,
  isNumericRounded: false,
};

/** The columns of those terms that an index serves; null where there is none, or match() is not among them. */
function filterSchema(request: ScanRequest, facts: ServerFacts, docCount: number): AdvisedSchema | null {
  const { columns, filter } = request;
  const terms = termsOfFilter(filter);
  const served = servedTerms(request, advisedIndex(request, schemaOf(terms, columns), docCount), facts);
  const isWhole = terms.every((term) => !hasMatch(term) || served.includes(term));
  return served.length === 0 || !isWhole ? null : schemaOf(served, columns);
}

function servedTerms({ filter, columns, onError }: ScanRequest, index: IndexInfo, facts: ServerFacts): Predicate[] {
  return termsOfFilter(filter).filter((term) => {
    const compiled = compileFilter(term, { index, facts, columns, onError });
    const isSure = term.kind === 'call' || !hasMatch(term) || answerOf(compiled) === 'exact';
    return compiled.kind === 'query' && isSure;
  });
}

/** As resolve.ts asks for an order: of an index whose documents are all rows, where that stops Redis for a moment only. */
function orderSchema(request: ScanRequest, facts: ServerFacts, docCount: number): AdvisedSchema | null {
  const { topN, columns, settings, onError } = request;
  const [key] = topN?.keys ?? [];
  if (key === undefined || !settings.pushdownOrder || onError !== 'error') return null;
  if (facts.expiringCount > 0 || facts.fieldExpiringCount !== 0 || facts.isNumericRounded) return null;
  const schema: AdvisedSchema = new Map();
  addColumn(key.column, columns, schema);
  const index = advisedIndex(request, schema, docCount);
  const isKind = orderBlockMs(docCount) <= settings.maxBlockMs;
  return orderAttributeOf(request, index) !== null && isSame(index, request) && isKind ? schema : null;
}

function isSame(index: IndexInfo, request: ScanRequest): boolean {
  const verdict = gateOf(index, request);
  return verdict.isOpen && verdict.isSame;
}

/** True where there is such an index, which the data or its building hold up: another one would fare no better. */
export function isHeldUp(request: ScanRequest, schema: AdvisedSchema, { indexes }: Snapshot): boolean {
  return indexes.some((index) => {
    if (gateOf(index, request).isOpen) return false;
    const attributes = index.attributes.map((attribute) => ({ ...attribute, failureCount: 0 }));
    const isReady = gateOf({ ...index, attributes, isIndexing: false, percentIndexed: 1, failureCount: 0 }, request).isOpen;
    const wanted = advisedIndex(request, schema, 0).attributes;
    return isReady && wanted.every((one) => attributes.some((other) => isLike(one, other)));
  });
}

function isLike(a: IndexInfo['attributes'][number], b: IndexInfo['attributes'][number]): boolean {
  return a.type === b.type && Buffer.compare(a.identifier, b.identifier) === 0;
}

/** The keys of the pattern, where one knows; null: not. */
function knownCount(request: ScanRequest, { indexes, facts }: Snapshot): number | null {
  const same = indexes.find((index) => isSame(index, request));
  return same?.docCount ?? (request.pattern === '*' ? facts.keyCount : null);
}

/** Null where it is not worth it. */
function savingOf({ keyCount }: ServerFacts, known: number | null, indexMs: number, what: string): string | null {
  const scanMs = (keyCount * COST.scanKey + (known ?? keyCount) * COST.fetchKey) / 1000;
  if (scanMs - indexMs < LEAST_SAVING_MS && scanMs < indexMs * LEAST_FACTOR) return null;
  const keys =
    known === null
      ? `the ${digits(keyCount)} keys of the database takes about`
      : `${digits(keyCount)} keys${known === keyCount ? '' : `, of which ${digits(known)} are read,`} takes about`;
  return `a scan of ${keys} ${inMs(scanMs)}; ${what} about ${inMs(indexMs)}`;
}

function nameOf({ name }: IndexInfo): string {
  return name;
}

function inMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${digits(Math.round(ms))} ms`;
}
