/**
 * Where data goes: standard output with its back-pressure, and what is known of it. A reader that has gone away (EPIPE)
 * is no error: `ClosedOutput` unwinds the statement, and the command ends well.
 */
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
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

/** How long a writer may go on before other events have their turn. */
const TURN_MS = 8;

/**
 * Gives the event loop its turn now and then. Writes to a terminal are done when they are called, so that a writer with rows at
 * hand would keep all else from happening: the keys would not be read, Ctrl-C among them.
 */
export class Turns {
  #beganAt = performance.now();

  /** Call it after each write. */
  async give(): Promise<void> {
    if (performance.now() - this.#beganAt < TURN_MS) return;
    await nextTurn();
    this.#beganAt = performance.now();
  }
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
  const turns = new Turns();
  const written = (chunk: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(writeErrorFrom(error));
      });
    });
  return {
    isTerminal,
    get columns() {
      // A terminal that does not know its size says 0.
      return isTerminal ? stream.columns || 80 : null;
    },
    hasColour: options.hasColour ?? (isTerminal && (stream.hasColors?.() ?? false)),
    note: options.note,
    async write(chunk) {
      if (isClosed) throw new ClosedOutput('the reader has gone');
      options.beforeWrite();
      await written(chunk);
      await turns.give();
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
