/** Makes tables whose keys hold many rows, and strings: sets, lists, sorted sets and streams, with what Redis says of each row. */
import type { Random } from '../random.ts';
import { makeColumn } from './make-column.ts';
import { KINDS } from './values.ts';
import type { Column, ColumnKind, Row, Source, Table } from './words.ts';

const VALUE_KINDS: readonly ColumnKind[] = ['word', 'word', 'name', 'small', 'real', 'wide', 'day'];
const MOST_ELEMENTS = 25;

export function makeElementTable(random: Random, position: number): Table {
  const source = random.pick<Exclude<Source, 'hash' | 'json'>>([
    'string',
    'set',
    'set',
    'list',
    'zset',
    'zset',
    'stream',
    'stream',
  ]);
  const prefix = `eq:${position}:`;
  const columns = columnsOf(random, source);
  const keyCount = source === 'string' ? random.int(1, 80) : random.int(1, 5);
  const keys = Array.from({ length: keyCount }, (_, i) => `${prefix}${i}`);
  const rows = keys.flatMap((key) => rowsOf(random, source, columns, key));
  return { name: `t${position}`, source, prefix, template: null, columns, rows, onError: 'error' };
}

function columnsOf(random: Random, source: Source): Column[] {
  const value = (name: string): Column => makeColumn(random, random.pick(VALUE_KINDS), name);
  const part = (kind: ColumnKind, name: string): Column => ({ ...makeColumn(random, kind, name), isPart: true });
  switch (source) {
    case 'string':
      return [value('value')];
    case 'set':
      return [value('member')];
    case 'list':
      return [part('place', 'position'), value('element')];
    case 'zset':
      return [part('place', 'rank'), value('member'), part('score', 'score')];
    default:
      return [part('entryId', '_id'), part('entryTime', '_ts'), part('place', '_seq'), value('s1'), value('w2')];
  }
}

function rowsOf(random: Random, source: Source, columns: readonly Column[], key: string): Row[] {
  const texts = (name: string): string => {
    const column = columns.find((one) => one.name === name);
    return column === undefined
      ? ''
      : random.percent(60)
        ? random.pick(column.pool).text
        : KINDS[column.kind].sample(random).text;
  };
  const count = random.int(1, MOST_ELEMENTS);
  const many = (name: string): string[] => Array.from({ length: count }, () => texts(name));
  switch (source) {
    case 'string':
      return [{ key, cells: { value: texts('value') } }];
    case 'set':
      return [...new Set(many('member'))].map((member) => ({ key, cells: { member } }));
    case 'list':
      return many('element').map((element, i) => ({ key, cells: { position: String(i), element } }));
    case 'zset':
      return ranked([...new Set(many('member'))].map((member) => ({ member, score: texts('score') }))).map((cells) => ({
        key,
        cells,
      }));
    default:
      return entries(many('_id')).map((parts) => {
        const s1 = texts('s1');
        return { key, cells: { ...parts, s1, ...(random.percent(75) && { w2: texts('w2') }) } };
      });
  }
}

/** By score, then by the member's bytes, as Redis keeps them. */
function ranked(members: readonly { readonly member: string; readonly score: string }[]): Record<string, string>[] {
  const scoreOf = (text: string): number => (text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text));
  const sorted = members.toSorted(
    (a, b) => Math.sign(scoreOf(a.score) - scoreOf(b.score)) || Buffer.compare(Buffer.from(a.member), Buffer.from(b.member)),
  );
  return sorted.map(({ member, score }, rank) => ({ rank: String(rank), member, score }));
}

/** Ids in the order in which they must be added, each once. */
function entries(ids: readonly string[]): Record<string, string>[] {
  const parsed = [...new Set(ids)].map((id) => id.split('-').map(Number));
  const sorted = parsed.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
  return sorted.map(([ms = 0, seq = 0]) => ({ _id: `${ms}-${seq}`, _ts: String(ms), _seq: String(seq) }));
}
