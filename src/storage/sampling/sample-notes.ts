/** The sentences about a sample as a whole: one a fact, and none where all is well. */

import { printableBytes } from '../keys/printable.ts';
import type { ColumnNote } from './inferred-schema.ts';

/** Texts about columns among the notes; the others are counted. */
const MAX_COLUMN_NOTES = 10;

/** What is sampled, in words. */
export interface SampledKind {
  readonly one: string;
  readonly many: string;
  /** The columns that are there without a sample. */
  readonly columns: string;
}

const HASHES: SampledKind = { one: 'hash', many: 'hashes', columns: '_key is the only column' };

/** How sampling went. */
export interface SampleCourse {
  /** Hashes where it is left out. */
  readonly kind?: SampledKind;
  /** Redis glob pattern. */
  readonly pattern: string;
  readonly sampleSize: number;
  /** Keys of that kind whose values were read. */
  readonly hashCount: number;
  readonly visitedKeys: number;
  readonly skippedKeys: number;
  /** Why sampling ended early; null where every key was visited or the sample is full. */
  readonly stop: string | null;
}

/** Says what a reader should know about how sampling went: at most one sentence about its size, one about other keys. */
export function courseNotes(course: SampleCourse): string[] {
  const { sampleSize, hashCount, skippedKeys, stop, kind = HASHES } = course;
  const shown = `'${printableBytes(Buffer.from(course.pattern))}'`;
  if (hashCount === 0) return [noHashNote(course, shown)];
  const notes: string[] = [];
  if (stop !== null && hashCount < sampleSize) {
    const found = hashCount === 1 ? `1 ${kind.one}` : `${digits(hashCount)} ${kind.many}`;
    notes.push(`The columns of ${shown} come from ${found} instead of ${digits(sampleSize)}: ${stop}.`);
  }
  if (skippedKeys === 1) notes.push(`1 sampled key under ${shown} is no ${kind.one}; it is left out.`);
  if (skippedKeys > 1) notes.push(`${digits(skippedKeys)} sampled keys under ${shown} are no ${kind.many}; they are left out.`);
  return notes;
}

function noHashNote({ visitedKeys, skippedKeys, stop, kind = HASHES }: SampleCourse, shown: string): string {
  const { one, many, columns } = kind;
  const count = skippedKeys === 1 ? `1 key is no ${one}` : `${digits(skippedKeys)} keys are no ${many}`;
  const others = skippedKeys === 0 ? [] : [count];
  const why = [...others, ...(stop === null ? [] : [stop])].join('; ');
  const where = visitedKeys === 1 ? '' : ` among ${digits(visitedKeys)} keys`;
  return `No ${one} was found under ${shown}${where}${why === '' ? '' : ` (${why})`}: ${columns}; columns => {…} declares more.`;
}

/** 20000 → 20,000 */
export function digits(count: number): string {
  return count.toLocaleString('en-US');
}

/** Says what there is to say about columns, in few sentences. */
export function columnTexts(columnNotes: readonly ColumnNote[]): string[] {
  const texts = [...new Set(columnNotes.map(({ text }) => text))];
  const moreCount = texts.length - MAX_COLUMN_NOTES;
  if (moreCount <= 0) return texts;
  const more = moreCount === 1 ? '1 more column has' : `${moreCount} more columns have`;
  return [...texts.slice(0, MAX_COLUMN_NOTES), `${more} values of several types.`];
}
