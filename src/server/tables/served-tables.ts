/**
 * What clients see as tables of the schema `public`: views that were declared, and tables that were discovered. A user sees
 * those whose keys lie within what the user may read.
 */
import { keyGuardFrom } from '../../storage/index.ts';
import type { ServedTable, WireUser } from '../words.ts';

export class ServedTables {
  #declared: ReadonlyMap<string, ServedTable> = new Map();
  #discovered: ReadonlyMap<string, ServedTable> = new Map();
  readonly #listeners = new Set<() => void>();

  /** Replaces the views that were declared. */
  setDeclared(tables: readonly ServedTable[]): void {
    this.#declared = byName(tables);
    this.#changed();
  }

  /** Replaces what was discovered; a declared view hides a discovered table of its name. */
  setDiscovered(tables: readonly ServedTable[]): void {
    this.#discovered = byName(tables);
    this.#declared = byName([...this.#declared.values()].map((table) => withEstimate(table, tables)));
    this.#changed();
  }

  /** All tables, by name. */
  get all(): readonly ServedTable[] {
    return [...new Map([...this.#discovered, ...this.#declared]).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Gives the table of that name where the user may see it. */
  named(name: string, user: WireUser): ServedTable | undefined {
    const table = this.#declared.get(name) ?? this.#discovered.get(name);
    return table !== undefined && isVisible(table, user) ? table : undefined;
  }

  visibleTo(user: WireUser): readonly ServedTable[] {
    return this.all.filter((table) => isVisible(table, user));
  }

  /** Calls back whenever tables have changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A declared view has no more rows than the found table of the same keys: enough for who plans by estimates. */
function withEstimate(table: ServedTable, found: readonly ServedTable[]): ServedTable {
  const [pattern, ...others] = table.patterns;
  const same = others.length > 0 ? undefined : found.find(({ patterns }) => patterns.length === 1 && patterns[0] === pattern);
  return same === undefined ? table : { ...table, estimatedRows: same.estimatedRows };
}

function isVisible({ patterns }: ServedTable, { keyPatterns }: WireUser): boolean {
  if (keyPatterns === null) return true;
  const guard = keyGuardFrom(keyPatterns);
  return patterns.length > 0 && patterns.every((pattern) => guard === null || guard.allowsPattern(Buffer.from(pattern)));
}

function byName(tables: readonly ServedTable[]): ReadonlyMap<string, ServedTable> {
  return new Map(tables.map((table) => [table.name, table]));
}
