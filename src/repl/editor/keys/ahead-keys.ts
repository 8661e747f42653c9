/** Keys that came while nothing was being read. */
import type { KeyEvent } from './key-event.ts';

/** A queue of keys. */
export class AheadKeys {
  #events: KeyEvent[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#events.length;
  }

  add(event: KeyEvent): void {
    this.#events.push(event);
  }

  /** Gives the oldest; null where there is none. */
  take(): KeyEvent | null {
    const event = this.#events[this.#first];
    if (event === undefined) return null;
    this.#first++;
    if (this.#first === this.#events.length) this.drop();
    return event;
  }

  /** Drops all; gives how many lines with text these were. */
  drop(): number {
    const text = this.#events.slice(this.#first).map(textOf).join('');
    this.#events = [];
    this.#first = 0;
    return text.split(/\r\n?|\n/).filter((line) => line.trim() !== '').length;
  }
}

function textOf(event: KeyEvent): string {
  if (event.kind === 'text' || event.kind === 'paste') return event.text;
  return event.kind === 'key' && (event.name === 'enter' || event.name === 'newline') ? '\n' : '';
}
