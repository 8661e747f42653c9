/**
 * The scan threads: a piscina pool whose threads start at the first task, take any number of tasks at a time and are
 * replaced when they die. What runs in them is scan.worker.ts.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { type ErrorData, errorFromData, RedQueryError } from '../errors.ts';
import type { Endpoint, ScanTask } from '../storage/index.ts';
import { CONTROL, type EndpointMessage, type PoolData, type ScanJob, STATE } from './protocol.ts';
import { postLast } from './rows/batch-writer.ts';

type PiscinaOptions = ConstructorParameters<typeof Piscina>[0];

export interface ScanPoolOptions {
  /** Threads at most. */
  readonly workerCount: number;
  readonly endpoints: readonly Endpoint[];
}

/** Far above what a gate on statements lets through: a scan that has begun never waits for a slot. */
const MAX_TASKS_PER_WORKER = 100_000;

// The sources run as .ts, the build as .js; tsc rewrites imports but not this name.
const WORKER_FILE = fileURLToPath(new URL(`./scan.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

export class ScanPool {
  readonly #endpoints: Endpoint[];
  readonly #channel: BroadcastChannel;
  readonly #options: PiscinaOptions;
  #piscina: Promise<Piscina> | null = null;
  readonly #rejectors = new Set<(error: unknown) => void>();
  #isClosed = false;

  constructor({ workerCount, endpoints }: ScanPoolOptions) {
    this.#endpoints = [...endpoints];
    const channelName = `redquery-endpoints-${randomUUID()}`;
    this.#channel = new BroadcastChannel(channelName);
    this.#channel.unref();
    const workerData: PoolData = { endpoints: this.#endpoints, channelName };
    this.#options = {
      filename: WORKER_FILE,
      workerData,
      // Flags of the program are not ours: `--input-type` would keep a thread from starting.
      execArgv: [],
      minThreads: 0,
      maxThreads: workerCount,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: MAX_TASKS_PER_WORKER,
      // Else a thread blocks in Atomics.wait between tasks and hears nothing of its sockets.
      atomics: 'disabled',
      loadBalancer: (_task, workers) => {
        const [least] = [...workers].sort((a, b) => a.currentUsage - b.currentUsage);
        // No candidate makes piscina start another thread, up to workerCount.
        return least === undefined || (least.currentUsage > 0 && workers.length < workerCount) ? null : least;
      },
      recordTiming: false,
    };
  }

  /** Loaded at the first task: a statement that reads no key does without. */
  async #start(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    const piscina = new Piscina(this.#options);
    // A thread that dies before it was ready leaves its tasks in piscina's queue.
    piscina.on('error', (error: unknown) => {
      for (const reject of this.#rejectors) reject(error);
    });
    return piscina;
  }

  /** Makes a server known to all threads, those that run and those to come; one of the same name is replaced. */
  addEndpoint(endpoint: Endpoint): void {
    const index = this.#endpoints.findIndex(({ name }) => name === endpoint.name);
    if (index >= 0) this.#endpoints[index] = endpoint;
    else this.#endpoints.push(endpoint);
    const message: EndpointMessage = { endpoint };
    this.#channel.postMessage(message);
  }

  /**
   * Runs a task; `job.port` is transferred. Resolves when the task has ended, also when it was stopped. What it rejects with
   * was told to the reader by the port, too, except for a thread that died: then the statement's STATE becomes FAILED.
   * @throws {RedQueryError} the task's error; RQ_INTERNAL when its thread died; RQ_CLOSED
   */
  async run(job: ScanJob): Promise<void> {
    if (this.#isClosed) throw closedError();
    let rejector: ((error: unknown) => void) | undefined;
    const died = new Promise<never>((_, reject) => {
      rejector = reject;
      this.#rejectors.add(reject);
    });
    let result: ErrorData | null;
    try {
      // What scan.worker.ts returns.
      const piscina = await (this.#piscina ??= this.#start());
      if (this.#isClosed) throw closedError();
      const ran = piscina.run(job, { transferList: portsOf(job) }) as Promise<ErrorData | null>;
      ran.catch(() => undefined);
      result = await Promise.race([ran, died]);
    } catch (cause) {
      throw this.#deathOf(job, cause);
    } finally {
      if (rejector !== undefined) this.#rejectors.delete(rejector);
    }
    if (result !== null && result.code !== 'RQ_CANCELLED') throw errorFromData(result);
  }

  /**
   * Runs a task on several threads: the first finds the keys, all fetch and decode them. The reader takes `job.port` and each
   * of `helperPorts`, all of which are transferred and end on their own; rows come in no order. Where a task is not worth
   * it (keys by name, a row limit, no value to decode) the helpers' ports end at once.
   * @throws {RedQueryError} as `run`, the first error of any part
   */
  async runShared(job: ScanJob, helperPorts: readonly MessagePort[]): Promise<void> {
    if (!isWorthSharing(job.task)) {
      for (const port of helperPorts) postLast({ ...job, port }, { kind: 'end' });
      return this.run(job);
    }
    const channels = helperPorts.map((port) => ({ port, channel: new MessageChannel() }));
    const lead: ScanJob = { ...job, share: { kind: 'lead', helpers: channels.map(({ channel }) => channel.port1) } };
    const parts = [
      this.run(lead),
      ...channels.map(({ port, channel }) => this.run({ ...job, port, share: { kind: 'help', leader: channel.port2 } })),
    ];
    const results = await Promise.allSettled(parts);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Ends all threads; tasks that run reject with RQ_CLOSED. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#channel.close();
    await (await this.#piscina)?.destroy();
  }

  /** Wakes the statement: who waits on its cells sees no thread die. */
  #deathOf(job: ScanJob, cause: unknown): RedQueryError {
    const control = new Int32Array(job.control);
    Atomics.compareExchange(control, CONTROL.STATE, STATE.RUNNING, STATE.FAILED);
    Atomics.add(control, CONTROL.WAKE, 1);
    Atomics.notify(control, CONTROL.WAKE);
    if (this.#isClosed) return closedError();
    return new RedQueryError('RQ_INTERNAL', 'the thread that read from Redis died', {
      cause,
      hint: 'The thread has been replaced; the statement can be run again. If it dies again, please report it.',
    });
  }
}

function portsOf({ port, share }: ScanJob): MessagePort[] {
  if (share === undefined) return [port];
  return share.kind === 'lead' ? [port, ...share.helpers] : [port, share.leader];
}

function isWorthSharing({ access, rowLimit, columns, checkedColumns }: ScanTask): boolean {
  const isDecoded = [...columns, ...checkedColumns].some(({ role }) => role === 'field' || role === 'fields' || role === 'part');
  return access.kind === 'scan' && rowLimit === null && isDecoded;
}

function closedError(): RedQueryError {
  return new RedQueryError('RQ_CLOSED', 'the scan pool is closed');
}
