/** One question for candidates at a time: with a limit of time, given up at any key, late answers dropped. */
import type { Completer, Completion } from '../../words.ts';

const MOST_MS = 2000;

/** Asks a completer. */
export class Completing {
  readonly #complete: Completer;
  #question: AbortController | null = null;

  constructor(complete: Completer) {
    this.#complete = complete;
  }

  get isAsking(): boolean {
    return this.#question !== null;
  }

  /** Asks; `onAnswer` is called once, with null where nothing fits or it took too long; never after `giveUp`. */
  ask(text: string, cursor: number, onAnswer: (completion: Completion | null) => void): void {
    this.giveUp();
    const question = new AbortController();
    this.#question = question;
    const answer = (completion: Completion | null): void => {
      clearTimeout(timer);
      if (this.#question !== question) return;
      this.#question = null;
      onAnswer(completion);
    };
    const timer = setTimeout(() => {
      answer(null);
      question.abort();
    }, MOST_MS);
    question.signal.addEventListener('abort', () => clearTimeout(timer));
    // What a completer fails with is no concern of the person who types.
    this.#start(text, cursor, question.signal).then(answer, () => answer(null));
  }

  /** Drops the question; false where there was none. */
  giveUp(): boolean {
    const question = this.#question;
    this.#question = null;
    question?.abort();
    return question !== null;
  }

  async #start(text: string, cursor: number, signal: AbortSignal): Promise<Completion | null> {
    return this.#complete(text, cursor, signal);
  }
}
