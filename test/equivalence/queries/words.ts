/** A statement as data, so that it can be made smaller, and be written for both sides. */
import type { Column, Table } from '../world/words.ts';

/** A value that ours gets as a parameter and the plain table as a literal. */
export interface Bound {
  readonly value: unknown;
  readonly literal: string;
}

/** The place of its `bound` in a leaf's text. */
export const BOUND_PLACE = '⟨bound⟩';

export type Condition =
  | {
      readonly kind: 'leaf';
      readonly sql: string;
      readonly bound: Bound | null /** For the counts: `word =`. */;
      readonly form: string;
    }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Condition[] }
  | { readonly kind: 'not'; readonly child: Condition };

export interface ServedColumn {
  readonly column: Column;
  readonly isGroupable: boolean;
}

/** One use of a table. */
export interface Use {
  readonly table: Table;
  readonly alias: string;
  /** Instead of the table's own prefix: a narrower one, or one key. */
  readonly narrow: { readonly text: string; readonly isKey: boolean } | null;
  readonly isTemplate: boolean;
  /** Through a view that was made before. */
  readonly isView: boolean;
  /** Not null where only such predicates are made of it as go down: over these columns, those of an index or all. */
  readonly served: readonly ServedColumn[] | null;
  /** Further named arguments: `index => 'none'`. */
  readonly arguments: readonly string[];
}

export interface Item {
  readonly sql: string;
  /** Its last digits depend on the order in which numbers were added. */
  readonly isRounded: boolean;
}

export interface OrderKey {
  /** Position among the items. */
  readonly item: number;
  readonly words: string;
}

export const SHAPES = [
  'select',
  'group',
  'distinct',
  'join',
  'semi',
  'cte',
  'union',
  'exists',
  'scalar',
  'window',
  'nested',
] as const;
export type Shape = (typeof SHAPES)[number];

export interface Query {
  readonly shape: Shape;
  /** One; two for shapes that join. */
  readonly uses: readonly Use[];
  readonly items: readonly Item[];
  /** Shape 'group': so many of the items are its groups. */
  readonly groupCount: number;
  readonly where: Condition | null;
  /** Of the second use, where the shape keeps it apart. */
  readonly secondWhere: Condition | null;
  readonly having: Condition | null;
  /** Shape 'join': `LEFT JOIN`, and its condition. */
  readonly join: { readonly words: string; readonly on: string } | null;
  readonly order: readonly OrderKey[];
  readonly limit: number | null;
  readonly offset: number;
}
