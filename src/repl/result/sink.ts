/** Where a result goes, and what sinks need of the terminal around them. */
import type { Output, Palette } from '../../output/index.ts';
import type { TerminalSettings } from '../settings.ts';
import type { Window } from '../words.ts';

/** An output for one result. Whoever opened it closes it, also after a failure. */
export interface Sink extends Output {
  /** Aborted when nobody reads any more: the pager was left, the command has ended. The statement may stop then. */
  readonly gone: AbortSignal;
  /** True once it is closed, where Ctrl-C has ended the program that read: the statement is interrupted by that. */
  readonly wasInterrupted?: boolean;
  /**
   * Ends the result: a line that was begun is ended, a file is closed, a pager or a command waited for. Never throws a
   * ClosedOutput. May be called again.
   * @throws {RedQueryError} RQ_FILE when the last bytes cannot be written.
   */
  close(): Promise<void>;
}

/** What sinks need of the terminal. */
export interface SinkNeeds {
  readonly settings: TerminalSettings;
  readonly palette: Palette;
  readonly window: Window;
  /** False where nobody sits at the keys: then there is no pager. */
  readonly isInteractive: boolean;
  /** Says a line to the person, beside the data. */
  say(text: string): void;
  /** Lets another program have the terminal. */
  lend<Value>(work: () => Promise<Value>): Promise<Value>;
}

export interface SinkOptions {
  /** Called before anything goes to the terminal: takes a progress line away. */
  readonly beforeWrite?: () => void;
  /** Called before another program gets the terminal: nothing may be drawn there any more. */
  readonly beforeLend?: () => void;
  /** It is text that no mode draws: help, a list. */
  readonly isText?: boolean;
}

/** Columns and rows of a window; 80 × 24 where it does not say. */
export function sizeOf({ columns, rows }: Window): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** True where a palette adds anything to a text. */
export function isColoured(palette: Palette): boolean {
  return palette('bold', 'x') !== 'x';
}
