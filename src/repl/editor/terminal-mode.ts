/**
 * The terminal's modes: raw keys and bracketed paste, from `start` to `stop`, whatever ends the program; and stopping it with
 * Ctrl-Z. Draws nothing.
 */
import type { KeyInput, Window } from '../words.ts';

const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';
const SHOW_CURSOR = '\x1b[?25h';
const END_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
/** A process that nobody can continue is not stopped at all; so long the keys are left alone. */
const STOP_MS = 100;

export interface TerminalModeOptions {
  readonly input: KeyInput;
  readonly output: Window;
  /** Before the program ends or stops: the frame is to be left. */
  onLeave(): void;
  /** After it was stopped and goes on: the window holds other text. */
  onReturn(): void;
}

/** The modes of one terminal. */
export class TerminalMode {
  readonly #options: TerminalModeOptions;
  #isOn = false;
  /** Until `stop`; `#isOn` is false while the terminal is lent or the program stopped. */
  #isStarted = false;
  #isSuspended = false;

  constructor(options: TerminalModeOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.enter();
    process.on('exit', this.#onExit);
    process.on('uncaughtExceptionMonitor', this.#onExit);
    process.on('SIGCONT', this.#onContinue);
    for (const signal of END_SIGNALS) process.on(signal, this.#onEndSignal);
  }

  stop(): void {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    process.off('exit', this.#onExit);
    process.off('uncaughtExceptionMonitor', this.#onExit);
    process.off('SIGCONT', this.#onContinue);
    for (const signal of END_SIGNALS) process.off(signal, this.#onEndSignal);
    this.#options.onLeave();
    this.leave();
  }

  /** Takes the terminal. */
  enter(): void {
    this.#isOn = true;
    this.#options.input.setRawMode?.(true);
    this.#write(PASTE_ON);
  }

  /** Gives the terminal back as it was. */
  leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#write(PASTE_OFF + SHOW_CURSOR);
    try {
      this.#options.input.setRawMode?.(false);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  }

  /** Stops the program and all of its group, as Ctrl-Z does elsewhere; the shell's `fg` brings it back. */
  suspend(): void {
    // Streams that are no terminal of this process have no shell behind them.
    if (this.#options.input !== process.stdin || process.platform === 'win32') return;
    this.#options.onLeave();
    this.leave();
    this.#isSuspended = true;
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      if (this.#isSuspended && this.#isStarted) this.#onContinue();
    }, STOP_MS);
  }

  readonly #onExit = (): void => this.stop();

  readonly #onEndSignal = (signal: NodeJS.Signals): void => {
    // Ctrl-C is a key here and no signal; while the terminal is lent it is the other program's.
    if (signal === 'SIGINT' && !this.#isOn) return;
    this.stop();
    // With no listener left the signal does what it does to any program.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  /** Also after a stop that came from outside, when the shell has changed the modes behind our back. */
  readonly #onContinue = (): void => {
    // While the terminal is lent it is the other program's.
    if (!this.#isOn && !this.#isSuspended) return;
    this.#isSuspended = false;
    this.#options.input.setRawMode?.(false);
    this.enter();
    this.#options.onReturn();
  };

  #write(text: string): void {
    try {
      if (this.#options.output.isTTY === true) this.#options.output.write(text);
    } catch {
      // As above.
    }
  }
}
