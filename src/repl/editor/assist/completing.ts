/** One question for candidates at a time: with a limit of time, given up at any key, late answers dropped. */
import type { Completer, Completion } from '../../words.ts';

const MOST_MS = 2000;
/** A shorter wait need not be seen. */
const SEEN_MS = 120;

/** Asks a completer. */
export class Completing {
  readonly #complete: Completer;
  readonly #onLong: () => void;
  #question: AbortController | null = null;
  #isLong = false;

  /** `onLong` is called when an answer takes so long that it should be seen. */
  constructor(complete: Completer, onLong: () => void) {
    this.#complete = complete;
    this.#onLong = onLong;
  }

  /** True while an answer takes long. */
  get isLong(): boolean {
    return this.#isLong;
  }

  /** Asks; `onAnswer` is called once, with null where nothing fits or it took too long; never after `giveUp`. */
  ask(text: string, cursor: number, onAnswer: (completion: Completion | null) => void): void {
    this.giveUp();
    const question = new AbortController();
    this.#question = question;
    const answer = (completion: Completion | null): void => {
      clearTimeout(timer);
      clearTimeout(longTimer);
      if (this.#question !== question) return;
      this.#question = null;
      this.#isLong = false;
      onAnswer(completion);
    };
    const timer = setTimeout(() => {
      answer(null);
      question.abort();
    }, MOST_MS);
    const longTimer = setTimeout(() => {
      this.#isLong = true;
      this.#onLong();
    }, SEEN_MS);
    question.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      clearTimeout(longTimer);
    });
    // What a completer fails with is no concern of the person who types.
    this.#start(text, cursor, question.signal).then(answer, () => answer(null));
  }

  /** Drops the question; false where there was none. */
  giveUp(): boolean {
    const question = this.#question;
    this.#question = null;
    this.#isLong = false;
    question?.abort();
    return question !== null;
  }

  async #start(text: string, cursor: number, signal: AbortSignal): Promise<Completion | null> {
    return this.#complete(text, cursor, signal);
  }
}
