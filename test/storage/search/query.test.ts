/** Golden queries: a filter, the query of an index, and how well it answers. No server is asked. */
import { describe, expect, it } from 'vitest';
import type { Predicate, TableColumn } from '../../../src/storage/index.ts';
import type { IndexAttribute, IndexInfo } from '../../../src/storage/search/catalog/index-info.ts';
import type { ServerFacts } from '../../../src/storage/search/catalog/server-facts.ts';
import { type CostInput, chooseWay } from '../../../src/storage/search/cost.ts';
import { gateOf } from '../../../src/storage/search/gate.ts';
import { compileFilter } from '../../../src/storage/search/query/compile.ts';
import { answerOf, queryTextOf } from '../../../src/storage/search/query/fragment.ts';
import { and, compare, double, field, KEY, not, or, text, whole } from './search-world.ts';

function attribute(alias: string, type: IndexAttribute['type'], more: Partial<IndexAttribute> = {}): IndexAttribute {
  return {
    identifier: Buffer.from(alias),
    alias,
    type,
    separator: type === 'TAG' ? ',' : '',
    isCaseSensitive: true,
    isSortable: false,
    isUnf: false,
    hasMissing: true,
    hasEmpty: true,
    isUnsearchable: false,
    hasSuffixes: false,
    vector: null,
    failureCount: 0,
    ...more,
  };
}

const INDEX: IndexInfo = {
  name: 'i',
  keyType: 'HASH',
  prefixes: [Buffer.from('k:')],
  hasFilter: false,
  attributes: [
    attribute('n', 'NUMERIC'),
    attribute('d', 'NUMERIC', { hasMissing: false }),
    attribute('t', 'TAG'),
    attribute('ci', 'TAG', { isCaseSensitive: false, hasEmpty: false, hasMissing: false }),
    attribute('b', 'TAG', { isCaseSensitive: false }),
    attribute('my-field', 'NUMERIC'),
    attribute('f', 'NUMERIC'),
    attribute('c', 'NUMERIC'),
    attribute('s', 'NUMERIC'),
    attribute('words', 'TEXT'),
    attribute('day', 'TAG'),
  ],
  isIndexing: false,
  percentIndexed: 1,
  failureCount: 0,
  docCount: 100,
  maxDocId: 100,
  useCount: 0,
  indexingMs: 0,
  recordCount: 150,
};

const FACTS: ServerFacts = {
  keyCount: 1000,
  otherDatabases: [],
  expiringCount: 0,
  fieldExpiringCount: 0,
  maxSearchResults: 10_000,
  maxAggregateResults: Number.POSITIVE_INFINITY,
  maxPrefixExpansions: 200,
  minPrefix: 2,
  isNumericRounded: false,
};

const COLUMNS: readonly TableColumn[] = [
  KEY,
  field('n', 'BIGINT'),
  field('d', 'DOUBLE'),
  field('t'),
  field('ci'),
  field('b', 'BOOLEAN'),
  field('my-field', 'INTEGER'),
  field('f', 'FLOAT'),
  field('c', { id: 'DECIMAL', width: 10, scale: 2 }),
  field('s', 'TIMESTAMP_MS'),
  field('words'),
  field('nowhere', 'BIGINT'),
  field('day', 'DATE'),
];
const [KEYS, N, D, T, CI, B, ODD, F, C, S, WORDS, NOWHERE, DAY] = COLUMNS.map((_, i) => i) as [number, ...number[]] &
  Record<number, number>;
const at = (column: number | undefined): number => column ?? -1;
const isNull = (column: number | undefined): Predicate => ({ kind: 'isNull', column: at(column) });
const isNotNull = (column: number | undefined): Predicate => ({ kind: 'isNotNull', column: at(column) });
const c = (column: number | undefined, op: Parameters<typeof compare>[1], value: Parameters<typeof compare>[2]): Predicate =>
  compare(at(column), op, value);
const decimal = (value: bigint) => ({ type: 'DECIMAL(10,2)', value });

function shown(filter: Predicate, facts: Partial<ServerFacts> = {}, onError: 'error' | 'null' | 'skip' = 'error'): string {
  const compiled = compileFilter(filter, { index: INDEX, facts: { ...FACTS, ...facts }, columns: COLUMNS, onError });
  const answer = answerOf(compiled);
  if (compiled.kind === 'unsupported') return `unsupported: ${compiled.why}`;
  if (compiled.kind !== 'query') return `${answer}: ${compiled.kind}`;
  const { query, params } = queryTextOf(compiled.fragment);
  const values = params.map(([name, value]) => ` ${name}=${JSON.stringify(String(value))}`).join('');
  return `${answer}: ${query}${values}`;
}

describe('queries', () => {
  it.each<[Predicate, string]>([
    [c(N, '=', whole(7)), 'exact: @n:[7 7]'],
    [c(N, '<>', whole(7)), 'exact: ((@n:[-inf (7]) | (@n:[(7 +inf]))'],
    [c(N, '<', whole(7)), 'exact: @n:[-inf (7]'],
    [c(N, '>=', whole(-7)), 'exact: @n:[-7 +inf]'],
    [and(c(N, '>=', whole(3)), c(N, '<', whole(9)), c(N, '>', whole(3))), 'exact: @n:[(3 (9]'],
    [and(c(N, '>', whole(9)), c(N, '<', whole(3))), 'exact: @n:[1 0]'],
    [c(N, '=', whole(2n ** 53n)), 'inexact: @n:[9007199254740992 9007199254740992]'],
    [c(N, '>', whole(2n ** 63n - 1n)), 'inexact: @n:[$p0 +inf] p0="9223372036854776000"'],
    [{ kind: 'in', column: at(N), values: [whole(1), whole(2)] }, 'exact: ((@n:[1 1]) | (@n:[2 2]))'],
    [
      not({ kind: 'in', column: at(N), values: [whole(1), whole(2)] }),
      'exact: ((((@n:[-inf (1]) | (@n:[(1 +inf]))) (((@n:[-inf (2]) | (@n:[(2 +inf]))))',
    ],
    [c(D, '=', double(0.1)), 'exact: @d:[0.1 0.1]'],
    [c(D, '<=', double(1e300)), 'exact: @d:[-inf $p0] p0="1e+300"'],
    [c(D, '<', double(Number.NaN)), 'unsupported: a constant that no range can hold'],
    [c(F, '>', { type: 'FLOAT', value: 1 }), 'inexact: @f:[0.9999999403953552 +inf]'],
    [c(C, '=', decimal(110n)), 'exact: @c:[1.1 1.1]'],
    [c(C, '<', decimal(-5n)), 'exact: @c:[-inf (-0.05]'],
    [c(S, '>', { type: 'TIMESTAMP_MS', value: 1_700_000_000_000n }), 'exact: @s:[(1700000000000 +inf]'],
    [c(ODD, '=', whole(1)), 'exact: @my\\-field:[1 1]'],
    [c(T, '=', text('Paris')), 'inexact: @t:{$p0} p0="Paris"'],
    [c(T, '=', text(' a, b ')), 'inexact: (@t:{$p0} @t:{$p1}) p0="a" p1="b"'],
    [c(T, '=', text('')), 'inexact: @t:{""}'],
    [c(CI, '=', text('')), 'unsupported: the index has no empty texts (INDEXEMPTY)'],
    [c(T, '<>', text('x')), 'unsupported: a tag knows = and IN, not <>'],
    [c(T, '<', text('x')), 'unsupported: a tag knows = and IN, not <'],
    [
      { kind: 'in', column: at(T), values: [text('a'), text('b|c'), text('d,e')] },
      'inexact: (@t:{$p0|$p1} | (@t:{$p2} @t:{$p3})) p0="a" p1="b|c" p2="d" p3="e"',
    ],
    [c(B, '=', { type: 'BOOLEAN', value: false }), 'exact: @b:{$p0|$p1|$p2|$p3|$p4} p0="false" p1="f" p2="no" p3="n" p4="0"'],
    [{ kind: 'prefix', column: at(T), prefix: 'ab' }, 'inexact: @t:{$p0*} p0="ab"'],
    [{ kind: 'prefix', column: at(T), prefix: 'x,y z' }, 'inexact: (@t:{$p0} @t:{$p1*}) p0="x" p1="y z"'],
    [{ kind: 'prefix', column: at(T), prefix: 'a' }, 'unsupported: a prefix has at least 2 bytes (MINPREFIX)'],
    [not({ kind: 'prefix', column: at(T), prefix: 'ab' }), 'unsupported: NOT of a prefix'],
    [isNull(N), 'exact: ismissing(@n)'],
    [isNull(D), 'exact: -@d:[-inf +inf]'],
    [isNull(CI), 'unsupported: no INDEXMISSING in i'],
    [isNotNull(T), 'exact: -ismissing(@t)'],
    [isNull(KEYS), 'exact: none'],
    [isNotNull(KEYS), 'exact: all'],
    [not(or(isNull(N), c(N, '<', whole(3)))), 'exact: ((@n:[3 +inf]) (-ismissing(@n)))'],
    [and(c(N, '=', whole(1)), c(KEYS, '=', text('k:1'))), 'inexact: @n:[1 1]'],
    [or(c(N, '=', whole(1)), c(KEYS, '=', text('k:1'))), 'unsupported: keys are in no index'],
    [or(c(N, '=', whole(1)), { kind: 'opaque', text: 'f(x)' }), 'unsupported: a function of the column'],
    [
      and(c(N, '=', whole(1)), or(c(D, '=', double(2)), c(T, '=', text('x')))),
      'inexact: ((@n:[1 1]) (((@d:[2 2]) | (@t:{$p0})))) p0="x"',
    ],
    [c(DAY, '=', { type: 'DATE', value: 14_610n }), 'exact: @day:{$p0} p0="2010-01-01"'],
    [not(c(DAY, '<>', { type: 'DATE', value: -719_162n })), 'exact: @day:{$p0} p0="0001-01-01"'],
    [c(DAY, '=', { type: 'DATE', value: 2_932_897n }), 'unsupported: a date that no tag can be'],
    [
      c(DAY, '>', { type: 'DATE', value: 14_610n }),
      'unsupported: a tag knows = and IN of dates, not >; seconds in a NUMERIC, as TIMESTAMP_S, do',
    ],
    [
      { kind: 'in', column: at(DAY), values: [14_610n, 14_611n].map((value) => ({ type: 'DATE', value })) },
      'exact: ((@day:{$p0}) | (@day:{$p1})) p0="2010-01-01" p1="2010-01-02"',
    ],
    [c(WORDS, '=', text('x')), 'unsupported: TEXT is searched by words: use match()'],
    [c(NOWHERE, '=', whole(1)), 'unsupported: not NUMERIC in i'],
    [
      { kind: 'call', name: 'match', column: at(WORDS), args: [text('a (b | "c d") -e* @n:[1 2]')] },
      'exact: @words:(a ( b | "c d" ) -e* n 1 2)',
    ],
  ])('makes query %#: %o', (filter, expected) => {
    expect(shown(filter)).toBe(expected);
  });

  it('is not exact where bad values or fields that end may hide', () => {
    const filter = c(N, '=', whole(7));
    expect(shown(filter, {}, 'null')).toBe('inexact: @n:[7 7]');
    expect(shown(filter, {}, 'skip')).toBe('inexact: @n:[7 7]');
    expect(shown(filter, { fieldExpiringCount: 1 })).toBe('inexact: @n:[7 7]');
    expect(shown(isNull(N), { fieldExpiringCount: 1 })).toBe('unsupported: fields with a time to live');
    expect(shown(isNull(N), {}, 'null')).toMatch(/^unsupported/);
    expect(shown(filter, { isNumericRounded: true })).toMatch(/^unsupported/);
    expect(shown({ kind: 'prefix', column: at(T), prefix: 'ab' }, { maxPrefixExpansions: 150 })).toMatch(/^unsupported/);
  });

  it('gives up on filters that the module could not parse', () => {
    const many: Predicate = { kind: 'or', children: Array.from({ length: 3000 }, (_, i) => c(N, '=', whole(i))) };
    expect(shown(many)).toMatch(/too many/);
    let deep = c(N, '=', whole(0));
    for (let i = 0; i < 100; i++)
      deep = and(or(deep, c(D, '=', double(i))), c(S, '>', { type: 'TIMESTAMP_MS', value: BigInt(i) }));
    expect(shown(deep).length).toBeLessThan(3000);
  });
});

describe('gate', () => {
  const request = (pattern: string) => ({ source: 'hash' as const, pattern, template: null });

  it.each<[prefixes: string[], pattern: string, verdict: 'same' | 'more' | 'closed']>([
    [['k:'], 'k:*', 'same'],
    [['k:'], 'k:1*', 'more'],
    [['k:'], 'k:[ab]*', 'more'],
    [['k:'], 'k:?', 'more'],
    [['k:'], 'k*', 'closed'],
    [['k:'], '*', 'closed'],
    [['k:'], '[k]:*', 'closed'],
    [[''], '*', 'same'],
    [[''], 'k:*', 'more'],
    [['a:', 'k:'], 'k:*', 'more'],
    [['k:', 'k:1'], 'k:*', 'same'],
    [['k:1', 'k:2'], 'k:*', 'closed'],
    [['*'], 'k:*', 'closed'],
    [['k\\'], 'k\\\\*', 'same'],
  ])('prefixes %j, pattern %s: %s', (prefixes, pattern, expected) => {
    const verdict = gateOf({ ...INDEX, prefixes: prefixes.map((prefix) => Buffer.from(prefix)) }, request(pattern));
    expect(verdict.isOpen ? (verdict.isSame ? 'same' : 'more') : 'closed').toBe(expected);
  });

  it('is closed for what is not whole', () => {
    for (const lack of [
      { isIndexing: true },
      { percentIndexed: 0.5 },
      { failureCount: 1 },
      { failureCount: Number.NaN },
      { hasFilter: true },
      { keyType: 'JSON' },
    ]) {
      expect(gateOf({ ...INDEX, ...lack }, request('k:*')).isOpen).toBe(false);
    }
    const attributes = [attribute('n', 'NUMERIC', { failureCount: 2 })];
    expect(gateOf({ ...INDEX, attributes }, request('k:*'))).toMatchObject({
      isOpen: false,
      why: expect.stringContaining('in n'),
    });
  });
});

describe('cost', () => {
  const input: CostInput = {
    keyCount: 1_000_000,
    docCount: 1_000_000,
    matchCount: 1000,
    isCounted: true,
    limit: null,
    rowLimit: null,
    maxBlockMs: 100,
    maxSearchResults: 1_000_000,
    maxAggregateResults: Number.POSITIVE_INFINITY,
  };

  it.each<[name: string, more: Partial<CostInput>, kind: string]>([
    ['0.1 %', {}, 'blocking'],
    ['18 %, which would stop Redis for 200 ms', { matchCount: 180_000 }, 'pages'],
    ['18 %, where a page has to be small', { matchCount: 180_000, maxBlockMs: 50 }, 'pages'],
    ['18 %, where a page would be so small that a cursor costs less', { matchCount: 250_000, maxBlockMs: 64 }, 'cursor'],
    ['18 %, where nobody may be stopped', { matchCount: 180_000, maxBlockMs: 20 }, 'scan'],
    ['18 %, which may stop Redis for so long', { matchCount: 180_000, maxBlockMs: 300 }, 'blocking'],
    ['most keys', { matchCount: 900_000 }, 'scan'],
    ['most keys, which may stop Redis', { matchCount: 900_000, maxBlockMs: 10_000 }, 'scan'],
    ['more than a search gives', { matchCount: 20_000, maxSearchResults: 10_000 }, 'cursor'],
    ['more than a cursor gives', { matchCount: 20_000, maxSearchResults: 10_000, maxAggregateResults: 10_000 }, 'scan'],
    ['the first of many', { matchCount: 300_000, limit: 10 }, 'blocking'],
    ['the first of most, re-checked', { matchCount: 900_000, rowLimit: 10 }, 'scan'],
    ['no key stops nobody', { matchCount: 0, maxBlockMs: 0 }, 'blocking'],
  ])('takes %s', (_, more, kind) => {
    expect(chooseWay({ ...input, ...more }, false).kind).toBe(kind);
  });

  it.each<[maxBlockMs: number, pageKeys: number]>([
    [100, 40_000],
    [73, 40_000],
    [59, 20_000],
    [50, 7142],
  ])('reads so many keys at once that a page stops Redis for %i ms at most: %i', (maxBlockMs, pageKeys) => {
    const { kind, pageKeys: chosen, blockMs } = chooseWay({ ...input, matchCount: 180_000, maxBlockMs }, false);
    expect({ kind, chosen }).toEqual({ kind: 'pages', chosen: pageKeys });
    expect(blockMs).toBeLessThanOrEqual(maxBlockMs);
  });

  it('takes the index where it is asked for', () => {
    expect(chooseWay({ ...input, matchCount: 900_000 }, true).kind).toBe('cursor');
  });
});
