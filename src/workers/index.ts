/** Threads that read keys out of Redis into batches: the pool, and the words it shares with the engine. */
export { exampleKeyIn } from './example-key.ts';
export { ScanPool, type ScanPoolOptions } from './pool.ts';
export { CONTROL, COUNTERS, type CounterName, type FromWorker, type ScanJob, STATE, type ToWorker } from './protocol.ts';
