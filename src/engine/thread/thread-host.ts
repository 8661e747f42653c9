/**
 * The inside of an engine thread: one DuckDB instance, the sessions and statements that use it, and the answers to what
 * the main thread asks. It opens no socket: samples and scans are asked of the main thread.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { buffersOf } from '../../arrow/column-data.ts';
import { errorDataFrom, errorFromData, RedQueryError } from '../../errors.ts';
import { indexOf } from '../../planner/explain/explain.ts';
import { RUNNING_OPTIMIZERS_OFF } from '../../planner/plan/scans.ts';
import type { ScanPlan } from '../../storage/index.ts';
import { newCounters } from '../../workers/example-key.ts';
import { type Connection, calls, type Database, execute, native } from '../duckdb.ts';
import type { Answer, EngineSettings, FromEngine, Question, Reply, TaskStart, ToEngine } from '../protocol.ts';
import { noteLeft, refuseCallbacks } from '../thread-cells.ts';

import { registerAggregateFunction } from './functions/aggregate-function.ts';
import { registerRedisFunctions } from './functions/redis-functions.ts';
import { ScanFeed } from './functions/scan-feed.ts';
import { registerSearchFunctions } from './functions/search-functions.ts';
import { registerSparkFunction } from './functions/spark-function.ts';
import { BOUNDED_STATEMENTS } from './sandbox/bounded-functions.ts';
import { type SandboxBase, sandboxBase } from './sandbox/sandbox.ts';
import { Semaphore } from './semaphore.ts';
import { Statement } from './statement/statement.ts';
import type { StatementHost } from './statement-host.ts';
import { ThreadSession } from './thread-session.ts';

/** A statement that waits for an answer of the main thread. */
interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  readonly statementId: number;
}

type Request = Extract<ToEngine, { requestId: number }>;

/**
 * Scans are bound by Redis: one at a time keeps it busy, more would only make look-ups wait. One that lasts lets others begin
 * beside it. Measured with 20 clients that scan 100,000 keys each, a look-up beside them takes 0.19 s with one place, 0.69 s
 * with two, 16 s without turns; as many scans end.
 */
const SCAN_CALLS = 1;
const SCAN_PATIENCE = { ms: 2_000, mostOverdue: 3 };

export class ThreadHost implements StatementHost {
  readonly planning = new Semaphore(1);
  readonly longCalls: Semaphore;
  readonly scanCalls = new Semaphore(SCAN_CALLS, SCAN_CALLS, SCAN_PATIENCE);
  readonly cells: Int32Array;
  readonly #port: MessagePort;
  readonly #workerCount: number;
  readonly #database: Database;
  /** Null: sessions may do what the library lets them. */
  readonly #sandbox: SandboxBase | null;
  /** A connection that no statement uses. */
  readonly #own: Connection;
  readonly #sessions = new Map<number, ThreadSession>();
  readonly #statements = new Map<number, Statement>();
  readonly #byConnection = new Map<number, Statement>();
  readonly #questions = new Map<number, Waiting>();
  /** Requests that are under way. */
  readonly #answering = new Set<Promise<void>>();
  #lastTag = 0;
  #lastQuestion = 0;
  #lastScan = 0;

  private constructor(
    port: MessagePort,
    database: Database,
    { cells, workerCount, longCalls }: EngineSettings,
    own: Connection,
    sandbox: SandboxBase | null,
  ) {
    this.#own = own;
    this.#sandbox = sandbox;
    this.longCalls = new Semaphore(longCalls, Math.max(1, Math.ceil(longCalls / 2)));
    this.cells = new Int32Array(cells);
    this.#workerCount = workerCount;
    this.#port = port;
    this.#database = database;
  }

  /** Sets an instance up and begins to answer on `port`. */
  static async start(port: MessagePort, settings: EngineSettings, database: Database): Promise<ThreadHost> {
    const connection = await calls.connect(database);
    await execute(connection, "SET GLOBAL TimeZone = 'UTC'");
    await execute(connection, `SET disabled_optimizers = '${RUNNING_OPTIMIZERS_OFF.join(',')}'`);
    const sandbox = settings.isSandboxed ? await closeInstance(connection) : null;
    const host = new ThreadHost(port, database, settings, connection, sandbox);
    registerRedisFunctions(connection, (connectionId) => host.#statementOn(connectionId));
    registerAggregateFunction(connection, (connectionId) => host.#statementOn(connectionId));
    registerSearchFunctions(connection, (connectionId) => host.#statementOn(connectionId));
    registerSparkFunction(connection, (connectionId) => host.#statementOn(connectionId));
    port.on('message', (message: ToEngine) => host.#receive(message));
    host.#post({ kind: 'ready' });
    return host;
  }

  /**
   * Ends the thread in good order after an error that nobody expected: the main thread is told, statements are stopped, and
   * the thread goes once no native call is under way (to go earlier would take the process down).
   */
  async die(error: unknown): Promise<void> {
    this.#post({ kind: 'dying', error: errorDataFrom(error) });
    await this.#endStatements();
    // With its port closed the thread has nothing to wait for, and ends; to exit from here would cut native calls short.
    this.#port.close();
  }

  /** Ends the thread once all that is under way has ended: nobody waits for it any more. */
  async #leave(): Promise<void> {
    for (const { statementId } of this.#questions.values()) this.#cancel(statementId);
    await this.#endStatements();
    await Promise.allSettled(this.#answering);
    noteLeft(this.cells);
    this.#port.close();
  }

  async #endStatements(): Promise<void> {
    refuseCallbacks(this.cells);
    const ends = [...this.#statements.values()].map((statement) => statement.abandon());
    await Promise.allSettled(ends);
  }

  #post(message: FromEngine, transfer: (MessagePort | ArrayBuffer)[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #statementOn(connectionId: number): Statement {
    const statement = this.#byConnection.get(connectionId);
    if (statement === undefined) throw new RedQueryError('RQ_INTERNAL', 'a table function was called outside of a statement');
    return statement;
  }

  #receive(message: ToEngine): void {
    switch (message.kind) {
      case 'cancel':
        this.#cancel(message.statementId);
        return;
      case 'answer':
        this.#takeAnswer(message);
        return;
      case 'leave':
        void this.#leave();
        return;
      default: {
        const answering = this.#answer(message);
        this.#answering.add(answering);
        void answering.finally(() => this.#answering.delete(answering));
      }
    }
  }

  async #answer(request: Request): Promise<void> {
    try {
      const reply = await this.#handle(request);
      this.#post({ kind: 'done', requestId: request.requestId, reply }, reply.batch ? buffersOf(reply.batch) : []);
    } catch (error) {
      this.#post({ kind: 'failed', requestId: request.requestId, error: errorDataFrom(error) });
    }
  }

  async #handle(request: Request): Promise<Reply> {
    switch (request.kind) {
      case 'openSession': {
        const session = new ThreadSession(request, this.#database, this.#sandbox);
        await session.open();
        this.#sessions.set(session.id, session);
        return {};
      }
      case 'closeSession':
        await this.#closeSession(request.sessionId);
        return {};
      case 'run':
        return this.#run(request);
      case 'keep':
        await this.#session(request.sessionId).keep(request);
        return {};
      case 'fetch':
        return this.#fetch(request.statementId);
      case 'close':
        await this.#closeStatement(request.statementId);
        return {};
      default:
        return request satisfies never;
    }
  }

  async #run(request: Extract<ToEngine, { kind: 'run' }>): Promise<Reply> {
    const session = this.#session(request.sessionId);
    const statement = new Statement(session, request, this);
    this.#statements.set(statement.id, statement);
    const { schema, first } = await statement.open();
    if (first.isLast) this.#statements.delete(statement.id);
    const { notes, inferred } = statement;
    return { schema, notes, inferred, ...first, ...(first.isLast ? { explained: statement.explained } : {}) };
  }

  #session(sessionId: number): ThreadSession {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new RedQueryError('RQ_CLOSED', 'the session is closed');
    return session;
  }

  async #fetch(statementId: number): Promise<Reply> {
    const statement = this.#statements.get(statementId);
    if (statement === undefined) throw new RedQueryError('RQ_INTERNAL', 'the statement is not known to its engine thread');
    const fetched = await statement.fetch();
    if (!fetched.isLast) return fetched;
    this.#statements.delete(statementId);
    return { ...fetched, explained: statement.explained };
  }

  async #closeStatement(statementId: number): Promise<void> {
    const statement = this.#statements.get(statementId);
    this.#statements.delete(statementId);
    await statement?.close();
  }

  async #closeSession(sessionId: number): Promise<void> {
    const session = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    if (session === undefined) return;
    for (const statement of [...this.#statements.values()]) {
      if (statement.session === session) await this.#closeStatement(statement.id);
    }
    await session.close();
  }

  #cancel(statementId: number): void {
    this.#statements.get(statementId)?.interrupt();
    for (const [questionId, waiting] of this.#questions) {
      if (waiting.statementId !== statementId) continue;
      this.#questions.delete(questionId);
      waiting.reject(new RedQueryError('RQ_CANCELLED', 'the statement was stopped'));
    }
  }

  #takeAnswer(message: Extract<ToEngine, { kind: 'answer' }>): void {
    const waiting = this.#questions.get(message.questionId);
    this.#questions.delete(message.questionId);
    if (waiting === undefined) return;
    if (message.answer !== undefined) waiting.resolve(message.answer);
    else waiting.reject(message.error ? errorFromData(message.error) : new RedQueryError('RQ_INTERNAL', 'an answer was empty'));
  }

  nextTag(): number {
    return ++this.#lastTag;
  }

  register(statement: Statement): void {
    if (statement.connection !== null) this.#byConnection.set(idOf(statement.connection), statement);
  }

  unregister(statement: Statement): void {
    for (const [connectionId, registered] of this.#byConnection) {
      if (registered === statement) this.#byConnection.delete(connectionId);
    }
  }

  ask({ id: statementId, session }: Statement, question: Question): Promise<Answer> {
    const questionId = ++this.#lastQuestion;
    return new Promise((resolve, reject) => {
      this.#questions.set(questionId, { resolve, reject, statementId });
      this.#post({ kind: 'question', questionId, sessionId: session.id, statementId, question });
    });
  }

  /** Puts the standing optimiser setting back where a statement could not. */
  async restoreOptimizers(): Promise<void> {
    await execute(this.#own, `SET disabled_optimizers = '${RUNNING_OPTIMIZERS_OFF.join(',')}'`);
  }

  startScan(statement: Statement, plan: ScanPlan, title: string): ScanFeed {
    const counters = newCounters();
    const starts: TaskStart[] = [];
    const ours: MessagePort[] = [];
    for (const task of plan.tasks) {
      const channels = Array.from({ length: this.#workerCount }, () => new MessageChannel());
      const [port, ...helperPorts] = channels.map((channel) => channel.port2);
      if (port === undefined) throw new RedQueryError('RQ_INTERNAL', 'there are no workers to scan with');
      starts.push({ task, port, helperPorts });
      ours.push(...channels.map((channel) => channel.port1));
    }
    const report = {
      scanId: ++this.#lastScan,
      title,
      access: plan.access.kind,
      accessText: plan.accessText,
      server: plan.request.server,
      commands: plan.commands,
      index: indexOf(plan.access),
      estimatedRows: plan.estimatedRows,
      columns: plan.request.projection.map((position) => plan.request.columns[position]?.name ?? ''),
      readFrom: plan.request.settings.readFrom,
      counters,
    };
    this.#post(
      { kind: 'startScan', sessionId: statement.session.id, statementId: statement.id, report, starts },
      starts.flatMap((start) => [start.port, ...start.helperPorts]),
    );
    return new ScanFeed(plan, statement.control, counters, ours);
  }
}

/**
 * Closes files and the network, which no session can open again. «Did you mean» of an error would look through the catalogs of
 * all sessions.
 */
async function closeInstance(connection: Connection): Promise<SandboxBase> {
  await execute(connection, 'SET GLOBAL catalog_error_max_schemas = 0');
  await execute(connection, 'SET GLOBAL enable_external_access = false');
  // To fold 1 + 1 + … takes time by the cube of its length: 0.4 s for 250, 12 s for 900.
  await execute(connection, 'SET GLOBAL max_expression_depth = 250');
  for (const statement of BOUNDED_STATEMENTS) await execute(connection, statement);
  return sandboxBase(connection);
}

function idOf(connection: Parameters<typeof native.connection_get_client_context>[0]): number {
  return native.client_context_get_connection_id(native.connection_get_client_context(connection));
}
