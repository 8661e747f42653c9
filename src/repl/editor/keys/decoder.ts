/**
 * Bytes of a terminal become key events. Takes UTF-8 and escape sequences cut anywhere, and bracketed paste; what it does not
 * know vanishes. Knows nothing of what keys do.
 */
import { StringDecoder } from 'node:string_decoder';
import type { KeyEvent } from './key-event.ts';
import { keyNameOf } from './sequences.ts';

/** After so long an Escape is the key alone, and no sequence begins with it. */
const ESCAPE_MS = 40;
/** After so long a sequence that was begun is given up; slow lines cut them. */
const SEQUENCE_MS = 250;
const PASTE_END = '\x1b[201~';
/** A paste from which nothing has come for so long may have lost its end: the next key ends it, other text goes on with it. */
const PASTE_MS = 2_000;
/** Bytes of one key at most; what goes on pasting brings more at once. */
const KEY_BYTES = 8;
const INTERRUPT = '\x03';
/** `CSI M` and three bytes: where a mouse was clicked, in the old form. */
const OLD_MOUSE = '\x1b[M';
const OLD_MOUSE_LENGTH = 6;
/** A sequence that is longer, and has no end yet, is remembered by its beginning. */
const MOST_REST = 4_096;

const PRINTABLE = /[^\x00-\x1f\x7f-\x9f]+/y;
/** `CSI [` is the Linux console's; its next character is the final one. */
const CSI = /\x1b\[(?:\[[@-~]|[0-?]*[ -/]*[@-~])/y;
const CSI_BEGUN = /\x1b\[\[?[0-?]*[ -/]*$/y;
const SS3 = /\x1bO\d*[ -~]/y;
/** OSC, DCS, SOS, PM and APC: answers of the terminal, up to BEL or ST. */
const ANSWER = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)/y;
const ANSWER_BEGUN = /\x1b[\]PX^_][^\x07\x1b]*\x1b?$/y;

const CONTROL_NAMES: Readonly<Record<string, string>> = {
  '\x00': 'ctrl-space',
  '\b': 'backspace',
  '\t': 'tab',
  '\r': 'enter',
  '\x1c': 'ctrl-\\',
  '\x1d': 'ctrl-]',
  '\x1e': 'ctrl-^',
  '\x1f': 'ctrl-_',
  '\x7f': 'backspace',
};

/** Decodes the keys of one terminal; gives each event to `onEvent` in order. */
export class KeyDecoder {
  readonly #onEvent: (event: KeyEvent) => void;
  readonly #utf8 = new StringDecoder('utf8');
  /** The start of a sequence whose rest has not come. */
  #rest = '';
  #timer: NodeJS.Timeout | undefined;
  /** What has been pasted so far; null where nobody pastes. */
  #pasted: string[] | null = null;
  #isPasteStale = false;
  /** True behind a `\r` that came with other text: a `\n` that follows belongs to it. */
  #isAfterReturn = false;

  constructor(onEvent: (event: KeyEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer | string): void {
    clearTimeout(this.#timer);
    if (this.#pasted !== null && this.#isKey(chunk)) this.#endPaste(this.#pasted);
    this.#isPasteStale = false;
    const text = this.#rest + (typeof chunk === 'string' ? chunk : this.#utf8.write(chunk));
    this.#rest = '';
    this.#decode(text);
    if (this.#pasted !== null) {
      this.#timer = setTimeout(() => {
        this.#isPasteStale = true;
      }, PASTE_MS).unref();
    } else if (this.#rest !== '') {
      this.#timer = setTimeout(() => this.#giveUp(), this.#rest.length <= 2 ? ESCAPE_MS : SEQUENCE_MS);
    }
  }

  /** Says that no more will come. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#pasted !== null) this.#endPaste(this.#pasted);
    else this.#giveUp();
    this.#onEvent({ kind: 'end' });
  }

  /** True where a chunk is a key that was pressed, though the end of a paste has not come: it may have gone to another program. */
  #isKey(chunk: Buffer | string): boolean {
    const text = typeof chunk === 'string' ? chunk : chunk.toString('latin1');
    return text === INTERRUPT || (this.#isPasteStale && text.length <= KEY_BYTES && !(this.#rest + text).includes(PASTE_END));
  }

  /** Gives what was pasted, without its end. */
  #endPaste(pasted: readonly string[]): void {
    this.#onEvent({ kind: 'paste', text: pasted.join('') + this.#rest });
    this.#pasted = null;
    this.#rest = '';
  }

  #giveUp(): void {
    const [first, second] = this.#rest;
    if (this.#rest.length === 1 && first === '\x1b') this.#key('escape');
    // Alt with a character that begins sequences; `CSI` and `SS3` are too often the start of a key that was cut.
    if (this.#rest.length === 2 && second !== undefined && !'[O'.includes(second)) this.#key(`alt-${second.toLowerCase()}`);
    this.#rest = '';
  }

  #key(name: string): void {
    this.#onEvent({ kind: 'key', name });
  }

  #decode(text: string): void {
    let at = 0;
    while (at < text.length) at = this.#pasted === null ? this.#decodeOne(text, at) : this.#decodePaste(text, at, this.#pasted);
    this.#isAfterReturn = text.length > 1 && text.endsWith('\r');
  }

  /** Decodes what stands at `at` and gives where the next begins. */
  #decodeOne(text: string, at: number): number {
    const printable = matchAt(PRINTABLE, text, at);
    if (printable !== null) {
      this.#onEvent({ kind: 'text', text: printable });
      return at + printable.length;
    }
    return text[at] === '\x1b' ? this.#decodeEscape(text, at) : this.#decodeControl(text, at);
  }

  #decodeControl(text: string, at: number): number {
    const character = text.charAt(at);
    if (character === '\n') this.#decodeLineFeed(text, at);
    // Inside text that came at once, a Tab is text: no person types on within the same read.
    else if (character === '\t' && matchAt(PRINTABLE, text, at + 1) !== null) this.#onEvent({ kind: 'text', text: '\t' });
    else if (character < '\x80') this.#key(CONTROL_NAMES[character] ?? controlName(character));
    return at + 1;
  }

  /**
   * A `\n` that comes alone is Ctrl-J. One that comes with other text ends a line of it (a paste without marks, a script
   * written into a pty), as `\r` does; behind `\r` it is the same line's end.
   */
  #decodeLineFeed(text: string, at: number): void {
    if (at > 0 ? text[at - 1] === '\r' : this.#isAfterReturn) return;
    this.#key(text.length === 1 ? 'newline' : 'enter');
  }

  #decodeEscape(text: string, at: number): number {
    const sequence = matchAt(CSI, text, at) ?? matchAt(SS3, text, at);
    if (sequence === OLD_MOUSE) {
      if (at + OLD_MOUSE_LENGTH > text.length) this.#rest = text.slice(at);
      return Math.min(text.length, at + OLD_MOUSE_LENGTH);
    }
    if (sequence !== null) {
      const name = keyNameOf(sequence);
      if (name === 'paste-start') this.#pasted = [];
      else if (name !== null) this.#key(name);
      return at + sequence.length;
    }
    const answer = matchAt(ANSWER, text, at);
    if (answer !== null) return at + answer.length;
    if (isBegun(text, at)) {
      this.#rest = text.length - at > MOST_REST ? shortened(text, at) : text.slice(at);
      return text.length;
    }
    return this.#decodeAlt(text, at);
  }

  /** Escape and a character: Alt with that key. */
  #decodeAlt(text: string, at: number): number {
    const next = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
    if (next === '\x1b') {
      this.#key('escape');
      return at + 1;
    }
    if (next === '[' || next === 'O') return at + 2;
    if (next === '\n') this.#key('alt-enter');
    else if (next >= ' ' && next !== '\x7f') this.#key(`alt-${next.toLowerCase()}`);
    else this.#key(withAlt(CONTROL_NAMES[next] ?? controlName(next)));
    return at + 1 + next.length;
  }

  #decodePaste(text: string, at: number, pasted: string[]): number {
    const end = text.indexOf(PASTE_END, at);
    if (end < 0) {
      // The end mark may be cut: what could be its beginning waits.
      const kept = Math.max(at, text.length - PASTE_END.length + 1);
      pasted.push(text.slice(at, kept));
      this.#rest = text.slice(kept);
      return text.length;
    }
    pasted.push(text.slice(at, end));
    this.#pasted = null;
    this.#onEvent({ kind: 'paste', text: pasted.join('') });
    return end + PASTE_END.length;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** What begins a sequence, and its end where that has begun: reading all of it again for each chunk would take ever longer. */
function shortened(text: string, at: number): string {
  return text.slice(at, at + 3) + (text.endsWith('\x1b') ? '\x1b' : '');
}

/** True where what stands at `at` may become a sequence. */
function isBegun(text: string, at: number): boolean {
  if (at === text.length - 1) return true;
  return [CSI_BEGUN, ANSWER_BEGUN, /\x1bO\d*$/y].some((pattern) => matchAt(pattern, text, at) !== null);
}

function controlName(character: string): string {
  return `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}`;
}

function withAlt(name: string): string {
  return name.startsWith('ctrl-') ? `ctrl-alt-${name.slice(5)}` : `alt-${name}`;
}
