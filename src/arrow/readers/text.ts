/**
 * Values as DuckDB prints them (`CAST(x AS VARCHAR)`), nested ones included: what tables, CSV and Markdown show.
 */
import type { SqlField, SqlType } from '../../types/index.ts';
import type { ColumnData } from '../column-data.ts';
import { childRange, fixedOf, integerReader, nullable, type Reader, sequenceOf, structOf } from './cells.ts';
import { scalarTextReader } from './scalar-text.ts';

/**
 * Makes the reader of a column's text: `[a, 'b, c']`, `{'x': 1}`, `{k=v}`; null for NULL.
 * @throws {RedQueryError} RQ_INTERNAL when the column's layout is not its type's.
 */
export function textReader(type: SqlType, column: ColumnData): Reader<string | null> {
  return type.id === 'NULL' ? () => null : nullable(column, valueTextReader(type, column));
}

function valueTextReader(type: SqlType, column: ColumnData): Reader<string> {
  switch (type.id) {
    case 'LIST':
    case 'ARRAY':
      return sequenceTextReader(type, column);
    case 'STRUCT':
      return structTextReader(type.fields ?? [], column);
    case 'MAP':
      return mapTextReader(type, column);
    case 'UNION':
      return unionTextReader(type.fields ?? [], column);
    default:
      return scalarTextReader(type, column, 'sql');
  }
}

const UNKNOWN: SqlType = { id: 'NULL' };

function sequenceTextReader(type: SqlType, column: ColumnData): Reader<string> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const child = type.child ?? UNKNOWN;
  // DuckDB quotes JSON in a struct and a map, but not in a list.
  const element = child.alias === 'JSON' ? bareText(child, sequence.child) : memberTextReader(child, sequence.child);
  return (row) => {
    const parts: string[] = [];
    for (let i = first(row); i < end(row); i++) parts.push(element(i));
    return `[${parts.join(', ')}]`;
  };
}

function structTextReader(fields: readonly SqlField[], column: ColumnData): Reader<string> {
  const { children } = structOf(column);
  const isUnnamed = fields.every((field) => field.name === '');
  const members = fields.map((field, i) => {
    const child = children[i];
    const label = isUnnamed ? '' : `'${escapeQuoted(field.name)}': `;
    const read = child === undefined ? () => 'NULL' : memberTextReader(field.type, child);
    return (row: number) => label + read(row);
  });
  const [open, close] = isUnnamed ? ['(', ')'] : ['{', '}'];
  return (row) => `${open}${members.map((member) => member(row)).join(', ')}${close}`;
}

function mapTextReader(type: SqlType, column: ColumnData): Reader<string> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const [keys, values] = structOf(sequence.child).children;
  const key = keys === undefined ? () => 'NULL' : memberTextReader(type.key ?? UNKNOWN, keys);
  const value = values === undefined ? () => 'NULL' : memberTextReader(type.value ?? UNKNOWN, values);
  return (row) => {
    const parts: string[] = [];
    for (let i = first(row); i < end(row); i++) parts.push(`${key(i)}=${value(i)}`);
    return `{${parts.join(', ')}}`;
  };
}

function unionTextReader(fields: readonly SqlField[], column: ColumnData): Reader<string> {
  const [tags, ...alternatives] = structOf(column).children;
  if (tags === undefined) return () => 'NULL';
  const tag = integerReader(fixedOf(tags), false);
  const readers = fields.map((field, i) => {
    const child = alternatives[i];
    return child === undefined ? () => 'NULL' : bareText(field.type, child);
  });
  return (row) => readers[tag(row)]?.(row) ?? 'NULL';
}

function bareText(type: SqlType, column: ColumnData): Reader<string> {
  const read = textReader(type, column);
  return (row) => read(row) ?? 'NULL';
}

/** Text of a value inside another: quoted where DuckDB quotes it; nested values never are. */
function memberTextReader(type: SqlType, column: ColumnData): Reader<string> {
  const read = textReader(type, column);
  const isNested = type.child !== undefined || type.fields !== undefined || type.key !== undefined;
  if (isNested) return (row) => read(row) ?? 'NULL';
  return (row) => {
    const text = read(row);
    return text === null ? 'NULL' : quoteIfNeeded(text);
  };
}

/** What DuckDB 1.5 quotes inside a nested value: nothing, NULL, edges of white space, and its own punctuation. */
const NEEDS_QUOTES = /^$|^null$|^\s|\s$|[,'"[\]{}()=:]/i;

function quoteIfNeeded(text: string): string {
  return NEEDS_QUOTES.test(text) ? `'${escapeQuoted(text)}'` : text;
}

function escapeQuoted(text: string): string {
  return text.replace(/['\\]/g, '\\$&');
}
