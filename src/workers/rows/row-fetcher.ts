/**
 * One socket on which keys are asked for their fields, pipelined, and the decoding of the replies. How many keys are under
 * way is bounded in bytes by the mean of the replies so far, so that neither Redis nor this thread has to hold much.
 */
import { RedQueryError } from '../../errors.ts';
import { RowReader } from '../../resp/row-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import { encodeForKeys, type KeyBlock } from '../keys/key-block.ts';
import type { ScanCounters } from '../scan-counters.ts';
import type { BatchWriter } from './batch-writer.ts';
import type { RowSink } from './row-sink.ts';
import type { FetchPlan, ScanLayout } from './scan-layout.ts';

/** Bytes of replies that may be under way. */
const WINDOW_BYTES = 1024 * 1024;
const MAX_WINDOW_KEYS = 8192;
/** The first keys go alone: their replies tell how large the others will be. */
const FIRST_WINDOW_KEYS = 4;
/** Few keys by name, and small limits, are asked for in one round trip. */
const FIRST_WINDOW_WANTED = 16;

/** Keys [next, to) of a block: waiting to be asked, or asked and waiting for their replies. */
interface KeyRun {
  readonly block: KeyBlock;
  next: number;
  readonly to: number;
  readonly isRecheck: boolean;
}

/** What a fetcher works with; one object a task. */
export interface FetchContext {
  readonly layout: ScanLayout;
  readonly sink: RowSink;
  readonly writer: BatchWriter;
  readonly counters: ScanCounters;
  /** Keys that will be asked for in all, where that is known. */
  readonly wantedKeys: number;
  /** Called when bytes were worked through. */
  onProgress(): void;
  onFailure(error: unknown): void;
}

export class RowFetcher implements SocketUser {
  /** Keys taken and not yet asked for. */
  queuedKeys = 0;
  readonly socket: ScanSocket;
  readonly #context: FetchContext;
  readonly #plan: FetchPlan;
  readonly #reader: RowReader;
  readonly #recheckReader: RowReader;
  readonly #queue: KeyRun[] = [];
  readonly #sent: KeyRun[] = [];
  #inflightKeys = 0;
  #windowKeys: number;
  #meanBytes = 0;
  #decodedBytes = 0;
  /** Keys of the block being decoded that have to be asked whether they live. */
  #unknown: number[] = [];

  constructor(socket: ScanSocket, plan: FetchPlan, context: FetchContext) {
    this.socket = socket;
    this.#context = context;
    this.#plan = plan;
    this.#reader = new RowReader(plan.shape);
    this.#recheckReader = new RowReader(context.layout.recheck.shape);
    this.#windowKeys = context.wantedKeys <= FIRST_WINDOW_WANTED ? FIRST_WINDOW_WANTED : FIRST_WINDOW_KEYS;
    socket.use(this);
  }

  /** True when every key taken has been answered. */
  get isIdle(): boolean {
    return this.queuedKeys === 0 && this.#inflightKeys === 0;
  }

  /** True while more keys should be found for it than the `comingKeys` it will be given now. */
  wantsKeys(comingKeys: number): boolean {
    const ahead = Math.max(500, this.#windowKeys >> 1);
    return this.queuedKeys < ahead && this.queuedKeys + this.#inflightKeys + comingKeys < this.#context.sink.rowsLeft;
  }

  /** Takes the keys of a block. */
  take(block: KeyBlock): void {
    if (block.count === 0) return;
    this.#queue.push({ block, next: 0, to: block.count, isRecheck: false });
    this.queuedKeys += block.count;
  }

  /** Asks for as many keys as may be under way. */
  send(): void {
    const { writer, sink } = this.#context;
    if (this.queuedKeys === 0 || writer.isFull) return;
    let room = Math.min(this.#windowKeys, sink.rowsLeft) - this.#inflightKeys;
    // Many small requests cost more than a few: wait until a quarter of the window is free.
    if (room <= 0 || (this.#inflightKeys > 0 && room < this.#windowKeys >> 2 && room < this.queuedKeys)) return;
    while (room > 0) {
      const run = this.#queue[0];
      if (run === undefined) return;
      const to = Math.min(run.to, run.next + room);
      this.#ask(run, to);
      room -= to - run.next;
      run.next = to;
      if (to === run.to) this.#queue.shift();
    }
  }

  #ask(run: KeyRun, to: number): void {
    const { commands } = run.isRecheck ? this.#context.layout.recheck : this.#plan;
    const keyCount = to - run.next;
    const request = encodeForKeys(run.block, run.next, to, commands);
    this.#sent.push({ block: run.block, next: run.next, to, isRecheck: run.isRecheck });
    this.#inflightKeys += keyCount;
    this.queuedKeys -= keyCount;
    this.#context.counters.bytesSent += request.length;
    this.#context.counters.roundTrips += 1;
    this.socket.write(request, keyCount * commands.length);
  }

  onBytes(): void {
    const { receive } = this.socket;
    this.#decodedBytes = 0;
    let decoded = 0;
    for (let run = this.#sent[0]; run !== undefined; run = this.#sent[0]) {
      const rowCount = this.#decode(run);
      if (rowCount === 0) break;
      decoded += rowCount;
      if (run.next === run.to) this.#sent.shift();
    }
    if (this.#sent.length === 0 && receive.start < receive.end) throw unaskedError();
    this.#adaptWindow(decoded, this.#decodedBytes);
    this.#context.onProgress();
  }

  onFailure(error: unknown): void {
    this.#context.onFailure(error);
  }

  /** Decodes replies of one run; gives the number of keys that were answered. */
  #decode(run: KeyRun): number {
    const { receive } = this.socket;
    const { sink, layout } = this.#context;
    const reader = run.isRecheck ? this.#recheckReader : this.#reader;
    const rowCount = reader.read(receive.bytes, receive.start, receive.end, run.to - run.next);
    if (reader.error !== null) {
      const { name, errorFrom } = run.isRecheck ? layout.recheck : this.#plan;
      const own = reader.isErrorOfTtl ? null : errorFrom?.(reader.error);
      throw own ?? redisErrorFrom(reader.error, reader.isErrorOfTtl ? 'TTL' : name);
    }
    sink.addRows(reader, rowCount, receive.bytes, run.block, run.next, this.#noteUnknown);
    this.#decodedBytes += reader.position - receive.start;
    receive.consume(reader.position);
    if (reader.neededBytes > 0) {
      receive.reserve(reader.neededBytes);
      this.#meanBytes = Math.max(this.#meanBytes, reader.neededBytes);
    }
    run.next += rowCount;
    this.#inflightKeys -= rowCount;
    this.socket.answered(rowCount * (run.isRecheck ? layout.recheck : this.#plan).commands.length);
    if (this.#unknown.length > 0) this.#queueRecheck(run.block);
    return rowCount;
  }

  readonly #noteUnknown = (key: number): void => {
    this.#unknown.push(key);
  };

  /** Rechecks go first: they hold up nothing, and their keys may expire. */
  #queueRecheck(block: KeyBlock): void {
    const keys = this.#unknown;
    const starts = Int32Array.from(keys, (key) => block.starts[key] ?? 0);
    const ends = Int32Array.from(keys, (key) => block.ends[key] ?? 0);
    this.#queue.unshift({ block: { ...block, starts, ends, count: keys.length }, next: 0, to: keys.length, isRecheck: true });
    this.queuedKeys += keys.length;
    this.#unknown = [];
  }

  /** Larger replies count at once, smaller ones by and by; the window at most doubles with what came back. */
  #adaptWindow(decoded: number, byteCount: number): void {
    if (decoded === 0) return;
    const mean = byteCount / decoded;
    this.#meanBytes = mean > this.#meanBytes ? mean : this.#meanBytes * 0.75 + mean * 0.25;
    const target = Math.max(1, Math.min(MAX_WINDOW_KEYS, Math.floor(WINDOW_BYTES / this.#meanBytes)));
    this.#windowKeys = Math.min(target, this.#windowKeys + decoded);
  }
}

function unaskedError(): RedQueryError {
  return new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
}
