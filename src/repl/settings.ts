/** What `.set` knows, typed, with its defaults. Each is one word of the user's, kept as it is shown. */

export const MODES = ['box', 'table', 'markdown', 'csv', 'tsv', 'json', 'ndjson', 'line', 'insert', 'html'] as const;
export type Mode = (typeof MODES)[number];

/** Settings of one terminal; commands change them in place. */
export interface TerminalSettings {
  mode: Mode;
  /** How NULL is drawn in box, table, line and html. */
  null: string;
  /** Most rows of a box on a terminal, half of them the last ones; 0: all; 'auto': as many as fit the window, 40 at most. */
  maxrows: number | 'auto';
  /** `\x`: one line a column; 'auto' where a row is wider than the window. */
  expanded: 'on' | 'off' | 'auto';
  /** Says the time of each statement. */
  timer: boolean;
  /** Says after each statement what Redis did. */
  redis: boolean;
  /** Draws the plan of each statement, as EXPLAIN ANALYZE does, after its rows. */
  explain: boolean;
  /** 'auto': where an output is longer than the window. */
  pager: 'auto' | 'on' | 'off';
  progress: boolean;
  /** Asks before a statement that scans more keys; null: never. */
  ask_keys: number | null;
  /** The prompt: {place}, {host}, {db}, {n} stand for server and database, each alone, and the statement's number. */
  prompt: string;
  /** A file or `|command` that data goes to; null: the terminal. */
  output: string | null;
  /** As `output`, for the next result alone. */
  once: string | null;
}

export const DEFAULT_SETTINGS: Readonly<TerminalSettings> = {
  mode: 'box',
  null: 'NULL',
  maxrows: 'auto',
  expanded: 'off',
  timer: true,
  redis: true,
  explain: false,
  pager: 'auto',
  progress: true,
  ask_keys: 5_000_000,
  prompt: '{place}> ',
  output: null,
  once: null,
};
