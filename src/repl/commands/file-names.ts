/** Names of files as they are typed: the home directory's `~`, and what Tab makes of a beginning. */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { escapeControls } from '../../output/index.ts';
import type { Candidate, Completion } from '../words.ts';

const MOST_CANDIDATES = 200;

/** Puts the home directory in the place of a leading `~/`; `|command` stays as it is. */
export function filePath(typed: string): string {
  return /^~(?=\/|$)/.test(typed) ? path.join(os.homedir(), typed.slice(1)) : typed;
}

/** Gives the files and folders that begin as the argument does. Reads one folder. */
export function completeFile(argument: string, cursor: number): Completion | null {
  const typed = argument.slice(0, cursor);
  if (typed.startsWith('|')) return null;
  const cut = typed.lastIndexOf('/') + 1;
  const folder = filePath(typed.slice(0, cut)) || '.';
  const beginning = typed.slice(cut);
  const candidates = entriesOf(folder)
    .filter(({ text }) => text.startsWith(beginning) && (beginning.startsWith('.') || !text.startsWith('.')))
    .slice(0, MOST_CANDIDATES);
  return candidates.length === 0 ? null : { from: cut, to: argument.length, candidates };
}

function entriesOf(folder: string): Candidate[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => escapeControls(name) === name)
      .map((entry) => {
        const text = entry.isDirectory() ? `${entry.name}/` : entry.name;
        return { text, label: text, detail: entry.isDirectory() ? 'folder' : '', kind: 'file' as const };
      })
      .sort((a, b) => (a.text < b.text ? -1 : 1));
  } catch {
    // A folder that is not there, or not ours: nothing fits.
    return [];
  }
}
