/** What a sample of hashes says about their fields: plain data, kept by sessions and shown to people. */
import type { SqlType } from '../../types/index.ts';

export interface InferredColumn {
  /** The field's name in Redis. */
  readonly field: Uint8Array;
  /** Of an index over documents: the attribute's JSONPath. */
  readonly path?: string;
  /** The same as text; bytes that are no UTF-8 as `\xHH`. Names may differ in case only. */
  readonly name: string;
  readonly type: SqlType;
  /** The type that most of the sampled values have; absent where it is `type`. */
  readonly leading?: SqlType;
  /** The share of the sampled values that agree with the type that most of them have, 0–1; below 1 `type` is VARCHAR or BLOB. */
  readonly share: number;
  /** The share of the sampled hashes that lack the field, 0–1. */
  readonly nullShare: number;
  /** Up to three values, printable and shortened. */
  readonly examples: readonly string[];
  /** Up to three of the values that do not agree, printable and shortened. */
  readonly disagreeing: readonly string[];
}

export interface InferredSchema {
  /** In order of first appearance. */
  readonly columns: readonly InferredColumn[];
  /** Hashes whose values were read. */
  readonly sampledKeys: number;
  /** Keys that SCAN walked over, about. */
  readonly visitedKeys: number;
  /** Keys under the pattern that hold another type. */
  readonly skippedKeys: number;
  /** Of an index: what its documents are. */
  readonly keyType?: 'HASH' | 'JSON';
  /** What a reader should know: too few samples, fields left out, and the first of `columnNotes`. One sentence a fact. */
  readonly notes: readonly string[];
  /** What is to be said about single columns: why one is text though most of its values are something narrower. */
  readonly columnNotes: readonly ColumnNote[];
}

export interface ColumnNote {
  /** `name` of the InferredColumn. SQL may know it by another one (`Age_2`); its `field` as text is this. */
  readonly column: string;
  readonly text: string;
  /** The type that most of its values have, as `columns => {…}` takes it; absent where there is none. */
  readonly declarable?: string;
}
