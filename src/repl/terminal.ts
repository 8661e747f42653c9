/**
 * The terminal: reads entries, runs what they hold in order, and goes on. What the prompt does not need is loaded behind it, so
 * that the prompt stands at once; what fails is shown, and the rest of that entry is not run.
 */
import { setTimeout } from 'node:timers/promises';
import type { ConnectOptions } from '../engine/index.ts';
import { errorText, type Palette } from '../output/index.ts';
import { createEditor } from './editor/editor.ts';
import { createPlainEditor } from './editor/plain-editor.ts';
import { EntryRunner, type ItemReport } from './entry-runner.ts';
import { HistoryFile, historyPath } from './input/history-file.ts';
import { isComplete } from './input/is-complete.ts';
import { LazyCompleter } from './lazy-completer.ts';
import { LazyHistory } from './lazy-history.ts';
import { TerminalShell } from './shell.ts';
import type { Editor, KeyInput, Window } from './words.ts';

export interface TerminalOptions {
  readonly input: KeyInput;
  readonly output: Window;
  readonly errors: Window;
  readonly palette: Palette;
  /** Null: the default server. */
  readonly url: string | null;
  /** Reads how to connect: to the command line's server for null, else to that of a URL. */
  readonly optionsOf: (url: string | null) => Promise<ConnectOptions>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** No word of welcome. */
  readonly isQuiet: boolean;
}

/** Exit status. */
const WRONG_COMMAND_LINE = 2;
/** How long the prompt has the machine to itself. */
const PATIENCE_MS = 50;

/** Runs a terminal until its user leaves; gives the exit status. */
export async function startTerminal(options: TerminalOptions): Promise<number> {
  return await new Terminal(options).run();
}

class Terminal {
  readonly #options: TerminalOptions;
  readonly #editor: Editor;
  readonly #history: LazyHistory;
  readonly #completer: LazyCompleter;
  readonly #shell: TerminalShell;
  readonly #entries: EntryRunner;
  #count = 0;
  /** The entry under way is kept out of the history: it began with a space. */
  #isUnnoted = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#history = new LazyHistory(() =>
      HistoryFile.open(historyPath(options.environment), (text) => this.#shell.say(options.palette('warning', text))),
    );
    this.#completer = new LazyCompleter(() => this.#shell);
    const make = options.environment['TERM'] === 'dumb' ? createPlainEditor : createEditor;
    this.#editor = make({
      input: options.input,
      output: options.output,
      palette: options.palette,
      highlight: this.#completer.highlight,
      complete: this.#completer.complete,
      history: this.#history,
      isComplete,
      onBusyKey: (key) => this.#onBusyKey(key),
    });
    this.#shell = new TerminalShell({
      optionsOf: options.optionsOf,
      url: options.url,
      window: options.output,
      err: options.errors,
      palette: options.palette,
      editor: this.#editor,
      historyTexts: () => this.#history.texts,
      runScript: (text, name) => this.#entries.run(text, name),
      catalogueAged: () => this.#completer.refresh(),
    });
    this.#entries = new EntryRunner(this.#shell, (report, depth) => this.#note(report, depth));
  }

  async run(): Promise<number> {
    this.#editor.start();
    try {
      if (!this.#options.isQuiet) this.#shell.say(this.#welcome());
      await this.#runRc();
      this.#completer.loadSoon();
      const refused = this.#refused();
      for (let isFirst = true; !this.#shell.isQuitting; isFirst = false) {
        const reading = this.#editor.read({ prompt: this.#prompt(), initialText: this.#shell.takeOffered() });
        const entry = await (isFirst ? Promise.race([reading, refused]) : reading);
        if (entry.kind === 'refused') return this.#leave(entry.error);
        if (entry.kind === 'end') break;
        await this.#runEntry(entry.text);
        this.#completer.entryEnded();
      }
      return 0;
    } finally {
      this.#editor.stop();
      // What is looked at behind the prompt is not waited for.
      this.#completer.stop();
      await this.#shell.close();
    }
  }

  /**
   * Settles where the command line leads to no server: a URL that is none, a file that is not there. The prompt does not wait for
   * it; without an error it never settles.
   */
  async #refused(): Promise<{ readonly kind: 'refused'; readonly error: unknown }> {
    // Reading it loads modules, which the prompt would have to wait for.
    await setTimeout(PATIENCE_MS);
    try {
      await this.#options.optionsOf(null);
    } catch (error) {
      return { kind: 'refused', error };
    }
    return await new Promise(() => undefined);
  }

  #leave(error: unknown): number {
    this.#editor.stop();
    this.#options.errors.write(`\n${errorText(error, null)}`);
    return WRONG_COMMAND_LINE;
  }

  #welcome(): string {
    const { palette } = this.#shell;
    return `${palette('bold', `redquery ${this.#options.version}`)} · ${this.#shell.place}\n${palette('dim', '.keys what is there · .help what to type · Ctrl-D leaves')}`;
  }

  #prompt(): string {
    const { place, settings } = this.#shell;
    const [host = '', database = '0'] = place.split('/');
    return settings.prompt
      .replaceAll('{place}', place)
      .replaceAll('{host}', place.startsWith('/') ? place : host)
      .replaceAll('{db}', database)
      .replaceAll('{n}', String(this.#count + 1));
  }

  async #runEntry(text: string): Promise<void> {
    this.#isUnnoted = /^\s/.test(text);
    const isWell = await this.#entries.run(text, null);
    if (isWell) return;
    const dropped = this.#editor.dropAhead();
    if (dropped > 0)
      this.#shell.say(
        this.#shell.palette(
          'warning',
          `${dropped === 1 ? '1 line typed ahead was' : `${dropped} lines typed ahead were`} not run.`,
        ),
      );
  }

  async #runRc(): Promise<void> {
    const { rcPath, readRcFile } = await import('./commands/rc-file.ts');
    const file = rcPath(this.#options.environment);
    const rc = await readRcFile(file);
    if (rc.kind === 'refused') this.#shell.say(this.#shell.palette('warning', rc.note));
    if (rc.kind === 'text') await this.#entries.run(rc.text, file);
  }

  /** Ctrl-C and the space bar while something runs. */
  #onBusyKey(key: 'interrupt' | 'space'): boolean {
    if (key === 'interrupt') {
      this.#entries.interrupt();
      return true;
    }
    if (!this.#shell.runner.isRunning) return false;
    this.#shell.runner.toggleTable();
    return true;
  }

  #note({ item, elapsedMs, rowCount, end }: ItemReport, depth: number): void {
    if (item.kind === 'sql' || item.statement !== undefined) this.#count++;
    // Nobody looks for the way out again.
    if (depth > 1 || this.#isUnnoted || this.#shell.isQuitting) return;
    this.#history.file.add({
      text: item.written,
      place: this.#shell.place,
      ms: Math.round(elapsedMs),
      rows: rowCount,
      ok: end === 'done',
    });
  }
}
