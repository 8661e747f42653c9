/** Plans of the tables of elements, and what a range gives of a key as a plain model of Redis. */
import type {
  Constant,
  ElementRange,
  FilterAnswer,
  NamedArguments,
  Predicate,
  ScanPlan,
  ScanRequest,
  TopN,
} from '../../src/storage/index.ts';
import { bindCall, scanRequest, source } from './scans.ts';

export interface PlanOptions extends Partial<Omit<ScanRequest, 'filter' | 'topN' | 'projection' | 'columns'>> {
  readonly filter?: Predicate | null;
  /** `-score` is descending. */
  readonly orderBy?: readonly string[];
  readonly limit?: number;
  /** Names of columns; all but `rank` where it is left out. */
  readonly select?: readonly string[];
  readonly named?: NamedArguments;
  readonly mentions?: readonly string[];
}

/** A filter that names its columns. */
export type NamedFilter = (columnOf: (name: string) => number) => Predicate;

/** Plans `SELECT select FROM redis_NAME(pattern) WHERE filter ORDER BY … LIMIT`. */
export function planElements(name: ScanRequest['source'], filter: NamedFilter | null, options: PlanOptions = {}): ScanPlan {
  const { orderBy, limit, select, named = {}, mentions = [], pattern = 'k:*', ...more } = options;
  const { columns, ...call } = bindCall(name, [pattern], named, null, mentions);
  const columnOf = (wanted: string): number => {
    const position = columns.findIndex((column) => column.name === wanted);
    if (position < 0) throw new Error(`no column ${wanted}`);
    return position;
  };
  const projection = (select ?? columns.map((column) => column.name).filter((one) => one !== 'rank')).map(columnOf);
  const keys = orderBy?.map((key) => ({
    column: columnOf(key.replace('-', '')),
    isDescending: key.startsWith('-'),
    isNullsFirst: false,
  }));
  const topN: TopN | null = keys === undefined ? null : { keys, rowCount: limit ?? 10 };
  return source(name).plan(
    scanRequest({
      ...call,
      source: name,
      columns,
      projection,
      filter: filter === null ? null : filter(columnOf),
      topN,
      rowLimit: topN === null ? (limit ?? null) : null,
      ...more,
    }),
    null,
  );
}

export const text = (value: string | null): Constant => ({ type: 'VARCHAR', value });
export const whole = (value: number | bigint): Constant => ({ type: 'BIGINT', value: BigInt(value) });
export const double = (value: number): Constant => ({ type: 'DOUBLE', value });
export const time = (micros: bigint): Constant => ({ type: 'TIMESTAMP WITH TIME ZONE', value: micros });

type Op = Extract<Predicate, { kind: 'comparison' }>['op'];
export const compare =
  (name: string, op: Op, value: Constant): NamedFilter =>
  (columnOf) => ({ kind: 'comparison', op, column: columnOf(name), value });
export const isIn =
  (name: string, ...values: readonly Constant[]): NamedFilter =>
  (columnOf) => ({ kind: 'in', column: columnOf(name), values });
export const begins =
  (name: string, prefix: string): NamedFilter =>
  (columnOf) => ({ kind: 'prefix', column: columnOf(name), prefix });
export const isNull =
  (name: string): NamedFilter =>
  (columnOf) => ({ kind: 'isNull', column: columnOf(name) });
export const isNotNull =
  (name: string): NamedFilter =>
  (columnOf) => ({ kind: 'isNotNull', column: columnOf(name) });
export const all =
  (...filters: readonly NamedFilter[]): NamedFilter =>
  (columnOf) => ({ kind: 'and', children: filters.map((filter) => filter(columnOf)) });
export const any =
  (...filters: readonly NamedFilter[]): NamedFilter =>
  (columnOf) => ({ kind: 'or', children: filters.map((filter) => filter(columnOf)) });
export const not =
  (filter: NamedFilter): NamedFilter =>
  (columnOf) => ({ kind: 'not', child: filter(columnOf) });
export const opaque: NamedFilter = () => ({ kind: 'opaque', text: 'f(x)' });

/** A range as Redis would be asked for it: `ZRANGE (1 +inf BYSCORE`. */
export function rangeText(range: ElementRange | null): string {
  if (range === null) return 'all';
  switch (range.kind) {
    case 'members':
      return `members ${range.members.map((member) => Buffer.from(member).toString()).join(' ')}`;
    case 'positions':
      return `positions ${range.first} ${range.last}${range.isReversed ? ' reversed' : ''}`;
    case 'scores':
      return `scores ${range.min} ${range.max}${range.isReversed ? ' reversed' : ''}`;
    case 'ids':
      return `ids ${range.from} ${range.to}${range.isReversed ? ' reversed' : ''}`;
    default:
      return range.kind;
  }
}

/** A case of a table: title, filter, options, `range, n a key`, the answer, the commands where they matter. */
export type PlanCase = [string, NamedFilter | null, PlanOptions, string, FilterAnswer, string[]?];

/** What a plan is as a case tells it. */
export function shownPlan(plan: ScanPlan): {
  readonly reads: string;
  readonly answer: FilterAnswer;
  readonly commands: readonly string[];
} {
  const { rowsPerKey = null, range = null, access } = plan.tasks[0] ?? {};
  const reads = access?.kind === 'empty' ? 'nothing' : rangeText(range);
  const limit = rowsPerKey === null ? '' : `, ${rowsPerKey} a key`;
  return { reads: `${reads}${limit}`, answer: plan.filterAnswer, commands: plan.commands };
}

/** What a case wants `shownPlan` to give. */
export function wantedPlan([, , , reads, answer, commands]: PlanCase): object {
  return commands === undefined ? { reads, answer } : { reads, answer, commands };
}

/** What Redis gives of the rows of one key, which stand in Redis' order, for a range and a number of rows. */
export function rowsInRange<T extends ModelRow>(rows: readonly T[], range: ElementRange | null, rowsPerKey: number | null): T[] {
  const passes = (row: T): boolean => {
    if (range?.kind === 'members') return range.members.some((member) => Buffer.from(member).toString() === row.text);
    if (range?.kind === 'scores') return isAbove(row.score, range.min) && isBelow(row.score, range.max);
    if (range?.kind === 'ids') return isIdFrom(row.id, range.from) && isIdTo(row.id, range.to);
    return true;
  };
  const ordered = range !== null && 'isReversed' in range && range.isReversed ? rows.toReversed() : rows;
  const passed = ordered.filter(passes);
  const given = range?.kind === 'positions' ? passed.slice(range.first, range.last < 0 ? passed.length : range.last + 1) : passed;
  return rowsPerKey === null ? given : given.slice(0, rowsPerKey);
}

export interface ModelRow {
  /** The member or element. */
  readonly text: string;
  readonly score: number;
  /** ms and seq of an entry. */
  readonly id: readonly [bigint, bigint];
}

function numberOf(bound: string): number {
  return /inf/.test(bound) ? (bound.includes('-') ? -Infinity : Infinity) : Number(bound.replace('(', ''));
}

function isAbove(score: number, min: string): boolean {
  return min.startsWith('(') ? score > numberOf(min) : score >= numberOf(min);
}

function isBelow(score: number, max: string): boolean {
  return max.startsWith('(') ? score < numberOf(max) : score <= numberOf(max);
}

function idOf(bound: string): bigint {
  const [ms = '0', seq = '0'] = bound.split('-');
  return (BigInt(ms) << 64n) | BigInt(seq);
}

function isIdFrom([ms, seq]: ModelRow['id'], from: string): boolean {
  return from === '-' || ((ms << 64n) | seq) >= idOf(from);
}

function isIdTo([ms, seq]: ModelRow['id'], to: string): boolean {
  return to === '+' || ((ms << 64n) | seq) <= idOf(to);
}
