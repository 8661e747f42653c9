/** The entry of an engine thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from './protocol.ts';
import { ThreadHost } from './thread-host.ts';

if (parentPort === null) throw new Error('an engine runs in a worker thread only');
// threads.ts starts this file with an EngineSettings. Worker's parentPort is a MessagePort.
await ThreadHost.start(parentPort as never, workerData as EngineSettings);
