/**
 * Runs one statement at a time for the person at the terminal: asks before what is dangerous, shows how far it is, its rows,
 * and what Redis had to do; ends it at Ctrl-C; says what went wrong. It reads no keys of the keyboard and draws no prompt.
 */
import type { Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { ClosedOutput, type NoteNumbers, Notes, type Place, wrapText } from '../../output/index.ts';
import { walkOf } from '../explain/keys-text.ts';
import { showPlan, showPlanOfRun } from '../explain/show-plan.ts';
import type { LastResult, RunOptions, StatementReport } from '../words.ts';
import { dangerOf } from './danger.ts';
import { failureText, proseColumns } from './failure/failure-text.ts';
import { LastName } from './last-name.ts';
import { KeyCount, LiveProgress } from './live-progress.ts';
import type { StatementNeeds } from './needs.ts';
import { showKept, showRows } from './show-rows.ts';
import { changesSession, isDrawnExplain, type StatementText, statementTextFrom } from './statement-text.ts';
import { closingLines, type Outcome } from './summary.ts';
import { GivenUp, Turn } from './turn.ts';

export class StatementRunner {
  readonly #needs: StatementNeeds;
  readonly #keyCount: KeyCount;
  readonly #lastName: LastName;
  readonly #notes = new Notes();
  readonly #progress: LiveProgress;
  #turn: Turn | null = null;

  constructor(needs: StatementNeeds) {
    this.#needs = needs;
    this.#keyCount = new KeyCount(() => needs.redis());
    this.#progress = new LiveProgress(needs, this.#keyCount);
    this.#lastName = new LastName(needs, (text) => {
      this.#progress.erase();
      needs.say(wrapText(text, needs.size.columns, 2).join('\n'));
    });
  }

  get isRunning(): boolean {
    return this.#turn !== null;
  }

  /** Space: shows the scans of the running statement below its line, or hides them. */
  toggleTable(): void {
    this.#progress.toggleTable();
  }

  /** Ctrl-C: ends the statement; the second one gives up waiting for its end, and with it the session. */
  interrupt(): void {
    const turn = this.#turn;
    if (turn === null) return;
    if (turn.isInterrupted) {
      this.#needs.abandonSession();
      turn.giveUp();
    } else {
      turn.interrupt();
    }
  }

  /**
   * Runs one statement and says all there is to say of it, also what went wrong; nothing is printed once it has settled.
   * @throws {RedQueryError} RQ_BUSY while another one runs. @throws {ClosedOutput} in a script whose output nobody reads any more.
   */
  async run(text: string, options: RunOptions = {}): Promise<StatementReport> {
    if (this.#turn !== null) throw new RedQueryError('RQ_BUSY', 'a statement is running; the terminal runs one at a time');
    const turn = new Turn(text);
    this.#turn = turn;
    try {
      return await turn.untilGivenUp(this.#work(turn, options));
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      return this.#interrupted(turn);
    } finally {
      this.#progress.stop();
      turn.end();
      this.#turn = null;
    }
  }

  /** Shows a kept result in the present mode, as if it had just come. */
  show(result: LastResult): Promise<void> {
    return showKept(this.#needs, result);
  }

  async #work(turn: Turn, options: RunOptions): Promise<StatementReport> {
    try {
      const statement = statementTextFrom(turn.text);
      if (options.isQuiet !== true) this.#progress.start(turn, statement);
      const session = await turn.whileWanted(this.#needs.session());
      await turn.whileWanted(this.#lastName.give(statement, session));
      if (!(await this.#isAllowed(statement, session, turn, options))) return report(turn, 'refused');
      if (options.isQuiet !== true && isDrawnExplain(statement, this.#needs))
        return await this.#explain(statement, session, turn);
      return await this.#query(statement, session, turn, options);
    } catch (error) {
      return this.#failed(turn, error, options);
    } finally {
      this.#progress.stop();
    }
  }

  /** Asks before a large scan or a change of everything; true where nobody can be asked. */
  async #isAllowed(statement: StatementText, session: Session, turn: Turn, { isConfirmed }: RunOptions): Promise<boolean> {
    const { settings, isInteractive } = this.#needs;
    if (isConfirmed === true || !isInteractive) return true;
    const danger = await turn.whileWanted(
      dangerOf(statement, {
        askKeys: settings.ask_keys,
        keysPerSecond: this.#progress.keysPerSecond,
        hasFurtherServers: session.hasFurtherServers,
        keyCount: () => this.#keyCount.ask(),
        explain: (text) => session.explain(text, { signal: turn.signal }),
      }),
    );
    if (danger === null) return true;
    this.#progress.stop();
    for (const line of danger.lines)
      this.#say(turn, line.isWhole ? line.text : wrapText(line.text, this.#needs.size.columns, 2).join('\n'));
    return turn.answered(() => this.#needs.confirm(danger.question));
  }

  async #query(statement: StatementText, session: Session, turn: Turn, options: RunOptions): Promise<StatementReport> {
    const isQuiet = options.isQuiet === true;
    // The person's clock has begun with the connection and the question whether it may run.
    const beforeMs = turn.elapsedMs;
    const result = session.query(turn.text, undefined, { signal: turn.signal });
    turn.stats = () => result.stats;
    // It ends with a question.
    if (!isQuiet) this.#progress.start(turn, statement);
    let shown: Awaited<ReturnType<typeof showRows>>;
    try {
      shown = await showRows(result, statement, {
        needs: this.#needs,
        turn,
        isQuiet,
        beforeWrite: () => this.#progress.erase(),
        beforeLend: () => this.#progress.stop(),
        rowsAreIn: () => this.#progress.stop(),
      });
    } finally {
      this.#progress.stop();
      await result.close();
    }
    const { stats } = result;
    if (shown.kept !== null && !turn.isOver) this.#needs.lastResult = shown.kept;
    const elapsedMs = Math.max(0, beforeMs + stats.elapsedMs - shown.waitedMs);
    if (!isQuiet) await this.#conclude(turn, { ...shown, elapsedMs, stats });
    if (changesSession(statement) && !turn.isOver) this.#needs.changed?.(turn.text);
    if (this.#needs.settings.explain && shown.kept !== null && !isQuiet) {
      await showPlanOfRun(this.#needs, statement, session, turn, stats);
    }
    return { text: turn.text, elapsedMs, rowCount: shown.rowCount, stats, end: 'done', error: null };
  }

  async #explain(statement: StatementText, session: Session, turn: Turn): Promise<StatementReport> {
    this.#progress.start(turn, statement);
    // Errors of the explained statement have their positions in it.
    turn.innerOffset = statement.explain?.innerOffset ?? 0;
    await showPlan(this.#needs, statement, session, turn, ({ notes, stats }) => {
      this.#progress.stop();
      if (stats !== null) turn.stats = () => stats;
      this.#sayNotes(turn, { notes, badValues: 0, skippedKeys: 0 });
    });
    return report(turn, 'done');
  }

  /** The notes and the line about time and Redis. */
  async #conclude(turn: Turn, outcome: Omit<Outcome, 'databaseKeys'>): Promise<void> {
    const { stats } = outcome;
    this.#sayNotes(turn, stats);
    // Whoever runs a script wants its data.
    if (!this.#needs.isInteractive) return;
    const databaseKeys = walkOf(stats.scans, null) === null ? null : await this.#keyCount.ask();
    this.#progress.learn(stats, databaseKeys);
    for (const line of closingLines({ ...outcome, databaseKeys }, this.#needs.settings)) this.#sayDim(turn, line);
  }

  #sayNotes(turn: Turn, stats: NoteNumbers): void {
    for (const line of this.#notes.linesFor(stats)) this.#sayDim(turn, line);
  }

  #failed(turn: Turn, error: unknown, options: RunOptions): StatementReport {
    this.#progress.stop();
    if (error instanceof ClosedOutput && !turn.isInterrupted) {
      // In a script nobody is left to read what comes after.
      if (!this.#needs.isInteractive) throw error;
      return report(turn, 'done');
    }
    // What a session held may have gone with its engine, which an interrupt may end, too.
    this.#lastName.forget();
    if (turn.isInterrupted) return this.#interrupted(turn);
    if (error instanceof RedQueryError && error.code === 'RQ_CLOSED') this.#needs.abandonSession();
    const place = options.place ?? wholeOf(turn.text);
    const inner = { ...place, offset: place.offset + turn.innerOffset };
    this.#say(turn, failureText(error, inner, { palette: this.#needs.palette, columns: proseColumns(this.#needs) }));
    return report(turn, 'failed', error);
  }

  #interrupted(turn: Turn): StatementReport {
    this.#progress.stop();
    const anew = turn.isGivenUp ? ' The session begins anew: its views and settings are kept, its tables are gone.' : '';
    this.#say(turn, `Interrupted after ${(turn.elapsedMs / 1000).toFixed(1)} s.${anew}`);
    return report(turn, 'interrupted');
  }

  #say(turn: Turn, text: string): void {
    if (turn.isOver) return;
    this.#progress.erase();
    this.#needs.say(text);
  }

  /** Prose of one line, broken where the window ends. */
  #sayDim(turn: Turn, text: string): void {
    const { palette } = this.#needs;
    const columns = proseColumns(this.#needs);
    const lines = columns === null ? [text] : wrapText(text, columns, 2);
    this.#say(turn, lines.map((line) => palette('dim', line)).join('\n'));
  }
}

function report(turn: Turn, end: StatementReport['end'], error: unknown = null): StatementReport {
  return { text: turn.text, elapsedMs: turn.elapsedMs, rowCount: null, stats: turn.stats?.() ?? null, end, error };
}

function wholeOf(text: string): Place {
  return { script: text, offset: 0, end: text.length, file: null };
}
