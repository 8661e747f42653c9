/**
 * An editor for terminals that move no cursor (TERM=dumb: an editor's shell window, a serial line): lines as the terminal itself
 * edits them, no colours, no menus, and not one escape sequence. Ctrl-C comes as a signal.
 */
import { createInterface, type Interface } from 'node:readline';
import type { Editor, EditorOptions, Entry, ReadOptions } from '../words.ts';

export function createPlainEditor(options: PlainEditorOptions): Editor {
  return new PlainEditor(options);
}

export type PlainEditorOptions = Pick<EditorOptions, 'input' | 'output' | 'isComplete' | 'onBusyKey'>;

class PlainEditor implements Editor {
  readonly #options: PlainEditorOptions;
  #lines: Interface | null = null;
  /** Lines that nobody has asked for yet. */
  #ahead: string[] = [];
  #give: ((line: string | null) => void) | null = null;
  #hasEnded = false;
  #isInterrupted = false;

  constructor(options: PlainEditorOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#lines !== null) return;
    process.on('SIGINT', this.#onInterrupt);
    this.#listen();
  }

  #listen(): void {
    const lines = createInterface({ input: this.#options.input, terminal: false });
    this.#lines = lines;
    lines.on('line', (line) => {
      if (this.#give === null) this.#ahead.push(line);
      else this.#give(line);
    });
    lines.on('close', () => {
      if (this.#lines !== lines) return;
      this.#hasEnded = true;
      this.#give?.(null);
    });
  }

  #unlisten(): void {
    const lines = this.#lines;
    this.#lines = null;
    lines?.close();
  }

  stop(): void {
    process.off('SIGINT', this.#onInterrupt);
    this.#unlisten();
    this.#options.input.pause();
  }

  async read({ prompt, initialText = '' }: ReadOptions): Promise<Entry> {
    // What was offered cannot be edited here: it is shown, to be typed.
    if (initialText !== '') this.print(`${initialText}\n`);
    let text = '';
    for (;;) {
      const line = await this.#line(text === '' ? prompt : ' '.repeat(prompt.length));
      if (this.#isInterrupted) {
        this.#isInterrupted = false;
        text = '';
        continue;
      }
      if (line === null) return text.trim() === '' ? { kind: 'end' } : { kind: 'text', text };
      text = text === '' ? line : `${text}\n${line}`;
      if (this.#options.isComplete(text)) return { kind: 'text', text };
    }
  }

  #line(prompt: string): Promise<string | null> {
    this.#options.output.write(prompt);
    const waiting = this.#ahead.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    if (this.#hasEnded) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#give = (line) => {
        this.#give = null;
        resolve(line);
      };
    });
  }

  readonly #onInterrupt = (): void => {
    if (this.#give === null) {
      this.#options.onBusyKey('interrupt');
      return;
    }
    this.#isInterrupted = true;
    this.#options.output.write('\n');
    this.#give('');
  };

  print(text: string): void {
    this.#options.output.write(text);
  }

  async ask(question: string, keys: string): Promise<string | null> {
    const line = await this.#line(question);
    if (this.#isInterrupted || line === null) {
      this.#isInterrupted = false;
      return null;
    }
    const key = line.trim().charAt(0).toLowerCase();
    return key !== '' && keys.includes(key) ? key : null;
  }

  async lend<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#unlisten();
    this.#options.input.pause();
    try {
      return await work();
    } finally {
      this.#listen();
    }
  }

  dropAhead(): number {
    const count = this.#ahead.length;
    this.#ahead = [];
    return count;
  }
}
