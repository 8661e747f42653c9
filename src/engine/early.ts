/**
 * An engine thread that starts before anybody knows its settings: it loads its modules and DuckDB's library while the main
 * thread loads its own; it calls nothing of DuckDB yet. For the command line, where the time to the first row is that of starting; it imports next to nothing.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineSettings } from './protocol.ts';

/** What an engine thread starts with. */
export interface EngineStart {
  /** Null: they come as the first message. */
  readonly settings: EngineSettings | null;
  /** Where Node keeps what it has compiled, if the program has it do so: threads are not told by Node. */
  readonly compileCache: string | null;
}

let early: Worker | null = null;

/** Starts the thread; the first EngineThread takes it. One that nobody takes keeps no process alive. */
export function startEngineEarly(): void {
  early ??= startWorker(null);
  early.unref();
}

/** Gives the worker of an engine thread, which has its settings or gets them at once: one that was started early, or a new one. */
export function engineWorker(settings: EngineSettings): Worker {
  const worker = early;
  early = null;
  if (worker === null) return startWorker(settings);
  worker.ref();
  worker.postMessage(settings);
  return worker;
}

function startWorker(settings: EngineSettings | null): Worker {
  // Node gives the folder inside of the one that it was told.
  const folder = getCompileCacheDir();
  const workerData: EngineStart = { settings, compileCache: folder === undefined ? null : dirname(folder) };
  const entry = new URL(`./thread/engine.worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(entry, { workerData, name: 'redquery engine', execArgv: [] });
}
