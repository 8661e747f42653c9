/**
 * Lists: one LRANGE for a list of up to 10,000 elements (that weigh up to a megabyte), so at one moment. A longer one comes in
 * pieces; its elements have the positions that they had when their piece was read. Where elements are pushed or popped at
 * the head meanwhile, some may come twice or not at all: then the length differs or a piece does not begin where the last
 * ended, and the key is counted as drifted.
 */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { ElementRange } from '../../storage/scan-words.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { countFor, PieceSize } from '../elements/piece-size.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';

const LENGTH = keyCommand('LLEN');
/** So much of the last element is compared with what the next piece begins with. */
const MOST_KEPT_BYTES = 4096;

/** Which elements of each list: `total` from `first` on, both counted from the end where isReversed. */
interface ListWindow {
  readonly first: number;
  readonly total: number;
  readonly isReversed: boolean;
}

interface ListParts {
  readonly slot: number;
  readonly window: ListWindow;
  /** LLEN is asked with each LRANGE: positions that are counted from the end need it. */
  readonly needsLength: boolean;
}

export class ListReader implements ElementReader {
  readonly commandName = 'LRANGE';
  readonly #parts: ListParts;
  readonly #size = new PieceSize();
  #round: Round | null = null;
  #askedCount = 0;

  constructor(layout: ElementLayout, range: ElementRange | null, mostRows: number) {
    const window = windowOf(range, mostRows);
    const slot = layout.partSlots.get('element') ?? -1;
    this.#parts = { slot, window, needsLength: window.isReversed && layout.hasPosition };
  }

  get first(): Round {
    const { window, needsLength } = this.#parts;
    const count = this.#size.firstCount(window.total);
    if (this.#round === null || count !== this.#askedCount) {
      this.#askedCount = count;
      const range = rangeCommand(window, 0, count);
      this.#round = { kind: 'each', commands: needsLength ? [range, LENGTH] : [range], askedCount: count };
    }
    return this.#round;
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const { window } = this.#parts;
    const count = replies.starts[0] ?? 0;
    this.#size.learn(count, replies.byteCount);
    if (count === 0) return window.first === 0 && window.total > 0 ? OUTCOME.GONE : OUTCOME.DONE;
    if (count >= rows.askedCount && count < Math.min(window.total, rows.rowsLeft)) {
      this.#size.widen();
      return OUTCOME.MORE;
    }
    addElements(this.#parts, replies, rows, 0, 0, Math.min(count, window.total));
    return OUTCOME.DONE;
  }

  openPieces(replies: FlatReader, rows: ElementRows): PieceReader {
    const pieceCount = countFor(replies.byteCount / Math.max(1, replies.starts[0] ?? 0));
    return new ListPieces(this.#parts, pieceCount, rows.askedCount);
  }
}

class ListPieces implements PieceReader {
  readonly takesFirst: boolean;
  hasDrifted = false;
  readonly #parts: ListParts;
  #count: number;
  /** Elements that were asked for last, the repeated one not counted. */
  #asked: number;
  #done = 0;
  #length = -1;
  /** The last element that was read, and its whole length. */
  #last = Buffer.alloc(0);
  #lastBytes = -1;
  // What `advance` found: how many elements came before this piece, tokens of the reply that repeat, and those that are new.
  #base = 0;
  #skipped = 0;
  #new = 0;

  constructor(parts: ListParts, count: number, firstAsked: number) {
    this.#parts = parts;
    this.#count = count;
    this.#asked = firstAsked;
    this.takesFirst = firstAsked >= count;
  }

  nextCommands(rowsLeft: number): readonly KeyCommand[] {
    const { window } = this.#parts;
    this.#asked = Math.min(this.#count, window.total - this.#done, rowsLeft);
    // From the last element on: it shows whether this piece begins where the other ended.
    const overlap = this.#done > 0 ? 1 : 0;
    return [rangeCommand(window, this.#done - overlap, this.#asked + overlap), LENGTH];
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    const { bytes } = rows.row;
    const count = replies.starts[0] ?? 0;
    this.#skipped = this.#done > 0 && count > 0 ? 1 : 0;
    this.#new = count - this.#skipped;
    this.#compareLength(replies, bytes);
    const { isReversed } = this.#parts.window;
    if (this.#done > 0 && (count === 0 || !this.#isLast(replies, bytes, isReversed ? count : 1))) this.hasDrifted = true;
    if (count > 0) {
      this.#keepLast(replies, bytes, isReversed ? 1 : count);
      this.#count = countFor(replies.byteCount / count);
    }
    this.#base = this.#done;
    this.#done += this.#new;
    return this.#new >= this.#asked && this.#done < this.#parts.window.total;
  }

  read(replies: FlatReader, rows: ElementRows): void {
    addElements(this.#parts, replies, rows, this.#base, this.#skipped, this.#new);
  }

  #compareLength(replies: FlatReader, bytes: Buffer): void {
    const token = replies.next(0);
    if (token >= replies.count) return;
    const length = replies.integerAt(bytes, token);
    if (this.#length >= 0 && length !== this.#length) this.hasDrifted = true;
    this.#length = length;
  }

  #isLast(replies: FlatReader, bytes: Buffer, token: number): boolean {
    const start = replies.base + (replies.starts[token] ?? 0);
    const end = replies.base + (replies.ends[token] ?? 0);
    if (end - start !== this.#lastBytes) return false;
    return this.#last.equals(bytes.subarray(start, start + this.#last.length));
  }

  #keepLast(replies: FlatReader, bytes: Buffer, token: number): void {
    const start = replies.base + (replies.starts[token] ?? 0);
    const end = replies.base + (replies.ends[token] ?? 0);
    this.#lastBytes = end - start;
    this.#last = Buffer.from(bytes.subarray(start, Math.min(end, start + MOST_KEPT_BYTES)));
  }
}

/** Gives `count` elements, `done` of the window having been given; `skipped` come before them, in the window's direction. */
function addElements(
  { slot, window, needsLength }: ListParts,
  replies: FlatReader,
  rows: ElementRows,
  done: number,
  skipped: number,
  count: number,
): void {
  if (count <= 0) return;
  const { row } = rows;
  const { starts, ends, byteCount } = replies;
  const listed = starts[0] ?? 0;
  const step = window.isReversed ? -1 : 1;
  const length = needsLength ? replies.integerAt(row.bytes, replies.next(0)) : 0;
  row.position = window.isReversed ? length - 1 - (window.first + done) : window.first + done;
  rows.beginRun(count, byteCount, 0, step).setSlot(slot, starts, ends, window.isReversed ? listed - skipped : 1 + skipped, step);
  rows.addRun();
}

/** LRANGE of `count` elements of the window, `done` of which come before. */
function rangeCommand({ first, isReversed }: ListWindow, done: number, count: number): KeyCommand {
  const from = first + done;
  const to = from + count - 1;
  const [start, stop] = isReversed ? [-to - 1, -from - 1] : [from, to];
  return keyCommand('LRANGE', [String(start), String(stop)]);
}

function windowOf(range: ElementRange | null, mostRows: number): ListWindow {
  if (range?.kind !== 'positions') return { first: 0, total: mostRows, isReversed: false };
  const { first, last, isReversed } = range;
  const listed = last < 0 ? Infinity : Math.max(0, last - first + 1);
  return { first, total: Math.min(listed, mostRows), isReversed };
}
