/** Commands that need neither Redis nor a session: leaving, clearing, echoing, running files, the version. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RedQueryError } from '../../errors.ts';
import { escapeControls, escapeControlsKeepLines } from '../../output/index.ts';
import type { Command, Shell } from '../words.ts';
import { noArgument, unquoted, wrongArgument } from './arguments.ts';
import { completeFile, filePath } from './file-names.ts';
import { readTextFile } from './text-file.ts';
import { untilAborted } from './waiting.ts';

const read: Command = {
  names: ['.read', '\\i', '\\include'],
  usage: 'FILE',
  summary: 'runs the statements of a file',
  details: 'Statements and commands run in order, up to the first that fails.',
  complete: (argument, cursor) => completeFile(argument, cursor),
  run: async (argument, shell, signal) => {
    if (argument === '') throw wrongArgument('.read needs the name of a FILE');
    const name = unquoted(argument);
    const file = filePath(name);
    const text = await untilAborted(signal, textOf(file));
    const isWell = await onceWithin(shell, path.resolve(file), () => shell.runScript(text, name));
    // What failed has been said, and that it was interrupted; this stops whatever reads this file in turn.
    if (!isWell && !signal.aborted) throw new RedQueryError('RQ_CANCELLED', `${escapeControls(name)} was left there`);
  },
};

/** Files that are being read, by their shells. */
const underWay = new WeakMap<Shell, Set<string>>();

/** @throws {RedQueryError} RQ_OPTION for a file that reads itself, by itself or through others: it would never end. */
async function onceWithin(shell: Shell, file: string, work: () => Promise<boolean>): Promise<boolean> {
  const files = underWay.get(shell) ?? new Set();
  underWay.set(shell, files);
  if (files.has(file)) throw wrongArgument(`the file ${escapeControls(file)} reads itself`);
  files.add(file);
  try {
    return await work();
  } finally {
    files.delete(file);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readTextFile(file)).text;
  } catch (cause) {
    if (cause instanceof RedQueryError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new RedQueryError('RQ_FILE', `the file ${escapeControls(file)} cannot be read (${reason})`, { cause });
  }
}

const echo: Command = {
  names: ['.echo', '.print', '\\echo', '\\qecho'],
  usage: '[TEXT]',
  summary: 'prints a text',
  details: 'It goes where rows go: to .output where that is set.',
  run: (argument, shell) => shell.show(escapeControlsKeepLines(unquoted(argument))),
};

const clear: Command = {
  names: ['.clear', '.cls'],
  usage: '',
  summary: 'empties the window (Ctrl-L)',
  run: (argument, shell) => {
    noArgument(argument, '.clear');
    shell.clear();
  },
};

const version: Command = {
  names: ['.version'],
  usage: '',
  summary: 'the version',
  run: (argument, shell) => {
    noArgument(argument, '.version');
    shell.say(`redquery ${ownVersion()}, Node ${process.versions.node}`);
  },
};

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}

const quit: Command = {
  names: ['.quit', '.exit', '\\q', '\\quit', 'exit', 'quit'],
  usage: '',
  summary: 'leaves (Ctrl-D, too)',
  run: (argument, shell) => {
    noArgument(argument, '.quit');
    shell.quit();
  },
};

export const FILE_COMMANDS: readonly Command[] = [read, echo];
export const LEAVING_COMMANDS: readonly Command[] = [clear, version, quit];
