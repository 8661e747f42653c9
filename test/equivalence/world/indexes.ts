/** Makes indexes over a table: each option of each type of field, and every way in which an index may not cover its table. */
import type { Random } from '../random.ts';
import { KINDS } from './values.ts';
import { type Column, INDEX_STATES, type Index, type IndexedColumn, type IndexState, type Table } from './words.ts';

/** The type's word first. */
interface FieldType {
  readonly words: readonly string[];
  readonly options: readonly string[];
}

interface Field extends FieldType {
  /** Null where it holds another field than its column. */
  readonly indexed: IndexedColumn | null;
}

/** None, one or two; most cover their table. */
export function indexesFor(random: Random, table: Table): Index[] {
  const count = random.weighted([
    [1, 0],
    [14, 1],
    [4, 2],
  ]);
  return Array.from({ length: count }, (_, i) => indexFor(random.fork(i), table, `idx:${table.name}:${i}`));
}

function indexFor(random: Random, table: Table, name: string): Index {
  const state = random.percent(78) ? 'complete' : random.pick([...INDEX_STATES, 'half built', 'half built', 'filter'] as const);
  const chosen = random.percent(85) ? table.columns : random.some(table.columns, 3);
  const fields = chosen.map((column) => fieldFor(random, column, state, table.source === 'json'));
  const command = [
    ...['FT.CREATE', name, 'ON', table.source.toUpperCase(), 'PREFIX', '1', prefixFor(state, table)],
    ...(state === 'filter' ? ['FILTER', '@other != "q"'] : []),
    ...(state === 'half built' ? ['SKIPINITIALSCAN'] : []),
    ...['SCHEMA', ...fields.flatMap((field) => field.words)],
    ...(state === 'filter' ? [...(table.source === 'json' ? ['$.other', 'AS'] : []), 'other', 'TAG'] : []),
  ];
  const options = [...new Set(fields.flatMap((field) => field.options))];
  const columns = fields.flatMap(({ indexed }) => indexed ?? []);
  return { name, table: table.name, state, command, isSkippingScan: state === 'half built', columns, options };
}

function prefixFor(state: IndexState, { prefix }: Table): string {
  switch (state) {
    case 'wider prefix':
      return 'eq:';
    case 'all keys':
      return '*';
    case 'narrower prefix':
      return `${prefix}1`;
    case 'wrong prefix':
      return 'other:';
    default:
      return prefix;
  }
}

function fieldFor(random: Random, column: Column, state: IndexState, isJson: boolean): Field {
  const { name, kind } = column;
  const { family } = KINDS[kind];
  const type = family === 'number' || kind === 'ms' || kind === 'sec' ? numericOr(random, isJson ? 1 : 5) : textOr(random);
  // The attribute is called as a column, but holds another field.
  const attribute = random.percent(10) ? `alias_${name}` : name;
  const field = state === 'alias' && random.percent(50) ? 'other' : name;
  const identity = isJson ? [`$.${field}`, 'AS', attribute] : field === attribute ? [name] : [field, 'AS', attribute];
  const words = [...identity, ...type.words];
  const isGroupable = words.includes('SORTABLE') && (type.words[0] === 'NUMERIC' || words.includes('UNF'));
  const isHeld = field === name && !words.includes('NOINDEX');
  const indexed = isHeld ? { column, type: type.words[0] as IndexedColumn['type'], isGroupable } : null;
  return { words, options: type.options, indexed };
}

/** A number under TAG is a trap, too. */
function numericOr(random: Random, tagShare: number): FieldType {
  if (random.percent(tagShare)) return textOr(random);
  return fieldOf(random, 'NUMERIC', []);
}

function textOr(random: Random): FieldType {
  const type = random.weighted([
    [20, 'TAG'],
    [1, 'TEXT'],
  ] as const);
  if (type === 'TEXT') return { words: ['TEXT'], options: ['TEXT'] };
  const own: string[][] = [];
  if (random.percent(30)) own.push(['SEPARATOR', random.pick([';', '|', '\u0001', ' '])]);
  if (random.percent(60)) own.push(['CASESENSITIVE']);
  if (random.percent(60)) own.push(['INDEXEMPTY']);
  return fieldOf(random, 'TAG', own);
}

/** The options that both types have: INDEXMISSING before SORTABLE, UNF right behind it. */
function fieldOf(random: Random, type: 'TAG' | 'NUMERIC', own: readonly (readonly string[])[]): FieldType {
  const shared: string[][] = [];
  if (random.percent(75)) shared.push(['INDEXMISSING']);
  if (random.percent(65)) shared.push(random.percent(60) ? ['SORTABLE', 'UNF'] : ['SORTABLE']);
  // NOINDEX and INDEXMISSING exclude each other.
  if (random.percent(4)) return { words: [type, 'SORTABLE', 'NOINDEX'], options: [type, `${type} NOINDEX`] };
  const all = [...own, ...shared];
  return {
    words: [type, ...all.flat()],
    options: [type, ...all.map((words) => `${type} ${words[0] === 'SEPARATOR' ? 'SEPARATOR' : words.join(' ')}`)],
  };
}
