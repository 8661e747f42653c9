/** What of a server bears on using its indexes: how many keys there are, which of them end, and the limits of searches. */
import type { Reply } from '../../../resp/index.ts';
import { entriesOf, numberOf, textOf } from './replies.ts';

export interface ServerFacts {
  /** Keys of database 0. */
  readonly keyCount: number;
  /** Databases with keys, but for 0: an index takes their writes and deletes for those of database 0 (measured). */
  readonly otherDatabases: readonly number[];
  /** Keys with a time to live: an index counts one that has ended until it is deleted (measured). */
  readonly expiringCount: number;
  /** Hashes with fields that have a time to live, of which the same is true; null: unknown. */
  readonly fieldExpiringCount: number | null;
  /** Most documents that a search gives. */
  readonly maxSearchResults: number;
  /** Most documents that an aggregation gives. */
  readonly maxAggregateResults: number;
  /** Most tags that a prefix stands for; what is beyond is left out, and module 2.10 does not say so (measured). */
  readonly maxPrefixExpansions: number;
  /** Least bytes of a prefix. */
  readonly minPrefix: number;
  /** Numbers may be kept as floats, so that ranges miss some. */
  readonly isNumericRounded: boolean;
}

/** Where the configuration may not be read: the strictest that is shipped anywhere (images, clouds). */
const UNKNOWN_LIMIT = 10_000;
const UNKNOWN_EXPANSIONS = 200;
const UNKNOWN_MIN_PREFIX = 2;

/** keyspace: INFO keyspace's reply; config: that of FT.CONFIG GET *, null where it was refused. */
export function serverFactsFrom(keyspace: Reply, config: Reply | null): ServerFacts {
  const databases = new Map([...textOf(keyspace).matchAll(/^db(\d+):(.*)$/gm)].map(([, number, line]) => [Number(number), line]));
  const line = databases.get(0) ?? '';
  const counts = new Map(line.split(',').map((part) => part.trim().split('=') as [string, string | undefined]));
  const settings = configFrom(config);
  const setting = (name: string, unknown: number): number => limitFrom(settings.get(name), unknown);
  const fieldExpiring = counts.get('subexpiry');
  return {
    keyCount: Number(counts.get('keys') ?? 0),
    otherDatabases: [...databases.keys()].filter((number) => number !== 0),
    expiringCount: Number(counts.get('expires') ?? 0),
    // A server that does not tell has no such fields (they came with 7.4, which tells).
    fieldExpiringCount: fieldExpiring === undefined ? 0 : Number(fieldExpiring),
    maxSearchResults: setting('MAXSEARCHRESULTS', UNKNOWN_LIMIT),
    maxAggregateResults: setting('MAXAGGREGATERESULTS', UNKNOWN_LIMIT),
    maxPrefixExpansions: setting('MAXPREFIXEXPANSIONS', UNKNOWN_EXPANSIONS),
    minPrefix: setting('MINPREFIX', UNKNOWN_MIN_PREFIX),
    isNumericRounded: settings.get('_NUMERIC_COMPRESS') === 'true',
  };
}

/** Says why no index of the server is believed; null where nothing speaks against it. */
export function whyForeign({ otherDatabases }: ServerFacts): string | null {
  const [first] = otherDatabases;
  if (first === undefined) return null;
  const who = otherDatabases.length === 1 ? `database ${first} has keys` : `databases ${otherDatabases.join(', ')} have keys`;
  return `${who}, and an index takes what is written there for keys of database 0`;
}

/** RESP2 gives a list of pairs, RESP3 a map. */
function configFrom(config: Reply | null): ReadonlyMap<string, string> {
  if (config === null) return new Map();
  const isPairs = Array.isArray(config) && config.every((pair: Reply) => Array.isArray(pair));
  const entries = isPairs ? entriesOf(config.flat(1) as Reply[]) : entriesOf(config);
  return new Map([...entries].map(([name, value]) => [name.toUpperCase(), textOf(value)]));
}

function limitFrom(text: string | undefined, unknown: number): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  const value = text === undefined ? Number.NaN : numberOf(Buffer.from(text), Number.NaN);
  if (Number.isNaN(value)) return unknown;
  return value < 0 ? Number.POSITIVE_INFINITY : value;
}
