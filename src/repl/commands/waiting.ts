/** Waiting that Ctrl-C ends. */
import { RedQueryError } from '../../errors.ts';

/** Waits for work that knows no signal; what it does after the signal is nobody's concern. @throws {RedQueryError} RQ_CANCELLED. */
export function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new RedQueryError('RQ_CANCELLED', 'interrupted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
