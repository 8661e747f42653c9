/** What the catalog should mirror, and what must be done to a process, or for one statement, to get there. */
import type { CatalogTable } from '../words.ts';
import { aboutStatement, createStatement, definitionOf, dropStatement, type MirrorState, nameOf, ObjectIds } from './mirror.ts';
import type { Answer } from './process/frontend.ts';

/** One statement towards what should be there, and what the process has when it went well. */
export interface MirrorStep {
  readonly statement: string;
  readonly name: string;
  /** Null: it is gone. */
  readonly table: CatalogTable | null;
}

/** How the tables of one statement differ from those that are mirrored. */
export interface Difference {
  /** Mirrored, but not for this one to see. */
  readonly hidden: readonly CatalogTable[];
  /** For this statement alone. */
  readonly extra: readonly CatalogTable[];
  /** Mirrored tables in whose place an extra one comes. */
  readonly replaced: readonly CatalogTable[];
}

export class Mirror {
  readonly ids = new ObjectIds();
  #tables: ReadonlyMap<string, CatalogTable> = new Map();
  #version = 0;
  /** Differences by the list of visible tables, for as long as nothing changes. */
  #differences = new WeakMap<readonly CatalogTable[], Difference>();

  /** Changes with every change of what is mirrored. */
  get version(): number {
    return this.#version;
  }

  /** True where it changes anything. */
  setTables(tables: readonly CatalogTable[]): boolean {
    const next = new Map(tables.map((table) => [nameOf(table), table]));
    const isSame = next.size === this.#tables.size && [...next].every(([name, table]) => isEqual(table, this.#tables.get(name)));
    this.#tables = next;
    if (isSame) return false;
    this.#version += 1;
    this.#differences = new WeakMap();
    return true;
  }

  /** For a statement over these tables: those that are not mirrored as they are. */
  differenceOf(tables: readonly CatalogTable[]): Difference {
    const extra = tables.filter((table) => {
      const mirrored = this.#tables.get(nameOf(table));
      if (mirrored === table) return false;
      return mirrored === undefined || definitionOf(mirrored) !== definitionOf(table);
    });
    const replaced = extra.flatMap((table) => this.#tables.get(nameOf(table)) ?? []);
    return { hidden: [], extra, replaced };
  }

  /** For a session that may see these tables and no others. */
  visibleDifference(visible: readonly CatalogTable[]): Difference {
    const known = this.#differences.get(visible);
    if (known !== undefined) return known;
    const names = new Set(visible.map(nameOf));
    const hidden = [...this.#tables.values()].filter((table) => !names.has(nameOf(table)));
    const difference = { ...this.differenceOf(visible), hidden };
    this.#differences.set(visible, difference);
    return difference;
  }

  /** What brings a process from what it has to what there should be; drops first. */
  stepsFor(state: MirrorState): readonly MirrorStep[] {
    if (state.version === this.#version) return [];
    const gone = [...state.tables].filter(([name]) => !this.#tables.has(name));
    const drops = gone.map(([name, { kind }]) => ({ statement: dropStatement(name, kind), name, table: null }));
    const changes = [...this.#tables].flatMap(([name, table]) => {
      const had = state.tables.get(name);
      const [definition, about] = [definitionOf(table), aboutStatement(table, this.ids)];
      if (had?.definition === definition) return had.about === about ? [] : [{ statement: about, name, table }];
      const drop = had === undefined ? [] : [dropStatement(name, had.kind)];
      return [{ statement: [...drop, createStatement(table, this.ids, state), about].join('; '), name, table }];
    });
    return [...drops, ...changes];
  }

  /** @param answers one a step. A table that PostgreSQL refuses counts as made: it would refuse it again. */
  commit(state: MirrorState, steps: readonly MirrorStep[], answers: readonly Answer[]): void {
    for (const { name, table } of steps.slice(0, answers.length)) {
      if (table === null) state.tables.delete(name);
      else state.tables.set(name, { definition: definitionOf(table), about: aboutStatement(table, this.ids), kind: table.kind });
    }
  }
}

function isEqual(a: CatalogTable, b: CatalogTable | undefined): boolean {
  if (b === undefined || definitionOf(a) !== definitionOf(b)) return false;
  return a.comment === b.comment && a.estimatedRows === b.estimatedRows;
}
