/** Draws a result, or kept batches of one, in the mode that is set. */
import { ClosedOutput, type Output, type Palette, type Rows, writerFor } from '../../output/index.ts';
import type { Mode, TerminalSettings } from '../settings.ts';
import type { LastResult } from '../words.ts';

export interface WriteOptions {
  readonly settings: Pick<TerminalSettings, 'mode' | 'null' | 'maxrows' | 'expanded'>;
  /** Where it goes: a `Sink`, whose `gone` ends the reading. */
  readonly output: Output & { readonly gone?: AbortSignal };
  readonly palette: Palette;
  /** Instead of the mode that is set. */
  readonly mode?: Mode;
}

/**
 * Writes all rows and gives their count. The output stays open. What a failed statement had given is whole lines.
 * @throws {ClosedOutput} when nobody reads any more. @throws {RedQueryError} what the rows or the output throw.
 */
export async function writeResult(rows: Rows, options: WriteOptions): Promise<{ rowCount: number }> {
  const { settings, output } = options;
  let rowCount = 0;
  async function* counted() {
    for await (const batch of rows.batches) {
      rowCount += batch.rowCount;
      yield batch;
    }
  }
  const writer = await writerFor(options.mode ?? settings.mode);
  await writer({ schema: rows.schema, batches: counted() }, output);
  return { rowCount };
}
