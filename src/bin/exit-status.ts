/** Exit statuses: 0 done, 1 it failed, 2 the command line is wrong, 3 no connection, 130 interrupted, 143 terminated. */
import { RedQueryError } from '../errors.ts';

export const EXIT = { DONE: 0, FAILED: 1, USAGE: 2, NO_CONNECTION: 3, INTERRUPTED: 130, TERMINATED: 143 } as const;

/**
 * Gives the status of a failed statement. `wasConnected`: Redis had answered before, so that a time-out or a lost
 * connection is the statement's failure.
 */
export function exitStatusOf(error: unknown, wasConnected: boolean): number {
  if (!(error instanceof RedQueryError)) return EXIT.FAILED;
  switch (error.code) {
    case 'RQ_REDIS_UNREACHABLE':
    case 'RQ_REDIS_AUTH':
    case 'RQ_REDIS_TLS':
      return EXIT.NO_CONNECTION;
    case 'RQ_REDIS_TIMEOUT':
      return wasConnected ? EXIT.FAILED : EXIT.NO_CONNECTION;
    default:
      return EXIT.FAILED;
  }
}
