/** Reads a filter as a box by what its leaves say to a source, and tells term by term what becomes of it. */
import { termsOf } from '../keys/predicate-terms.ts';
import type { ConjunctNote, FilterAnswer, Predicate, TableColumn } from '../scan-words.ts';
import { ANYTHING, type Box, intersectBoxes, isBoundless, uniteBoxes } from './box.ts';

/** What a source reads out of filters. */
export interface FilterReader {
  readonly columns: readonly TableColumn[];
  /** A predicate that is no AND, OR, NOT and not opaque; ANYTHING where it says nothing. */
  leaf(leaf: Predicate): Box;
  /** What terms of one AND say together beyond what each says; ANYTHING where that is nothing. */
  together(terms: readonly Predicate[]): Box;
  /** The sides that a term has a part in through `together` only. */
  sideOf(term: Predicate): string | null;
  /** Why a leaf cannot go down; null for the general words. */
  why(leaf: Predicate): string | null;
}

/** Gives the box that covers the rows for which a filter is true. */
export function boxOfFilter(filter: Predicate, reader: FilterReader): Box {
  switch (filter.kind) {
    case 'and': {
      const terms = termsOf(filter);
      const together = reader.together(terms);
      const own = intersectBoxes(terms.map((term) => boxOfFilter(term, reader)));
      // What the terms say together follows from them: it takes nothing from their exactness.
      return together === ANYTHING ? own : { ...intersectBoxes([own, together]), isExact: own.isExact };
    }
    case 'or':
      return uniteBoxes(termsOf(filter).map((term) => boxOfFilter(term, reader)));
    case 'not':
    case 'opaque':
      return ANYTHING;
    default:
      return reader.leaf(filter);
  }
}

/** How a plan serves a side of the box: by which command, and whether that gives no other rows. */
export interface SideUse {
  readonly where: string;
  readonly isExact: boolean;
}

/** Tells for each term of the outermost AND where it is decided. Sides that are not in `uses` are left to DuckDB; why: `unserved`. */
export function conjunctNotes(
  filter: Predicate,
  reader: FilterReader,
  uses: ReadonlyMap<string, SideUse>,
  unserved: ReadonlyMap<string, string> = new Map(),
): ConjunctNote[] {
  const terms = filter.kind === 'and' ? termsOf(filter) : [filter];
  return terms.map((predicate) => noteOf(predicate, reader, uses, unserved));
}

function noteOf(
  predicate: Predicate,
  reader: FilterReader,
  uses: ReadonlyMap<string, SideUse>,
  unserved: ReadonlyMap<string, string>,
): ConjunctNote {
  const box = boxOfFilter(predicate, reader);
  if (box.isEmpty) return { predicate, where: 'nothing is read', answer: 'exact', why: 'true for no row' };
  if (isBoundless(box)) {
    if (box.isExact) return { predicate, where: 'nothing to check', answer: 'exact', why: 'true for every row' };
    const shared = uses.get(reader.sideOf(predicate) ?? '');
    if (shared !== undefined)
      return { predicate, where: shared.where, answer: 'inexact', why: 'narrows by the start of the text' };
    return { predicate, where: 'DuckDB', answer: 'unsupported', why: whyNot(predicate, reader) };
  }
  const sides = [...box.sides.keys()];
  const used = sides.flatMap((side) => uses.get(side) ?? []);
  if (used.length === 0) {
    const why = sides.map((side) => unserved.get(side)).find((one) => one !== undefined) ?? 'another filter narrows more';
    return { predicate, where: 'DuckDB', answer: 'unsupported', why };
  }
  const isExact = box.isExact && used.length === sides.length && used.every((use) => use.isExact);
  return {
    predicate,
    where: [...new Set(used.map(({ where }) => where))].join(', '),
    answer: isExact ? 'exact' : 'inexact',
    why: isExact ? null : 'gives more rows than the filter',
  };
}

/** Says how well a plan answers a whole filter. */
export function answerOfBox(box: Box, uses: ReadonlyMap<string, SideUse>): FilterAnswer {
  if (box.isEmpty) return 'exact';
  const sides = [...box.sides.keys()];
  const used = sides.flatMap((side) => uses.get(side) ?? []);
  if (box.isExact && used.length === sides.length && used.every(({ isExact }) => isExact)) return 'exact';
  return used.length === 0 ? 'unsupported' : 'inexact';
}

/** The notes of a filter that may not go down at all. */
export function untouchedNotes(filter: Predicate, why: string): ConjunctNote[] {
  const terms = filter.kind === 'and' ? termsOf(filter) : [filter];
  return terms.map((predicate) => ({ predicate, where: 'DuckDB', answer: 'unsupported', why }));
}

function whyNot(predicate: Predicate, reader: FilterReader): string {
  switch (predicate.kind) {
    case 'opaque':
      return 'a function of the column';
    case 'not':
      return 'a negation';
    case 'or':
      return 'an OR of which not all parts can go down';
    case 'and':
      return 'none of its parts can go down';
    default:
      return reader.why(predicate) ?? whyNotColumn(predicate, reader.columns[predicate.column]);
  }
}

function whyNotColumn(predicate: Extract<Predicate, { column: number }>, column: TableColumn | undefined): string {
  switch (column?.role) {
    case 'key':
      return predicate.kind === 'comparison' && predicate.op !== '='
        ? 'no pattern of keys says it'
        : 'the text may stand for a key of other bytes, or the pattern has wildcards inside';
    case 'capture':
      return column.type.id === 'VARCHAR' ? 'no pattern of keys says it' : 'one value may be written in several ways in a key';
    case 'ttl':
      return 'times to live are read key by key';
    case 'field':
    case 'fields':
      return predicate.kind === 'call' ? 'no search index is used' : 'only a search index finds values';
    default:
      return 'no command of Redis takes it';
  }
}
