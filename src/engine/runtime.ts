/**
 * What sessions share: a few engine threads and the pool of scan workers. Sessions with equal resource options use one
 * runtime; it starts threads when they are needed and ends with its last session.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { RedQueryError } from '../errors.ts';
import type { Endpoint } from '../storage/index.ts';
import { type ScanJob, ScanPool } from '../workers/index.ts';
import type { FromEngine, TaskStart } from './protocol.ts';
import type { ResourceOptions } from './session/options.ts';
import { stopAllStatements } from './session/running-statement.ts';
import { StatementGate } from './statement-gate.ts';
import { EngineThread } from './threads.ts';

/** Engine threads a runtime grows to: a Redis that stalls holds up the sessions of its thread only. */
const MOST_ENGINES = 2;
/** Half of the cores: a DuckDB thread without a task spins while another waits for Redis (docs/decisions/0007). */
const DUCKDB_THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
/**
 * Node's thread pool runs DuckDB's calls. Its default of four would let four long statements stop everything that the
 * program does with files; the variable counts until the pool is first used.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';
/** Long calls that each engine may have under way, so that some of the pool's threads are always free. */
const LONG_CALLS = Math.max(1, Math.floor((Number(process.env['UV_THREADPOOL_SIZE']) - 2) / MOST_ENGINES) - 1);
const MOST_STATEMENTS = 256;
/** Of one user of a server. */
const MOST_OF_ONE = 128;
const STATEMENT_PATIENCE_MS = 30_000;

/** What a session answers when its engine thread asks. */
export interface EngineClient {
  asked(message: Extract<FromEngine, { kind: 'question' }>, thread: EngineThread): void;
  startScan(message: Extract<FromEngine, { kind: 'startScan' }>): void;
  engineDied(error: RedQueryError): void;
}

/** An engine thread with the sessions on it. */
export interface Engine {
  readonly thread: EngineThread;
  readonly clients: Map<number, EngineClient>;
}

const runtimes = new Map<string, Runtime>();

export class Runtime {
  readonly gate = new StatementGate(MOST_STATEMENTS, MOST_OF_ONE, STATEMENT_PATIENCE_MS);
  readonly #key: string;
  readonly #resources: ResourceOptions;
  readonly #engines: Engine[] = [];
  readonly #endpointIds = new Map<string, string>();
  readonly #spillDirectories = new Set<string>();
  #pool: ScanPool | null = null;
  #sessionCount = 0;
  #lastSession = 0;
  #lastStatement = 0;

  private constructor(key: string, resources: ResourceOptions) {
    this.#key = key;
    this.#resources = resources;
  }

  /** Gives the runtime of these resources; each call is to be matched by one `release`. */
  static acquire(resources: ResourceOptions): Runtime {
    const key = JSON.stringify(resources);
    const runtime = runtimes.get(key) ?? new Runtime(key, resources);
    runtimes.set(key, runtime);
    runtime.#sessionCount++;
    return runtime;
  }

  /** Statements of all sessions have numbers of their own: sessions share engine threads. */
  nextStatementId(): number {
    return ++this.#lastStatement;
  }

  nextSessionId(): number {
    return ++this.#lastSession;
  }

  /** Gives a session the engine with the fewest sessions, a new one where all are taken and there may be more. */
  join(sessionId: number, client: EngineClient): Engine {
    const living = this.#engines.filter((engine) => !engine.thread.isDead).sort((a, b) => a.clients.size - b.clients.size);
    const least = living[0];
    const engine = least === undefined || (least.clients.size > 0 && living.length < MOST_ENGINES) ? this.#startEngine() : least;
    engine.clients.set(sessionId, client);
    return engine;
  }

  #startEngine(): Engine {
    const clients = new Map<number, EngineClient>();
    const spillDirectory = this.#makeSpillDirectory();
    const settings = {
      threads: DUCKDB_THREADS,
      memoryLimitMb: Math.floor(this.#resources.memoryLimitMb / MOST_ENGINES),
      spillDirectory,
      workerCount: this.#resources.workers,
      longCalls: LONG_CALLS,
      isSandboxed: this.#resources.isSandboxed,
      spillLimitMb: Math.floor(this.#resources.spillLimitMb / MOST_ENGINES),
    };
    const thread = new EngineThread(settings, {
      asked: (message) => clients.get(message.sessionId)?.asked(message, thread),
      startScan: (message) => startScan(clients, message),
      died: (error) => {
        for (const client of clients.values()) client.engineDied(error);
        clients.clear();
        this.#dropEngine(engine);
      },
    });
    const engine = { thread, clients };
    this.#engines.push(engine);
    return engine;
  }

  #dropEngine(engine: Engine): void {
    const index = this.#engines.indexOf(engine);
    if (index >= 0) this.#engines.splice(index, 1);
  }

  /** A folder of mode 0700 that only this process uses. */
  #makeSpillDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'redquery-spill-'));
    if (this.#spillDirectories.size === 0) process.on('exit', this.#onExit);
    this.#spillDirectories.add(directory);
    return directory;
  }

  readonly #onExit = (): void => {
    stopAllStatements();
    for (const engine of this.#engines) engine.thread.prepareExit();
    this.#removeSpill();
  };

  #removeSpill(): void {
    for (const directory of this.#spillDirectories) rmSync(directory, { recursive: true, force: true });
    this.#spillDirectories.clear();
  }

  /** Registers a server with the workers and gives the name by which tasks call it. */
  endpointId(endpoint: Endpoint): string {
    const key = JSON.stringify({ ...endpoint, name: '' });
    const known = this.#endpointIds.get(key);
    if (known !== undefined) return known;
    const id = `server-${this.#endpointIds.size + 1}`;
    this.#endpointIds.set(key, id);
    this.pool.addEndpoint({ ...endpoint, name: id });
    return id;
  }

  get pool(): ScanPool {
    this.#pool ??= new ScanPool({ workerCount: this.#resources.workers, endpoints: [] });
    return this.#pool;
  }

  /** Runs a scan's task on as many workers as it has ports. */
  runScan(job: ScanJob, helperPorts: readonly MessagePort[]): Promise<void> {
    return helperPorts.length === 0 ? this.pool.run(job) : this.pool.runShared(job, helperPorts);
  }

  /** Gives a session's place up; the last one ends all threads. */
  async release(): Promise<void> {
    this.#sessionCount--;
    if (this.#sessionCount > 0) return;
    runtimes.delete(this.#key);
    const engines = this.#engines.splice(0);
    await Promise.all([...engines.map((engine) => engine.thread.close()), this.#pool?.close()]);
    this.#removeSpill();
    process.off('exit', this.#onExit);
  }
}

/** Tells the engine thread that nobody will scan. */
export function closePorts(starts: readonly TaskStart[]): void {
  for (const { port, helperPorts } of starts) for (const each of [port, ...helperPorts]) each.close();
}

function startScan(clients: ReadonlyMap<number, EngineClient>, message: Extract<FromEngine, { kind: 'startScan' }>): void {
  const client = clients.get(message.sessionId);
  if (client !== undefined) client.startScan(message);
  else closePorts(message.starts);
}
