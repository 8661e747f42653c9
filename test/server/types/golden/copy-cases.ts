/** What COPY is asked to write by a real PostgreSQL for copy.json, and by us. */
import type { CopyOptions } from '../../../../src/server/words.ts';

export interface CopyColumn {
  readonly name: string;
  /** PostgreSQL's name and oid. */
  readonly type: string;
  readonly oid: number;
  readonly values: readonly (string | null)[];
}

const TEXTS = [
  'plain',
  '',
  null,
  'a,b',
  'say "hi"',
  'line\nbreak',
  'tab\there',
  'back\\slash',
  '\\.',
  '\\N',
  'cr\rx',
  'ä€🙂',
  ' lead',
  'NULL',
  "it's;|",
  '\b\f\v',
];

/** Columns of one table. */
export const MIXED: readonly CopyColumn[] = [
  {
    name: 'id',
    type: 'int8',
    oid: 20,
    values: TEXTS.map((_, i) => (i === 3 ? null : String(9007199254740993n * BigInt(i - 2)))),
  },
  { name: 'te,xt', type: 'text', oid: 25, values: TEXTS },
  { name: 'real', type: 'float8', oid: 701, values: TEXTS.map((_, i) => (i === 5 ? null : String(i / 3))) },
  {
    name: 'at',
    type: 'timestamptz',
    oid: 1184,
    values: TEXTS.map((_, i) => (i === 6 ? null : `2024-01-0${(i % 9) + 1} 03:04:05.${i}+00`)),
  },
  { name: 'price', type: 'numeric', oid: 1700, values: TEXTS.map((_, i) => `${i * 10000}.50`) },
  { name: 'is "ok"', type: 'bool', oid: 16, values: TEXTS.map((_, i) => (i === 1 ? null : i % 2 === 0 ? 't' : 'f')) },
  {
    name: 'tags',
    type: 'text[]',
    oid: 1009,
    values: TEXTS.map((text, i) => (i === 2 ? null : `{"${(text ?? '').replaceAll(/["\\]/g, '\\$&')}",NULL}`)),
  },
  { name: 'raw', type: 'bytea', oid: 17, values: TEXTS.map((_, i) => `\\x00ff0${(i % 10).toString()}`) },
];

export const LONE: readonly CopyColumn[] = [{ name: '\\.', type: 'text', oid: 25, values: TEXTS }];

const DEFAULTS: CopyOptions = {
  format: 'text',
  hasHeader: false,
  delimiter: null,
  nullText: null,
  quote: null,
  escape: null,
  forceQuote: [],
};

export interface CopyCase {
  readonly name: string;
  readonly columns: readonly CopyColumn[];
  readonly options: CopyOptions;
  /** The same in SQL. */
  readonly sql: string;
}

function copyCase(name: string, columns: readonly CopyColumn[], options: Partial<CopyOptions>, sql: string): CopyCase {
  return { name, columns, options: { ...DEFAULTS, ...options }, sql };
}

export const COPY_CASES: readonly CopyCase[] = [
  copyCase('text', MIXED, {}, 'FORMAT text'),
  copyCase('text with a header', MIXED, { hasHeader: true }, 'FORMAT text, HEADER'),
  copyCase(
    'text with a bar and an own NULL',
    MIXED,
    { delimiter: '|', nullText: 'NULL' },
    "FORMAT text, DELIMITER '|', NULL 'NULL'",
  ),
  copyCase('one column of text', LONE, {}, 'FORMAT text'),
  copyCase('csv', MIXED, { format: 'csv' }, 'FORMAT csv'),
  copyCase('csv with a header', MIXED, { format: 'csv', hasHeader: true }, 'FORMAT csv, HEADER'),
  copyCase('csv, all quoted', MIXED, { format: 'csv', forceQuote: '*' }, 'FORMAT csv, FORCE_QUOTE *'),
  copyCase('csv, some quoted', MIXED, { format: 'csv', forceQuote: ['id', 'te,xt'] }, 'FORMAT csv, FORCE_QUOTE (id, "te,xt")'),
  copyCase(
    'csv with own signs',
    MIXED,
    { format: 'csv', delimiter: ';', quote: "'", escape: '\\', nullText: 'NULL' },
    "FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '\\', NULL 'NULL'",
  ),
  copyCase('one column of csv', LONE, { format: 'csv', hasHeader: true }, 'FORMAT csv, HEADER'),
  copyCase('binary', MIXED, { format: 'binary' }, 'FORMAT binary'),
  copyCase(
    'binary without rows',
    MIXED.map((column) => ({ ...column, values: [] })),
    { format: 'binary' },
    'FORMAT binary',
  ),
  copyCase(
    'csv without rows',
    MIXED.map((column) => ({ ...column, values: [] })),
    { format: 'csv', hasHeader: true },
    'FORMAT csv, HEADER',
  ),
];
