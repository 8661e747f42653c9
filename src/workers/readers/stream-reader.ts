/**
 * Streams: XRANGE (newest first: XREVRANGE), a long one in pieces, each behind the last id of the one before. Entries never
 * change and ids only grow, so that an entry that was there throughout comes exactly once; one that is added meanwhile may come.
 * A field that an entry has twice counts as it stands last, as in a map.
 */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { ElementRange } from '../../storage/scan-words.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { countFor, PieceSize } from '../elements/piece-size.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import { StreamEntries } from './stream-entries.ts';

/** Which entries of each stream; `from` ≤ `to` whatever the direction. */
interface StreamWindow {
  readonly from: string;
  readonly to: string;
  readonly isReversed: boolean;
  readonly total: number;
}

export class StreamReader implements ElementReader {
  readonly commandName: string;
  readonly #window: StreamWindow;
  readonly #entries: StreamEntries;
  readonly #size = new PieceSize();
  #round: Round | null = null;
  #askedCount = 0;

  constructor(layout: ElementLayout, range: ElementRange | null, mostRows: number) {
    this.#window =
      range?.kind === 'ids'
        ? { from: range.from, to: range.to, isReversed: range.isReversed, total: mostRows }
        : { from: '-', to: '+', isReversed: false, total: mostRows };
    this.#entries = new StreamEntries(layout);
    this.commandName = this.#window.isReversed ? 'XREVRANGE' : 'XRANGE';
  }

  get first(): Round {
    const count = this.#size.firstCount(this.#window.total);
    if (this.#round === null || count !== this.#askedCount) {
      this.#askedCount = count;
      this.#round = { kind: 'each', commands: [rangeCommand(this.#window, null, count)], askedCount: count };
    }
    return this.#round;
  }

  /** A stream may be there without an entry: none is no sign that it is gone. */
  read(replies: FlatReader, rows: ElementRows): Outcome {
    const count = replies.starts[0] ?? 0;
    this.#size.learn(count, replies.byteCount);
    if (count >= rows.askedCount && count < Math.min(this.#window.total, rows.rowsLeft)) {
      this.#size.widen();
      return OUTCOME.MORE;
    }
    this.#entries.add(replies, rows, Math.min(count, this.#window.total));
    return OUTCOME.DONE;
  }

  openPieces(_replies: FlatReader, rows: ElementRows): PieceReader {
    return new StreamPieces(this.#window, this.#entries, rows.askedCount);
  }
}

class StreamPieces implements PieceReader {
  /** Whatever was asked first can be gone on from. */
  readonly takesFirst = true;
  readonly hasDrifted = false;
  readonly #window: StreamWindow;
  readonly #entries: StreamEntries;
  #lastId: string | null = null;
  #count: number;
  #asked: number;
  #given = 0;
  #pieceEntries = 0;

  constructor(window: StreamWindow, entries: StreamEntries, asked: number) {
    this.#window = window;
    this.#entries = entries;
    this.#count = asked;
    this.#asked = asked;
  }

  nextCommands(rowsLeft: number): readonly KeyCommand[] {
    this.#asked = Math.min(this.#count, this.#window.total - this.#given, rowsLeft);
    return [rangeCommand(this.#window, this.#lastId, this.#asked)];
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    const count = replies.starts[0] ?? 0;
    this.#pieceEntries = count;
    this.#given += count;
    if (count === 0) return false;
    this.#lastId = this.#entries.lastIdOf(replies, rows.row.bytes);
    this.#count = countFor(replies.byteCount / count);
    return count >= this.#asked && this.#given < this.#window.total;
  }

  read(replies: FlatReader, rows: ElementRows): void {
    this.#entries.add(replies, rows, this.#pieceEntries);
  }
}

/** `count` entries of the window behind `lastId`. */
function rangeCommand({ from, to, isReversed }: StreamWindow, lastId: string | null, count: number): KeyCommand {
  const behind = lastId === null ? null : `(${lastId}`;
  return isReversed
    ? keyCommand('XREVRANGE', [behind ?? to, from, 'COUNT', String(count)])
    : keyCommand('XRANGE', [behind ?? from, to, 'COUNT', String(count)]);
}
