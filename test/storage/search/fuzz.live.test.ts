/**
 * Random filters of random constants over random data and indexes: the keys of the query hold all rows that pass (and no
 * others where it says exact), and no constant changes what a query means. Rows are judged by predicate-truth.ts.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Constant, Predicate, TableColumn } from '../../../src/storage/index.ts';
import { mayMatch } from '../../support/predicate-truth.ts';
import { field, KEY, type SearchWorld, startSearchWorld } from './search-world.ts';

const SEEDS = 12;
const FILTERS = 60;
const ROWS = 60;

type Cell = string | bigint | number | boolean | null;

let world: SearchWorld;
beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const COLUMNS: readonly TableColumn[] = [
  KEY,
  field('n', 'BIGINT'),
  field('d', 'DOUBLE'),
  field('t'),
  field('b', 'BOOLEAN'),
  field('c', { id: 'DECIMAL', width: 9, scale: 2 }),
  field('odd-name. x"y', 'INTEGER'),
];

class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed * 2_654_435_761 + 1;
  }
  /** 0 to below `end`. */
  below(end: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    return ((x ^ (x >>> 13)) >>> 0) % end;
  }
  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}

const INTEGERS = [
  '0',
  '1',
  '2',
  '7',
  '007',
  '-3',
  '-0',
  '30',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
];
const DOUBLES = [
  '0',
  '.5',
  '-0',
  '0.1',
  '1e3',
  '-1.5',
  '1e300',
  '5e-324',
  'inf',
  '-inf',
  '1e21',
  '123456789012345.6',
  '0.30000000000000004',
];
const DECIMALS = ['0', '1.10', '1.1', '-0.05', '1234567.89', '7', '99.99'];
const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  ' a',
  'a,b',
  'b,a',
  'a;b',
  ',',
  'ab',
  'abc',
  'aBc',
  '*',
  'a*',
  '$p0',
  '$p1',
  '@t:{a}',
  'a|b',
  '-a',
  '"a"',
  '{a}',
  '}',
  ')',
  '|',
  '\\',
  'a\\',
  'C:\\.config',
  '\\\\srv\\x',
  'a\\,b',
  'a\\-b',
  'a\\\\b',
  'a\\\\',
  '\\\\',
  'a\\ b',
  'a\0b',
  'Å',
  'å',
  'ß',
  'İ',
  '😀',
  '日本',
  'x'.repeat(4096),
  'x'.repeat(5000),
  'a\tb',
  '\n',
  '%a%',
  "'",
  '=>{$k: 1}',
  'null',
  'the',
  'true',
];
const BOOLEANS = ['true', 'TRUE', 'tRuE', 'yes', 'y', '1', 't', 'false', 'no', 'N', '0', 'f', 'F'];

interface Row {
  readonly key: string;
  /** Of a hash. */
  readonly fields: Record<string, string>;
  /** As a document. */
  readonly json: string;
  readonly cells: readonly Cell[];
}

const ODD = 'odd-name. x"y';

function rowFrom(random: Random, key: string, isDocument: boolean): Row {
  const fields: Record<string, string> = { always: '1' };
  const members: string[] = ['"always": 1'];
  const cell = <T extends Cell>(
    name: string,
    texts: readonly string[],
    read: (text: string) => T,
    write: (text: string) => string,
  ): T | null => {
    const choice = random.below(6);
    if (choice === 1) members.push(`${JSON.stringify(name)}: null`);
    if (choice < 2) return null;
    const text = random.one(texts);
    fields[name] = text;
    members.push(`${JSON.stringify(name)}: ${write(text)}`);
    return read(text);
  };
  const asNumber = (text: string): string => (/^[-+]?(?:0\d|\.)/.test(text) ? String(Number(text)) : text);
  const finite = isDocument ? DOUBLES.filter((text) => !text.includes('inf')) : DOUBLES;
  const n = cell('n', INTEGERS, BigInt, asNumber);
  const d = cell('d', finite, (text) => Number(text.replace('inf', 'Infinity')), asNumber);
  const arrays = isDocument ? [...TEXTS, '["a"]', '["a","b"]', '["x",null]'] : TEXTS;
  const t = cell('t', arrays, String, (text) => (text.startsWith('["') ? text : JSON.stringify(text)));
  const b = cell(
    'b',
    BOOLEANS,
    (text) => /^[ty1]/i.test(text),
    (text) => (/^(?:true|false)$/.test(text) ? text : JSON.stringify(text)),
  );
  const c = cell('c', DECIMALS, (text) => BigInt(Math.round(Number(text) * 100)), asNumber);
  const odd = cell(ODD, ['1', '2', '3'], BigInt, String);
  return { key, fields, json: `{${members.join(', ')}}`, cells: ['', n, d, t, b, c, odd] };
}

function constantFor(column: number, random: Random): Constant {
  switch (column) {
    case 1:
      return { type: 'BIGINT', value: BigInt(random.one(INTEGERS)) + BigInt(random.below(3) - 1) };
    case 2:
      return { type: 'DOUBLE', value: Number(random.one(DOUBLES).replace('inf', 'Infinity')) };
    case 3:
      return { type: 'VARCHAR', value: random.below(4) === 0 ? random.one(TEXTS) + random.one(TEXTS) : random.one(TEXTS) };
    case 4:
      return { type: 'BOOLEAN', value: random.below(2) === 0 };
    case 5:
      return { type: 'DECIMAL(9,2)', value: BigInt(Math.round(Number(random.one(DECIMALS)) * 100)) };
    default:
      return { type: 'INTEGER', value: BigInt(random.below(4)) };
  }
}

function filterFrom(random: Random, depth: number): Predicate {
  const column = 1 + random.below(COLUMNS.length - 1);
  const kind = random.below(depth > 0 ? 11 : 8);
  const child = (): Predicate => filterFrom(random, depth - 1);
  if (kind < 4)
    return {
      kind: 'comparison',
      op: random.one(['=', '=', '<>', '<', '<=', '>', '>='] as const),
      column,
      value: constantFor(column, random),
    };
  if (kind === 4)
    return { kind: 'in', column, values: Array.from({ length: 1 + random.below(4) }, () => constantFor(column, random)) };
  if (kind === 5) return { kind: 'isNull', column };
  if (kind === 6) return { kind: 'isNotNull', column };
  if (kind === 7) return { kind: 'prefix', column: 3, prefix: random.one(TEXTS) + random.one(['', 'a', 'b']) };
  if (kind === 8) return { kind: 'not', child: child() };
  return { kind: kind === 9 ? 'and' : 'or', children: Array.from({ length: 2 + random.below(2) }, child) };
}

function schemaFrom(random: Random, isDocument: boolean): string[] {
  const named = (name: string): string[] => (isDocument ? [`$[${JSON.stringify(name)}]`, 'AS', name] : [name]);
  const maybe = (word: string): string[] => (random.below(2) === 0 ? [word] : []);
  const numeric = (name: string): string[] => [...named(name), 'NUMERIC', ...maybe('INDEXMISSING'), ...maybe('SORTABLE')];
  const separator = random.one([[], ['SEPARATOR', ';'], ['SEPARATOR', '\x1f'], ['SEPARATOR', 'a'], ['SEPARATOR', '|']]);
  const tag = [
    'TAG',
    ...maybe('INDEXMISSING'),
    ...maybe('INDEXEMPTY'),
    ...separator,
    ...maybe('CASESENSITIVE'),
    ...maybe('WITHSUFFIXTRIE'),
  ];
  const sortable = random.one([[], ['SORTABLE'], ['SORTABLE', 'UNF']]);
  const path = isDocument ? `$[${JSON.stringify(ODD)}]` : ODD;
  const odd = [path, ...random.one([isDocument ? ['AS', 'n3'] : [], ['AS', 'n2'], ['AS', 'n:2 {x}']]), 'NUMERIC'];
  // A document's texts cannot be sorted raw or otherwise: UNF is theirs anyway.
  const order = isDocument ? [] : sortable;
  return [
    ...numeric('n'),
    ...numeric('d'),
    ...named('t'),
    ...tag,
    ...order,
    ...named('b'),
    'TAG',
    ...maybe('CASESENSITIVE'),
    ...numeric('c'),
    ...odd,
  ];
}

const DOCUMENT_COLUMNS = COLUMNS.map((column) =>
  column.role === 'key' ? column : { ...column, path: `$[${JSON.stringify(column.name)}]` },
);

const CASES = Array.from({ length: SEEDS }, (_, i) => ({ seed: i + 1, kind: i % 3 === 2 ? 'documents' : 'hashes' }));

it.each(CASES)('keeps all $kind of random filters, seed $seed', async ({ seed, kind }) => {
  const random = new Random(seed);
  const isDocument = kind === 'documents';
  await world.reset();
  const rows = Array.from({ length: ROWS }, (_, i) => rowFrom(random, `k:${i}`, isDocument));
  if (isDocument) await world.redis.callAll(rows.map(({ key, json }) => ['JSON.SET', key, '$', json]));
  else await world.put(Object.fromEntries(rows.map(({ key, fields }) => [key, fields])));
  const schema = schemaFrom(random, isDocument);
  await world.redis.call('FT.CREATE', 'i', 'ON', isDocument ? 'JSON' : 'HASH', 'PREFIX', '1', 'k:', 'SCHEMA', ...schema);
  await world.createIndex('wait', 'ON HASH PREFIX 1 zzz SCHEMA n NUMERIC');
  const onError = random.one(['error', 'error', 'null', 'skip'] as const);
  const asked = {
    columns: isDocument ? DOCUMENT_COLUMNS : COLUMNS,
    source: isDocument ? 'json' : 'hash',
    pattern: 'k:*',
    index: 'i',
    onError,
  } as const;
  let pushed = 0;
  let exact = 0;
  for (let i = 0; i < FILTERS; i++) {
    const filter = filterFrom(random, 3);
    const answer = await world.resolve({ ...asked, filter });
    const keys = await world.keysOf(answer);
    if (keys === null) continue;
    pushed += 1;
    const wanted = rows.filter(({ cells }) => mayMatch(filter, cells)).map(({ key }) => key);
    const missing = rows.filter(({ key }) => wanted.includes(key) && !keys.includes(key));
    const shown = JSON.stringify({ filter, query: answer.access?.query, params: answer.access?.params, schema }, (_, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    );
    expect({ missing, shown }).toEqual({ missing: [], shown });
    if (answer.filterAnswer !== 'exact') continue;
    exact += 1;
    expect({ keys, shown }).toEqual({ keys: wanted.toSorted(), shown });
  }
  expect(pushed).toBeGreaterThan(FILTERS / 6);
  expect(exact).toBeGreaterThan(onError === 'error' ? 2 : -1);
});
