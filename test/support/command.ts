/** Runs the real shell command in a process of its own, with pipes for all three streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const COMMAND_PATH = fileURLToPath(new URL('../../src/bin/redquery.ts', import.meta.url));

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called once the process runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The environment without the variables that the command looks at. */
export function bareEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { REDQUERY_URL, REDIS_URL, REDQUERY_PASSWORD, NO_COLOR, FORCE_COLOR, ...rest } = process.env;
  // Nothing is to be written to a home folder.
  return { ...rest, NODE_DISABLE_COMPILE_CACHE: '1', ...extra };
}

export function runCommand(words: readonly string[], options: CommandOptions = {}): Promise<CommandOutcome> {
  return outcomeOf(spawn(process.execPath, [COMMAND_PATH, ...words], { env: bareEnvironment(options.env) }), options);
}

/** Runs a line of sh, in which `$REDQUERY` is the command. */
export function runShell(line: string, options: CommandOptions = {}): Promise<CommandOutcome> {
  const text = line.replaceAll('$REDQUERY', `"${process.execPath}" "${COMMAND_PATH}"`);
  return outcomeOf(spawn('bash', ['-c', text], { env: bareEnvironment(options.env) }), options);
}

async function outcomeOf(child: ReturnType<typeof spawn>, options: CommandOptions): Promise<CommandOutcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin ?? '');
  options.onStart?.(child);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
