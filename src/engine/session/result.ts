/**
 * A statement's result. It starts with its first read, is read once, in one of the forms below, and is closed at its end,
 * by leaving the loop over it, or with its session. Nothing is fetched ahead of the reader but one batch.
 */
import {
  type ArrowRecordBatch,
  type ArrowTable,
  type Batch,
  ipcFrom,
  type PolarsDataFrame,
  polarsFrom,
  recordBatchFrom,
  rowReader,
  tableFrom,
  uniqueNames,
} from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import { TrafficCount } from '../../storage/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { DescribedColumn, EngineExplanation } from '../protocol.ts';
import type { Integers } from './options.ts';
import type { RunningStatement } from './running-statement.ts';
import { type StatementStats, statsFrom } from './scan-stats.ts';

export type Row = Record<string, unknown>;

/** A statement that has a place in the session, not yet sent to its engine thread. */
export interface StartedStatement {
  readonly running: RunningStatement;
  open(): Promise<{ schema: readonly SqlField[]; notes: readonly string[] }>;
  close(): Promise<void>;
}

export interface ResultOptions {
  readonly integers: Integers;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | null;
  /** `signal` is aborted when the result is stopped or closed. */
  start(signal: AbortSignal): Promise<StartedStatement>;
  ended(): void;
}

const NOT_STARTED = { reports: [], planning: new TrafficCount() };

export class Result implements AsyncIterable<Row>, AsyncDisposable {
  readonly #options: ResultOptions;
  readonly #abort = new AbortController();
  #opened: Promise<readonly SqlField[]> | null = null;
  #started: StartedStatement | null = null;
  #isRead = false;
  #isClosed = false;
  #closing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #startedAt: number | null = null;
  #endedAt: number | null = null;
  #notes: readonly string[] = [];
  #stopReason: RedQueryError | null = null;

  /** @internal Use `session.query`. */
  constructor(options: ResultOptions) {
    this.#options = options;
  }

  /** @internal What samples said of the table that a DESCRIBE is about. */
  get inferred(): readonly DescribedColumn[] | null {
    return this.#started?.running.inferred ?? null;
  }

  /** @internal What a structured EXPLAIN says beside DuckDB's plan, once it was read. */
  get explained(): EngineExplanation | null {
    return this.#started?.running.explained ?? null;
  }

  /** Starts the statement where it has not started, and gives its columns; names are unique (`name`, `name_1`). */
  schema(): Promise<readonly SqlField[]> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<readonly SqlField[]> {
    if (this.#isClosed) throw new RedQueryError('RQ_RESULT_STATE', 'the result was closed before it was read');
    const { signal, timeoutMs } = this.#options;
    this.#startedAt = performance.now();
    try {
      if (signal?.aborted) throw this.#cancelled();
      signal?.addEventListener('abort', this.#onAbort, { once: true });
      if (timeoutMs !== null) {
        const reason = new RedQueryError('RQ_TIMEOUT', `the statement ran longer than ${timeoutMs} ms`);
        this.#timer = setTimeout(() => this.#stop(reason), timeoutMs);
      }
      this.#started = await this.#options.start(this.#abort.signal);
      this.#abort.signal.throwIfAborted();
      const { schema, notes } = await this.#started.open();
      this.#notes = notes;
      const names = uniqueNames(schema.map((field) => field.name));
      return schema.map((field, index) => ({ ...field, name: names[index] ?? field.name }));
    } catch (error) {
      await this.#started?.close();
      this.#finish();
      throw this.#stopReason ?? error;
    }
  }

  readonly #onAbort = (): void => this.#stop(this.#cancelled());

  #cancelled(): RedQueryError {
    return new RedQueryError('RQ_CANCELLED', 'the statement was cancelled', { cause: this.#options.signal?.reason });
  }

  /** Stops the statement at once and frees what it holds; whoever reads gets the reason. */
  #stop(reason: RedQueryError): void {
    this.#stopReason ??= reason;
    this.#started?.running.stop(reason);
    void this.close();
  }

  /** Streams batches of plain columns; see docs/api.md for their layout. Leaving the loop ends the statement. */
  async *batches(): AsyncGenerator<Batch, void, undefined> {
    this.#claim();
    try {
      await this.schema();
      let next = this.#fetch();
      for (let batch = await next; batch !== null; batch = await next) {
        next = this.#fetch();
        // A batch that fails while the one before it is read is reported when its turn comes.
        next.catch(() => undefined);
        yield batch;
      }
    } finally {
      await this.close();
    }
  }

  async #fetch(): Promise<Batch | null> {
    if (this.#stopReason !== null) throw this.#stopReason;
    if (this.#isClosed || this.#started === null)
      throw new RedQueryError('RQ_RESULT_STATE', 'the result was closed while it was read');
    return this.#started.running.fetch();
  }

  /** Marks the result as read. @throws {RedQueryError} RQ_RESULT_STATE the second time. */
  #claim(): void {
    if (this.#isRead) throw new RedQueryError('RQ_RESULT_STATE', 'a result is read once; run the query again, or keep its rows');
    this.#isRead = true;
  }

  /** Streams rows as objects, one at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const batch of this.batches()) {
      const read = rowReader(await this.schema(), batch, { integers: this.#options.integers });
      for (let row = 0; row < batch.rowCount; row++) yield read(row);
    }
  }

  /** Reads all rows into memory. */
  async rows(): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const batch of this.batches()) {
      const read = rowReader(await this.schema(), batch, { integers: this.#options.integers });
      for (let row = 0; row < batch.rowCount; row++) rows.push(read(row));
    }
    return rows;
  }

  /** Streams Apache Arrow record batches. */
  async *recordBatches(): AsyncGenerator<ArrowRecordBatch, void, undefined> {
    for await (const batch of this.batches()) yield await recordBatchFrom(await this.schema(), batch);
  }

  /** Reads all rows into an Apache Arrow table. */
  async table(): Promise<ArrowTable> {
    return tableFrom(await this.schema(), await this.#allBatches());
  }

  /** Reads all rows into the bytes of an Arrow IPC stream. */
  async ipc(): Promise<Uint8Array> {
    return ipcFrom(await this.schema(), this.batches());
  }

  /** Reads all rows into a Polars data frame; needs the package nodejs-polars. @throws {RedQueryError} RQ_UNSUPPORTED without it. */
  async polars(): Promise<PolarsDataFrame> {
    return polarsFrom(await this.schema(), this.batches());
  }

  async #allBatches(): Promise<Batch[]> {
    const batches: Batch[] = [];
    for await (const batch of this.batches()) batches.push(batch);
    return batches;
  }

  /** What the statement has cost so far; live while it runs. */
  get stats(): StatementStats {
    const elapsedMs = this.#startedAt === null ? 0 : (this.#endedAt ?? performance.now()) - this.#startedAt;
    return statsFrom(this.#started?.running ?? NOT_STARTED, elapsedMs, this.#notes);
  }

  /** Ends the statement, whether it was read or not; stops its scans. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort(this.#stopReason ?? new RedQueryError('RQ_RESULT_STATE', 'the result was closed while it was read'));
    this.#finish();
    await this.#started?.close();
    // A start that was under way has seen the abort, and has closed what it had.
    await this.#opened?.catch(() => undefined);
  }

  /** Forgets the clock and the signal. */
  #finish(): void {
    this.#endedAt ??= this.#startedAt === null ? null : performance.now();
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#options.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
