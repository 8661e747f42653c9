/**
 * A task's way out: batches are posted by transfer and counted in bytes until the reader gives their bytes back. It tells
 * when enough is under way; who produces has to ask.
 */
import type { MessagePort } from 'node:worker_threads';
import { type Batch, buffersOf } from '../../arrow/column-data.ts';
import { type ErrorData } from '../../errors.ts';
import { CONTROL, type FromWorker, type ScanJob, STATE, type ToWorker } from '../protocol.ts';
import type { ScanCounters } from '../scan-counters.ts';

/**
 * Bytes posted and not taken, above which nothing more is asked of Redis: little at first, twice as much with each batch
 * that is taken, so that a result nobody reads on (a hundred open cursors) holds little.
 */
const FIRST_POSTED_BYTES = 128 * 1024;
const MAX_POSTED_BYTES = 2 * 1024 * 1024;
/** Large batches: so many may be under way, whatever they weigh. */
const MIN_POSTED_BATCHES = 2;

export class BatchWriter {
  isClosed = false;
  readonly #port: MessagePort;
  readonly #control: Int32Array;
  readonly #counters: ScanCounters;
  #postedBytes = 0;
  #postedBatches = 0;
  #mostPostedBytes = FIRST_POSTED_BYTES;

  /** `onRoom` is called when bytes were given back or the port was closed. */
  constructor(port: MessagePort, control: SharedArrayBuffer, counters: ScanCounters, onRoom: () => void) {
    this.#port = port;
    this.#control = new Int32Array(control);
    this.#counters = counters;
    port.on('message', (message: ToWorker) => {
      this.#postedBytes -= message.byteCount;
      this.#postedBatches -= 1;
      this.#mostPostedBytes = Math.min(MAX_POSTED_BYTES, this.#mostPostedBytes * 2);
      onRoom();
    });
    port.on('close', () => {
      this.isClosed = true;
      onRoom();
    });
  }

  /** True while the reader has enough to take. */
  get isFull(): boolean {
    return this.#postedBytes >= this.#mostPostedBytes && this.#postedBatches >= MIN_POSTED_BATCHES;
  }

  /** True when the reader has taken all there was. */
  get isDrained(): boolean {
    return this.#postedBatches === 0;
  }

  /** True when the statement wants no more: its port was closed, or its state changed. */
  get isStopped(): boolean {
    return this.isClosed || Atomics.load(this.#control, CONTROL.STATE) !== STATE.RUNNING;
  }

  /** Posts a batch; its buffers are transferred and unusable after. */
  post(batch: Batch): void {
    const buffers = buffersOf(batch);
    let byteCount = 0;
    for (const buffer of buffers) byteCount += buffer.byteLength;
    this.#postedBytes += byteCount;
    this.#postedBatches += 1;
    this.#counters.batches += 1;
    this.#counters.rows += batch.rowCount;
    this.#counters.publish();
    this.#send({ kind: 'batch', batch, byteCount }, buffers);
  }

  /** Posts the task's last message. */
  end(error: ErrorData | null): void {
    this.#counters.publish();
    this.#send(error === null ? { kind: 'end' } : { kind: 'error', error }, []);
    // It stays open until the reader closes it, and keeps no thread alive meanwhile.
    this.#port.unref();
  }

  #send(message: FromWorker, transfer: ArrayBuffer[]): void {
    if (!this.isClosed) this.#port.postMessage(message, transfer);
    wake(this.#control);
  }
}

/** Posts the last message of a task that never began. */
export function postLast({ port, control }: Pick<ScanJob, 'port' | 'control'>, message: FromWorker): void {
  port.postMessage(message);
  wake(new Int32Array(control));
}

function wake(control: Int32Array): void {
  Atomics.add(control, CONTROL.WAKE, 1);
  Atomics.notify(control, CONTROL.WAKE);
}
