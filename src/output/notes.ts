/** What a statement has to say beside its rows, kept short: a few lines each, and no line twice. */
import { escapeControls } from './terminal-text.ts';

/** Lines for one statement; more would hide the rows. */
const MOST_LINES = 3;

/** What notes are made from: part of `Result.stats`. */
export interface NoteNumbers {
  readonly notes: readonly string[];
  readonly badValues: number;
  readonly skippedKeys: number;
}

/** The notes of one run of the command. */
export class Notes {
  readonly #said = new Set<string>();

  /** Gives the lines for a statement, without line breaks: what happened to its rows first. */
  linesFor({ notes, badValues, skippedKeys }: NoteNumbers): string[] {
    const all = notes.map((note) => `note: ${escapeControls(note)}`);
    if (skippedKeys > 0) all.unshift(`note: ${counted(skippedKeys, 'key')} of another type under the pattern: skipped`);
    if (badValues > 0) all.unshift(`note: ${counted(badValues, 'value')} did not parse as the type of the column`);
    const fresh = [...new Set(all)].filter((line) => !this.#said.has(line));
    const lines = fresh.slice(0, MOST_LINES);
    for (const line of lines) this.#said.add(line);
    const more = fresh.length - lines.length;
    return more === 0 ? lines : [...lines, `… and ${counted(more, 'more note')}`];
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
