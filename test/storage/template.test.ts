import { describe, expect, it } from 'vitest';
import { type AccessPath, type Constant, type FilterAnswer, globMatches, type Predicate } from '../../src/storage/index.ts';
import { parseTemplate } from '../../src/storage/keys/template.ts';
import { matchTemplate } from '../../src/storage/keys/template-match.ts';
import { bindCall, scanRequest, source } from '../support/scans.ts';

describe('parseTemplate', () => {
  it.each<[string, string, string[]]>([
    ['user:*', 'user:*', []],
    ['', '', []],
    ['user:{id}', 'user:*', ['id']],
    ['user:{id}:order:{order_id}', 'user:*:order:*', ['id', 'order_id']],
    ['{tenant}:*:{rest*}', '*:*:*', ['tenant', 'rest*']],
    ['a{größe}b', 'a*b', ['größe']],
    // A brace is written with a backslash, which means the same to Redis; in a class it is one by itself.
    ['\\{tag}:1', '\\{tag}:1', []],
    ['\\{tag\\}:{id}', '\\{tag\\}:*', ['id']],
    ['[{}]x', '[{}]x', []],
    ['[^\\]{]{id}', '[^\\]{]*', ['id']],
    ['a}b', 'a}b', []],
    ['\\\\{id}', '\\\\*', ['id']],
  ])('reads %j as the pattern %j with the captures %j', (text, pattern, captures) => {
    const parsed = parseTemplate(text);
    expect(parsed.pattern).toBe(pattern);
    const pieces = parsed.template?.pieces.flatMap((piece) =>
      piece.kind === 'capture' ? [`${piece.name}${piece.isGreedy ? '*' : ''}`] : [],
    );
    expect(pieces ?? []).toEqual(captures);
    expect(parsed.template?.captures ?? []).toEqual(captures.map((name) => name.replace('*', '')));
  });

  it.each([
    ['user:{}', /brace at character 6 .*valid: \{name\}/],
    ['user:{1}', /brace at character 6/],
    ['user:{id', /brace at character 6/],
    ['user:{id**}', /brace at character 6/],
    ['{a}{b}', /nothing between the capture «b»/],
    ['{id}:{ID}', /two captures called «ID»/],
  ])('refuses %j', (text, message) => {
    expect(() => parseTemplate(text)).toThrow(
      expect.objectContaining({ code: 'RQ_ARGUMENT', message: expect.stringMatching(message) }),
    );
  });
});

const text = (value: string | null): Constant => ({ type: 'VARCHAR', value });
const is = (column: number, value: string | null): Predicate => ({ kind: 'comparison', op: '=', column, value: text(value) });
const isIn = (column: number, ...values: string[]): Predicate => ({ kind: 'in', column, values: values.map(text) });
const begins = (column: number, prefix: string): Predicate => ({ kind: 'prefix', column, prefix });
const all = (...children: Predicate[]): Predicate => ({ kind: 'and', children });
const any = (...children: Predicate[]): Predicate => ({ kind: 'or', children });

function planFor(pattern: string, filter: Predicate, types: Record<string, string> = {}) {
  const { columns, ...call } = bindCall('hash', [pattern], { columns: types });
  return source('hash').plan(scanRequest({ ...call, columns, filter, rowLimit: 5, projection: [0] }), null);
}

function shown(access: AccessPath): string {
  const parts = access.kind === 'keys' ? access.keys : access.kind === 'scan' ? [access.pattern] : [];
  return [access.kind, ...parts.map((part) => Buffer.from(part).toString())].join(' ');
}

describe('captures', () => {
  it('are columns behind _key, of a declared type; a field of the same name has to give way', () => {
    const { columns } = bindCall('hash', ['u:{id}:{name}'], { columns: { id: 'BIGINT', age: 'INTEGER' } }, null, ['_ttl']);
    expect(columns.map(({ name, role, type, capture }) => [name, role, type.id, capture])).toEqual([
      ['_key', 'key', 'VARCHAR', undefined],
      ['_ttl', 'ttl', 'BIGINT', undefined],
      ['id', 'capture', 'BIGINT', 0],
      ['name', 'capture', 'VARCHAR', 1],
      ['age', 'field', 'INTEGER', undefined],
    ]);
    const field = { field: Buffer.from('id'), name: 'id', type: { id: 'BIGINT' }, share: 1, nullShare: 0 } as const;
    const inferred = {
      columns: [{ ...field, examples: [], disagreeing: [] }],
      sampledKeys: 1,
      visitedKeys: 1,
      skippedKeys: 0,
      notes: [],
      columnNotes: [],
    };
    expect(bindCall('hash', ['u:{id}'], {}, inferred).columns.map(({ name, role }) => [name, role])).toEqual([
      ['_key', 'key'],
      ['id', 'capture'],
      ['id_2', 'field'],
    ]);
  });

  const ID = 1;
  const ORDER = 2;
  const TWO = 'user:{id}:order:{order_id}';
  it.each<[string, Predicate, string, FilterAnswer]>([
    ['user:{id}', is(ID, '7'), 'keys user:7', 'exact'],
    ['user:{id}', is(ID, '7*'), 'keys user:7*', 'exact'],
    ['user:{id}', is(ID, ''), 'empty', 'exact'],
    ['user:{id}', is(ID, null), 'empty', 'exact'],
    ['user:{id}', is(ID, 'a:b'), 'empty', 'exact'],
    ['user:{id*}', is(ID, 'a:b'), 'keys user:a:b', 'inexact'],
    ['user:{id}', isIn(ID, '7', '8', '7'), 'keys user:7 user:8', 'exact'],
    ['user:{id}', is(ID, '\\xff'), 'scan user:*', 'unsupported'],
    ['user:{id}', begins(ID, '7'), 'scan user:7*', 'exact'],
    ['user:{id}', { kind: 'not', child: is(ID, '7') }, 'scan user:*', 'unsupported'],
    ['user:{id}', { kind: 'comparison', op: '>', column: ID, value: text('7') }, 'scan user:*', 'unsupported'],
    [TWO, is(ID, '7'), 'scan user:7:order:*', 'exact'],
    [TWO, is(ID, 'a*?[]\\'), 'scan user:a\\*\\?\\[]\\\\:order:*', 'exact'],
    [TWO, is(ORDER, '7'), 'scan user:*:order:7', 'exact'],
    [TWO, isIn(ID, '71', '72'), 'scan user:7*:order:*', 'inexact'],
    [TWO, isIn(ID, '1', '2'), 'scan user:*:order:*', 'inexact'],
    [TWO, begins(ID, '7'), 'scan user:7*:order:*', 'exact'],
    [TWO, all(is(ID, '7'), is(ORDER, '9')), 'keys user:7:order:9', 'exact'],
    [
      TWO,
      all(isIn(ID, '7', '8'), isIn(ORDER, '1', '2')),
      'keys user:7:order:1 user:7:order:2 user:8:order:1 user:8:order:2',
      'exact',
    ],
    [TWO, all(is(ID, '7'), is(0, 'user:7:order:1')), 'keys user:7:order:1', 'inexact'],
    [TWO, any(is(ID, '7'), is(ORDER, '9')), 'scan user:*:order:*', 'unsupported'],
    [
      TWO,
      any(all(is(ID, '7'), is(ORDER, '1')), all(is(ID, '7'), is(ORDER, '2'))),
      'keys user:7:order:1 user:7:order:2',
      'inexact',
    ],
    // Where a key may be taken apart in several ways, the rest is checked.
    ['{a}-{b}', is(1, 'x'), 'scan x-*', 'inexact'],
    ['*:{a}', is(1, 'x'), 'scan *:x', 'inexact'],
  ])('of %j with %j reach %s, %s', (pattern, filter, access, answer) => {
    const plan = planFor(pattern, filter);
    expect(shown(plan.access)).toBe(access);
    expect(plan.filterAnswer).toBe(answer);
    expect(plan.tasks[0]?.rowLimit).toBe(answer === 'exact' ? 5 : null);
    expect(plan.tasks[0]?.template).not.toBeNull();
  });

  it('of another type are not asked for by name, and EXPLAIN says why', () => {
    const filter: Predicate = { kind: 'comparison', op: '=', column: ID, value: { type: 'BIGINT', value: 7n } };
    const plan = planFor('user:{id}', filter, { id: 'BIGINT' });
    expect(shown(plan.access)).toBe('scan user:*');
    expect(plan.conjuncts).toMatchObject([
      { where: 'DuckDB', answer: 'unsupported', why: 'one value may be written in several ways in a key' },
    ]);
  });

  const PATTERNS = ['u:{a}', 'u:{a}:{b}', 'u:{a}-{b}', '{a}:{b*}', 'u:{a}:x', 'u*:{a}'];
  const TEXTS = ['1', '12', 'x', 'x-y', 'a:b', '', '*', '1-2'];
  const KEYS = TEXTS.flatMap((a) =>
    ['u:', 'u:1:', 'v:', 'u2:'].flatMap((head) => [`${head}${a}`, `${head}${a}:x`, `${head}${a}-1`]),
  );
  const leaves = [1, 2].flatMap((column) => [
    ...TEXTS.map((value) => is(column, value)),
    ...TEXTS.map((value) => begins(column, value)),
    isIn(column, '1', '12'),
    isIn(column, 'x', 'a:b'),
  ]);
  const filters = [
    ...leaves,
    ...leaves.flatMap((a, i) => [
      all(a, leaves[(i * 7 + 3) % leaves.length] ?? a),
      any(a, leaves[(i * 5 + 1) % leaves.length] ?? a),
    ]),
  ];

  /** What a capture is for SQL: text, compared as such. */
  function holds(predicate: Predicate, row: readonly string[]): boolean {
    switch (predicate.kind) {
      case 'comparison':
        return row[predicate.column] === predicate.value.value;
      case 'in':
        return predicate.values.some(({ value }) => value === row[predicate.column]);
      case 'prefix':
        return row[predicate.column]?.startsWith(predicate.prefix) === true;
      case 'and':
        return predicate.children.every((child) => holds(child, row));
      default:
        return predicate.kind === 'or' && predicate.children.some((child) => holds(child, row));
    }
  }

  it.each(PATTERNS)('of %j never lose a row, and give no other where that is claimed', (pattern) => {
    const { template } = parseTemplate(pattern);
    if (template === null) throw new Error('no template');
    const rows = KEYS.flatMap((key) => {
      const spans = matchTemplate(template, Buffer.from(key));
      if (spans === null) return [];
      return [[key, ...template.captures.map((_, i) => key.slice(spans[i * 2], spans[i * 2 + 1]))]];
    });
    let narrowed = 0;
    for (const filter of filters) {
      const { access, filterAnswer } = planFor(pattern, filter);
      const given = rows.filter(([key = '']) => {
        if (access.kind === 'keys') return access.keys.some((one) => Buffer.from(one).toString() === key);
        return access.kind === 'scan' && globMatches(access.pattern, Buffer.from(key));
      });
      const selected = rows.filter((row) => holds(filter, row));
      const lost = selected.filter((row) => !given.includes(row));
      const needless = filterAnswer === 'exact' ? given.filter((row) => !selected.includes(row)) : [];
      expect({ lost, needless }, JSON.stringify(filter)).toEqual({ lost: [], needless: [] });
      if (given.length < rows.length) narrowed += 1;
    }
    expect(narrowed).toBeGreaterThan(filters.length / 4);
  });
});
