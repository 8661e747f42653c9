/** What table the keys of a shape can be: which function reads their type, whether it is worth one, and its name. */
import { identifierFrom, type KeyShape, tableNameOf } from './key-shapes.ts';
import { isReservedWord } from './reserved-words.ts';

/** How keys of one type are read. */
export interface TypeTable {
  readonly functionName: string;
  /** A row is a key. */
  readonly isKeyed: boolean;
  /** Columns are sampled, and can be declared. */
  readonly isSampled: boolean;
}

/** By the type's name, as TYPE gives it. */
export const TYPE_TABLES: Readonly<Record<string, TypeTable>> = {
  hash: { functionName: 'redis_hash', isKeyed: true, isSampled: true },
  'ReJSON-RL': { functionName: 'redis_json', isKeyed: true, isSampled: true },
  string: { functionName: 'redis_string', isKeyed: true, isSampled: false },
  set: { functionName: 'redis_set', isKeyed: false, isSampled: false },
  list: { functionName: 'redis_list', isKeyed: false, isSampled: false },
  zset: { functionName: 'redis_zset', isKeyed: false, isSampled: false },
  stream: { functionName: 'redis_stream', isKeyed: false, isSampled: true },
  'TSDB-TYPE': { functionName: 'redis_timeseries', isKeyed: false, isSampled: false },
};

/** Types whose single keys are tables by themselves: they hold many rows. */
const COLLECTIONS: ReadonlySet<string> = new Set(['set', 'list', 'zset', 'stream', 'TSDB-TYPE']);

/** True where a table of these keys makes sense: the type can be read, there is a name for it, and it has rows. */
export function isWorthTable(shape: KeyShape): boolean {
  if (!Object.hasOwn(TYPE_TABLES, shape.type) || tableNameOf(shape) === '') return false;
  return shape.parts.includes(null) || COLLECTIONS.has(shape.type);
}

/** A name is 63 bytes at most (NAMEDATALEN), of which some are left for what tells two apart. */
const MOST_NAME_BYTES = 63 - 16;

/**
 * Gives a table's name that is not taken and needs no quotes in PostgreSQL. Names that begin with pg_ are PostgreSQL's own.
 * @param type as TYPE gives it: it tells tables of one name apart.
 */
export function freeTableName(wanted: string, type: string, taken: { has(name: string): boolean }): string {
  const short = cut(wanted, MOST_NAME_BYTES);
  const plain = isReservedWord(short) ? `${short}s` : short.startsWith('pg_') ? `redis_${short}` : short;
  const typed = `${plain}_${identifierFrom(type === 'ReJSON-RL' ? 'json' : type)}`;
  if (!taken.has(plain)) return plain;
  let name = typed;
  for (let n = 2; taken.has(name); n++) name = `${typed}_${n}`;
  return name;
}

function cut(text: string, mostBytes: number): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > mostBytes) end--;
  return text
    .slice(0, end)
    .toWellFormed()
    .replace(/\ufffd$/, '');
}
