/** Breaks prose at its blanks, so that it fits a window. */
import { displayWidth } from './terminal-text.ts';

/**
 * Gives lines of at most `width` columns; those after the first begin with `indent` blanks. A word that is wider than that has a
 * line of its own. `text` is one line.
 */
export function wrapText(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[^ ]) /)) {
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = ' '.repeat(indent) + word.trimStart();
    }
  }
  return [...lines, line];
}
