/**
 * A sink as one statement's writer sees it: it takes nothing once the statement's turn is over, counts what it waits, and keeps
 * the line that belongs below the rows.
 */
import { ClosedOutput, type Output } from '../../output/index.ts';
import type { Turn } from './turn.ts';

export class GatedOutput implements Output {
  /** True once a writer has written. */
  hasWritten = false;
  /** What the writer said of the rows: `1,204 rows (40 shown) · values cut`; null: nothing. */
  footer: string | null = null;
  /** Time spent waiting for the reader: a pager, a slow terminal. */
  waitedMs = 0;
  readonly gone?: AbortSignal;
  readonly #output: Output;
  readonly #turn: Turn;

  constructor(output: Output & { readonly gone?: AbortSignal }, turn: Turn) {
    this.#output = output;
    this.#turn = turn;
    if (output.gone !== undefined) this.gone = output.gone;
  }

  get isTerminal(): boolean {
    return this.#output.isTerminal;
  }

  get columns(): number | null {
    return this.#output.columns;
  }

  get hasColour(): boolean {
    return this.#output.hasColour;
  }

  note(text: string): void {
    this.footer = this.footer === null ? text : `${this.footer} · ${text}`;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#turn.isOver || this.#turn.isGivenUp) throw new ClosedOutput('the statement was given up');
    this.hasWritten = true;
    const startedAt = performance.now();
    try {
      await this.#output.write(chunk);
    } finally {
      this.waitedMs += performance.now() - startedAt;
    }
  }
}
