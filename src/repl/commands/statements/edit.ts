/** `.edit`: the last statement in an editor; what it leaves stands at the next prompt, not yet run. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RedQueryError } from '../../../errors.ts';
import { escapeControls } from '../../../output/index.ts';
import type { Command, Shell } from '../../words.ts';
import { noArgument, wrongArgument } from '../arguments.ts';

export const edit: Command = {
  names: ['.edit', '\\e', '\\edit'],
  usage: '',
  summary: 'the last statement in your editor',
  details: 'VISUAL or EDITOR names the editor, else it is vi. The text then stands at the prompt; Enter runs it.',
  run: async (argument, shell) => {
    noArgument(argument, '.edit');
    if (!shell.isInteractive) throw wrongArgument('.edit needs a terminal');
    const text = await edited(lastText(shell), shell);
    if (text.trim() !== '') shell.offer(text.replace(/\s+$/, ''));
  },
};

function lastText(shell: Shell): string {
  const isStatement = (text: string): boolean => !/^\s*[.\\]/.test(text);
  const text = shell.history.findLast(isStatement) ?? shell.lastStatement?.text ?? '';
  return text === '' || text.trimEnd().endsWith(';') ? text : `${text};`;
}

/** The folder is for this user alone (mkdtemp makes it 0700), and is gone afterwards, whatever happens. */
async function edited(text: string, shell: Shell): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'redquery-'));
  const file = path.join(folder, 'statement.sql');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Whoever ends the terminal by a signal ends no `finally` with it.
  process.once('exit', remove);
  try {
    await writeFile(file, text === '' ? '' : `${text}\n`, { mode: 0o600 });
    await shell.lend(() => runEditor(file));
    return await readFile(file, 'utf8');
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function editorCommand(): string {
  const { VISUAL, EDITOR } = process.env;
  const named = [VISUAL, EDITOR].find((name) => name !== undefined && name.trim() !== '');
  return named ?? (process.platform === 'win32' ? 'notepad' : 'vi');
}

/** The editor is a line of the shell (`code --wait`), the file its last argument. */
function runEditor(file: string): Promise<void> {
  const editor = editorCommand();
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
      : spawn('/bin/sh', ['-c', `${isPlainCommand(editor) ? 'exec ' : ''}${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  // It would go on in a terminal that the shell has again.
  const hangUp = (): void => void child.kill('SIGHUP');
  process.once('exit', hangUp);
  return new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(failed(editor, cause.message, cause)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(failed(editor, signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`));
    });
  }).finally(() => process.off('exit', hangUp));
}

/** One program with its words: the shell can become it, so that what ends the shell ends it. */
function isPlainCommand(editor: string): boolean {
  return !/[;&|<>()\n]|^\s*\w+=/.test(editor);
}

function failed(editor: string, why: string, cause?: unknown): RedQueryError {
  return new RedQueryError('RQ_FILE', `the editor ${escapeControls(editor)} did not work: ${why}`, {
    hint: 'EDITOR names another one',
    ...(cause === undefined ? {} : { cause }),
  });
}
