/** A statement that is understood, by the planner or as a command of the session itself, and not run. */
import type { BoundValue, Format, ParsedStatement, PgColumn, RowSource } from '../words.ts';
import type { StatementRun } from './statement-run.ts';

/** What came of starting a statement. */
export type Started =
  /** It has run; it gives no rows. */
  | { readonly kind: 'done'; readonly tag: string; readonly rowCount?: number }
  | { readonly kind: 'rows'; readonly source: RowSource; readonly tagOf: (rowCount: number) => string }
  /** COPY TO STDOUT: `source` gives CopyData messages. */
  | {
      readonly kind: 'copy';
      readonly source: RowSource;
      readonly format: Format;
      readonly columnCount: number;
      /** What can be wrong with the statement itself was found: whatever fails now fails while it runs. */
      readonly isChecked: boolean;
      readonly tagOf: (rowCount: number) => string;
    };

export interface SessionPlan {
  readonly parameterTypes: readonly number[];
  /** Null: it gives no rows. FETCH and EXECUTE find out each time they are asked. */
  readonly columns: readonly PgColumn[] | null;
  /** True for what an aborted transaction still takes: COMMIT, ROLLBACK, ROLLBACK TO. */
  readonly isTransactionExit: boolean;
  /** For the log: who answers, such as `session`. */
  readonly route: string;
  /** Formats of the result where the statement itself says them in a simple query: FETCH of a BINARY cursor. */
  readonly simpleFormats?: readonly Format[];
  /** Looks at Bind's values. Missing: there is nothing to look at. @throws {PgError} 22P02, 22P03 and their kin */
  check?(values: readonly BoundValue[]): void;
  start(values: readonly BoundValue[], run: StatementRun): Started | Promise<Started>;
}

/** A text that was parsed and planned, by Parse or PREPARE. `statement` null: the text was empty. */
export interface PreparedStatement {
  readonly name: string;
  /** The whole text that the client sent; errors count their position in it. */
  readonly text: string;
  readonly statement: ParsedStatement | null;
  readonly plan: SessionPlan;
}

/** A plan of the session's own: runs `run` and answers with its tag. */
export function commandPlan(
  tag: string,
  run: (run: StatementRun) => void | string | Promise<void | string>,
  options: { readonly isTransactionExit?: boolean } = {},
): SessionPlan {
  return {
    parameterTypes: [],
    columns: null,
    isTransactionExit: options.isTransactionExit ?? false,
    route: 'session',
    start: (_, context) => {
      const ran = run(context);
      if (ran instanceof Promise) return ran.then((changed) => ({ kind: 'done', tag: changed ?? tag }));
      return { kind: 'done', tag: ran ?? tag };
    },
  };
}

/** The plan of an empty text: describes as no data, runs as nothing. */
export const EMPTY_PLAN: SessionPlan = commandPlan('', () => {}, { isTransactionExit: true });
