/**
 * Runs what an entry or a script holds, one statement or command after another. The first that fails, and Ctrl-C, end it: how
 * much was left out is said, so that nobody takes half of a script for the whole.
 */
import { errorFromData, RedQueryError } from '../errors.ts';
import type { Place } from '../output/index.ts';
import { type ScriptItem, scriptItems } from './input/script-items.ts';
import type { TerminalShell } from './shell.ts';
import { failureText, proseColumns } from './statement/failure/failure-text.ts';
import type { PendingStatement, PlacedStatement, StatementReport } from './words.ts';

/** How one item went. */
export interface ItemReport {
  readonly item: ScriptItem;
  readonly elapsedMs: number;
  readonly rowCount: number | null;
  readonly end: StatementReport['end'];
  readonly error: unknown;
}

/** A script within a script within … */
const MOST_DEEP = 8;

export class EntryRunner {
  readonly #shell: TerminalShell;
  readonly #itemEnded: (report: ItemReport, depth: number) => void;
  #depth = 0;
  #command: AbortController | null = null;
  /** A statement of the script that the command runs has said it. */
  #isInterruptSaid = false;

  constructor(shell: TerminalShell, itemEnded: (report: ItemReport, depth: number) => void) {
    this.#shell = shell;
    this.#itemEnded = itemEnded;
  }

  /** Runs all of `text`; `name` is a file's, null for what was typed. False where something failed or was interrupted. */
  async run(text: string, name: string | null): Promise<boolean> {
    if (this.#depth >= MOST_DEEP) {
      this.#fail(new RedQueryError('RQ_OPTION', `scripts within scripts: not more than ${MOST_DEEP} deep`), null);
      return false;
    }
    let items: readonly ScriptItem[];
    try {
      items = scriptItems(text);
    } catch (error) {
      this.#fail(error, { script: text, offset: 0, end: text.length, file: name });
      return false;
    }
    this.#depth++;
    try {
      return await this.#runAll(items, text, name);
    } finally {
      this.#depth--;
    }
  }

  async #runAll(items: readonly ScriptItem[], script: string, file: string | null): Promise<boolean> {
    for (const [at, item] of items.entries()) {
      const report = await this.#runItem(item, { script, offset: item.offset, end: item.offset + item.text.length, file });
      this.#itemEnded(report, this.#depth);
      if (this.#shell.isQuitting) return true;
      if (report.end === 'done') continue;
      this.#isInterruptSaid = report.end === 'interrupted';
      const left = items.length - at - 1;
      if (left > 0)
        this.#shell.say(this.#shell.palette('warning', `${counted(left)} behind it ${left === 1 ? 'was' : 'were'} not run.`));
      return false;
    }
    return true;
  }

  async #runItem(item: ScriptItem, place: Place): Promise<ItemReport> {
    if (item.kind === 'command') return await this.#runCommand(item, place);
    const { elapsedMs, rowCount, end, error } = await this.#shell.run(item.text, { place });
    return { item, elapsedMs, rowCount, end, error };
  }

  async #runCommand(item: ScriptItem, { script, file }: Place): Promise<ItemReport> {
    const startedAt = performance.now();
    const outer = this.#command;
    const abort = new AbortController();
    this.#command = abort;
    this.#isInterruptSaid = false;
    const before = this.#shell.lastStatement;
    const reportOf = (end: ItemReport['end'], error: unknown, rowCount: number | null = null): ItemReport => ({
      item,
      elapsedMs: performance.now() - startedAt,
      rowCount,
      end,
      error,
    });
    try {
      const { commandIn } = await import('./commands/index.ts');
      const found = commandIn(item.text);
      const statement = item.statement === undefined ? undefined : pendingFrom(item.statement, script, file);
      if (found !== null) await found.command.run(found.argument, this.#shell, abort.signal, found.name, statement);
      if (abort.signal.aborted) return reportOf('interrupted', null);
      const { lastStatement: ran } = this.#shell;
      if (ran === null || ran === before) return reportOf('done', null);
      return reportOf(ran.end, ran.error, item.statement === undefined ? null : ran.rowCount);
    } catch (error) {
      if (abort.signal.aborted) {
        if (!this.#isInterruptSaid) this.#shell.say('Interrupted.');
        return reportOf('interrupted', null);
      }
      this.#fail(error, null);
      return reportOf('failed', error);
    } finally {
      this.#command = outer;
    }
  }

  /** Ctrl-C: ends the command, and the statement that it may have started. */
  interrupt(): void {
    if (this.#command !== null) {
      this.#command.abort(errorFromData({ code: 'RQ_CANCELLED', message: 'interrupted' }));
      // What a command waits for may never come: the next one shall not wait behind it.
      this.#shell.abandonRedis();
    }
    this.#shell.runner.interrupt();
  }

  #fail(error: unknown, place: Place | null): void {
    const { palette } = this.#shell;
    this.#shell.say(failureText(error, place, { palette, columns: proseColumns(this.#shell) }));
  }
}

function pendingFrom({ text, offset }: PlacedStatement, script: string, file: string | null): PendingStatement {
  return { text, place: { script, offset, end: offset + text.length, file } };
}

function counted(count: number): string {
  return count === 1 ? 'The statement' : `The ${count.toLocaleString('en')} statements`;
}
