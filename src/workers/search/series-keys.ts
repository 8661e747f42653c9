/** Keys of the time series whose labels match: one TS.QUERYINDEX, whose answer is whole and of one moment. */
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyError, ReplyReader } from '../../resp/reply-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { missingModuleError } from '../../storage/connections/missing-module.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import type { AccessPath } from '../../storage/scan-words.ts';
import { type KeyBlock, NO_KEYS } from '../keys/key-block.ts';
import type { ScanContext } from '../keys/key-scanner.ts';
import type { KeySource } from '../keys/key-source.ts';
import { KeyCollector } from './key-collector.ts';

type SeriesAccess = Extract<AccessPath, { kind: 'series' }>;
type SeriesContext = Pick<ScanContext, 'counters' | 'wantsKeys' | 'onKeys' | 'onFailure'>;

export class SeriesKeys implements KeySource, SocketUser {
  readonly #socket: ScanSocket;
  readonly #access: SeriesAccess;
  readonly #context: SeriesContext;
  readonly #reader = new ReplyReader();
  readonly #collector: KeyCollector;
  #state: 'new' | 'asked' | 'answered' = 'new';
  #isHandingOn = false;

  constructor(socket: ScanSocket, access: SeriesAccess, context: SeriesContext) {
    this.#socket = socket;
    this.#access = access;
    this.#context = context;
    this.#collector = new KeyCollector(access.pattern);
    socket.use(this);
  }

  get isDone(): boolean {
    return this.#state === 'answered' && this.#collector.count === 0;
  }

  send(): void {
    if (this.#state === 'new' && this.#context.wantsKeys(0)) this.#ask();
    if (this.#isHandingOn) return;
    this.#isHandingOn = true;
    while (this.#collector.count > 0 && this.#context.wantsKeys(0)) this.#handOn(this.#collector.take());
    this.#isHandingOn = false;
  }

  onBytes(): void {
    const { receive } = this.#socket;
    const reply = this.#reader.read(receive);
    if (reply === undefined) return;
    this.#socket.answered(1);
    if (isReplyError(reply)) {
      throw missingModuleError(reply.error, 'TS.QUERYINDEX') ?? redisErrorFrom(reply.error, 'TS.QUERYINDEX');
    }
    if (!Array.isArray(reply) || this.#state !== 'asked' || receive.start < receive.end) {
      throw new RedQueryError('RQ_PROTOCOL', 'TS.QUERYINDEX was answered with something else than keys');
    }
    this.#state = 'answered';
    for (const key of reply) if (Buffer.isBuffer(key)) this.#collector.add(key, 0, key.length);
    this.send();
    // Where no key matches, nobody else would tell.
    if (this.isDone) this.#handOn(this.#collector.take());
  }

  onFailure(error: unknown): void {
    this.#context.onFailure(error);
  }

  #ask(): void {
    const { counters } = this.#context;
    const request = encodeCommand(['TS.QUERYINDEX', ...this.#access.filters]);
    this.#state = 'asked';
    counters.roundTrips += 1;
    counters.bytesSent += request.length;
    this.#socket.write(request, 1);
  }

  #handOn(block: KeyBlock | null): void {
    const found = block ?? NO_KEYS;
    this.#context.counters.keysScanned += found.count;
    this.#context.onKeys(found);
  }
}
