/** A terminal around a StatementRunner: a live Redis, a headless screen, answers that are given to its questions. */

import { paletteOf } from '../../src/output/index.ts';
import { Connection } from '../../src/repl/connection.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from '../../src/repl/settings.ts';
import type { StatementNeeds } from '../../src/repl/statement/needs.ts';
import { StatementRunner } from '../../src/repl/statement/statement-runner.ts';
import type { LastResult, Window } from '../../src/repl/words.ts';
import { type RedisOptions, type RunningRedis, startRedis } from './redis-server.ts';
import { Screen, type ScreenOptions } from './screen.ts';

export interface StatementTerminalOptions extends ScreenOptions {
  readonly redis?: RedisOptions | RunningRedis;
  /** Stays open; saves the start of an engine. Its tables, views and settings stay, too. */
  readonly connection?: Connection;
  readonly settings?: Partial<TerminalSettings>;
  readonly hasColour?: boolean;
  /** False: a script; what is said goes to the screen nevertheless. */
  readonly isInteractive?: boolean;
  /** Answers a question. */
  readonly confirm?: (question: string) => boolean;
  /** Where rows go instead of the screen. */
  readonly window?: Window;
}

export class StatementTerminal implements StatementNeeds, AsyncDisposable {
  readonly settings: TerminalSettings;
  readonly palette;
  readonly screen: Screen;
  readonly window: Window;
  readonly err: Window;
  readonly isInteractive: boolean;
  readonly runner: StatementRunner;
  readonly redisServer: RunningRedis;
  lastResult: LastResult | null = null;
  readonly questions: string[] = [];
  readonly changes: string[] = [];
  abandonCount = 0;
  readonly #connection: Connection;
  readonly #confirm: (question: string) => boolean;
  readonly #isOwnConnection: boolean;
  readonly #isOwnRedis: boolean;

  constructor(redis: RunningRedis, isOwnRedis: boolean, options: StatementTerminalOptions) {
    this.redisServer = redis;
    this.#isOwnRedis = isOwnRedis;
    this.settings = { ...DEFAULT_SETTINGS, pager: 'off', ...options.settings };
    this.palette = paletteOf(options.hasColour === true);
    this.screen = new Screen({ columns: 100, rows: 30, ...options });
    this.err = this.screen.window;
    this.window = options.window ?? this.screen.window;
    this.isInteractive = options.isInteractive ?? true;
    this.#confirm = options.confirm ?? (() => true);
    this.#isOwnConnection = options.connection === undefined;
    this.#connection = options.connection ?? connectionTo(redis);
    this.runner = new StatementRunner(this);
  }

  get size() {
    return { columns: this.screen.window.columns, rows: this.screen.window.rows };
  }

  session() {
    return this.#connection.session();
  }

  abandonSession(): void {
    this.abandonCount++;
    this.#connection.abandon();
  }

  redis() {
    return this.#connection.redis();
  }

  say(text: string): void {
    this.screen.window.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  confirm(question: string): Promise<boolean> {
    this.questions.push(question);
    return Promise.resolve(this.#confirm(question));
  }

  lend<Value>(work: () => Promise<Value>): Promise<Value> {
    return work();
  }

  changed(text: string): void {
    this.changes.push(text);
    this.#connection.remember(text);
  }

  /** Empties the screen. */
  async clear(): Promise<void> {
    await this.screen.settled();
    this.screen.terminal.reset();
  }

  /** Runs a statement and gives the lines of the screen that it left, from the top. */
  async lines(text: string): Promise<string[]> {
    await this.clear();
    await this.runner.run(text);
    await this.screen.settled();
    return this.screen.allLines();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOwnConnection) await this.#connection.close();
    this.screen.dispose();
    if (this.#isOwnRedis) await this.redisServer.stop();
  }
}

export function connectionTo(redis: RunningRedis): Connection {
  return new Connection(() => Promise.resolve({ url: redis.url }), 'test');
}

/** Opens one; a Redis that was given stays open. */
export async function openStatementTerminal(options: StatementTerminalOptions = {}): Promise<StatementTerminal> {
  const { redis } = options;
  if (redis !== undefined && 'pid' in redis) return new StatementTerminal(redis, false, options);
  return new StatementTerminal(await startRedis({ modules: false, ...redis }), true, options);
}
