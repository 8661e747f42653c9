/**
 * Whether an index could answer, out of FT.INFO: whole, without failures, and not written to since. A cursor over an index
 * that is written to may end early without a word (measured on 2.10: 1,000 of 37,500 keys), or miss what moved.
 */
import { isReplyError, type Reply } from '../../resp/reply-reader.ts';

export interface IndexState {
  /** Why the index cannot answer; null where it can. */
  readonly refusal: string | null;
  /** Equal for two moments between which no document was indexed and no garbage collected. */
  readonly stamp: string;
  /** Documents that live: equal stamps and equal counts mean that none left either. */
  readonly docCount: string;
}

/** Reads the reply of FT.INFO in RESP3. `query` is what will be asked: an attribute that is none matches nothing, without a word. */
export function indexStateFrom(reply: Reply, query: string): IndexState {
  if (isReplyError(reply)) return { refusal: reply.error, stamp: '', docCount: '' };
  const missing = missingAttribute(reply, query);
  if (missing !== null) return { refusal: `the index has no attribute ${missing}`, stamp: '', docCount: '' };
  const failures = textOf(reply, 'hash_indexing_failures');
  const indexing = textOf(reply, 'indexing');
  const percent = textOf(reply, 'percent_indexed');
  const collected = textOf(memberOf(reply, 'gc_stats'), 'bytes_collected');
  return {
    refusal: refusalOf(failures, indexing, percent),
    stamp: [textOf(reply, 'max_doc_id'), failures, indexing, percent, collected].join(' '),
    docCount: textOf(reply, 'num_docs'),
  };
}

function refusalOf(failures: string, indexing: string, percent: string): string | null {
  if (failures !== '0') return `${failures} documents could not be indexed`;
  if (indexing !== '0' || Number(percent) < 1) return 'the index is being built';
  return null;
}

/** Names are words; other characters in them are escaped. */
function missingAttribute(reply: Reply, query: string): string | null {
  const known = new Set<string>();
  const attributes = memberOf(reply, 'attributes');
  if (Array.isArray(attributes)) for (const one of attributes) known.add(textOf(one, 'attribute'));
  for (const [, written = ''] of query.matchAll(/(?<!\\)@((?:[\p{L}\p{N}_]|\\.)+)/gu)) {
    const name = written.replaceAll(/\\(.)/gu, '$1');
    if (!known.has(name)) return name;
  }
  return null;
}

function memberOf(reply: Reply, name: string): Reply {
  if (!(reply instanceof Map)) return null;
  for (const [key, value] of reply) if (Buffer.isBuffer(key) && key.toString('latin1') === name) return value;
  return null;
}

/** '?' where there is none. */
function textOf(reply: Reply, name: string): string {
  const value = memberOf(reply, name);
  return Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'number' ? String(value) : '?';
}
