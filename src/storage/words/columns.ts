/** Tables of Redis and their columns. */
import type { SqlType } from '../../types/index.ts';

/** A kind of table: one table function each, `redis_` before the name. */
export type SourceName =
  | 'hash'
  | 'json'
  | 'string'
  | 'set'
  | 'list'
  | 'zset'
  | 'stream'
  | 'timeseries'
  | 'search'
  | 'keys'
  | 'indexes'
  | 'info';

/**
 * What a column of a table function holds: the key's name, its time to live, one field (of a hash or a stream's entry, a path
 * of a document, a label of a series, an attribute of an index), all fields as a MAP, what a template captures of the key,
 * or what the source itself says of the row (`part`).
 */
export type ColumnRole = 'key' | 'ttl' | 'field' | 'fields' | 'capture' | 'part';

/** What a source says of a row beside fields. `json`: a whole document; `rank`, `position`, `seq`: BIGINT; `ts`: TIMESTAMPTZ. */
export type ColumnPart =
  | 'value'
  | 'member'
  | 'element'
  | 'position'
  | 'rank'
  | 'score'
  | 'id'
  | 'ts'
  | 'seq'
  | 'json'
  | 'highlight'
  | 'distance'
  | 'type'
  | 'memory'
  | 'encoding'
  | 'idle';

export interface TableColumn {
  /** The name SQL sees. */
  readonly name: string;
  readonly type: SqlType;
  readonly role: ColumnRole;
  /** role 'field': the field's name in Redis, as bytes; the label of a series; the attribute of an index. */
  readonly field?: Uint8Array;
  /** role 'field' of a document: its JSONPath, `$.address.city`. */
  readonly path?: string;
  /** role 'part'. */
  readonly part?: ColumnPart;
  /** part 'value' of a time bucket: which of its aggregators, from 0. */
  readonly aggregate?: number;
  /** role 'capture': which of the template's captures, from 0. */
  readonly capture?: number;
  /** The type is a sample's word: values must print back to the same bytes under it, else they do not parse. */
  readonly isInferred?: true;
}

export type OnError = 'error' | 'null' | 'skip';
