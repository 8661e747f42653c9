/**
 * A live line on standard error while a statement works: after half a second, ten times a second, erased before rows and at
 * the end; with a small table of the scans below it where that is asked for. It is drawn on a terminal only.
 */
import { type ProgressNumbers, progressText, scanTable } from './progress-text.ts';
import { cutToWidth, displayWidth } from './terminal-text.ts';

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  /** Lines of the window; absent: 24. */
  readonly rows?: () => number;
  readonly numbers: () => ProgressNumbers;
  /** Asked once, when the line is first drawn: keys in the database; null: not known. */
  readonly totalKeys?: () => Promise<number | null>;
  /** Said behind the numbers where there is room. */
  readonly hint?: string;
  readonly delayMs?: number;
  readonly intervalMs?: number;
}

const ERASE_LINE = '\r\u001b[K';
const ERASE_BELOW = '\u001b[J';
const WHEEL = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Redis counts nothing new for so long: DuckDB works on what it has. */
const QUIET_MS = 700;

/** Draws until `stop`. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #interval: NodeJS.Timeout;
  readonly #silentTurns: number;
  #turnsToWait: number;
  #turn = 0;
  /** Lines on the screen; the cursor stands behind the last. */
  #drawnLines = 0;
  #isStopped = false;
  #hasTable = false;
  #totalKeys: number | null = null;
  #hasAsked = false;
  #seen = { walked: 0, roundTrips: 0 };
  /** When keys were last seen to grow, and when anything was. */
  #scannedMs = 0;
  #grownMs = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    const { delayMs = 500, intervalMs = 100 } = options;
    this.#silentTurns = Math.ceil(delayMs / intervalMs);
    this.#turnsToWait = this.#silentTurns;
    // It also looks while nothing is drawn yet: a scan may be over by then.
    this.#interval = setInterval(() => {
      const numbers = this.#look();
      if (--this.#turnsToWait <= 0) this.#draw(numbers);
    }, intervalMs);
    this.#interval.unref();
  }

  #look(): ProgressNumbers {
    const numbers = this.#options.numbers();
    const { keysScanned, roundTrips = 0, scans = [], elapsedMs } = numbers;
    const walked = scans.reduce((sum, scan) => sum + scan.walkedMillionths, keysScanned);
    if (walked !== this.#seen.walked) this.#scannedMs = elapsedMs;
    if (walked !== this.#seen.walked || roundTrips !== this.#seen.roundTrips) this.#grownMs = elapsedMs;
    this.#seen = { walked, roundTrips };
    return numbers;
  }

  #draw(numbers: ProgressNumbers): void {
    this.#askTotal();
    const width = Math.max(1, this.#options.columns() - 1);
    const wheel = WHEEL[this.#turn++ % WHEEL.length] ?? '';
    const text = progressText(numbers, {
      scannedMs: this.#scannedMs,
      totalKeys: this.#totalKeys,
      isQuiet: numbers.elapsedMs - this.#grownMs > QUIET_MS,
    });
    const { hint } = this.#options;
    const line = `${wheel} ${text}`;
    const isRoomy = hint !== undefined && displayWidth(line) + displayWidth(hint) + 3 <= width;
    const table = this.#hasTable ? scanTable(numbers.scans ?? [], width) : [];
    // One line of the window stays free, so that nothing scrolls away that could not be erased.
    const lines = [isRoomy ? `${line} · ${hint}` : cutToWidth(line, width), ...table].slice(0, this.#mostLines());
    this.#options.write(this.#eraser() + lines.join('\r\n'));
    this.#drawnLines = lines.length;
  }

  #mostLines(): number {
    return Math.max(1, (this.#options.rows?.() ?? 24) - 1);
  }

  #askTotal(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    this.#options.totalKeys?.().then(
      (total) => {
        this.#totalKeys = total;
      },
      // The line does without.
      () => undefined,
    );
  }

  /**
   * Goes back to where the drawing began. A window made narrower meanwhile may have wrapped the lines, each terminal in its own
   * way: then some of the drawing stays, but never is anything erased that stood above it.
   */
  #eraser(): string {
    return this.#drawnLines <= 1 ? ERASE_LINE : `\r\u001b[${this.#drawnLines - 1}A${ERASE_BELOW}`;
  }

  /** Shows the scans below the line, or hides them again; at once where the line is on the screen. */
  toggleTable(): void {
    this.#hasTable = !this.#hasTable;
    if (this.#isStopped) return;
    this.#turnsToWait = 0;
    this.#draw(this.#look());
  }

  /** Takes the drawing away; it comes back after the delay. Call it before anything else is written to the terminal. */
  erase(): void {
    if (this.#drawnLines > 0) this.#options.write(this.#eraser());
    this.#drawnLines = 0;
    this.#turnsToWait = this.#silentTurns;
  }

  /** Ends the drawing for good. May be called again. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#interval);
    this.erase();
  }
}
