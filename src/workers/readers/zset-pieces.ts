/**
 * A sorted set in pieces, by rank. Each piece begins with the last member of the one before, so that a shift of ranks shows:
 * then reading goes on behind that member's score and name, wherever these now stand. So a member that keeps its score
 * throughout comes exactly once, whatever is added or removed beside it; one that is added, removed or moved may come or not (a
 * moved one twice). Ranks are those of the moment when their piece was read. Where only ranks are asked for, they stay what
 * is read, and such a shift is only counted.
 */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { PieceReader } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { countFor } from '../elements/piece-size.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import { addMembers, type ZsetParts } from './zset-window.ts';

const CARDINALITY = keyCommand('ZCARD');

/** What is read: everything up to it, in the window's direction, was given or lies outside. */
interface Cursor {
  readonly score: number;
  readonly scoreText: string;
  /** The last member that was given; null: the bound of the window, `isIncluded` telling whether that score is behind it. */
  readonly member: Buffer | null;
  readonly isIncluded: boolean;
}

export class ZsetPieces implements PieceReader {
  readonly takesFirst: boolean;
  hasDrifted = false;
  readonly #parts: ZsetParts;
  #count: number;
  /** Rank, from the window's end, of the next member to read. */
  #index: number;
  #cursor: Cursor | null = null;
  /** True where the next command has to find the cursor's place. */
  #isSeeking = false;
  #failedSeeks = 0;
  #isFirst = true;
  #given = 0;
  #cardinality = -1;
  // What was asked, and what `advance` found in the reply.
  #askedFrom = 0;
  #asked = 0;
  #skipped = 0;
  #new = 0;
  #firstRank = 0;

  /** firstAsked: members that the first round asked for, from the window's first on; 0 where it cannot be gone on from. */
  constructor(parts: ZsetParts, count: number, firstAsked: number) {
    this.#parts = parts;
    this.#count = count;
    this.takesFirst = firstAsked > 0;
    this.#asked = firstAsked;
    this.#askedFrom = parts.window.first;
    const { first, min, max, isReversed } = parts.window;
    this.#index = first;
    const bound = isReversed ? max : min;
    if (bound === null) return;
    // What lies before the window counts as read.
    const isIncluded = bound.startsWith('(');
    const text = isIncluded ? bound.slice(1) : bound;
    this.#cursor = { score: scoreFrom(text), scoreText: text, member: null, isIncluded };
    this.#isSeeking = true;
  }

  nextCommands(rowsLeft: number): readonly KeyCommand[] {
    const { window } = this.#parts;
    if (this.#isSeeking && this.#cursor !== null) return [seekCommand(this.#cursor, window.isReversed)];
    const overlap = this.#cursor !== null && this.#index > 0 ? 1 + this.#backBy() : 0;
    this.#askedFrom = Math.max(0, this.#index - overlap);
    this.#asked = Math.min(this.#count, window.total - this.#given, rowsLeft) + this.#index - this.#askedFrom;
    const stop = this.#askedFrom + this.#asked - 1;
    const reversed = window.isReversed ? ['REV'] : [];
    return [keyCommand('ZRANGE', [String(this.#askedFrom), String(stop), ...reversed, 'WITHSCORES']), CARDINALITY];
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    const { bytes } = rows.row;
    this.#new = 0;
    if (this.#isSeeking) {
      this.#index = replies.integerAt(bytes, 0);
      this.#isSeeking = false;
      return true;
    }
    const count = (replies.starts[0] ?? 0) / 2;
    const cardinalityToken = replies.next(0);
    if (cardinalityToken < replies.count) this.#compareCardinality(replies.integerAt(bytes, cardinalityToken));
    if (this.#isLost(replies, bytes, count)) return this.#seekAgain();
    this.#failedSeeks = 0;
    this.#skipped = this.#skippedOf(replies, bytes, count);
    const wanted = Math.min(count - this.#skipped, this.#parts.window.total - this.#given);
    this.#new = this.#withinBound(replies, bytes, wanted);
    const index = this.#askedFrom + this.#skipped;
    this.#firstRank = this.#parts.window.isReversed ? this.#cardinality - 1 - index : index;
    const isEnd = count < this.#asked || this.#new < wanted;
    this.#index = this.#askedFrom + count;
    this.#given += this.#new;
    if (this.#new > 0) this.#cursor = cursorAt(replies, bytes, this.#skipped + this.#new - 1);
    if (count > 0) this.#count = countFor(replies.byteCount / count);
    this.#isFirst = false;
    return !isEnd && this.#given < this.#parts.window.total;
  }

  read(replies: FlatReader, rows: ElementRows): void {
    if (this.#new === 0) return;
    addMembers(this.#parts, replies, rows, {
      firstRank: this.#firstRank,
      firstToken: 1 + this.#skipped * 2,
      tokensEach: 2,
      count: this.#new,
    });
  }

  /** Members that go while their place is looked for make it too far: then it is looked for further and further before. */
  #backBy(): number {
    return this.#failedSeeks === 0 ? 0 : 2 ** Math.min(this.#failedSeeks, 20);
  }

  #compareCardinality(cardinality: number): void {
    if (this.#cardinality >= 0 && cardinality !== this.#cardinality) this.hasDrifted = true;
    this.#cardinality = cardinality;
  }

  /** True where members between the cursor and this reply may not have been read. */
  #isLost(replies: FlatReader, bytes: Buffer, count: number): boolean {
    if (this.#cursor === null || this.#askedFrom === 0) return false;
    if (count > 0 && this.#isRead(replies, bytes, 0)) {
      if (!this.#isFirst && !this.#isCursor(replies, bytes, 0)) this.hasDrifted = true;
      return false;
    }
    if (!this.#isFirst) this.hasDrifted = true;
    // Ranks are what is asked for: whatever stands there now is right.
    return !this.#isByRank();
  }

  #isByRank(): boolean {
    const { first, min, total } = this.#parts.window;
    return min === null && (first > 0 || total !== Infinity);
  }

  #seekAgain(): true {
    this.#isSeeking = true;
    this.#failedSeeks += 1;
    return true;
  }

  /** How many members at the reply's head were read before, or lie before the window. */
  #skippedOf(replies: FlatReader, bytes: Buffer, count: number): number {
    if (this.#cursor === null) return 0;
    if (this.#isByRank()) return Math.min(count, this.#index - this.#askedFrom);
    let skipped = 0;
    while (skipped < count && this.#isRead(replies, bytes, skipped)) skipped += 1;
    return skipped;
  }

  /** Of `count` members from the first new one on, how many lie within the window's far bound. */
  #withinBound(replies: FlatReader, bytes: Buffer, count: number): number {
    const { min, max, isReversed } = this.#parts.window;
    const bound = isReversed ? min : max;
    if (bound === null || count <= 0) return Math.max(0, count);
    const isExclusive = bound.startsWith('(');
    const limit = scoreFrom(isExclusive ? bound.slice(1) : bound);
    const isWithin = (i: number): boolean => {
      const score = scoreAt(replies, bytes, this.#skipped + i);
      if (score === limit) return !isExclusive;
      return isReversed ? score > limit : score < limit;
    };
    // Scores are sorted: find the first that is not within.
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isWithin(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Tells whether a member of the reply lies at or before the cursor. */
  #isRead(replies: FlatReader, bytes: Buffer, index: number): boolean {
    const cursor = this.#cursor;
    if (cursor === null) return false;
    const score = scoreAt(replies, bytes, index);
    const { isReversed } = this.#parts.window;
    if (score !== cursor.score) return isReversed ? score > cursor.score : score < cursor.score;
    if (cursor.member === null) return cursor.isIncluded;
    const order = memberAt(replies, bytes, index).compare(cursor.member);
    return isReversed ? order >= 0 : order <= 0;
  }

  #isCursor(replies: FlatReader, bytes: Buffer, index: number): boolean {
    const cursor = this.#cursor;
    if (cursor === null || cursor.member === null) return true;
    return scoreAt(replies, bytes, index) === cursor.score && memberAt(replies, bytes, index).equals(cursor.member);
  }
}

/** Counts the members that lie surely before the cursor's. */
function seekCommand({ scoreText, member, isIncluded }: Cursor, isReversed: boolean): KeyCommand {
  const bound = member === null && isIncluded ? scoreText : `(${scoreText}`;
  return keyCommand('ZCOUNT', isReversed ? [bound, '+inf'] : ['-inf', bound]);
}

function cursorAt(replies: FlatReader, bytes: Buffer, index: number): Cursor {
  const scoreText = textAt(replies, bytes, index * 2 + 2);
  const member = Buffer.from(memberAt(replies, bytes, index));
  return { score: scoreFrom(scoreText), scoreText, member, isIncluded: true };
}

function memberAt(replies: FlatReader, bytes: Buffer, index: number): Buffer {
  const token = index * 2 + 1;
  return bytes.subarray(replies.base + (replies.starts[token] ?? 0), replies.base + (replies.ends[token] ?? 0));
}

function scoreAt(replies: FlatReader, bytes: Buffer, index: number): number {
  return scoreFrom(textAt(replies, bytes, index * 2 + 2));
}

function textAt(replies: FlatReader, bytes: Buffer, token: number): string {
  return bytes.toString('latin1', replies.base + (replies.starts[token] ?? 0), replies.base + (replies.ends[token] ?? 0));
}

function scoreFrom(text: string): number {
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  return /^-inf(inity)?$/i.test(text) ? -Infinity : Number(text);
}
