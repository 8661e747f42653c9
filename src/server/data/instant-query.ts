/** Statements that neither catalog nor engine is asked for: constants, settings, pg_sleep. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedQuery, Route, Run } from '../words.ts';
import { FixedQuery } from './fixed-query.ts';

/** A SELECT of constants: one row that is known. */
export function instantQuery({ columns, values, settings = [] }: Extract<Route, { kind: 'instant' }>): PlannedQuery {
  const rows = (_: unknown, run: Run) => {
    for (const change of settings) run.session.applySetting(change);
    return [values];
  };
  return new FixedQuery({ columns, rows, route: 'instant' });
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
