/** Whatever the filter: what a plan reads of a key holds every row that passes, and no other where that is claimed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Predicate, ScanPlan, TableColumn } from '../../src/storage/index.ts';
import {
  all,
  any,
  begins,
  compare,
  double,
  isIn,
  isNotNull,
  isNull,
  type ModelRow,
  type NamedFilter,
  not,
  opaque,
  planElements,
  rowsInRange,
  text,
  time,
  whole,
} from '../support/element-plans.ts';
import type { Row } from '../support/planning-duckdb.ts';
import { mayMatch } from '../support/predicate-truth.ts';

const OPS = ['=', '<>', '<', '<=', '>', '>='] as const;
const op = fc.constantFrom(...OPS);

function trees(leaf: fc.Arbitrary<NamedFilter>): fc.Arbitrary<NamedFilter> {
  return fc.letrec<{ filter: NamedFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      { arbitrary: leaf, weight: 3 },
      { arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((filters) => all(...filters)), weight: 3 },
      { arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((filters) => any(...filters)), weight: 2 },
      { arbitrary: tie('filter').map(not), weight: 1 },
    ),
  })).filter;
}

/** Rows of one key in Redis' order, as SQL sees them: `sqlRow(row)[i]` is column i. */
interface Model {
  readonly name: 'zset' | 'list' | 'stream' | 'set';
  readonly leaf: fc.Arbitrary<NamedFilter>;
  readonly rows: fc.Arbitrary<readonly ModelRow[]>;
  readonly orders: readonly (readonly string[])[];
  readonly valueOf: (row: ModelRow, index: number, column: TableColumn) => string | number | bigint | null;
}

const WORDS = ['a', 'ab', 'b', '', '7', '007', 'ß'];
const SCORES = [-Infinity, -1e300, -2.5, -0, 0, 0.1, 1, 1.0000000000000002, 2, 3, 1e21, Infinity];
const BOUNDS = [...SCORES, NaN, 0.5];
const MS = [0n, 1n, 5n, 9n, 10n, 17n, 9_223_372_036_854_775n];
const SEQS = [0n, 1n, 9n, 10n, 2n ** 63n - 1n];
const IDS = MS.flatMap((ms) => SEQS.map((seq): [bigint, bigint] => [ms, seq]));
const word = fc.constantFrom(...WORDS);
const none = { text: '', score: 0, id: [0n, 0n] } as const;

const key: fc.Arbitrary<NamedFilter> = fc.oneof(
  fc.constantFrom('k:1', 'k:2').map((name) => compare('_key', '=', text(name))),
  fc.constant(begins('_key', 'k:')),
  fc.constant(isNotNull('_key')),
  fc.constant(opaque),
);
const member = fc.oneof(
  fc.tuple(op, word).map(([one, value]) => compare('member', one, text(value))),
  fc.array(word, { maxLength: 3 }).map((values) => isIn('member', ...values.map(text))),
  word.map((prefix) => begins('member', prefix)),
);
const integers = (name: string): fc.Arbitrary<NamedFilter> => {
  const value = fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n, 3n, 5n, 2n ** 63n - 1n);
  return fc.oneof(
    fc.tuple(op, value).map(([one, bound]) => compare(name, one, whole(bound))),
    fc.array(value, { maxLength: 3 }).map((values) => isIn(name, ...values.map(whole))),
    fc.constantFrom(isNull(name), isNotNull(name)),
  );
};
const distinctWords = fc.uniqueArray(word, { maxLength: 6 });

const MODELS: readonly Model[] = [
  {
    name: 'zset',
    leaf: fc.oneof(
      key,
      member,
      fc.tuple(op, fc.constantFrom(...BOUNDS)).map(([one, value]) => compare('score', one, double(value))),
      fc.array(fc.constantFrom(...BOUNDS), { maxLength: 3 }).map((values) => isIn('score', ...values.map(double))),
      integers('rank'),
    ),
    rows: fc
      .tuple(distinctWords, fc.array(fc.constantFrom(...SCORES), { minLength: 6, maxLength: 6 }))
      .map(([words, scores]) =>
        words
          .map((one, index): ModelRow => ({ ...none, text: one, score: (scores[index] ?? 0) + 0 }))
          .sort((a, b) => (a.score === b.score ? Buffer.compare(Buffer.from(a.text), Buffer.from(b.text)) : a.score - b.score)),
      ),
    orders: [
      ['score'],
      ['-score'],
      ['score', 'member'],
      ['-score', '-member'],
      ['score', '-member'],
      ['rank'],
      ['-rank'],
      ['member'],
    ],
    valueOf: (row, index, { name }) => (name === 'score' ? row.score : name === 'rank' ? BigInt(index) : row.text),
  },
  {
    name: 'set',
    leaf: fc.oneof(key, member),
    rows: distinctWords.map((words) => words.map((one): ModelRow => ({ ...none, text: one }))),
    orders: [['member'], ['-member']],
    valueOf: (row) => row.text,
  },
  {
    name: 'list',
    leaf: fc.oneof(key, integers('position')),
    rows: fc.array(word, { maxLength: 6 }).map((words) => words.map((one): ModelRow => ({ ...none, text: one }))),
    orders: [['position'], ['-position'], ['element'], ['position', 'element']],
    valueOf: (row, index, { name }) => (name === 'position' ? BigInt(index) : row.text),
  },
  {
    name: 'stream',
    leaf: fc.oneof(
      key,
      fc
        .tuple(op, fc.constantFrom(-1n, 0n, 1n, 999n, 1_000n, 5_000n, 5_001n, 9_999n, 17_000n, 2n ** 63n - 1n))
        .map(([one, value]) => compare('_ts', one, time(value))),
      fc.tuple(op, fc.constantFrom(...IDS, [5n, 3n])).map(([one, [ms, seq]]) => compare('_id', one, text(`${ms}-${seq}`))),
      fc
        .array(fc.constantFrom('5-0', '5-1', '9-0', '10-0', '05-0', 'x', '5'), { maxLength: 3 })
        .map((ids) => isIn('_id', ...ids.map(text))),
      fc.constantFrom('5', '5-', '5-1', '1', '10-', '', 'x').map((prefix) => begins('_id', prefix)),
      fc.constantFrom(isNotNull('_ts'), isNull('_ts')),
      integers('_seq'),
    ),
    rows: fc
      .uniqueArray(fc.constantFrom(...IDS), { maxLength: 12, selector: ([ms, seq]) => `${ms}-${seq}` })
      .map((ids) =>
        ids.sort((a, b) => Number(a[0] === b[0] ? a[1] - b[1] : a[0] - b[0])).map((id): ModelRow => ({ ...none, id })),
      ),
    orders: [['_ts'], ['-_ts'], ['_ts', '_seq'], ['-_ts', '-_seq'], ['-_ts', '_seq'], ['_id'], ['-_id']],
    valueOf: ({ id: [ms, seq] }, _, { name }) => (name === '_ts' ? ms * 1_000n : name === '_seq' ? seq : `${ms}-${seq}`),
  },
];

describe.each(MODELS)('what a plan reads of a $name', ({ name, leaf, rows, orders, valueOf }) => {
  const filters = trees(leaf);

  /** The rows of key `k:1` as SQL sees them, each with the model's row. */
  function tableOf(plan: ScanPlan, model: readonly ModelRow[]): { readonly row: ModelRow; readonly values: Row }[] {
    return model.map((row, index) => ({
      row,
      values: plan.request.columns.map((column) => (column.role === 'key' ? 'k:1' : valueOf(row, index, column))),
    }));
  }

  function given(plan: ScanPlan, model: readonly ModelRow[]): readonly ModelRow[] {
    const { access, tasks } = plan;
    const isReached =
      access.kind === 'scan' || (access.kind === 'keys' && access.keys.some((one) => Buffer.from(one).toString() === 'k:1'));
    return isReached ? tasks.flatMap(({ range, rowsPerKey }) => rowsInRange(model, range, rowsPerKey)) : [];
  }

  const isSure = (predicate: Predicate): boolean =>
    !JSON.stringify(predicate, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)).includes('"opaque"');

  it('holds every row that passes, and no other where that is claimed', () => {
    let narrowed = 0;
    fc.assert(
      fc.property(filters, rows, fc.boolean(), fc.constantFrom('k:*', 'k:1'), (filter, model, hasRank, pattern) => {
        const select = name === 'zset' && !hasRank ? undefined : namesOf(name);
        const plan = planElements(name, filter, select === undefined ? { pattern } : { pattern, select });
        const predicate = plan.request.filter;
        if (predicate === null) throw new Error('no filter');
        // A filter on rank is a read of it.
        if (!hasRank && JSON.stringify(predicate, text_).includes(`"column":${rankOf(plan)},`)) return;
        const table = tableOf(plan, model);
        const read = given(plan, model);
        const selected = table.filter(({ values }) => mayMatch(predicate, values)).map(({ row }) => row);
        const lost = isSure(predicate) ? selected.filter((row) => !read.includes(row)) : [];
        const needless = plan.filterAnswer === 'exact' ? read.filter((row) => !selected.includes(row)) : [];
        expect({ lost, needless }).toEqual({ lost: [], needless: [] });
        if (plan.tasks[0]?.range !== null) narrowed += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(narrowed).toBeGreaterThan(150);
  });

  it('holds the first rows of an order, whatever the filter', () => {
    let limited = 0;
    fc.assert(
      fc.property(
        fc.option(filters),
        rows,
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 4 }),
        (filter, model, orderBy, limit) => {
          const plan = planElements(name, filter, { orderBy, limit, select: namesOf(name) });
          const predicate = plan.request.filter;
          if (predicate !== null && !isSure(predicate)) return;
          const keysOf = plan.request.topN?.keys ?? [];
          const sorted = (from: readonly ModelRow[]): (readonly unknown[])[] =>
            tableOf(plan, model)
              .filter(({ row, values }) => from.includes(row) && (predicate === null || mayMatch(predicate, values)))
              .map(({ values }) => keysOf.map(({ column }) => values[column] ?? null))
              .sort((a, b) =>
                compareKeys(
                  a,
                  b,
                  keysOf.map(({ isDescending }) => isDescending),
                ),
              )
              .slice(0, limit);
          const read = given(plan, model);
          expect(sorted(read)).toEqual(sorted(model));
          if ((plan.tasks[0]?.rowsPerKey ?? null) !== null) limited += 1;
        },
      ),
      { numRuns: 1_500 },
    );
    expect(limited).toBeGreaterThan(name === 'set' ? -1 : 60);
  });
});

function text_(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function namesOf(name: Model['name']): string[] {
  return {
    zset: ['_key', 'rank', 'member', 'score'],
    set: ['_key', 'member'],
    list: ['_key', 'position', 'element'],
    stream: ['_key', '_id', '_ts', '_seq'],
  }[name];
}

function rankOf(plan: ScanPlan): number {
  return plan.request.columns.findIndex(({ name }) => name === 'rank');
}

function compareKeys(a: readonly unknown[], b: readonly unknown[], isDescending: readonly boolean[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    const order =
      typeof left === 'string' && typeof right === 'string'
        ? Buffer.compare(Buffer.from(left), Buffer.from(right))
        : Number(left) - Number(right) || 0;
    const exact = typeof left === 'bigint' && typeof right === 'bigint' ? (left < right ? -1 : Number(left > right)) : order;
    if (exact !== 0) return isDescending[index] === true ? -exact : exact;
  }
  return 0;
}
