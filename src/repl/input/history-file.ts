/**
 * The history: what was run, in this terminal and in others, one line of JSON a statement. Lines are only ever added, each by
 * one write, so that terminals at the same time keep all of theirs. What may hold a secret is not kept at all.
 */
import { closeSync, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { History } from '../words.ts';
import { mayHoldSecret } from './secrets.ts';

/** A statement or command that was run. */
export interface HistoryEntry {
  readonly text: string;
  /** Where, as `Shell.place` has it. */
  readonly place: string;
  readonly ms: number;
  readonly rows: number | null;
  readonly ok: boolean;
}

/** As many texts as are read at most, the last ones. */
const MOST_TEXTS = 10_000;
/** As much of the file's end as is read at most, bytes. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A longer text is a script that was pasted: it is kept while the terminal lasts. UTF-16. */
const LONGEST_TEXT = 100_000;
const LINE_FEED = 0x0a;

/**
 * Gives the history's file: `REDQUERY_HISTORY`, else `redquery/history.jsonl` where the system keeps a user's state. Null where
 * REDQUERY_HISTORY is empty: none is wanted.
 */
export function historyPath(env: Readonly<Record<string, string | undefined>>): string | null {
  const wanted = env['REDQUERY_HISTORY'];
  if (wanted !== undefined) return wanted === '' ? null : wanted;
  const state = env['XDG_STATE_HOME'];
  // Relative paths in XDG variables are to be ignored (XDG Base Directory specification).
  const isUsable = state !== undefined && path.isAbsolute(state);
  return path.join(isUsable ? state : path.join(env['HOME'] ?? os.homedir(), '.local', 'state'), 'redquery', 'history.jsonl');
}

export class HistoryFile implements History {
  readonly #path: string | null;
  readonly #tell: (text: string) => void;
  readonly #texts: string[];
  #file: number | null = null;
  #hasFailed = false;

  private constructor(file: string | null, tell: (text: string) => void) {
    this.#path = file;
    this.#tell = tell;
    this.#texts = file === null ? [] : (this.#attempt('read', () => textsIn(file)) ?? []);
  }

  /**
   * Reads the history's end; a file that is not there yet is empty, and made by the first `add`. Null: none is kept.
   * @param tell says, once, that the file cannot be read or written; the terminal goes on without.
   */
  static open(file: string | null, tell: (text: string) => void = () => undefined): HistoryFile {
    return new HistoryFile(file, tell);
  }

  /** What was run before, oldest first; of the same text several times on end, one. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Adds what was run. False where it is not kept: it begins with a blank, or may hold a secret. */
  add(entry: HistoryEntry): boolean {
    const { text } = entry;
    if (text.trim() === '' || /^\s/.test(text) || mayHoldSecret(text)) return false;
    if (this.#texts.at(-1) !== text) this.#texts.push(text);
    if (this.#path !== null && text.length <= LONGEST_TEXT) this.#write(this.#path, entry);
    return true;
  }

  /** Lets go of the file. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #write(file: string, { text, place, ms, rows, ok }: HistoryEntry): void {
    if (this.#hasFailed) return;
    const line = JSON.stringify({ t: new Date().toISOString(), db: place, ms: Math.round(ms), rows, ok, q: text });
    this.#attempt('write', () => {
      this.#file ??= openForAppend(file);
      const bytes = Buffer.from(`${line}\n`);
      if (writeSync(this.#file, bytes) < bytes.length) throw new Error('there is no room');
    });
  }

  #attempt<Value>(verb: string, action: () => Value): Value | null {
    try {
      return action();
    } catch (error) {
      if (!this.#hasFailed) {
        const why = error instanceof Error ? error.message : String(error);
        this.#tell(`The history's file cannot be ${verb === 'read' ? 'read' : 'written'}, so it is not kept: ${why}`);
      }
      this.#hasFailed = true;
      return null;
    }
  }
}

/** Opens the file, and makes it and its folder for its owner alone; what a crash left of a line gets its end. */
function openForAppend(file: string): number {
  makeFolder(path.dirname(file));
  const there = statSync(file, { throwIfNoEntry: false });
  // A pipe would wait for a reader, for ever.
  if (there?.isFile() === false && !there.isCharacterDevice()) throw new Error(`${file} is no file`);
  if (there?.isCharacterDevice() === true) return openSync(file, 'a');
  const handle = openSync(file, 'a+', 0o600);
  const { size, mode } = fstatSync(handle);
  // What somebody put elsewhere by a link is as they want it.
  if ((mode & 0o077) !== 0 && !lstatSync(file).isSymbolicLink()) fchmodSync(handle, 0o600);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== LINE_FEED) writeSync(handle, '\n');
  return handle;
}

/** One folder at a time: Node's own way never ends where a parent takes no folders and says that there is none (/proc). */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  let parent = folder;
  while (statSync(parent, { throwIfNoEntry: false }) === undefined && path.dirname(parent) !== parent) {
    missing.unshift(parent);
    parent = path.dirname(parent);
  }
  for (const one of missing) {
    try {
      mkdirSync(one, { mode: 0o700 });
    } catch (error) {
      // Another terminal was faster.
      if (statSync(one, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
    }
  }
}

function textsIn(file: string): string[] {
  // A pipe would wait for ever, a device has no end.
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const texts: string[] = [];
  const lines = lastLines(file);
  for (let at = lines.length - 1; at >= 0 && texts.length < MOST_TEXTS; at--) {
    const text = textOf(lines[at] ?? '');
    if (text !== null && text !== texts.at(-1)) texts.push(text);
  }
  return texts.reverse();
}

/** The lines of the last MOST_BYTES; the first of them may be the end of one, which is no JSON. */
function lastLines(file: string): string[] {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, read).split('\n');
  } finally {
    closeSync(handle);
  }
}

/** Null where a line is none of ours, is broken, or holds what should not be there. */
function textOf(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry: unknown = JSON.parse(line);
    const text = typeof entry === 'object' && entry !== null && 'q' in entry ? entry.q : null;
    return typeof text === 'string' && text !== '' && !mayHoldSecret(text) ? text : null;
  } catch {
    return null;
  }
}
