/**
 * Key templates over bytes: does `user:{id}:order:{order_id}` match this key, and what do its captures take? A leaf file:
 * scan threads load it, and so does who classifies named keys.
 */
import type { KeyTemplate } from '../scan-words.ts';
import { classMatch } from './glob.ts';

const STAR = 0x2a;
const COLON = 0x3a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;

/** One step of a match. `from`, `to`: bytes of a class within its pattern. */
type Step =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly pattern: Uint8Array; readonly from: number }
  | { readonly kind: 'star' }
  | { readonly kind: 'capture'; readonly index: number; readonly isGreedy: boolean };

/** A template that was taken apart; not shared between threads. */
export class TemplateMatcher {
  /** After `matches` gave true: capture i is [spans[2i], spans[2i + 1]), counted from the key's first byte. */
  readonly spans: Int32Array;
  readonly #steps: readonly Step[];
  /** Steps that may end in more than one place; with three of them failures are kept, so that time stays polynomial. */
  readonly #isWild: boolean;
  readonly #failed = new Set<number>();

  constructor(steps: readonly Step[], captureCount: number) {
    this.#steps = steps;
    this.spans = new Int32Array(captureCount * 2);
    this.#isWild = steps.filter(({ kind }) => kind === 'star' || kind === 'capture').length > 2;
  }

  /** Tells whether the key bytes[start, end) matches as a whole. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#failed.size > 0) this.#failed.clear();
    return this.#match(0, bytes, start, start, end);
  }

  #match(firstStep: number, bytes: Uint8Array, base: number, from: number, end: number): boolean {
    let at = from;
    for (let s = firstStep; s < this.#steps.length; s++) {
      const step = this.#steps[s];
      if (step === undefined) return false;
      switch (step.kind) {
        case 'bytes':
          if (!hasAt(bytes, at, end, step.bytes)) return false;
          at += step.bytes.length;
          break;
        case 'any':
          if (at >= end) return false;
          at += 1;
          break;
        case 'class':
          if (at >= end || !classMatch(step.pattern, step.from, bytes[at] ?? 0).isMatch) return false;
          at += 1;
          break;
        case 'star':
          return this.#tryEnds(s, bytes, base, at, end);
        case 'capture':
          return this.#capture(step, s, bytes, base, at, end);
        default:
          step satisfies never;
      }
    }
    return at === end;
  }

  /** Plain: from one byte up to the next ':', the shortest that lets the rest match; greedy: the longest of at least one byte. */
  #capture(
    step: Extract<Step, { kind: 'capture' }>,
    s: number,
    bytes: Uint8Array,
    base: number,
    at: number,
    end: number,
  ): boolean {
    if (step.isGreedy) {
      for (let stop = end; stop > at; stop--) if (this.#takes(step.index, s, bytes, base, at, stop, end)) return true;
      return false;
    }
    for (let stop = at + 1; stop <= end && bytes[stop - 1] !== COLON; stop++) {
      if (this.#takes(step.index, s, bytes, base, at, stop, end)) return true;
    }
    return false;
  }

  #takes(index: number, s: number, bytes: Uint8Array, base: number, at: number, stop: number, end: number): boolean {
    if (!this.#rest(s, bytes, base, stop, end)) return false;
    this.spans[index * 2] = at - base;
    this.spans[index * 2 + 1] = stop - base;
    return true;
  }

  #tryEnds(s: number, bytes: Uint8Array, base: number, at: number, end: number): boolean {
    for (let stop = at; stop <= end; stop++) if (this.#rest(s, bytes, base, stop, end)) return true;
    return false;
  }

  /** Matches the steps behind `s` from `at` on; whether they do depends on these two alone. */
  #rest(s: number, bytes: Uint8Array, base: number, at: number, end: number): boolean {
    if (!this.#isWild) return this.#match(s + 1, bytes, base, at, end);
    const state = (at - base) * this.#steps.length + s;
    if (this.#failed.has(state)) return false;
    if (this.#match(s + 1, bytes, base, at, end)) return true;
    this.#failed.add(state);
    return false;
  }
}

/** Takes a template apart, once a task. */
export function compileTemplate(template: KeyTemplate): TemplateMatcher {
  const steps: Step[] = [];
  let captureCount = 0;
  for (const piece of template.pieces) {
    if (piece.kind === 'glob') steps.push(...globSteps(Buffer.from(piece.text, 'utf8')));
    else {
      steps.push({ kind: 'capture', index: captureCount, isGreedy: piece.isGreedy });
      captureCount += 1;
    }
  }
  return new TemplateMatcher(steps, captureCount);
}

/**
 * Tells what a template captures of a key: capture i as [starts, ends) at 2i and 2i + 1, null where the key does not match.
 *
 * `{id}` takes one or more bytes other than ':', as few as let the rest match; `{id*}` one or more bytes of any kind, as many as
 * let the rest match; both decide from left to right and give way (backtrack) where the rest would fail, as in the regular
 * expressions `[^:]+?` and `[^]+`. Literals are glob text as in a pattern: `*` (as little as will do), `?`, `[a-z]`, `\`.
 */
export function matchTemplate(template: KeyTemplate, key: Uint8Array): Int32Array | null {
  const matcher = compileTemplate(template);
  return matcher.matches(key, 0, key.length) ? matcher.spans : null;
}

function globSteps(pattern: Uint8Array): Step[] {
  const steps: Step[] = [];
  let literal: number[] = [];
  const endLiteral = (): void => {
    if (literal.length > 0) steps.push({ kind: 'bytes', bytes: Uint8Array.from(literal) });
    literal = [];
  };
  for (let p = 0; p < pattern.length; p++) {
    const byte = pattern[p] ?? 0;
    if (byte === STAR || byte === QUESTION || byte === OPEN) endLiteral();
    if (byte === STAR) {
      if (steps.at(-1)?.kind !== 'star') steps.push({ kind: 'star' });
    } else if (byte === QUESTION) steps.push({ kind: 'any' });
    else if (byte === OPEN) {
      steps.push({ kind: 'class', pattern, from: p });
      p = classMatch(pattern, p, 0).next - 1;
    } else {
      if (byte === BACKSLASH && p + 1 < pattern.length) p += 1;
      literal.push(pattern[p] ?? 0);
    }
  }
  endLiteral();
  return steps;
}

function hasAt(bytes: Uint8Array, at: number, end: number, literal: Uint8Array): boolean {
  if (end - at < literal.length) return false;
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}
