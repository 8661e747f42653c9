/** What FT.INFO says of an index, as plain data. It reads replies; it asks nobody and judges nothing (gate.ts does). */
import type { Reply } from '../../../resp/index.ts';
import { entriesOf, itemsOf, numberOf, textOf } from './replies.ts';

export type AttributeType = 'NUMERIC' | 'TAG' | 'TEXT' | 'GEO' | 'VECTOR' | 'GEOSHAPE';

export interface IndexAttribute {
  /** The field of a hash, as bytes; the JSONPath of a document. */
  readonly identifier: Uint8Array;
  /** What queries call it (`AS`). */
  readonly alias: string;
  /** Another text for a type of a later module. */
  readonly type: AttributeType | (string & {});
  /** TAG: one character; '' without one. */
  readonly separator: string;
  readonly isCaseSensitive: boolean;
  readonly isSortable: boolean;
  /** The sortable value is the raw one. */
  readonly isUnf: boolean;
  readonly hasMissing: boolean;
  readonly hasEmpty: boolean;
  /** NOINDEX: it can be sorted by, not searched. */
  readonly isUnsearchable: boolean;
  readonly hasSuffixes: boolean;
  /** VECTOR. */
  readonly vector: {
    readonly algorithm: string;
    readonly dataType: string;
    readonly dimensions: number;
    readonly metric: string;
  } | null;
  /** Documents that this attribute kept out of the index. */
  readonly failureCount: number;
}

export interface IndexInfo {
  readonly name: string;
  readonly keyType: 'HASH' | 'JSON' | (string & {});
  /** Literal bytes, no patterns: `*` is a star. The empty one is every key. */
  readonly prefixes: readonly Uint8Array[];
  readonly hasFilter: boolean;
  readonly attributes: readonly IndexAttribute[];
  readonly isIndexing: boolean;
  /** 0 to 1. */
  readonly percentIndexed: number;
  /** Documents that are not in the index because a value did not suit its attribute; since the index was made. */
  readonly failureCount: number;
  readonly docCount: number;
  /** The largest number that a document ever had: falls only when the index is made anew. */
  readonly maxDocId: number;
  /** How often it was asked, and the ms that it took to build: fall likewise. */
  readonly useCount: number;
  readonly indexingMs: number;
  /** Postings of all attributes: no attribute has more different values. */
  readonly recordCount: number;
}

/** Reads FT.INFO's reply, RESP3 or RESP2. */
export function indexInfoFrom(reply: Reply): IndexInfo {
  const info = entriesOf(reply);
  const definition = entriesOf(info.get('index_definition'));
  const failures = failuresByAlias(info.get('field statistics'));
  return {
    name: textOf(info.get('index_name')),
    keyType: textOf(definition.get('key_type')),
    prefixes: itemsOf(definition.get('prefixes')).map((prefix) => (Buffer.isBuffer(prefix) ? prefix : Buffer.from(''))),
    hasFilter: textOf(definition.get('filter')) !== '',
    attributes: itemsOf(info.get('attributes')).map((attribute) => attributeFrom(attribute, failures)),
    isIndexing: textOf(info.get('indexing')) !== '0',
    percentIndexed: numberOf(info.get('percent_indexed'), 0),
    failureCount: numberOf(info.get('hash_indexing_failures'), Number.NaN),
    docCount: numberOf(info.get('num_docs'), 0),
    maxDocId: numberOf(info.get('max_doc_id'), 0),
    useCount: numberOf(info.get('number_of_uses'), 0),
    indexingMs: numberOf(info.get('total_indexing_time'), 0),
    recordCount: numberOf(info.get('num_records'), Number.POSITIVE_INFINITY),
  };
}

/**
 * Says whether an index may have been dropped and made anew between two looks: what it counts has begun anew, or it has lost most
 * of its documents, as one that reads no keys at first.
 */
export function isMadeAnew(before: IndexInfo, now: IndexInfo): boolean {
  const hasBegun = now.maxDocId < before.maxDocId || now.useCount < before.useCount || now.indexingMs < before.indexingMs;
  return hasBegun || now.docCount < before.docCount / 2;
}

function failuresByAlias(reply: Reply | undefined): ReadonlyMap<string, number> {
  return new Map(
    itemsOf(reply).map((statistics) => {
      const entries = entriesOf(statistics);
      const errors = entriesOf(entries.get('Index Errors'));
      return [textOf(entries.get('attribute')), numberOf(errors.get('indexing failures'), 0)];
    }),
  );
}

function attributeFrom(reply: Reply, failures: ReadonlyMap<string, number>): IndexAttribute {
  const entries = entriesOf(reply);
  const flags = new Set(itemsOf(entries.get('flags')).map(textOf));
  const identifier = entries.get('identifier');
  const alias = textOf(entries.get('attribute'));
  return {
    identifier: Buffer.isBuffer(identifier) ? identifier : Buffer.from(textOf(identifier)),
    alias,
    type: textOf(entries.get('type')),
    separator: textOf(entries.get('SEPARATOR')),
    isCaseSensitive: flags.has('CASESENSITIVE'),
    isSortable: flags.has('SORTABLE'),
    isUnf: flags.has('UNF'),
    hasMissing: flags.has('INDEXMISSING'),
    hasEmpty: flags.has('INDEXEMPTY'),
    isUnsearchable: flags.has('NOINDEX'),
    hasSuffixes: flags.has('WITHSUFFIXTRIE'),
    vector: vectorFrom(entries),
    failureCount: failures.get(alias) ?? 0,
  };
}

function vectorFrom(entries: ReadonlyMap<string, Reply>): IndexAttribute['vector'] {
  if (textOf(entries.get('type')) !== 'VECTOR') return null;
  return {
    algorithm: textOf(entries.get('algorithm')),
    dataType: textOf(entries.get('data_type')),
    dimensions: numberOf(entries.get('dim'), 0),
    metric: textOf(entries.get('distance_metric')),
  };
}
