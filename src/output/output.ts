/**
 * Where data goes: standard output with its back-pressure, and what is known of it. A reader that has gone away (EPIPE)
 * is no error: `ClosedOutput` unwinds the statement, and the command ends well.
 */
import type { Writable } from 'node:stream';
import { RedQueryError } from '../errors.ts';

/** What format writers write to. */
export interface Output {
  /**
   * Resolves when the stream has taken the chunk.
   * @throws {ClosedOutput} once nobody reads any more. @throws {RedQueryError} RQ_FILE when it cannot be written: a full disk.
   */
  write(chunk: string | Uint8Array): Promise<void>;
  readonly isTerminal: boolean;
  /** Width of the window; null where there is none. */
  readonly columns: number | null;
  readonly hasColour: boolean;
  /** Says something about the data, to the person at the terminal; never among the data. */
  note(text: string): void;
}

/** Thrown out of a write when the reader has closed the pipe. Not an error to show. */
export class ClosedOutput extends Error {
  override readonly name = 'ClosedOutput';
}

/** What a stream may have of a terminal's. */
export interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

export interface OutputOptions {
  /** Called before the first byte of a chunk goes to a terminal, to clear a progress line there. */
  readonly beforeWrite: () => void;
  readonly note: (text: string) => void;
  /** Absent: what the stream says of its terminal. */
  readonly hasColour?: boolean;
}

/** Wraps a stream, for its whole life. */
export function outputFrom(stream: TerminalStream, options: OutputOptions): Output {
  let isClosed = false;
  // Without a listener an EPIPE would end the process with a stack.
  stream.on('error', () => {
    isClosed = true;
  });
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    get columns() {
      // A terminal that does not know its size says 0.
      return isTerminal ? stream.columns || 80 : null;
    },
    hasColour: options.hasColour ?? (isTerminal && (stream.hasColors?.() ?? false)),
    note: options.note,
    write(chunk) {
      if (isClosed) return Promise.reject(new ClosedOutput('the reader has gone'));
      options.beforeWrite();
      return new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(writeErrorFrom(error));
        });
      });
    },
  };
}

function writeErrorFrom(error: Error): Error {
  if (isGone(error)) return new ClosedOutput('the reader has gone');
  return new RedQueryError('RQ_FILE', `standard output cannot be written (${error.message})`, { cause: error });
}

function isGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' || error.code === 'ECONNRESET');
}
