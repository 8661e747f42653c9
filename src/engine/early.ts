/** How the worker of an engine thread starts. It imports next to nothing. */
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

/** Starts the worker of an engine thread. */
export function engineWorker(settings: EngineSettings): Worker {
  return startWorker(settings);
}

function startWorker(settings: EngineSettings): Worker {
  // Node gives the folder inside of the one that it was told.
  const folder = getCompileCacheDir();
  const workerData: EngineStart = { settings, compileCache: folder === undefined ? null : dirname(folder) };
  const entry = new URL(`./thread/engine.worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(entry, { workerData, name: 'redquery engine', execArgv: [] });
}
