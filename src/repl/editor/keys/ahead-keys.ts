/** Keys that came while nothing was being read. */
import type { KeyEvent } from './key-event.ts';

/** A program that types without end behind an open quote is not looked at line by line. */
const MOST_TRIES = 100;

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
    if (this.#first === this.#events.length) this.#keep([]);
    return event;
  }

  /** Drops what would have been run; what no Enter has ended yet stays. Gives how many lines with text were dropped. */
  drop(isComplete: (text: string) => boolean): number {
    const events = this.#events.slice(this.#first);
    const texts = events.map(textOf);
    const end = endOfRun(events, texts, isComplete);
    this.#keep(events.slice(end));
    return texts
      .slice(0, end)
      .join('')
      .split(/\r\n?|\n/)
      .filter((line) => line.trim() !== '').length;
  }

  #keep(events: KeyEvent[]): void {
    this.#events = events;
    this.#first = 0;
  }
}

/** Gives how many events there are up to the last Enter behind a whole text. */
function endOfRun(events: readonly KeyEvent[], texts: readonly string[], isComplete: (text: string) => boolean): number {
  let tries = MOST_TRIES;
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    if (event?.kind !== 'key' || event.name !== 'enter') continue;
    if (tries-- === 0 || isComplete(texts.slice(0, at).join(''))) return at + 1;
  }
  return 0;
}

function textOf(event: KeyEvent): string {
  if (event.kind === 'text' || event.kind === 'paste') return event.text;
  return event.kind === 'key' && (event.name === 'enter' || event.name === 'newline') ? '\n' : '';
}
