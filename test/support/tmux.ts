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

/** A prompt with nothing behind it, as the last line of a screen. */
const EMPTY_PROMPT = /(?:^|\n)\S+:\d+(?:\/\d+)?>$/;

/** Waits until the terminal asks for a statement and nothing stands there yet. */
export async function untilPrompt(terminal: TmuxTerminal, limitMs?: number): Promise<string> {
  return await terminal.waitUntil((screen) => EMPTY_PROMPT.test(screen), 'shows an empty prompt', limitMs);
}

/** Types text at an empty prompt and waits until all of it stands there. */
export async function typeAtPrompt(terminal: TmuxTerminal, text: string): Promise<void> {
  await untilPrompt(terminal);
  await terminal.type(text);
  const wanted = withoutBlanks(text);
  await terminal.waitUntil((screen) => withoutBlanks(screen).endsWith(wanted), `shows ${text}`);
}

/** Types text at an empty prompt, presses Enter, waits for the next empty prompt; gives what was printed between the two. */
export async function answerTo(terminal: TmuxTerminal, text: string, limitMs?: number): Promise<string> {
  await typeAtPrompt(terminal, text);
  const typedLines = (await terminal.transcript()).split('\n').length;
  await terminal.press('Enter');
  await untilPrompt(terminal, limitMs);
  const lines = (await terminal.transcript()).split('\n');
  return lines.slice(typedLines, -1).join('\n');
}

/** Text as it is whatever the width of the window. */
function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}
