/** The words that the parts of the terminal share: entries, spans, candidates, commands, the shell that commands act upon. */
import type { Batch } from '../arrow/index.ts';
import type { Session, StatementStats } from '../engine/index.ts';
import type { Palette, Place, Style } from '../output/index.ts';
import type { ControlClient } from '../storage/index.ts';
import type { SqlField } from '../types/index.ts';
import type { TerminalSettings } from './settings.ts';

/** A stream of keys, raw where it is a terminal's. `setRawMode` is absent in tests. */
export interface KeyInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/** The window: what is drawn on, and how large it is now. Emits 'resize' where it can be resized. */
export interface Window extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A piece of the text being edited, offsets in UTF-16; pieces do not overlap and come in order. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** Colours text as it is typed. Pure; a few milliseconds for 100 kB. */
export type Highlighter = (text: string) => readonly Span[];

/** One thing that Tab may put in. */
export interface Candidate {
  /** What goes in, quoted where it must be. */
  readonly text: string;
  /** What the menu shows; free of control characters. */
  readonly label: string;
  /** Beside it, dim: a type, a count. */
  readonly detail: string;
  readonly kind: 'keyword' | 'function' | 'table' | 'column' | 'key' | 'index' | 'command' | 'setting' | 'file';
}

export interface Completion {
  /** The part of the text that a candidate takes the place of, UTF-16. */
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly Candidate[];
}

/** Gives what fits at the cursor, from what is known already; null where nothing fits. Never asks Redis for keys. */
export type Completer = (text: string, cursor: number, signal: AbortSignal) => Promise<Completion | null>;

/** What was run before, oldest first. */
export interface History {
  readonly texts: readonly string[];
}

/** What one call of `read` gave. 'end' is Ctrl-D on an empty line, or the end of the input. */
export type Entry = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'end' };

export interface ReadOptions {
  /** Plain text; drawn in the style 'prompt'. Lines after the first begin with `continuation` of the same width. */
  readonly prompt: string;
  /** What stands in the buffer at first, the cursor behind it. */
  readonly initialText?: string;
}

/**
 * The line editor. Raw mode lasts from `start` to `stop`; between two reads keys are kept for the next one, except those that
 * `onBusyKey` takes.
 */
export interface Editor {
  start(): void;
  /** Gives the terminal back as it was. May be called twice, also from 'exit'. */
  stop(): void;
  read(options: ReadOptions): Promise<Entry>;
  /** Prints text above the line being edited, or plainly between two reads. `text` ends with a line break. */
  print(text: string): void;
  /** Asks for one key of `keys` (lower case), drawn behind the question; Ctrl-C and Ctrl-D give null. */
  ask(question: string, keys: string): Promise<string | null>;
  /** Hands the terminal to another program (a pager, an editor) until `work` ends. */
  lend<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Drops what was typed ahead and would be run, up to its last Enter; gives how many lines these were. The rest stays. */
  dropAhead(): number;
}

export interface EditorOptions {
  readonly input: KeyInput;
  readonly output: Window;
  readonly palette: Palette;
  readonly highlight: Highlighter;
  readonly complete: Completer;
  readonly history: History;
  /** True where Enter runs the text, false where it begins a new line. */
  isComplete(text: string): boolean;
  /** A key between two reads: true where it was taken. 'interrupt' is Ctrl-C, 'space' the space bar. */
  onBusyKey(key: 'interrupt' | 'space'): boolean;
}

/** The rows of a statement that were kept, for `.last`, `.chart` and `_`. */
export interface LastResult {
  readonly text: string;
  readonly schema: readonly SqlField[];
  readonly batches: readonly Batch[];
  /** Rows in `batches`. */
  readonly rowCount: number;
  /** False where the result was larger than what is kept. */
  readonly isWhole: boolean;
  /** Rows that the result had; absent where that is not known. */
  readonly totalRows?: number;
}

/** How a statement went. */
export interface StatementReport {
  readonly text: string;
  readonly elapsedMs: number;
  /** Null where there are no rows to count. */
  readonly rowCount: number | null;
  /** Null where it never began. */
  readonly stats: StatementStats | null;
  readonly end: 'done' | 'failed' | 'interrupted' | 'refused';
  /** What went wrong where it failed; null otherwise. It has been shown. */
  readonly error: unknown;
}

/** How a statement is run. */
export interface RunOptions {
  /** Asks nothing before large scans and changes. */
  readonly isConfirmed?: boolean;
  /** Shows neither rows nor the line about Redis. */
  readonly isQuiet?: boolean;
  /** Where the statement stands in a script, for the line that an error shows; absent: the statement is all there is. */
  readonly place?: Place;
}

/** What commands act upon. */
export interface Shell {
  readonly settings: TerminalSettings;
  readonly palette: Palette;
  /** Columns and rows of the window; 80 × 24 where there is none. */
  readonly size: { readonly columns: number; readonly rows: number };
  /** False where nobody can be asked: a script, a pipe. */
  readonly isInteractive: boolean;
  /** Where it is connected: `127.0.0.1:6379`, `127.0.0.1:6379/2`. Never a password. */
  readonly place: string;
  readonly lastResult: LastResult | null;
  readonly lastStatement: StatementReport | null;
  /** The texts of the history, oldest first. */
  readonly history: readonly string[];
  /** Prints lines for the person; adds the last line break. Control characters must be gone already. */
  say(text: string): void;
  /** Prints lines of data: to `.output` or `.once` where they are set, through the pager where the text is long. */
  show(text: string): Promise<void>;
  /** The session of SQL; opened at the first call, and again after the connection was lost. */
  session(): Promise<Session>;
  /** A small connection beside it, for facts about the server and samples; connects at its first command. */
  redis(): Promise<ControlClient>;
  /** Runs one SQL statement as if it had been typed. What went wrong has been said. */
  run(text: string, options?: RunOptions): Promise<StatementReport>;
  /** Shows a kept result in the present mode. */
  showResult(result: LastResult): Promise<void>;
  /** Runs a script's statements and commands in order, up to the first failure; false after one. */
  runScript(text: string, name: string): Promise<boolean>;
  /** Leaves this server for another one; a number is another database of this one. @throws {RedQueryError} what connecting does; the old one stays then. */
  connect(url: string, signal?: AbortSignal): Promise<void>;
  /** Asks a yes-or-no question; false where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** Lets another program have the terminal. */
  lend<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Puts text into the buffer of the next prompt. */
  offer(text: string): void;
  /** Forgets what completion knows of the database and looks again, in the background. */
  refreshCatalogue(): void;
  /** Empties the window, and puts the cursor at its top; nothing where there is no window. */
  clear(): void;
  /** Ends the terminal after this command. */
  quit(): void;
}

/** A statement without its semicolon, and where it begins in what was entered, UTF-16. */
export interface PlacedStatement {
  readonly text: string;
  readonly offset: number;
}

/** A statement that a command is to run: `SELECT 1` of `SELECT 1 \\gx`. */
export interface PendingStatement {
  readonly text: string;
  /** For the line that an error shows. */
  readonly place: Place;
}

/** A dot-command or psql's `\` command. */
export interface Command {
  /** With their dots and backslashes: `['.tables', '\\dt']`; the first is the one in `.help`. */
  readonly names: readonly string[];
  /** Behind the name in `.help`: `[PATTERN]`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** Further lines of `.help NAME`, with examples. */
  readonly details?: string;
  /** What Tab gives for the argument; `from` and `to` are offsets in the argument. */
  complete?(argument: string, cursor: number, shell: Shell): Completion | null;
  /**
   * Does it. `argument` is trimmed. `name` is the one that was typed. `statement` stands before it and has not run. The command
   * has failed, too, where the last statement that it ran has.
   * @throws {RedQueryError} RQ_OPTION where the argument is wrong, naming what is valid; what goes wrong is shown by the caller.
   */
  run(argument: string, shell: Shell, signal: AbortSignal, name: string, statement?: PendingStatement): Promise<void> | void;
}
