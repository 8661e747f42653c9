/** Statements that neither catalog nor engine is asked for: constants, settings, pg_sleep. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedQuery, Route, Run } from '../words.ts';
import { FixedQuery } from './fixed-query.ts';

type Instant = Extract<Route, { kind: 'instant' }>;

/**
 * A SELECT of constants and of what the session knows.
 * @param route as it was planned, for `plannedIn`.
 * @param again routes it anew: a prepared `now()` is that of its run.
 */
export function instantQuery(route: Instant, plannedIn: Run, again: (run: Run) => Route): PlannedQuery {
  let isFresh = true;
  const rows = (_: unknown, run: Run) => {
    const current = isFresh && run === plannedIn ? route : again(run);
    isFresh = false;
    const { values, settings = [] } = current.kind === 'instant' ? current : route;
    for (const change of settings) run.session.applySetting(change);
    return [values];
  };
  return new FixedQuery({ columns: route.columns, rows, route: 'instant' });
}

/** SELECT pg_sleep(n): waits until it is over or the statement is ended. */
export function sleepQuery({ seconds, columns }: Extract<Route, { kind: 'sleep' }>): PlannedQuery {
  const rows = async (_: unknown, { signal }: Run) => {
    try {
      await delay(Math.min(Math.max(seconds, 0) * 1000, 2 ** 31 - 1), undefined, { signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
    return [['']];
  };
  return new FixedQuery({ columns, rows, route: 'instant' });
}
