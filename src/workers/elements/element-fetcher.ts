/**
 * One socket on which keys are asked for their elements, pipelined, and the decoding of the replies by an element reader.
 * What is under way is bounded in bytes. A key that holds more than a reader asks for at once is read in pieces, two
 * such keys at a time; the others wait, so that what is kept of half-read keys stays small.
 */
import { isUtf8 } from 'node:buffer';
import { RedQueryError } from '../../errors.ts';
import { FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import { encodeForKeys, encodeTogether, type KeyBlock, type KeyCommand, keyCommand } from '../keys/key-block.ts';
import type { KeyFetcher } from '../rows/key-fetcher.ts';
import type { FetchContext } from '../rows/row-fetcher.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from './element-reader.ts';
import { ElementRows } from './element-rows.ts';
import { FetchWindow } from './fetch-window.ts';

/** Keys that are read in pieces at a time: while one piece is decoded, the other is under way. */
const MAX_OPEN_KEYS = 2;

/** Keys [next, to) of a block: waiting to be asked, or asked and waiting for their replies. */
interface KeyRun {
  readonly kind: 'run';
  readonly block: KeyBlock;
  next: number;
  readonly to: number;
  readonly isSecond: boolean;
  /** Keys that one unit of replies answers. */
  readonly unitKeys: number;
  /** Replies of a unit. */
  readonly unitReplies: number;
  /** Elements that a unit asks for at most: what is asked of later keys may be another number by the time of the reply. */
  readonly askedCount: number;
}

/** A key that is read in pieces. */
interface OpenKey {
  readonly kind: 'piece';
  readonly block: KeyBlock;
  readonly key: number;
  readonly reader: PieceReader;
  readonly ttl: number;
  replyCount: number;
  isDrifted: boolean;
}

type Sent = KeyRun | OpenKey;

/** How many rows of a reply are still wanted decides nothing here: the sink takes no more than the task's limit. */
export class ElementFetcher implements KeyFetcher, SocketUser {
  readonly socket: ScanSocket;
  /** Keys taken and not yet asked for. */
  queuedKeys = 0;
  readonly #context: FetchContext;
  readonly #reader: ElementReader;
  readonly #rows: ElementRows;
  readonly #replies = new FlatReader();
  readonly #ttlCommand: KeyCommand | null;
  readonly #window: FetchWindow;
  readonly #queue: KeyRun[] = [];
  /** Keys that have to be read in pieces, and are not yet. */
  readonly #large: OpenKey[] = [];
  /** Open keys whose next piece is to be asked for. */
  readonly #pieces: OpenKey[] = [];
  readonly #sent: Sent[] = [];
  #openCount = 0;
  #inflightKeys = 0;
  #decodedKeys = 0;
  #decodedBytes = 0;
  /** Up to where what was received last is known to be UTF-8; −1 before it was looked at, null where not all of it is. */
  #textEnd: number | null = -1;

  constructor(socket: ScanSocket, reader: ElementReader, layout: ElementLayout, context: FetchContext) {
    this.socket = socket;
    this.#context = context;
    this.#reader = reader;
    this.#rows = new ElementRows(context.sink, layout, context.counters);
    this.#ttlCommand = layout.hasTtl ? keyCommand('TTL') : null;
    this.#window = new FetchWindow(context.wantedKeys);
    socket.use(this);
  }

  get isIdle(): boolean {
    return this.queuedKeys === 0 && this.#sent.length === 0 && this.#openCount === 0 && this.#large.length === 0;
  }

  wantsKeys(comingKeys: number): boolean {
    const ahead = Math.max(500, this.#window.keys >> 1);
    // Each key gives a row at least, so that a limit needs no more keys than rows.
    return this.queuedKeys < ahead && this.queuedKeys + this.#inflightKeys + comingKeys < this.#context.sink.rowsLeft;
  }

  take(block: KeyBlock): void {
    if (block.count > 0) this.#enqueue(block, false);
  }

  send(): void {
    const { writer, sink } = this.#context;
    if (writer.isFull || sink.rowsLeft <= 0) return;
    while (this.#openCount < MAX_OPEN_KEYS && this.#large.length > 0) {
      const open = this.#large.shift();
      if (open === undefined) break;
      this.#openCount += 1;
      this.#pieces.push(open);
    }
    for (let open = this.#pieces.shift(); open !== undefined; open = this.#pieces.shift()) this.#askPiece(open);
    // A large key first: whoever waits for it holds more than a key's name.
    if (this.queuedKeys === 0 || this.#openCount + this.#large.length >= MAX_OPEN_KEYS) return;
    const window = this.#window.keys;
    let room = Math.min(window, sink.rowsLeft) - this.#inflightKeys;
    // Many small requests cost more than a few: wait until a quarter of the window is free.
    if (room <= 0 || (this.#inflightKeys > 0 && room < window >> 2 && room < this.queuedKeys)) return;
    while (room > 0) {
      const run = this.#queue[0];
      if (run === undefined) return;
      const to = Math.min(run.to, run.next + room);
      room -= to - run.next;
      this.#ask(run, to);
      if (run.next === run.to) this.#queue.shift();
    }
  }

  onBytes(): void {
    this.#decodedKeys = 0;
    this.#decodedBytes = 0;
    this.#textEnd = -1;
    for (let sent = this.#sent[0]; sent !== undefined; sent = this.#sent[0]) {
      if (!(sent.kind === 'run' ? this.#decodeRun(sent) : this.#decodePiece(sent))) break;
    }
    const { receive } = this.socket;
    if (this.#sent.length === 0 && receive.start < receive.end) {
      throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
    }
    this.#window.adapt(this.#decodedKeys, this.#decodedBytes);
    this.#context.onProgress();
  }

  onFailure(error: unknown): void {
    this.#context.onFailure(error);
  }

  #enqueue(block: KeyBlock, isSecond: boolean): void {
    const run: KeyRun = { kind: 'run', block, next: 0, to: block.count, isSecond, unitKeys: 1, unitReplies: 0, askedCount: 0 };
    // Second rounds go first: they hold up nothing, and their keys may expire.
    if (isSecond) this.#queue.unshift(run);
    else this.#queue.push(run);
    this.queuedKeys += block.count;
  }

  #ask(run: KeyRun, to: number): void {
    const { block, next, isSecond } = run;
    const round = isSecond ? this.#secondRound() : this.#reader.first;
    const keyCount = to - next;
    if (round.kind === 'together') {
      for (let from = next; from < to; from += round.mostKeys) {
        const end = Math.min(to, from + round.mostKeys);
        const request = encodeTogether(block, from, end, round.name, round.args);
        const sent: KeyRun = { ...run, next: from, to: end, unitKeys: end - from, unitReplies: 1 };
        this.#write(request, sent, 1);
      }
    } else {
      const commands = this.#ttlCommand === null ? round.commands : [...round.commands, this.#ttlCommand];
      const request = encodeForKeys(block, next, to, commands);
      const unitReplies = commands.length;
      const askedCount = round.askedCount ?? 0;
      const sent: KeyRun = { kind: 'run', block, next, to, isSecond, unitKeys: 1, unitReplies, askedCount };
      this.#write(request, sent, keyCount * unitReplies);
    }
    run.next = to;
    this.#inflightKeys += keyCount;
    this.queuedKeys -= keyCount;
  }

  #secondRound(): Round {
    const { second } = this.#reader;
    if (second === undefined) throw new RedQueryError('RQ_INTERNAL', `${this.#reader.commandName} has no second round`);
    return second;
  }

  #askPiece(open: OpenKey): void {
    const commands = open.reader.nextCommands(this.#context.sink.rowsLeft);
    open.replyCount = commands.length;
    this.#write(encodeForKeys(open.block, open.key, open.key + 1, commands), open, commands.length);
  }

  #write(request: Buffer, sent: Sent, replyCount: number): void {
    const { counters } = this.#context;
    this.#sent.push(sent);
    counters.bytesSent += request.length;
    counters.roundTrips += 1;
    this.socket.write(request, replyCount);
  }

  /** Decodes the units of a run that are whole; true when that was all of them. */
  #decodeRun(run: KeyRun): boolean {
    const replies = this.#replies;
    while (run.next < run.to) {
      if (!this.#readUnit(run.unitReplies)) return false;
      const { receive } = this.socket;
      const { bytes } = receive;
      this.#decodedKeys += run.unitKeys;
      this.#inflightKeys -= run.unitKeys;
      this.#decodeUnit(run, bytes);
      receive.consume(replies.base + replies.byteCount);
      run.next += run.unitKeys;
    }
    this.#sent.shift();
    return true;
  }

  #decodeUnit(run: KeyRun, bytes: Buffer): void {
    const { block, next } = run;
    const replies = this.#replies;
    const rows = this.#rows;
    rows.begin(bytes, replies, this.#isText(bytes), block, next, next + run.unitKeys);
    rows.askedCount = run.askedCount;
    if (this.#ttlCommand !== null && run.unitKeys === 1) rows.row.ttl = this.#takeTtl(bytes);
    const isError = replies.errorToken >= 0 && this.#reader.takesErrors !== true;
    const outcome = isError ? this.#outcomeOfError(bytes) : this.#outcomeOf(run);
    // Each row of a key may repeat its name.
    this.#decodedBytes += rows.rowCount * ((block.ends[next] ?? 0) - (block.starts[next] ?? 0));
    this.#settle(outcome, run);
    const rechecked = rows.takeRechecked();
    if (rechecked.length > 0) this.#queueSecond(block, rechecked);
  }

  #outcomeOf(run: KeyRun): Outcome {
    // It went between its two commands, or was never there.
    if (this.#rows.row.ttl === -2) return OUTCOME.GONE;
    return this.#reader.read(this.#replies, this.#rows, run.isSecond);
  }

  #settle(outcome: Outcome, run: KeyRun): void {
    const { counters } = this.#context;
    switch (outcome) {
      case OUTCOME.DONE:
        return;
      case OUTCOME.MORE:
        this.#openLarge(run);
        return;
      case OUTCOME.GONE:
        counters.vanishedKeys += 1;
        return;
      case OUTCOME.OTHER_TYPE:
        counters.skippedKeys += 1;
        return;
      case OUTCOME.RECHECK:
        this.#rows.recheck(run.next);
        return;
      default:
        outcome satisfies never;
    }
  }

  #openLarge({ block, next }: KeyRun): void {
    const reader = this.#reader.openPieces?.(this.#replies, this.#rows);
    if (reader === undefined) throw new RedQueryError('RQ_INTERNAL', `${this.#reader.commandName} is not read in pieces`);
    const { ttl } = this.#rows.row;
    const open: OpenKey = { kind: 'piece', block, key: next, reader, ttl, replyCount: 0, isDrifted: false };
    if (!reader.takesFirst || this.#openCount >= MAX_OPEN_KEYS) {
      this.#large.push(open);
      return;
    }
    this.#openCount += 1;
    this.#readPiece(open);
  }

  #decodePiece(open: OpenKey): boolean {
    if (!this.#readUnit(open.replyCount)) return false;
    const replies = this.#replies;
    const { receive } = this.socket;
    const { bytes } = receive;
    this.#sent.shift();
    if (replies.errorToken >= 0) {
      // The key was there a moment ago; what it is now decides nothing about the rows that were given.
      this.#settlePieceError(bytes);
      this.#openCount -= 1;
      receive.consume(replies.base + replies.byteCount);
      return true;
    }
    this.#rows.begin(bytes, replies, this.#isText(bytes), open.block, open.key, open.key + 1);
    this.#rows.row.ttl = open.ttl;
    this.#readPiece(open);
    receive.consume(replies.base + replies.byteCount);
    return true;
  }

  #readPiece(open: OpenKey): void {
    const replies = this.#replies;
    const rows = this.#rows;
    const hasMore = open.reader.advance(replies, rows);
    if (open.reader.hasDrifted && !open.isDrifted) {
      open.isDrifted = true;
      this.#context.counters.driftedKeys += 1;
    }
    if (hasMore) this.#pieces.push(open);
    else this.#openCount -= 1;
    // First the next question, then the work on this answer: Redis does not wait for us.
    if (this.#context.sink.rowsLeft === Infinity) this.send();
    open.reader.read(replies, rows);
  }

  #settlePieceError(bytes: Buffer): void {
    if (this.#outcomeOfError(bytes) !== OUTCOME.DONE) this.#context.counters.driftedKeys += 1;
  }

  /** Finds the replies of a unit in what was received; false while bytes are missing. */
  #readUnit(replyCount: number): boolean {
    const replies = this.#replies;
    const { receive } = this.socket;
    if (!replies.read(receive.bytes, receive.start, receive.end, replyCount)) {
      if (replies.neededBytes > 0) {
        receive.reserve(replies.neededBytes);
        this.#window.expect(replies.neededBytes);
      }
      return false;
    }
    this.#decodedBytes += replies.byteCount;
    this.socket.answered(replyCount);
    return true;
  }

  /**
   * Values stand between CR LF, so that no character reaches over a value's edge: if all of it is UTF-8, so is each value. Small
   * units are looked at together, all that came at once.
   */
  #isText(bytes: Buffer): boolean {
    const { base, byteCount } = this.#replies;
    const end = base + byteCount;
    if (this.#textEnd !== null && this.#textEnd < end) {
      const wholeEnd = endOfCharacters(bytes, end, this.socket.receive.end);
      this.#textEnd = isUtf8(bytes.subarray(base, wholeEnd)) ? wholeEnd : null;
    }
    return this.#textEnd !== null || isUtf8(bytes.subarray(base, end));
  }

  /**
   * Takes the last reply, that of TTL, off the unit.
   * @throws {RedQueryError} RQ_REDIS_PERMISSION and its kin: TTL asks for no type
   */
  #takeTtl(bytes: Buffer): number {
    const replies = this.#replies;
    const token = replies.count - 1;
    if (replies.types[token] === TOKEN.ERROR) throw redisErrorFrom(textAt(replies, bytes, token), 'TTL');
    replies.count = token;
    return replies.integerAt(bytes, token);
  }

  /** @throws {RedQueryError} RQ_REDIS_ERROR and its kin, for errors that say nothing about the key's type */
  #outcomeOfError(bytes: Buffer): Outcome {
    const text = textAt(this.#replies, bytes, this.#replies.errorToken);
    const judged = this.#reader.judgeError?.(text);
    if (judged !== undefined) return judged;
    if (text.startsWith('WRONGTYPE')) return OUTCOME.OTHER_TYPE;
    throw redisErrorFrom(text, this.#reader.commandName);
  }

  #queueSecond(block: KeyBlock, keys: readonly number[]): void {
    const starts = Int32Array.from(keys, (key) => block.starts[key] ?? 0);
    const ends = Int32Array.from(keys, (key) => block.ends[key] ?? 0);
    this.#enqueue({ ...block, starts, ends, count: keys.length }, true);
  }
}

/** Where the last character before `to` begins that may be cut; `to` where it ends in ASCII, at least `from`. */
function endOfCharacters(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end > from && (bytes[end - 1] ?? 0) >= 0xc0 ? end - 1 : end;
}

function textAt({ base, starts, ends }: FlatReader, bytes: Buffer, token: number): string {
  return bytes.toString('utf8', base + (starts[token] ?? 0), base + (ends[token] ?? 0));
}
