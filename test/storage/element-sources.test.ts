import { describe, expect, it } from 'vitest';
import { SCAN_FUNCTIONS } from '../../src/sql/tag-scans.ts';
import { DEFAULT_SCAN_SETTINGS, type InferredSchema, type NamedArguments, TABLE_SOURCES } from '../../src/storage/index.ts';
import { parseTemplate } from '../../src/storage/keys/template.ts';
import { typeName } from '../../src/types/index.ts';
import {
  all,
  any,
  begins,
  compare,
  double,
  isIn,
  isNotNull,
  isNull,
  type NamedFilter,
  not,
  opaque,
  type PlanCase,
  type PlanOptions,
  planElements,
  shownPlan,
  text,
  wantedPlan,
  whole,
} from '../support/element-plans.ts';
import { bindCall, source } from '../support/scans.ts';

describe('the tables', () => {
  it('are all told apart in a statement, and no other function is', () => {
    const names = TABLE_SOURCES.map(({ functionName }) => functionName);
    expect([...names].sort()).toEqual([...SCAN_FUNCTIONS].sort());
  });

  it.each<[Parameters<typeof bindCall>[0], string[]]>([
    ['string', ['_key VARCHAR', '_ttl BIGINT', 'value VARCHAR']],
    ['set', ['_key VARCHAR', '_ttl BIGINT', 'member VARCHAR']],
    ['list', ['_key VARCHAR', '_ttl BIGINT', 'position BIGINT', 'element VARCHAR']],
    ['zset', ['_key VARCHAR', '_ttl BIGINT', 'rank BIGINT', 'member VARCHAR', 'score DOUBLE']],
    [
      'stream',
      [
        '_key VARCHAR',
        '_ttl BIGINT',
        '_id VARCHAR',
        '_ts TIMESTAMP WITH TIME ZONE',
        '_seq BIGINT',
        '_fields MAP(VARCHAR, VARCHAR)',
      ],
    ],
    ['keys', ['_key VARCHAR', '_ttl BIGINT', '_type VARCHAR', '_memory BIGINT', '_encoding VARCHAR', '_idle BIGINT']],
  ])('of %s have %j', (name, columns) => {
    const shown = (mentions: string[]) =>
      bindCall(name, ['k:*'], {}, null, mentions).columns.map((column) => `${column.name} ${typeName(column.type)}`);
    expect(shown(['_ttl', '_fields'])).toEqual(columns);
    expect(shown([])).toEqual(columns.filter((column) => !/^_(ttl|fields) /.test(column)));
  });

  it.each<[Parameters<typeof bindCall>[0], string]>([
    ['string', 'value'],
    ['set', 'member'],
    ['list', 'element'],
    ['zset', 'member'],
  ])('of %s take the type of %s as it is declared or inferred', (name, column) => {
    const inferred: InferredSchema = {
      columns: [
        {
          ...{ field: Buffer.from(column), name: column, type: { id: 'DOUBLE' }, share: 1, nullShare: 0 },
          ...{ examples: [], disagreeing: [] },
        } as const,
      ],
      ...{ sampledKeys: 1, visitedKeys: 1, skippedKeys: 0, notes: [], columnNotes: [] },
    };
    const found = (named: NamedArguments, sample: InferredSchema | null) =>
      bindCall(name, ['k:*'], named, sample).columns.find((one) => one.name === column);
    expect(found({ columns: { [column]: 'BIGINT' } }, null)).toMatchObject({ type: { id: 'BIGINT' }, role: 'part' });
    expect(found({ columns: { [column]: 'BIGINT' } }, null)?.isInferred).toBeUndefined();
    expect(found({}, inferred)).toMatchObject({ type: { id: 'DOUBLE' }, isInferred: true });
    const sampleFor = (named: NamedArguments) =>
      source(name).sampleFor({ positional: ['k:{id}'], named, inferred: null, mentions: new Set() });
    expect(sampleFor({ sample_size: 7, server: 's', all_varchar: true })).toEqual({
      ...{
        source: name,
        server: 's',
        pattern: 'k:*',
        template: parseTemplate('k:{id}').template,
        sampleSize: 7,
        allVarchar: true,
      },
    });
    expect(sampleFor({ columns: { [column]: 'BIGINT' } })).toBeNull();
    expect(sampleFor({ columns: { id: 'BIGINT' } })).not.toBeNull();
  });

  it('of streams take fields as they are declared, or infer them', () => {
    const bound = bindCall('stream', ['s:{id}'], { columns: { _ts: 'BIGINT', temp: 'DOUBLE', id: 'INTEGER' } });
    expect(bound.columns.map(({ name, role, type }) => `${name} ${role} ${type.id}`)).toEqual([
      ...['_key key VARCHAR', 'id capture INTEGER', '_id part VARCHAR', '_ts part TIMESTAMPTZ', '_seq part BIGINT'],
      ...['_ts_2 field BIGINT', 'temp field DOUBLE'],
    ]);
    const sampleFor = (named: NamedArguments) =>
      source('stream').sampleFor({ positional: ['s'], named, inferred: null, mentions: new Set() });
    expect(sampleFor({})).toMatchObject({ source: 'stream', pattern: 's' });
    expect(sampleFor({ columns: {} })).toBeNull();
    expect(source('keys').sampleFor({ positional: ['*'], named: {}, inferred: null, mentions: new Set() })).toBeNull();
  });

  it.each<[Parameters<typeof bindCall>[0], NamedArguments, string, RegExp]>([
    ['zset', { columns: { score: 'BIGINT' } }, 'RQ_ARGUMENT', /columns of redis_zset names «score»; valid: «member», «id»$/],
    ['keys', { columns: { _idle: 'BIGINT' } }, 'RQ_ARGUMENT', /columns of redis_keys names «_idle»; valid: «id»$/],
    ['set', { columns: { member: 'NUMBERS' } }, 'RQ_COLUMN_TYPE', /«member»/],
    ['list', { index: 'auto' }, 'RQ_UNKNOWN_ARGUMENT', /redis_list has no argument «index»; valid: columns, sample_size/],
    ['keys', { sample_size: 1 }, 'RQ_UNKNOWN_ARGUMENT', /redis_keys has no argument «sample_size»/],
    ['stream', { on_error: 'x' }, 'RQ_ARGUMENT', /on_error of redis_stream is 'x'/],
  ])('of %s refuse %j', (name, named, code, message) => {
    expect(() => bindCall(name, ['k:{id}'], named)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

function check(name: Parameters<typeof planElements>[0], cases: readonly PlanCase[]): void {
  it.each(cases)('%s', (...one) => {
    const [, filter, options, , answer] = one;
    const plan = planElements(name, filter, options);
    expect(shownPlan(plan)).toMatchObject(wantedPlan(one));
    const isLimited = answer === 'exact' && options.orderBy === undefined;
    expect(plan.tasks[0]?.rowLimit).toBe(isLimited ? (options.limit ?? null) : null);
    const { filter: asked } = plan.request;
    expect(plan.conjuncts.length).toBe(asked === null ? 0 : asked.kind === 'and' ? asked.children.length : 1);
    expect(structuredClone(plan).commands).toEqual(plan.commands);
  });
}

const score = (op: '=' | '<>' | '<' | '<=' | '>' | '>=', value: number): NamedFilter => compare('score', op, double(value));
const NO_FILTERS: PlanOptions = { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownFilters: false } };
const NO_LIMITS: PlanOptions = { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownLimits: false } };
const NO_ORDER: PlanOptions = { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownOrder: false } };
const WITH_RANK: PlanOptions = { select: ['rank', 'member', 'score'] };
const ONE: PlanOptions = { pattern: 'board' };

describe('redis_zset', () => {
  check('zset', [
    ['reads all of a key', null, ONE, 'all', 'exact', ['ZRANGE board 0 -1 WITHSCORES']],
    ['walks a pattern', null, {}, 'all', 'exact', ['SCAN 0 MATCH k:* COUNT 1000', 'ZRANGE … 0 -1 WITHSCORES']],
    ['asks for a score', score('=', 1.5), ONE, 'scores 1.5 1.5', 'exact', ['ZRANGE board 1.5 1.5 BYSCORE WITHSCORES']],
    ['asks for scores above', score('>', 1.5), {}, 'scores (1.5 +inf', 'exact'],
    ['asks for scores from', score('>=', 0.1), {}, 'scores 0.1 +inf', 'exact'],
    ['asks for scores below', score('<', -1e21), {}, 'scores -inf (-1e+21', 'exact'],
    ['asks for scores between', all(score('>=', 1), score('<=', 2)), {}, 'scores 1 2', 'exact'],
    ['gives a double its shortest text', score('>', 0.1 + 0.2), {}, 'scores (0.30000000000000004 +inf', 'exact'],
    ['takes −0 as 0', score('>', -0), {}, 'scores (0 +inf', 'exact'],
    ['knows infinity', score('>=', Infinity), {}, 'scores +inf +inf', 'exact'],
    ['knows minus infinity', score('>', -Infinity), {}, 'scores (-inf +inf', 'exact'],
    ['finds no score that is NaN', score('=', NaN), {}, 'nothing', 'exact', []],
    ['finds no score above NaN', score('>=', NaN), {}, 'nothing', 'exact'],
    ['finds every score below NaN', score('<', NaN), {}, 'all', 'exact'],
    ['reads nothing of an empty range', all(score('>', 2), score('<', 2)), {}, 'nothing', 'exact', []],
    ['reads nothing of an upside-down range', all(score('>=', 3), score('<=', 2)), {}, 'nothing', 'exact'],
    ['leaves <> to DuckDB', score('<>', 2), {}, 'all', 'unsupported'],
    ['leaves out one score under OR', any(score('<', 1), score('>', 1)), {}, 'all', 'unsupported'],
    [
      'sees the hole between open ranges',
      any(all(score('>', 0), score('<', 1)), all(score('>', 1), score('<', 2))),
      {},
      'scores (0 (2',
      'inexact',
    ],
    ['takes nothing from an OR that leaves a hole', any(score('<', 1), score('>', 2)), {}, 'all', 'unsupported'],
    [
      'takes the union of what overlaps',
      any(all(score('>', 1), score('<', 3)), all(score('>', 2), score('<', 4))),
      {},
      'scores (1 (4',
      'exact',
    ],
    ['takes the hull of an IN', isIn('score', double(3), double(1)), {}, 'scores 1 3', 'inexact'],
    ['narrows beside what is not understood', all(score('>', 1), opaque), {}, 'scores (1 +inf', 'inexact'],
    ['reads nothing where a score is NULL', isNull('score'), {}, 'nothing', 'exact'],
    ['has scores always', isNotNull('score'), {}, 'all', 'exact'],
    ['asks for a member', compare('member', '=', text('ann')), ONE, 'members ann', 'exact', ['ZMSCORE board ann']],
    [
      'asks for members',
      isIn('member', text('ann'), text('b b'), text('ann'), text(null)),
      ONE,
      'members ann b b',
      'exact',
      ['ZMSCORE board ann "b b"'],
    ],
    ['prefers members to scores', all(isIn('member', text('a')), score('>', 1)), {}, 'members a', 'inexact'],
    ['reads nothing of contrary members', all(isIn('member', text('a')), isIn('member', text('b'))), {}, 'nothing', 'exact'],
    ['leaves the start of members to DuckDB', begins('member', 'a'), {}, 'all', 'unsupported'],
    ['leaves a negation to DuckDB', not(score('>', 1)), {}, 'all', 'unsupported'],
    [
      'asks for ranks',
      all(compare('rank', '>=', whole(10)), compare('rank', '<', whole(20))),
      { ...ONE, ...WITH_RANK },
      'positions 10 19',
      'exact',
      ['ZRANGE board 10 19 WITHSCORES'],
    ],
    ['asks for a rank', compare('rank', '=', whole(0)), WITH_RANK, 'positions 0 0', 'exact'],
    ['knows no rank below 0', compare('rank', '<', whole(0)), WITH_RANK, 'nothing', 'exact'],
    ['has ranks from 0 always', compare('rank', '>=', whole(-5)), WITH_RANK, 'all', 'exact'],
    ['knows no rank of the largest numbers', compare('rank', '>', whole(2n ** 63n - 1n)), WITH_RANK, 'nothing', 'exact'],
    [
      'asks for the rank of a member',
      compare('member', '=', text('a')),
      { ...ONE, ...WITH_RANK },
      'members a',
      'exact',
      ['ZMSCORE board a', 'ZRANK board a'],
    ],
    [
      'asks how many stand below a score',
      score('>=', 1),
      { ...ONE, ...WITH_RANK },
      'scores 1 +inf',
      'exact',
      ['ZRANGE board 1 +inf BYSCORE WITHSCORES', 'ZCOUNT board -inf (1'],
    ],
    ['counts what nobody reads', null, { ...ONE, select: ['_key'], limit: 3 }, 'all, 3 a key', 'exact', ['ZCARD board']],
    ['leaves scores out that nobody reads', null, { ...ONE, select: ['member'] }, 'all', 'exact', ['ZRANGE board 0 -1']],
    ['leaves numbers of another type alone', compare('score', '=', whole(1)), {}, 'all', 'unsupported'],
    // Limits.
    ['stops at a limit', null, { ...ONE, limit: 10 }, 'positions 0 9, 10 a key', 'exact', ['ZRANGE board 0 9 WITHSCORES']],
    [
      'stops at a limit of scores',
      score('>', 1),
      { ...ONE, limit: 10 },
      'scores (1 +inf, 10 a key',
      'exact',
      ['ZRANGE board (1 +inf BYSCORE LIMIT 0 10 WITHSCORES'],
    ],
    ['stops within ranks', compare('rank', '>=', whole(5)), { ...WITH_RANK, limit: 10 }, 'positions 5 14, 10 a key', 'exact'],
    ['does not stop before what is re-checked', all(score('>', 1), opaque), { limit: 10 }, 'scores (1 +inf', 'inexact'],
    ['does not stop where rows may be left out', null, { limit: 10, onError: 'skip' }, 'all', 'exact'],
    // Orders.
    [
      'reads the highest scores',
      null,
      { ...ONE, orderBy: ['-score'] },
      'positions 0 9 reversed, 10 a key',
      'exact',
      ['ZRANGE board 0 9 REV WITHSCORES'],
    ],
    [
      'reads the highest scores with their ranks',
      null,
      { orderBy: ['-score'], ...WITH_RANK },
      'positions 0 9 reversed, 10 a key',
      'exact',
    ],
    ['reads the lowest scores', null, { orderBy: ['score'], limit: 3 }, 'positions 0 2, 3 a key', 'exact'],
    [
      'reads the highest scores of a range',
      score('<', 9),
      { ...ONE, orderBy: ['-score'] },
      'scores -inf (9 reversed, 10 a key',
      'exact',
      ['ZRANGE board (9 -inf BYSCORE REV LIMIT 0 10 WITHSCORES'],
    ],
    ['reads the last ranks', null, { orderBy: ['-rank'], ...WITH_RANK }, 'positions 0 9 reversed, 10 a key', 'exact'],
    [
      'reads the first ranks of a range',
      compare('rank', '>', whole(4)),
      { orderBy: ['rank'], ...WITH_RANK },
      'positions 5 14, 10 a key',
      'exact',
    ],
    [
      'cannot count ranks of a range from its end',
      compare('rank', '>', whole(4)),
      { orderBy: ['-rank'], ...WITH_RANK },
      'positions 5 -1',
      'exact',
    ],
    [
      'keeps the order of members among equals',
      null,
      { orderBy: ['-score', '-member'] },
      'positions 0 9 reversed, 10 a key',
      'exact',
    ],
    ['has no other order of members among equals', null, { orderBy: ['-score', 'member'] }, 'all', 'exact'],
    [
      'has no order of members as numbers',
      null,
      { orderBy: ['score', 'member'], named: { columns: { member: 'BIGINT' } } },
      'all',
      'exact',
    ],
    ['has no order of members alone', null, { orderBy: ['member'] }, 'all', 'exact'],
    ['orders nothing that is re-checked', opaque, { orderBy: ['-score'] }, 'all', 'unsupported'],
    ['orders no members by name', isIn('member', text('a'), text('b')), { orderBy: ['-score'] }, 'members a b', 'exact'],
    // Settings.
    ['asks for no filter where that is off', score('>', 1), { ...NO_FILTERS, limit: 3 }, 'all', 'unsupported'],
    ['stops at no limit where that is off', null, { ...NO_ORDER, orderBy: ['-score'] }, 'all', 'exact'],
  ]);

  it('stops at no limit where that is off', () => {
    expect(planElements('zset', null, { ...NO_LIMITS, limit: 5 }).tasks[0]).toMatchObject({ rowLimit: null, rowsPerKey: null });
  });

  it('says of each term where it is decided, and why not in Redis', () => {
    const filter = all(
      compare('_key', '=', text('k:1')),
      score('>', 1),
      compare('member', '<', text('x')),
      compare('member', '<>', text('x')),
      opaque,
      not(score('>', 3)),
      any(score('>', 3), opaque),
    );
    expect(planElements('zset', filter).conjuncts.map(({ where, answer, why }) => [where, answer, why])).toEqual([
      ['keys', 'exact', null],
      ['ZRANGE BYSCORE', 'exact', null],
      ['DuckDB', 'unsupported', 'members are in order only among equal scores'],
      ['DuckDB', 'unsupported', 'members are in order only among equal scores'],
      ['DuckDB', 'unsupported', 'a function of the column'],
      ['DuckDB', 'unsupported', 'a negation'],
      ['DuckDB', 'unsupported', 'an OR of which not all parts can go down'],
    ]);
    expect(planElements('zset', all(score('>', 1), isIn('member', text('a')))).conjuncts).toMatchObject([
      { where: 'DuckDB', answer: 'unsupported', why: 'another filter narrows more' },
      { where: 'ZMSCORE', answer: 'exact', why: null },
    ]);
    expect(planElements('zset', score('>', 1), NO_FILTERS).conjuncts).toMatchObject([{ why: 'pushdown_filters is off' }]);
  });
});
