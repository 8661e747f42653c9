/**
 * Keys out of a search index: one FT.SEARCH, or, where that would keep others waiting, pages of it, or an FT.AGGREGATE cursor.
 * It trusts no reply: a warning, an error, an index that is not whole or was written to between two replies means that keys
 * may be missing, and is told. What becomes of that (the scan) is the run's matter.
 */
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyPush, ReplyReader } from '../../resp/reply-reader.ts';
import { SearchReader } from '../../resp/search-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { releaseScanSocket } from '../../storage/connections/idle-sockets.ts';
import type { SearchAccess } from '../../storage/scan-words.ts';
import {
  cursorCommand,
  FIRST_COUNT,
  firstQuestionOf,
  PAGE_COUNT,
  roomFor,
  searchCommand,
} from '../../storage/search/key-search.ts';
import { type KeyBlock, NO_KEYS } from '../keys/key-block.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { RecentKeys } from '../keys/recent-keys.ts';
import type { ScanCounters } from '../scan-counters.ts';
import { type IndexState, indexStateFrom } from './index-state.ts';
import { KeyCollector } from './key-collector.ts';

/** Redis serves nobody else during one page of a cursor: some 4,000 keys take it 15 ms. */
const CURSOR_COUNT = 4000;
/** How often it is asked whether the index was written to under a cursor. */
const CHECK_MS = 100;
/** More was asked for than MAXSEARCHRESULTS lets pass. */
const LIMIT_REFUSED = /LIMIT exceeds maximum|OFFSET exceeds maximum/i;
/** A version that always counts. */
const COUNT_REFUSED = /WITHOUTCOUNT/i;

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

/**
 * 'whole': one search. 'pages': several, between which nothing may change: N places without a repeat in N documents are all of
 * them. 'cursor': slower, but documents may leave meanwhile.
 */
type Mode = 'whole' | 'pages' | 'cursor';
/** What the next reply answers. */
type Question = 'keys' | 'state' | 'word';
type Asked = readonly [question: Question, args: readonly (string | Uint8Array)[]];

export class SearchKeys implements SocketUser, KeySource {
  readonly socket: ScanSocket;
  readonly #context: SearchContext;
  readonly #collector: KeyCollector;
  readonly #searchReader: SearchReader;
  readonly #replyReader = new ReplyReader();
  readonly #questions: Question[] = [];
  #mode: Mode;
  #isCounted: boolean;
  #cursor = '0';
  /** Pages: rows before the next one. */
  #offset = 0;
  /** Rows of a page of a search at most. */
  readonly #pageCount: number;
  /** Rows of the last page that was asked for, or of the next first one. */
  #count: number;
  #state: IndexState | null = null;
  #checkedAtMs = 0;
  #hasAsked = false;
  /** The last reply was the last one. */
  #isExhausted = false;
  /** The keys that are held may be handed on. */
  #isTrusted = false;
  /** Pages overlapped: their order is not that of one list. */
  #hasRepeated = false;
  /** More is needed than the limit said. */
  #isLimitSpent: boolean;
  #isHandingOn = false;
  #isStopped = false;
  #hasLeft = false;

  constructor(socket: ScanSocket, context: SearchContext) {
    const { form, limit, sortBy, pattern, pageKeys = PAGE_COUNT } = context.access;
    this.socket = socket;
    this.#context = context;
    this.#isCounted = sortBy !== null;
    this.#pageCount = pageKeys;
    const { isPaged, count } = firstQuestionOf(context.access);
    this.#isLimitSpent = limit === null || isPaged;
    this.#mode = form === 'blocking' ? 'whole' : form;
    this.#count = count;
    this.#collector = new KeyCollector(pattern);
    this.#searchReader = new SearchReader((bytes, start, end) => {
      if (!this.#isStopped) this.#collector.add(bytes, start, end);
    });
    socket.use(this);
  }

  get isDone(): boolean {
    return !this.#isStopped && this.#isExhausted && this.#isTrusted && this.#isIdle && !this.#hasRepeated;
  }

  /** Nothing is under way or held. */
  get #isIdle(): boolean {
    return this.#questions.length === 0 && this.#collector.count === 0;
  }

  send(): void {
    if (this.#isStopped) return;
    this.#handOn();
    if (this.#questions.length > 0 || this.#isStopped) return;
    if (this.#hasRepeated && this.#collector.count === 0) this.#restart('cursor', FIRST_COUNT);
    if (this.#isExhausted) return;
    if (!this.#hasAsked) {
      if (this.#context.wantsKeys(0)) this.#askFirst();
    } else if (this.#mode === 'cursor') {
      if (this.#context.wantsKeys(this.#collector.count) && !this.#isHeldByLimit()) this.#askPage();
    } else if (this.#collector.count === 0 && !this.#isHeldByLimit() && this.#context.wantsKeys(0)) {
      // Not the rest of it: the places of one answer are not those of the next. What was given is left out.
      if (this.#mode === 'whole') this.#restart('whole', this.#count * 8);
      this.#askPage();
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

  /** Begins anew in another way; what was handed on stays given. */
  #restart(mode: Mode, count: number): void {
    this.#collector.clear();
    this.#mode = mode;
    this.#count = count;
    this.#offset = 0;
    this.#state = null;
    this.#hasAsked = false;
    this.#isExhausted = false;
    this.#hasRepeated = false;
  }

  #askFirst(): void {
    const { access } = this.#context;
    this.#hasAsked = true;
    this.#isTrusted = false;
    const first =
      this.#mode === 'cursor' ? cursorCommand(access, this.#count) : searchCommand(access, 0, this.#count, this.#isCounted);
    const state: Asked = ['state', ['FT.INFO', access.index]];
    // One answer is of one moment, so that only its own moment counts.
    this.#ask(this.#mode === 'whole' ? [['keys', first], state] : [state, ['keys', first], state]);
  }

  #askPage(): void {
    if (!this.#hasAsked) return this.#askFirst();
    const { access } = this.#context;
    const isPages = this.#mode === 'pages';
    const most = isPages ? this.#pageCount : Math.max(this.#mode === 'cursor' ? CURSOR_COUNT : PAGE_COUNT, access.limit ?? 0);
    this.#count = Math.min(this.#count * (this.#mode === 'cursor' ? 2 : 8), most);
    const state: Asked = ['state', ['FT.INFO', access.index]];
    if (isPages) {
      this.#isTrusted = false;
      return this.#ask([['keys', searchCommand(access, this.#offset, this.#count, this.#isCounted)], state]);
    }
    const page: Asked = ['keys', ['FT.CURSOR', 'READ', access.index, this.#cursor, 'COUNT', String(this.#count)]];
    const isDue = performance.now() - this.#checkedAtMs >= CHECK_MS;
    this.#ask(isDue ? [page, state] : [page]);
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
    const { error, warnings, cursor, rowCount } = this.#searchReader;
    this.#cursor = cursor;
    if (this.#isStopped) return;
    const [warning] = warnings;
    if (error !== null) return this.#takeRefusal(error);
    if (warning !== undefined) return this.#giveUp(warning);
    if (this.#mode === 'whole') return this.#takeWhole();
    if (this.#mode === 'pages') {
      this.#offset += rowCount;
      this.#isExhausted = rowCount < this.#count;
      // Fewer than were counted: documents left, or a version cuts in silence.
      if (this.#isExhausted && this.#offset < this.#context.access.expectedKeys) this.#restart('cursor', FIRST_COUNT);
      return;
    }
    this.#isExhausted = cursor === '0';
    // Between two checks pages are handed on as they come: what is in them is right, only what follows may be missing.
    if (this.#isExhausted && this.#questions.length === 0) this.#ask([['state', ['FT.INFO', this.#context.access.index]]]);
  }

  /** MAXSEARCHRESULTS cuts searches, not cursors; counting is the slower way that every version knows. */
  #takeRefusal(error: string): void {
    if (this.#mode !== 'cursor' && LIMIT_REFUSED.test(error)) return this.#restart('cursor', FIRST_COUNT);
    if (this.#mode === 'cursor' || this.#isCounted || !COUNT_REFUSED.test(error)) return this.#giveUp(error);
    this.#isCounted = true;
    this.#restart(this.#mode, this.#count);
  }

  /** Where an answer is shorter than what was counted, the server has to say how much it found: some versions cut in silence. */
  #takeWhole(): void {
    const { rowCount, totalResults } = this.#searchReader;
    const { expectedKeys, limit } = this.#context.access;
    if (!this.#isCounted) {
      this.#isExhausted = rowCount < this.#count;
      if (rowCount >= this.#count && limit === null) return this.#restart('whole', roomFor(rowCount * 2));
      if (!this.#isExhausted || rowCount >= expectedKeys) return;
      this.#isCounted = true;
      return this.#restart('whole', this.#count);
    }
    this.#isExhausted = rowCount >= totalResults;
    if (this.#isExhausted) return;
    if (rowCount < this.#count) this.#restart('cursor', FIRST_COUNT);
    else if (limit === null) this.#restart('whole', roomFor(totalResults));
  }

  #takeState(state: IndexState): void {
    if (this.#isStopped || !this.#hasAsked) return;
    if (state.refusal !== null) return this.#giveUp(state.refusal);
    this.#checkedAtMs = performance.now();
    if (this.#mode !== 'whole') {
      this.#state ??= state;
      if (state.stamp !== this.#state.stamp) return this.#giveUp('the index was written to while it was read');
      // Documents that left moved all others: a cursor minds nothing.
      if (this.#mode === 'pages' && state.docCount !== this.#state.docCount) return this.#restart('cursor', FIRST_COUNT);
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
    if (this.#mode === 'pages' && count < block.count) this.#hasRepeated = true;
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
