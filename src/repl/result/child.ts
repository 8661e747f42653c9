/** Another program that a result is fed to: a pager, or the command behind `|`. It has the terminal while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { RedQueryError } from '../../errors.ts';
import type { Sink, SinkNeeds } from './sink.ts';
import { endStream, StreamOutput } from './stream-output.ts';

/** How a program ended. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
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
    try {
      const child = spawn('/bin/sh', ['-c', line], { stdio: ['pipe', 'inherit', 'inherit'], env: environment });
      return await endOf(child, started.resolve);
    } finally {
      process.off('SIGINT', ignore);
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
