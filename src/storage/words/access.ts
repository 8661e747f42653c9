/** How a scan reaches its rows: keys, a walk, an index, series; and which rows of each key. */

/** How a scan reads: nothing at all, named keys, a walk over the keyspace, keys out of an index, series by label, or one answer. */
export type AccessPath =
  | { readonly kind: 'empty' }
  | { readonly kind: 'keys'; readonly keys: readonly Uint8Array[] }
  | { readonly kind: 'scan'; readonly pattern: Uint8Array }
  | SearchAccess
  | QueryAccess
  /** Keys that TS.QUERYINDEX gives for these FILTER terms and that match the pattern. */
  | { readonly kind: 'series'; readonly filters: readonly string[]; readonly pattern: Uint8Array }
  /** No keys: the source's own command (FT._LIST, INFO, FT.SEARCH) gives the rows. */
  | { readonly kind: 'command' };

/** Keys out of a search index, then their fields by HMGET or JSON.GET. */
export interface SearchAccess {
  readonly kind: 'search';
  readonly index: string;
  /** RediSearch query, dialect 2; values stand in `params` or are escaped. */
  readonly query: string;
  readonly params: readonly (readonly [name: string, value: string | Uint8Array])[];
  readonly sortBy: { readonly attribute: string; readonly isDescending: boolean } | null;
  /** Documents that are enough; null for all. */
  readonly limit: number | null;
  /**
   * 'blocking': one FT.SEARCH NOCONTENT; 'pages': as many as stop Redis for a moment each; 'cursor': FT.AGGREGATE LOAD @__key
   * WITHCURSOR, the slowest, which stops nobody for long however many there are, and keeps an order.
   */
  readonly form: 'blocking' | 'pages' | 'cursor';
  /** Keys of a page at most; the reader's own measure where it is missing. */
  readonly pageKeys?: number;
  /** What a count said just before. */
  readonly expectedKeys: number;
  /** Keys that do not match this are left out; it is also what is scanned should the index fail before it gave a key. */
  readonly pattern: Uint8Array;
  /** The query holds what nothing else can check (match): where it fails, the statement does. */
  readonly isOnlyWay?: true;
}

/** A search in the user's own words (redis_search): its documents are the rows, and no scan can stand in for it. */
export interface QueryAccess {
  readonly kind: 'query';
  readonly index: string;
  /** RediSearch's own language, dialect 2; values stand in `params`. */
  readonly query: string;
  readonly params: readonly (readonly [name: string, value: string | Uint8Array])[];
  readonly sortBy: SearchAccess['sortBy'];
  readonly language: string | null;
  readonly isVerbatim: boolean;
  /** Documents at most, as the user says; null for all. */
  readonly limit: number | null;
  /** Documents that may be enough: more are asked for when their rows were taken. */
  readonly firstRows: number;
  /** The part 'score' is read. */
  readonly hasScores: boolean;
  /** The name by which the search gives distances; null where nobody reads the part 'distance'. */
  readonly distance: string | null;
  /** Attributes whose matches are marked for the part 'highlight'; empty where nobody reads it. */
  readonly highlighted: readonly string[];
}

/** Which rows of each key are read; null stands for all. Bounds are as Redis takes them. */
export type ElementRange =
  /** Only these: SMISMEMBER, ZMSCORE. */
  | { readonly kind: 'members'; readonly members: readonly Uint8Array[] }
  /** 0-based positions of a list, ranks of a sorted set; `last` −1 is the end. */
  | { readonly kind: 'positions'; readonly first: number; readonly last: number; readonly isReversed: boolean }
  /** ZRANGE BYSCORE: '-inf', '(1.5', … */
  | { readonly kind: 'scores'; readonly min: string; readonly max: string; readonly isReversed: boolean }
  /** XRANGE, XREVRANGE: '-', '5-0', '+'. */
  | { readonly kind: 'ids'; readonly from: string; readonly to: string; readonly isReversed: boolean }
  /** TS.RANGE, TS.REVRANGE: ms since 1970, '-', '+'. */
  | {
      readonly kind: 'times';
      readonly from: string;
      readonly to: string;
      readonly isReversed: boolean;
      readonly bucket: TimeBucket | null;
    };

/** AGGREGATION of TS.RANGE: one row a bucket; the column of part 'value' and `aggregate` i is aggregator i. */
export interface TimeBucket {
  readonly aggregators: readonly ('avg' | 'min' | 'max' | 'sum' | 'count' | 'first' | 'last')[];
  readonly widthMs: number;
  /** Where buckets begin, in ms since 1970. */
  readonly alignMs: number;
}
