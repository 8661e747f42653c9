/** Remembers the columns of what stands behind FROM. What is not known is looked up in the background, without a look for keys. */
import type { Session } from '../../../engine/index.ts';
import { redisCallsIn } from '../places/redis-calls.ts';
import type { ColumnFact } from './facts.ts';
import { needsOtherKeys, type SampleSource, sampledColumns, withDeclaredColumns } from './sampled-columns.ts';
import { columnsOf } from './session-facts.ts';
import { within } from './within.ts';

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
  /** A statement has told them: a sample would tell less. */
  isLearnt: boolean;
}

const MOST_RELATIONS = 200;
/** Columns older than this are looked up again, while the old ones are shown. */
const AGE_MS = 60_000;
/** A text that gave no columns may do so soon: its table may have been made. */
const FAILED_AGE_MS = 2_000;

export interface ColumnSource extends SampleSource {
  session(): Promise<Session>;
}

export class ColumnCache {
  readonly #source: ColumnSource;
  readonly #known = new Map<string, Known>();
  #abort = new AbortController();

  constructor(source: ColumnSource) {
    this.#source = source;
  }

  /** Gives the columns of a relation; of one that is new, waits for them for `patienceMs`, then gives none. */
  async columnsOf(relation: Relation, patienceMs: number): Promise<readonly ColumnFact[]> {
    const known = this.#entry(relation);
    const age = performance.now() - known.loadedMs;
    if (!known.isLearnt && known.loading === null && age > (known.columns === null ? FAILED_AGE_MS : AGE_MS)) {
      known.loading = this.#load(relation, known);
    }
    if (known.columns === null && known.loading !== null) await within(known.loading, patienceMs);
    return known.columns ?? [];
  }

  /**
   * Learns from a statement that has just been run: its session knows the columns of patterns now of which the sample has no key.
   */
  async learn(text: string): Promise<void> {
    for (const call of redisCallsIn(text)) {
      const table = text.slice(call.start, call.end);
      const known = this.#entry({ table, tableName: null, withClause: '' });
      const isFresh = known.isLearnt && performance.now() - known.loadedMs < AGE_MS;
      if (isFresh || !(await needsOtherKeys(this.#source, call).catch(() => false))) continue;
      known.columns = await columnsOf(await this.#source.session(), queryOf({ table, withClause: '' }), this.#abort.signal);
      known.isLearnt = true;
      known.loadedMs = performance.now();
    }
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
    const known = this.#known.get(name) ?? { columns: null, loadedMs: Number.NEGATIVE_INFINITY, loading: null, isLearnt: false };
    // The last one asked for is the last one to be forgotten.
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_RELATIONS && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #load(relation: Relation, known: Known): Promise<void> {
    try {
      known.columns = await this.#lookUp(relation, this.#abort.signal);
    } catch {
      // A statement in the making often names what is not there: nothing is known then.
    } finally {
      known.loading = null;
      known.loadedMs = performance.now();
    }
  }

  async #lookUp(relation: Relation, signal: AbortSignal): Promise<readonly ColumnFact[]> {
    const [call] = redisCallsIn(relation.table);
    if (call !== undefined && !call.hasColumns && call.start === 0 && call.end === relation.table.length)
      return (await sampledColumns(this.#source, call, signal)) ?? [];
    const query = await withDeclaredColumns(this.#source, queryOf(relation), signal);
    return query === null ? [] : await columnsOf(await this.#source.session(), query, signal);
  }
}

function queryOf({ table, withClause }: Pick<Relation, 'table' | 'withClause'>): string {
  return `${withClause} SELECT * FROM ${table} LIMIT 0`;
}
