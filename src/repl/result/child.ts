/** Another program that a result is fed to: a pager, or the command behind `|`. It has the terminal while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { RedQueryError } from '../../errors.ts';
import { missingProgram } from './pager.ts';
import type { Sink, SinkNeeds } from './sink.ts';
import { endStream, StreamOutput } from './stream-output.ts';

/** How a program ended. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** True for a program that Ctrl-C has ended, or the shell that has seen that. */
export function wasInterrupted({ status, signal }: ChildEnd): boolean {
  return signal === 'SIGINT' || status === 130;
}

export interface Child {
  /** @throws {ClosedOutput} when it reads no more. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Aborted when it has ended, or reads no more. */
  readonly gone: Sink['gone'];
  /** Ends its input and waits for its end; then the terminal is ours again. */
  end(): Promise<ChildEnd>;
}

/**
 * Starts a line of the system's shell that reads what is written. Ctrl-C is for the program then, not for this process.
 * @throws {RedQueryError} RQ_FILE when there is no shell to start it.
 */
export async function startChild(
  line: string,
  environment: NodeJS.ProcessEnv,
  lend: SinkNeeds['lend'],
  place: string,
): Promise<Child> {
  const started = Promise.withResolvers<ChildProcess>();
  const gone = new AbortController();
  const ended = lend(async () => {
    process.on('SIGINT', ignore);
    let child: ChildProcess | null = null;
    // It would stay with the terminal, and read the keys that are the shell's by then.
    const end = (): void => void child?.kill('SIGHUP');
    process.on('exit', end);
    try {
      child = spawn('/bin/sh', ['-c', shellLine(line, environment)], { stdio: ['pipe', 'inherit', 'inherit'], env: environment });
      return await endOf(child, started.resolve);
    } finally {
      process.off('SIGINT', ignore);
      process.off('exit', end);
      gone.abort();
    }
  });
  ended.catch(started.reject);
  const { stdin } = await started.promise.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RedQueryError('RQ_FILE', `${place} cannot be started (${reason})`, { cause: error });
  });
  if (stdin === null) throw new RedQueryError('RQ_INTERNAL', `${place} has no input`);
  // Each write reports its own error.
  stdin.on('error', ignore);
  const output = new StreamOutput(stdin, place);
  return {
    gone: gone.signal,
    write: (chunk) =>
      output.write(chunk).catch((error: unknown) => {
        gone.abort();
        throw error;
      }),
    end: async () => {
      await output.endLine().catch(ignore);
      await endStream(stdin, place);
      return ended;
    },
  };
}

/** A single program takes the place of the shell, so that signals reach it. */
function shellLine(line: string, environment: NodeJS.ProcessEnv): string {
  const isSingle = /^\s*[\w./+-]+(?:\s+[\w./+:,=-]+)*\s*$/.test(line) && missingProgram({ line, environment }) === null;
  return isSingle ? `exec ${line}` : line;
}

function endOf(child: ChildProcess, onStart: (child: ChildProcess) => void): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => onStart(child));
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve({ status, signal }));
  });
}

function ignore(): void {
  // What has the terminal answers to it.
}
