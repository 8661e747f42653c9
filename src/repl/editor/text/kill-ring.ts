/** Text that was cut, to be put in again. */

const MOST_TEXTS = 60;

/** The last texts that were cut, newest first. */
export class KillRing {
  readonly #texts: string[] = [];
  #turn = 0;

  /** Keeps a text; `joins` puts it before or behind the one kept last, as cuts in a row do. */
  keep(text: string, joins: 'before' | 'behind' | null): void {
    if (text === '') return;
    const last = this.#texts[0];
    if (joins !== null && last !== undefined) this.#texts[0] = joins === 'before' ? text + last : last + text;
    else this.#texts.unshift(text);
    if (this.#texts.length > MOST_TEXTS) this.#texts.pop();
  }

  /** The text that was cut last. */
  newest(): string {
    this.#turn = 0;
    return this.#texts[0] ?? '';
  }

  /** The one cut before the one given last, around in a ring. */
  older(): string {
    if (this.#texts.length === 0) return '';
    this.#turn = (this.#turn + 1) % this.#texts.length;
    return this.#texts[this.#turn] ?? '';
  }
}
