/** `redquery` in a pseudo terminal for the measures of this folder: the built command where it is built, else the sources. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Contender, type ContenderOptions, numberIn } from '../support/contender.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(ROOT, 'dist/bin/redquery.js');
const DRIVER = path.resolve(import.meta.dirname, '../contenders/terminal.py');
const LIMIT_MS = 60_000;

/** Whether `npm run build` made a command that has the terminal. */
const isBuilt = existsSync(path.join(ROOT, 'dist/repl/terminal.js'));

export const builtNote = isBuilt ? 'the built command' : 'the sources; npm run build for the built command';

/** What a prompt with nothing behind it looks like, as the last thing that was drawn. */
export const PROMPT = String.raw`127\.0\.0\.1:\d+> ?$`;

/** A pseudo terminal in which one program after another runs; its driver is started once, so that it costs no program a start. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #driver: Contender;

  private constructor(driver: Contender) {
    this.#driver = driver;
  }

  static async open(options: ContenderOptions): Promise<PseudoTerminal> {
    return new PseudoTerminal(await Contender.start('terminal.py', 'python3', [DRIVER], options));
  }

  /** Starts `redquery URL`; gives milliseconds until its prompt is drawn. */
  async startRedquery(url: string): Promise<number> {
    const command = isBuilt ? BUILT : path.join(ROOT, 'src/bin/redquery.ts');
    return await this.#start([process.execPath, command, url], PROMPT);
  }

  /** Runs Node with `args` to its end; gives milliseconds. */
  async runNode(...args: readonly string[]): Promise<number> {
    return await this.#start([process.execPath, ...args], null);
  }

  async #start(command: readonly string[], until: string | null): Promise<number> {
    // Neither colours by choice nor the history of the person who measures.
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
    const env = { ...rest, TERM: 'xterm-256color', REDQUERY_HISTORY: '', REDQUERY_RC: '' };
    return numberIn(await this.#driver.run('start', { command, env, until, limitMs: LIMIT_MS }), 'ms');
  }

  /** Sends keys; gives milliseconds until what was drawn since then, without its escape sequences, matches `until`. */
  async send(text: string, until: string | RegExp): Promise<number> {
    const pattern = typeof until === 'string' ? until : until.source;
    return numberIn(await this.#driver.run('send', { text, until: pattern, limitMs: LIMIT_MS }), 'ms');
  }

  /** Lets the program be for a while. */
  async settle(ms: number): Promise<void> {
    await this.#driver.run('settle', { ms });
  }

  async end(): Promise<void> {
    await this.#driver.run('end');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver.close();
  }
}
