/** The entry of an engine thread: DuckDB opens on a thread of its own while our modules are loaded. */
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../duckdb.ts';
import type { EngineStart } from '../early.ts';
import type { EngineSettings } from '../protocol.ts';

if (parentPort === null) throw new Error('an engine runs in a worker thread only');
// early.ts starts this file with an EngineStart, and posts an EngineSettings first where that has none.
const start = workerData as EngineStart;
if (start.compileCache !== null) enableCompileCache(start.compileCache);
const settings =
  start.settings === null ? once(parentPort, 'message').then(([first]) => first as EngineSettings) : start.settings;
// What an instance may use is set when its settings are there (thread-host.ts).
const opening = openDatabase({
  threads: '1',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});
const { ThreadHost } = await import('./thread-host.ts');
const host = await ThreadHost.start(parentPort, await settings, await opening);
process.on('uncaughtException', (error) => void host.die(error));
