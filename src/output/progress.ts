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
  readonly #interval: NodeJS.Timeout;
  #turn = 0;
  #isDrawn = false;
  #keysScanned = 0;
  /** When `keysScanned` was last seen to grow. */
  #scannedMs = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    const { delayMs = 500, intervalMs = 100 } = options;
    let silentTurns = Math.ceil(delayMs / intervalMs);
    // It also looks while nothing is drawn yet: a scan may be over by then.
    this.#interval = setInterval(() => {
      const numbers = this.#look();
      if (--silentTurns <= 0) this.#draw(numbers);
    }, intervalMs);
    this.#interval.unref();
  }

  #look(): ProgressNumbers {
    const numbers = this.#options.numbers();
    if (numbers.keysScanned !== this.#keysScanned) this.#scannedMs = numbers.elapsedMs;
    this.#keysScanned = numbers.keysScanned;
    return numbers;
  }

  #draw(numbers: ProgressNumbers): void {
    const line = `${WHEEL[this.#turn++ % WHEEL.length] ?? ''} ${progressText(numbers, this.#scannedMs)}`;
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
    clearInterval(this.#interval);
    this.erase();
  }
}

/**
 * The line itself: `3.2 s · 1,234,000 keys · 386k keys/s · 1,204 rows · 96 MB`. The rate is that of the first `scannedMs`,
 * after which no more keys came: what DuckDB does then does not make the scan any slower.
 */
export function progressText(numbers: ProgressNumbers, scannedMs = numbers.elapsedMs): string {
  const seconds = numbers.elapsedMs / 1000;
  const rate = scannedMs === 0 ? 0 : numbers.keysScanned / (scannedMs / 1000);
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
