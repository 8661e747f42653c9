/** Joins the process to the terminal: streams, colours, how to connect. Where nobody sits at the keys it runs a script. */
import { paletteOf } from '../../output/index.ts';
import type { TerminalOptions } from '../../repl/index.ts';
import { showsColour } from '../colour-choice.ts';
import type { TerminalCommand } from './arguments.ts';

/** The process as the terminal sees it. */
export interface TerminalProcess {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Aborted by a signal, where there is no terminal. */
  readonly interrupt: AbortSignal;
}

/** Runs the terminal, or the script of standard input; gives the exit status. */
export async function runRepl(command: TerminalCommand, process: TerminalProcess): Promise<number> {
  const { stdin, stdout, stderr, environment, version, interrupt } = process;
  // A reader that has gone is told by the write itself; without a listener it would end the process with a stack.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const { startScript, startTerminal } = await import('../../repl/index.ts');
  const shared: Omit<TerminalOptions, 'input' | 'isQuiet' | 'version'> = {
    output: stdout,
    errors: stderr,
    palette: paletteOf(showsColour(stdout, command.colour)),
    url: command.url,
    optionsOf: (url) => optionsOf(command, url),
    environment,
  };
  if (stdin.isTTY && stdout.isTTY) return await startTerminal({ ...shared, input: stdin, isQuiet: command.isQuiet, version });
  const [{ scriptFrom }, { exitStatusOf }] = await Promise.all([import('../query/script.ts'), import('../exit-status.ts')]);
  const { text } = await scriptFrom({ kind: 'stdin' }, stdin);
  return await startScript(text, { ...shared, interrupt, statusOf: (error) => exitStatusOf(error, false) });
}

/** A URL from `.connect` takes the place of the command line's; its password is its own. */
async function optionsOf(command: TerminalCommand, url: string | null) {
  const { connectOptionsFrom } = await import('../connect-options.ts');
  const server = url === null ? command : { ...command, url, urlVariable: null, passwordFile: null, password: null };
  return {
    ...(await connectOptionsFrom(server)),
    readOnly: command.isReadOnly,
    ...(command.timeoutMs === null ? {} : { statementTimeoutMs: command.timeoutMs }),
  };
}
