/** What tests of statements share: a Redis of 20,000 users, an engine, and a terminal for each test. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Connection } from '../../src/repl/connection.ts';
import type { StatementReport } from '../../src/repl/words.ts';
import { fillUsers } from './live-session.ts';
import { type RedisOptions, type RunningRedis, startRedis } from './redis-server.ts';
import {
  connectionTo,
  openStatementTerminal,
  type StatementTerminal,
  type StatementTerminalOptions,
} from './statement-terminal.ts';

/** A statement that is running. */
export interface SlowStatement {
  readonly ended: Promise<StatementReport>;
  /** Waits until a line of the screen has a text or fits a pattern. */
  readonly shows: (part: string | RegExp) => Promise<void>;
}

export class LiveStatements {
  /** Tests that lose their session open a terminal of their own; the start of an engine is what takes the time. */
  #shared: Connection | null = null;
  #redis: RunningRedis | null = null;
  #terminal: StatementTerminal | null = null;

  /** Call it once, outside of tests. */
  constructor(options: RedisOptions = { modules: false }) {
    beforeAll(async () => {
      this.#redis = await startRedis(options);
      await fillUsers(this.#redis, 20_000);
      this.#shared = connectionTo(this.#redis);
    });
    afterEach(() => this.close());
    afterAll(async () => {
      await this.#shared?.close();
      await this.#redis?.stop();
    });
  }

  get redis(): RunningRedis {
    if (this.#redis === null) throw new Error('no Redis yet');
    return this.#redis;
  }

  get terminal(): StatementTerminal {
    if (this.#terminal === null) throw new Error('open one');
    return this.#terminal;
  }

  /** A terminal whose session is that of other tests, too. */
  async open(options: StatementTerminalOptions = {}): Promise<StatementTerminal> {
    const connection = this.#shared;
    const terminal = await this.openAlone(connection === null ? options : { connection, ...options });
    await terminal.runner.run('reset scan_rate', { isQuiet: true });
    return terminal;
  }

  /** A terminal with a session that may be lost. */
  async openAlone(options: StatementTerminalOptions = {}): Promise<StatementTerminal> {
    this.#terminal = await openStatementTerminal({ redis: this.redis, ...options });
    return this.#terminal;
  }

  /** Closes the terminal; done after each test, too. */
  async close(): Promise<void> {
    const terminal = this.#terminal;
    this.#terminal = null;
    await terminal?.[Symbol.asyncDispose]();
  }

  shown(): string[] {
    return this.terminal.screen.allLines();
  }

  /** Starts a statement whose scans last for seconds. */
  async startSlowly(text: string, keysPerSecond = 2_000): Promise<SlowStatement> {
    const { runner, screen } = this.terminal;
    await runner.run(`set scan_rate = ${keysPerSecond}`);
    await this.terminal.clear();
    const ended = runner.run(text);
    const has = (line: string, part: string | RegExp): boolean =>
      typeof part === 'string' ? line.includes(part) : part.test(line);
    return { ended, shows: (part) => screen.until(() => this.shown().some((line) => has(line, part))) };
  }

  /** Ends the running statement as Ctrl-C does; gives its report and how long that took. */
  async interrupt(ended: Promise<StatementReport>): Promise<{ readonly report: StatementReport; readonly tookMs: number }> {
    const startedAt = performance.now();
    this.terminal.runner.interrupt();
    const report = await ended;
    const tookMs = performance.now() - startedAt;
    await this.terminal.screen.settled();
    return { report, tookMs };
  }
}
