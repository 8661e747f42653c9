/**
 * What a kind of table has to say so that its rows can be read key by key: which commands a key is asked, and how their
 * replies become rows. ElementFetcher drives it: pipelining, windows, TTL, keys of another type are none of its concern.
 */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { KeyCommand } from '../keys/key-block.ts';
import type { ElementRows } from './element-rows.ts';

/** A round of commands: each key's own, or one command that names many keys. */
export type Round =
  | {
      readonly kind: 'each';
      /** In order; the replies of one key come as one unit, in this order. */
      readonly commands: readonly KeyCommand[];
      /** Elements that they ask for at most; `rows.askedCount` says it again beside the replies, which come rounds later. */
      readonly askedCount?: number;
    }
  | {
      readonly kind: 'together';
      /** `name key… args`. */
      readonly name: string;
      readonly args: readonly (string | Uint8Array)[];
      /** Most keys that one command names. */
      readonly mostKeys: number;
    };

/**
 * What a unit of replies was. DONE: its rows were given, all of them or none. MORE: the key holds more than was asked for; no
 * row was given. GONE: there is no such key. OTHER_TYPE. RECHECK: only the second round can tell.
 */
export const OUTCOME = { DONE: 0, MORE: 1, GONE: 2, OTHER_TYPE: 3, RECHECK: 4 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** Reads the keys of one task. Not shared between tasks: it may learn from what it read. */
export interface ElementReader {
  /** The main command's name, for errors. */
  readonly commandName: string;
  /** What a key is asked at first; a getter where it depends on what was learned. TTL is added where a column needs it. */
  readonly first: Round;
  /** What a key is asked for which `first` gave RECHECK. */
  readonly second?: Round;
  /**
   * Makes rows of a unit of replies: those of one key (rows.key), or of a round's one command for the keys [rows.firstKey,
   * rows.keyEnd). A unit with an error reply comes here only where `takesErrors`; its tokens then are ERROR.
   * @throws {RedQueryError} RQ_BAD_VALUE, RQ_BAD_UTF8, RQ_PROTOCOL
   */
  read(replies: FlatReader, rows: ElementRows, isSecond: boolean): Outcome;
  /** True where an error reply is one that rows can be made of. An error of TTL is not. */
  readonly takesErrors?: true;
  /** Judges an error reply; undefined: WRONGTYPE is another type, all else fails the scan. */
  judgeError?(text: string): Outcome | undefined;
  /**
   * Begins to read a key in pieces. Only where `read` gives MORE. `replies`: those that gave MORE, for what they tell of the
   * size of elements; nothing of them has been given out.
   */
  openPieces?(replies: FlatReader, rows: ElementRows): PieceReader;
}

/** Reads one key in pieces. One object a key that is so large; at most a few at a time. */
export interface PieceReader {
  /** True where the replies that gave MORE can be its first piece; they are, unless the key has to wait its turn. */
  readonly takesFirst: boolean;
  /** The next commands for the key; called once a piece. rowsLeft: more rows are not wanted. */
  nextCommands(rowsLeft: number): readonly KeyCommand[];
  /**
   * Looks where the next piece begins: false where this was the last. `nextCommands` may be called before `read`, so that Redis
   * need not wait until rows are made. `rows.row.bytes` holds the replies.
   */
  advance(replies: FlatReader, rows: ElementRows): boolean;
  /** Makes rows of the piece that `advance` has just looked at. */
  read(replies: FlatReader, rows: ElementRows): void;
  /** True when what was read shows that the key changed meanwhile. */
  readonly hasDrifted: boolean;
}
