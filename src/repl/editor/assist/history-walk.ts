/** Up and down through what was run before: entries that begin as the text did, and back to the draft. */
import type { History } from '../../words.ts';
import type { TextBuffer } from '../text/text-buffer.ts';

interface Walk {
  /** Number of the entry shown; as many as there are entries for the draft. */
  index: number;
  readonly prefix: string;
  readonly draft: string;
  /** The buffer's version after the last step: another one means that the text was edited, and a new walk begins. */
  version: number;
}

/** The walk of one prompt. */
export class HistoryWalk {
  readonly #history: History;
  #walk: Walk | null = null;

  constructor(history: History) {
    this.#history = history;
  }

  /** Begins at the newest again. */
  reset(): void {
    this.#walk = null;
  }

  /** Puts the next older entry into the buffer, the cursor at its first line's end; false where there is none. */
  older(buffer: TextBuffer): boolean {
    const walk = this.#walkOf(buffer);
    const { texts } = this.#history;
    for (let index = Math.min(walk.index, texts.length) - 1; index >= 0; index--) {
      const text = texts[index] ?? '';
      if (!text.startsWith(walk.prefix) || text === buffer.text) continue;
      this.#show(buffer, walk, index, text);
      buffer.moveTo({ line: 0, column: Infinity });
      return true;
    }
    return false;
  }

  /** Puts the next newer entry into the buffer, or the draft, the cursor at its end; false where the draft is there already. */
  newer(buffer: TextBuffer): boolean {
    const walk = this.#walkOf(buffer);
    const { texts } = this.#history;
    if (walk.index >= texts.length) return false;
    let index = walk.index + 1;
    while (index < texts.length && !(texts[index]?.startsWith(walk.prefix) === true && texts[index] !== buffer.text)) index++;
    this.#show(buffer, walk, index, texts[index] ?? walk.draft);
    return true;
  }

  #walkOf(buffer: TextBuffer): Walk {
    if (this.#walk?.version !== buffer.version) {
      const prefix = buffer.slice({ line: 0, column: 0 }, buffer.cursor);
      this.#walk = { index: this.#history.texts.length, prefix, draft: buffer.text, version: buffer.version };
    }
    return this.#walk;
  }

  #show(buffer: TextBuffer, walk: Walk, index: number, text: string): void {
    buffer.replaceAll(text);
    buffer.moveTo(buffer.end);
    walk.index = index;
    walk.version = buffer.version;
  }
}
