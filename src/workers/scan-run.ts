/**
 * One task from its first command to its last message: opens the sockets, joins scanner, fetcher, sink and writer, keeps
 * them going while the reader has room, and leaves nothing behind when it ends, is stopped or fails.
 */
import { type ErrorData, errorDataFrom, RedQueryError } from '../errors.ts';
import type { RespVersion, ScanSocket } from '../storage/connections/connection.ts';
import type { Endpoint } from '../storage/connections/endpoint.ts';
import { acquireScanSocket, releaseScanSocket } from '../storage/connections/idle-sockets.ts';
import { type KeyGuard, keyGuardFrom } from '../storage/keys/key-guard.ts';
import type { AccessPath, SearchAccess } from '../storage/scan-words.ts';
import { runCommand } from './command/command-run.ts';
import { ElementFetcher } from './elements/element-fetcher.ts';
import { RefusedPathError } from './elements/json-finder.ts';
import { withComplaint } from './elements/refused-path.ts';
import { keepExampleKey } from './example-key.ts';
import { TemplateFilter } from './keys/captures.ts';
import { blockFromKeys, type KeyBlock, keptOf } from './keys/key-block.ts';
import { KeyScanner, type ScanContext } from './keys/key-scanner.ts';
import { KeyGiver, KeyTaker } from './keys/key-share.ts';
import type { KeySource } from './keys/key-source.ts';
import { RecentKeys } from './keys/recent-keys.ts';
import type { ScanJob } from './protocol.ts';
import { readerFor } from './readers/readers.ts';
import { BatchWriter } from './rows/batch-writer.ts';
import type { KeyFetcher } from './rows/key-fetcher.ts';
import { type FetchContext, RowFetcher } from './rows/row-fetcher.ts';
import { RowSink } from './rows/row-sink.ts';
import { layoutFor, type ScanLayout, scanTypeFor } from './rows/scan-layout.ts';
import { ScanCounters } from './scan-counters.ts';
import { ScanLimits } from './scan-limits.ts';
import { indexIncompleteError, SEARCH_MEMORY } from './search/index-incomplete.ts';
import { otherDatabaseError } from './search/query-error.ts';
import { QueryKeys } from './search/query-keys.ts';
import { SearchKeys } from './search/search-keys.ts';
import { SeriesKeys } from './search/series-keys.ts';

/** How often the runs of a thread look whether their statement was stopped, while no bytes come in. */
const STOP_CHECK_MS = 25;

/** Runs one task; gives its error, which the reader has been told by then, or null. */
export function runScan(job: ScanJob, endpoint: Endpoint): Promise<ErrorData | null> {
  return job.task.access.kind === 'command' ? runCommand(job, endpoint) : new ScanRun(job, endpoint).run();
}

/** Warnings are in RESP3 only. */
const SEARCHES: ReadonlySet<AccessPath['kind']> = new Set(['search', 'query']);

type SourceContext = Omit<ScanContext, 'pattern' | 'type' | 'recent' | 'maxCount' | 'onAsk'>;

class ScanRun {
  readonly #job: ScanJob;
  readonly #endpoint: Endpoint;
  readonly #layout: ScanLayout;
  readonly #counters: ScanCounters;
  readonly #limits: ScanLimits;
  readonly #writer: BatchWriter;
  readonly #sink: RowSink;
  readonly #abort = new AbortController();
  #sockets: ScanSocket[] = [];
  /** The one of them that its KeySource gives back. */
  #sourceSocket: ScanSocket | null = null;
  #scanner: KeySource | null = null;
  #fetcher: KeyFetcher | null = null;
  /** Null without a template. */
  readonly #filter: TemplateFilter | null;
  /** Null: every key may be read. */
  readonly #guard: KeyGuard | null;
  /** Sharing the scan with other threads: as its leader, as a helper, or not at all. */
  readonly #giver: KeyGiver | null;
  readonly #taker: KeyTaker | null;
  #isToldDone = false;
  #hasExample = false;
  #countedBytes = 0;
  #isEnded = false;
  #finish: (error: ErrorData | null) => void = () => undefined;

  constructor(job: ScanJob, endpoint: Endpoint) {
    this.#job = job;
    this.#endpoint = endpoint;
    this.#layout = layoutFor(job.task);
    this.#counters = new ScanCounters(job.counters);
    this.#limits = new ScanLimits(job.task.budget, () => this.#step());
    this.#writer = new BatchWriter(job.port, job.control, this.#counters, () => this.#step());
    this.#sink = new RowSink(job.task, this.#layout, this.#writer, this.#counters);
    this.#filter = job.task.template === null ? null : new TemplateFilter(job.task.template);
    this.#guard = keyGuardFrom(job.task.allowedKeys ?? null);
    const { share } = job;
    this.#giver = share?.kind === 'lead' ? new KeyGiver(share.helpers, () => this.#step()) : null;
    this.#taker = share?.kind === 'help' ? new KeyTaker(share.leader, (block) => this.#takeBlock(block)) : null;
  }

  run(): Promise<ErrorData | null> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      watchForStop(this);
      // A helper may not begin anew: the keys that it was handed would be lost.
      this.#attempt(this.#taker !== null).catch((error: unknown) => this.#end(error));
    });
  }

  /** A helper's next keys; null when there are no more. */
  #takeBlock(block: KeyBlock | null): void {
    if (block !== null) this.#fetcher?.take(block);
    this.#step();
  }

  /** Ends the run where its statement was stopped. */
  checkStop(): void {
    if (this.#writer.isStopped) this.#end(new RedQueryError('RQ_CANCELLED', 'the statement was stopped'));
    else this.#counters.publish();
  }

  /** Opens the sockets and sends the first commands. `isFresh`: warm sockets proved stale. */
  async #attempt(isFresh: boolean): Promise<void> {
    const { task } = this.#job;
    const { access } = task;
    if (access.kind === 'empty' || this.#sink.rowsLeft <= 0) return this.#end(null);
    const { fetch, elements } = this.#layout;
    const [scanSocket, fetchSocket] = await this.#openSockets(
      access.kind !== 'keys' && this.#taker === null,
      fetch !== null || elements !== null,
      isFresh,
    );
    if (this.#isEnded) return;
    if (fetchSocket !== undefined) {
      this.#fetcher = this.#newFetcher(fetchSocket, this.#fetchContext(isFresh));
      if (access.kind === 'keys') this.#takeKeys(this.#fetcher, access.keys);
    }
    if (scanSocket !== undefined) this.#scanner = this.#newSource(scanSocket, isFresh);
    this.#step();
  }

  async #openSockets(hasScan: boolean, hasFetch: boolean, isFresh: boolean): Promise<(ScanSocket | undefined)[]> {
    const open = async (isNeeded: boolean, protocol: RespVersion): Promise<ScanSocket | undefined> => {
      if (!isNeeded) return undefined;
      const socket = await acquireScanSocket(this.#endpoint, { signal: this.#abort.signal, isFresh, protocol });
      if (this.#isEnded) releaseScanSocket(socket);
      else this.#sockets.push(socket);
      return socket;
    };
    return Promise.all([open(hasScan, SEARCHES.has(this.#job.task.access.kind) ? 3 : 2), open(hasFetch, 2)]);
  }

  #newFetcher(socket: ScanSocket, context: FetchContext): KeyFetcher {
    const { fetch, elements } = this.#layout;
    if (fetch !== null) return new RowFetcher(socket, fetch, context);
    if (elements !== null) return new ElementFetcher(socket, readerFor(this.#job.task, elements), elements, context);
    throw new RedQueryError('RQ_INTERNAL', 'a socket without a use');
  }

  #takeKeys(fetcher: KeyFetcher, keys: readonly Uint8Array[]): void {
    const block = blockFromKeys(keys);
    const recent = new RecentKeys();
    const isNew = keys.filter((_, i) => !recent.isRepeat(block.bytes, block.starts[i] ?? 0, block.ends[i] ?? 0));
    this.#counters.keysScanned += isNew.length;
    fetcher.take(this.#matching(isNew.length === keys.length ? block : blockFromKeys(isNew)));
  }

  #fetchContext(isFresh: boolean): FetchContext {
    const { access, rowLimit } = this.#job.task;
    return {
      layout: this.#layout,
      sink: this.#sink,
      writer: this.#writer,
      counters: this.#counters,
      wantedKeys: Math.min(access.kind === 'keys' ? access.keys.length : Infinity, rowLimit ?? Infinity),
      onProgress: () => {
        this.#sink.settle();
        this.#step();
      },
      onFailure: (error) => this.#fail(error, isFresh),
    };
  }

  /** The keys that may be read and that the task's template matches. */
  #matching(block: KeyBlock): KeyBlock {
    const allowed = this.#guard === null ? block : this.#allowed(block, this.#guard);
    const kept = this.#filter === null ? allowed : this.#filter.keep(allowed);
    if (!this.#hasExample && kept.count > 0) {
      this.#hasExample = true;
      keepExampleKey(this.#job.counters, kept.bytes.subarray(kept.starts[0], kept.ends[0]));
    }
    return kept;
  }

  #allowed(block: KeyBlock, guard: KeyGuard): KeyBlock {
    const allowed = keptOf(block, (start, end) => guard.allowsKey(block.bytes.subarray(start, end)));
    this.#counters.forbiddenKeys += block.count - allowed.count;
    return allowed;
  }

  #newSource(socket: ScanSocket, isFresh: boolean): KeySource {
    const { access } = this.#job.task;
    switch (access.kind) {
      case 'scan':
        return this.#newScanner(socket, access.pattern, isFresh);
      case 'search':
        return this.#newSearch(socket, access, isFresh);
      case 'query':
        if (this.#endpoint.database !== 0) throw otherDatabaseError(this.#endpoint.database);
        return new QueryKeys(socket, { ...this.#sourceContext(isFresh), access, isDrained: () => this.#isDrained() });
      case 'series':
        // The index of labels knows nothing of databases: by a series of the same name in another it may lack one of ours.
        if (this.#endpoint.database !== 0) return this.#newScanner(socket, access.pattern, isFresh);
        return new SeriesKeys(socket, access, this.#sourceContext(isFresh));
      case 'empty':
      case 'keys':
      case 'command':
        throw new RedQueryError('RQ_INTERNAL', `no keys are looked for with access ${access.kind}`);
      default:
        return access satisfies never;
    }
  }

  #newScanner(socket: ScanSocket, pattern: Uint8Array, isFresh: boolean, recent = new RecentKeys()): KeyScanner {
    const type = scanTypeFor(this.#job.task, this.#layout);
    const maxCount = this.#limits.scanCount;
    const onAsk = (count: number): void => this.#limits.spend(count);
    return new KeyScanner(socket, { ...this.#sourceContext(isFresh), pattern, type, recent, maxCount, onAsk });
  }

  #newSearch(socket: ScanSocket, access: SearchAccess, isFresh: boolean): SearchKeys {
    this.#sourceSocket = socket;
    const given = new RecentKeys(SEARCH_MEMORY);
    return new SearchKeys(socket, {
      ...this.#sourceContext(isFresh),
      access,
      given,
      isDrained: () => this.#isDrained(),
      onIncomplete: (reason) => void this.#scanInstead(access, given, reason).catch((error: unknown) => this.#end(error)),
    });
  }

  /** True when every key was fetched and its row taken: the reader waits for more than was asked for at first. */
  #isDrained(): boolean {
    if (this.#fetcher?.isIdle === false) return false;
    if (this.#job.task.rowLimit !== null) return true;
    this.#sink.flush();
    return this.#writer.isDrained;
  }

  /** The index may lack keys: all that it did not give come by the scan, filtered by nobody before DuckDB. */
  async #scanInstead(access: SearchAccess, given: RecentKeys, reason: string): Promise<void> {
    this.#counters.indexFallbacks += 1;
    if (given.hasForgotten || access.isOnlyWay === true) throw indexIncompleteError(access, reason);
    this.#sink.rowsLeft = Infinity;
    const socket = await acquireScanSocket(this.#endpoint, { signal: this.#abort.signal });
    if (this.#isEnded) return releaseScanSocket(socket);
    this.#sockets.push(socket);
    this.#scanner = this.#newScanner(socket, access.pattern, true, given);
    this.#step();
  }

  #sourceContext(isFresh: boolean): SourceContext {
    return {
      counters: this.#counters,
      wantsKeys: (comingKeys) => {
        if (this.#isEnded || this.#writer.isStopped || !this.#limits.mayAsk()) return false;
        if (this.#giver?.hasCredit === true) return true;
        if (this.#writer.isFull) return false;
        return this.#fetcher === null ? comingKeys < this.#sink.rowsLeft : this.#fetcher.wantsKeys(comingKeys);
      },
      onKeys: (found) => {
        const excess = this.#limits.found(found.count);
        if (excess !== null) return this.#end(excess);
        // A scan has spent them when it asked.
        if (!(this.#scanner instanceof KeyScanner)) this.#limits.spend(found.count);
        const block = this.#matching(found);
        if (this.#fetcher === null) this.#sink.addKeys(block);
        else if (block.count === 0 || this.#fetcher.wantsKeys(0) || this.#giver?.give(block) !== true) this.#fetcher.take(block);
        this.#sink.settle();
        this.#step();
      },
      onFailure: (error) => this.#fail(error, isFresh),
    };
  }

  /** Goes on where that is possible, and ends where all is done. */
  #step(): void {
    if (this.#isEnded) return;
    if (this.#writer.isStopped) return this.checkStop();
    this.#countBytes();
    const excess = this.#limits.received(this.#counters.totalOf('bytesReceived'));
    if (excess !== null) return this.#end(excess);
    this.#scanner?.send();
    this.#fetcher?.send();
    this.#taker?.ask(!this.#writer.isFull && this.#fetcher?.wantsKeys(0) === true);
    const isScanned = this.#taker?.isDone ?? this.#scanner?.isDone ?? true;
    if (this.#scanner?.isDone === true && this.#giver !== null && !this.#isToldDone) {
      this.#isToldDone = true;
      this.#giver.done();
    }
    const isFetched = this.#fetcher === null || this.#fetcher.isIdle;
    // A helper that was too late for any key ends without a connection.
    const isStarted = this.#scanner !== null || this.#fetcher !== null || this.#taker?.isDone === true;
    if (isStarted && ((isScanned && isFetched) || this.#sink.rowsLeft <= 0)) this.#end(null);
  }

  /** A warm socket that the server had closed is known by this: not a byte came. Reading again is harmless. */
  #fail(error: unknown, isFresh: boolean): void {
    const isLost = error instanceof RedQueryError && error.code === 'RQ_REDIS_LOST';
    const isStale = isLost && !isFresh && this.#sockets.every(({ isReused, bytesReceived }) => isReused && bytesReceived === 0);
    const isUnexplained = error instanceof RefusedPathError && error.key.length > 0;
    if ((!isStale && !isUnexplained) || this.#isEnded) return this.#end(error);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets = [];
    this.#countedBytes = 0;
    this.#scanner = null;
    this.#fetcher = null;
    if (isUnexplained) void withComplaint(error, this.#endpoint, this.#abort.signal).then((told) => this.#end(told));
    else this.#attempt(true).catch((reason: unknown) => this.#end(reason));
  }

  /** Those of a KeySource that gives its socket back itself are counted when it does. */
  #countBytes(): void {
    let byteCount = 0;
    for (const socket of this.#sockets) if (socket !== this.#sourceSocket) byteCount += socket.bytesReceived;
    this.#counters.bytesReceived += byteCount - this.#countedBytes;
    this.#countedBytes = byteCount;
  }

  #end(error: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    unwatch(this);
    this.#abort.abort();
    if (error === null) this.#sink.flush();
    this.#limits.close();
    this.#countBytes();
    // They wait at the same time, mostly.
    const waitedMs = Math.max(0, ...this.#sockets.map((socket) => socket.waitedMs));
    this.#counters.redisMicros += Math.round(waitedMs * 1000);
    this.#scanner?.stop?.();
    const own = this.#sockets.filter((socket) => socket !== this.#sourceSocket);
    const data = error === null ? null : errorDataFrom(error);
    this.#writer.end(data);
    for (const socket of own) releaseScanSocket(socket);
    this.#giver?.close();
    this.#taker?.close();
    this.#finish(data);
  }
}

// One timer a thread serves all its runs.
const running = new Set<ScanRun>();
let stopTimer: NodeJS.Timeout | undefined;

function watchForStop(run: ScanRun): void {
  running.add(run);
  stopTimer ??= setInterval(() => {
    for (const one of running) one.checkStop();
  }, STOP_CHECK_MS).unref();
}

function unwatch(run: ScanRun): void {
  running.delete(run);
  if (running.size > 0) return;
  clearInterval(stopTimer);
  stopTimer = undefined;
}
