/** What was done to a text, so that it can be undone and done again. Keeps changes, not copies: a text may be a megabyte. */

/** A place in a text: line and UTF-16 offset in it, both from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One change: `removed` stood at `at`, `inserted` stands there now. */
export interface Change {
  readonly at: Place;
  readonly removed: string;
  readonly inserted: string;
  /** The cursor before the change, and behind it. */
  readonly before: Place;
  readonly after: Place;
}

/** Steps kept; each is a word typed, a paste, a cut. */
const MOST_STEPS = 1000;

/** The steps of one text. */
export class UndoSteps {
  #done: Change[] = [];
  #undone: Change[] = [];
  #canJoin = false;

  /** Notes a change; `isTyped` ones join to one step up to a blank. */
  note(change: Change, isTyped: boolean): void {
    const last = this.#done.at(-1);
    if (this.#canJoin && isTyped && last !== undefined && follows(last, change)) {
      this.#done[this.#done.length - 1] = { ...last, inserted: last.inserted + change.inserted, after: change.after };
    } else {
      this.#done.push(change);
      if (this.#done.length > MOST_STEPS) this.#done.shift();
    }
    this.#canJoin = isTyped;
    this.#undone = [];
  }

  /** Lets the next change begin a step. */
  cut(): void {
    this.#canJoin = false;
  }

  /** Gives the change to take back; null where there is none. */
  undo(): Change | null {
    return this.#move(this.#done, this.#undone);
  }

  /** Gives the change to make again; null where there is none. */
  redo(): Change | null {
    return this.#move(this.#undone, this.#done);
  }

  #move(from: Change[], to: Change[]): Change | null {
    const change = from.pop();
    if (change === undefined) return null;
    to.push(change);
    this.#canJoin = false;
    return change;
  }
}

function follows(last: Change, change: Change): boolean {
  const isNext = last.after.line === change.before.line && last.after.column === change.before.column;
  return isNext && change.removed === '' && !/\s$/.test(last.inserted);
}
