/** What draws the rows of a box, once their widths are known: a frame, whole rows for a file, or records. */
import type { SqlField } from '../../types/index.ts';
import type { Output } from '../output.ts';
import type { Palette } from '../palette.ts';
import type { RowRange } from './kept-rows.ts';
import type { TableLayout } from './layout.ts';

export interface Painter {
  /** Draws what stands above the rows. */
  begin(): Promise<void>;
  /** Draws rows; they are on their way when it resolves. */
  rows(range: RowRange): Promise<void>;
  /** Draws the mark of rows left out. */
  gap(rowCount: number): Promise<void>;
  /** Draws what stands below the rows. */
  end(): Promise<void>;
  /** True where a name or a value has been cut. */
  readonly isCut: boolean;
  /** Columns that are drawn. */
  readonly columnCount: number;
}

/** All that painters draw from. Names and types are free of control characters. */
export interface Drawing {
  readonly schema: readonly SqlField[];
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly output: Output;
  readonly palette: Palette;
  readonly nullText: string;
  readonly layout: TableLayout;
}

/** Draws a line of a frame. */
export function frameLine(widths: readonly number[], left: string, middle: string, right: string): string {
  return left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
}
