/** One message's work on its way: what can cancel it, and the notices that it gives. */
import type { PgError } from '../pg-error.ts';
import type { Format, Notice, Run, SessionFacts } from '../words.ts';

export class StatementRun implements Run {
  readonly session: SessionFacts;
  readonly formats: readonly Format[];
  readonly #send: (notice: Notice) => void;
  #controller: AbortController | null = null;
  #reason: PgError | null = null;
  #reject: ((reason: PgError) => void) | null = null;

  constructor(session: SessionFacts, formats: readonly Format[], send: (notice: Notice) => void) {
    this.session = session;
    this.formats = formats;
    this.#send = send;
  }

  /** Why it was aborted; null: it was not. */
  get reason(): PgError | null {
    return this.#reason;
  }

  /** Made when somebody asks for it: most short statements never do. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Ends the statement at once, whatever it waits for. The first reason counts. */
  abort(reason: PgError): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#reject?.(reason);
  }

  notice(notice: Notice): void {
    this.#send(notice);
  }

  /** Waits for a promise or for the end by `abort`, whichever is first. One at a time. @throws {PgError} the reason */
  until<T>(promise: Promise<T>): Promise<T> {
    const reason = this.#reason;
    if (reason !== null) {
      promise.catch(() => {});
      return Promise.reject(reason);
    }
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(
        (value) => {
          this.#reject = null;
          resolve(value);
        },
        (error: unknown) => {
          this.#reject = null;
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}
