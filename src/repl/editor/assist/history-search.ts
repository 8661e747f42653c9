/** Ctrl-R: the newest entry that holds what is typed, further back with each Ctrl-R, forward with Ctrl-S. */
import type { Palette } from '../../../output/index.ts';
import type { History, Span } from '../../words.ts';
import type { KeyEvent } from '../keys/key-event.ts';
import { graphemesOf } from '../text/graphemes.ts';
import { TextBuffer } from '../text/text-buffer.ts';
import { drawnText } from '../view/cells.ts';
import { type Row, rowOf } from '../view/frame.ts';

/** What a key did to the search. 'taken' and 'given-up' end it; 'passed' ends it too, and the key is for the text. */
export type SearchStep = 'searching' | 'taken' | 'given-up' | 'passed';

/** One search. Upper and lower case are the same. */
export class HistorySearch {
  /** The entry that was found, the cursor at what was searched; the draft at first. */
  readonly found = new TextBuffer();
  readonly #texts: readonly string[];
  #query = '';
  #index: number;
  #isFound = true;
  #direction: -1 | 1 = -1;

  constructor(history: History, draft: string) {
    this.#texts = history.texts;
    this.#index = history.texts.length;
    this.found.reset(draft);
  }

  /** What was found, to be marked; null before anything was. */
  get match(): Span | null {
    if (this.#query === '' || !this.#isFound) return null;
    const start = this.found.offset;
    return { start, end: start + this.#query.length, style: 'selected' };
  }

  press(event: KeyEvent): SearchStep {
    if (event.kind === 'text') return this.#look(this.#query + event.text, false);
    if (event.kind !== 'key') return 'passed';
    switch (event.name) {
      case 'ctrl-r':
        this.#direction = -1;
        return this.#look(this.#query, true);
      case 'ctrl-s':
        this.#direction = 1;
        return this.#look(this.#query, true);
      case 'backspace':
        return this.#look(graphemesOf(this.#query).slice(0, -1).join(''), false);
      case 'escape':
      case 'ctrl-g':
      case 'ctrl-c':
        return 'given-up';
      case 'enter':
      case 'newline':
        return 'taken';
      default:
        return 'passed';
    }
  }

  /** Draws the line below the text; `cursor` is the column behind what is searched. */
  row(palette: Palette, width: number): { readonly row: Row; readonly cursor: number } {
    const label = this.#isFound ? 'search: ' : 'not found: ';
    const query = drawnText(this.#query);
    const hint = '  Ctrl-R older · Ctrl-S newer · Enter takes it · Esc back';
    const head = rowOf(
      [
        { style: this.#isFound ? 'dim' : 'warning', text: label },
        { style: 'bold', text: query },
      ],
      palette,
      width,
    );
    const tail = rowOf([{ style: 'dim', text: hint }], palette, Math.max(0, width - head.width));
    return { row: { text: head.text + tail.text, width: head.width + tail.width }, cursor: head.width };
  }

  #look(query: string, isFurther: boolean): SearchStep {
    this.#query = query;
    const wanted = query.toLowerCase();
    if (wanted === '') return 'searching';
    const now = this.#texts[this.#index];
    for (let index = isFurther ? this.#index + this.#direction : this.#first(); index in this.#texts; index += this.#direction) {
      const text = this.#texts[index] ?? '';
      const at = text.toLowerCase().lastIndexOf(wanted);
      if (at < 0 || (isFurther && text === now)) continue;
      this.#index = index;
      this.#isFound = true;
      this.found.reset(text);
      this.found.moveTo(this.found.placeOf(at));
      return 'searching';
    }
    // What was found for a shorter query stays to be seen.
    this.#isFound = false;
    return 'searching';
  }

  /** Where a changed query begins: at the entry shown, if that still fits. */
  #first(): number {
    return Math.min(this.#index, this.#texts.length - 1);
  }
}
