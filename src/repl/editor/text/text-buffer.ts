/**
 * The text being edited and its cursor. Lines are kept apart, so that a key in a text of a megabyte costs no more than its
 * line. Knows neither keys nor the window.
 */
import { graphemeBoundary, isWordAt, nextGrapheme, previousGrapheme } from './graphemes.ts';
import { type Change, type Place, UndoSteps } from './undo.ts';

/** A text of at least one line, with a cursor, undo and redo. */
export class TextBuffer {
  #lines: string[] = [''];
  #line = 0;
  #column = 0;
  #text: string | null = '';
  #version = 0;
  #undo = new UndoSteps();

  /** At least one. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get cursor(): Place {
    return { line: this.#line, column: this.#column };
  }

  /** The line that the cursor is in. */
  get currentLine(): string {
    return this.#lines[this.#line] ?? '';
  }

  get text(): string {
    this.#text ??= this.#lines.join('\n');
    return this.#text;
  }

  /** Another number after each change of the text. */
  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 1 && this.#lines[0] === '';
  }

  /** The cursor as an offset in `text`, UTF-16. */
  get offset(): number {
    return this.offsetOf(this.cursor);
  }

  offsetOf(place: Place): number {
    let offset = place.column;
    for (let line = 0; line < place.line; line++) offset += (this.#lines[line]?.length ?? 0) + 1;
    return offset;
  }

  placeOf(offset: number): Place {
    let rest = offset;
    for (let line = 0; line < this.#lines.length; line++) {
      const length = this.#lines[line]?.length ?? 0;
      if (rest <= length) return { line, column: Math.max(0, rest) };
      rest -= length + 1;
    }
    return this.end;
  }

  get end(): Place {
    const line = this.#lines.length - 1;
    return { line, column: this.#lines[line]?.length ?? 0 };
  }

  /** Begins anew: this text, the cursor behind it, nothing to undo. */
  reset(text: string): void {
    this.#lines = text.split('\n');
    this.#touch(this.end);
    this.#undo = new UndoSteps();
  }

  /** Puts the cursor at a place, or at the nearest there is. */
  moveTo(place: Place): void {
    this.#line = Math.min(Math.max(0, place.line), this.#lines.length - 1);
    const column = Math.min(Math.max(0, place.column), this.currentLine.length);
    this.#column = graphemeBoundary(this.currentLine, column);
    this.#undo.cut();
  }

  /** Puts text in at the cursor, which goes behind it. `isTyped` joins with what was typed just before, for undo. */
  insert(text: string, isTyped = false): void {
    this.#change(this.cursor, this.cursor, text, isTyped);
  }

  /** Puts text in the place of other text; the cursor goes behind it. */
  replace(from: Place, to: Place, text: string): void {
    this.#change(from, to, text, false);
  }

  /** Puts another text in the place of the whole one, as one step of undo. */
  replaceAll(text: string): void {
    if (text !== this.text) this.#change({ line: 0, column: 0 }, this.end, text, false);
  }

  /** Takes text out and gives it; the cursor goes where it stood. */
  remove(from: Place, to: Place): string {
    const removed = this.slice(from, to);
    if (removed !== '') this.#change(from, to, '', false);
    return removed;
  }

  slice(from: Place, to: Place): string {
    if (from.line === to.line) return (this.#lines[from.line] ?? '').slice(from.column, to.column);
    const first = (this.#lines[from.line] ?? '').slice(from.column);
    const last = (this.#lines[to.line] ?? '').slice(0, to.column);
    return [first, ...this.#lines.slice(from.line + 1, to.line), last].join('\n');
  }

  /** Takes the last step back; false where there is none. */
  undo(): boolean {
    const change = this.#undo.undo();
    if (change === null) return false;
    this.#apply(change.at, change.inserted, change.removed);
    this.#touch(change.before);
    return true;
  }

  /** Makes the step again that was taken back last; false where there is none. */
  redo(): boolean {
    const change = this.#undo.redo();
    if (change === null) return false;
    this.#apply(change.at, change.removed, change.inserted);
    this.#touch(change.after);
    return true;
  }

  /** The place one grapheme to the left or right; a line's end is one step. */
  step(from: Place, direction: -1 | 1): Place {
    const line = this.#lines[from.line] ?? '';
    if (direction === 1) {
      if (from.column < line.length) return { line: from.line, column: nextGrapheme(line, from.column) };
      return from.line + 1 < this.#lines.length ? { line: from.line + 1, column: 0 } : from;
    }
    if (from.column > 0) return { line: from.line, column: previousGrapheme(line, from.column) };
    return from.line > 0 ? { line: from.line - 1, column: this.#lines[from.line - 1]?.length ?? 0 } : from;
  }

  /** The place behind the next word's end, or at the start of the word before. */
  stepWord(from: Place, direction: -1 | 1): Place {
    const isInWord = (place: Place): boolean => isWordAt(this.#lines[place.line] ?? '', place.column, direction);
    return this.#stepWhile(
      this.#stepWhile(from, direction, (place) => !isInWord(place)),
      direction,
      isInWord,
    );
  }

  /** The place where the blank-separated piece before begins: Ctrl-W's. */
  stepBlank(from: Place): Place {
    const isBlank = (place: Place): boolean => {
      const before = (this.#lines[place.line] ?? '').slice(0, place.column);
      return before === '' || /\s$/.test(before);
    };
    return this.#stepWhile(this.#stepWhile(from, -1, isBlank), -1, (place) => !isBlank(place));
  }

  #stepWhile(from: Place, direction: -1 | 1, isToGo: (place: Place) => boolean): Place {
    let place = from;
    while (isToGo(place)) {
      const next = this.step(place, direction);
      if (next === place) break;
      place = next;
    }
    return place;
  }

  #change(at: Place, to: Place, inserted: string, isTyped: boolean): void {
    const removed = this.slice(at, to);
    if (removed === '' && inserted === '') return;
    const before = this.cursor;
    const after = this.#apply(at, removed, inserted);
    this.#touch(after);
    this.#undo.note({ at, removed, inserted, before, after } satisfies Change, isTyped);
  }

  /** Puts `inserted` in the place of `removed`; gives the place behind it. */
  #apply(at: Place, removed: string, inserted: string): Place {
    const gone = removed === '' ? [''] : removed.split('\n');
    const lastGone = gone.at(-1) ?? '';
    const head = (this.#lines[at.line] ?? '').slice(0, at.column);
    const tail = (this.#lines[at.line + gone.length - 1] ?? '').slice((gone.length === 1 ? at.column : 0) + lastGone.length);
    const put = (head + inserted).split('\n');
    const lastLine = put.length - 1;
    const column = put[lastLine]?.length ?? 0;
    put[lastLine] = (put[lastLine] ?? '') + tail;
    if (put.length === gone.length && put.length === 1) this.#lines[at.line] = put[0] ?? '';
    else this.#lines = [...this.#lines.slice(0, at.line), ...put, ...this.#lines.slice(at.line + gone.length)];
    return { line: at.line + lastLine, column };
  }

  #touch(cursor: Place): void {
    this.#line = cursor.line;
    // What was put in may join with what stands behind it.
    this.#column = graphemeBoundary(this.currentLine, cursor.column);
    this.#text = null;
    this.#version++;
  }
}
