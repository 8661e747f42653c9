/**
 * Drives one contender: a process of its own, so that heaps, threads and JIT of one never touch another. It is started once
 * and told to run by JSON lines on its stdin, answering each by one line on its stdout; so its start is not measured.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { PROFILE_DIRECTORY_VARIABLE } from './profiling.ts';

/** What a contender tells of one job: `ms`, `rows`, …, single numbers or samples. */
export type Answer = Readonly<Record<string, number | readonly number[] | string>>;

export interface ContenderOptions {
  /** A job that takes longer ends the process, and the measure. */
  readonly timeLimitMs: number;
  /** Contenders that Node runs write CPU profiles of each of their threads into this folder. */
  readonly profileDirectory?: string | undefined;
}

const CLOSE_PATIENCE_MS = 10_000;
const KEPT_STDERR_CHARS = 2000;
const living = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

export class Contender implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #timeLimitMs: number;
  #errorText = '';

  private constructor(name: string, command: string, args: readonly string[], options: ContenderOptions) {
    this.name = name;
    this.#timeLimitMs = options.timeLimitMs;
    const env = { ...process.env, [PROFILE_DIRECTORY_VARIABLE]: options.profileDirectory };
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child = child;
    living.add(child);
    child.once('exit', () => living.delete(child));
    // A process that dies is noticed by its stdout's end.
    child.once('error', (error) => this.#noteError(error.message));
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => this.#noteError(chunk.toString()));
    this.#lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts `bench/contenders/SCRIPT` and waits until it is ready. */
  static async node(script: string, args: readonly string[], options: ContenderOptions): Promise<Contender> {
    const file = path.resolve(import.meta.dirname, '../contenders', script);
    return await Contender.start(script, process.execPath, [file, ...args], options);
  }

  /** Starts any program that speaks the lines. @throws {Error} with the end of its stderr, where it does not get ready. */
  static async start(name: string, command: string, args: readonly string[], options: ContenderOptions): Promise<Contender> {
    const contender = new Contender(name, command, args, options);
    try {
      await contender.#nextAnswer('start');
      return contender;
    } catch (error) {
      await contender.close();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Runs one job to its end. @throws {Error} where it fails, or takes longer than it may. */
  async run(job: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify({ job, ...args })}\n`);
    return await this.#nextAnswer(job);
  }

  async #nextAnswer(job: string): Promise<Answer> {
    const timer = setTimeout(() => {
      this.#noteError(`\nended: over ${this.#timeLimitMs} ms`);
      this.#child.kill('SIGKILL');
    }, this.#timeLimitMs);
    try {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`${this.name}, ${job}: ${this.#errorText.trim() || 'the process ended'}`);
      // The contenders of this folder write an answer or an error, nothing else.
      const line = JSON.parse(value) as { answer: Answer } | { error: string };
      if ('error' in line) throw new Error(`${this.name}, ${job}: ${line.error}`);
      return line.answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #noteError(text: string): void {
    this.#errorText = (this.#errorText + text).slice(-KEPT_STDERR_CHARS);
  }

  /** Lets the process end in its own time, and ends it where it does not. */
  async close(): Promise<void> {
    if (!living.has(this.#child) || this.#child.pid === undefined) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_PATIENCE_MS);
    await exited;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Takes a number out of an answer. */
export function numberIn(answer: Answer, name: string): number {
  const value = answer[name];
  if (typeof value !== 'number') throw new Error(`the answer has no number "${name}": ${JSON.stringify(answer).slice(0, 200)}`);
  return value;
}

/** Takes samples out of an answer. */
export function numbersIn(answer: Answer, name: string): readonly number[] {
  const value = answer[name];
  if (!Array.isArray(value)) throw new Error(`the answer has no samples "${name}": ${JSON.stringify(answer).slice(0, 200)}`);
  // The contenders of this folder put nothing but numbers into a list.
  return value as readonly number[];
}
