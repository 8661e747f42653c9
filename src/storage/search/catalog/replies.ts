/** Takes RESP3 replies of the search module apart. Bytes become text only where they are names or numbers of the module. */
import { RedQueryError } from '../../../errors.ts';
import type { Reply } from '../../../resp/reply-reader.ts';

/** Gives a map's entries by their names; also a flat list of names and values, as RESP2 has it. Anything else is empty. */
export function entriesOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  if (reply instanceof Map) return new Map([...reply].map(([name, value]) => [textOf(name), value]));
  const entries = new Map<string, Reply>();
  const items = itemsOf(reply);
  for (let i = 0; i + 1 < items.length; i += 2) entries.set(textOf(items[i]), items[i + 1] ?? null);
  return entries;
}

export function itemsOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]) : [];
}

/** Gives a string's or number's text; '' for anything else. */
export function textOf(reply: Reply | undefined): string {
  if (Buffer.isBuffer(reply)) return reply.toString('utf8');
  return typeof reply === 'number' || typeof reply === 'bigint' ? String(reply) : '';
}

/** Gives a number or a text that is one; `fallback` for anything else. */
export function numberOf(reply: Reply | undefined, fallback: number): number {
  if (typeof reply === 'number' || typeof reply === 'bigint') return Number(reply);
  const text = textOf(reply);
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? fallback : value;
}

/** What FT.SEARCH and FT.AGGREGATE answer. */
export interface SearchReply {
  readonly total: number;
  readonly results: readonly Reply[];
  /** What the module warns of: then the results may be less than all. */
  readonly warnings: readonly string[];
}

/**
 * Reads the reply of FT.SEARCH or FT.AGGREGATE.
 * @throws {RedQueryError} RQ_PROTOCOL where it is no such reply.
 */
export function searchReplyFrom(reply: Reply): SearchReply {
  const entries = entriesOf(reply);
  const total = numberOf(entries.get('total_results'), Number.NaN);
  if (!(reply instanceof Map) || Number.isNaN(total)) {
    throw new RedQueryError('RQ_PROTOCOL', 'the search module answered what is no RESP3 reply of a search');
  }
  return { total, results: itemsOf(entries.get('results')), warnings: warningsIn(entries.get('warning')) };
}

/** The attributes of one result. */
export function attributesOf(result: Reply): ReadonlyMap<string, Reply> {
  return entriesOf(entriesOf(result).get('extra_attributes'));
}

function warningsIn(reply: Reply | undefined): string[] {
  const texts = Array.isArray(reply) ? itemsOf(reply).map(textOf) : [textOf(reply)];
  return texts.filter((text) => text !== '' && text !== 'None');
}
