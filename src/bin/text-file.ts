/** Files that the command line names. */
import { readFile } from 'node:fs/promises';
import { RedQueryError } from '../errors.ts';

/** @throws {RedQueryError} RQ_FILE, naming the file and the system's reason. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return withoutMark(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new RedQueryError('RQ_FILE', `the file ${path} cannot be read (${reason})`, { cause });
  }
}

/** Gives a file's first line without its line break: a password. @throws {RedQueryError} RQ_FILE. */
export async function readFirstLine(path: string): Promise<string> {
  return firstLineOf(await readTextFile(path));
}

export function firstLineOf(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/** Leaves out the byte order mark that some editors put before a text. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
