/**
 * What each way of finding keys costs, and how long it stops Redis for others. All constants are here, in µs, measured on
 * Redis 7.4.1 with search 2.10.5 and 1,000,000 hashes of 5 fields on two shared cores; only their ratios matter.
 */
import type { SearchAccess } from '../scan-words.ts';

export const COST = {
  /** SCAN with MATCH, for each key of the keyspace: 1,000,000 in 0.5–0.6 s. */
  scanKey: 0.6,
  /** HMGET of some fields and all that follows, for each key: the scan's floor of 1.55–2.2 s, less its SCAN. */
  fetchKey: 1.3,
  /** FT.SEARCH NOCONTENT WITHOUTCOUNT, for each key: 187,500 in 0.14 s, in which nobody else is served. */
  blockingKey: 0.75,
  /** The same in pages of 40,000, for each key: each page walks over what stands before it. */
  pagedKey: 1.8,
  /** FT.AGGREGATE LOAD @__key WITHCURSOR, for each key: 283,000 in 1.2–1.4 s, in pieces of at most 64 ms. */
  cursorKey: 4.5,
  /** LIMIT 0 0, for each document that matches: 200,000 in 50 ms; 1,000,000 in 120–150 ms. */
  countDocument: 0.25,
  /** FT.AGGREGATE over sortable attributes, for each document and for each reducer of it: 1,000,000 in 70–90 ms. */
  groupDocument: 0.045,
  reduceDocument: 0.0125,
  /** As an attribute's presence is asked of each document: 1,000,000 in 60 ms. */
  existsDocument: 0.06,
  /** Grouping few documents that lie far apart, for each: 20,000 of 1,000,000 in 12–19 ms. */
  lackDocument: 0.6,
  /** SORTBY with a small LIMIT, for each document: 187,500 in 105 ms, of which 50 find them. */
  sortDocument: 0.3,
  /** A question and its answer. */
  roundTrip: 300,
} as const;

/** The longest time that a cursor's read stops Redis. */
export const CURSOR_BLOCK_MS = 64;
/** Keys of a page at most, the longest time that they stop Redis, and for each key that stands before them. */
const PAGE_KEYS = 40_000;
const PAGE_BLOCK_MS = 28;
const PAGE_WALK = 0.25;
/** Smaller pages are more questions than keys are worth. */
const LEAST_PAGE_KEYS = 1000;
/** A scan stops nobody: what is hardly faster is not worth it. */
const WORTH_IT = 0.9;

/** What is known before a choice is made. */
export interface CostInput {
  /** Keys of the database. */
  readonly keyCount: number;
  /** Documents of the index: about the keys of the pattern. */
  readonly docCount: number;
  /** Keys that the query gives. */
  readonly matchCount: number;
  /** False where the count was cut short: there may be so many. */
  readonly isCounted: boolean;
  /** Rows that are enough, and need not be searched for among others. */
  readonly limit: number | null;
  /** Rows that are enough of those that pass a filter that is checked later. */
  readonly rowLimit: number | null;
  readonly maxBlockMs: number;
  readonly maxSearchResults: number;
  readonly maxAggregateResults: number;
}

export interface Choice {
  readonly kind: 'scan' | SearchAccess['form'];
  /** One sentence; null where it goes without saying. */
  readonly why: string | null;
  readonly scanMs: number;
  /** Of the chosen form; of the cheapest one where the scan is chosen. */
  readonly indexMs: number;
  readonly blockMs: number;
  /** Keys of a page; null where there are none. */
  readonly pageKeys: number | null;
}

/** Chooses the cheapest way that is kind enough. `isForced`: an index was asked for, so that the scan is no choice. */
export function chooseWay(input: CostInput, isForced: boolean): Choice {
  const scanMs = scanCostMs(input);
  const wanted = Math.min(input.matchCount, input.limit ?? Number.POSITIVE_INFINITY);
  const blockMs = (input.matchCount * COST.countDocument + wanted * (COST.blockingKey - COST.countDocument)) / 1000;
  const isWhole = wanted <= input.maxSearchResults;
  const none = { scanMs, pageKeys: null };
  const isKind = blockMs <= input.maxBlockMs;
  if (isWhole && isKind) {
    const indexMs = (COST.roundTrip + wanted * COST.blockingKey + fetchedBy(wanted, input) * COST.fetchKey) / 1000;
    return settle({ ...none, kind: 'blocking', why: null, indexMs, blockMs }, isForced, input);
  }
  const reason = isWhole
    ? `one search would stop Redis for about ${Math.round(blockMs)} ms (max_block_ms is ${input.maxBlockMs})`
    : `one search gives at most ${input.maxSearchResults} keys (MAXSEARCHRESULTS)`;
  if (input.matchCount > input.maxAggregateResults) {
    const why = `${reason}, and a cursor at most ${input.maxAggregateResults} (MAXAGGREGATERESULTS)`;
    return { ...none, kind: 'scan', why, indexMs: Number.POSITIVE_INFINITY, blockMs };
  }
  const fetched = fetchedBy(wanted, input);
  const costMs = (keyCost: number): number => (COST.roundTrip + fetched * (keyCost + COST.fetchKey)) / 1000;
  const page = isWhole ? pageOf(wanted, input.maxBlockMs) : null;
  const isCursorKind = CURSOR_BLOCK_MS <= input.maxBlockMs;
  if (page !== null && !(isCursorKind && page.keyCost > COST.cursorKey)) {
    const why = `${reason}, so it is read in pages`;
    const { pageKeys, blockMs: pageMs } = page;
    return settle({ kind: 'pages', why, scanMs, indexMs: costMs(page.keyCost), blockMs: pageMs, pageKeys }, isForced, input);
  }
  if (!isCursorKind && !isForced) {
    const why = `${reason}, and a cursor still for up to ${CURSOR_BLOCK_MS} ms`;
    return { ...none, kind: 'scan', why, indexMs: Number.POSITIVE_INFINITY, blockMs };
  }
  const why = `${reason}, so a cursor reads it`;
  return settle({ ...none, kind: 'cursor', why, indexMs: costMs(COST.cursorKey), blockMs: CURSOR_BLOCK_MS }, isForced, input);
}

interface Page {
  readonly pageKeys: number;
  readonly keyCost: number;
  readonly blockMs: number;
}

/** The largest pages of which the last one still is kind enough; null where even small ones are not. */
function pageOf(wanted: number, maxBlockMs: number): Page | null {
  const walkMs = (wanted * PAGE_WALK) / 1000;
  const pageKeys = Math.min(PAGE_KEYS, Math.floor(((maxBlockMs - walkMs) * PAGE_KEYS) / PAGE_BLOCK_MS));
  if (pageKeys < LEAST_PAGE_KEYS) return null;
  // Each page more walks over half of them.
  const morePages = wanted / pageKeys - wanted / PAGE_KEYS;
  const keyCost = COST.pagedKey + (morePages * PAGE_WALK) / 2;
  return { pageKeys, keyCost, blockMs: walkMs + (pageKeys * PAGE_BLOCK_MS) / PAGE_KEYS };
}

function settle(choice: Choice, isForced: boolean, { matchCount, docCount, isCounted }: CostInput): Choice {
  if (isForced || choice.indexMs <= choice.scanMs * WORTH_IT) return choice;
  const share = docCount === 0 ? 100 : Math.round((100 * matchCount) / docCount);
  const given = isCounted ? `${matchCount} of ${docCount} keys (${share} %)` : `too many of ${docCount} keys to count them`;
  const why = `the index gives ${given}: about ${Math.round(choice.indexMs)} ms, a scan about ${Math.round(choice.scanMs)} ms`;
  return { ...choice, kind: 'scan', why };
}

/** A limit ends a scan early: the keys that pass lie evenly, as far as one knows. */
function scanCostMs({ keyCount, docCount, matchCount, rowLimit }: CostInput): number {
  const share = rowLimit === null || matchCount === 0 ? 1 : Math.min(1, rowLimit / matchCount);
  return (COST.roundTrip + share * (keyCount * COST.scanKey + Math.min(docCount, keyCount) * COST.fetchKey)) / 1000;
}

/** With a limit that only DuckDB can apply, fetching ends soon after it is reached. */
function fetchedBy(wanted: number, { rowLimit }: CostInput): number {
  return rowLimit === null ? wanted : Math.min(wanted, rowLimit * 4 + 1000);
}
