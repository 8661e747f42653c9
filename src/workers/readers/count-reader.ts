/**
 * Rows of which nobody reads more than the key (count(*), `SELECT _key`): how many there are is asked, and they are made here.
 * SCARD, LLEN, ZCARD and XLEN cost the same for any number of elements.
 */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { SourceName } from '../../storage/scan-words.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';

const COMMANDS: Readonly<Partial<Record<SourceName, string>>> = { set: 'SCARD', list: 'LLEN', zset: 'ZCARD', stream: 'XLEN' };
/** Rows that are made at once of any key: thousands of keys are under way, and a reader may be slow. */
const DIRECT_ROWS = 128;
/** Rows that are made at a time of a key with more. */
const PIECE_ROWS = 20_000;

/** Gives the command that counts a key's rows; undefined where there is none. */
export function countCommandOf(source: SourceName): string | undefined {
  return COMMANDS[source];
}

export class CountReader implements ElementReader {
  readonly commandName: string;
  readonly first: Round;
  readonly #command: KeyCommand;
  readonly #mostRows: number;
  /** A stream may be there and empty. */
  readonly #isEmptyGone: boolean;

  constructor(source: SourceName, commandName: string, mostRows: number) {
    this.commandName = commandName;
    this.#command = keyCommand(commandName);
    this.first = { kind: 'each', commands: [this.#command] };
    this.#mostRows = mostRows;
    this.#isEmptyGone = source !== 'stream';
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const count = Math.min(replies.integerAt(rows.row.bytes, 0), this.#mostRows);
    if (count === 0) return this.#isEmptyGone ? OUTCOME.GONE : OUTCOME.DONE;
    if (count > DIRECT_ROWS) return OUTCOME.MORE;
    for (let i = 0; i < count; i++) rows.add();
    return OUTCOME.DONE;
  }

  openPieces(): PieceReader {
    return new CountPieces(this.#command, this.#mostRows);
  }
}

/** Asks again before each piece, so that a key that changes is noticed. */
class CountPieces implements PieceReader {
  readonly takesFirst = true;
  hasDrifted = false;
  readonly #commands: readonly KeyCommand[];
  readonly #mostRows: number;
  #length = -1;
  #given = 0;
  #pieceRows = 0;

  constructor(command: KeyCommand, mostRows: number) {
    this.#commands = [command];
    this.#mostRows = mostRows;
  }

  nextCommands(): readonly KeyCommand[] {
    return this.#commands;
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    const length = replies.integerAt(rows.row.bytes, 0);
    if (this.#length < 0) this.#length = length;
    if (length !== this.#length) this.hasDrifted = true;
    const wanted = Math.min(this.#length, this.#mostRows) - this.#given;
    this.#pieceRows = Math.min(wanted, PIECE_ROWS);
    this.#given += this.#pieceRows;
    return this.#pieceRows < wanted;
  }

  read(_replies: FlatReader, rows: ElementRows): void {
    for (let i = 0; i < this.#pieceRows; i++) rows.add();
  }
}
