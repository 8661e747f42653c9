/** Joins the process to the command: arguments in, exit status out. `--help` and `--version` load nothing else. */
import { readFileSync } from 'node:fs';
import { commandFrom } from './arguments.ts';

/** Runs the command line of this process and ends the process with the command's exit status. */
export async function main(): Promise<void> {
  const command = commandFrom(process.argv.slice(2), process.env);
  switch (command.kind) {
    case 'help':
      return print((await import('./help.ts')).HELP);
    case 'version':
      return print(`redquery ${version()}\n`);
    case 'usage':
      process.stderr.write((await import('./help.ts')).usageText(command.message));
      process.exitCode = 2;
      return;
    case 'run':
      return runToExit(command);
    default:
      command satisfies never;
  }
}

async function runToExit(command: Parameters<typeof import('./run.ts').run>[0]): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    // The second time somebody means it.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const { run } = await import('./run.ts');
  const { stdin, stdout, stderr } = process;
  const status = await run(command, { stdin, stdout, stderr, interrupt: interrupt.signal });
  // All is written and closed; an open standard input would keep the process alive.
  process.exit(status);
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
