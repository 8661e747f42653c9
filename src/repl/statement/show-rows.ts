/** Reads a result: to where rows go, and into what is kept of it. */
import type { Batch } from '../../arrow/index.ts';
import type { Result } from '../../engine/index.ts';
import { ClosedOutput, Turns } from '../../output/index.ts';
import type { SqlField } from '../../types/index.ts';
import { openSink } from '../result/open-sink.ts';
import { writeResult } from '../result/write-result.ts';
import type { LastResult } from '../words.ts';
import { GatedOutput } from './gated-output.ts';
import { KeptRows } from './kept-rows.ts';
import type { StatementNeeds } from './needs.ts';
import { changeOf, givesRows, type StatementText } from './statement-text.ts';
import type { Turn } from './turn.ts';

export interface ShowRowsOptions {
  readonly needs: StatementNeeds;
  readonly turn: Turn;
  /** Reads all rows, and shows none. */
  readonly isQuiet: boolean;
  /** Called before anything goes to the terminal. */
  readonly beforeWrite: () => void;
  /** Called before a pager or a command gets the terminal. */
  readonly beforeLend: () => void;
  /** Called when the last row was read. */
  readonly rowsAreIn: () => void;
}

export interface ShownRows {
  /** Rows that came, or that were changed; null for a statement without either. */
  readonly rowCount: number | null;
  /** What became of rows that are not shown: 'inserted'; null: `rowCount` counts those that are. */
  readonly change: string | null;
  /** What was kept of them; null where there were no rows to show. */
  readonly kept: LastResult | null;
  /** What the writer says below the rows; null: nothing. */
  readonly footer: string | null;
  /** Time that was spent waiting for the reader before the last row was there. */
  readonly waitedMs: number;
}

/** @throws {RedQueryError} the statement's failure; rows that were drawn before it are closed properly. */
export async function showRows(result: Result, statement: StatementText, options: ShowRowsOptions): Promise<ShownRows> {
  const schema = await result.schema();
  const change = changeOf(statement, schema);
  if (!givesRows(statement, schema)) {
    const rows = await result.rows();
    const rowCount = change === null ? null : Number(rows[0]?.['Count'] ?? 0);
    return { rowCount, change, kept: null, footer: null, waitedMs: 0 };
  }
  const { byteLengthOf } = await import('../../arrow/index.ts');
  const kept = new KeptRows(byteLengthOf);
  const shown = await (options.isQuiet ? drain(result, kept) : show(result, schema, kept, options));
  return { rowCount: kept.totalRows, change: null, kept: kept.result(options.turn.text, schema), ...shown };
}

type Shown = Pick<ShownRows, 'footer' | 'waitedMs'>;

async function drain(result: Result, kept: KeptRows): Promise<Shown> {
  // Batches that are there already would follow each other without a pause.
  const turns = new Turns();
  for await (const batch of result.batches()) {
    kept.add(batch);
    await turns.give();
  }
  return { footer: null, waitedMs: 0 };
}

async function show(result: Result, schema: readonly SqlField[], kept: KeptRows, options: ShowRowsOptions): Promise<Shown> {
  const { needs, turn } = options;
  const sink = await openSink(sinkNeeds(needs, turn), options);
  const output = new GatedOutput(sink, turn);
  // A pager that was left wants no more rows.
  const stop = (): void => void result.close();
  sink.gone.addEventListener('abort', stop, { once: true });
  const failure: { error?: unknown } = {};
  let waitedMs = 0;
  const rowsAreIn = (): void => {
    waitedMs = output.waitedMs;
    options.rowsAreIn();
  };
  try {
    const batches = rowsOf(result, kept, output, failure, rowsAreIn);
    await writeResult({ schema, batches }, { ...drawingFor(needs), output });
  } catch (error) {
    // It was closed because nobody reads any more.
    throw sink.gone.aborted ? new ClosedOutput('the reader has gone') : error;
  } finally {
    sink.gone.removeEventListener('abort', stop);
    await sink.close();
    if (sink.wasInterrupted === true) turn.interrupt();
  }
  if (turn.isInterrupted && sink.wasInterrupted === true) throw new ClosedOutput('its reader was interrupted');
  const { footer } = output;
  if ('error' in failure) {
    if (footer !== null) sinkNeeds(needs, turn).say(needs.palette('dim', footer));
    throw failure.error;
  }
  return { footer, waitedMs };
}

/**
 * The batches on their way to the writer. Where rows are drawn already on a terminal a failure ends them as if they were all,
 * so that the box is closed; the failure itself comes after it.
 */
async function* rowsOf(
  result: Result,
  kept: KeptRows,
  output: GatedOutput,
  failure: { error?: unknown },
  rowsAreIn: () => void,
): AsyncGenerator<Batch, void, undefined> {
  try {
    for await (const batch of result.batches()) {
      kept.add(batch);
      yield batch;
    }
  } catch (error) {
    if (!output.isTerminal || !output.hasWritten) throw error;
    failure.error = error;
  }
  rowsAreIn();
}

/** Shows a kept result once more. @throws {RedQueryError} RQ_FILE. */
export async function showKept(needs: StatementNeeds, { schema, batches }: LastResult): Promise<void> {
  const sink = await openSink(needs);
  try {
    const again = (async function* () {
      yield* batches;
    })();
    await writeResult({ schema, batches: again }, { ...drawingFor(needs), output: sink });
  } catch (error) {
    // A pager that was left is no error.
    if (!(error instanceof ClosedOutput)) throw error;
  } finally {
    await sink.close();
  }
}

function drawingFor({ settings, palette, size }: StatementNeeds) {
  return { settings, palette, rows: size.rows };
}

/** What a sink says and borrows ends with the statement's turn. */
function sinkNeeds(needs: StatementNeeds, turn: Turn) {
  const { settings, palette, window, isInteractive } = needs;
  return {
    settings,
    palette,
    window,
    isInteractive,
    say: (text: string) => {
      if (!turn.isOver) needs.say(text);
    },
    lend: <Value>(work: () => Promise<Value>) => needs.lend(work),
  };
}
