/**
 * One catalog process: starts it, gives it one batch at a time, ends it. Knows bytes, not SQL. What its death means for a
 * batch is for lanes.ts to say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

/**
 * Measured over the 162 catalog queries: the simple compiler alone needs 175 MB instead of up to 350 and is no slower on
 * what a catalog is asked; 256 MB of WASM memory make a greedy statement fail with 53200 instead of growing for good.
 */
const NODE_FLAGS = [
  '--liftoff-only',
  '--wasm-max-mem-pages=4096',
  '--max-semi-space-size=1',
  '--max-old-space-size=128',
  '--expose-gc',
  '--no-warnings',
];
const PROGRAM = fileURLToPath(new URL(`./pglite.child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
const HEADER_BYTES = 4;
const START_TIMEOUT_MS = 30_000;
const KEPT_STDERR_CHARACTERS = 4000;

/** The process ended, or was ended, before it had answered. */
export class ProcessGone extends Error {}
/** The answer is larger than is kept. */
export class AnswerTooLarge extends Error {}

/** Who waits for the process: one at a time. */
interface Waiting {
  readonly chunks: Uint8Array[];
  byteLength: number;
  readonly maxBytes: number;
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

export class CatalogProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #isGone = false;
  readonly #onExit = () => this.#child.kill('SIGKILL');
  #stderr = '';

  private constructor(dataFile: string) {
    this.#child = spawn(process.execPath, [...NODE_FLAGS, PROGRAM, dataFile], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {},
    });
    // A 'pipe' beyond the first three is a socket to both sides; the type does not say so.
    this.#pipe = this.#child.stdio[3] as Duplex;
    this.#pipe.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#pipe.on('error', () => this.kill());
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    // A process that is busy for good would not see that its pipe has ended.
    process.once('exit', this.#onExit);
    this.#child.once('error', (error) => this.#gone(error.message));
    this.#child.once('exit', (code, signal) => this.#gone(`${signal ?? `status ${code}`} ${this.#stderr}`.trim()));
  }

  /** Starts a process and waits until PostgreSQL is up in it. @throws {ProcessGone} */
  static async start(dataFile: string): Promise<CatalogProcess> {
    const started = new CatalogProcess(dataFile);
    const timer = setTimeout(() => started.kill(), START_TIMEOUT_MS);
    try {
      await started.#nextAnswer(HEADER_BYTES);
      return started;
    } finally {
      clearTimeout(timer);
    }
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get processId(): number {
    return this.#child.pid ?? 0;
  }

  /** Resident memory in bytes; 0 where the platform does not tell. */
  get residentBytes(): number {
    try {
      return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.processId}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /**
   * Sends a batch and gives the whole answer. One at a time.
   * @throws {ProcessGone} @throws {AnswerTooLarge}, the process is ended then.
   */
  async run(request: Uint8Array, maxBytes: number): Promise<Uint8Array> {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(request.length);
    const answer = this.#nextAnswer(maxBytes);
    if (!this.#isGone) {
      this.#pipe.write(header);
      this.#pipe.write(request);
    }
    return await answer;
  }

  /** Ends it at once, whatever it does: it cannot be asked to stop. */
  kill(): void {
    this.#child.kill('SIGKILL');
    this.#gone('ended by the server');
  }

  async #nextAnswer(maxBytes: number): Promise<Uint8Array> {
    return await new Promise((resolve, reject) => {
      if (this.#isGone) reject(new ProcessGone(this.#stderr));
      else this.#waiting = { chunks: [], byteLength: 0, maxBytes, resolve, reject };
    });
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= HEADER_BYTES) {
      const length = this.#received.readUInt32BE(0);
      if (this.#received.length < HEADER_BYTES + length) break;
      const frame = this.#received.subarray(HEADER_BYTES, HEADER_BYTES + length);
      this.#received = this.#received.subarray(HEADER_BYTES + length);
      this.#takeFrame(frame);
    }
  }

  #takeFrame(frame: Uint8Array): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    if (frame.length === 0) {
      this.#waiting = null;
      waiting.resolve(Buffer.concat(waiting.chunks));
      return;
    }
    waiting.chunks.push(frame);
    waiting.byteLength += frame.length;
    if (waiting.byteLength <= waiting.maxBytes) return;
    this.#waiting = null;
    waiting.reject(new AnswerTooLarge());
    this.kill();
  }

  #gone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    process.off('exit', this.#onExit);
    this.#pipe.destroy();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(new ProcessGone(`the catalog's process has ended: ${why}`));
  }
}
