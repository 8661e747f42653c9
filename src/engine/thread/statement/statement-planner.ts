/**
 * How a statement's text becomes a prepared statement: planned (which gives every scan its filter), asked about (samples,
 * search indexes), bound. Where a table's schema is not known yet, it is sampled, and all of it is done again.
 */
import { RedQueryError } from '../../../errors.ts';
import type { PlanReading, ScanGroup } from '../../../planner/index.ts';
import { readPlan as parsePlan } from '../../../planner/plan/read-plan.ts';
import { quickFilter } from '../../../planner/quick-filter.ts';
import { type Classification, classifyStatement } from '../../../sql/classify.ts';
import type { TaggedStatement } from '../../../sql/tag-scans.ts';
import type { AccessAnswer, Predicate, ScanPlan, ScanRequest } from '../../../storage/index.ts';
import { termsOf } from '../../../storage/keys/predicate-terms.ts';
import { mayNeedIndex } from '../../../storage/search/may-need-index.ts';
import type { Connection, PreparedStatement } from '../../duckdb.ts';
import type { Answer, Question } from '../../protocol.ts';
import type { StatementHost } from '../statement-host.ts';
import type { ThreadSession } from '../thread-session.ts';
import { type PushedBlocks, pushAggregates } from './aggregate-pusher.ts';
import { errorOffsetIn, isSeveral, prepareLast, prepareOne, readPlan } from './prepared.ts';
import { type BoundTable, planOf, scanRequestOf, type TableBinder } from './table-binder.ts';
import type { Transaction } from './transaction.ts';

/** What a planner works with; one a statement. */
export interface PlanningContext {
  readonly host: StatementHost;
  readonly session: ThreadSession;
  readonly kind: Classification;
  readonly tables: TableBinder;
  readonly transaction: Transaction;
  /** Aborted where the statement is stopped: it gives its places up then, though DuckDB may not let go of it at once. */
  readonly stopping: AbortSignal;
  /** Asks the main thread on behalf of the statement. */
  ask(question: Question): Promise<Answer>;
  /** @throws {RedQueryError} RQ_CANCELLED where the statement was stopped. */
  assertRunning(): void;
  /** Forgets the errors of callbacks: a round begins anew. */
  forgetErrors(): void;
}

const NO_BLOCKS: PushedBlocks = { text: null, pushed: new Map(), refused: new Map() };
const NO_PLAN = parsePlan('{"error":false,"plans":[]}');

/** Rounds of «bind, find a schema missing, sample» before the statement is given up. */
const MOST_SAMPLES = 64;

/** So many keys are read in a few milliseconds. */
const SHORT_KEYS = 1_000;
const ROW_A_KEY: ReadonlySet<string> = new Set(['hash', 'json', 'string']);

export class StatementPlanner {
  /** Blocks that Redis answers, and why others are not. */
  blocks: PushedBlocks = NO_BLOCKS;
  /** True where DuckDB gave a plan. */
  isPlanned = false;
  /** What the optimised plan says; nothing where there is none. */
  reading: PlanReading = NO_PLAN;
  /** Where in the text that DuckDB got an error of its front end lies. */
  errorOffset: number | null = null;
  readonly #context: PlanningContext;
  readonly #answers = new Map<string, AccessAnswer>();
  /** The filter of the one call, where the text told it and no plan was needed. */
  #quick: ScanGroup | null = null;
  #isScanning: boolean | null = null;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /** Gives the request of a bound call. */
  requestOf(bound: BoundTable, projection: readonly number[]): ScanRequest {
    const group = this.#quick ?? this.reading.groups.get(bound.key);
    return scanRequestOf(bound, projection, group, this.#context.session.scanSettings);
  }

  /**
   * Plans a bound call, as it will run.
   * @throws {RedQueryError} RQ_FORBIDDEN: keys that the session may not read.
   */
  scanPlanOf(bound: BoundTable, projection: readonly number[]): ScanPlan {
    const plan = planOf(bound, this.requestOf(bound, projection), this.#answers.get(bound.key) ?? null);
    const { keys } = this.#context.session;
    if (keys !== null) for (const task of plan.tasks) keys.checkTask(task);
    return plan;
  }

  /**
   * Plans, asks and binds.
   * @throws {RedQueryError} what is wrong with the statement, or RQ_CANCELLED; DuckDB's own errors as they are.
   */
  async prepare(connection: Connection, tagged: TaggedStatement): Promise<PreparedStatement> {
    const { session, kind, tables, transaction } = this.#context;
    const mayScan = tagged.calls > 0 || session.hasViews;
    const filter = tagged.calls === 1 && kind.kind === 'select' ? quickFilter(tagged.text) : null;
    if (filter !== null) this.#quick = { filter, rowLimit: null, topN: null, gets: 1 };
    for (let round = 0; round < MOST_SAMPLES; round++) {
      tables.missing.length = 0;
      this.#context.forgetErrors();
      const prepared = await this.#tryPrepare(connection, tagged.text, mayScan);
      if (prepared !== null) return prepared;
      await transaction.restart(connection);
      for (const need of tables.missing) await this.#sample(need);
      this.#context.assertRunning();
    }
    throw new RedQueryError(
      'RQ_BIND',
      `the statement names more than ${MOST_SAMPLES} tables without declared columns; declare them with columns => {…}`,
    );
  }

  /** True where the statement reads more than a few keys: its calls block the thread, again and again. */
  get isScanning(): boolean {
    this.#isScanning ??= [...this.#context.tables.bound.values()].some((bound) => !this.#isShort(bound));
    return this.#isScanning;
  }

  #isShort(bound: BoundTable): boolean {
    try {
      return isShort(this.scanPlanOf(bound, []));
    } catch {
      // What is wrong with it is told when it starts.
      return true;
    }
  }

  /** True where every match() of the statement is a condition that an index answers. */
  get isMatched(): boolean {
    const { scans, calls } = this.reading;
    if (calls.match.total === 0 || calls.match.total !== calls.match.pushable) return false;
    return scans.every(({ key, filter }) => !holdsMatch(filter) || this.#isMatchAnswered(key));
  }

  #isMatchAnswered(key: string): boolean {
    const answer = this.#answers.get(key);
    const ofMatch = answer?.conjuncts.filter((note) => holdsMatch(note.predicate)) ?? [];
    return answer?.access != null && ofMatch.length > 0 && ofMatch.every((note) => note.answer !== 'unsupported');
  }

  /** Why match() cannot be answered. */
  matchError(): RedQueryError {
    if (!this.#context.session.scanSettings.pushdownFilters)
      return new RedQueryError('RQ_UNSUPPORTED', 'match() is answered by a search index only, and pushdown_filters is off');
    return new RedQueryError(
      'RQ_UNSUPPORTED',
      'match() is answered by a search index only: as a condition of WHERE, joined by AND',
      {
        hint: 'EXPLAIN says which index is used, and why none is.',
      },
    );
  }

  async #sample(need: Extract<Question, { kind: 'schema' }>['need']): Promise<void> {
    const answer = await this.#context.ask({ kind: 'schema', need });
    if (answer.kind === 'schema') this.#context.session.keepSchema(need, answer.schema);
  }

  /** Gives null where a schema must be sampled first. */
  async #tryPrepare(connection: Connection, text: string, mayScan: boolean): Promise<PreparedStatement | null> {
    const { host, session, tables } = this.#context;
    const needsPlan = mayScan && this.#quick === null;
    if (needsPlan) {
      await this.#planAlone(connection, text);
      this.#context.assertRunning();
      if (tables.missing.length > 0) return null;
      await Promise.all([this.#askAboutIndexes(), this.#askForGroups(connection, text)]);
      const rewritten = await this.#bindRewritten(connection, text);
      if (rewritten !== null) return rewritten;
    }
    const { stopping } = this.#context;
    const prepared = await host.planning.run(() => this.#bind(connection, text, needsPlan), session.owner, stopping);
    return prepared === 'several' ? this.#prepareSeveral(connection, text) : prepared;
  }

  async #bind(connection: Connection, text: string, isPlanned: boolean): Promise<PreparedStatement | 'several' | null> {
    const { kind, tables, transaction } = this.#context;
    this.#context.assertRunning();
    const isReading = kind.kind === 'select' || kind.kind === 'describe';
    // What cannot scan needs no plan, and so no transaction around plan and run.
    if (kind.kind !== 'set' && (isPlanned || !isReading)) await transaction.begin(connection);
    try {
      return await prepareOne(connection, text);
    } catch (error) {
      if (tables.missing.length > 0) return null;
      if (isSeveral(error)) return 'several';
      this.errorOffset = await errorOffsetIn(connection, text);
      throw error;
    }
  }

  /** Gives null where a schema must be sampled first. */
  #prepareSeveral(connection: Connection, text: string): Promise<PreparedStatement | null> {
    const { host, session, tables } = this.#context;
    return host.longCalls
      .run(() => prepareLast(connection, text), session.owner)
      .catch((error: unknown) => {
        if (tables.missing.length > 0) return null;
        throw error;
      });
  }

  /**
   * Plans while no other statement does. DuckDB computes constants while it plans, which may take long and cannot be
   * interrupted: a statement that is stopped leaves, its optimiser setting undone.
   */
  async #planAlone(connection: Connection, text: string): Promise<void> {
    const { host, session, stopping } = this.#context;
    const left = new AbortController();
    let restored: Promise<void> | null = null;
    const restore = (): Promise<void> => {
      restored ??= host.restoreOptimizers();
      return restored;
    };
    const onStop = (): void => void restore().finally(() => left.abort());
    try {
      const plan = async (): Promise<void> => {
        this.#context.assertRunning();
        stopping.addEventListener('abort', onStop, { once: true });
        await this.#plan(connection, text, restore);
      };
      await host.planning.run(plan, session.owner, left.signal);
    } finally {
      stopping.removeEventListener('abort', onStop);
      // Its own SET may have come behind.
      if (left.signal.aborted) await host.planning.run(() => host.restoreOptimizers());
    }
  }

  /** Reads the filters of every scan out of the optimised plan. A statement that has no plan runs all the same, unfiltered. */
  async #plan(connection: Connection, text: string, restore: () => Promise<void>): Promise<void> {
    const { kind, session, transaction } = this.#context;
    const inner = kind.explain === null ? text : (classifyStatement(text).explain?.inner ?? text);
    if (!classifyStatement(inner).isPlannable) return;
    const isBegun = transaction.isOpen;
    transaction.isOpen = true;
    const json = await readPlan(connection, inner, isBegun, restore);
    if (json === null) return;
    this.isPlanned = true;
    this.reading = parsePlan(json, { isUtc: session.isUtc });
  }

  /** Asks for the blocks that Redis might group and count. */
  async #askForGroups(connection: Connection, text: string): Promise<void> {
    const { kind, session } = this.#context;
    this.blocks = NO_BLOCKS;
    const inner = kind.explain === null ? text : (classifyStatement(text).explain?.inner ?? text);
    const { blocks } = this.reading;
    if (blocks.length === 0 || !session.scanSettings.pushdownAggregates || classifyStatement(inner).kind !== 'select') return;
    this.blocks = await pushAggregates(this.#context, connection, inner, blocks, (block, bound) => ({
      scan: scanRequestOf(bound, [], { filter: block.filter, rowLimit: null, topN: null, gets: 1 }, session.scanSettings),
      groups: block.groups,
      aggregates: block.aggregates,
    }));
  }

  /** Binds the text in which Redis answers blocks; null where there is none, or DuckDB does not take it. */
  async #bindRewritten(connection: Connection, text: string): Promise<PreparedStatement | null> {
    const rewritten = this.blocks.text;
    if (rewritten === null) return null;
    const offset = this.#context.kind.explain === null ? 0 : (classifyStatement(text).explain?.innerOffset ?? 0);
    try {
      const { host, session } = this.#context;
      const prepare = (): Promise<PreparedStatement> => prepareOne(connection, text.slice(0, offset) + rewritten);
      return await host.planning.run(prepare, session.owner, this.#context.stopping);
    } catch {
      this.#context.assertRunning();
      this.blocks = NO_BLOCKS;
      return null;
    }
  }

  /** Asks, for each call that an index may serve, what the server says; all at once. */
  async #askAboutIndexes(): Promise<void> {
    this.#answers.clear();
    const asked = new Set<string>();
    const questions = this.reading.scans.flatMap(({ key, columnIndexes }) => {
      const bound = this.#context.tables.bound.get(key);
      if (bound === undefined || asked.has(key)) return [];
      asked.add(key);
      const request = this.requestOf(bound, columnIndexes);
      return mayNeedIndex(request) || holdsMatch(request.filter) ? [{ key, request }] : [];
    });
    await Promise.all(
      questions.map(async ({ key, request }) => {
        const answer = await this.#context.ask({ kind: 'access', request });
        if (answer.kind === 'access') this.#answers.set(key, answer.access);
      }),
    );
  }
}

/** A few keys, each one row; a few documents of an index; a list of the server's own. */
function isShort({ access, request: { source } }: ScanPlan): boolean {
  switch (access.kind) {
    case 'empty':
    case 'command':
      return true;
    case 'keys':
      return access.keys.length <= SHORT_KEYS && ROW_A_KEY.has(source);
    case 'search':
      return access.expectedKeys <= SHORT_KEYS;
    default:
      return false;
  }
}

function holdsMatch(filter: Predicate | null): boolean {
  if (filter === null) return false;
  const terms = filter.kind === 'and' ? termsOf(filter) : [filter];
  return terms.some((term) => term.kind === 'call' && term.name === 'match');
}
