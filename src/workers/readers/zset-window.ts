/** Which members of each sorted set a task wants, and rows of the members of a reply. */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { ElementRange } from '../../storage/scan-words.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';

/** Which members of each sorted set, in ascending order or, where isReversed, descending from the highest. */
export interface ZsetWindow {
  /** Rank from the end at which it begins. */
  readonly first: number;
  readonly total: number;
  readonly isReversed: boolean;
  /** Bounds of the score as ZRANGE BYSCORE takes them; null: by rank. */
  readonly min: string | null;
  readonly max: string | null;
}

export interface ZsetParts {
  readonly memberSlot: number;
  readonly scoreSlot: number;
  readonly hasRank: boolean;
  readonly window: ZsetWindow;
}

/** Gives the window of a task's range. */
export function zsetWindowOf(range: ElementRange | null, mostRows: number): ZsetWindow {
  switch (range?.kind) {
    case 'positions': {
      const { first, last, isReversed } = range;
      const ranked = last < 0 ? Infinity : Math.max(0, last - first + 1);
      return { first, total: Math.min(ranked, mostRows), isReversed, min: null, max: null };
    }
    case 'scores':
      return { first: 0, total: mostRows, isReversed: range.isReversed, min: range.min, max: range.max };
    default:
      return { first: 0, total: mostRows, isReversed: false, min: null, max: null };
  }
}

/** Counts what says the rank of a window's first member: those below its lower bound, or, from the top, those up to its upper. */
export function lowestCountCommand({ min, max, isReversed }: ZsetWindow): KeyCommand {
  return keyCommand('ZCOUNT', isReversed ? ['-inf', max ?? '+inf'] : ['-inf', complementOf(min ?? '-inf')]);
}

/** Where the members of a reply stand and which rank the first has; ranks go down where the window is reversed. */
export interface MemberRun {
  readonly firstRank: number;
  readonly firstToken: number;
  readonly tokensEach: number;
  readonly count: number;
}

/** Makes rows of members, each followed by its score where tokensEach is 2. */
export function addMembers(parts: ZsetParts, replies: FlatReader, rows: ElementRows, members: MemberRun): void {
  const { memberSlot, scoreSlot, window } = parts;
  const { firstRank, firstToken, tokensEach, count } = members;
  const { starts, ends, byteCount } = replies;
  if (count <= 0) return;
  rows.row.position = firstRank;
  const run = rows.beginRun(count, byteCount, 0, window.isReversed ? -1 : 1);
  run.setSlot(memberSlot, starts, ends, firstToken, tokensEach);
  if (tokensEach === 2) run.setSlot(scoreSlot, starts, ends, firstToken + 1, tokensEach);
  rows.addRun();
}

/** The bound that takes just what this one leaves out below it. */
function complementOf(min: string): string {
  return min.startsWith('(') ? min.slice(1) : `(${min}`;
}
