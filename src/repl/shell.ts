/** What commands and statements act upon: settings, the window, the connection, the last result. It reads no keys. */

import type { ConnectOptions, Session } from '../engine/index.ts';
import { ClosedOutput, type Palette } from '../output/index.ts';
import type { ControlClient } from '../storage/index.ts';
import { Connection, placeOf } from './connection.ts';
import { openSink } from './result/open-sink.ts';
import type { SinkNeeds } from './result/sink.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from './settings.ts';
import type { StatementNeeds } from './statement/needs.ts';
import { showKept } from './statement/show-rows.ts';
import { StatementRunner } from './statement/statement-runner.ts';
import type { Editor, LastResult, RunOptions, Shell, StatementReport, Window } from './words.ts';

export interface ShellOptions {
  /** Reads how to connect: to the command line's server for null, else to that of a URL. */
  readonly optionsOf: (url: string | null) => Promise<ConnectOptions>;
  readonly url: string | null;
  readonly window: Window;
  readonly err: Window;
  readonly palette: Palette;
  /** Null where nobody can be asked: a script, a pipe. */
  readonly editor: Editor | null;
  readonly historyTexts: () => readonly string[];
  /** Runs a script's statements and commands; true where all went well. */
  readonly runScript: (text: string, name: string) => Promise<boolean>;
  /** What is known of the database for completion is old. */
  readonly catalogueAged: () => void;
}

/** Statements after which completion has to look again. */
const CHANGES_NAMES = /^\s*(?:create|drop|alter|attach)\b/i;

export class TerminalShell implements Shell, StatementNeeds, SinkNeeds {
  readonly settings: TerminalSettings = { ...DEFAULT_SETTINGS };
  readonly palette: Palette;
  readonly window: Window;
  readonly err: Window;
  lastResult: LastResult | null = null;
  lastStatement: StatementReport | null = null;
  isQuitting = false;
  readonly runner: StatementRunner;
  readonly #options: ShellOptions;
  #connection: Connection;
  #offered = '';

  constructor(options: ShellOptions) {
    this.#options = options;
    this.palette = options.palette;
    this.window = options.window;
    this.err = options.err;
    this.#connection = new Connection(() => options.optionsOf(null), placeOf(options.url));
    this.runner = new StatementRunner(this);
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.window.columns || 80, rows: this.window.rows || 24 };
  }

  get isInteractive(): boolean {
    return this.#options.editor !== null;
  }

  get place(): string {
    return this.#connection.place;
  }

  get history(): readonly string[] {
    return this.#options.historyTexts();
  }

  say(text: string): void {
    const lines = text.endsWith('\n') ? text : `${text}\n`;
    const { editor } = this.#options;
    if (editor !== null) editor.print(lines);
    else this.err.write(lines);
  }

  async show(text: string): Promise<void> {
    const sink = await openSink(this, { isText: true });
    try {
      await sink.write(text.endsWith('\n') ? text : `${text}\n`);
    } catch (error) {
      // Whoever read it has seen enough.
      if (!(error instanceof ClosedOutput)) throw error;
    } finally {
      await sink.close();
    }
  }

  session(): Promise<Session> {
    return this.#connection.session();
  }

  redis(): Promise<ControlClient> {
    return this.#connection.redis();
  }

  abandonSession(): void {
    this.#connection.abandon();
    this.#connection.abandonRedis();
  }

  /** Gives the small connection up, whatever it waits for; the next `redis()` opens another one. */
  abandonRedis(): void {
    this.#connection.abandonRedis();
  }

  async run(text: string, options: RunOptions = {}): Promise<StatementReport> {
    const report = await this.runner.run(text, options);
    this.lastStatement = report;
    return report;
  }

  async showResult(result: LastResult): Promise<void> {
    await showKept(this, result);
  }

  runScript(text: string, name: string): Promise<boolean> {
    return this.#options.runScript(text, name);
  }

  /** The new server is asked before the old one is left. */
  async connect(url: string, signal?: AbortSignal): Promise<void> {
    const next = /^\d+$/.test(url)
      ? this.#connection.inDatabase(Number(url))
      : new Connection(() => this.#options.optionsOf(url), placeOf(url));
    try {
      await (await next.redis()).connect();
      // Whoever gave it up wants to stay where they are.
      signal?.throwIfAborted();
    } catch (error) {
      await next.close();
      throw error;
    }
    const left = this.#connection;
    this.#connection = next;
    this.lastResult = null;
    if (left.isChanged)
      this.say(this.palette('warning', 'The views, tables and settings of the session before are left behind.'));
    void left.close();
    this.refreshCatalogue();
  }

  async confirm(question: string): Promise<boolean> {
    const { editor } = this.#options;
    if (editor === null) return false;
    return (await editor.ask(`${question} [y/N] `, 'yn')) === 'y';
  }

  lend<Value>(work: () => Promise<Value>): Promise<Value> {
    const { editor } = this.#options;
    return editor === null ? work() : editor.lend(work);
  }

  offer(text: string): void {
    this.#offered = text;
  }

  /** Gives what was offered for the next prompt, once. */
  takeOffered(): string {
    const offered = this.#offered;
    this.#offered = '';
    return offered;
  }

  changed(text: string): void {
    this.#connection.remember(text);
    if (CHANGES_NAMES.test(text)) this.refreshCatalogue();
  }

  refreshCatalogue(): void {
    this.#options.catalogueAged();
  }

  clear(): void {
    // Home, then all below: what was scrolled away stays, and no copy of the window is scrolled away.
    if (this.window.isTTY === true) this.window.write('\u001b[H\u001b[J');
  }

  quit(): void {
    this.isQuitting = true;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
