/**
 * One line on standard error while a statement works: after half a second, ten times a second, erased at the end. It is
 * drawn on a terminal only.
 */
import { cutToWidth } from './terminal-text.ts';

/** What the line is drawn from: the numbers of `Result.stats`. */
export interface ProgressNumbers {
  readonly keysScanned: number;
  readonly rows: number;
  readonly bytesReceived: number;
  readonly elapsedMs: number;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly numbers: () => ProgressNumbers;
  readonly delayMs?: number;
  readonly intervalMs?: number;
}

const ERASE_LINE = '\r\u001b[K';
const WHEEL = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Draws until `stop`. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #delay: NodeJS.Timeout;
  #interval: NodeJS.Timeout | undefined;
  #turn = 0;
  #isDrawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#delay = setTimeout(() => {
      this.#draw();
      this.#interval = setInterval(() => this.#draw(), options.intervalMs ?? 100);
      this.#interval.unref();
    }, options.delayMs ?? 500);
    this.#delay.unref();
  }

  #draw(): void {
    const line = `${WHEEL[this.#turn++ % WHEEL.length] ?? ''} ${progressText(this.#options.numbers())}`;
    this.#options.write(`${ERASE_LINE}${cutToWidth(line, Math.max(1, this.#options.columns() - 1))}`);
    this.#isDrawn = true;
  }

  /** Takes the line away until it is drawn next. */
  erase(): void {
    if (this.#isDrawn) this.#options.write(ERASE_LINE);
    this.#isDrawn = false;
  }

  /** Ends the drawing for good. May be called again. */
  stop(): void {
    clearTimeout(this.#delay);
    clearInterval(this.#interval);
    this.erase();
  }
}

/** The line itself: `3.2 s · 1,234,000 keys · 386k keys/s · 1,204 rows · 96 MB`. */
export function progressText(numbers: ProgressNumbers): string {
  const seconds = numbers.elapsedMs / 1000;
  const rate = seconds === 0 ? 0 : numbers.keysScanned / seconds;
  return [
    `${seconds.toFixed(1)} s`,
    `${numbers.keysScanned.toLocaleString('en')} keys`,
    `${shortNumber(rate)} keys/s`,
    `${numbers.rows.toLocaleString('en')} rows`,
    `${shortNumber(numbers.bytesReceived)}B`,
  ].join(' · ');
}

function shortNumber(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)}${unit === 0 ? '' : units[unit]}`;
}
