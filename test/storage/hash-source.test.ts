import { describe, expect, it } from 'vitest';
import {
  type AccessAnswer,
  type AccessPath,
  type Constant,
  DEFAULT_SCAN_SETTINGS,
  type FilterAnswer,
  type OnError,
  type Predicate,
  type ScanRequest,
  type SearchAccess,
  type TableColumn,
} from '../../src/storage/index.ts';
import { MOST_KEYS } from '../../src/storage/keys/key-reach.ts';
import { scanRequest, source } from '../support/scans.ts';

const hashSource = source('hash');

const COLUMNS: readonly TableColumn[] = [
  { name: '_key', type: { id: 'VARCHAR' }, role: 'key' },
  { name: '_ttl', type: { id: 'BIGINT' }, role: 'ttl' },
  { name: 'age', type: { id: 'BIGINT' }, role: 'field', field: Buffer.from('age') },
  { name: 'name', type: { id: 'VARCHAR' }, role: 'field', field: Buffer.from('name') },
  { name: 'photo', type: { id: 'BLOB' }, role: 'field', field: Buffer.from('photo') },
];
const KEY = 0;
const AGE = 2;

function request(pattern: string, filter: Predicate | null, more: Partial<ScanRequest> = {}): ScanRequest {
  return scanRequest({ pattern, columns: COLUMNS, projection: [AGE, KEY], filter, rowLimit: 10, batchRows: 100, ...more });
}

const text = (value: string | null): Constant => ({ type: 'VARCHAR', value });
const is = (value: string | null, column = KEY): Predicate => ({ kind: 'comparison', op: '=', column, value: text(value) });
const isIn = (...values: (string | null)[]): Predicate => ({ kind: 'in', column: KEY, values: values.map(text) });
const begins = (prefix: string, column = KEY): Predicate => ({ kind: 'prefix', column, prefix });
const all = (...children: Predicate[]): Predicate => ({ kind: 'and', children });
const any = (...children: Predicate[]): Predicate => ({ kind: 'or', children });
const bound = (op: '<' | '<=' | '>' | '>=', value: string): Predicate => ({
  kind: 'comparison',
  op,
  column: KEY,
  value: text(value),
});
const AGED: Predicate = { kind: 'comparison', op: '>', column: AGE, value: { type: 'DOUBLE', value: 30 } };
const OPAQUE: Predicate = { kind: 'opaque', text: 'f(x)' };

function shown(access: AccessPath): string {
  if (access.kind === 'empty') return 'empty';
  const isPattern = access.kind === 'scan' || access.kind === 'search';
  const parts = access.kind === 'keys' ? access.keys : isPattern ? [access.pattern] : [];
  return `${access.kind} ${parts.map((part) => Buffer.from(part).toString()).join(' ')}`;
}

describe('hashSource', () => {
  it.each<[string, Predicate | null, string, FilterAnswer]>([
    ['user:*', null, 'scan user:*', 'exact'],
    ['user:1', null, 'keys user:1', 'exact'],
    ['user:\\*', null, 'keys user:*', 'exact'],
    ['', null, 'keys ', 'exact'],
    // Keys by name.
    ['user:*', is('user:1'), 'keys user:1', 'exact'],
    ['u?er:*', is('user:1'), 'keys user:1', 'exact'],
    ['user:*', is('other'), 'empty', 'exact'],
    ['user:*', is(null), 'empty', 'exact'],
    ['user:1', is('user:1'), 'keys user:1', 'exact'],
    ['user:1', is('user:2'), 'empty', 'exact'],
    ['user:*', isIn('user:2', 'user:1', 'user:2', 'x', null), 'keys user:2 user:1', 'exact'],
    ['user:*', isIn('x', null), 'empty', 'exact'],
    ['*', is('ключ'), 'keys ключ', 'exact'],
    ['*', is(''), 'keys ', 'exact'],
    ['**', is(''), 'empty', 'exact'],
    // Constants that name no single key.
    ['user:*', is('user:\\xff'), 'scan user:*', 'unsupported'],
    ['user:*', isIn('user:1', 'user:\\xff'), 'scan user:*', 'unsupported'],
    ['user:*', is('user:\\xFF'), 'keys user:\\xFF', 'exact'],
    ['user:*', is('user:\ud800'), 'scan user:*', 'unsupported'],
    [
      'user:*',
      { kind: 'comparison', op: '=', column: KEY, value: { type: 'BLOB', value: 'user:1' } },
      'scan user:*',
      'unsupported',
    ],
    ['user:*', { kind: 'in', column: KEY, values: [text('user:1'), { type: 'DOUBLE', value: 1 }] }, 'scan user:*', 'unsupported'],
    ['user:[ä-ö]*', is('user:1'), 'scan user:[ä-ö]*', 'unsupported'],
    // Other columns and operators.
    ['user:*', is('user:1', 3), 'scan user:*', 'unsupported'],
    ['user:*', begins('user:1', 3), 'scan user:*', 'unsupported'],
    ['user:*', { kind: 'in', column: AGE, values: [text('user:1')] }, 'scan user:*', 'unsupported'],
    ['user:*', { kind: 'comparison', op: '>=', column: KEY, value: text('user:1') }, 'scan user:*', 'unsupported'],
    ['user:*', { kind: 'not', child: is('user:1') }, 'scan user:*', 'unsupported'],
    ['user:*', is('user:1', 99), 'scan user:*', 'unsupported'],
    ['user:*', OPAQUE, 'scan user:*', 'unsupported'],
    ['user:*', { kind: 'isNotNull', column: KEY }, 'scan user:*', 'exact'],
    ['user:*', { kind: 'isNull', column: KEY }, 'empty', 'exact'],
    ['user:*', { kind: 'isNull', column: AGE }, 'scan user:*', 'unsupported'],
    ['user:*', { kind: 'isNotNull', column: AGE }, 'scan user:*', 'unsupported'],
    // Prefixes.
    ['user:*', begins('user:1'), 'scan user:1*', 'exact'],
    ['*', begins('a*[?\\b'), 'scan a\\*\\[\\?\\\\b*', 'exact'],
    ['user:*', begins('us'), 'scan user:*', 'exact'],
    ['user:*', begins(''), 'scan user:*', 'exact'],
    ['user:*', begins('item:'), 'empty', 'exact'],
    ['user:1', begins('user:'), 'keys user:1', 'exact'],
    ['user:1', begins('item:'), 'empty', 'exact'],
    ['user:*:x', begins('user:1'), 'scan user:*:x', 'unsupported'],
    ['user:?', begins('user:1'), 'scan user:?', 'unsupported'],
    ['user:*', begins('user:1\\xff2'), 'scan user:1*', 'inexact'],
    ['user:*', begins('user:1\\'), 'scan user:1*', 'inexact'],
    ['user:*', begins('user:1\\x'), 'scan user:1*', 'inexact'],
    ['user:*', begins('user:1\\xe'), 'scan user:1*', 'inexact'],
    ['user:*', begins('user:1\\x7'), 'scan user:1\\\\x7*', 'exact'],
    ['*', begins('\\xff'), 'scan *', 'unsupported'],
    // AND.
    ['user:*', all(AGED, is('user:1')), 'keys user:1', 'inexact'],
    ['user:*', all(is('user:1'), is('user:2')), 'empty', 'exact'],
    ['user:*', all(isIn('user:1', 'user:22'), begins('user:2')), 'keys user:22', 'exact'],
    ['user:*', all(begins('user:1'), begins('user:12')), 'scan user:12*', 'exact'],
    ['user:*', all(begins('user:1'), begins('user:2')), 'empty', 'exact'],
    ['user:*', all(AGED, OPAQUE), 'scan user:*', 'unsupported'],
    ['user:*', all(AGED, begins('user:1')), 'scan user:1*', 'inexact'],
    ['user:*', all(AGED, { kind: 'isNotNull', column: KEY }), 'scan user:*', 'unsupported'],
    // Ranges: what all keys between two texts begin with.
    ['user:*', all(bound('>=', 'user:10'), bound('<', 'user:19')), 'scan user:1*', 'inexact'],
    ['user:*', all(bound('>', 'user:1'), bound('<=', 'user:1')), 'scan user:1*', 'inexact'],
    ['user:*', all(bound('>=', 'user:'), bound('<', 'user;')), 'scan user:*', 'inexact'],
    ['*', all(bound('>=', 'a'), bound('<', 'b')), 'scan *', 'unsupported'],
    ['*', all(bound('>', 'жа'), bound('<', 'жб')), 'scan ж*', 'inexact'],
    ['*', all(bound('>', 'к'), bound('<', 'л')), 'scan *', 'unsupported'],
    ['user:*', all(bound('>', 'user:2'), bound('<', 'user:1')), 'empty', 'exact'],
    ['user:*', all(bound('>', 'user:10'), bound('<', 'user:19'), begins('user:12')), 'scan user:12*', 'inexact'],
    ['user:*', all(bound('>', 'user:1\\x'), bound('<', 'user:1\\xff')), 'scan user:1*', 'inexact'],
    ['user:?', all(bound('>', 'user:1'), bound('<', 'user:12')), 'scan user:?', 'unsupported'],
    // OR.
    ['user:*', any(is('user:1'), isIn('user:2', 'user:1')), 'keys user:1 user:2', 'exact'],
    ['user:*', any(is('user:1'), AGED), 'scan user:*', 'unsupported'],
    ['user:*', any(all(is('user:1'), AGED), is('user:2')), 'keys user:1 user:2', 'inexact'],
    ['user:*', any(begins('user:1'), begins('user:12')), 'scan user:1*', 'exact'],
    ['user:*', any(begins('user:11'), begins('user:12')), 'scan user:1*', 'inexact'],
    ['user:*', any(begins('user:1'), is('user:12')), 'scan user:1*', 'exact'],
    ['user:*', any(begins('user:11'), is('user:12')), 'scan user:1*', 'inexact'],
    ['user:*', any(begins('user:1'), is('user:2')), 'scan user:*', 'inexact'],
    ['user:*', any(is('x'), is(null)), 'empty', 'exact'],
    ['user:*', any(AGED, { kind: 'isNotNull', column: KEY }), 'scan user:*', 'exact'],
  ])('%j and filter %j', (pattern, filter, access, answer) => {
    const plan = hashSource.plan(request(pattern, filter), null);
    expect(shown(plan.access)).toBe(access);
    expect(plan.filterAnswer).toBe(answer);
    expect(filter === null ? answer : hashSource.classify(filter, request(pattern, filter))).toBe(answer);
    expect(plan.tasks.map((task) => [shown(task.access), task.rowLimit])).toEqual([[access, answer === 'exact' ? 10 : null]]);
    expect(shown(structuredClone(plan).access)).toBe(access);
  });

  it.each<[string, (keys: string[]) => Predicate]>([
    ['terms', (keys) => any(...keys.map((key) => is(key)))],
    ['terms that nest to the left', (keys) => keys.map((key) => is(key)).reduce((left, right) => any(left, right))],
    ['terms that nest to the right', (keys) => keys.map((key) => is(key)).reduceRight((right, left) => any(left, right))],
    ['terms with more filters', (keys) => any(...keys.map((key) => all(is(key), AGED)))],
  ])('names each key of 20,000 ORed %s once, in order', (_title, filterOf) => {
    const names = Array.from({ length: 20_000 }, (_, i) => `user:${i}`);
    const { access } = hashSource.plan(request('user:*', filterOf([...names, 'user:7', 'x'])), null);
    expect(access.kind === 'keys' ? access.keys.map((key) => Buffer.from(key).toString()) : access).toEqual(names);
  });

  it('intersects 20,000 ANDed terms that nest', () => {
    const filter = Array.from({ length: 20_000 }, () => is('user:1')).reduce((left, right) => all(left, right));
    expect(shown(hashSource.plan(request('user:*', filter), null).access)).toBe('keys user:1');
  });

  it('names at most 50,000 keys; for more it walks the pattern', () => {
    const names = Array.from({ length: MOST_KEYS }, (_, i) => `user:${i}`);
    const planOf = (filter: Predicate, pattern = 'user:*'): unknown => {
      const { access, filterAnswer, tasks } = hashSource.plan(request(pattern, filter), null);
      return [access.kind === 'keys' ? access.keys.length : shown(access), filterAnswer, tasks[0]?.rowLimit];
    };
    expect(planOf(isIn(...names, 'user:5'))).toEqual([MOST_KEYS, 'exact', 10]);
    expect(planOf(isIn(...names, 'user:x'))).toEqual(['scan user:*', 'unsupported', null]);
    expect(planOf(any(isIn(...names), is('user:x')))).toEqual(['scan user:*', 'unsupported', null]);
    expect(planOf(isIn(...names, 'user:x'), 'u?er:*')).toEqual(['scan u?er:*', 'unsupported', null]);
    expect(planOf(all(isIn(...names, 'user:x'), is('user:1')))).toEqual([1, 'inexact', null]);
  });

  it('gives a task its columns in the order of the projection', () => {
    const [task] = hashSource.plan(
      request('user:*', null, { server: 'other', onError: 'null', batchRows: 7, rowLimit: null }),
      null,
    ).tasks;
    expect(task).toMatchObject({
      source: 'hash',
      server: 'other',
      access: { kind: 'scan', pattern: Buffer.from('user:*') },
      columns: [COLUMNS[AGE], COLUMNS[KEY]],
      checkedColumns: [],
      onError: 'null',
      batchRows: 7,
      rowLimit: null,
    });
  });

  it.each<[OnError, string[]]>([
    ['skip', ['name']],
    ['null', []],
    ['error', []],
  ])("under on_error '%s' checks %j besides what is read", (onError, names) => {
    const [task] = hashSource.plan(request('user:*', null, { onError }), null).tasks;
    expect(task?.checkedColumns.map((column) => column.name)).toEqual(names);
  });

  it.each<[string, Predicate | null, string]>([
    ['user:*', is('x'), 'nothing'],
    ['user:\n*', null, 'user:\\x0a*'],
    ['user:*', isIn('user:1', 'user:2'), 'user:1, user:2'],
    ['user:*', isIn('user:1', 'user:2', 'user:3', 'user:4', 'user:5'), 'user:1, user:2, user:3 and 2 more'],
    [`${'x'.repeat(500)}*`, null, `${'x'.repeat(120)}…`],
  ])('shows %j with %j as %j', (pattern, filter, expected) => {
    expect(hashSource.plan(request(pattern, filter), null).accessText).toBe(expected);
  });
});

describe('the way by an index', () => {
  const access: SearchAccess = {
    ...{ kind: 'search', index: 'idx:user', query: '@age:[(30 inf]', params: [], sortBy: null, limit: null },
    ...{ form: 'blocking', expectedKeys: 7, pattern: Buffer.from('user:*') },
  };
  function answerFor(filter: Predicate, answers: readonly FilterAnswer[], more: Partial<AccessAnswer> = {}): AccessAnswer {
    const terms = filter.kind === 'and' ? filter.children : [filter];
    const conjuncts = terms.map((predicate, i) => {
      const answer = answers[i] ?? 'unsupported';
      return { predicate, where: answer === 'unsupported' ? 'DuckDB' : 'index idx:user', answer, why: null };
    });
    const filterAnswer = answers.every((answer) => answer === 'exact') ? 'exact' : 'inexact';
    return { access, conjuncts, filterAnswer, remarks: ['cheaper'], advice: null, estimatedRows: 7, ...more };
  }

  it.each<[string, Predicate, FilterAnswer[], Partial<ScanRequest>, string, FilterAnswer, string[]]>([
    ['goes by it', AGED, ['exact'], {}, 'search user:*', 'exact', ['index idx:user']],
    [
      'narrows its keys',
      all(AGED, begins('user:1')),
      ['exact', 'unsupported'],
      {},
      'search user:1*',
      'exact',
      ['index idx:user', 'keys'],
    ],
    [
      'leaves the rest to DuckDB',
      all(AGED, OPAQUE),
      ['exact', 'unsupported'],
      {},
      'search user:*',
      'inexact',
      ['index idx:user', 'DuckDB'],
    ],
    [
      'asks for named keys rather',
      all(AGED, is('user:1')),
      ['exact', 'unsupported'],
      {},
      'keys user:1',
      'inexact',
      ['DuckDB', 'keys'],
    ],
    ['scans where that is wanted', AGED, ['exact'], { accessChoice: 'scan' }, 'scan user:*', 'unsupported', ['DuckDB']],
    [
      'scans where indexes are off',
      AGED,
      ['exact'],
      { settings: { ...DEFAULT_SCAN_SETTINGS, useIndexes: false } },
      'scan user:*',
      'unsupported',
      ['DuckDB'],
    ],
    [
      'scans where filters are off',
      AGED,
      ['exact'],
      { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownFilters: false } },
      'scan user:*',
      'unsupported',
      ['DuckDB'],
    ],
  ])('%s', (_, filter, answers, more, expected, answer, where) => {
    const plan = hashSource.plan(request('user:*', filter, more), answerFor(filter, answers));
    expect(shown(plan.access)).toBe(expected);
    expect(plan.filterAnswer).toBe(answer);
    expect(plan.conjuncts.map((note) => note.where)).toEqual(where);
    expect(plan).toMatchObject({ remarks: ['cheaper'], estimatedRows: 7 });
    // Rows of an index are read after it was asked, and may have changed.
    expect(plan.tasks[0]?.rowLimit).toBeNull();
    expect(plan.tasks[0]?.access).toEqual(plan.access);
  });

  it('shows the advice only where there is a scan to spare', () => {
    const advice = { command: 'FT.CREATE …', saving: 'much' };
    const none = { access: null, advice } as const;
    expect(hashSource.plan(request('user:*', AGED), answerFor(AGED, ['unsupported'], none)).advice).toEqual(advice);
    expect(hashSource.plan(request('user:*', is('user:1')), answerFor(is('user:1'), ['unsupported'], none)).advice).toBeNull();
  });
});

describe('the commands of a plan', () => {
  it.each<[string, Predicate | null, Partial<ScanRequest>, string[]]>([
    ['user:*', null, {}, ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET … age']],
    ['user:*', null, { projection: [KEY] }, ['SCAN 0 MATCH user:* COUNT 1000 TYPE hash']],
    ['user:*', null, { projection: [1] }, ['SCAN 0 MATCH user:* COUNT 1000 TYPE hash', 'TTL …']],
    ['user:*', is('user:1'), { projection: [AGE, 3, 1] }, ['HMGET user:1 age name', 'TTL user:1']],
    ['user:*', is('user:1'), { projection: [KEY] }, ['HLEN user:1']],
    ['my users:*', is('my users:1'), {}, ['HMGET "my users:1" age']],
    ['user:*', is('x'), {}, []],
    ['user:*', isIn('user:1', 'user:2'), {}, ['HMGET user:1 age', 'HMGET user:2 age']],
    ['user:*', null, { onError: 'skip' }, ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET … age name']],
  ])('over %j with %j are told', (pattern, filter, more, commands) => {
    expect(hashSource.plan(request(pattern, filter, more), null).commands).toEqual(commands);
  });
});
