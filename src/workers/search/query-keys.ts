/**
 * Keys of a user's own search, with what it says of each: the first thousand, and where more are wanted all of them in one
 * further search, out of which those that were given are left. So each document comes once, whatever is written meanwhile.
 */
import { isUtf8 } from 'node:buffer';
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyError, isReplyPush, type Reply, ReplyReader } from '../../resp/reply-reader.ts';
import type { ScanSocket, SocketUser } from '../../storage/connections/connection.ts';
import { queryCommand } from '../../storage/queries/query-command.ts';
import type { QueryAccess } from '../../storage/scan-words.ts';
import { entriesOf, searchReplyFrom, textOf } from '../../storage/search/catalog/replies.ts';
import { blockFromKeys, type KeyBlock, type KeyExtras, NO_KEYS } from '../keys/key-block.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { ScanCounters } from '../scan-counters.ts';
import { cutError, queryErrorFrom } from './query-error.ts';

const BLOCK_KEYS = 1024;
/** More room than was counted: documents come in while we ask. */
const SPARE_ROWS = 1000;

/** What a query works with. */
export interface QueryContext {
  readonly access: QueryAccess;
  readonly counters: ScanCounters;
  wantsKeys(comingKeys: number): boolean;
  /** True when every key handed on was fetched and its row, if any, taken. */
  isDrained(): boolean;
  onKeys(block: KeyBlock): void;
  onFailure(error: unknown): void;
}

interface Found {
  readonly key: Buffer;
  readonly extras: KeyExtras;
}

export class QueryKeys implements SocketUser, KeySource {
  readonly #socket: ScanSocket;
  readonly #context: QueryContext;
  readonly #reader = new ReplyReader();
  readonly #pending: Found[] = [];
  /** Keys of the first answer, as latin-1 text. */
  readonly #given = new Set<string>();
  /** Documents that the next search may give; null where there is none to make. */
  #next: number | null;
  #asked = 0;
  #isAsking = false;
  #isHandingOn = false;

  constructor(socket: ScanSocket, context: QueryContext) {
    const { limit, firstRows } = context.access;
    this.#socket = socket;
    this.#context = context;
    this.#next = Math.min(limit ?? Infinity, firstRows);
    socket.use(this);
  }

  get isDone(): boolean {
    return this.#next === null && !this.#isAsking && this.#pending.length === 0;
  }

  send(): void {
    this.#handOn();
    if (this.#isAsking || this.#next === null || this.#pending.length > 0) return;
    const isMore = this.#asked > 0;
    if (isMore ? this.#context.isDrained() : this.#context.wantsKeys(0)) this.#ask(this.#next);
  }

  onBytes(): void {
    const { receive } = this.#socket;
    const reply = this.#reader.read(receive);
    if (reply === undefined || isReplyPush(reply)) return;
    this.#socket.answered(1);
    if (!this.#isAsking || receive.start < receive.end) {
      throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
    }
    this.#isAsking = false;
    this.#take(reply);
    this.send();
    // Where nothing was left to hand on, nobody else would tell.
    if (this.isDone) this.#context.onKeys(NO_KEYS);
  }

  onFailure(error: unknown): void {
    this.#context.onFailure(error);
  }

  #ask(rowCount: number): void {
    const { access, counters } = this.#context;
    const request = encodeCommand(queryCommand(access, rowCount));
    this.#asked = rowCount;
    this.#next = null;
    this.#isAsking = true;
    counters.roundTrips += 1;
    counters.bytesSent += request.length;
    this.#socket.write(request, 1);
  }

  #take(reply: Reply): void {
    const { access } = this.#context;
    if (isReplyError(reply)) throw queryErrorFrom(reply.error, access);
    const { total, results, warnings } = searchReplyFrom(reply);
    const [warning] = warnings;
    if (warning !== undefined) throw cutError(access, warning);
    const isFirst = this.#given.size === 0;
    for (const result of results) {
      const found = foundIn(result, access);
      if (found === null) continue;
      const name = found.key.toString('latin1');
      if (!isFirst && this.#given.has(name)) continue;
      this.#given.add(name);
      this.#pending.push(found);
    }
    const wanted = Math.min(total, access.limit ?? Infinity);
    if (this.#asked < wanted) this.#next = Math.min(access.limit ?? Infinity, total + SPARE_ROWS);
    else if (results.length < Math.min(this.#asked, total) && isRound(results.length)) {
      throw cutError(access, `it found ${total} documents and gave ${results.length}`);
    }
  }

  #handOn(): void {
    if (this.#isHandingOn) return;
    this.#isHandingOn = true;
    while (this.#pending.length > 0 && this.#context.wantsKeys(0)) {
      const block = blockFrom(this.#pending.splice(0, BLOCK_KEYS));
      this.#context.counters.keysScanned += block.count;
      this.#context.onKeys(block);
    }
    this.#isHandingOn = false;
  }
}

/** MAXSEARCHRESULTS, which cuts an answer, is such a number; a few documents may have expired unseen. */
function isRound(rowCount: number): boolean {
  return rowCount > 0 && rowCount % 100 === 0;
}

/** Null for a document that is gone. */
function foundIn(result: Reply, { hasScores, distance, highlighted }: QueryAccess): Found | null {
  const entries = entriesOf(result);
  const key = entries.get('id');
  if (!Buffer.isBuffer(key)) return null;
  const values = entriesOf(entries.get('extra_attributes'));
  const extras: Record<string, Buffer> = {};
  const score = hasScores ? scoreText(entries.get('score')) : '';
  if (score !== '') extras['score'] = Buffer.from(score);
  const far = distance === null ? undefined : values.get(distance);
  if (Buffer.isBuffer(far)) extras['distance'] = far;
  if (highlighted.length > 0) extras['highlight'] = Buffer.from(JSON.stringify(markedIn(values, highlighted)));
  return { key, extras };
}

function scoreText(score: Reply | undefined): string {
  return typeof score === 'number' ? String(score) : textOf(score);
}

/** The attributes in which something was marked. */
function markedIn(values: ReadonlyMap<string, Reply>, names: readonly string[]): Record<string, string> {
  const marked: Record<string, string> = {};
  for (const name of names) {
    const text = textOf(values.get(name));
    if (text.includes('<b>')) marked[name] = text;
  }
  return marked;
}

function blockFrom(found: readonly Found[]): KeyBlock {
  const block = blockFromKeys(found.map(({ key }) => key));
  const extras = new Map(found.map((one, i) => [block.starts[i] ?? 0, one.extras]));
  return { ...block, isUtf8: isUtf8(block.bytes), extras };
}
