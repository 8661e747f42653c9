/** Draws a result, or kept batches of one, in the mode that is set. */
import type { Output, Palette, Rows } from '../../output/index.ts';
import { paletteOf, writerFor } from '../../output/index.ts';
import type { Mode, TerminalSettings } from '../settings.ts';

export interface WriteOptions {
  readonly settings: Pick<TerminalSettings, 'mode' | 'null' | 'maxrows' | 'expanded'>;
  /** Where it goes; a `Sink`, mostly. */
  readonly output: Output;
  readonly palette: Palette;
  /** Lines of the window; absent: 24. */
  readonly rows?: number;
  /** Instead of the mode that is set. */
  readonly mode?: Mode;
}

/** How to see what a box leaves out. */
const ADVICE = { rows: '.maxrows 0', columns: '\\x or .mode line' };

/** Lines around the rows of a box: frame, names, types, the mark of a cut, what was cut, what it cost, the prompt. */
const LINES_AROUND_ROWS = 10;
const LEAST_ROWS = 4;
const MOST_ROWS = 40;

/** Rows of a box that a window of so many lines shows whole, head and prompt with them. */
function rowsThatFit(windowRows: number): number {
  return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, windowRows - LINES_AROUND_ROWS));
}

/**
 * Writes all rows and gives their count. The output stays open. Of a statement that failed whole rows are written.
 * @throws {ClosedOutput} when nobody reads any more. @throws {RedQueryError} what the rows or the output throw.
 */
export async function writeResult(rows: Rows, options: WriteOptions): Promise<{ rowCount: number }> {
  const { settings, output, palette } = options;
  let rowCount = 0;
  async function* counted() {
    for await (const batch of rows.batches) {
      rowCount += batch.rowCount;
      yield batch;
    }
  }
  const writer = await writerFor(options.mode ?? settings.mode);
  await writer({ schema: rows.schema, batches: counted() }, output, {
    nullText: settings.null,
    mostRows: settings.maxrows === 'auto' ? rowsThatFit(options.rows ?? 24) : settings.maxrows,
    expanded: settings.expanded,
    // A file has no colours, wherever the palette is for.
    palette: output.hasColour ? palette : paletteOf(false),
    advice: ADVICE,
  });
  return { rowCount };
}
