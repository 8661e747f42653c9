/**
 * What a filter reaches, side by side: keys by name, captures of the template, members, scores, … A box is the product of
 * what its sides allow, and always covers the true rows; `isExact` says that it covers no others. AND and OR of boxes are
 * boxes again. Knows nothing of servers.
 */
import { ALL, intersect, type Reach, unite } from '../keys/key-reach.ts';
import { hullOf, type Interval, intersectIntervals, isEmptyInterval, isWholeInterval } from './interval.ts';

/** What one side allows: texts (keys, members, captures, types) or numbers. */
export type Span = Reach | Interval;

export interface Box {
  /** By the side's name; a side that is not there allows everything. */
  readonly sides: ReadonlyMap<string, Span>;
  readonly isExact: boolean;
  /** Nothing at all is reached. Such a box is exact. */
  readonly isEmpty: boolean;
}

const NO_SIDES: ReadonlyMap<string, Span> = new Map();

/** What reaches every row: of a filter that is not understood, and of one that is always true. */
export const ANYTHING: Box = { sides: NO_SIDES, isExact: false, isEmpty: false };
export const EVERYTHING: Box = { sides: NO_SIDES, isExact: true, isEmpty: false };
export const NOTHING: Box = { sides: NO_SIDES, isExact: true, isEmpty: true };

/** Gives the box with one side. */
export function boxOf(side: string, span: Span, isExact: boolean): Box {
  if (isEmptySpan(span)) return NOTHING;
  return isWholeSpan(span) ? (isExact ? EVERYTHING : ANYTHING) : { sides: new Map([[side, span]]), isExact, isEmpty: false };
}

/** Gives what all boxes hold. */
export function intersectBoxes(boxes: readonly Box[]): Box {
  if (boxes.some(({ isEmpty }) => isEmpty)) return NOTHING;
  const sides = new Map<string, Span>();
  for (const box of boxes) {
    for (const [side, span] of box.sides) {
      const own = sides.get(side);
      const both = own === undefined ? span : intersectSpans(own, span);
      if (isEmptySpan(both)) return NOTHING;
      sides.set(side, both);
    }
  }
  return { sides, isExact: boxes.every(({ isExact }) => isExact), isEmpty: false };
}

/**
 * Gives what one of the boxes holds, or more. Exact where all of them are exact and have one and the same side, whose union
 * is exact. Takes time linear in all boxes.
 */
export function uniteBoxes(boxes: readonly Box[]): Box {
  const held = boxes.filter(({ isEmpty }) => !isEmpty);
  const [first, ...others] = held;
  if (first === undefined) return NOTHING;
  if (others.length === 0) return first;
  const whole = held.filter(({ sides }) => sides.size === 0);
  if (whole.length > 0) return whole.some(({ isExact }) => isExact) ? EVERYTHING : ANYTHING;
  const sides = new Map<string, Span>();
  let isExact = first.sides.size === 1 && held.every((box) => box.isExact && box.sides.size === 1);
  for (const side of first.sides.keys()) {
    const spans = held.flatMap((box) => box.sides.get(side) ?? []);
    // A box without the side allows everything on it.
    if (spans.length < held.length) {
      isExact = false;
      continue;
    }
    const union = uniteSpans(spans);
    if (!union.isExact) isExact = false;
    if (!isWholeSpan(union.span)) sides.set(side, union.span);
  }
  return { sides, isExact, isEmpty: false };
}

/** Tells whether a box says nothing about any side: every row is reached. */
export function isBoundless({ sides, isEmpty }: Box): boolean {
  return sides.size === 0 && !isEmpty;
}

function isEmptySpan(span: Span): boolean {
  return span.kind === 'interval' ? isEmptyInterval(span) : span.kind === 'keys' && span.keys.length === 0;
}

function isWholeSpan(span: Span): boolean {
  return span.kind === 'interval' ? isWholeInterval(span) : span.kind === 'all';
}

/** A side is of numbers or of texts, never of both. */
function intersectSpans(a: Span, b: Span): Span {
  if (a.kind === 'interval') return b.kind === 'interval' ? intersectIntervals(a, b) : a;
  return b.kind === 'interval' ? a : intersect({ reach: a, isExact: true }, { reach: b, isExact: true }).reach;
}

function uniteSpans(spans: readonly Span[]): { readonly span: Span; readonly isExact: boolean } {
  const intervals = spans.filter((span) => span.kind === 'interval');
  if (intervals.length === spans.length) {
    const { interval, isExact } = hullOf(intervals);
    return { span: interval, isExact };
  }
  const reaches = spans.filter((span) => span.kind !== 'interval');
  if (reaches.length < spans.length) return { span: ALL, isExact: false };
  const { reach, isExact } = unite(reaches.map((span) => ({ reach: span, isExact: true })));
  return { span: reach, isExact };
}
