/** Says sentences, broken between words where the window ends. */
import { type Style, wrapText } from '../../output/index.ts';
import type { Shell } from '../words.ts';

/** Control characters must be gone already. A script's words keep to their lines. */
export function tell(shell: Shell, text: string, style?: Style): void {
  const lines = wrapText(text, shell.isInteractive ? shell.size.columns : Number.POSITIVE_INFINITY, 2);
  shell.say(lines.map((line) => (style === undefined ? line : shell.palette(style, line))).join('\n'));
}
