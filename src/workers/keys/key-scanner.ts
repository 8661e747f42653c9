/**
 * One socket that walks the keyspace: SCAN after SCAN, the next cursor asked for before the keys of the last are worked
 * through, repeats left out.
 */
import { isUtf8 } from 'node:buffer';
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { ScanReader } from '../../resp/scan-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import type { ScanCounters } from '../scan-counters.ts';
import type { KeyBlock } from './key-block.ts';
import type { KeySource } from './key-source.ts';
import type { RecentKeys } from './recent-keys.ts';
import { walkedShare } from './walked-share.ts';

const FIRST_COUNT = 100;

/** What a scanner works with. */
export interface ScanContext {
  readonly pattern: Uint8Array;
  /** The type that keys must have where nothing else will look at them, as SCAN … TYPE names it; null: any. */
  readonly type: string | null;
  readonly counters: ScanCounters;
  /** Keys that were handed over before; keys are remembered here. */
  readonly recent: RecentKeys;
  /** Slots that one SCAN may walk over: Redis' thread serves nobody else meanwhile, 1,000 take it some 0.3 ms. */
  readonly maxCount: number;
  /** Told how many slots are walked over now. */
  onAsk(count: number): void;
  /** True while more keys are wanted than the `comingKeys` that will be handed over now. */
  wantsKeys(comingKeys: number): boolean;
  onKeys(block: KeyBlock): void;
  onFailure(error: unknown): void;
}

export class KeyScanner implements KeySource, SocketUser {
  /** True when the cursor has come back to 0. */
  isDone = false;
  readonly socket: ScanSocket;
  readonly #context: ScanContext;
  readonly #reader = new ScanReader();
  #cursor = '0';
  #count: number;
  #isAsking = false;
  /** Of the keyspace, in millionths. */
  #walked = 0;

  constructor(socket: ScanSocket, context: ScanContext) {
    this.socket = socket;
    this.#context = context;
    this.#count = Math.min(FIRST_COUNT, context.maxCount);
    socket.use(this);
  }

  /** Asks for the next keys, where they are wanted and nothing is under way. */
  send(comingKeys = 0): void {
    if (this.isDone || this.#isAsking || !this.#context.wantsKeys(comingKeys)) return;
    const { pattern, type, counters } = this.#context;
    const typeArgs = type === null ? [] : ['TYPE', type];
    const request = encodeCommand(['SCAN', this.#cursor, 'MATCH', pattern, 'COUNT', String(this.#count), ...typeArgs]);
    this.#context.onAsk(this.#count);
    this.#count = Math.min(this.#count * 2, this.#context.maxCount);
    this.#isAsking = true;
    counters.roundTrips += 1;
    counters.bytesSent += request.length;
    this.socket.write(request, 1);
  }

  onBytes(): void {
    const { receive } = this.socket;
    const reader = this.#reader;
    const start = receive.start;
    if (!reader.read(receive.bytes, start, receive.end)) {
      if (reader.neededBytes > 0) receive.reserve(reader.neededBytes);
      return;
    }
    this.#isAsking = false;
    this.socket.answered(1);
    if (reader.error !== null) throw redisErrorFrom(reader.error, 'SCAN');
    this.#cursor = reader.cursor;
    this.isDone = reader.cursor === '0';
    this.#countWalked();
    receive.consume(start + reader.byteCount);
    if (receive.start < receive.end) throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
    // First the next question, then the work on this answer: Redis does not wait for us.
    this.send(reader.keyCount);
    this.#context.onKeys(this.#takeBlock(receive.bytes, start));
  }

  /** A table that grows or shrinks meanwhile may set the cursor back; what was counted stays. */
  #countWalked(): void {
    const walked = this.isDone ? 1e6 : Math.floor(walkedShare(this.#cursor) * 1e6);
    if (walked <= this.#walked) return;
    this.#context.counters.walkedMillionths += walked - this.#walked;
    this.#walked = walked;
  }

  onFailure(error: unknown): void {
    this.#context.onFailure(error);
  }

  /** Copies the keys of the reply, without those that came before. */
  #takeBlock(bytes: Buffer, start: number): KeyBlock {
    const reader = this.#reader;
    const { counters } = this.#context;
    const base = reader.keysStart;
    const own = Buffer.allocUnsafeSlow(reader.byteCount - base);
    bytes.copy(own, 0, start + base, start + reader.byteCount);
    const starts = new Int32Array(reader.keyCount);
    const ends = new Int32Array(reader.keyCount);
    let count = 0;
    for (let i = 0; i < reader.keyCount; i++) {
      const keyStart = (reader.keyStarts[i] ?? 0) - base;
      const keyEnd = (reader.keyEnds[i] ?? 0) - base;
      if (this.#context.recent.isRepeat(own, keyStart, keyEnd)) continue;
      starts[count] = keyStart;
      ends[count] = keyEnd;
      count += 1;
    }
    counters.keysScanned += count;
    counters.duplicateKeys += reader.keyCount - count;
    return { bytes: own, starts, ends, count, isUtf8: isUtf8(own) };
  }
}
