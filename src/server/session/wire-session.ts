/**
 * A connected client's session, behind its authentication: takes its messages strictly in order, answers them, and ends when
 * either side wants it (PostgreSQL's PostgresMain). Knows no sockets, no engine and no catalog.
 */
import { PgError, pgErrorFrom } from '../pg-error.ts';
import type { FrontendMessage } from '../wire/messages.ts';
import type { Activity, Client, ClientOutput, QueryPlanner } from '../words.ts';
import * as extended from './extended-query.ts';
import { abortedTransaction } from './plan-statement.ts';
import { SessionCore, type SessionHost } from './session-core.ts';
import { runSimpleQuery } from './simple-query.ts';
import type { StatementRun } from './statement-run.ts';
import { Timeouts } from './timeouts.ts';

export type { SessionHost } from './session-core.ts';

export interface WireSessionOptions {
  readonly client: Client;
  readonly output: ClientOutput;
  readonly planner: QueryPlanner;
  readonly host: SessionHost;
}

/** How long a statement that was sent together with Terminate may still run. */
const TERMINATE_GRACE_MS = 250;
/** Keys of the startup message that are no settings. */
const NO_SETTINGS = ['user', 'database', 'replication', 'options'];

export class WireSession {
  readonly #core: SessionCore;
  readonly #timeouts: Timeouts;
  readonly #queue: FrontendMessage[] = [];
  readonly #startedAtMs = Date.now();
  /** The message in hand; null: the session waits for its client. */
  #run: StatementRun | null = null;
  #isBusy = false;
  /** An error in the extended protocol: everything up to Sync is passed over. */
  #isSkipping = false;
  #ended: Promise<void> | null = null;
  #query = '';
  #queryStartedAtMs: number | null = null;
  readonly #idleWaiters: (() => void)[] = [];

  constructor(options: WireSessionOptions) {
    this.#core = new SessionCore(options);
    this.#timeouts = new Timeouts(this.#core, (reason) => void this.#end(reason));
  }

  /** Sends what follows AuthenticationOk: settings, the key for cancel requests, ReadyForQuery; or a FATAL error. */
  greet(): void {
    const { writer, settings, options } = this.#core;
    try {
      const own = [...options.client.settings].filter(([name]) => !NO_SETTINGS.includes(name) && !name.startsWith('_pq_.'));
      settings.start(new Map(own));
    } catch (error) {
      const { sqlState, message, details } = pgErrorFrom(error);
      void this.#end(new PgError(sqlState, message, { ...details, severity: 'FATAL' }));
      return;
    }
    for (const [name, value] of settings.takeReport()) writer.parameterStatus(name, value);
    writer.backendKeyData(options.client.processId, options.client.secret);
    this.#core.ready();
    this.#timeouts.startIdle();
  }

  /** Takes a message; it is answered when those before it are. */
  receive(message: FrontendMessage): void {
    if (this.#ended !== null) return;
    this.#queue.push(message);
    if (message.kind === 'terminate') this.#hurry();
    if (this.#isBusy) return;
    this.#core.turn.begin();
    this.#work();
  }

  /** Messages that are not answered yet. */
  get backlog(): number {
    return this.#queue.length + (this.#run === null ? 0 : 1);
  }

  /** Ends the statement in hand, and only that. */
  cancel(): void {
    this.#run?.abort(new PgError('57014', 'canceling statement due to user request'));
  }

  /** The connection is gone: whatever runs ends, everything is freed. */
  clientGone(): void {
    void this.#end(null);
  }

  /** Ends the session with a FATAL error, the statement in hand included. */
  shutdown(error: PgError): Promise<void> {
    return this.#end(error);
  }

  /** Resolves when no message is in hand and none waits. */
  async settled(): Promise<void> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  get activity(): Activity {
    const { client } = this.#core.options;
    const { transaction, settings } = this.#core;
    const idle = { I: 'idle', T: 'idle in transaction', E: 'idle in transaction (aborted)' } as const;
    return {
      processId: client.processId,
      user: client.user.name,
      database: client.database,
      applicationName: settings.get('application_name') ?? '',
      remote: client.remote,
      state: this.#run === null ? idle[transaction.status] : 'active',
      query: this.#query,
      startedAtMs: this.#startedAtMs,
      queryStartedAtMs: this.#queryStartedAtMs,
      transactionStartedAtMs: transaction.runningSinceMs,
    };
  }

  /** Answers messages until one must be waited for or none is left. */
  #work(): void {
    this.#isBusy = true;
    for (;;) {
      const over = this.#queue.length === 0 ? undefined : this.#core.turn.over();
      if (over !== undefined) {
        void over.then(() => this.#work());
        return;
      }
      const message = this.#queue.shift();
      if (message === undefined || this.#ended !== null) break;
      this.#timeouts.stopIdle();
      const handled = this.#handle(message);
      if (handled !== undefined) {
        handled.then(
          () => this.#work(),
          (error: unknown) => this.#broken(error),
        );
        return;
      }
    }
    this.#isBusy = false;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #broken(error: unknown): void {
    this.#core.options.host.unexpected?.(error);
    const { sqlState, message } = pgErrorFrom(error);
    void this.#end(new PgError(sqlState, message, { severity: 'FATAL', cause: error }));
  }

  #handle(message: FrontendMessage): Promise<void> | undefined {
    switch (message.kind) {
      case 'terminate':
        void this.#end(null);
        return undefined;
      case 'sync':
        return this.#sync();
      case 'flush':
        if (!this.#isSkipping) this.#core.flush();
        return undefined;
      case 'copyData':
      case 'copyDone':
      case 'copyFail':
        // What a client still sends of a COPY that failed.
        return undefined;
      case 'password':
        void this.#end(new PgError('08P01', 'invalid frontend message type 112', { severity: 'FATAL' }));
        return undefined;
      case 'query':
        return this.#isSkipping ? undefined : this.#simple(message.text);
      case 'functionCall':
        return this.#isSkipping ? undefined : this.#answer(null, async () => this.#functionCall());
      case 'malformed':
        if (this.#isSkipping) return undefined;
        return message.isExtended ? this.#skip(message.error, null) : this.#answer(null, () => Promise.reject(message.error));
      case 'parse':
      case 'bind':
      case 'describe':
      case 'execute':
      case 'close':
        return this.#isSkipping ? undefined : this.#extended(message);
      default:
        return message satisfies never;
    }
  }

  #simple(text: string): Promise<void> {
    this.#note(text);
    return this.#answer(text, (run) => runSimpleQuery(this.#core, text, run, this.#timeouts));
  }

  #functionCall(): never {
    if (this.#core.transaction.isFailed) throw abortedTransaction();
    throw new PgError('0A000', 'function calls by protocol message are not supported', { hint: 'Use SELECT.' });
  }

  /** A message that ends in ReadyForQuery, whatever comes of it. */
  async #answer(text: string | null, work: (run: StatementRun) => Promise<void>): Promise<void> {
    const run = this.#begin();
    try {
      await work(run);
    } catch (error) {
      await this.#fail(error, text);
    }
    this.#finish();
    this.#ready();
  }

  #extended(message: ExtendedMessage): Promise<void> | undefined {
    const run = this.#begin();
    this.#timeouts.continueStatement(run);
    let text: string | null = message.kind === 'parse' ? message.text : null;
    if (message.kind === 'parse') this.#note(message.text);
    if (message.kind === 'execute') {
      text = this.#core.portals.get(message.portal)?.options.text ?? null;
      if (text !== null) this.#note(text);
    }
    try {
      const handled = this.#dispatch(message, run);
      if (handled === undefined) {
        this.#finish(message.kind === 'execute');
        return undefined;
      }
      return handled.then(
        () => this.#finish(message.kind === 'execute'),
        (error: unknown) => this.#skip(run.reason ?? error, text),
      );
    } catch (error) {
      return this.#skip(error, text);
    }
  }

  #dispatch(message: ExtendedMessage, run: StatementRun): Promise<void> | undefined {
    switch (message.kind) {
      case 'parse':
        return extended.parse(this.#core, message, run);
      case 'bind':
        return extended.bind(this.#core, message) ?? undefined;
      case 'describe':
        extended.describe(this.#core, message);
        return undefined;
      case 'execute':
        return extended.execute(this.#core, message, run);
      case 'close':
        return extended.close(this.#core, message) ?? undefined;
      default:
        return message satisfies never;
    }
  }

  async #skip(error: unknown, text: string | null): Promise<void> {
    this.#isSkipping = true;
    await this.#fail(error, text);
    this.#finish();
  }

  #sync(): Promise<void> | undefined {
    this.#isSkipping = false;
    const run = this.#begin();
    const finish = (): void => {
      this.#finish();
      this.#ready();
    };
    const left = this.#core.transaction.leave(run);
    if (left === undefined) {
      finish();
      return undefined;
    }
    return left.catch((error: unknown) => this.#fail(run.reason ?? error, null)).then(finish);
  }

  #begin(): StatementRun {
    const run = this.#core.newRun();
    this.#run = run;
    return run;
  }

  /** `isStatementDone`: false where more messages belong to the statement. */
  #finish(isStatementDone = true): void {
    this.#run = null;
    if (isStatementDone) this.#timeouts.stopStatement();
    else this.#timeouts.pauseStatement();
  }

  #ready(): void {
    if (this.#ended !== null) return;
    this.#core.ready();
    if (this.#queue.length === 0) this.#timeouts.startIdle();
  }

  #note(text: string): void {
    this.#query = text;
    this.#queryStartedAtMs = Date.now();
  }

  /** Sends an error and takes the transaction where it must go. */
  async #fail(error: unknown, text: string | null): Promise<void> {
    const failure = pgErrorFrom(error);
    if (failure.sqlState === 'XX000') this.#core.options.host.unexpected?.(failure.details.cause ?? error);
    if (this.#ended !== null) return;
    this.#core.writer.error(failure, text ?? undefined);
    this.#core.flush();
    await this.#core.transaction.fail();
    if (failure.isFatal) await this.#end(null);
  }

  /** Terminate waits in the queue: what is in hand may finish, but not for long. */
  #hurry(): void {
    const run = this.#run;
    if (run === null) return;
    const timer = setTimeout(() => run.abort(goneReason()), TERMINATE_GRACE_MS);
    timer.unref();
  }

  #end(error: PgError | null): Promise<void> {
    this.#ended ??= this.#finalEnd(error);
    return this.#ended;
  }

  async #finalEnd(error: PgError | null): Promise<void> {
    this.#queue.length = 0;
    this.#timeouts.stop();
    const { writer, options, portals, planner } = this.#core;
    if (error !== null) writer.error(error);
    this.#core.flush();
    options.output.end();
    const reason = error ?? goneReason();
    this.#run?.abort(reason);
    await Promise.allSettled([portals.dropAll(reason)]);
    await Promise.allSettled([planner.close()]);
  }
}

type ExtendedMessage = Extract<FrontendMessage, { kind: 'parse' | 'bind' | 'describe' | 'execute' | 'close' }>;

function goneReason(): PgError {
  return new PgError('57014', 'canceling statement due to the end of the connection');
}
