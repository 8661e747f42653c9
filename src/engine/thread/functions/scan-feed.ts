/**
 * Takes the batches of one scan, as its workers post them, on a thread that may not return to its event loop: it waits
 * on the statement's cells and reads the ports directly. Handed to DuckDB in slices of one chunk.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type Batch, buffersOf } from '../../../arrow/column-data.ts';
import { errorFromData, RedQueryError } from '../../../errors.ts';
import type { ScanPlan } from '../../../storage/index.ts';
import { CONTROL, type FromWorker, STATE, type ToWorker } from '../../../workers/protocol.ts';
import { CHUNK_ROWS } from '../../duckdb.ts';

/** A run of rows inside a batch. */
export interface Slice {
  readonly batch: Batch;
  readonly start: number;
  readonly rowCount: number;
}

/** Where a table function takes its rows. */
export interface RowFeed {
  /** For each column of a slice's batch: whether it holds text, which is checked before DuckDB sees it. */
  readonly isText: readonly boolean[];
  /** Gives the next rows, at most one chunk of them; may block the thread; null at the end. */
  nextSlice(): Slice | null;
}

/** Bytes of text and blobs that a chunk is given at most (one row at least): DuckDB bounds what it holds ready by chunks. */
const CHUNK_BYTES = 256 * 1024;

/** How long one wait lasts before the cells are looked at again, should a wake ever be missed. */
const RECHECK_MS = 1000;

export class ScanFeed implements RowFeed {
  readonly plan: ScanPlan;
  /** Of the call that it serves (`scanKeyOf`); '' for a block that is a scan. */
  key = '';
  /** The number of the block that is this scan; null for a call. */
  block: number | null = null;
  readonly isText: readonly boolean[];
  readonly counters: SharedArrayBuffer;
  readonly startedAt = performance.now();
  endedAt: number | null = null;
  readonly #control: Int32Array;
  #ports: MessagePort[];
  #current: { batch: Batch; byteCount: number; port: MessagePort } | null = null;
  #position = 0;

  constructor(plan: ScanPlan, control: Int32Array, counters: SharedArrayBuffer, ports: readonly MessagePort[]) {
    this.plan = plan;
    this.isText = plan.request.projection.map((position) => plan.request.columns[position]?.type.id !== 'BLOB');
    this.counters = counters;
    this.#control = control;
    this.#ports = [...ports];
  }

  /**
   * Gives the next rows, at most one chunk of them; blocks the thread until there are some; null at the end of the scan.
   * @throws {RedQueryError} what the worker reported, or RQ_CANCELLED when the statement was stopped.
   */
  nextSlice(): Slice | null {
    while (this.#current === null || this.#position >= this.#current.batch.rowCount) {
      this.#giveBack();
      if (!this.#takeBatch()) return null;
    }
    const { batch } = this.#current;
    const start = this.#position;
    const rowCount = rowsWithin(batch, start, Math.min(CHUNK_ROWS, batch.rowCount - start));
    this.#position = start + rowCount;
    return { batch, start, rowCount };
  }

  #giveBack(): void {
    if (this.#current === null) return;
    const { batch, byteCount, port } = this.#current;
    const message: ToWorker = { kind: 'consumed', byteCount };
    port.postMessage(message);
    // What DuckDB has copied is freed at once: megabytes that wait for the collector make it walk the heap, run after run.
    for (const buffer of buffersOf(batch)) buffer.transfer(0);
    this.#current = null;
  }

  #takeBatch(): boolean {
    for (;;) {
      const seen = Atomics.load(this.#control, CONTROL.WAKE);
      for (const port of this.#ports) {
        const received = receiveMessageOnPort(port);
        // What a worker posts is a FromWorker.
        if (received !== undefined && this.#accept(port, received.message as FromWorker)) return true;
      }
      if (this.#ports.length === 0) {
        this.endedAt ??= performance.now();
        return false;
      }
      if (Atomics.load(this.#control, CONTROL.STATE) !== STATE.RUNNING) {
        throw new RedQueryError('RQ_CANCELLED', 'the statement was stopped');
      }
      Atomics.wait(this.#control, CONTROL.WAKE, seen, RECHECK_MS);
    }
  }

  /** True where the message was a batch, which is now the current one. */
  #accept(port: MessagePort, message: FromWorker): boolean {
    switch (message.kind) {
      case 'batch':
        this.#current = { batch: message.batch, byteCount: message.byteCount, port };
        this.#position = 0;
        return true;
      case 'end':
        this.#ports = this.#ports.filter((open) => open !== port);
        port.close();
        return false;
      case 'error':
        throw errorFromData(message.error);
      default:
        return message satisfies never;
    }
  }

  /** Stops the scan: a worker sees its port close and sends nothing more. */
  stop(): void {
    this.endedAt ??= performance.now();
    this.#current = null;
    for (const port of this.#ports) port.close();
    this.#ports = [];
  }
}

/** The most rows from `start` on, up to `most`, whose variable-length values fit into a chunk. */
function rowsWithin(batch: Batch, start: number, most: number): number {
  let rowCount = most;
  for (const column of batch.columns) {
    if (column.layout !== 'varlen') continue;
    const offsets = new Int32Array(column.offsets, start * Int32Array.BYTES_PER_ELEMENT, rowCount + 1);
    const limit = (offsets[0] ?? 0) + CHUNK_BYTES;
    if ((offsets[rowCount] ?? 0) <= limit) continue;
    let fits = 1;
    for (let tooMany = rowCount; tooMany - fits > 1; ) {
      const middle = (fits + tooMany) >> 1;
      if ((offsets[middle] ?? 0) <= limit) fits = middle;
      else tooMany = middle;
    }
    rowCount = fits;
  }
  return rowCount;
}
