/** The entry of an engine thread: DuckDB opens on a thread of its own while our modules are loaded. */
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase, watchCalls } from '../duckdb.ts';
import type { EngineStart } from '../early.ts';
import type { EngineSettings } from '../protocol.ts';
import { countCall } from '../thread-cells.ts';

if (parentPort === null) throw new Error('an engine runs in a worker thread only');
// early.ts starts this file with an EngineStart, and posts an EngineSettings first where that has none.
const start = workerData as EngineStart;
if (start.compileCache !== null) enableCompileCache(start.compileCache);
const loading = import('./thread-host.ts');
const settings = start.settings ?? ((await once(parentPort, 'message'))[0] as EngineSettings);
// No native call before somebody counts it: a process that exits in the middle of one aborts.
const cells = new Int32Array(settings.cells);
watchCalls((change) => countCall(cells, change));
const opening = openDatabase({
  threads: String(settings.threads),
  memory_limit: `${settings.memoryLimitMb}MB`,
  temp_directory: settings.spillDirectory,
  max_temp_directory_size: `${settings.spillLimitMb}MB`,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});
const { ThreadHost } = await loading;
const host = await ThreadHost.start(parentPort, settings, await opening);
process.on('uncaughtException', (error) => void host.die(error));
