import { describe, expect, it } from 'vitest';
import type { FilterAnswer } from '../../src/storage/index.ts';
import {
  all,
  any,
  begins,
  compare,
  isIn,
  type NamedFilter,
  type PlanCase,
  type PlanOptions,
  planElements,
  rangeText,
  shownPlan,
  text,
  time,
  wantedPlan,
  whole,
} from '../support/element-plans.ts';
import { bindCall, source } from '../support/scans.ts';

const ONE: PlanOptions = { pattern: 'board' };

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

const position = (op: '=' | '<' | '<=' | '>' | '>=', value: number): NamedFilter => compare('position', op, whole(value));

describe('redis_list', () => {
  check('list', [
    ['reads all', null, ONE, 'all', 'exact', ['LRANGE board 0 -1']],
    ['asks for a position', position('=', 3), ONE, 'positions 3 3', 'exact', ['LRANGE board 3 3']],
    ['asks for positions', all(position('>', 3), position('<=', 8)), {}, 'positions 4 8', 'exact'],
    ['asks from a position on', position('>=', 3), {}, 'positions 3 -1', 'exact'],
    ['knows no position below 0', position('<', 0), {}, 'nothing', 'exact', []],
    ['reads nothing of an upside-down range', all(position('>', 8), position('<', 3)), {}, 'nothing', 'exact'],
    ['joins what adjoins', isIn('position', whole(3), whole(5), whole(4)), {}, 'positions 3 5', 'exact'],
    ['reads what lies between', isIn('position', whole(3), whole(5)), {}, 'positions 3 5', 'inexact'],
    ['leaves elements to DuckDB', compare('element', '=', text('a')), {}, 'all', 'unsupported'],
    ['stops at a limit', null, { limit: 2 }, 'positions 0 1, 2 a key', 'exact'],
    [
      'stops at a limit within positions',
      all(position('>=', 2), position('<', 4)),
      { limit: 5 },
      'positions 2 3, 5 a key',
      'exact',
    ],
    [
      'reads the last',
      null,
      { ...ONE, orderBy: ['-position'], limit: 3 },
      'positions 0 2 reversed, 3 a key',
      'exact',
      ['LRANGE board -3 -1', 'LLEN board'],
    ],
    ['reads the first', null, { orderBy: ['position'], limit: 3 }, 'positions 0 2, 3 a key', 'exact'],
    ['has no order of elements', null, { orderBy: ['element'] }, 'all', 'exact'],
    [
      'narrows under OR only where each side does',
      any(position('<', 3), compare('element', '=', text('a'))),
      {},
      'all',
      'unsupported',
    ],
    ['narrows two sides under OR by neither', any(position('<', 3), compare('_key', '=', text('k:1'))), {}, 'all', 'unsupported'],
    [
      'narrows what each side of an OR bounds',
      any(all(position('<', 3), compare('_key', '=', text('k:1'))), all(position('<', 5), compare('_key', '=', text('k:2')))),
      {},
      'positions 0 4',
      'inexact',
    ],
  ]);
});

describe('redis_set', () => {
  check('set', [
    ['reads all', null, ONE, 'all', 'exact', ['SSCAN board 0 COUNT 10000']],
    ['asks for members', isIn('member', text('a'), text('')), ONE, 'members a ', 'exact', ['SMISMEMBER board a ""']],
    ['asks for a member and stops', compare('member', '=', text('a')), { limit: 1 }, 'members a', 'exact'],
    [
      'asks for no number by a text',
      compare('member', '=', whole(7)),
      { named: { columns: { member: 'BIGINT' } } },
      'all',
      'unsupported',
    ],
    ['keeps no order', null, { orderBy: ['member'] }, 'all', 'exact'],
    ['reads all at a limit', null, { limit: 3 }, 'all', 'exact'],
  ]);

  it('asks for a whole number by the one text that an inferred column reads as it', () => {
    const columns = bindCall('set', ['s']).columns.map((column) =>
      column.part === 'member' ? ({ ...column, type: { id: 'BIGINT' }, isInferred: true } as const) : column,
    );
    const plan = planElements('set', compare('member', '=', whole(-7)), { pattern: 's' });
    const { request } = plan;
    expect(rangeText(source('set').plan({ ...request, columns }, null).tasks[0]?.range ?? null)).toBe('members -7');
  });

  it('names at most 10,000 members', () => {
    const names = Array.from({ length: 10_001 }, (_, i) => text(`m${i}`));
    expect(planElements('set', isIn('member', ...names)).tasks[0]?.range).toBeNull();
    expect(planElements('set', isIn('member', ...names.slice(1))).tasks[0]?.range).toMatchObject({ kind: 'members' });
  });
});

describe('redis_string', () => {
  check('string', [
    ['reads values', null, {}, 'all', 'exact', ['SCAN 0 MATCH k:* COUNT 1000', 'MGET …']],
    ['reads no value that nobody needs', null, { select: ['_key'] }, 'all', 'exact', ['SCAN 0 MATCH k:* COUNT 1000 TYPE string']],
    ['leaves values to DuckDB', compare('value', '=', text('a')), {}, 'all', 'unsupported'],
    ['stops at a limit', null, { limit: 3 }, 'all', 'exact'],
  ]);
});

describe('redis_keys', () => {
  const type = (...names: string[]): NamedFilter => isIn('_type', ...names.map(text));
  it.each<[NamedFilter, string | undefined, FilterAnswer, string]>([
    [compare('_type', '=', text('zset')), 'zset', 'exact', 'SCAN 0 MATCH k:* COUNT 1000 TYPE zset'],
    [type('hash', 'hash'), 'hash', 'exact', 'SCAN 0 MATCH k:* COUNT 1000 TYPE hash'],
    [type('hash', 'set'), undefined, 'unsupported', 'SCAN 0 MATCH k:* COUNT 1000'],
    // A server that does not know the type may refuse it; case matters in SQL alone.
    [type('HASH'), undefined, 'unsupported', 'SCAN 0 MATCH k:* COUNT 1000'],
    [type('ReJSON-RL'), undefined, 'unsupported', 'SCAN 0 MATCH k:* COUNT 1000'],
    [compare('_idle', '>', whole(5)), undefined, 'unsupported', 'SCAN 0 MATCH k:* COUNT 1000'],
    [all(compare('_type', '=', text('set')), begins('_key', 'k:1')), 'set', 'exact', 'SCAN 0 MATCH k:1* COUNT 1000 TYPE set'],
    [all(compare('_type', '=', text('set')), compare('_key', '=', text('k:1'))), undefined, 'inexact', 'TYPE k:1'],
  ])('looks for %#', (filter, expected, answer, command) => {
    const plan = planElements('keys', filter, { select: ['_key', '_type'], limit: 4 });
    expect(plan.tasks[0]?.options['type']).toBe(expected);
    expect(plan.filterAnswer).toBe(answer);
    expect(plan.tasks[0]?.rowLimit).toBe(answer === 'exact' ? 4 : null);
    expect(plan.commands[0]).toBe(command);
  });

  it('finds nothing of two types', () => {
    const filter = all(compare('_type', '=', text('set')), compare('_type', '=', text('list')));
    expect(planElements('keys', filter).access).toEqual({ kind: 'empty' });
  });
});

const ts = (op: '=' | '<' | '<=' | '>' | '>=', micros: bigint): NamedFilter => compare('_ts', op, time(micros));
const id = (...ids: string[]): NamedFilter => isIn('_id', ...ids.map(text));
const MAX = 2n ** 64n - 1n;
const LAST = `9223372036854775-${MAX}`;

describe('redis_stream', () => {
  check('stream', [
    ['reads all', null, ONE, 'all', 'exact', ['XRANGE board - +']],
    ['asks for an id', compare('_id', '=', text('5-1')), ONE, 'ids 5-1 5-1', 'exact', ['XRANGE board 5-1 5-1']],
    ['asks for ids by what lies between', id('10-0', '9-0', '9-0'), {}, 'ids 9-0 10-0', 'inexact'],
    ['joins ids that adjoin', id('9-1', '9-0'), {}, 'ids 9-0 9-1', 'exact'],
    [
      'finds no id that Redis does not write so',
      id('05-1', '5', '5-', '-1-2', 'x', '', ' 5-1', `${MAX + 1n}-0`),
      {},
      'nothing',
      'exact',
      [],
    ],
    ['asks for the last id', id(`${MAX}-${MAX}`), {}, `ids ${MAX}-${MAX} ${MAX}-${MAX}`, 'exact'],
    ['leaves the order of ids as text to DuckDB', compare('_id', '>', text('9-0')), {}, 'all', 'unsupported'],
    [
      'narrows ids as text where other digits cannot be',
      all(compare('_id', '>', text('17-3')), ts('>=', 10_000n), ts('<', 99_000n)),
      {},
      `ids 17-0 98-${MAX}`,
      'inexact',
    ],
    ['asks for the ids of one ms', begins('_id', '17-'), {}, `ids 17-0 17-${MAX}`, 'exact'],
    ['asks for the ids of one ms with a start', begins('_id', '17-3'), {}, `ids 17-0 17-${MAX}`, 'inexact'],
    ['leaves the start of a ms to DuckDB', begins('_id', '17'), {}, 'all', 'unsupported'],
    ['finds no id with a start that none has', begins('_id', 'x'), {}, 'nothing', 'exact'],
    ['asks for times from', ts('>=', 5_000n), ONE, `ids 5-0 ${LAST}`, 'exact', [`XRANGE board 5-0 ${LAST}`]],
    ['rounds times up', ts('>', 5_000n), {}, `ids 6-0 ${LAST}`, 'exact'],
    ['rounds times down', ts('<', 5_000n), {}, `ids - 4-${MAX}`, 'exact'],
    ['asks for times to', ts('<=', 5_999n), {}, `ids - 5-${MAX}`, 'exact'],
    ['asks for one time', ts('=', 5_000n), {}, `ids 5-0 5-${MAX}`, 'exact'],
    ['finds no time between two ms', ts('=', 5_001n), {}, 'nothing', 'exact'],
    ['finds no time before 1970', ts('<', 0n), {}, 'nothing', 'exact'],
    ['has times from 1970 on', ts('>=', -1n), {}, `ids - ${LAST}`, 'exact'],
    ['knows infinity', ts('<', 2n ** 63n - 1n), {}, `ids - ${LAST}`, 'exact'],
    ['knows minus infinity', ts('>', -(2n ** 63n - 1n)), {}, `ids - ${LAST}`, 'exact'],
    ['finds no time above infinity', ts('>', 2n ** 63n - 1n), {}, 'nothing', 'exact'],
    ['reads nothing of an upside-down range', all(ts('>', 9_000n), ts('<', 3_000n)), {}, 'nothing', 'exact'],
    ['intersects times and ids', all(ts('>=', 5_000n), id('5-3')), {}, 'ids 5-3 5-3', 'exact'],
    ['reads nothing where times and ids differ', all(ts('>=', 6_000n), id('5-3')), {}, 'nothing', 'exact'],
    ['leaves the number of an id to DuckDB', compare('_seq', '=', whole(0)), {}, 'all', 'unsupported'],
    [
      'leaves fields to DuckDB',
      compare('temp', '=', text('a')),
      { named: { columns: { temp: 'VARCHAR' } } },
      'all',
      'unsupported',
    ],
    ['stops at a limit', null, { ...ONE, limit: 10 }, 'ids - +, 10 a key', 'exact', ['XRANGE board - + COUNT 10']],
    [
      'reads the newest',
      null,
      { ...ONE, orderBy: ['-_ts'] },
      'ids - + reversed, 10 a key',
      'exact',
      ['XREVRANGE board + - COUNT 10'],
    ],
    [
      'reads the newest before',
      ts('<', 5_000n),
      { orderBy: ['-_ts', '-_seq'], limit: 1 },
      `ids - 4-${MAX} reversed, 1 a key`,
      'exact',
    ],
    ['reads the oldest', null, { orderBy: ['_ts'], limit: 2 }, 'ids - +, 2 a key', 'exact'],
    ['has no order of ids as text', null, { orderBy: ['-_id'] }, 'all', 'exact'],
    ['has no other order of numbers within a ms', null, { orderBy: ['-_ts', '_seq'] }, 'all', 'exact'],
    ['has no order of times that may be NULL', null, { orderBy: ['-_ts'], onError: 'null' }, 'all', 'exact'],
    [
      'orders times that cannot be NULL',
      ts('>', 0n),
      { orderBy: ['-_ts'], onError: 'null' },
      `ids 1-0 ${LAST} reversed, 10 a key`,
      'exact',
    ],
  ]);

  it.each<[NamedFilter, string[]]>([
    [compare('_id', '>', text('17-3')), [`ids - 9-${MAX}`, `ids 17-0 99-${MAX}`, 'ids 100-0 +']],
    [compare('_id', '<', text('17-3')), [`ids - 9-${MAX}`, `ids 10-0 17-${MAX}`, 'ids 100-0 +']],
    [compare('_id', '>=', text('5')), [`ids 5-0 9-${MAX}`, 'ids 10-0 +']],
    [compare('_id', '>=', text('017x')), [`ids - 99-${MAX}`, `ids 100-0 999-${MAX}`, 'ids 1000-0 +']],
    [
      all(compare('_id', '>', text('17-3')), compare('_id', '<', text('20'))),
      [`ids - 9-${MAX}`, `ids 17-0 20-${MAX}`, 'ids 100-0 +'],
    ],
    [all(compare('_id', '>', text('17-3')), ts('<', 50_000n)), [`ids - 9-${MAX}`, `ids 17-0 49-${MAX}`]],
    [
      all(compare('_id', '>', text('17-3')), compare('_id', '<', text('9-5'))),
      [`ids - 9-${MAX}`, `ids 17-0 99-${MAX}`, 'ids 100-0 +'],
    ],
    [compare('_id', '>', text('x')), ['all']],
    [compare('_id', '<>', text('17-3')), ['all']],
  ])('reads named keys in several ranges where ids are bounded as text: %#', (filter, ranges) => {
    const plan = planElements('stream', filter, ONE);
    expect(plan.tasks.map(({ range }) => rangeText(range))).toEqual(ranges);
    expect(plan.tasks.every(({ rowsPerKey }) => rowsPerKey === null)).toBe(true);
    expect(plan.filterAnswer).toBe(ranges.length > 1 ? 'inexact' : 'unsupported');
    // A walk over keys is not done three times for that.
    const walked = planElements('stream', filter, { pattern: 'b*' });
    expect(walked.tasks).toHaveLength(1);
  });

  it('reads nothing of ids as text whose times cannot be', () => {
    const plan = planElements('stream', all(compare('_id', '>', text('17-3')), ts('<', 12_000n), ts('>', 10_000n)), ONE);
    expect(plan.access).toEqual({ kind: 'empty' });
    const upsideDown = planElements('stream', all(compare('_id', '>', text('20-3')), compare('_id', '<', text('17'))), ONE);
    expect(upsideDown.access).toEqual({ kind: 'empty' });
  });

  it('says why ids as text do not go down', () => {
    const notes = (filter: NamedFilter, options: PlanOptions) => planElements('stream', filter, options).conjuncts;
    const above = compare('_id', '>', text('17-3'));
    expect(notes(above, {})).toMatchObject([{ where: 'DuckDB', why: expect.stringMatching(/as text, Redis as numbers/) }]);
    expect(notes(above, ONE)).toMatchObject([{ where: 'XRANGE', answer: 'inexact' }]);
  });
});
