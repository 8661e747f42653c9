/** What the painter draws, and how rows are coloured. */
import { cutToWidth, displayWidth, type Palette, type Style } from '../../../output/index.ts';

/** One row of the window: drawn text with its colours, and the columns that it takes. */
export interface Row {
  readonly text: string;
  readonly width: number;
}

/** A whole picture, from the prompt's row down; the cursor in cells from its upper left. */
export interface Frame {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** A piece of a row in one style; `text` holds no control characters. */
export interface Piece {
  readonly style: Style;
  readonly text: string;
}

/** Colours the pieces of a row, cut to `width` columns. */
export function rowOf(pieces: readonly Piece[], palette: Palette, width: number): Row {
  let text = '';
  let used = 0;
  for (const piece of pieces) {
    if (used >= width) break;
    const cut = cutToWidth(piece.text, width - used);
    text += palette(piece.style, cut);
    used += displayWidth(cut);
  }
  return { text, width: used };
}
