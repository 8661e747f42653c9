/** Makes worlds: tables of hashes with missing, odd and bad fields, indexes that fit or do not, and keys beside them. */
import type { Random } from '../random.ts';
import { indexesFor } from './indexes.ts';
import { KINDS } from './values.ts';
import type { Column, ColumnKind, Extra, Row, Sample, Table, World } from './words.ts';

/** Every table has these, so that joins and groups meet. */
const COMMON: readonly ColumnKind[] = ['word', 'small'];
const OTHERS: readonly ColumnKind[] = [
  'name',
  'wide',
  'int',
  'huge',
  'money',
  'deep',
  'real',
  'wild',
  'flag',
  'day',
  'at',
  'ms',
  'sec',
  'zoned',
  'word',
  'small',
  'real',
  'flag',
  'ms',
  'wide',
];

export function makeWorld(random: Random, number: number): World {
  const tables = Array.from({ length: random.int(2, 3) }, (_, i) => makeTable(random.fork(`table ${i}`), i));
  const indexes = tables.flatMap((table) => indexesFor(random.fork(`indexes of ${table.name}`), table));
  return { number, tables, indexes, extras: extrasFor(tables) };
}

function makeTable(random: Random, position: number): Table {
  const kinds = [...COMMON, ...random.some(OTHERS, random.int(3, 5))];
  const columns = kinds.map((kind, i) => makeColumn(random, kind, `${kind[0] ?? ''}${i}`));
  const onError = random.weighted([
    [5, 'error'],
    [2, 'null'],
    [1, 'skip'],
  ] as const);
  const prefix = `eq:${position}:`;
  const isTemplate = random.percent(25);
  const rowCount = random.weighted([
    [1, 0],
    [2, random.int(1, 8)],
    [12, random.int(30, 140)],
  ]);
  const rows = Array.from({ length: rowCount }, (_, i): Row => {
    const key = isTemplate ? `${prefix}${random.pick(['x', 'y', 'z:z'])}:${i}` : `${prefix}${i}`;
    return { key, cells: makeCells(random, columns, onError !== 'error') };
  });
  return {
    name: `t${position}`,
    source: 'hash',
    prefix,
    template: isTemplate ? `${prefix}{grp}:{num}` : null,
    columns,
    rows,
    onError,
  };
}

function makeColumn(random: Random, kind: ColumnKind, name: string): Column {
  const spec = KINDS[kind];
  const pool: Sample[] = Array.from({ length: random.int(4, 14) }, () => spec.sample(random));
  return { name, kind, type: spec.type, pool };
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

/** Keys of other types under each prefix, and hashes whose names only look alike. */
function extrasFor(tables: readonly Table[]): Extra[] {
  const beside = tables.flatMap(({ prefix }): Extra[] => [
    { key: `${prefix}string`, commands: [['SET', `${prefix}string`, 'no hash']] },
    { key: `${prefix}list`, commands: [['RPUSH', `${prefix}list`, '1']] },
    { key: `${prefix.slice(0, -1)}0:1`, commands: [['HSET', `${prefix.slice(0, -1)}0:1`, 's1', '7', 'w0', 'a']] },
  ]);
  return [...beside, { key: 'other:1', commands: [['HSET', 'other:1', 's1', '7', 'w0', 'Paris', 'other', 'p']] }];
}
