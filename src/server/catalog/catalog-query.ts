/** A catalog query that was planned: runs when its first row is asked for, keeps the rows, hands them out in pieces. */
import { PgError } from '../pg-error.ts';
import type {
  BoundValue,
  CopyOptions,
  Description,
  EncodedRows,
  Format,
  PlannedQuery,
  RowSource,
  Run,
  SettingChange,
} from '../words.ts';
import { quoteName, quoteText } from './mirror.ts';
import { type Answer, type BatchWriter, concatenated } from './process/frontend.ts';
import { SETTING_NOTICE, SIGNAL_NOTICE } from './process/overrides.ts';
import { firstWord, type Rewritten, rewrite } from './rewrites.ts';

export interface QueryHost {
  /** Runs a statement for a session. */
  ask(run: Run, rewritten: Rewritten, write: (writer: BatchWriter) => void): Promise<Answer>;
  /** pg_cancel_backend(), pg_terminate_backend(), when the statement has ended well; the target is of the same user. */
  signal(kind: 'cancel' | 'terminate', processId: number): void;
  /**
   * Counts an answer that is kept for its reader as the user's; gives the function that counts it out.
   * @throws {PgError} 53200 where the user has too much.
   */
  keep(run: Run, bytes: number): () => void;
}

/** One piece of an answer, at most; the session writes it as one. */
const PIECE_BYTES = 256 * 1024;
const NOTICE_ROUTED = new Set<string>([SETTING_NOTICE, SIGNAL_NOTICE]);

export function catalogQuery(text: string, description: Description, host: QueryHost): PlannedQuery {
  const word = firstWord(text);
  const tag = word === 'SHOW' || word === 'EXPLAIN' ? word : 'SELECT';
  const { parameterTypes, columns } = description;
  const ask = async (rewritten: Rewritten, run: Run, write: (writer: BatchWriter) => void) => {
    const answer = await host.ask(run, rewritten, write);
    if (answer.error !== null) throw answer.error;
    announce(answer, host, run);
    return answer;
  };
  const kept = ({ rows }: Answer, rowCount: number | null, run: Run): Rows => {
    const bytes = rows.reduce((sum, row) => sum + row.length, 0);
    return { rows, rowCount, letGo: host.keep(run, bytes) };
  };
  return {
    parameterTypes,
    columns,
    tag,
    hasCount: tag === 'SELECT',
    route: 'catalog',
    open: (values, run) => {
      const rewritten = rewrite(text);
      return new AnswerRows(async (formats) => {
        const answer = await ask(rewritten, run, (writer) => {
          writer.parse(rewritten.text, parameterTypes);
          writer.execute(values, formats);
          writer.sync();
        });
        return kept(answer, null, run);
      });
    },
    copy: (values, options, run) => {
      const rewritten = rewrite(text, 'copy (', `\n) to stdout ${copyWords(options)}`);
      return new AnswerRows(async () => {
        requireNoValues(values);
        const answer = await ask(rewritten, run, (writer) => writer.query(rewritten.text));
        return kept(answer, Number(answer.tag?.split(' ').at(-1) ?? 0), run);
      });
    },
  };
}

function requireNoValues(values: readonly BoundValue[]): void {
  if (values.length > 0) throw new PgError('0A000', 'COPY of a catalog query takes no parameters');
}

function copyWords({ format, hasHeader, delimiter, nullText, quote, escape, forceQuote }: CopyOptions): string {
  const words = [`format ${format}`];
  if (hasHeader) words.push('header');
  if (delimiter !== null) words.push(`delimiter ${quoteText(delimiter)}`);
  if (nullText !== null) words.push(`null ${quoteText(nullText)}`);
  if (quote !== null) words.push(`quote ${quoteText(quote)}`);
  if (escape !== null) words.push(`escape ${quoteText(escape)}`);
  if (forceQuote === '*') words.push('force_quote *');
  else if (forceQuote.length > 0) words.push(`force_quote (${forceQuote.map(quoteName).join(', ')})`);
  return `with (${words.join(', ')})`;
}

function announce(answer: Answer, host: QueryHost, run: Run): void {
  for (const notice of answer.notices) {
    if (!NOTICE_ROUTED.has(notice.sqlState)) {
      run.notice(notice);
      continue;
    }
    // What our own functions wrote: overrides.ts.
    const message = JSON.parse(notice.message) as SettingChange & {
      readonly kind: 'cancel' | 'terminate';
      readonly processId: number;
    };
    if (notice.sqlState === SIGNAL_NOTICE) host.signal(message.kind, message.processId);
    else run.session.applySetting({ name: message.name, value: message.value, isLocal: message.isLocal });
  }
}

interface Rows {
  readonly rows: readonly Uint8Array[];
  /** Null: a row a message. */
  readonly rowCount: number | null;
  /** Called when it is not kept any more, once or more often. */
  letGo(): void;
}

class AnswerRows implements RowSource {
  readonly #fetch: (formats: readonly Format[]) => Promise<Rows>;
  #answer: Rows | null = null;
  #formats = '';
  #at = 0;
  #isClosed = false;

  constructor(fetch: (formats: readonly Format[]) => Promise<Rows>) {
    this.#fetch = fetch;
  }

  async next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    // Other formats than before (a cursor that is read by FETCH and by a portal): the catalog is asked again.
    if (this.#answer === null || this.#formats !== formats.join()) {
      this.#letGo();
      this.#answer = await this.#fetch(formats);
      this.#formats = formats.join();
      if (this.#isClosed) this.#letGo();
    }
    const { rows, rowCount } = this.#answer ?? { rows: [], rowCount: null };
    const piece: Uint8Array[] = [];
    const limit = rowCount === null && maxRows > 0 ? maxRows : Number.POSITIVE_INFINITY;
    for (let bytes = 0; this.#at < rows.length && piece.length < limit && bytes < PIECE_BYTES; this.#at += 1) {
      const row = rows[this.#at] ?? new Uint8Array(0);
      piece.push(row);
      bytes += row.length;
    }
    const isDone = this.#at >= rows.length;
    if (isDone && this.#answer !== null) {
      this.#answer.letGo();
      this.#answer = { rows: [], rowCount: null, letGo: () => undefined };
    }
    return { bytes: concatenated(piece), rowCount: rowCount === null ? piece.length : isDone ? rowCount : 0, isDone };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#answer?.letGo();
    this.#answer = null;
  }
}
