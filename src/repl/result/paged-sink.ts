/**
 * The window, with a pager for what is higher than it. What is drawn is held until its height is known, at most a second:
 * then it is shown, and given to the pager once more should it grow too high.
 */
import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../../output/index.ts';
import { type Child, startChild, wasInterrupted } from './child.ts';
import { missingProgram, type PagerCommand } from './pager.ts';
import type { Sink, SinkNeeds, SinkOptions } from './sink.ts';
import { sizeOf } from './sink.ts';
import { StreamOutput } from './stream-output.ts';
import { windowOutput } from './terminal-sink.ts';

/** How long lines are held back while nobody knows how many will come. */
const HELD_MS = 1_000;
/** Lines below a result: what the statement cost, and the prompt. */
const LINES_BELOW = 2;

export interface PagedSinkOptions extends SinkOptions {
  readonly pager: PagerCommand;
  /** Opens the pager whatever the height. */
  readonly isAlways: boolean;
}

/** Terminals whose person was told that there is no pager. */
const told = new WeakSet<object>();

export class PagedSink implements Sink {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  wasInterrupted = false;
  readonly #gone = new AbortController();
  readonly #needs: SinkNeeds;
  readonly #options: PagedSinkOptions;
  readonly #window: StreamOutput;
  readonly #notes: string[] = [];
  /** All that was written, while a pager may still want it; null once it is settled that none does. */
  #held: (string | Uint8Array)[] | null = [];
  #heldLines = 0;
  /** Pieces of `held` that are on the window already. */
  #shownCount = 0;
  #timer: NodeJS.Timeout | undefined;
  #pager: Child | null = null;
  #showing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(needs: SinkNeeds, options: PagedSinkOptions) {
    const { isTerminal, hasColour } = windowOutput(needs);
    this.isTerminal = isTerminal;
    this.hasColour = hasColour;
    this.#needs = needs;
    this.#options = options;
    this.#window = new StreamOutput(needs.window, 'the terminal');
  }

  get columns(): number {
    return sizeOf(this.#needs.window).columns;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#pager !== null) return this.#pager.write(this.#pagerText(chunk));
    if (this.#held === null) return this.#draw(chunk);
    this.#held.push(chunk);
    this.#heldLines += heightOf(chunk, this.columns, this.#mostLines + 1 - this.#heldLines);
    if (this.#options.isAlways || this.#heldLines > this.#mostLines) return this.#page();
    this.#timer ??= setTimeout(() => this.#startShowing(), HELD_MS);
    // Shown once, shown always: later lines follow at once.
    if (this.#shownCount > 0) await this.#show();
  }

  get #mostLines(): number {
    return sizeOf(this.#needs.window).rows - LINES_BELOW;
  }

  #startShowing(): void {
    // A failure comes back with the next write, or at the end.
    this.#showing = this.#show();
    this.#showing.catch(() => undefined);
  }

  async #show(): Promise<void> {
    await this.#showing;
    const held = this.#held ?? [];
    while (this.#shownCount < held.length) await this.#draw(held[this.#shownCount++] ?? '');
  }

  #draw(chunk: string | Uint8Array): Promise<void> {
    this.#options.beforeWrite?.();
    return this.#window.write(chunk);
  }

  async #page(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#showing;
    const missing = missingProgram(this.#options.pager);
    if (missing !== null) return this.#withoutPager(missing);
    this.#options.beforeWrite?.();
    await this.#window.endLine();
    this.#options.beforeLend?.();
    const { line, environment } = this.#options.pager;
    const pager = await startChild(line, environment, (work) => this.#needs.lend(work), 'the pager');
    pager.gone.addEventListener('abort', () => this.#gone.abort(), { once: true });
    this.#pager = pager;
    const held = this.#held ?? [];
    this.#held = null;
    for (const chunk of held) await pager.write(this.#pagerText(chunk));
  }

  async #withoutPager(program: string): Promise<void> {
    await this.#show();
    this.#held = null;
    const { settings } = this.#needs;
    if (told.has(settings)) return;
    told.add(settings);
    this.#notes.push(`no pager: ${program} is not installed; PAGER names another one, .pager off goes without`);
  }

  #pagerText(chunk: string | Uint8Array): string | Uint8Array {
    if (typeof chunk !== 'string' || this.#options.pager.hasColour) return chunk;
    return this.hasColour ? stripVTControlCharacters(chunk) : chunk;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    const notes = this.#notes.map((note) => this.#needs.palette('dim', note));
    if (this.#pager !== null) {
      // Who left the pager reads no notes.
      for (const note of notes) await this.#pager.write(this.#pagerText(`${note}\n`)).catch(() => undefined);
      this.wasInterrupted = wasInterrupted(await this.#pager.end());
      return;
    }
    if (this.#held !== null) await this.#show();
    await this.#window.endLine();
    for (const note of notes) this.#needs.say(note);
  }
}

/** Lines that text takes in a window, counted up to `most`. */
export function heightOf(chunk: string | Uint8Array, columns: number, most: number): number {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
  let lines = 0;
  for (let at = 0; at < text.length && lines < most; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    lines += Math.max(1, Math.ceil(displayWidth(text.slice(at, end)) / columns));
    at = end + 1;
  }
  return lines;
}
