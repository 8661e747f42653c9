/** `redquery` in a terminal of its own, with a history and settings that nobody else has. */
import path from 'node:path';
import { TmuxTerminal } from '../../scripts/tmux/tmux-terminal.ts';
import { bareEnvironment, COMMAND_PATH } from './command.ts';

export type { TmuxTerminal };

export interface TerminalOptions {
  readonly args?: readonly string[];
  /** Beside the bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Run this line of bash instead, in which `$REDQUERY` is the command. */
  readonly line?: string;
}

/** Starts `redquery` with `args`, without waiting for its prompt. Its home, history and settings lie in the terminal's folder. */
export async function startTerminal({ args = [], env = {}, line, ...size }: TerminalOptions = {}): Promise<TmuxTerminal> {
  const words = [process.execPath, COMMAND_PATH];
  const text = line?.replaceAll('$REDQUERY', `'${process.execPath}' '${COMMAND_PATH}'`);
  const command = text === undefined ? [...words, ...args] : ['bash', '--norc', '--noprofile', '-c', text];
  return await TmuxTerminal.start({ command, env: (directory) => ({ ...environmentIn(directory), ...env }), ...size });
}

function environmentIn(directory: string): NodeJS.ProcessEnv {
  const [history, settings] = ['history', 'rc'].map((name) => path.join(directory, name));
  const { VISUAL, REDQUERY_PAGER, PS1, ...rest } = bareEnvironment({ HOME: directory, PAGER: 'cat', EDITOR: 'true' });
  return { ...rest, REDQUERY_HISTORY: history, REDQUERY_RC: settings };
}
