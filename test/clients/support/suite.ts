/** What every suite in TypeScript of `npm run test:clients` shares: named checks, each told by a line `ok - …` or `not ok - …`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const LIMIT_MS = 60_000;

interface Check {
  readonly title: string;
  readonly work: () => Promise<void> | void;
}

const checks: Check[] = [];

export function check(title: string, work: Check['work']): void {
  checks.push({ title, work });
}

/** Runs all checks, frees what `atEnd` frees and ends the process: 1 where one failed. */
export async function run(atEnd: () => Promise<void> | void = () => undefined): Promise<never> {
  let hasFailed = false;
  for (const { title, work } of checks) {
    const startedAt = performance.now();
    try {
      await work();
      process.stdout.write(`ok - ${title} (${(performance.now() - startedAt).toFixed(0)} ms)\n`);
    } catch (error) {
      hasFailed = true;
      const text = error instanceof Error ? error.message : String(error);
      process.stdout.write(`not ok - ${title}: ${text.replaceAll(/\s+/g, ' ').slice(0, 1500)}\n`);
    }
  }
  await atEnd();
  process.exit(hasFailed ? 1 : 0);
}

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly errorText: string;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called once with a way to send it SIGINT. */
  readonly onStart?: (interrupt: () => void) => void;
  readonly cwd?: string;
}

/** Runs a program to its end. */
export async function runProgram(program: string, words: readonly string[], options: ProgramOptions = {}): Promise<Outcome> {
  const child = spawn(program, words, {
    env: { ...process.env, ...options.environment },
    timeout: LIMIT_MS,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let [output, errorText] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  options.onStart?.(() => child.kill('SIGINT'));
  await once(child, 'close');
  return { status: child.exitCode, output, errorText };
}
