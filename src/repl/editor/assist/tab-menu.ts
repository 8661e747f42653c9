/** Tab: asks for candidates, puts in what is certain, and opens the menu of the rest. */
import type { Candidate, Completer, Completion } from '../../words.ts';
import type { KeyEvent } from '../keys/key-event.ts';
import type { TextBuffer } from '../text/text-buffer.ts';
import { Completing } from './completing.ts';
import { Menu } from './menu.ts';

/** What a menu stays open for: the next letters of a name. */
const NAME_PART = /^[\p{L}\p{N}_:.]+$/u;

/** The candidates for one buffer. */
export class TabMenu {
  readonly #buffer: TextBuffer;
  readonly #completing: Completing;
  readonly #onChange: () => void;
  #menu: Menu | null = null;
  /** True while letters are typed at an open menu. */
  #isNarrowing = false;

  /** `onChange` is called when an answer has come, and when it takes long. */
  constructor(buffer: TextBuffer, complete: Completer, onChange: () => void) {
    this.#buffer = buffer;
    this.#completing = new Completing(complete, onChange);
    this.#onChange = onChange;
  }

  /** True while an answer takes so long that people wonder. */
  get isWaiting(): boolean {
    return this.#completing.isLong;
  }

  get menu(): Menu | null {
    return this.#menu;
  }

  close(): void {
    this.#completing.giveUp();
    this.#menu = null;
    this.#isNarrowing = false;
  }

  /** Asks what fits at the cursor. */
  ask(): void {
    this.#ask((completion) => this.#offer(completion));
  }

  /** Asks again after letters that were typed at an open menu, and puts nothing in. */
  narrow(): void {
    if (!this.#isNarrowing) return;
    this.#ask((completion) => {
      const [first, ...others] = completion.candidates;
      const typed = this.#buffer.text.slice(completion.from, completion.to);
      if (others.length > 0 || first?.text !== typed) this.#menu = new Menu(completion);
    });
  }

  /** True where the menu or a question took the key; what it does not take closes it, and drops the question. */
  press(event: KeyEvent): boolean {
    const isAsked = this.#completing.giveUp();
    const menu = this.#menu;
    this.#isNarrowing = (menu !== null || (isAsked && this.#isNarrowing)) && event.kind === 'text' && NAME_PART.test(event.text);
    if (menu !== null && event.kind === 'key' && this.#move(menu, event.name)) return true;
    this.#menu = null;
    return (isAsked || menu !== null) && isClosing(event);
  }

  #ask(onFound: (completion: Completion) => void): void {
    this.#completing.ask(this.#buffer.text, this.#buffer.offset, (completion) => {
      if (completion !== null && completion.candidates.length > 0) onFound(completion);
      this.#onChange();
    });
  }

  #offer(completion: Completion): void {
    const [first, ...others] = completion.candidates;
    if (first === undefined) return;
    if (others.length === 0) {
      this.#take(completion, first.text);
      return;
    }
    const prefix = commonPrefix(completion.candidates);
    const typed = this.#buffer.text.slice(completion.from, completion.to);
    const isLonger = prefix.length > typed.length && prefix.toLowerCase().startsWith(typed.toLowerCase());
    if (isLonger) this.#take(completion, prefix);
    this.#menu = new Menu(isLonger ? { ...completion, to: completion.from + prefix.length } : completion);
  }

  #take({ from, to }: Completion, text: string): void {
    this.#buffer.replace(this.#buffer.placeOf(from), this.#buffer.placeOf(to), text);
  }

  /** Does what a key does in an open menu; false where it does nothing there. */
  #move(menu: Menu, name: string): boolean {
    switch (name) {
      case 'tab':
      case 'down':
      case 'ctrl-n':
        menu.move(1);
        return true;
      case 'shift-tab':
      case 'up':
      case 'ctrl-p':
        menu.move(-1);
        return true;
      case 'page-down':
        menu.movePage(1);
        return true;
      case 'page-up':
        menu.movePage(-1);
        return true;
      case 'enter':
        if (menu.selected !== undefined) this.#take(menu.completion, menu.selected.text);
        this.#menu = null;
        return true;
      default:
        return false;
    }
  }
}

/** The keys that close a menu and do nothing else then. */
function isClosing(event: KeyEvent): boolean {
  return event.kind === 'key' && (event.name === 'escape' || event.name === 'ctrl-c' || event.name === 'ctrl-g');
}

/** Gives what all candidates begin with, in whole characters. */
function commonPrefix(candidates: readonly Candidate[]): string {
  const [first = '', ...others] = candidates.map(({ text }) => text);
  let length = first.length;
  for (const text of others) {
    while (!text.startsWith(first.slice(0, length))) length--;
  }
  // Half of a surrogate pair is no character.
  return first.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
