/** A shell in memory: keeps what commands print and do. A session and a client may be put behind it. */
import type { Session } from '../../src/engine/index.ts';
import { paletteOf } from '../../src/output/index.ts';
import { commandIn } from '../../src/repl/commands/index.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from '../../src/repl/settings.ts';
import type { LastResult, RunOptions, Shell, StatementReport } from '../../src/repl/words.ts';
import type { ControlClient } from '../../src/storage/index.ts';

export interface MemoryShellOptions {
  readonly session?: Session;
  readonly redis?: ControlClient;
  readonly columns?: number;
  readonly rows?: number;
  readonly hasColour?: boolean;
  readonly isInteractive?: boolean;
  readonly place?: string;
  /** What `run` does; without it every statement is done, with one row. */
  readonly onRun?: (text: string, options: RunOptions) => StatementReport | Promise<StatementReport>;
  readonly onConnect?: (url: string) => Promise<void>;
  readonly onScript?: (text: string, name: string) => Promise<boolean>;
  readonly answer?: boolean;
}

export class MemoryShell implements Shell {
  readonly settings: TerminalSettings = { ...DEFAULT_SETTINGS };
  readonly palette;
  readonly size: { columns: number; rows: number };
  readonly isInteractive: boolean;
  place: string;
  lastResult: LastResult | null = null;
  lastStatement: StatementReport | null = null;
  history: readonly string[] = [];
  /** Texts of `say`, in order. */
  readonly said: string[] = [];
  /** Texts of `show`, in order. */
  readonly shown: string[] = [];
  readonly ran: { readonly text: string; readonly options: RunOptions }[] = [];
  readonly scripts: { readonly text: string; readonly name: string }[] = [];
  readonly connected: string[] = [];
  readonly offered: string[] = [];
  /** Settings at each `showResult`. */
  readonly drawnWith: TerminalSettings[] = [];
  lentCount = 0;
  clearedCount = 0;
  hasQuit = false;
  refreshedCount = 0;
  readonly #options: MemoryShellOptions;

  constructor(options: MemoryShellOptions = {}) {
    this.#options = options;
    this.palette = paletteOf(options.hasColour ?? false);
    this.size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
    this.isInteractive = options.isInteractive ?? true;
    this.place = options.place ?? '127.0.0.1:6379';
  }

  /** All that was printed, in order of `say` and then of `show`. */
  get text(): string {
    return [...this.said, ...this.shown].join('\n');
  }

  say(text: string): void {
    this.said.push(text);
  }

  async show(text: string): Promise<void> {
    this.shown.push(text);
  }

  async session(): Promise<Session> {
    if (this.#options.session === undefined) throw new Error('this shell has no session');
    return this.#options.session;
  }

  async redis(): Promise<ControlClient> {
    if (this.#options.redis === undefined) throw new Error('this shell has no connection');
    return this.#options.redis;
  }

  async run(text: string, options: RunOptions = {}): Promise<StatementReport> {
    this.ran.push({ text, options });
    const report = (await this.#options.onRun?.(text, options)) ?? doneReport(text);
    this.lastStatement = report;
    return report;
  }

  async showResult(): Promise<void> {
    this.drawnWith.push({ ...this.settings });
  }

  async runScript(text: string, name: string): Promise<boolean> {
    this.scripts.push({ text, name });
    return (await this.#options.onScript?.(text, name)) ?? true;
  }

  async connect(url: string): Promise<void> {
    await this.#options.onConnect?.(url);
    this.connected.push(url);
  }

  async confirm(): Promise<boolean> {
    return this.isInteractive && (this.#options.answer ?? true);
  }

  lend<Value>(work: () => Promise<Value>): Promise<Value> {
    this.lentCount++;
    return work();
  }

  offer(text: string): void {
    this.offered.push(text);
  }

  refreshCatalogue(): void {
    this.refreshedCount++;
  }

  clear(): void {
    this.clearedCount++;
  }

  quit(): void {
    this.hasQuit = true;
  }
}

/** Runs a line as the terminal does. @throws what the command throws, and RQ_OPTION for an unknown one. */
export async function runLine(shell: Shell, line: string, signal = new AbortController().signal): Promise<void> {
  const found = commandIn(line);
  if (found === null) throw new Error(`${line} is no command`);
  await found.command.run(found.argument, shell, signal, found.name);
}

/** A report of a statement that gave one row and asked nothing of Redis. */
export function doneReport(text: string, more: Partial<StatementReport> = {}): StatementReport {
  return { text, elapsedMs: 1, rowCount: 1, stats: null, end: 'done', error: null, ...more };
}
