/** Reads files of statements whole. A pipe, where opening alone may wait for ever, and what has no end are refused. */
import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { RedQueryError } from '../../errors.ts';
import { bytesText, escapeControls } from '../../output/index.ts';

/** A script is held as one text. */
const MOST_BYTES = 100_000_000;
/** Not known to Windows. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

export interface TextFile {
  /** Without a byte order mark. */
  readonly text: string;
  readonly stats: Stats;
}

/** @throws {RedQueryError} RQ_FILE for what is no plain file, or too long. @throws {Error} the system's, with its `code`. */
export async function readTextFile(file: string): Promise<TextFile> {
  await using handle = await open(file, constants.O_RDONLY | WITHOUT_WAITING);
  const stats = await handle.stat();
  const refuse = (why: string): RedQueryError => new RedQueryError('RQ_FILE', `the file ${escapeControls(file)} ${why}`);
  // A folder is refused by the read itself.
  if (!stats.isFile() && !stats.isDirectory()) throw refuse('is a pipe or a device, and not read');
  if (stats.size > MOST_BYTES) throw refuse(`has ${bytesText(stats.size)}; at most ${bytesText(MOST_BYTES)} are read`);
  const text = await handle.readFile('utf8');
  return { text: text.startsWith('\ufeff') ? text.slice(1) : text, stats };
}
