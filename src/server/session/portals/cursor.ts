/**
 * The rows of a portal and where it stands in them (PostgreSQL's DoPortalRunFetch). A plain one passes on what its source
 * gives; a SCROLL cursor keeps every row that it has read; WITH HOLD keeps some rows beyond its transaction.
 */
import { PgError } from '../../pg-error.ts';
import type { TextStyle } from '../../types/text-style.ts';
import type { EncodedRows, Format, PgColumn, RedisWork, RowSource } from '../../words.ts';
import { inFormats, type KeptBudget, KeptRows } from './kept-rows.ts';

/** Rows that a COMMIT reads ahead of a WITH HOLD cursor, so that small results free the engine; what is behind streams on. */
const HOLD_BYTES = 4 * 2 ** 20;
const PORTION_ROWS = 2048;
/** How FETCH ALL has its count in the parse tree. */
const ALL = 2 ** 31 - 1;
const NO_BYTES = new Uint8Array(0);

export type FetchDirection = 'FETCH_FORWARD' | 'FETCH_BACKWARD' | 'FETCH_ABSOLUTE' | 'FETCH_RELATIVE';

export interface CursorOptions {
  readonly source: RowSource;
  readonly columns: readonly PgColumn[];
  readonly isScroll: boolean;
  readonly budget: KeptBudget;
  /** The session's style as it is now. */
  readonly style: () => TextStyle;
  readonly tagOf: (rowCount: number) => string;
}

export class Cursor {
  readonly #options: CursorOptions;
  /** Rows behind the position (SCROLL) or ahead of it (WITH HOLD); null: none are kept. */
  #kept: KeptRows | null;
  #keptFormats: readonly Format[] | null = null;
  /** In which the source prints: that of its first row. */
  #sourceStyle: TextStyle | null = null;
  #isSourceDone = false;
  /** Number of the row that was read last; 0: before the first. */
  #position = 0;
  /** More was asked for than there was. */
  #isAfterLast = false;

  constructor(options: CursorOptions) {
    this.#options = options;
    this.#kept = options.isScroll ? new KeptRows(options.budget) : null;
  }

  get columns(): readonly PgColumn[] {
    return this.#options.columns;
  }

  get work(): RedisWork | undefined {
    return this.#options.source.work;
  }

  /** No row can follow, and none that was read is kept. */
  get isDone(): boolean {
    return this.#isSourceDone && (this.#kept === null || this.#kept.byteLength === 0);
  }

  tagOf(rowCount: number): string {
    return this.#options.tagOf(rowCount);
  }

  /** Reads on. As RowSource.next. */
  async next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    if (this.#kept === null) {
      if (this.#isSourceDone) return { bytes: NO_BYTES, rowCount: 0, isDone: true };
      const rows = await this.#read(maxRows, formats);
      this.#isSourceDone = rows.isDone;
      this.#position += rows.rowCount;
      return rows;
    }
    if (this.#kept.rowCount === this.#position) {
      await this.#keepMore(this.#kept, Math.max(maxRows, 64), formats);
      this.#kept.assertWithinLimit();
    }
    const last = Math.min(this.#position + maxRows, this.#kept.rowCount);
    const rows = this.#kept.slice(this.#position + 1, last);
    const rowCount = last - this.#position;
    const bytes = rowCount === 0 ? NO_BYTES : this.#encoded(rows, formats);
    this.#position = last;
    if (!this.#options.isScroll) this.#dropRead(this.#kept);
    return { bytes, rowCount, isDone: this.#isSourceDone && (this.#kept?.rowCount ?? last) === last };
  }

  /**
   * FETCH: gives what a movement passes. MOVE reads it, too, and throws it away.
   * @throws {PgError} 55000 back without SCROLL, from here or from the source.
   */
  fetch(direction: FetchDirection, count: number, isMove: boolean): RowSource {
    switch (direction) {
      case 'FETCH_FORWARD':
      case 'FETCH_BACKWARD': {
        const isForward = (direction === 'FETCH_FORWARD') === count >= 0;
        if (count === 0) return this.#current(isMove);
        return isForward ? this.#forward(0, Math.abs(count)) : this.#backward(0, Math.abs(count));
      }
      case 'FETCH_RELATIVE':
        if (count === 0) return this.#current(isMove);
        return count > 0 ? this.#forward(count - 1, 1) : this.#backward(-count - 1, 1);
      case 'FETCH_ABSOLUTE':
        return this.#absolute(count);
      default:
        return direction satisfies never;
    }
  }

  /** Reads ahead at the end of its transaction, as far as there is room. */
  async hold(until: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    if (this.#isSourceDone) return;
    let kept = this.#kept;
    if (kept === null) {
      kept = new KeptRows(this.#options.budget);
      kept.skip(this.#position);
    }
    while (!this.#isSourceDone && kept.canReadAhead && kept.byteLength < HOLD_BYTES) {
      await until(this.#keepMore(kept, PORTION_ROWS, this.#keptFormats ?? []));
      this.#kept = kept;
    }
  }

  async close(): Promise<void> {
    this.#isSourceDone = true;
    this.#kept?.clear();
    await this.#options.source.close();
  }

  async #keepMore(kept: KeptRows, maxRows: number, formats: readonly Format[]): Promise<void> {
    if (this.#isSourceDone) return;
    this.#keptFormats ??= formats;
    const rows = await this.#read(Math.min(maxRows, PORTION_ROWS), this.#keptFormats);
    this.#isSourceDone = rows.isDone;
    kept.add(rows.bytes);
  }

  #read(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    this.#sourceStyle ??= this.#options.style();
    return this.#options.source.next(maxRows, formats);
  }

  #dropRead(kept: KeptRows): void {
    kept.dropTo(this.#position);
    // What is behind the held rows streams on, in whatever format it is asked for.
    if (kept.rowCount === this.#position && !this.#isSourceDone) this.#kept = null;
  }

  #encoded(rows: readonly Uint8Array[], formats: readonly Format[]): Uint8Array {
    const { columns, style } = this.#options;
    return inFormats(rows, columns, this.#keptFormats ?? [], formats, this.#sourceStyle ?? style());
  }

  /** Skips, then gives `count` rows. */
  #forward(skip: number, count: number): RowSource {
    let toSkip = skip;
    let left = count >= ALL ? Number.POSITIVE_INFINITY : count;
    const next = async (maxRows: number, formats: readonly Format[]): Promise<EncodedRows> => {
      if (toSkip > 0) {
        const skipped = await this.next(Math.min(toSkip, PORTION_ROWS), this.#keptFormats ?? formats);
        toSkip -= skipped.rowCount;
        if (skipped.isDone && toSkip > 0) this.#isAfterLast = true;
        return { bytes: NO_BYTES, rowCount: 0, isDone: skipped.isDone && toSkip > 0 };
      }
      const rows = await this.next(Math.min(left, maxRows), formats);
      left -= rows.rowCount;
      if (rows.isDone && left > 0) this.#isAfterLast = true;
      return { bytes: rows.bytes, rowCount: rows.rowCount, isDone: rows.isDone || left === 0 };
    };
    return { next, close: async () => {} };
  }

  /** Skips back, then gives up to `count` rows, the last first. */
  #backward(skip: number, count: number): RowSource {
    const kept = this.#demandScroll();
    return this.#once(() => {
      const start = (this.#isAfterLast ? this.#position : this.#position - 1) - skip;
      this.#isAfterLast = false;
      const given = Math.max(0, Math.min(count, start));
      this.#position = given < count ? 0 : start - given + 1;
      return given === 0 ? [] : kept.slice(start, start - given + 1);
    });
  }

  #current(isMove: boolean): RowSource {
    const isOnRow = this.#position > 0 && !this.#isAfterLast;
    if (!isOnRow) return this.#once(() => []);
    if (isMove) return fixedRows(NO_BYTES, 1);
    const kept = this.#demandScroll();
    return this.#once(() => kept.slice(this.#position, this.#position));
  }

  #absolute(count: number): RowSource {
    const isFresh = this.#position === 0 && !this.#isAfterLast;
    if (count > this.#position && !this.#isAfterLast) return this.#forward(count - 1 - this.#position, 1);
    if (count === 0 && isFresh) return this.#once(() => []);
    if (!this.#options.isScroll && count > this.#position) return this.#once(() => []);
    if (!this.#options.isScroll && count >= 0) throw forwardOnly();
    return this.#jump(count);
  }

  /** Goes to a row of those that are kept, or from the end, which must be read first. */
  #jump(count: number): RowSource {
    let isDone = false;
    const next = async (maxRows: number, formats: readonly Format[]): Promise<EncodedRows> => {
      if (count < 0 && !this.#isSourceDone) {
        await this.next(Math.max(maxRows, PORTION_ROWS), this.#keptFormats ?? formats);
        return { bytes: NO_BYTES, rowCount: 0, isDone: false };
      }
      const kept = this.#demandScroll();
      const target = count < 0 ? kept.rowCount + 1 + count : count;
      this.#isAfterLast = target > kept.rowCount;
      this.#position = Math.max(0, Math.min(target, kept.rowCount));
      const isRow = !isDone && target >= 1 && target <= kept.rowCount;
      isDone = true;
      return isRow
        ? { bytes: this.#encoded(kept.slice(target, target), formats), rowCount: 1, isDone: true }
        : { bytes: NO_BYTES, rowCount: 0, isDone: true };
    };
    return { next, close: async () => {} };
  }

  #demandScroll(): KeptRows {
    if (!this.#options.isScroll || this.#kept === null) throw forwardOnly();
    return this.#kept;
  }

  /** A source that gives all that it has at once. */
  #once(give: () => readonly Uint8Array[]): RowSource {
    let rest: Uint8Array[] | null = null;
    const next = async (maxRows: number, formats: readonly Format[]): Promise<EncodedRows> => {
      rest ??= [...give()];
      const rows = rest.splice(0, maxRows);
      return { bytes: this.#encoded(rows, formats), rowCount: rows.length, isDone: rest.length === 0 };
    };
    return { next, close: async () => {} };
  }
}

function fixedRows(bytes: Uint8Array, rowCount: number): RowSource {
  return { next: async () => ({ bytes, rowCount, isDone: true }), close: async () => {} };
}

function forwardOnly(): PgError {
  return new PgError('55000', 'cursor can only scan forward', {
    hint: 'Declare it with SCROLL option to enable backward scan.',
  });
}
