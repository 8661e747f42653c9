/**
 * Keys out of a search index: one FT.SEARCH, or the pages of an FT.AGGREGATE cursor. It trusts no reply: a warning, an
 * error, an index that is not whole or was written to under a cursor means that keys may be missing, and is told. What
 * becomes of that (the scan) is the run's matter.
 */
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyPush, ReplyReader } from '../../resp/reply-reader.ts';
import { SearchReader } from '../../resp/search-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { releaseScanSocket } from '../../storage/connections/idle-sockets.ts';
import type { SearchAccess } from '../../storage/scan-words.ts';
import { type KeyBlock, NO_KEYS } from '../keys/key-block.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { RecentKeys } from '../keys/recent-keys.ts';
import type { ScanCounters } from '../scan-counters.ts';
import { type IndexState, indexStateFrom } from './index-state.ts';
import { KeyCollector } from './key-collector.ts';
import { blockingCommand, cursorCommand } from './search-commands.ts';

const FIRST_COUNT = 100;
/** Redis serves nobody else during one page: some 4,000 keys take it 15 ms. Bench: bench/search-forms.ts. */
const MAX_COUNT = 4000;
/** How often it is asked whether the index was written to under a cursor. */
const CHECK_MS = 100;

/** More was asked for than MAXSEARCHRESULTS lets pass. */
const LIMIT_REFUSED = /LIMIT exceeds maximum/i;

/** What a search works with. */
export interface SearchContext {
  readonly access: SearchAccess;
  readonly counters: ScanCounters;
  /** Every key handed on is remembered here. */
  readonly given: RecentKeys;
  /** True while more keys are wanted than the `comingKeys` that will be handed over now. */
  wantsKeys(comingKeys: number): boolean;
  /** True when every key handed on was fetched and its row, if any, taken: more are needed than the limit said. */
  isDrained(): boolean;
  onKeys(block: KeyBlock): void;
  /** Keys may be missing; nothing is handed on after this. */
  onIncomplete(reason: string): void;
  onFailure(error: unknown): void;
}

/** What the next reply answers. */
type Question = 'keys' | 'state' | 'word';

export class SearchKeys implements SocketUser, KeySource {
  readonly socket: ScanSocket;
  readonly #context: SearchContext;
  readonly #collector: KeyCollector;
  readonly #searchReader: SearchReader;
  readonly #replyReader = new ReplyReader();
  readonly #questions: Question[] = [];
  #form: SearchAccess['form'];
  #cursor = '0';
  /** Rows of the next page, of the whole of a blocking search. */
  #count: number;
  #stamp: string | null = null;
  #checkedAtMs = 0;
  #hasAsked = false;
  /** The last reply was the last one. */
  #isExhausted = false;
  /** The keys that are held may be handed on. */
  #isTrusted = false;
  #isHandingOn = false;
  #isStopped = false;
  #hasLeft = false;
  #isLimitSpent: boolean;

  constructor(socket: ScanSocket, context: SearchContext) {
    const { access } = context;
    this.socket = socket;
    this.#context = context;
    this.#form = access.form;
    this.#isLimitSpent = access.limit === null;
    this.#count = access.form === 'blocking' ? (access.limit ?? roomFor(access.expectedKeys)) : (access.limit ?? FIRST_COUNT);
    this.#collector = new KeyCollector(access.pattern);
    this.#searchReader = new SearchReader((bytes, start, end) => {
      if (!this.#isStopped) this.#collector.add(bytes, start, end);
    });
    socket.use(this);
  }

  get isDone(): boolean {
    return (
      !this.#isStopped && this.#isExhausted && this.#isTrusted && this.#questions.length === 0 && this.#collector.count === 0
    );
  }

  send(): void {
    if (this.#isStopped) return;
    this.#handOn();
    if (this.#questions.length > 0 || this.#isExhausted || this.#isStopped) return;
    if (!this.#hasAsked) {
      if (this.#context.wantsKeys(0)) this.#askFirst();
    } else if (this.#form === 'cursor') {
      if (this.#context.wantsKeys(this.#collector.count) && !this.#isHeldByLimit()) this.#askPage();
    } else if (this.#collector.count === 0 && this.#context.isDrained()) {
      // From the start again: pages of a search are not cut from one answer. What was given is left out.
      this.#count *= 8;
      this.#askFirst();
    }
  }

  /** Gives the cursor up; the socket goes back when its last reply is here. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#context.counters.bytesReceived += this.socket.bytesReceived;
    this.#collector.clear();
    if (this.#questions.length === 0) this.#leave();
  }

  onBytes(): void {
    const { receive } = this.socket;
    for (let question = this.#questions[0]; question !== undefined; question = this.#questions[0]) {
      if (question === 'keys') {
        if (!this.#searchReader.read(receive)) return;
        this.#answered();
        this.#takePage();
      } else {
        const reply = this.#replyReader.read(receive);
        if (reply === undefined) return;
        if (isReplyPush(reply)) continue;
        this.#answered();
        if (question === 'state') this.#takeState(indexStateFrom(reply, this.#context.access.query));
      }
      if (this.#isStopped && this.#questions.length === 0) return this.#leave();
    }
    if (receive.start < receive.end) throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
    this.send();
    // Where nothing was left to hand on, nobody else would tell.
    if (this.isDone) this.#context.onKeys(NO_KEYS);
  }

  onFailure(error: unknown): void {
    if (!this.#isStopped) this.#context.onFailure(error);
  }

  #askFirst(): void {
    const { access } = this.#context;
    this.#hasAsked = true;
    this.#isTrusted = false;
    if (this.#form === 'blocking') {
      this.#ask([
        ['keys', blockingCommand(access, this.#count)],
        ['state', ['FT.INFO', access.index]],
      ]);
      return;
    }
    this.#ask([
      ['state', ['FT.INFO', access.index]],
      ['keys', cursorCommand(access, this.#count)],
      ['state', ['FT.INFO', access.index]],
    ]);
  }

  #askPage(): void {
    const { index } = this.#context.access;
    this.#count = Math.min(this.#count * 2, Math.max(MAX_COUNT, this.#context.access.limit ?? 0));
    const page: Asked = ['keys', ['FT.CURSOR', 'READ', index, this.#cursor, 'COUNT', String(this.#count)]];
    const isDue = performance.now() - this.#checkedAtMs >= CHECK_MS;
    this.#ask(isDue ? [page, ['state', ['FT.INFO', index]]] : [page]);
  }

  #ask(asked: readonly Asked[]): void {
    const { counters } = this.#context;
    const request = Buffer.concat(asked.map(([, args]) => encodeCommand(args)));
    this.#questions.push(...asked.map(([question]) => question));
    counters.roundTrips += 1;
    counters.bytesSent += request.length;
    this.socket.write(request, asked.length);
  }

  #answered(): void {
    this.#questions.shift();
    this.socket.answered(1);
  }

  #takePage(): void {
    const { error, warnings, cursor } = this.#searchReader;
    this.#cursor = cursor;
    if (this.#isStopped) return;
    const [warning] = warnings;
    if (error !== null) return this.#form === 'blocking' && LIMIT_REFUSED.test(error) ? this.#askByCursor() : this.#giveUp(error);
    if (warning !== undefined) return this.#giveUp(warning);
    if (this.#form === 'blocking') return this.#takeAnswer();
    this.#isExhausted = cursor === '0';
    // Between two checks pages are handed on as they come: what is in them is right, only what follows may be missing.
    if (this.#isExhausted && this.#questions.length === 0) this.#ask([['state', ['FT.INFO', this.#context.access.index]]]);
  }

  /** A search says how much it found: less than that, without need, is an answer that was cut. */
  #takeAnswer(): void {
    const { rowCount, totalResults } = this.#searchReader;
    this.#isExhausted = rowCount >= totalResults;
    if (this.#isExhausted || rowCount >= this.#count) {
      if (!this.#isExhausted && this.#context.access.limit === null) this.#askMore(totalResults);
      return;
    }
    this.#askByCursor();
  }

  /** MAXSEARCHRESULTS cuts searches, not cursors. Nothing was handed on that a cursor would not leave out. */
  #askByCursor(): void {
    this.#collector.clear();
    this.#form = 'cursor';
    this.#count = FIRST_COUNT;
    this.#hasAsked = false;
  }

  /** More came in since it was counted: nothing was handed on, so begin anew. */
  #askMore(totalResults: number): void {
    this.#collector.clear();
    this.#count = roomFor(totalResults);
    this.#hasAsked = false;
  }

  #takeState({ refusal, stamp }: IndexState): void {
    if (this.#isStopped || !this.#hasAsked) return;
    if (refusal !== null) return this.#giveUp(refusal);
    this.#checkedAtMs = performance.now();
    if (this.#form === 'cursor') {
      this.#stamp ??= stamp;
      if (stamp !== this.#stamp) return this.#giveUp('the index was written to while it was read');
    }
    // The state before the first page says nothing of that page.
    if (this.#questions.length === 0) this.#isTrusted = true;
  }

  #giveUp(reason: string): void {
    this.stop();
    this.#context.onIncomplete(reason);
  }

  /** A limit is what is read at first; more only where that proves too little, and then without a limit. */
  #isHeldByLimit(): boolean {
    if (this.#isLimitSpent) return false;
    this.#isLimitSpent = this.#collector.count === 0 && this.#context.isDrained();
    return !this.#isLimitSpent;
  }

  #handOn(): void {
    if (this.#isHandingOn || !this.#isTrusted) return;
    this.#isHandingOn = true;
    while (this.#collector.count > 0 && !this.#isStopped && this.#context.wantsKeys(0)) {
      const block = this.#collector.take();
      if (block !== null) this.#context.onKeys(this.#withoutRepeats(block));
    }
    this.#isHandingOn = false;
  }

  #withoutRepeats(block: KeyBlock): KeyBlock {
    const { counters, given } = this.#context;
    const { bytes, starts, ends } = block;
    let count = 0;
    for (let i = 0; i < block.count; i++) {
      const start = starts[i] ?? 0;
      const end = ends[i] ?? 0;
      if (given.isRepeat(bytes, start, end)) continue;
      starts[count] = start;
      ends[count] = end;
      count += 1;
    }
    counters.keysScanned += count;
    counters.duplicateKeys += block.count - count;
    return { ...block, count };
  }

  /** Nothing is outstanding: deletes the cursor, else gives the socket back. */
  #leave(): void {
    if (this.#hasLeft) return;
    if (this.#cursor === '0') {
      this.#hasLeft = true;
      releaseScanSocket(this.socket);
      return;
    }
    const cursor = this.#cursor;
    this.#cursor = '0';
    this.#ask([['word', ['FT.CURSOR', 'DEL', this.#context.access.index, cursor]]]);
  }
}

type Asked = readonly [question: Question, args: readonly (string | Uint8Array)[]];

/** More than is expected: documents come in while we ask. */
function roomFor(expectedKeys: number): number {
  return Math.max(1000, Math.ceil(expectedKeys * 1.25));
}
