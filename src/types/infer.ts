/**
 * Finds the type of a column from a sample of its values. It never guesses: a type narrower than VARCHAR is chosen only if
 * every value of the sample prints back to the same bytes under it (canonical.ts), and where nearly all do, it says which
 * do not.
 */
import { isUtf8 } from 'node:buffer';
import { CANDIDATES } from './canonical.ts';
import { printableKey } from './printable-key.ts';
import type { SqlType } from './sql-type.ts';

const MAX_EXAMPLES = 3;
const EXAMPLE_CHARS = 40;
const VARCHAR: SqlType = { id: 'VARCHAR' };
const BLOB: SqlType = { id: 'BLOB' };

/** A type and how the sample stands to it. */
export interface InferenceCandidate {
  readonly type: SqlType;
  /** Values that print back under the type. */
  readonly agreeing: number;
  /** Up to three different values that do not, as text of at most 40 characters. */
  readonly disagreeing: readonly string[];
}

export interface InferenceResult {
  /** What the column is read as: the first candidate that all values agree with, else VARCHAR, or BLOB for bytes. */
  readonly type: SqlType;
  /** Values seen. */
  readonly present: number;
  /** Rows seen without a value. */
  readonly missing: number;
  /** The type that most values speak for: `type` itself, or the narrower one that more than half of the values agree with. */
  readonly leading: SqlType;
  /** Values that agree with `leading`; `present` where there is no conflict. */
  readonly agreeing: number;
  /** Up to three values that do not agree with `leading`: the conflict to report. Empty where there is none. */
  readonly disagreeing: readonly string[];
  /** Each type that some values agree with, most first; VARCHAR stands for valid UTF-8. */
  readonly candidates: readonly InferenceCandidate[];
}

interface Tally {
  readonly type: SqlType;
  readonly printsBack: (text: string, bytes: Buffer) => boolean;
  readonly disagreeing: string[];
  agreeing: number;
}

/** One column's sample. Values are looked at when they are added, and not kept. */
export class TypeInference {
  private readonly tallies: readonly Tally[] = CANDIDATES.map(({ type, printsBack }) => ({
    type,
    printsBack,
    disagreeing: [],
    agreeing: 0,
  }));
  private readonly text: Tally = { type: VARCHAR, printsBack: () => true, disagreeing: [], agreeing: 0 };
  private present = 0;
  private missing = 0;

  /** Takes one value. */
  add(bytes: Buffer): void {
    this.present += 1;
    const isText = isUtf8(bytes);
    if (isText) this.text.agreeing += 1;
    else addExample(this.text, bytes);
    // The longest form of a candidate, a DOUBLE's, has far fewer characters: long texts need not be decoded.
    const text = isText && bytes.length <= EXAMPLE_CHARS ? bytes.toString('latin1') : null;
    for (const tally of this.tallies) {
      if (text !== null && tally.printsBack(text, bytes)) tally.agreeing += 1;
      else addExample(tally, bytes);
    }
  }

  /** Takes one row that lacks the value. */
  addMissing(): void {
    this.missing += 1;
  }

  /** Sums up. More values may be added after. */
  result(): InferenceResult {
    const { present, missing } = this;
    const common = { present, missing, candidates: this.candidates() };
    if (present === 0) return { type: VARCHAR, leading: VARCHAR, agreeing: 0, disagreeing: [], ...common };
    const chosen = this.tallies.find((tally) => tally.agreeing === present);
    if (chosen !== undefined) return { type: chosen.type, leading: chosen.type, agreeing: present, disagreeing: [], ...common };
    const type = this.text.agreeing === present ? VARCHAR : BLOB;
    const leading = this.leadingTally();
    if (leading === undefined) return { type, leading: type, agreeing: present, disagreeing: [], ...common };
    return { type, leading: leading.type, agreeing: leading.agreeing, disagreeing: [...leading.disagreeing], ...common };
  }

  /** The narrower type that more than half of the values agree with; behind them VARCHAR, where some bytes are no text. */
  private leadingTally(): Tally | undefined {
    const narrow = this.byAgreement(this.tallies)[0];
    if (narrow !== undefined && narrow.agreeing * 2 > this.present) return narrow;
    return this.text.agreeing < this.present && this.text.agreeing * 2 > this.present ? this.text : undefined;
  }

  private candidates(): InferenceCandidate[] {
    const seen = new Set<string>();
    return this.byAgreement([...this.tallies, this.text])
      .filter(({ type, agreeing }) => agreeing > 0 && !seen.has(type.id) && seen.add(type.id))
      .map(({ type, agreeing, disagreeing }) => ({ type, agreeing, disagreeing: [...disagreeing] }));
  }

  /** Most agreeing first; equals stay in the order of choice. */
  private byAgreement(tallies: readonly Tally[]): Tally[] {
    return tallies.toSorted((left, right) => right.agreeing - left.agreeing);
  }
}

function addExample(tally: Tally, bytes: Buffer): void {
  if (tally.disagreeing.length === MAX_EXAMPLES) return;
  const example = exampleText(bytes);
  if (!tally.disagreeing.includes(example)) tally.disagreeing.push(example);
}

/** The first 40 characters; no character is cut in two, and what is no UTF-8 shows as `\xHH`. */
function exampleText(bytes: Buffer): string {
  const head = bytes.subarray(0, EXAMPLE_CHARS * 4);
  const text = printableKey(head, 0, head.length).toString('utf8');
  const characters = [...text];
  const isWhole = head.length === bytes.length && characters.length <= EXAMPLE_CHARS;
  return isWhole ? text : `${characters.slice(0, EXAMPLE_CHARS - 1).join('')}…`;
}
