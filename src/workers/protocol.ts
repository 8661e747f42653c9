/**
 * What a scan worker and the engine say to each other, and the shared memory they count in. Plain data only.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Batch } from '../arrow/index.ts';
import type { ErrorData } from '../errors.ts';
import type { Endpoint, ScanTask } from '../storage/index.ts';

/**
 * One statement's shared Int32 cells. WAKE goes up by one (and is notified) with each message to the engine and with
 * each change of STATE, so that a waiter that read WAKE before it looked misses nothing.
 */
export const CONTROL = { WAKE: 0, STATE: 1, CELLS: 2 } as const;

/** STATE of a statement. Anything but RUNNING makes workers stop and waiters give up. */
export const STATE = { RUNNING: 0, CANCELLED: 1, FAILED: 2, ENDED: 3 } as const;

/** One scan's shared BigInt64 cells; every task of the scan adds to them with Atomics. */
export const COUNTERS = [
  'keysScanned',
  'rows',
  'bytesReceived',
  'bytesSent',
  'roundTrips',
  'batches',
  'skippedKeys',
  'duplicateKeys',
  'vanishedKeys',
  'badValues',
  'driftedKeys',
  'indexFallbacks',
  'redisMicros',
  'forbiddenKeys',
  'walkedMillionths',
] as const;
export type CounterName = (typeof COUNTERS)[number];

/** Worker → engine. Buffers of a batch are transferred. `end` and `error` are the last message of a task. */
export type FromWorker =
  | { readonly kind: 'batch'; readonly batch: Batch; readonly byteCount: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: ErrorData };

/** Engine → worker, on the same port: bytes of batches that were taken, which may now be produced anew. Closing the port stops the scan. */
export type ToWorker = { readonly kind: 'consumed'; readonly byteCount: number };

/** What a pool runs: one task, the port to the engine, the statement's control cells, the scan's counters. */
export interface ScanJob {
  readonly task: ScanTask;
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  /** Set by the pool where several threads share one scan. */
  readonly share?: ScanShare;
}

/** A thread's part in a shared scan: to find the keys and to hand blocks of them on, or to fetch what it is handed. */
export type ScanShare =
  | { readonly kind: 'lead'; readonly helpers: readonly MessagePort[] }
  | { readonly kind: 'help'; readonly leader: MessagePort };

/** Pool → worker, once, when the thread starts. */
export interface PoolData {
  readonly endpoints: readonly Endpoint[];
  /** Where servers that are added later are made known. */
  readonly channelName: string;
}

/** Pool → workers, on that channel. */
export interface EndpointMessage {
  readonly endpoint: Endpoint;
}
