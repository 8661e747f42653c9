/** Completion that costs the start nothing: what it needs is loaded behind the prompt, or at the first Tab. */
import { highlight, highlighterFor } from './input/highlight.ts';
import type { Completion, Highlighter, Shell, StatementReport } from './words.ts';

/** How long the prompt has the machine to itself. */
const PATIENCE_MS = 50;

interface Loaded {
  readonly complete: (text: string, cursor: number, signal: AbortSignal) => Promise<Completion | null>;
  refresh(): void;
  learn(text: string): void;
  refreshIfOld(): void;
  stop(): void;
}

export class LazyCompleter {
  readonly #shell: () => Shell;
  #loading: Promise<Loaded> | null = null;
  #isStopped = false;
  /** The last statement that was learnt from. */
  #seen: StatementReport | null = null;
  #highlight: Highlighter = highlight;

  constructor(shell: () => Shell) {
    this.#shell = shell;
  }

  readonly complete = async (text: string, cursor: number, signal: AbortSignal): Promise<Completion | null> => {
    const { complete } = await this.#load();
    return await complete(text, cursor, signal);
  };

  /** Loads when the prompt has been drawn. */
  loadSoon(): void {
    const load = (): void => {
      if (!this.#isStopped) void this.#load().catch(() => undefined);
    };
    setTimeout(load, PATIENCE_MS).unref();
  }

  /** Colours what is typed; commands that there are not, too, once these are loaded. */
  readonly highlight: Highlighter = (text) => this.#highlight(text);

  /** Behind a statement, and never at Tab: learns from it, and looks at the keys again where that was a minute ago. */
  entryEnded(): void {
    const statement = this.#shell().lastStatement;
    const isNew = statement !== this.#seen && statement?.end === 'done';
    this.#seen = statement;
    void this.#loading
      ?.then((loaded) => {
        if (isNew) loaded.learn(statement.text);
        loaded.refreshIfOld();
      })
      .catch(() => undefined);
  }

  /** What is known of the database is old; nothing where nothing was loaded yet. */
  refresh(): void {
    void this.#loading?.then((loaded) => loaded.refresh()).catch(() => undefined);
  }

  /** Ends what is being looked up, for good. */
  stop(): void {
    this.#isStopped = true;
    void this.#loading?.then((loaded) => loaded.stop()).catch(() => undefined);
  }

  #load(): Promise<Loaded> {
    const loading = (this.#loading ??= this.#make());
    loading.catch(() => {
      // The next Tab tries again.
      if (this.#loading === loading) this.#loading = null;
    });
    return loading;
  }

  async #make(): Promise<Loaded> {
    const [{ Catalogue }, { completerFor }, { COMMANDS }] = await Promise.all([
      import('./completion/catalogue.ts'),
      import('./completion/completer.ts'),
      import('./commands/index.ts'),
    ]);
    this.#highlight = highlighterFor(COMMANDS.flatMap(({ names }) => names));
    const shell = this.#shell();
    const catalogue = new Catalogue(shell);
    if (!this.#isStopped) catalogue.refresh();
    return {
      complete: completerFor(catalogue, COMMANDS, shell),
      refresh: () => catalogue.refresh(),
      learn: (text) => catalogue.learn(text),
      refreshIfOld: () => catalogue.refreshIfOld(),
      stop: () => catalogue.stop(),
    };
  }
}
