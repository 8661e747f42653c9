/** What is asked of an index for a grouped block, as data: made by aggregate-query.ts, sent by ask.ts, read by groups.ts. */
import type { TableColumn } from '../../scan-words.ts';
import type { IndexInfo } from '../catalog/index-info.ts';
import type { QueryText } from '../query/fragment.ts';
import type { NumberParts } from './exact-number.ts';

export type Words = readonly (string | Uint8Array | number)[];

/** A value of each group: its printed text, and its parts where it is a number. */
export interface OutputNumber {
  readonly name: string;
  readonly parts: NumberParts;
}

/** What the server groups by: the block's groups, texts that a tag only narrows, columns whose values are counted once. */
export interface KeyOutput {
  readonly name: string;
  readonly parts: NumberParts | null;
  readonly column: TableColumn;
  /** The column's texts that pass the filter; null: all. */
  readonly texts: ReadonlySet<string> | null;
}

/**
 * How the rows of a group that have a value are counted. 'all': the filter lets no other pass; 'exists': the command counts
 * them; 'missing': lacks[place] counts the others.
 */
export type Counting =
  | { readonly kind: 'all' }
  | { readonly kind: 'exists'; readonly name: string }
  | { readonly kind: 'missing'; readonly place: number };

/** What is asked of a column in each group. */
export interface ColumnOutputs {
  readonly column: TableColumn;
  readonly counting: Counting;
  readonly sum: OutputNumber | null;
  readonly min: OutputNumber | null;
  readonly max: OutputNumber | null;
}

export interface TextProof {
  readonly words: Words;
  readonly alias: string;
  readonly texts: ReadonlySet<string>;
}

/** Rows of the block without a value of a column, by the same groups. */
export interface Lack {
  /** The column. */
  readonly position: number;
  /** What finds them. */
  readonly text: QueryText;
  readonly words: Words;
}

/** Gives all that a query asks of attributes, as one text. */
export function wordsOf({ words, proofs, textProofs, lacks }: AggregateQuery): string {
  const beside = [...textProofs, ...lacks].flatMap((one) => one.words);
  return [...words, ...beside, ...proofs.map(({ query }) => query)].join(' ');
}

export interface AggregateQuery {
  readonly index: IndexInfo;
  readonly text: QueryText | null;
  readonly keys: readonly KeyOutput[];
  /** keys[i] of group i of the request. */
  readonly groupKeys: readonly number[];
  /** By column position. */
  readonly outputs: ReadonlyMap<number, ColumnOutputs>;
  /** keys[i] of a COUNT(DISTINCT) of a column position. */
  readonly distinctKeys: ReadonlyMap<number, number>;
  /** The name of a COUNT(DISTINCT) of a column position that the module counts. */
  readonly distinctNames: ReadonlyMap<number, string>;
  /** Queries that no document may match. */
  readonly proofs: readonly QueryText[];
  /** Commands that list the texts of an attribute, which must all be among these. */
  readonly textProofs: readonly TextProof[];
  readonly lacks: readonly Lack[];
  readonly words: Words;
  readonly reducerCount: number;
  /** Columns whose presence is asked of each document. */
  readonly existsCount: number;
}
