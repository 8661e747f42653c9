/**
 * A terminal without a terminal: what is written to `window` is drawn by @xterm/headless, keys go in at `input`. It joins
 * graphemes as today's terminals do, and turns `\n` into `\r\n` as a tty in raw mode does. Reads cells, cursor and colours.
 */
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import headless, { type IBufferCell, type IUnicodeVersionProvider, type Terminal } from '@xterm/headless';
import { displayWidth } from '../../src/output/index.ts';
import type { KeyInput, Window } from '../../src/repl/words.ts';

/** The bytes that terminals send for keys, `xterm` in its normal mode. */
export const KEYS = {
  enter: '\r',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  escape: '\x1b',
  backspace: '\x7f',
  delete: '\x1b[3~',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  'page-up': '\x1b[5~',
  'page-down': '\x1b[6~',
  'ctrl-left': '\x1b[1;5D',
  'ctrl-right': '\x1b[1;5C',
  'ctrl-home': '\x1b[1;5H',
  'ctrl-end': '\x1b[1;5F',
  'ctrl-delete': '\x1b[3;5~',
  'alt-enter': '\x1b\r',
  'alt-backspace': '\x1b\x7f',
  'ctrl-_': '\x1f',
  space: ' ',
} as const satisfies Record<string, string>;

/** A name of KEYS, `ctrl-a` to `ctrl-z`, `alt-` and a character. */
export function keyBytes(name: string): string {
  if (Object.hasOwn(KEYS, name)) return KEYS[name as keyof typeof KEYS]; // hasOwn looked
  const control = /^ctrl-([a-z])$/.exec(name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  const alt = /^alt-(.)$/u.exec(name)?.[1];
  if (alt !== undefined) return `\x1b${alt}`;
  throw new Error(`no key '${name}'`);
}

/** Where the cursor is, in cells of the window, from 0. */
export interface CursorPlace {
  readonly row: number;
  readonly column: number;
}

/** How a cell looks; `colour` is one of the sixteen, or null for the default. */
export interface CellStyle {
  readonly text: string;
  readonly colour: number | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
}

export interface ScreenOptions {
  /** 80. */
  readonly columns?: number;
  /** 24. */
  readonly rows?: number;
}

class ScreenWindow extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** All that was written, newest last; a write a piece. */
  readonly writes: string[] = [];
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.columns = terminal.cols;
    this.rows = terminal.rows;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk.toString());
    this.#terminal.write(chunk, done);
  }
}

class ScreenInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  /** Each call of setRawMode. */
  readonly rawModes: boolean[] = [];

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    this.rawModes.push(isRaw);
    return this;
  }
}

/** A window with a keyboard. End it with `dispose`. */
export class Screen {
  readonly terminal: Terminal;
  readonly window: ScreenWindow & Window;
  readonly input: ScreenInput & KeyInput;

  constructor({ columns = 80, rows = 24 }: ScreenOptions = {}) {
    this.terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 10_000 });
    this.terminal.unicode.register(new GraphemeWidths());
    this.terminal.unicode.activeVersion = GraphemeWidths.VERSION;
    this.window = new ScreenWindow(this.terminal);
    this.input = new ScreenInput();
  }

  /** Sends characters or bytes as they are, in one piece. */
  type(text: string | Buffer): void {
    this.input.write(text);
  }

  /** Sends text as terminals do that know bracketed paste: line breaks become `\r`. */
  paste(text: string): void {
    this.type(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`);
  }

  /** Presses keys by name (see `keyBytes`), each as a piece of its own. */
  async key(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.type(keyBytes(name));
      await this.settled();
    }
  }

  /** Waits until what was typed has been taken and what was written is drawn. */
  async settled(): Promise<void> {
    let seen = -1;
    while (seen !== this.window.writes.length || this.input.readableLength > 0) {
      seen = this.window.writes.length;
      for (let turn = 0; turn < 4; turn++) await nextTurn();
      await new Promise<void>((resolve) => this.terminal.write('', resolve));
    }
  }

  /** Waits until `isTrue`, at most 5 s; then it fails with the screen. */
  async until(isTrue: () => boolean): Promise<void> {
    for (const end = Date.now() + 5000; ; ) {
      await this.settled();
      if (isTrue()) return;
      if (Date.now() > end) throw new Error(`never came:\n${this.lines().join('\n')}`);
      await sleep(5);
    }
  }

  /** The rows of the window, blanks behind the last character cut off, without empty rows at the end. */
  lines(): string[] {
    return cutEmptyEnd(this.#rows(this.terminal.buffer.active.baseY, this.terminal.rows));
  }

  /** As `lines`, with what has scrolled away before it. */
  allLines(): string[] {
    return cutEmptyEnd(this.#rows(0, this.terminal.buffer.active.length));
  }

  cursor(): CursorPlace {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  /** Looks at one cell of the window. */
  styleAt(row: number, column: number): CellStyle {
    const { active } = this.terminal.buffer;
    const cell = active.getLine(active.baseY + row)?.getCell(column);
    if (cell === undefined) throw new RangeError(`no cell at ${row}:${column}`);
    return styleOf(cell);
  }

  /** Gives the window another size, as a person does with the mouse. */
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.window.columns = columns;
    this.window.rows = rows;
    this.window.emit('resize');
  }

  dispose(): void {
    this.input.destroy();
    this.terminal.dispose();
  }

  #rows(first: number, count: number): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: count }, (_, row) => active.getLine(first + row)?.translateToString(true) ?? '');
  }
}

function cutEmptyEnd(rows: readonly string[]): string[] {
  return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
}

function styleOf(cell: IBufferCell): CellStyle {
  return {
    text: cell.getChars(),
    colour: cell.isFgDefault() ? null : cell.getFgColor(),
    isBold: cell.isBold() !== 0,
    isDim: cell.isDim() !== 0,
    isInverse: cell.isInverse() !== 0,
  };
}

/**
 * Widths by grapheme: a character that makes no new grapheme joins the cell before it. The state that xterm.js keeps of the
 * character before (24 bits) is the number of the grapheme so far.
 */
class GraphemeWidths implements IUnicodeVersionProvider {
  static readonly VERSION = 'graphemes';
  readonly version = GraphemeWidths.VERSION;
  readonly #segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  readonly #texts: string[] = [''];
  readonly #numbers = new Map<string, number>();

  wcwidth(codePoint: number): 0 | 1 | 2 {
    return widthOf(String.fromCodePoint(codePoint));
  }

  charProperties(codePoint: number, preceding: number): number {
    const character = String.fromCodePoint(codePoint);
    const before = this.#texts[preceding >> 3] ?? '';
    const isJoined = before !== '' && [...this.#segmenter.segment(before + character)].length === 1;
    const text = isJoined ? before + character : character;
    return (this.#numberOf(text) << 3) | (widthOf(text) << 1) | (isJoined ? 1 : 0);
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}

function widthOf(text: string): 0 | 1 | 2 {
  const width = displayWidth(text);
  return width >= 2 ? 2 : width === 1 ? 1 : 0;
}
