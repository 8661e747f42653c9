/** Rows of the engine as the wire has them: reads a result batch by batch and encodes as many rows as are asked for. */
import type { Batch } from '../../arrow/index.ts';
import type { Result } from '../../engine/index.ts';
import type { EncodedRows, Format, RedisWork, RowSource } from '../words.ts';
import { statementErrorFrom } from './engine-errors.ts';

/** Gives rows `from` up to (not with) `to` of a batch as messages. */
export type EncodeRows = (batch: Batch, from: number, to: number) => Uint8Array;

/** How a result becomes messages, once its columns are known. */
export interface RowForm {
  /** What goes out before the first row (COPY). */
  readonly header: Uint8Array;
  encode(formats: readonly Format[]): EncodeRows;
  /** Asked for when the rows have ended: the binary COPY of no rows has its header there. */
  trailer(): Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

export class BatchRows implements RowSource {
  readonly #start: () => Promise<Result>;
  readonly #formOf: (result: Result) => Promise<RowForm>;
  readonly #signal: AbortSignal;
  #result: Result | null = null;
  #batches: AsyncGenerator<Batch, void, undefined> | null = null;
  #form: RowForm | null = null;
  #encode: EncodeRows | null = null;
  #formats: readonly Format[] | null = null;
  #batch: Batch | null = null;
  #row = 0;
  #isDone = false;
  #isClosed = false;

  /**
   * @param start starts the statement; called with the first `next`.
   * @param formOf called once, when the result's columns are known.
   */
  constructor(start: () => Promise<Result>, formOf: (result: Result) => Promise<RowForm>, signal: AbortSignal) {
    this.#start = start;
    this.#formOf = formOf;
    this.#signal = signal;
  }

  get work(): RedisWork {
    const { keysScanned = 0, roundTrips = 0, bytesReceived = 0 } = this.#result?.stats ?? {};
    return { keysScanned, roundTrips, bytesReceived };
  }

  async next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    try {
      return await this.#next(maxRows, formats);
    } catch (error) {
      this.#isDone = true;
      await this.close();
      throw this.#signal.aborted ? this.#signal.reason : statementErrorFrom(error);
    }
  }

  async #next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    this.#signal.throwIfAborted();
    const before = this.#form === null ? await this.#begin() : NO_BYTES;
    if (this.#isDone) return { bytes: before, rowCount: 0, isDone: true };
    if (this.#batch === null || this.#row >= this.#batch.rowCount) await this.#advance();
    const batch = this.#batch;
    if (batch === null) {
      this.#isDone = true;
      const after = this.#form?.trailer() ?? NO_BYTES;
      await this.close();
      return { bytes: joined(before, after), rowCount: 0, isDone: true };
    }
    const from = this.#row;
    const to = Math.min(batch.rowCount, from + maxRows);
    this.#row = to;
    const rows = this.#encoder(formats)(batch, from, to);
    return { bytes: joined(before, rows), rowCount: to - from, isDone: false };
  }

  async #begin(): Promise<Uint8Array> {
    const result = await this.#start();
    this.#result = result;
    if (this.#isClosed) await result.close();
    this.#form = await this.#formOf(result);
    this.#batches = result.batches();
    return this.#form.header;
  }

  async #advance(): Promise<void> {
    this.#row = 0;
    do {
      const next = await this.#batches?.next();
      this.#batch = next === undefined || next.done === true ? null : next.value;
    } while (this.#batch?.rowCount === 0);
  }

  #encoder(formats: readonly Format[]): EncodeRows {
    const known = this.#formats;
    const isSame = known !== null && (known === formats || known.join() === formats.join());
    if (isSame && this.#encode !== null) return this.#encode;
    if (this.#form === null) throw new Error('rows are encoded after the columns are known');
    this.#formats = formats;
    this.#encode = this.#form.encode(formats);
    return this.#encode;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#batch = null;
    await this.#result?.close();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  return second.length === 0 ? first : Buffer.concat([first, second]);
}
