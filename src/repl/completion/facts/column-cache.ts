/** Remembers the columns of what stands behind FROM. What is not known is looked up in the background. */
import type { Session } from '../../../engine/index.ts';
import type { ColumnFact } from './facts.ts';
import { columnsOf } from './session-facts.ts';

/** What stands behind FROM as SQL, with the WITH clause whose names it uses, or ''. */
export interface Relation {
  readonly table: string;
  /** Where it is a name alone: that, without its quotes; else null. */
  readonly tableName: string | null;
  readonly withClause: string;
}

interface Known {
  columns: readonly ColumnFact[] | null;
  loadedMs: number;
  loading: Promise<void> | null;
}

const MOST_RELATIONS = 200;
/** Columns older than this are looked up again, while the old ones are shown. */
const AGE_MS = 60_000;
/** A text that gave no columns may do so soon: its table may have been made. */
const FAILED_AGE_MS = 2_000;

export class ColumnCache {
  readonly #session: () => Promise<Session>;
  readonly #known = new Map<string, Known>();
  #abort = new AbortController();

  constructor(session: () => Promise<Session>) {
    this.#session = session;
  }

  /** Gives the columns of a relation; of one that is new, waits for them for `patienceMs`, then gives none. */
  async columnsOf(relation: Relation, patienceMs: number): Promise<readonly ColumnFact[]> {
    const known = this.#entry(relation);
    const age = performance.now() - known.loadedMs;
    if (known.loading === null && age > (known.columns === null ? FAILED_AGE_MS : AGE_MS)) {
      known.loading = this.#load(relation, known);
    }
    if (known.columns === null && known.loading !== null) await within(known.loading, patienceMs);
    return known.columns ?? [];
  }

  /** What is known is old: it is shown once more, and looked up. */
  expire(): void {
    for (const known of this.#known.values()) known.loadedMs = Number.NEGATIVE_INFINITY;
  }

  /** Ends what is being looked up and forgets all. */
  clear(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#known.clear();
  }

  #entry({ table, withClause }: Relation): Known {
    const name = `${withClause}\0${table}`;
    const known = this.#known.get(name) ?? { columns: null, loadedMs: Number.NEGATIVE_INFINITY, loading: null };
    // The last one asked for is the last one to be forgotten.
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_RELATIONS && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #load(relation: Relation, known: Known): Promise<void> {
    try {
      const session = await this.#session();
      known.columns = await columnsOf(session, relation, this.#abort.signal);
    } catch {
      // A statement in the making often names what is not there: nothing is known then.
    } finally {
      known.loading = null;
      known.loadedMs = performance.now();
    }
  }
}

async function within(work: Promise<void>, patienceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
