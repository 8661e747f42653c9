/** Makes a failing case smaller: the statement first, then rows, fields and indexes, as long as the sides still differ. */
import type { Condition, Query, Use } from '../queries/words.ts';
import type { Row, Table, World } from '../world/words.ts';
import { checkQuery, type Verdict } from './check-query.ts';
import { type Bench, type Failure, loadAll } from './run-queries.ts';

const MOST_TRIALS = 500;

/** Gives the smallest failing case that was found. */
export async function shrink(failure: Failure, bench: Bench): Promise<Failure> {
  const shrinker = new Shrinker(failure, bench);
  await shrinker.shrinkQuery();
  await shrinker.shrinkWorld();
  await shrinker.shrinkQuery();
  await loadAll(shrinker.best.world, bench);
  return shrinker.best;
}

class Shrinker {
  best: Failure;
  readonly #bench: Bench;
  #loaded: World | null = null;
  #trials = 0;

  constructor(failure: Failure, bench: Bench) {
    this.best = failure;
    this.#bench = bench;
  }

  async shrinkQuery(): Promise<void> {
    for (let isSmaller = true; isSmaller; ) {
      isSmaller = false;
      for (const query of smallerQueries(this.best.query)) {
        if (!(await this.#tryCase(this.best.world, query))) continue;
        isSmaller = true;
        break;
      }
    }
  }

  async shrinkWorld(): Promise<void> {
    const names = new Set(this.best.query.uses.map((use) => use.table.name));
    await this.#tryWorld({
      ...this.best.world,
      extras: [],
      tables: this.best.world.tables.filter((table) => names.has(table.name)),
    });
    await this.#tryWorld({ ...this.best.world, closing: [] });
    for (const index of this.best.world.indexes)
      await this.#tryWorld({ ...this.best.world, indexes: this.best.world.indexes.filter((one) => one !== index) });
    for (const name of names) {
      await this.#shrinkRows(name);
      await this.#shrinkCells(name);
    }
  }

  /** Leaves out halves, quarters, … of the rows. */
  async #shrinkRows(name: string): Promise<void> {
    for (let size = Math.ceil(this.#rowsOf(name).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < this.#rowsOf(name).length; ) {
        const rows = this.#rowsOf(name);
        const isLess = await this.#tryWorld(withRows(this.best.world, name, rows.toSpliced(at, size)));
        if (!isLess) at += size;
      }
    }
  }

  /** Fields of hashes and documents; what an element is made of must stay. */
  async #shrinkCells(name: string): Promise<void> {
    if (!this.best.query.uses.some(({ table }) => table.name === name && ['hash', 'json'].includes(table.source))) return;
    for (const { key, cells } of this.#rowsOf(name).slice(0, 6)) {
      for (const field of Object.keys(cells)) {
        const rows = this.#rowsOf(name).map((row) => (row.key === key ? { key, cells: withoutField(row.cells, field) } : row));
        await this.#tryWorld(withRows(this.best.world, name, rows));
      }
    }
  }

  #rowsOf(name: string): readonly Row[] {
    return this.best.world.tables.find((table) => table.name === name)?.rows ?? [];
  }

  async #tryWorld(world: World): Promise<boolean> {
    const tables = new Map(world.tables.map((table) => [table.name, table]));
    const uses = this.best.query.uses.map((use) => ({ ...use, table: tables.get(use.table.name) ?? use.table }));
    return await this.#tryCase(world, { ...this.best.query, uses });
  }

  async #tryCase(world: World, query: Query): Promise<boolean> {
    if (++this.#trials > MOST_TRIALS) return false;
    if (this.#loaded !== world) await loadAll(world, this.#bench);
    this.#loaded = world;
    const verdict = await checkQuery(query, this.best.profile, this.#bench.sessions, this.#bench.oracle);
    if (!isSameKind(verdict, this.best.verdict)) return false;
    this.best = { ...this.best, world, query, verdict };
    return true;
  }
}

/** Rows stay rows and errors stay errors, so that a case does not turn into another one. */
function isSameKind(verdict: Verdict, before: Verdict): boolean {
  return verdict.difference !== null && verdict.isCompared === before.isCompared;
}

function withRows(world: World, name: string, rows: readonly Row[]): World {
  return { ...world, tables: world.tables.map((table): Table => (table.name === name ? { ...table, rows } : table)) };
}

function withoutField(cells: Row['cells'], field: string): Row['cells'] {
  const left = Object.entries(cells).filter(([name]) => name !== field);
  // A hash without fields is no key.
  return left.length === 0 ? cells : Object.fromEntries(left);
}

function* smallerQueries(query: Query): Generator<Query> {
  const [first, second] = query.uses;
  if (first !== undefined && second !== undefined)
    yield { ...query, shape: 'select', uses: [first], join: null, secondWhere: null };
  if (first !== undefined && query.shape !== 'select' && query.shape !== 'group')
    yield { ...query, shape: 'select', uses: [first], join: null, secondWhere: null };
  for (const where of smallerConditions(query.where)) yield { ...query, where };
  for (const secondWhere of smallerConditions(query.secondWhere)) yield { ...query, secondWhere };
  for (const having of smallerConditions(query.having)) yield { ...query, having };
  if (query.offset > 0) yield { ...query, offset: 0 };
  if (query.limit !== null && query.offset === 0) yield { ...query, limit: null };
  for (let i = 0; i < query.order.length; i++) yield { ...query, order: query.order.toSpliced(i, 1) };
  if (query.items.length > 1 && query.order.length === 0) {
    for (let i = 0; i < query.items.length; i++) {
      yield {
        ...query,
        items: query.items.toSpliced(i, 1),
        groupCount: i < query.groupCount ? query.groupCount - 1 : query.groupCount,
      };
    }
  }
  for (const [i, use] of query.uses.entries()) {
    for (const smaller of smallerUses(use)) yield { ...query, uses: query.uses.with(i, smaller) };
  }
}

function* smallerUses(use: Use): Generator<Use> {
  if (use.arguments.length > 0) yield { ...use, arguments: [] };
  if (use.narrow !== null) yield { ...use, narrow: null };
  if (use.isView) yield { ...use, isView: false };
  if (use.isTemplate) yield { ...use, isTemplate: false };
}

function* smallerConditions(condition: Condition | null): Generator<Condition | null> {
  if (condition === null) return;
  yield null;
  if (condition.kind === 'leaf') return;
  if (condition.kind === 'not') {
    yield condition.child;
    for (const child of smallerConditions(condition.child)) if (child !== null) yield { kind: 'not', child };
    return;
  }
  yield* condition.children;
  for (const [i, child] of condition.children.entries()) {
    if (condition.children.length > 2) yield { ...condition, children: condition.children.toSpliced(i, 1) };
    for (const smaller of smallerConditions(child)) {
      if (smaller !== null) yield { ...condition, children: condition.children.with(i, smaller) };
    }
  }
}
