/**
 * PostgreSQL's own catalog: PGlite in a process of its own, started when it is first needed. Answers catalog queries, and
 * describes queries over the tables of Redis from empty tables of the same names.
 */
import { createHash } from 'node:crypto';
import type { Activity, Catalog, CatalogTable, Description, Run } from '../words.ts';
import { catalogQuery, type QueryHost } from './catalog-query.ts';
import { definitionOf, emptyState } from './mirror.ts';
import { type Difference, Mirror } from './mirror-plan.ts';
import { CatalogProcess } from './process/child-process.ts';
import { ensureDataFile } from './process/data-file.ts';
import { type Answer, BatchWriter, readAnswers } from './process/frontend.ts';
import { KeptAnswers } from './process/kept-answers.ts';
import { DEFAULT_LIMITS, type LaneLimits, Lanes, type ReadyProcess } from './process/lanes.ts';
import { type Rewritten, requireQuery, rewrite } from './rewrites.ts';
import { sessionBatch } from './session-batch.ts';

export interface CatalogOptions {
  /** The sessions that pg_stat_activity shows. */
  activities?(): readonly Activity[];
  /** pg_cancel_backend() of a session of the same user. What it gives is not looked at. */
  cancel?(processId: number): unknown;
  /** pg_terminate_backend(). */
  terminate?(processId: number): unknown;
  readonly limits?: Partial<LaneLimits>;
  /** Answers of one user that are not read to their end, all sessions together. Default 128 MiB. */
  readonly maxKeptBytes?: number;
  /** Where the baked data directory is kept; null: beside the program or in the cache directory. */
  readonly dataDirectory?: string | null;
}

/** A catalog with what its owner may look at. */
export interface RunningCatalog extends Catalog {
  /** Starts the process ahead of the first question. */
  warm(): void;
  /** Processes that live now: none before the first question, two while a slow query runs. */
  readonly processIds: readonly number[];
  readonly residentBytes: number;
  /** How often a process was started. */
  readonly startCount: number;
}

const DEFAULT_KEPT_BYTES = 128 * 1024 * 1024;
const MAX_REMEMBERED = 2000;
const MAX_REMEMBERED_CHARACTERS = 16_384;
const MAX_REMEMBERED_BYTES = 16_000_000;
const COLUMN_BYTES = 200;

/** Bytes of memory, about. */
function costOf(key: string, { columns, parameterTypes }: Description): number {
  return 2 * key.length + COLUMN_BYTES * (columns?.length ?? 0) + 8 * parameterTypes.length;
}

export function createCatalog(options: CatalogOptions = {}): RunningCatalog {
  return new PgliteCatalog(options);
}

class PgliteCatalog implements RunningCatalog {
  readonly #options: CatalogOptions;
  readonly #mirror = new Mirror();
  readonly #lanes: Lanes;
  readonly #kept: KeptAnswers;
  /** Descriptions by text, types and all that can change them; the least recently used goes first. */
  readonly #remembered = new Map<string, Description>();
  #rememberedBytes = 0;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#kept = new KeptAnswers(options.maxKeptBytes ?? DEFAULT_KEPT_BYTES);
    this.#lanes = new Lanes(async () => await this.#start(), { ...DEFAULT_LIMITS, ...options.limits });
  }

  get processIds(): readonly number[] {
    return this.#lanes.processIds;
  }

  get residentBytes(): number {
    return this.#lanes.residentBytes;
  }

  get startCount(): number {
    return this.#lanes.startCount;
  }

  warm(): void {
    this.#lanes.warm();
  }

  setTables(tables: readonly CatalogTable[]): void {
    this.#mirror.setTables(tables);
  }

  async describe(
    text: string,
    parameterTypes: readonly number[],
    tables: readonly CatalogTable[],
    run: Run,
  ): Promise<Description> {
    requireQuery(text);
    // A user of some keys sees no other table by its row type (`(null::other).*`) either.
    const isWhole = run.session.user.keyPatterns === null;
    const difference = isWhole ? this.#mirror.differenceOf(tables) : this.#mirror.visibleDifference(tables);
    return await this.#describe(text, parameterTypes, difference, run);
  }

  async plan(text: string, parameterTypes: readonly number[], visible: readonly CatalogTable[], run: Run) {
    requireQuery(text);
    const difference = () => this.#mirror.visibleDifference(visible);
    const description = await this.#describe(text, parameterTypes, difference(), run);
    const host: QueryHost = {
      ask: async (later, rewritten, write) => await this.#ask(text, rewritten, difference(), later, write),
      keep: (later, bytes) => this.#kept.keep(later.session.user.name, bytes),
      signal: (kind, processId) => {
        this.#options[kind]?.(processId);
      },
    };
    return catalogQuery(text, description, host);
  }

  async close(): Promise<void> {
    this.#lanes.close();
  }

  async #describe(text: string, parameterTypes: readonly number[], difference: Difference, run: Run): Promise<Description> {
    const key = this.#keyOf(text, parameterTypes, difference, run);
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      this.#remembered.delete(key);
      this.#remembered.set(key, known);
      return known;
    }
    const rewritten = rewrite(text);
    const answer = await this.#ask(text, rewritten, difference, run, (writer) => {
      writer.parse(rewritten.text, parameterTypes);
      writer.describeStatement();
      writer.sync();
    });
    if (answer.error !== null) throw answer.error;
    const description = { parameterTypes: answer.parameterTypes, columns: answer.columns };
    if (text.length <= MAX_REMEMBERED_CHARACTERS) this.#remember(key, description);
    return description;
  }

  #remember(key: string, description: Description): void {
    this.#rememberedBytes += costOf(key, description);
    this.#remembered.set(key, description);
    for (const [oldest, its] of this.#remembered) {
      if (this.#remembered.size <= MAX_REMEMBERED && this.#rememberedBytes <= MAX_REMEMBERED_BYTES) return;
      this.#remembered.delete(oldest);
      this.#rememberedBytes -= costOf(oldest, its);
    }
  }

  /** A process that has all tables already: whoever asks first does not wait behind a second one for them. */
  async #start(): Promise<ReadyProcess> {
    const process = await CatalogProcess.start(await ensureDataFile(this.#options.dataDirectory));
    const state = emptyState();
    const [steps, { version }] = [this.#mirror.stepsFor(state), this.#mirror];
    const writer = new BatchWriter();
    for (const { statement } of steps) writer.query(statement);
    if (steps.length > 0) this.#mirror.commit(state, steps, readAnswers(await process.run(writer.take(), Infinity)));
    state.version = version;
    return { process, state };
  }

  #keyOf(text: string, parameterTypes: readonly number[], { hidden, extra }: Difference, run: Run): string {
    const { user, changedSettings } = run.session;
    // A digest: the names of all hidden tables would be kept with each.
    const facts = JSON.stringify([
      this.#mirror.version,
      user.name,
      changedSettings.get('search_path') ?? '',
      parameterTypes,
      hidden.map((table) => table.name),
      extra.map(definitionOf),
      text,
    ]);
    return createHash('sha256').update(facts).digest('base64');
  }

  async #ask(
    text: string,
    rewritten: Rewritten,
    difference: Difference,
    run: Run,
    write: (writer: BatchWriter) => void,
  ): Promise<Answer> {
    const activities = () => this.#options.activities?.() ?? [];
    const answer = await this.#lanes.run(sessionBatch({ mirror: this.#mirror, run, text, difference, activities, write }));
    return answer.error === null ? answer : { ...answer, error: rewritten.errorAt(answer.error) };
  }
}
