/**
 * The library's front: a session runs statements against one or more Redis servers. It checks what may run, binds
 * parameters, answers its engine thread's questions (samples, scans), and owns the small connections to Redis.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Batch } from '../../arrow/index.ts';
import { errorDataFrom, RedQueryError } from '../../errors.ts';
import {
  type BoundStatement,
  bindParameters,
  type Parameters,
  type Spliced,
  SqlFragment,
  sessionStatement,
  splitStatements,
} from '../../sql/index.ts';
import type { Endpoint, ScanSettings } from '../../storage/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { ScanJob } from '../../workers/index.ts';
import type { Answer, DescribedColumn, FromEngine } from '../protocol.ts';
import { closePorts, type Engine, type EngineClient, Runtime } from '../runtime.ts';
import type { EngineThread } from '../threads.ts';
import { allowStatement } from './allowed-statements.ts';
import { explainStatement } from './explain-statement.ts';
import type { ExplainedPlan, ExplainOptions } from './explained-plan.ts';
import { ownerOf, type SessionGuard } from './guard.ts';
import { type ConnectOptions, checkQueryOptions, type QueryOptions, type SessionOptions, sessionOptionsFrom } from './options.ts';
import { RedisDesk } from './redis-desk.ts';
import { Result, type StartedStatement } from './result.ts';
import { RunningStatement } from './running-statement.ts';
import { SessionLog } from './session-log.ts';

/** An IPv4 or IPv6 address, which needs no look-up; anything else is a name. */
const IP_ADDRESS = /^[\d.]+$|:/;

/** How long the end of a statement that was stopped is waited for: by who stopped it, and by who closes the session. */
const END_PATIENCE_MS = 30;
const STUCK_PATIENCE_MS = 250;
/** How long closing waits for an engine thread to let go of a session before the thread itself is ended. */
const CLOSE_PATIENCE_MS = 3_000;

/**
 * Opens a session on a Redis server: a URL (`redis://`, `rediss://`, `unix://`) or options. Contacts the server, unless `isLazy`.
 * @throws {RedQueryError} RQ_OPTION, RQ_REDIS_UNREACHABLE, RQ_REDIS_AUTH, RQ_REDIS_TLS, RQ_REDIS_TIMEOUT
 */
export function connect(input?: string | ConnectOptions): Promise<Session> {
  return openSession(input, null);
}

/**
 * Opens a session that may do no more than its guard says, for a user of the server.
 * @throws {RedQueryError} as `connect`; its statements: RQ_FORBIDDEN, too.
 */
export function openGuardedSession(options: ConnectOptions, guard: SessionGuard): Promise<Session> {
  return openSession(options, guard);
}

async function openSession(input: string | ConnectOptions | undefined, guard: SessionGuard | null): Promise<Session> {
  const session = new Session(sessionOptionsFrom(input, guard));
  try {
    await session.open();
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What is run; isStructured: see `Session.explain`. */
interface Asked {
  readonly statement: string | SqlFragment;
  readonly parameters: Parameters | undefined;
  readonly isStructured: boolean;
}

export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #runtime: Runtime;
  readonly #id: number;
  readonly #desk: RedisDesk;
  readonly #owner: string | null;
  readonly #statements = new Map<number, RunningStatement>();
  readonly #results = new Set<Result>();
  readonly #log = new SessionLog();
  /** Statements that nobody waits for any more. */
  readonly #endings = new Set<Promise<void>>();
  #engine: Promise<Engine> | null = null;
  #isClosed = false;
  #closing: Promise<void> | null = null;

  /** @internal Use `connect`. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#desk = new RedisDesk((name) => this.#endpoint(name), options.guard?.keyPatterns ?? null);
    this.#runtime = Runtime.acquire(options.resources);
    this.#id = this.#runtime.nextSessionId();
    this.#owner = options.guard === null ? null : ownerOf(options.guard, this.#id);
  }

  /** @internal Contacts the session's own server and starts its engine thread. */
  async open(): Promise<void> {
    const engine = this.#openEngine();
    if (!this.#options.isLazy) await this.#desk.client('default').connect();
    await engine;
  }

  /**
   * Prepares one statement; it starts with the first read of the result. Parameters: an array for `?` and `$1`, an object
   * for `$name`; none with a text made by sql`…`.
   * Errors in the text, the parameters or what the session may do come with the first read.
   * @throws {RedQueryError} RQ_OPTION for options that are none.
   */
  query(statement: string | SqlFragment, parameters?: Parameters, options: QueryOptions = {}): Result {
    checkQueryOptions(options);
    return this.#result({ statement, parameters, isStructured: false }, options);
  }

  #result(asked: Asked, options: QueryOptions): Result {
    const result: Result = new Result({
      integers: this.#options.integers,
      start: (signal) => {
        this.#results.add(result);
        return this.#start(asked, signal);
      },
      ended: () => this.#results.delete(result),
      timeoutMs: options.timeoutMs ?? this.#options.statementTimeoutMs,
      signal: options.signal ?? null,
    });
    return result;
  }

  /**
   * Gives the columns of a table and how a sample of its keys found them: `describe("redis_hash('user:*')")`.
   * @throws {RedQueryError} as a statement; RQ_SYNTAX where the text is more than one table.
   */
  async describe(table: string): Promise<readonly DescribedColumn[]> {
    const result = this.query(`DESCRIBE FROM ${table}`);
    const rows = await result.rows();
    const names = rows.map((row) => row['column_name']);
    const isSame = result.inferred?.length === names.length && result.inferred.every(({ name }, at) => name === names[at]);
    if (result.inferred !== null && isSame) return result.inferred;
    const schema = await this.query(`SELECT * FROM ${table} LIMIT 0`).schema();
    return schema.slice(0, rows.length).map(({ name, type }) => ({ name, type, sample: null }));
  }

  /** @internal True where statements may name another server than the session's own. */
  get hasFurtherServers(): boolean {
    return this.#options.endpoints.size > 1;
  }

  /**
   * @internal Plans one statement, and with `analyze` runs it, its rows thrown away; `text` is without EXPLAIN.
   * @throws {RedQueryError} as the statement; positions are those of `text`.
   */
  async explain(text: string, options: ExplainOptions = {}): Promise<ExplainedPlan> {
    return explainStatement(text, options, {
      query: (statement, isStructured) => {
        const { signal } = options;
        return this.#result({ statement, parameters: undefined, isStructured }, signal === undefined ? {} : { signal });
      },
      keyCount: (server) => this.#desk.keyCount(server),
    });
  }

  /**
   * @internal Makes rows a table of the session, with the very types that they have, in place of an older table of that name;
   * also in a session that only reads. It is not made again in a new engine thread.
   * @param batches stay the caller's.
   * @throws {RedQueryError} RQ_UNSUPPORTED for a column whose type no table can have; RQ_CLOSED.
   */
  async keep(name: string, schema: readonly SqlField[], batches: readonly Batch[]): Promise<void> {
    this.#assertOpen();
    const { thread } = await this.#openEngine();
    await thread.request({ kind: 'keep', sessionId: this.#id, name, schema, batches });
  }

  async #start({ statement, parameters, isStructured }: Asked, signal: AbortSignal): Promise<StartedStatement> {
    this.#assertOpen();
    const bound = this.#bind(statement, parameters);
    const statementText = sessionStatement(bound.text);
    const { text } = statementText;
    allowStatement(text, this.#options.isReadOnly);
    await this.#runtime.gate.enter(signal, this.#owner);
    try {
      const engine = await this.#openEngine();
      this.#assertOpen();
      const running = new RunningStatement(this.#runtime.nextStatementId(), engine.thread);
      this.#statements.set(running.id, running);
      return {
        running,
        open: () => this.#openStatement(running, statementText, bound, isStructured),
        close: () => this.#closeStatement(running),
      };
    } catch (error) {
      this.#runtime.gate.leave(this.#owner);
      throw error;
    }
  }

  #bind(statement: string | SqlFragment, parameters: Parameters | undefined): BoundStatement {
    const isText = typeof statement === 'string';
    if (!isText && !(statement instanceof SqlFragment))
      throw new RedQueryError('RQ_OPTION', 'query() takes a text, or what sql`…` made');
    if (parameters !== undefined && (typeof parameters !== 'object' || parameters === null)) {
      throw new RedQueryError('RQ_PARAMETER', 'parameters are an array (for ? and $1) or an object (for $name)');
    }
    if (!isText && parameters !== undefined)
      throw new RedQueryError('RQ_PARAMETER', 'a text made by sql`…` has its parameters in it; give no others');
    const text = isText ? statement : statement.text;
    const statements = splitStatements(text);
    if (statements.length !== 1) {
      throw new RedQueryError(
        'RQ_SYNTAX',
        statements.length === 0
          ? 'the text holds no statement'
          : `the text holds ${statements.length} statements; run them one by one`,
      );
    }
    return bindParameters(text, isText ? parameters : statement.params);
  }

  async #openStatement(running: RunningStatement, statement: Spliced, bound: BoundStatement, isStructured: boolean) {
    const { text } = statement;
    try {
      const { schema, notes } = await running.open(this.#id, text, isStructured);
      this.#log.note(text);
      const names = bound.renameColumns(schema.map((field) => field.name));
      return { schema: schema.map((field, index) => ({ ...field, name: names[index] ?? field.name })), notes };
    } catch (error) {
      throw withPosition(error, (offset) => bound.mapPosition(statement.mapPosition(offset)));
    }
  }

  /** Settles when the statement has ended, or soon: DuckDB may be in a call that it does not break off. */
  async #closeStatement(running: RunningStatement): Promise<void> {
    if (!this.#statements.delete(running.id)) return;
    const closed = running.close().then(() => this.#runtime.gate.leave(this.#owner));
    this.#endings.add(closed);
    void closed.then(() => this.#endings.delete(closed));
    await settledWithin(closed, END_PATIENCE_MS);
  }

  #openEngine(): Promise<Engine> {
    const joining = (this.#engine ??= this.#joinEngine());
    joining.catch(() => {
      // The next statement tries anew.
      if (this.#engine === joining) this.#engine = null;
    });
    return joining;
  }

  async #joinEngine(): Promise<Engine> {
    const engine = this.#runtime.join(this.#id, this.#engineClient);
    const { scanSettings, guard } = this.#options;
    await engine.thread.request({ kind: 'openSession', sessionId: this.#id, scanSettings, guard });
    for (const text of this.#log.texts) await this.#replay(engine, text);
    return engine;
  }

  /** Makes a view or a setting again in a new thread; what needs a table that is gone is left out, and missed when it is used. */
  async #replay(engine: Engine, text: string): Promise<void> {
    const running = new RunningStatement(this.#runtime.nextStatementId(), engine.thread);
    this.#statements.set(running.id, running);
    try {
      await running.open(this.#id, text);
    } catch (error) {
      if (engine.thread.isDead) throw error;
    } finally {
      this.#statements.delete(running.id);
      await running.close();
    }
  }

  readonly #engineClient: EngineClient = {
    asked: (message, thread) => void this.#answer(message, thread),
    startScan: (message) => {
      const running = this.#statements.get(message.statementId);
      if (running === undefined) closePorts(message.starts);
      else
        running.startTasks(message.report, message.starts, (job, helperPorts) =>
          this.#runJob(job, helperPorts, message.report.readFrom),
        );
    },
    engineDied: (error) => {
      this.#engine = null;
      for (const running of this.#statements.values()) running.stop(error);
    },
  };

  /** Answers the thread's question; stopped with the statement that it is for. */
  async #answer(message: Extract<FromEngine, { kind: 'question' }>, thread: EngineThread): Promise<void> {
    const { questionId, statementId, question } = message;
    try {
      const find = (signal?: AbortSignal): Promise<Answer> => this.#desk.answer(question, signal);
      const answer = await (this.#statements.get(statementId)?.answer(question, find) ?? find());
      thread.tell({ kind: 'answer', questionId, answer });
    } catch (error) {
      thread.tell({ kind: 'answer', questionId, error: errorDataFrom(error) });
    }
  }

  /** Runs a task on the workers, who know its server by another name. */
  async #runJob(job: ScanJob, helperPorts: readonly MessagePort[], readFrom: ScanSettings['readFrom']): Promise<void> {
    const permitted = await this.#desk.permit(job.task);
    const { server: name } = permitted;
    const endpoint = readFrom === 'replica' ? await this.#desk.replica(name) : await this.#resolved(name);
    const server = this.#runtime.endpointId(endpoint);
    await this.#runtime.runScan({ ...job, task: { ...permitted, server } }, helperPorts);
  }

  /** The server with a name already looked up: scan sockets never wait for the process' thread pool. */
  async #resolved(name: string): Promise<Endpoint> {
    const endpoint = this.#endpoint(name);
    if ('path' in endpoint.address || IP_ADDRESS.test(endpoint.address.host)) return endpoint;
    const address = await this.#desk.client(name).resolvedAddress();
    const tls = endpoint.tls === null ? null : { serverName: endpoint.address.host, ...endpoint.tls };
    return { ...endpoint, address, tls };
  }

  #endpoint(name: string): Endpoint {
    const endpoint = this.#options.endpoints.get(name);
    if (endpoint !== undefined) return endpoint;
    throw new RedQueryError(
      'RQ_UNKNOWN_SERVER',
      `no server "${name}"; known are: ${[...this.#options.endpoints.keys()].join(', ')}`,
    );
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new RedQueryError('RQ_CLOSED', 'the session is closed; open a new one with connect()');
  }

  /** Ends every open statement and frees threads, sockets and memory. May be called twice; waits for nothing for ever. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const reason = new RedQueryError('RQ_CLOSED', 'the session was closed');
    for (const running of this.#statements.values()) running.stop(reason);
    // Samples that wait for a silent server end with its connection.
    await this.#desk.close();
    const engine = await this.#engine?.catch(() => null);
    await this.#leave(engine ?? null);
    await this.#runtime.release();
  }

  async #leave(engine: Engine | null): Promise<void> {
    await Promise.all([...this.#results].map((result) => result.close()));
    const ended = Promise.all(this.#endings).then(() => undefined);
    const left = (async () => {
      await engine?.thread.request({ kind: 'closeSession', sessionId: this.#id }).catch(() => undefined);
    })();
    // A call that DuckDB does not break off is not waited for; all else is.
    const hasLeft = (await settledWithin(ended, STUCK_PATIENCE_MS)) && (await settledWithin(left, CLOSE_PATIENCE_MS));
    engine?.clients.delete(this.#id);
    // Others may still be served by a thread that does not answer this session; without others it is given up.
    if (!hasLeft && engine?.clients.size === 0) engine.thread.abandon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** True where the promise, which never rejects, settles in time. */
async function settledWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Moves an error's position from the text that ran to the text that the user gave. */
function withPosition(error: unknown, mapPosition: (offset: number) => number): unknown {
  if (!(error instanceof RedQueryError) || error.position === undefined) return error;
  return new RedQueryError(error.code, error.message, {
    cause: error,
    position: mapPosition(error.position),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
