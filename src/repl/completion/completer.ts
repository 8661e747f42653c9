/**
 * Answers Tab: reads the place of the cursor and gives what fits there, from what is known; what is being loaded is waited for.
 * No key is looked for: the columns of a pattern are read of some keys that the catalogue's sample has found.
 */
import type { Command, Completer, Completion, Shell } from '../words.ts';
import type { Catalogue } from './catalogue.ts';
import { completeCommand } from './command-line.ts';
import { cursorIn } from './places/cursor.ts';
import { completeSql } from './sql-completion.ts';

/** Makes the completer of a terminal. The catalogue is to be loaded by whoever made it. */
export function completerFor(catalogue: Catalogue, commands: readonly Command[], shell: Shell): Completer {
  return async (text, cursor, signal) => {
    const found = await completionAt(text, cursor);
    return signal.aborted || found === null || found.candidates.length === 0 ? null : found;
  };

  async function completionAt(text: string, cursor: number): Promise<Completion | null> {
    const at = cursorIn(text, cursor);
    if (at === null) return null;
    if (at.kind === 'sql') return await completeSql(catalogue, text, at);
    return await completeCommand({ catalogue, commands, shell }, text.slice(at.start, at.end), cursor - at.start, at.start);
  }
}
