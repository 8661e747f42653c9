/** One text being edited: what each key does to it, its menu and its searches, and how all of it is drawn. Writes nothing. */
import { cutToWidth, displayWidth, type Palette } from '../../output/index.ts';
import type { EditorOptions, ReadOptions } from '../words.ts';
import { HistorySearch } from './assist/history-search.ts';
import { HistoryWalk } from './assist/history-walk.ts';
import { TabMenu } from './assist/tab-menu.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { EditKeys } from './text/edit-keys.ts';
import { textFromPaste } from './text/pasted.ts';
import { TextBuffer } from './text/text-buffer.ts';
import { drawnText } from './view/cells.ts';
import { SpanCache, withMark } from './view/colours.ts';
import type { Frame, Row } from './view/frame.ts';
import { RowMoves } from './view/row-moves.ts';
import { type PromptText, TextView } from './view/text-view.ts';

/** What a key led to beyond the text: it is to be run, given up, the end of all, or the window cleared. */
export type Outcome = 'run' | 'interrupt' | 'end' | 'clear';

/** Told to those who wonder why Enter did not run the statement. */
const HINT = '; runs it';
/** Behind the text while what fits at the cursor is being looked up. */
const WAITING = ' …';
/** Columns that a prompt leaves for text at least. */
const LEAST_TEXT_WIDTH = 16;
/** What may end a statement or a comment, or begin a command. */
const MAY_END = /[;/\\]|^\s*\./;

/** The reading of one terminal; `begin` starts each text. */
export class Reading {
  readonly #options: EditorOptions;
  readonly #palette: Palette;
  readonly #buffer = new TextBuffer();
  readonly #keys = new EditKeys(this.#buffer);
  readonly #view: TextView;
  readonly #rowMoves: RowMoves;
  readonly #walk: HistoryWalk;
  readonly #tabs: TabMenu;
  readonly #spans: SpanCache;
  #prompt = '';
  #search: HistorySearch | null = null;
  /**
   * True where the text was not complete at its last Enter and nothing that could end it was added. Asking again at each line
   * that a program types would take time by the square of the lines.
   */
  #isOpen = false;
  /** True once a statement of several lines was run. */
  #knowsLines = false;
  /** True for the last picture of a text. */
  #isSettled = false;

  /** `onChange` is called where the picture changes without a key. */
  constructor(options: EditorOptions, onChange: () => void) {
    this.#options = options;
    this.#palette = options.palette;
    this.#view = new TextView(options.palette);
    this.#rowMoves = new RowMoves(this.#buffer, this.#view);
    this.#walk = new HistoryWalk(options.history);
    this.#tabs = new TabMenu(this.#buffer, options.complete, onChange);
    this.#spans = new SpanCache(options.highlight);
  }

  get text(): string {
    return this.#buffer.text;
  }

  get textBeforeCursor(): string {
    return this.#buffer.text.slice(0, this.#buffer.offset);
  }

  begin({ prompt, initialText = '' }: ReadOptions): void {
    this.#prompt = drawnText(prompt);
    this.#buffer.reset(initialText);
    this.#keys.cut();
    this.#walk.reset();
    this.#view.reset();
    this.#isOpen = false;
    this.#isSettled = false;
    this.#close();
  }

  /** Does what a key does. */
  press(event: KeyEvent): Outcome | null {
    if (this.#search !== null && this.#pressInSearch(this.#search, event)) return null;
    if (this.#tabs.press(event)) return null;
    this.#isOpen &&= (event.kind === 'text' && !MAY_END.test(event.text)) || isEnter(event);
    switch (event.kind) {
      case 'text':
        this.#insert(event.text, true);
        this.#tabs.narrow();
        return null;
      case 'paste':
        this.#insert(textFromPaste(event.text), false);
        return null;
      case 'end':
        return this.#buffer.isEmpty ? 'end' : 'run';
      case 'key':
        return this.#pressKey(event.name);
    }
  }

  /** Closes what is open and puts the cursor behind the text, for its last picture. */
  settle(): void {
    this.#close();
    this.#isSettled = true;
    this.#buffer.moveTo(this.#buffer.end);
  }

  /** Draws the text and what belongs to it. */
  frame({ columns, rows }: { readonly columns: number; readonly rows: number }): Frame {
    const prompt = fitPrompt(this.#prompt, columns);
    this.#view.setWidth(Math.max(1, columns - prompt.width - 1));
    const panel = this.#panel(columns, rows);
    const buffer = this.#search?.found ?? this.#buffer;
    const spans = this.#spans.of(buffer);
    const match = this.#search?.match ?? null;
    const mostRows = Math.max(1, rows - panel.rows.length);
    const frame = this.#view.draw({ buffer, spans: match === null ? spans : withMark(spans, match), mostRows }, prompt);
    const cursor = panel.cursor === null ? frame.cursor : { row: frame.rows.length, column: panel.cursor };
    const hint = this.#tabs.isWaiting ? WAITING : this.#isHintDue() ? HINT : null;
    const textRows = hint === null ? frame.rows : this.#withHint(frame, hint, columns);
    return { rows: [...textRows, ...panel.rows], cursor };
  }

  /** Writes a hint behind the cursor's row, where there is room. */
  #withHint({ rows, cursor }: Frame, hint: string, columns: number): readonly Row[] {
    return rows.map((row, number) => {
      if (number !== cursor.row || row.width + hint.length >= columns) return row;
      return { text: row.text + this.#palette('dim', hint), width: row.width + hint.length };
    });
  }

  /** True in the empty line that Enter began, until somebody has ended a statement of several lines. */
  #isHintDue(): boolean {
    const { lines, cursor, currentLine } = this.#buffer;
    if (this.#knowsLines || this.#isSettled || this.#search !== null) return false;
    return lines.length > 1 && cursor.line === lines.length - 1 && currentLine === '' && this.#palette('dim', HINT) !== HINT;
  }

  /** What stands below the text. */
  #panel(columns: number, rows: number): { rows: readonly Row[]; cursor: number | null } {
    if (this.#search !== null) {
      const { row, cursor } = this.#search.row(this.#palette, columns - 1);
      return { rows: [row], cursor };
    }
    const { menu } = this.#tabs;
    if (menu === null || rows < 2) return { rows: [], cursor: null };
    const { layout } = this.#view;
    const { line, column } = this.#buffer.placeOf(menu.completion.from);
    const text = this.#buffer.lines[line] ?? '';
    const indent = columns - 1 - layout.width + layout.xOf(text, layout.rowAt(text, column), column);
    return { rows: menu.rows(this.#palette, { width: columns - 1, mostRows: rows - 1, indent }), cursor: null };
  }

  #insert(text: string, isTyped: boolean): void {
    this.#keys.cut();
    this.#buffer.insert(text, isTyped);
  }

  #pressKey(name: string): Outcome | null {
    switch (name) {
      case 'enter':
        return this.#enter();
      case 'newline':
      case 'alt-enter':
      case 'shift-enter':
      case 'ctrl-enter':
        this.#insert('\n', false);
        return null;
      case 'tab':
        this.#tab();
        return null;
      case 'shift-tab':
        this.#outdent();
        return null;
      case 'ctrl-c':
        return 'interrupt';
      case 'ctrl-l':
        return 'clear';
      case 'ctrl-d':
        if (this.#buffer.isEmpty) return 'end';
        break;
      case 'ctrl-r':
      case 'ctrl-s':
        this.#search = new HistorySearch(this.#options.history, this.#buffer.text);
        return null;
      default:
        if (this.#moveRows(name)) return null;
    }
    this.#keys.press(name);
    return null;
  }

  #enter(): Outcome | null {
    if (!this.#isOpen && this.#options.isComplete(this.#buffer.text)) {
      this.#knowsLines ||= this.#buffer.lines.length > 1;
      return 'run';
    }
    const { cursor, end } = this.#buffer;
    this.#insert('\n', false);
    this.#isOpen = cursor.line === end.line && cursor.column === end.column;
    return null;
  }

  /** Up and Down: rows of the text first, then the history. */
  #moveRows(name: string): boolean {
    switch (name) {
      case 'up':
      case 'ctrl-p':
        if (!this.#rowMoves.move(-1)) this.#walk.older(this.#buffer);
        return true;
      case 'down':
      case 'ctrl-n':
        if (!this.#rowMoves.move(1)) this.#walk.newer(this.#buffer);
        return true;
      case 'page-up':
      case 'alt-p':
        this.#walk.older(this.#buffer);
        return true;
      case 'page-down':
      case 'alt-n':
        this.#walk.newer(this.#buffer);
        return true;
      default:
        return false;
    }
  }

  #tab(): void {
    const { cursor, currentLine, isEmpty } = this.#buffer;
    const isLeading = currentLine.slice(0, cursor.column).trim() === '';
    if (isLeading && !(isEmpty || cursor.line === 0)) {
      this.#insert('  ', false);
      return;
    }
    this.#tabs.ask();
  }

  /** Takes up to two blanks from the line's start. */
  #outdent(): void {
    const { cursor, currentLine } = this.#buffer;
    const blanks = /^ {0,2}/.exec(currentLine)?.[0].length ?? 0;
    this.#buffer.remove({ line: cursor.line, column: 0 }, { line: cursor.line, column: blanks });
    this.#buffer.moveTo({ line: cursor.line, column: Math.max(0, cursor.column - blanks) });
  }

  /** True where the search took the key. */
  #pressInSearch(search: HistorySearch, event: KeyEvent): boolean {
    const step = search.press(event);
    if (step === 'searching') return true;
    this.#search = null;
    if (step === 'given-up') return true;
    this.#buffer.replaceAll(search.found.text);
    this.#buffer.moveTo(search.found.cursor);
    return step === 'taken';
  }

  #close(): void {
    this.#tabs.close();
    this.#search = null;
  }
}

function isEnter(event: KeyEvent): boolean {
  return event.kind === 'key' && event.name === 'enter';
}

/** Leaves room for text in a narrow window: there the prompt is cut. */
function fitPrompt(prompt: string, columns: number): PromptText {
  const most = Math.max(2, columns - LEAST_TEXT_WIDTH);
  const text = displayWidth(prompt) <= most ? prompt : `${cutToWidth(prompt.trimEnd(), most - 1)} `;
  return { text, width: displayWidth(text) };
}
