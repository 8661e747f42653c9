/** The entry of an engine thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from '../protocol.ts';
import { ThreadHost } from './thread-host.ts';

if (parentPort === null) throw new Error('an engine runs in a worker thread only');
// threads.ts starts this file with an EngineSettings.
const host = await ThreadHost.start(parentPort, workerData as EngineSettings);
process.on('uncaughtException', (error) => void host.die(error));
