/**
 * The line editor: keys of a terminal become texts to run. It reads whole statements over several lines, keeps what is typed
 * while one runs, prints above what is being edited, and lends the terminal to others. It knows nothing of SQL.
 */
import type { Editor, EditorOptions, Entry, ReadOptions } from '../words.ts';
import { AheadKeys } from './keys/ahead-keys.ts';
import { KeyDecoder } from './keys/decoder.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { type Outcome, Reading } from './reading.ts';
import { TerminalMode } from './terminal-mode.ts';
import { Painter } from './view/painter.ts';

/** Makes the editor of a terminal. It takes no key before `start`. */
export function createEditor(options: EditorOptions): Editor {
  return new LineEditor(options);
}

/** A question that waits for its key. */
interface Question {
  readonly text: string;
  readonly keys: string;
  readonly answer: (key: string | null) => void;
}

class LineEditor implements Editor {
  readonly #options: EditorOptions;
  readonly #painter: Painter;
  readonly #reading: Reading;
  readonly #decoder = new KeyDecoder((event) => this.#take(event));
  readonly #mode: TerminalMode;
  readonly #ahead = new AheadKeys();
  #prompt: ReadOptions = { prompt: '' };
  /** Resolves the read that goes on; null between two. */
  #give: ((entry: Entry) => void) | null = null;
  #question: Question | null = null;
  #isLent = false;
  #held = '';
  #isEnded = false;
  #paintTimer: NodeJS.Immediate | undefined;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#painter = new Painter(options.output);
    this.#reading = new Reading(options, () => this.#schedule());
    this.#mode = new TerminalMode({
      input: options.input,
      output: options.output,
      onLeave: () => this.#leaveFrame(),
      onReturn: () => this.#returnToFrame(),
    });
  }

  start(): void {
    if (this.#mode.isStarted) return;
    this.#mode.start();
    this.#listen();
    this.#options.input.on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onEnd);
    this.#options.output.on('resize', this.#onResize);
  }

  stop(): void {
    this.#mode.stop();
    clearImmediate(this.#paintTimer);
    this.#unlisten();
    this.#options.input.off('end', this.#onEnd).off('close', this.#onEnd);
    this.#options.output.off('resize', this.#onResize);
  }

  read(options: ReadOptions): Promise<Entry> {
    if (this.#give !== null) throw new Error('a text is being read already');
    this.#prompt = options;
    this.#reading.begin(options);
    return new Promise((resolve) => {
      this.#give = resolve;
      this.#painter.begin(this.#options.palette('dim', '⏎'));
      this.#schedule();
      while (this.#give !== null) {
        const event = this.#ahead.take();
        if (event === null) break;
        this.#press(event);
      }
      if (this.#give !== null && this.#isEnded) this.#press({ kind: 'end' });
    });
  }

  print(text: string): void {
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    if (this.#isLent) this.#held += whole;
    else if (this.#question !== null) this.#options.output.write(`\r\x1b[K${whole}${this.#question.text}`);
    else if (this.#give === null) this.#options.output.write(whole);
    else {
      this.#painter.writeAbove(whole);
      this.#schedule();
    }
  }

  ask(question: string, keys: string): Promise<string | null> {
    if (this.#isEnded) return Promise.resolve(null);
    if (this.#give !== null) this.#painter.writeAbove('');
    this.#options.output.write(question);
    return new Promise((resolve) => {
      this.#question = { text: question, keys, answer: resolve };
    });
  }

  async lend<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!this.#mode.isStarted || this.#isLent) return work();
    this.#isLent = true;
    this.#leaveFrame();
    this.#mode.leave();
    this.#unlisten();
    try {
      return await work();
    } finally {
      this.#isLent = false;
      if (this.#mode.isStarted) {
        this.#mode.enter();
        this.#listen();
        this.#returnToFrame();
      }
    }
  }

  dropAhead(): number {
    return this.#ahead.drop((text) => this.#options.isComplete(text));
  }

  #listen(): void {
    this.#options.input.on('data', this.#onData).resume();
  }

  #unlisten(): void {
    this.#options.input.off('data', this.#onData).pause();
  }

  readonly #onData = (chunk: Buffer | string): void => this.#decoder.push(chunk);

  readonly #onEnd = (): void => {
    if (!this.#isEnded) this.#decoder.end();
  };

  readonly #onResize = (): void => {
    if (this.#give === null || this.#isLent) return;
    this.#painter.resized();
    this.#schedule();
  };

  #take(event: KeyEvent): void {
    if (event.kind === 'end') this.#isEnded = true;
    if (event.kind === 'key' && event.name === 'ctrl-z') this.#mode.suspend();
    else if (this.#question !== null) this.#answer(this.#question, event);
    else if (this.#give !== null) this.#press(event);
    else this.#takeBusy(event);
  }

  /** Between two reads: Ctrl-C and, where nothing was typed ahead, the space bar are for what runs. */
  #takeBusy(event: KeyEvent): void {
    if (event.kind === 'key' && event.name === 'ctrl-c') this.#options.onBusyKey('interrupt');
    else if (event.kind === 'text' && event.text === ' ' && this.#ahead.isEmpty && this.#options.onBusyKey('space')) return;
    else if (event.kind !== 'end') this.#ahead.add(event);
  }

  #answer({ keys, answer }: Question, event: KeyEvent): void {
    const key = event.kind === 'text' ? event.text.charAt(0).toLowerCase() : null;
    const isRefused = event.kind === 'end' || (event.kind === 'key' && ['ctrl-c', 'ctrl-d', 'escape'].includes(event.name));
    if (!isRefused && (key === null || !keys.includes(key))) return;
    this.#question = null;
    this.#options.output.write(`${isRefused ? '' : key}\n`);
    if (this.#give !== null) this.#schedule();
    answer(isRefused ? null : key);
  }

  #press(event: KeyEvent): void {
    const outcome = this.#reading.press(event);
    if (outcome === null) this.#schedule();
    else this.#conclude(outcome);
  }

  #conclude(outcome: Outcome): void {
    switch (outcome) {
      case 'clear':
        this.#painter.clear();
        this.#schedule();
        return;
      case 'interrupt':
        this.#leaveText(this.#options.palette('dim', '^C'));
        this.#reading.begin({ prompt: this.#prompt.prompt });
        this.#schedule();
        return;
      case 'run':
      case 'end': {
        const give = this.#give;
        this.#give = null;
        this.#leaveText();
        give?.(outcome === 'run' ? { kind: 'text', text: this.#reading.text } : { kind: 'end' });
      }
    }
  }

  /** Draws the text for the last time, and goes below it. */
  #leaveText(tail = ''): void {
    clearImmediate(this.#paintTimer);
    this.#paintTimer = undefined;
    this.#reading.settle();
    this.#painter.draw(this.#reading.frame(this.#painter.size));
    this.#painter.finish(tail);
  }

  #schedule(): void {
    this.#paintTimer ??= setImmediate(() => {
      this.#paintTimer = undefined;
      if (this.#give === null || this.#isLent || this.#question !== null) return;
      this.#painter.draw(this.#reading.frame(this.#painter.size));
    });
  }

  /** Before others have the window: what is drawn stays, the cursor goes below it. */
  #leaveFrame(): void {
    if (this.#give !== null) this.#painter.finish();
  }

  #returnToFrame(): void {
    if (this.#isLent) return;
    if (this.#held !== '') this.#options.output.write(this.#held);
    this.#held = '';
    if (this.#give === null) return;
    this.#painter.begin(this.#options.palette('dim', '⏎'));
    this.#schedule();
  }
}
