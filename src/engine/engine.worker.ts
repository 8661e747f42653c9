/** The entry of an engine thread. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from './protocol.ts';
import { ThreadHost } from './thread-host.ts';

if (parentPort === null) throw new Error('an engine runs in a worker thread only');
// Of a worker, the parent's port is a MessagePort; threads.ts starts this file with an EngineSettings.
const host = await ThreadHost.start(parentPort as MessagePort, workerData as EngineSettings);
process.on('uncaughtException', (error) => void host.die(error));
