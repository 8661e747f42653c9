/**
 * One program in a terminal of its own, that can be typed to, resized and read: a tmux server with one window. Tests,
 * benchmarks and screens drive the real terminal with it, byte for byte as a person's terminal would.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findTmux } from './tmux-program.ts';

const run = promisify(execFile);

const WAIT_MS = 15_000;
const POLL_MS = 20;
const HANG_UP_MS = 5000;
const MOST_OUTPUT_BYTES = 64_000_000;

/** No status line, no waiting behind Escape, and the window stays when its program has ended. */
const CONFIGURATION = `set -g status off
set -g escape-time 0
set -g remain-on-exit on
set -g history-limit 200000
set -g default-terminal screen-256color
set -g set-clipboard off
`;

/**
 * Waits for the end of its input, which comes when this process dies, by whatever signal, and ends the server: `$1` tmux,
 * `$2` its socket, `$3` the folder to remove.
 */
const WATCHDOG = 'cat > /dev/null; "$1" -S "$2" kill-server 2> /dev/null; rm -rf "$3"';

export interface TmuxOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Its whole environment, given the folder of `directory`; TERM is added. */
  env(directory: string): NodeJS.ProcessEnv;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where the cursor stands, from 0 at the top left. */
export interface CursorPlace {
  readonly column: number;
  readonly row: number;
}

/** A running terminal; `await using` ends it and its program. */
export class TmuxTerminal implements AsyncDisposable {
  /** A folder of its own, removed at its end. */
  readonly directory: string;
  /** The program's process. */
  readonly pid: number;
  readonly #tmux: string;
  readonly #watchdog: ChildProcess;

  private constructor(tmux: string, directory: string, watchdog: ChildProcess, pid: number) {
    this.#tmux = tmux;
    this.directory = directory;
    this.#watchdog = watchdog;
    this.pid = pid;
  }

  /** @throws {Error} where there is no tmux, or it does not start. */
  static async start(options: TmuxOptions): Promise<TmuxTerminal> {
    const { command: tmux } = await findTmux();
    const directory = await mkdtemp(path.join(tmpdir(), 'redquery-tmux-'));
    const [configuration, socket] = [path.join(directory, 'tmux.conf'), socketOf(directory)];
    await writeFile(configuration, CONFIGURATION);
    const watchdogWords = ['-c', WATCHDOG, 'sh', tmux, socket, directory];
    const watchdog = spawn('sh', watchdogWords, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    watchdog.unref();
    const size = ['-x', String(options.columns ?? 80), '-y', String(options.rows ?? 24)];
    const words = ['-u', '-S', socket, '-f', configuration, 'new-session', '-d', '-P', '-F', '#{pane_pid}', ...size, '--'];
    // A program alone would be a line of sh.
    const program = options.command.length === 1 ? ['env', ...options.command] : options.command;
    const env = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...withoutTmux(options.env(directory)) };
    try {
      const { stdout } = await run(tmux, [...words, ...program], { env });
      return new TmuxTerminal(tmux, directory, watchdog, Number(stdout.trim()));
    } catch (error) {
      watchdog.stdin?.end();
      throw error;
    }
  }

  /** Types text, a key a character. */
  async type(text: string): Promise<void> {
    // tmux takes a `;` at the end of a word for the end of its own command.
    if (text !== '') await this.#call('send-keys', '-l', '--', text.replace(/;$/, '\\;'));
  }

  /** Presses keys by tmux's names: `Enter`, `Tab`, `Escape`, `BSpace`, `Up`, `C-c`, `M-Enter`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#call('send-keys', '--', ...keys);
  }

  /** Pastes as a terminal does: bracketed where the program asked for that, line breaks as carriage returns. */
  async paste(text: string): Promise<void> {
    const file = path.join(this.directory, 'paste');
    await writeFile(file, text);
    await this.#call('load-buffer', file);
    await this.#call('paste-buffer', '-p', '-d');
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#call('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The rows of the window, without blanks at their ends and without empty rows at the end of all. */
  async screen(): Promise<string> {
    return trimmed(await this.#call('capture-pane', '-p'));
  }

  /** As `screen`, with the escape sequences of colours. */
  async colouredScreen(): Promise<string> {
    return trimmed(await this.#call('capture-pane', '-p', '-e'));
  }

  /** The screen and all that was scrolled out of it; a line that was wrapped by the terminal is one line. */
  async transcript(): Promise<string> {
    return trimmed(await this.#call('capture-pane', '-p', '-J', '-S', '-'));
  }

  async cursor(): Promise<CursorPlace> {
    const [column, row] = (await this.#show('#{cursor_x} #{cursor_y}')).split(' ').map(Number);
    return { column: column ?? 0, row: row ?? 0 };
  }

  async isCursorShown(): Promise<boolean> {
    return (await this.#show('#{cursor_flag}')) === '1';
  }

  /** Lines that were scrolled out of the window. */
  async scrolledLineCount(): Promise<number> {
    return Number(await this.#show('#{history_size}'));
  }

  /** The exit status of a program that has ended, with 128 added to a signal's number; null while it runs. */
  async status(): Promise<number | null> {
    const [isDead, status = '', signal = ''] = (await this.#show('#{pane_dead},#{pane_dead_status},#{pane_dead_signal}')).split(
      ',',
    );
    if (isDead !== '1') return null;
    if (status + signal === '') {
      // tmux 3.3 may miss that its program ended, until another child of it does.
      await this.#call('run-shell', 'true');
      return null;
    }
    return status === '' ? 128 + Number(signal) : Number(status);
  }

  /** Polls the screen until it has `wanted`, and gives it. @throws {Error} with the screen, where that takes over `limitMs`. */
  async waitFor(wanted: string | RegExp, limitMs = WAIT_MS): Promise<string> {
    const has = (screen: string): boolean => (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen));
    return await this.waitUntil(has, `shows ${String(wanted)}`, limitMs);
  }

  /** As `waitFor`, for what only a function can tell. */
  async waitUntil(holds: (screen: string) => boolean, what: string, limitMs = WAIT_MS): Promise<string> {
    const endsAt = performance.now() + limitMs;
    for (;;) {
      const screen = await this.screen();
      if (holds(screen)) return screen;
      if (performance.now() > endsAt) throw new Error(`within ${limitMs} ms the terminal never ${what}:\n${screen}`);
      await sleep(POLL_MS);
    }
  }

  /** Waits for the program's end and gives its exit status. */
  async waitForEnd(limitMs = WAIT_MS): Promise<number> {
    const endsAt = performance.now() + limitMs;
    for (;;) {
      const status = await this.status();
      if (status !== null) return status;
      if (performance.now() > endsAt) throw new Error(`the program runs on after ${limitMs} ms:\n${await this.screen()}`);
      await sleep(POLL_MS);
    }
  }

  /** Hangs up: closes the window and ends its program. @throws {Error} where that outlives it; it is then killed. */
  async stop(): Promise<void> {
    if (this.#watchdog.exitCode !== null) return;
    const ended = once(this.#watchdog, 'exit');
    this.#watchdog.ref();
    this.#watchdog.stdin?.end();
    await ended;
    const endsAt = performance.now() + HANG_UP_MS;
    while (isAlive(this.pid)) {
      if (performance.now() > endsAt) {
        process.kill(-this.pid, 'SIGKILL');
        throw new Error(`process ${this.pid} went on for ${HANG_UP_MS} ms after its terminal was gone`);
      }
      await sleep(POLL_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #show(format: string): Promise<string> {
    return (await this.#call('display-message', '-p', format)).trim();
  }

  async #call(...words: readonly string[]): Promise<string> {
    const options = { maxBuffer: MOST_OUTPUT_BYTES };
    return (await run(this.#tmux, ['-S', socketOf(this.directory), ...words], options)).stdout;
  }
}

function socketOf(directory: string): string {
  return path.join(directory, 'socket');
}

/** A tmux inside another one would think of itself as a part of it. */
function withoutTmux({ TMUX: _, TMUX_PANE: __, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

/** Without what tmux itself writes below a program that has ended. */
function trimmed(screen: string): string {
  const text = screen.replace(/^(?:\x1b\[m)?Pane is dead \(.*\)$/m, '');
  return text.replaceAll(/[ \t]+$/gm, '').trimEnd();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
