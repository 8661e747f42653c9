/** Makes worlds: tables of hashes with missing, odd and bad fields, indexes that fit or do not, and keys beside them. */
import type { Random } from '../random.ts';
import { makeElementTable } from './element-tables.ts';
import { indexesFor } from './indexes.ts';
import { makeColumn } from './make-column.ts';
import { KINDS } from './values.ts';
import type { Column, ColumnKind, Extra, Row, Table, World } from './words.ts';

/** Every table has these, so that joins and groups meet. */
const COMMON: readonly ColumnKind[] = ['word', 'small'];
const OTHERS: readonly ColumnKind[] = [
  ...([
    'name',
    'wide',
    'int',
    'huge',
    'money',
    'deep',
    'real',
    'wild',
    'flag',
    'flag',
    'ms',
    'sec',
    'day',
    'at',
    'zoned',
  ] as const),
  ...(['word', 'small', 'real', 'flag', 'ms', 'wide', 'wide', 'small', 'real', 'money', 'word', 'int'] as const),
];

const FILL = `for i = 1, ARGV[1] do redis.call('SET', 'filler:' .. i, i) end`;
const FILLER_COUNT = 4000;

export function makeWorld(random: Random, number: number): World {
  const hashes = Array.from({ length: random.int(2, 3) }, (_, i) => makeTable(random.fork(`table ${i}`), i, 'hash'));
  const documents = random.percent(60) ? [makeTable(random.fork('documents'), 3, 'json')] : [];
  const others = [4, 5].map((position) => makeElementTable(random.fork(`table ${position}`), position));
  const tables = [...hashes, ...documents, ...others];
  const indexes = [...hashes, ...documents].flatMap((table) => indexesFor(random.fork(`indexes of ${table.name}`), table));
  return {
    number,
    tables,
    indexes,
    extras: extrasFor(hashes),
    config: configFor(random.fork('config')),
    closing: closingFor(random.fork('closing'), hashes),
  };
}

function makeTable(random: Random, position: number, source: 'hash' | 'json'): Table {
  const kinds = [...COMMON, ...random.some(OTHERS, random.int(3, 5))];
  const isPlain = source === 'json' && random.percent(90);
  const made = kinds.map((kind, i) => makeColumn(random, kind, `${kind}${i}`));
  // An index of documents takes numbers, but no strings that hold numbers.
  const columns = isPlain ? made.map(withPlainPool) : made;
  const onError = random.weighted([
    [8, 'error'],
    [2, 'null'],
    [1, 'skip'],
  ] as const);
  const hasBad = onError !== 'error' && !isPlain && random.percent(14);
  const prefix = `eq:${position}:`;
  const isTemplate = random.percent(25);
  const rowCount = random.weighted([
    [1, 0],
    [2, random.int(1, 8)],
    [10, random.int(30, 140)],
    [3, random.int(140, 260)],
  ]);
  const rows = Array.from({ length: rowCount }, (_, i): Row => {
    const key = isTemplate ? `${prefix}${random.pick(['x', 'y', 'z:z'])}:${i}` : `${prefix}${i}`;
    const cells = makeCells(random, columns, hasBad);
    return source === 'hash' ? { key, cells } : { key, cells, json: membersFor(random, columns, cells, isPlain) };
  });
  return {
    name: `t${position}`,
    source,
    prefix,
    template: isTemplate ? `${prefix}{grp}:{num}` : null,
    columns,
    rows,
    onError,
  };
}

/** Fields of a row; the field `other` belongs to no column. */
function makeCells(random: Random, columns: readonly Column[], hasBad: boolean): Record<string, string> {
  const cells: Record<string, string> = { other: random.pick(['p', 'q', 'paris']) };
  for (const { name, kind, pool } of columns) {
    const { bad } = KINDS[kind];
    if (random.percent(14)) continue;
    cells[name] = hasBad && bad.length > 0 && random.percent(3) ? random.pick(bad) : random.pick(pool).text;
  }
  return cells;
}

/** Tells whether a text is JSON's own way to write the value. */
function isMember(type: string, text: string): boolean {
  if (type === 'BOOLEAN') return /^(true|false)$/.test(text);
  return !/^(VARCHAR|TIMESTAMP|TIMESTAMPTZ)$/.test(type) && /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(text) && text !== '-0';
}

function withPlainPool(column: Column): Column {
  const pool = column.pool.filter(({ text }) => isMember(column.type, text));
  return pool.length === 0 ? column : { ...column, pool };
}

/** Numbers and words of JSON where they say the same as the text, and null for some that are missing. */
function membersFor(random: Random, columns: readonly Column[], cells: Row['cells'], isPlain: boolean): Record<string, string> {
  const members: Record<string, string> = {};
  for (const { name, type } of columns) {
    const text = cells[name];
    if (text === undefined && random.percent(40)) members[name] = 'null';
    if (text === undefined || !(isPlain || random.percent(70))) continue;
    if (isMember(type, text)) members[name] = text;
  }
  return members;
}

/** Images and clouds come with small limits: then a cursor reads what one search would not give as a whole (trap 21). */
function configFor(random: Random): Record<string, string> {
  return {
    MAXSEARCHRESULTS: random.percent(30) ? String(random.int(5, 30)) : '1000000',
    MAXAGGREGATERESULTS: random.percent(5) ? '40' : '-1',
    MAXPREFIXEXPANSIONS: random.percent(15) ? '5' : random.percent(60) ? '100000' : '200',
  };
}

/** In some worlds keys have a time to live, or have ended, or fields have; what has ended is in no table. */
function closingFor(random: Random, tables: readonly Table[]): string[][] {
  const lived = random.percent(5) ? tables.flatMap(({ rows }) => random.some(rows, 3)) : [];
  const ended = random.percent(7) ? tables : [];
  const fields = random.percent(8) ? tables.flatMap(({ rows }) => random.some(rows, 3)) : [];
  return [
    ...lived.map(({ key }) => ['EXPIRE', key, '100000']),
    ...ended.flatMap(({ prefix, columns }) => {
      const cells = makeCells(random, columns, false);
      const key = `${prefix}gone`;
      return [
        ['HSET', key, ...Object.entries(cells).flat()],
        ['PEXPIRE', key, '1'],
      ];
    }),
    ...fields.flatMap(({ key }) => [
      ['HSET', key, 'gone', '7'],
      ['HPEXPIRE', key, '1', 'FIELDS', '1', 'gone'],
    ]),
  ];
}

/** Keys of other types under each prefix, and hashes whose names only look alike. */
function extrasFor(tables: readonly Table[]): Extra[] {
  const beside = tables.flatMap(({ prefix }): Extra[] => [
    { key: `${prefix}string`, commands: [['SET', `${prefix}string`, 'no hash']] },
    { key: `${prefix}list`, commands: [['RPUSH', `${prefix}list`, '1']] },
    { key: `${prefix.slice(0, -1)}0:1`, commands: [['HSET', `${prefix.slice(0, -1)}0:1`, 'small1', '7', 'word0', 'a']] },
  ]);
  // A keyspace in which an index is worth asking.
  const filler: Extra = { key: 'filler:1', commands: [['EVAL', FILL, '0', String(FILLER_COUNT)]] };
  return [filler, ...beside, { key: 'other:1', commands: [['HSET', 'other:1', 'small1', '7', 'word0', 'Paris', 'other', 'p']] }];
}
