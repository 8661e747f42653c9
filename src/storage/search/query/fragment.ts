/**
 * Pieces of a RediSearch query, dialect 2. Text of users stands in parameters only, or has been escaped by `attributeName`
 * and `match-text.ts`; so no value can change what a query means.
 */
import type { FilterAnswer } from '../../scan-words.ts';

/** Literal query text and parameters in turn. */
export type Fragment = readonly (string | { readonly param: string | Uint8Array })[];

/** What becomes of a predicate: a query whose keys hold all of its rows, every row, no row, or nothing usable. */
export type Compiled =
  | {
      readonly kind: 'query';
      readonly fragment: Fragment;
      readonly isExact: boolean;
      readonly why: string | null;
      readonly depth: number;
    }
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unsupported'; readonly why: string };

export interface QueryText {
  readonly query: string;
  readonly params: readonly (readonly [name: string, value: string | Uint8Array])[];
}

/** Numbers the parameters and gives the query's text. */
export function queryTextOf(fragment: Fragment): QueryText {
  const params: [string, string | Uint8Array][] = [];
  const query = fragment
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const name = `p${params.length}`;
      params.push([name, piece.param]);
      return `$${name}`;
    })
    .join('');
  return { query, params };
}

export function exactly(fragment: Fragment, depth = 1): Compiled {
  return { kind: 'query', fragment, isExact: true, why: null, depth };
}

export function atLeast(fragment: Fragment, why: string, depth = 1): Compiled {
  return { kind: 'query', fragment, isExact: false, why, depth };
}

export function unsupported(why: string): Compiled {
  return { kind: 'unsupported', why };
}

export function answerOf(compiled: Compiled): FilterAnswer {
  switch (compiled.kind) {
    case 'all':
    case 'none':
      return 'exact';
    case 'query':
      return compiled.isExact ? 'exact' : 'inexact';
    case 'unsupported':
      return 'unsupported';
    default:
      return compiled satisfies never;
  }
}

/** Gives `@name` with all that is no letter, digit or `_` escaped; null for names that a query cannot hold safely. */
export function attributeName(alias: string): string | null {
  if (alias === '' || /[\p{Cc}\\\p{Cs}\ufffd]/u.test(alias)) return null;
  return `@${alias.replace(/[^A-Za-z0-9_\u0080-\u{10ffff}]/gu, '\\$&')}`;
}

/** Text of a number that we made: inline where it is plain, so that plans read well. */
export function numberPiece(value: number): Fragment[number] {
  if (value === Number.POSITIVE_INFINITY) return '+inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  const text = Object.is(value, -0) ? '0' : String(value);
  return /^-?[0-9]{1,16}(?:\.[0-9]{1,17})?$/.test(text) ? text : { param: text };
}
