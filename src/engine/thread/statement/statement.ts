/**
 * One statement inside an engine thread, from text to batches: tag the calls, plan and prepare (statement-planner.ts), run,
 * collect. Every scan that the statement started is stopped when it ends, however it ends.
 */
import type { Batch } from '../../../arrow/index.ts';
import { RedQueryError } from '../../../errors.ts';
import type { ScanArguments } from '../../../planner/index.ts';
import { type Classification, classifyStatement } from '../../../sql/classify.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { type ScanSettingChange, scanSettingFrom, shownScanSetting } from '../../../sql/scan-setting.ts';
import type { Spliced } from '../../../sql/splice.ts';
import { tagScans } from '../../../sql/tag-scans.ts';
import { SCAN_SETTING_NAMES, scanSettingText } from '../../../storage/scan-settings.ts';
import { checkFullScan } from '../../../storage/tables/full-scan.ts';
import type { SqlField } from '../../../types/index.ts';
import { CONTROL, STATE } from '../../../workers/protocol.ts';
import { type Connection, calls, native, type Result } from '../../duckdb.ts';
import type { DescribedColumn, EngineExplanation, ToEngine } from '../../protocol.ts';
import { runCallback } from '../../thread-cells.ts';
import { BatchCollector } from '../../vectors/columns-from-vectors.ts';
import { errorFromDuckDb } from '../errors/duckdb-errors.ts';
import { BatchFeed } from '../functions/aggregate-function.ts';
import type { RowFeed, ScanFeed } from '../functions/scan-feed.ts';
import type { Weight } from '../sandbox/expansion.ts';
import type { StatementHost } from '../statement-host.ts';
import type { ThreadSession } from '../thread-session.ts';
import { inferredIn, withInference } from './describe-batch.ts';
import { Explanation } from './explanation.ts';
import { Interrupter } from './interrupter.ts';
import { lateErrorOf, lateErrorUnknown } from './late-error.ts';
import { fieldsOf, hasFailed } from './prepared.ts';
import { StatementPlanner } from './statement-planner.ts';
import { type BoundTable, TableBinder } from './table-binder.ts';
import { Transaction } from './transaction.ts';

/** A step's rows: null where there are none (left); `isLast` where the statement has ended. */
export interface Fetched {
  readonly batch: Batch | null;
  readonly isLast: boolean;
}

/** A statement that DuckDB executes. */
interface Running {
  readonly result: Result;
  readonly collector: BatchCollector;
  /** Rows to collect for the next batch. */
  batchRows: number;
}

type StatementRequest = Pick<Extract<ToEngine, { kind: 'run' }>, 'statementId' | 'text' | 'control' | 'isStructured'>;

/** What DuckDB runs in place of a SET of ours: its result is like that of any SET. */
const NOTHING_TO_SET = 'RESET VARIABLE redquery';
/** A batch for the reader: it starts with one chunk and grows to so many rows or bytes, or what came in so many ms. */
const MOST_BATCH_ROWS = 8_192;
const MOST_BATCH_BYTES = 1 << 20;
const MOST_COLLECT_MS = 25;

export class Statement {
  readonly id: number;
  readonly session: ThreadSession;
  readonly control: Int32Array;
  /** An EXPLAIN whose scans are told as data, and known in the plan by their numbers of expected rows. */
  readonly isStructured: boolean;
  connection: Connection | null = null;
  readonly #host: StatementHost;
  readonly #text: string;
  readonly #kind: Classification;
  /** A setting of ours, which DuckDB does not know. */
  readonly #setting: ScanSettingChange | null;
  readonly #tables: TableBinder;
  readonly #feeds: ScanFeed[] = [];
  readonly #notes: string[] = [];
  /** Null where it is no EXPLAIN. */
  readonly #explanation: Explanation | null;
  readonly #tags: number[] = [];
  #callbackError: RedQueryError | null = null;
  readonly #transaction = new Transaction();
  readonly #planner: StatementPlanner;
  #fields: readonly SqlField[] = [];
  #running: Running | null = null;
  /** Batches that are left once DuckDB is done. */
  readonly #tail: Batch[] = [];
  #tagged: Spliced | null = null;
  /** Of a view or macro in a sandbox. */
  #weight: Weight | null = null;
  /** The step that is under way; it never rejects. */
  #busy: Promise<unknown> = Promise.resolve();
  readonly #interrupter = new Interrupter();
  readonly #stopping = new AbortController();
  #ended: Promise<void> | null = null;

  constructor(session: ThreadSession, request: StatementRequest, host: StatementHost) {
    const { text, isStructured = false } = request;
    this.id = request.statementId;
    this.session = session;
    this.control = new Int32Array(request.control);
    this.isStructured = isStructured;
    this.#host = host;
    this.#text = text;
    this.#kind = classifyStatement(text);
    this.#setting = this.#kind.kind === 'set' ? scanSettingFrom(text, SCAN_SETTING_NAMES) : null;
    this.#tables = new TableBinder(session, isStructured);
    this.#planner = new StatementPlanner({
      host,
      session,
      kind: this.#kind,
      tables: this.#tables,
      transaction: this.#transaction,
      stopping: this.#stopping.signal,
      ask: (question) => host.ask(this, question),
      assertRunning: () => this.#assertRunning(),
      forgetErrors: () => {
        this.#callbackError = null;
      },
    });
    const { explain } = this.#kind;
    const sources = { feeds: this.#feeds, bound: this.#tables.bound, planner: this.#planner };
    this.#explanation = explain === null ? null : new Explanation({ explain, isStructured, sources });
  }

  /** What the user should know of how its tables were read. */
  get notes(): readonly string[] {
    return [...this.#tables.notes, ...this.#notes];
  }

  /** What a structured EXPLAIN says beside DuckDB's plan, at its end; null for other statements. */
  get explained(): EngineExplanation | null {
    return this.#explanation?.explained ?? null;
  }

  /** What samples said of the table that a DESCRIBE is about; null for other statements. */
  get inferred(): readonly DescribedColumn[] | null {
    return this.#kind.kind === 'describe' ? inferredIn([...this.#tables.bound.values()]) : null;
  }

  /**
   * Plans and starts the statement; gives the result's columns and its first batch.
   * @throws {RedQueryError} what is wrong with the statement, or RQ_CANCELLED.
   */
  open(): Promise<{ schema: readonly SqlField[]; first: Fetched }> {
    return this.#exclusively(async () => {
      this.connection = await this.session.checkOut();
      this.#host.register(this);
      this.#assertRunning();
      const schema = await this.#start(this.connection);
      return { schema, first: await this.#next() };
    });
  }

  /**
   * Gives the next batch; after the last one the statement has ended.
   * @throws {RedQueryError} what failed while running; the statement has ended then, too.
   */
  fetch(): Promise<Fetched> {
    return this.#exclusively(() => this.#next());
  }

  /** Runs one step; a step that fails ends the statement. */
  #exclusively<T>(step: () => Promise<T>): Promise<T> {
    const running = step().catch(async (error: unknown) => {
      const failure = this.#explained(error);
      // Where the COMMIT has failed, so has the end, by the same error.
      await this.#end(false).catch(() => undefined);
      throw failure;
    });
    this.#busy = running.catch(() => undefined);
    return running;
  }

  /** Ends the statement before its last batch; waits for the step that is under way, which `interrupt` and the cells cut short. */
  async close(): Promise<void> {
    this.interrupt();
    await this.#busy;
    await this.#end(false);
  }

  /** Cuts the step under way short. */
  interrupt(): void {
    this.#stopping.abort();
    this.#interrupter.start(() => this.connection, this.#busy);
  }

  /** As `close`, from inside the thread: nobody else has told the workers to stop. */
  async abandon(): Promise<void> {
    Atomics.compareExchange(this.control, CONTROL.STATE, STATE.RUNNING, STATE.FAILED);
    await this.close();
  }

  async #start(connection: Connection): Promise<readonly SqlField[]> {
    const tagged = tagScans(this.#runText(), () => this.#nextTag());
    this.#tagged = tagged;
    this.#weight = (await this.session.sandbox?.check(connection, tagged.text, this.#kind)) ?? null;
    this.session.keepMentions(this.#tags, tagged.mentions);
    const prepared = await this.#planner.prepare(connection, tagged);
    try {
      const fields = fieldsOf(prepared);
      this.#fields = fields;
      await this.#explanation?.prepare(connection, tagged.text, fields);
      this.#assertRunning();
      const result = await this.#longCall(() => calls.executeStreaming(prepared));
      this.#running = { result, collector: new BatchCollector(fields.map((field) => field.type)), batchRows: 1 };
      return fields;
    } finally {
      native.destroy_prepare_sync(prepared);
    }
  }

  /** Runs what may take long when it is this statement's turn. */
  #longCall<T>(work: () => Promise<T>): Promise<T> {
    const { longCalls, scanCalls } = this.#host;
    const { owner } = this.session;
    const run = (): Promise<T> => longCalls.run(work, owner);
    // Who is stopped gives way, also where DuckDB does not let go at once.
    return this.#planner.isScanning ? scanCalls.run(run, owner, this.#stopping.signal) : run();
  }

  /** What DuckDB is given: settings of ours are unknown to it. */
  #runText(): string {
    if (this.#setting !== null) return NOTHING_TO_SET;
    const shown = this.#kind.kind === 'describe' ? shownScanSetting(this.#text, SCAN_SETTING_NAMES) : null;
    if (shown === null) return this.#text;
    const value = scanSettingText(this.session.scanSettings, shown);
    return `SELECT ${value === null ? 'CAST(NULL AS VARCHAR)' : quoteLiteral(value)} AS ${shown}`;
  }

  /** True where the statement changes nothing, so that nobody need wait for its COMMIT. */
  get #isReading(): boolean {
    return this.#kind.kind === 'select' || this.#kind.kind === 'describe';
  }

  /** True where the text's calls are bound again by later statements. */
  get #definesView(): boolean {
    return this.#kind.kind === 'createView' || this.#kind.kind === 'createMacro';
  }

  #nextTag(): number {
    const tag = this.#host.nextTag();
    this.#tags.push(tag);
    return tag;
  }

  /** Runs a callback of DuckDB; keeps what it throws, since only its text passes through DuckDB. */
  guard(callback: () => void): void {
    try {
      runCallback(this.#host.cells, callback);
    } catch (error) {
      if (error instanceof RedQueryError) this.#callbackError ??= error;
      throw error;
    }
  }

  /** Gives a call's columns; throws where they must be sampled first. */
  bindTable(args: ScanArguments): BoundTable {
    return this.#tables.bind(args);
  }

  startScan(bound: BoundTable, projection: readonly number[]): ScanFeed {
    const plan = this.#planner.scanPlanOf(bound, projection);
    const note = checkFullScan(plan);
    if (note !== null && !this.#notes.includes(note)) this.#notes.push(note);
    const feed = this.#host.startScan(this, plan, bound.title);
    feed.key = bound.key;
    this.#feeds.push(feed);
    return feed;
  }

  /** Gives the columns of a block that Redis answers; null where there is no such block. */
  aggregateFields(id: number): readonly SqlField[] | null {
    return this.#planner.blocks.pushed.get(id)?.fields ?? null;
  }

  /** Starts to give the rows of a block that Redis answers. */
  startAggregate(id: number): RowFeed {
    const pushed = this.#planner.blocks.pushed.get(id);
    if (pushed === undefined) throw new RedQueryError('RQ_INTERNAL', 'a block was rewritten that nobody answers');
    const { answer, fields, title } = pushed;
    if (answer.kind === 'rows') return new BatchFeed(answer.batch, fields);
    const feed = this.#host.startScan(this, answer.plan, title);
    feed.block = id;
    this.#feeds.push(feed);
    return feed;
  }

  /** @throws {RedQueryError} RQ_UNSUPPORTED where not every match() of the statement is answered by an index. */
  assertMatched(): void {
    if (!this.#planner.isMatched) throw this.#planner.matchError();
  }

  async #next(): Promise<Fetched> {
    const batch = this.#running === null ? (this.#tail.shift() ?? null) : await this.#collect(this.#running);
    return { batch, isLast: this.#running === null && this.#tail.length === 0 };
  }

  async #collect(running: Running): Promise<Batch | null> {
    const startedAt = performance.now();
    const { collector } = running;
    while (collector.rowCount < running.batchRows && collector.byteLength < MOST_BATCH_BYTES) {
      this.#assertRunning();
      const chunk = await this.#longCall(() => calls.fetchChunk(running.result));
      if (chunk === null || native.data_chunk_get_size(chunk) === 0) {
        if (hasFailed(running.result)) throw await this.#lateError();
        // What was stopped is not committed.
        this.#assertRunning();
        this.#running = null;
        if (collector.rowCount > 0) this.#tail.push(this.#annotated(collector.take()));
        this.#tail.push(...(this.#explanation?.rows() ?? []));
        const ended = this.#end(true);
        if (!this.#isReading) await ended;
        return this.#tail.shift() ?? null;
      }
      collector.append(chunk);
      if (performance.now() - startedAt > MOST_COLLECT_MS) break;
    }
    running.batchRows = Math.min(MOST_BATCH_ROWS, running.batchRows * 4);
    return this.#annotated(collector.take());
  }

  /** DESCRIBE of one table shows what its sample said. */
  #annotated(batch: Batch): Batch {
    this.#explanation?.see(batch);
    return this.#kind.kind === 'describe' ? withInference(batch, this.#fields, [...this.#tables.bound.values()]) : batch;
  }

  /** The error of a result that had begun to stream: what a callback threw, else what running it once more tells. */
  async #lateError(): Promise<unknown> {
    this.#assertRunning();
    const { connection } = this;
    const isRepeatable = connection !== null && this.#kind.kind === 'select';
    if (this.#callbackError !== null || !isRepeatable) return this.#callbackError ?? lateErrorUnknown();
    await this.#transaction.restart(connection);
    return this.#longCall(() => lateErrorOf(connection, this.#tagged?.text ?? this.#text));
  }

  /** Stops the scans, commits or rolls back, gives the connection back. A failed COMMIT of a statement that writes is thrown. */
  #end(isComplete: boolean): Promise<void> {
    this.#ended ??= this.session.track(this.#release(isComplete));
    return this.#ended;
  }

  async #release(isComplete: boolean): Promise<void> {
    this.#running = null;
    for (const feed of this.#feeds) feed.stop();
    const connection = this.connection;
    this.connection = null;
    if (connection === null) return;
    let isUsable = false;
    try {
      isUsable = await this.#transaction.finish(connection, isComplete);
      if (isComplete) await this.#keepEffects(connection);
    } finally {
      this.#host.unregister(this);
      if (!this.#definesView) this.session.forgetMentions(this.#tags);
      this.session.giveBack(connection, isUsable);
    }
  }

  async #keepEffects(connection: Connection): Promise<void> {
    this.session.sandbox?.keep(this.#kind, this.#weight);
    if (this.#setting !== null) return this.session.keepScanSetting(this.#setting);
    if (this.#kind.kind === 'set') await this.session.keepSetting(this.#text, connection);
    if (!this.#definesView) return;
    this.session.hasViews = true;
    if (this.#kind.kind !== 'createView') {
      this.session.macros.add((this.#kind.target?.name ?? '').toLowerCase());
      return;
    }
    for (const bound of this.#tables.bound.values()) this.session.pin(bound.key, bound.columns);
  }

  #assertRunning(): void {
    if (Atomics.load(this.control, CONTROL.STATE) !== STATE.RUNNING)
      throw new RedQueryError('RQ_CANCELLED', 'the statement was stopped');
  }

  /** The error to report: what a callback threw, with the place that DuckDB names; else DuckDB's own. */
  #explained(error: unknown): RedQueryError {
    const tagged = this.#tagged;
    const failure = errorFromDuckDb(error, tagged?.text ?? this.#text, this.#planner.errorOffset);
    const offset = failure.position ?? this.#planner.errorOffset ?? undefined;
    const { code, message, hint } = this.#callbackError ?? failure;
    const fromSample =
      code === 'RQ_UNKNOWN_COLUMN'
        ? this.#tables.hintAboutSamples(/^no column "(.+?)"/.exec(message)?.[1] ?? null)
        : code === 'RQ_BIND'
          ? this.#tables.hintAboutTypes(this.#text)
          : undefined;
    return new RedQueryError(code, message, {
      cause: failure.cause,
      ...((hint ?? fromSample) === undefined ? {} : { hint: hint ?? fromSample ?? '' }),
      ...(offset === undefined ? {} : { position: tagged === null ? offset : tagged.mapPosition(offset) }),
    });
  }
}
