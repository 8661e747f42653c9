/**
 * The entry of a scan thread: knows the servers' credentials, runs the tasks it is given, any number at a time. It names
 * leaf files so that a thread starts with what it needs only.
 */
import { BroadcastChannel, workerData } from 'node:worker_threads';
import { type ErrorData, errorDataFrom, RedQueryError } from '../errors.ts';
import type { Endpoint } from '../storage/connections/endpoint.ts';
import type { EndpointMessage, PoolData, ScanJob } from './protocol.ts';
import { postLast } from './rows/batch-writer.ts';
import { runScan } from './scan-run.ts';

/** A server that was added just now may be named by a task before its message is here. */
const ENDPOINT_WAIT_MS = 2000;

// Piscina hands over what the pool gave it; the pool gives a PoolData.
const data = workerData as PoolData | [unknown, PoolData];
const { endpoints, channelName } = Array.isArray(data) ? data[1] : data;
const known = new Map<string, Endpoint>(endpoints.map((endpoint) => [endpoint.name, endpoint]));
const waiting = new Set<() => void>();

const channel = new BroadcastChannel(channelName);
channel.onmessage = (event): void => {
  // Only the pool knows the channel's name, and posts nothing else there.
  const { endpoint } = (event as { data: EndpointMessage }).data;
  known.set(endpoint.name, endpoint);
  for (const wake of waiting) wake();
};
channel.unref();

/** Runs a task; its error is told to the reader by its port and to the pool as this result. */
export default async function runJob(job: ScanJob): Promise<ErrorData | null> {
  try {
    const endpoint = known.get(job.task.server) ?? (await awaitEndpoint(job.task.server));
    return await runScan(job, endpoint);
  } catch (error) {
    const told = errorDataFrom(error);
    postLast(job, { kind: 'error', error: told });
    return told;
  }
}

function awaitEndpoint(name: string): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const endpoint = known.get(name);
      if (endpoint === undefined) return;
      waiting.delete(look);
      clearTimeout(timer);
      resolve(endpoint);
    };
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new RedQueryError('RQ_UNKNOWN_SERVER', `no server is named "${name}"; named are: ${[...known.keys()].join(', ')}`));
    }, ENDPOINT_WAIT_MS);
    waiting.add(look);
  });
}
