/** What running a statement needs of the terminal around it. The terminal gives it; tests give their own. */
import type { Session } from '../../engine/index.ts';
import type { Palette } from '../../output/index.ts';
import type { ControlClient } from '../../storage/index.ts';
import type { TerminalSettings } from '../settings.ts';
import type { LastResult, Window } from '../words.ts';

export interface StatementNeeds {
  readonly settings: TerminalSettings;
  readonly palette: Palette;
  /** Columns and rows of the window; 80 × 24 where there is none. */
  readonly size: { readonly columns: number; readonly rows: number };
  /** False where nobody can be asked: a script, a pipe. */
  readonly isInteractive: boolean;
  /** Where rows are drawn. */
  readonly window: Window;
  /** Where progress is drawn, if it is a terminal; may be `window`. */
  readonly err: Window;
  lastResult: LastResult | null;
  /** The session; opened at the first call, and again after it was abandoned. */
  session(): Promise<Session>;
  /** Gives the session up without waiting for what it does; the next `session()` opens another one. */
  abandonSession(): void;
  redis(): Promise<ControlClient>;
  /** Prints lines for the person; adds the last line break. Control characters are gone already. */
  say(text: string): void;
  /** Asks a yes-or-no question; false where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** Lets another program have the terminal. */
  lend<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Told after a statement that made, changed or dropped something that lasts: a view, a table, a setting. */
  changed?(text: string): void;
}
