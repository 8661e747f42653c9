/** What the keys of an emacs-like editor do to a text. Keys that look beyond the text (Enter, Tab, history) are not here. */
import { nextGrapheme, previousGrapheme } from './graphemes.ts';
import { KillRing } from './kill-ring.ts';
import type { TextBuffer } from './text-buffer.ts';
import type { Place } from './undo.ts';

type Edit = (keys: EditKeys) => void;

const START: Place = { line: 0, column: 0 };

/** Applies keys to one buffer, and remembers what the key before did: cuts in a row are one text. */
export class EditKeys {
  readonly buffer: TextBuffer;
  readonly #kills = new KillRing();
  /** What the last key did, and how many keys there were until then. */
  #last: 'kill' | 'yank' | null = null;
  #now: 'kill' | 'yank' | null = null;
  #yankedFrom: Place = START;

  constructor(buffer: TextBuffer) {
    this.buffer = buffer;
  }

  /** Does what a key does; false where it does nothing here. */
  press(name: string): boolean {
    const edit = EDITS[name];
    this.#now = null;
    edit?.(this);
    this.#last = this.#now;
    return edit !== undefined;
  }

  /** Says that something else was done meanwhile. */
  cut(): void {
    this.#last = null;
  }

  move(to: Place): void {
    this.buffer.moveTo(to);
  }

  /** Takes the text between the cursor and a place out, without keeping it. */
  erase(to: Place): void {
    const [from, end] = inOrder(this.buffer.cursor, to);
    this.buffer.remove(from, end);
  }

  /** Cuts the text between the cursor and a place. */
  kill(to: Place): void {
    const { cursor } = this.buffer;
    const [from, end] = inOrder(cursor, to);
    const side = from === cursor ? 'behind' : 'before';
    this.#kills.keep(this.buffer.remove(from, end), this.#last === 'kill' ? side : null);
    this.#now = 'kill';
  }

  yank(): void {
    this.#put(this.#kills.newest(), this.buffer.cursor);
  }

  /** Puts an older text in the place of the one just put in. */
  yankOlder(): void {
    if (this.#last === 'yank') this.#put(this.#kills.older(), this.#yankedFrom);
  }

  #put(text: string, from: Place): void {
    this.#yankedFrom = from;
    this.buffer.replace(from, this.buffer.cursor, text);
    this.#now = 'yank';
  }
}

function inOrder(one: Place, other: Place): [Place, Place] {
  const isFirst = one.line < other.line || (one.line === other.line && one.column <= other.column);
  return isFirst ? [one, other] : [other, one];
}

/** The line's start; from there the text's. */
function home({ cursor }: TextBuffer): Place {
  return cursor.column === 0 ? START : { line: cursor.line, column: 0 };
}

/** The line's end; from there the text's. */
function end(buffer: TextBuffer): Place {
  const { cursor, currentLine } = buffer;
  return cursor.column === currentLine.length ? buffer.end : { line: cursor.line, column: currentLine.length };
}

function lineEnd({ cursor, currentLine }: TextBuffer): Place {
  return { line: cursor.line, column: currentLine.length };
}

/** Changes places between the characters around the cursor; at the line's end between the last two. */
function transpose({ buffer }: EditKeys): void {
  const { cursor, currentLine } = buffer;
  const right = cursor.column === currentLine.length ? cursor.column : nextGrapheme(currentLine, cursor.column);
  const middle = previousGrapheme(currentLine, right);
  const left = previousGrapheme(currentLine, middle);
  if (left === middle) return;
  const text = currentLine.slice(middle, right) + currentLine.slice(left, middle);
  buffer.replace({ line: cursor.line, column: left }, { line: cursor.line, column: right }, text);
}

function toStep(direction: -1 | 1): Edit {
  return (keys) => keys.move(keys.buffer.step(keys.buffer.cursor, direction));
}

function toWord(direction: -1 | 1): Edit {
  return (keys) => keys.move(keys.buffer.stepWord(keys.buffer.cursor, direction));
}

function eraseStep(direction: -1 | 1): Edit {
  return (keys) => keys.erase(keys.buffer.step(keys.buffer.cursor, direction));
}

function killWord(direction: -1 | 1): Edit {
  return (keys) => keys.kill(keys.buffer.stepWord(keys.buffer.cursor, direction));
}

/** Cuts up to the line's end or start; from there the line break. */
function killLine(direction: -1 | 1): Edit {
  return (keys) => {
    const { buffer } = keys;
    const edge = direction === 1 ? lineEnd(buffer) : { line: buffer.cursor.line, column: 0 };
    keys.kill(edge.column === buffer.cursor.column ? buffer.step(buffer.cursor, direction) : edge);
  };
}

const EDITS: Readonly<Record<string, Edit>> = {
  left: toStep(-1),
  right: toStep(1),
  'ctrl-b': toStep(-1),
  'ctrl-f': toStep(1),
  'ctrl-left': toWord(-1),
  'ctrl-right': toWord(1),
  'alt-left': toWord(-1),
  'alt-right': toWord(1),
  'alt-b': toWord(-1),
  'alt-f': toWord(1),
  home: (keys) => keys.move(home(keys.buffer)),
  end: (keys) => keys.move(end(keys.buffer)),
  'ctrl-a': (keys) => keys.move(home(keys.buffer)),
  'ctrl-e': (keys) => keys.move(end(keys.buffer)),
  'ctrl-home': (keys) => keys.move(START),
  'ctrl-end': (keys) => keys.move(keys.buffer.end),
  'alt-<': (keys) => keys.move(START),
  'alt->': (keys) => keys.move(keys.buffer.end),
  backspace: eraseStep(-1),
  'shift-backspace': eraseStep(-1),
  delete: eraseStep(1),
  'ctrl-d': eraseStep(1),
  'ctrl-k': killLine(1),
  'ctrl-u': killLine(-1),
  'ctrl-w': (keys) => keys.kill(keys.buffer.stepBlank(keys.buffer.cursor)),
  'alt-d': killWord(1),
  'ctrl-delete': killWord(1),
  'alt-backspace': killWord(-1),
  'ctrl-backspace': killWord(-1),
  'ctrl-y': (keys) => keys.yank(),
  'alt-y': (keys) => keys.yankOlder(),
  'ctrl-t': transpose,
  'ctrl-_': (keys) => void keys.buffer.undo(),
  // As in nano.
  'alt-u': (keys) => void keys.buffer.undo(),
  'alt-e': (keys) => void keys.buffer.redo(),
};
