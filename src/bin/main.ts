/** Joins the process to the commands: arguments in, exit status out. `--help` and `--version` load nothing else. */
import { readFileSync } from 'node:fs';
import { commandFrom } from './command-line.ts';
import type { HelpCommand } from './option-words.ts';
import type { RunCommand } from './query/arguments.ts';
import type { TerminalCommand } from './repl/arguments.ts';
import type { StartCommand } from './serve/arguments.ts';
import type { UserFileCommand } from './user/arguments.ts';

/** Runs the command line of this process and ends the process with the command's exit status. */
export async function main(): Promise<void> {
  const command = commandFrom(process.argv.slice(2), process.env);
  switch (command.kind) {
    case 'help':
      return print(await helpOf(command));
    case 'version':
      return print(`redquery ${version()}\n`);
    case 'spec':
      return print((await import('./spec.ts')).specText(version()));
    case 'usage':
      process.stderr.write((await import('./help.ts')).usageText(command.message, command.command));
      process.exitCode = 2;
      return;
    case 'run':
      return isTyped(command) ? terminalToExit({ ...command, kind: 'repl' }) : queryToExit(command);
    case 'repl':
      return terminalToExit(command);
    case 'serve':
      return serveToExit(command);
    case 'user':
      return userToExit(command);
    default:
      command satisfies never;
  }
}

async function helpOf({ topic }: HelpCommand): Promise<string> {
  switch (topic) {
    case 'query':
      return (await import('./help.ts')).HELP;
    case 'repl':
      return (await import('./repl/help.ts')).REPL_HELP;
    case 'serve':
      return (await import('./serve/help.ts')).SERVE_HELP;
    case 'user':
      return (await import('./user/help.ts')).USER_HELP;
    default:
      return topic satisfies never;
  }
}

/** `redquery`, or `redquery URL`, where somebody sits at the keys. */
function isTyped({ isOpen, format, parameters }: RunCommand): boolean {
  return isOpen && format === null && parameters.length === 0 && process.stdin.isTTY && process.stdout.isTTY;
}

async function terminalToExit(command: TerminalCommand): Promise<void> {
  const { stdin, stdout, stderr } = process;
  // On a terminal Ctrl-C is a key; what 'exit' does gives the terminal back and removes what was spilled.
  if (stdin.isTTY) {
    process.on('SIGTERM', () => process.exit(143));
    process.on('SIGHUP', () => process.exit(129));
  }
  const interrupt: Interrupt = stdin.isTTY
    ? { signal: new AbortController().signal, statusOf: (given) => given }
    : interruptBySignals();
  const { runRepl } = await import('./repl/run.ts');
  const own = { stdin, stdout, stderr, environment: process.env, version: version(), interrupt: interrupt.signal };
  const status = await runRepl(command, own);
  // Engine threads may still be there.
  process.exit(interrupt.statusOf(status));
}

interface Interrupt {
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal;
  /** The exit status: after SIGTERM another one than after Ctrl-C. */
  statusOf(status: number): number;
}

/** The second time somebody means it. */
function interruptBySignals(): Interrupt {
  const interrupt = new AbortController();
  let status = 130;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGTERM') status = 143;
    if (interrupt.signal.aborted) process.exit(status);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: interrupt.signal, statusOf: (given) => (given === 130 ? status : given) };
}

async function queryToExit(command: RunCommand): Promise<void> {
  const interrupt = interruptBySignals();
  const { run } = await import('./query/run.ts');
  const { stdin, stdout, stderr } = process;
  const status = await run(command, { stdin, stdout, stderr, interrupt: interrupt.signal });
  // All is written and closed; an open standard input would keep the process alive.
  process.exit(interrupt.statusOf(status));
}

async function serveToExit(command: StartCommand): Promise<void> {
  // A log that nobody reads any more is no reason to stop serving.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const [{ serve }, { serverOptionsFrom }, { startServer }] = await Promise.all([
    import('./serve/run.ts'),
    import('./serve/server-options.ts'),
    import('../server/index.ts'),
  ]);
  const status = await serve(command, {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onSignal: (signal, listener) => void process.on(signal, listener),
    optionsFrom: serverOptionsFrom,
    start: startServer,
  });
  // Engine threads and the catalog's process may still be there.
  process.exit(status);
}

async function userToExit(command: UserFileCommand): Promise<void> {
  const { runUser } = await import('./user/run.ts');
  const { stdin, stdout, stderr } = process;
  const status = await runUser(command, {
    input: stdin,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  });
  process.exitCode = status;
}

async function print(text: string): Promise<void> {
  // redquery --help | head -1
  process.stdout.on('error', () => undefined);
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
}

function version(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
