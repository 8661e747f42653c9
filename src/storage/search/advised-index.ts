/**
 * An index that there is not: the attributes that a statement's columns would have in it, as FT.INFO would tell them and as
 * FT.CREATE takes them. Options stand in the order that module 2.10 takes (INDEXMISSING before SORTABLE). Never TEMPORARY:
 * such an index deletes its keys when it ends.
 */
import { printableBytes } from '../keys/printable.ts';
import type { Predicate, ScanRequest, TableColumn } from '../scan-words.ts';
import type { AttributeType, IndexAttribute, IndexInfo } from './catalog/index-info.ts';
import { literalStartOf } from './gate.ts';
import { isDated, isNumeric } from './query/numeric.ts';

/** The type of each column's attribute, by the column's position. */
export type AdvisedSchema = Map<number, AttributeType>;

/** A separator that texts do not hold. */
const SEPARATOR = '\x1f';
/** redis-cli reads the separator inside of double quotes. */
const OPTIONS: Readonly<Record<string, string>> = {
  NUMERIC: 'NUMERIC INDEXMISSING SORTABLE',
  TAG: 'TAG INDEXMISSING INDEXEMPTY SEPARATOR "\\x1f" CASESENSITIVE SORTABLE UNF',
  TEXT: 'TEXT INDEXMISSING',
  GEO: 'GEO INDEXMISSING',
};

/** Gives what an index holds of the columns of conditions. */
export function schemaOf(predicates: readonly Predicate[], columns: readonly TableColumn[]): AdvisedSchema {
  const schema: AdvisedSchema = new Map();
  for (const predicate of predicates) collect(predicate, columns, schema);
  return schema;
}

function collect(predicate: Predicate, columns: readonly TableColumn[], schema: AdvisedSchema): void {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const child of predicate.children) collect(child, columns, schema);
      return;
    case 'not':
      collect(predicate.child, columns, schema);
      return;
    case 'opaque':
      return;
    case 'call':
      addCall(predicate, columns, schema);
      return;
    default:
      addColumn(predicate.column, columns, schema);
  }
}

/** Puts a column's attribute to a schema; none where no index holds its values. */
export function addColumn(position: number, columns: readonly TableColumn[], schema: AdvisedSchema): void {
  const column = columns[position];
  if (column?.role !== 'field' || schema.has(position)) return;
  const { id, alias } = column.type;
  if (isNumeric(column.type)) schema.set(position, 'NUMERIC');
  else if ((id === 'VARCHAR' && alias === undefined) || id === 'BOOLEAN' || isDated(column.type)) schema.set(position, 'TAG');
}

function addCall(
  { name, column }: Extract<Predicate, { kind: 'call' }>,
  columns: readonly TableColumn[],
  schema: AdvisedSchema,
): void {
  if (columns[column]?.role !== 'field') return;
  if (name === 'match') schema.set(column, 'TEXT');
  else if (name === 'geo_within') schema.set(column, 'GEO');
}

/** Gives the index as FT.INFO would. docCount: how many documents it would have. */
export function advisedIndex({ source, pattern, columns }: ScanRequest, schema: AdvisedSchema, docCount: number): IndexInfo {
  return {
    name: 'such an index',
    keyType: source === 'json' ? 'JSON' : 'HASH',
    prefixes: [literalStartOf(Buffer.from(pattern, 'utf8'))],
    hasFilter: false,
    attributes: [...schema].flatMap(([position, type]) => {
      const column = columns[position];
      return column === undefined ? [] : [attributeOf(column, type, source)];
    }),
    isIndexing: false,
    percentIndexed: 1,
    failureCount: 0,
    docCount,
    maxDocId: docCount,
    useCount: 0,
    indexingMs: 0,
    recordCount: docCount,
  };
}

function attributeOf(column: TableColumn, type: AttributeType, source: ScanRequest['source']): IndexAttribute {
  const isSortable = type === 'NUMERIC' || type === 'TAG';
  return {
    identifier: source === 'json' ? Buffer.from(pathOf(column), 'utf8') : (column.field ?? Buffer.from(column.name, 'utf8')),
    alias: source === 'json' ? column.name : fieldOf(column),
    type,
    separator: type === 'TAG' ? SEPARATOR : '',
    isCaseSensitive: type === 'TAG',
    isSortable,
    isUnf: isSortable,
    hasMissing: true,
    hasEmpty: type === 'TAG',
    isUnsearchable: false,
    hasSuffixes: false,
    vector: null,
    failureCount: 0,
  };
}

/** Gives the FT.CREATE to type into redis-cli. taken: names of indexes that there are. */
export function createCommand(
  { source, pattern, columns }: ScanRequest,
  schema: AdvisedSchema,
  taken: readonly string[],
): string {
  const prefix = Buffer.from(literalStartOf(Buffer.from(pattern, 'utf8')));
  const name = freeName(prefix.toString('utf8'), taken);
  const attributes = [...schema].flatMap(([position, type]) => {
    const column = columns[position];
    return column === undefined ? [] : [`${fieldWords(column, source)} ${OPTIONS[type] ?? type}`];
  });
  const kind = source === 'json' ? 'JSON' : 'HASH';
  const where = prefix.length === 0 ? '' : ` PREFIX 1 ${quoted(printableBytes(prefix))}`;
  return `FT.CREATE ${quoted(name)} ON ${kind}${where} SCHEMA ${attributes.join(' ')}`;
}

function fieldWords(column: TableColumn, source: ScanRequest['source']): string {
  return source === 'json' ? `${quoted(pathOf(column))} AS ${quoted(column.name)}` : quoted(fieldOf(column));
}

function pathOf(column: TableColumn): string {
  return column.path ?? `$.${fieldOf(column)}`;
}

function fieldOf({ field, name }: TableColumn): string {
  return field === undefined ? name : printableBytes(field);
}

function freeName(prefix: string, taken: readonly string[]): string {
  const base = `idx:${prefix.replace(/[^\p{L}\p{N}_-]+/gu, ':').replace(/^:|:$/g, '') || 'all'}`;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) if (!taken.includes(`${base}:${number}`)) return `${base}:${number}`;
}

/** As redis-cli reads it; what printableBytes escaped stays so. */
function quoted(word: string): string {
  return /^[\w:.$*@-]+$/.test(word) ? word : `"${word.replaceAll(/\\(?!x[0-9a-f]{2})|"/g, '\\$&')}"`;
}
