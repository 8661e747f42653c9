/** Counts what the run has met: shapes, forms of predicates, states of indexes, and what was pushed down or fell back. */
import type { Condition, Query } from '../queries/words.ts';
import { KINDS } from '../world/values.ts';
import type { World } from '../world/words.ts';
import { type ScanNote, saidBy } from './scan-notes.ts';
import type { Run } from './sessions.ts';

export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  queries = 0;
  /** Queries that pushed something down. */
  pushed = 0;
  /** Queries in which DuckDB saw that nothing can pass: they read nothing. */
  idle = 0;
  /** Queries whose rows were compared on all sides. */
  compared = 0;

  count(group: string, name: string, by = 1): void {
    const names = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, names);
    names.set(name, (names.get(name) ?? 0) + by);
  }

  of(group: string, name: string): number {
    return this.#counts.get(group)?.get(name) ?? 0;
  }

  /** The sum of what matches. */
  matching(group: string, pattern: RegExp): number {
    return [...(this.#counts.get(group) ?? [])].reduce((sum, [name, count]) => (pattern.test(name) ? sum + count : sum), 0);
  }

  countQuery(query: Query, world: World): void {
    this.queries++;
    this.count('shape', query.shape);
    for (const form of [query.where, query.secondWhere].flatMap(formsOf)) {
      const [, kind, rest] = /^([a-z]+) (.+)$/.exec(form) ?? [];
      const family = Object.entries(KINDS).find(([name]) => name === kind)?.[1].family;
      this.count('predicate', family === undefined ? form : `${family} ${rest ?? ''}`);
      if (family !== undefined) this.count('column', kind ?? '');
    }
    if (query.limit !== null) this.count('end', query.order.length > 0 ? 'ORDER BY … LIMIT' : 'LIMIT');
    for (const [command] of new Map(world.closing.map((words) => [words[0], words]))) this.count('world', command ?? '');
    for (const { table, isTemplate, isView } of query.uses) {
      if (isTemplate) this.count('table', 'template');
      if (isView) this.count('table', 'view');
      this.count('table', `on_error ${table.onError}`);
      const own = world.indexes.filter((index) => index.table === table.name);
      if (own.length === 0) this.count('index', 'none');
      for (const index of own) {
        this.count('index', index.state);
        for (const option of index.options) this.count('index option', option);
      }
    }
  }

  countRun(run: Run): void {
    this.count('session', run.profile);
    if (run.error !== null) this.count('error', `${run.profile === 'off' ? 'off: ' : ''}${run.error.code}`);
    for (const access of run.access) this.count('access', access);
  }

  /** Counts where predicates were answered; says whether anything went down. */
  countNotes(notes: readonly ScanNote[]): boolean {
    let isPushed = false;
    let reason = 'no filter';
    for (const { lines } of notes) {
      for (const [label, text] of lines) {
        const said = saidBy(label, text);
        isPushed ||= said?.isPushed === true;
        if (said !== null) this.count(said.group, said.what);
        if (said?.group === 'fallback' || said?.group === 'remark') reason = said.what;
      }
    }
    if (!isPushed) this.count('queries that pushed nothing, by their last reason', reason);
    return isPushed;
  }

  /** Of the queries that read something. */
  get pushedShare(): number {
    return this.pushed / Math.max(1, this.queries - this.idle);
  }

  text(): string {
    const lines = [
      `${this.queries} queries, ${this.compared} compared, ${this.idle} read nothing, ${this.pushed} of the others pushed something down (${(100 * this.pushedShare).toFixed(1)} %)`,
    ];
    for (const [group, names] of [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push('', group);
      const sorted = [...names].toSorted(([, a], [, b]) => b - a);
      for (const [name, count] of sorted) lines.push(`  ${String(count).padStart(7)}  ${name}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function formsOf(condition: Condition | null): string[] {
  if (condition === null) return [];
  if (condition.kind === 'leaf') return [condition.form];
  if (condition.kind === 'not') return ['NOT', ...formsOf(condition.child)];
  return [condition.kind.toUpperCase(), ...condition.children.flatMap(formsOf)];
}
