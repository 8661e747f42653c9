/** Runs one query on every side and says whether they agree. */
import type { Answer, Oracle } from '../oracle/oracle.ts';
import { statementOf } from '../queries/statement-text.ts';
import type { Query } from '../queries/words.ts';
import { difference } from './compare.ts';
import type { Profile, Run, Sessions } from './sessions.ts';

export interface Verdict {
  /** Null where all agree, or where a side failed for a reason of the data. */
  readonly difference: string | null;
  /** True where rows were compared. */
  readonly isCompared: boolean;
  readonly runs: readonly Run[];
  readonly plainError: string | null;
}

/** Errors that depend on which rows and casts a side has looked at: rows are compared only where no side fails. */
const DATA_ERRORS: ReadonlySet<string> = new Set([
  // `access => 'index'` where none can serve.
  'RQ_NO_INDEX',

  'RQ_BAD_VALUE',
  'RQ_BAD_UTF8',
  'RQ_CONVERSION',
  'RQ_OUT_OF_RANGE',
  'RQ_EXECUTION',
]);

export async function checkQuery(query: Query, profile: Profile, sessions: Sessions, oracle: Oracle): Promise<Verdict> {
  const statement = statementOf(query, 'redis');
  const [plain, whole, on, off] = [
    await plainAnswer(oracle, query, false),
    query.limit === null && query.offset === 0 ? null : await plainAnswer(oracle, query, true),
    await sessions.run(profile, statement),
    await sessions.run('off', statement),
  ];
  const runs = [on, off];
  const plainError = plain instanceof Error ? plain.message : null;
  const wrongError = runs.find((run) => run.error !== null && !mayFail(run, plainError));
  if (wrongError?.error) {
    const why = `${wrongError.profile}: ${wrongError.error.code} ${wrongError.error.message}; the plain table: ${plainError ?? 'no error'}`;
    return { difference: why, isCompared: false, runs, plainError };
  }
  if (plain instanceof Error || whole instanceof Error || on.answer === null || off.answer === null)
    return { difference: null, isCompared: false, runs, plainError };
  for (const run of runs) {
    const differs = run.answer === null ? null : difference(query, run.answer, plain, whole);
    if (differs !== null) return { difference: `${run.profile}: ${differs}`, isCompared: true, runs, plainError };
  }
  return { difference: null, isCompared: true, runs, plainError };
}

/** What is wrong with the statement itself is so on both sides. */
function mayFail({ error }: Run, plainError: string | null): boolean {
  return error === null || plainError !== null || DATA_ERRORS.has(error.code);
}

async function plainAnswer(oracle: Oracle, query: Query, isWhole: boolean): Promise<Answer | Error> {
  try {
    return await oracle.answer(statementOf(query, 'plain', isWhole).text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
