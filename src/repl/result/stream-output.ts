/** Writing to a stream with its back-pressure, line ends remembered; what a file, a command and a window have in common. */
import type { Writable } from 'node:stream';
import { RedQueryError } from '../../errors.ts';
import { ClosedOutput, Turns } from '../../output/index.ts';

/** Codes of a reader that has gone away. */
const GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ECONNRESET']);

/** True for the error of a stream whose reader has gone. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && GONE.has(error.code);
}

/** A stream that is written to in turn. `place` is how its errors call it. */
export class StreamOutput {
  readonly #stream: NodeJS.WritableStream;
  readonly #place: string;
  readonly #turns = new Turns();
  #isLineEnded = true;

  constructor(stream: NodeJS.WritableStream, place: string) {
    this.#stream = stream;
    this.#place = place;
  }

  /**
   * Resolves when the stream has taken the chunk.
   * @throws {ClosedOutput} when nobody reads. @throws {RedQueryError} RQ_FILE when it cannot be written.
   */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#isLineEnded = typeof chunk === 'string' ? chunk.endsWith('\n') : chunk.at(-1) === 0x0a;
    await this.#written(chunk);
    await this.#turns.give();
  }

  #written(chunk: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(this.#errorFrom(error));
      });
    });
  }

  /** Ends a line that was begun: after a statement that failed within one. */
  async endLine(): Promise<void> {
    if (!this.#isLineEnded) await this.write('\n');
  }

  #errorFrom(error: Error): Error {
    if (isGone(error)) return new ClosedOutput('the reader has gone');
    return new RedQueryError('RQ_FILE', `${this.#place} cannot be written (${error.message})`, { cause: error });
  }
}

/** Ends a stream and waits until all of it is written; a reader that has gone is no error. */
export function endStream(stream: Writable, place: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) return resolve();
    const failed = (error: Error): void => {
      if (isGone(error)) resolve();
      else reject(new RedQueryError('RQ_FILE', `${place} cannot be written (${error.message})`, { cause: error }));
    };
    stream.once('error', failed);
    stream.once('close', () => resolve());
    stream.end(() => resolve());
  });
}
