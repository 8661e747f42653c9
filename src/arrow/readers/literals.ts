/**
 * Values as SQL literals that DuckDB reads back exactly, on one line and free of control characters. A literal has the type
 * of its column, or one that DuckDB turns into it without loss when it is inserted.
 */
import { type SqlField, type SqlType, typeName } from '../../types/index.ts';
import type { ColumnData } from '../column-data.ts';
import { childRange, fixedOf, integerReader, nullable, type Reader, sequenceOf, structOf } from './cells.ts';
import { scalarTextReader } from './scalar-text.ts';

/**
 * Makes the reader of a column's values as literals; `NULL` for NULL.
 * @throws {RedQueryError} RQ_INTERNAL when the column's layout is not its type's.
 */
export function literalReader(type: SqlType, column: ColumnData): Reader<string> {
  const isNested = type.child !== undefined || type.fields !== undefined || type.key !== undefined;
  const read = bareReader(type, column);
  if (!isNested || hasUnnamedMembers(type)) return read;
  // Without its type an empty list, a NULL in a struct or an alternative of a UNION would take another one.
  const name = typeName(type);
  return (row) => {
    const text = read(row);
    return text === 'NULL' ? text : `CAST(${text} AS ${name})`;
  };
}

/** Such a STRUCT, from `row(…)`, has no name that SQL could spell; no table can hold it. */
function hasUnnamedMembers({ fields, child, key, value }: SqlType): boolean {
  const types = [...(fields ?? []).map((field) => field.type), child, key, value];
  return (
    fields?.some((field) => field.name === '') === true || types.some((type) => type !== undefined && hasUnnamedMembers(type))
  );
}

function bareReader(type: SqlType, column: ColumnData): Reader<string> {
  if (type.id === 'NULL') return () => 'NULL';
  const read = nullable(column, presentReader(type, column));
  return (row) => read(row) ?? 'NULL';
}

function presentReader(type: SqlType, column: ColumnData): Reader<string> {
  switch (type.id) {
    case 'LIST':
    case 'ARRAY':
      return sequenceReader(type, column);
    case 'STRUCT':
      return structReader(type.fields ?? [], column);
    case 'MAP':
      return mapReader(type, column);
    case 'UNION':
      return unionReader(type.fields ?? [], column);
    default:
      return scalarReader(type, column);
  }
}

function scalarReader(type: SqlType, column: ColumnData): Reader<string> {
  const read = scalarTextReader(type, column, 'sql');
  switch (type.id) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
    case 'UBIGINT':
      return read;
    case 'VARCHAR':
      return type.alias === undefined
        ? (row) => textLiteral(read(row))
        : (row) => `CAST(${textLiteral(read(row))} AS ${typeName(type)})`;
    case 'ENUM':
      return (row) => textLiteral(read(row));
    default: {
      // DuckDB would read digits with a point as DECIMAL, and those of a HUGEINT as DOUBLE.
      const name = typeName(type);
      return (row) => `'${read(row)}'::${name}`;
    }
  }
}

const ASCII_CONTROL = /[\u0001-\u001f\u007f]/;
// What E'…' cannot hold (DuckDB 1.5 knows neither \u nor bytes above 0x7f there), of the controls that the output folder escapes.
const OTHER_CONTROL = /([\u0000\u0080-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb])/;

/** A string literal, `E'…'` with control characters in it; those that it cannot hold are `chr(…)` between two of them. */
function textLiteral(text: string): string {
  if (!OTHER_CONTROL.test(text)) return plainLiteral(text);
  // Every second piece is the character that was split at.
  const pieces = text.split(OTHER_CONTROL).map((piece, i) => (i % 2 === 1 ? `chr(${piece.charCodeAt(0)})` : plainLiteral(piece)));
  return `(${pieces.join(' || ')})`;
}

function plainLiteral(text: string): string {
  if (!ASCII_CONTROL.test(text)) return `'${text.replaceAll("'", "''")}'`;
  const escaped = text.replace(/[\u0001-\u001f\u007f'\\]/g, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `E'${escaped}'`;
}

const UNKNOWN: SqlType = { id: 'NULL' };

function sequenceReader(type: SqlType, column: ColumnData): Reader<string> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const read = bareReader(type.child ?? UNKNOWN, sequence.child);
  return (row) => {
    const parts: string[] = [];
    for (let i = first(row); i < end(row); i++) parts.push(read(i));
    return `[${parts.join(', ')}]`;
  };
}

function structReader(fields: readonly SqlField[], column: ColumnData): Reader<string> {
  const { children } = structOf(column);
  const isUnnamed = fields.every((field) => field.name === '');
  const members = fields.map((field, i) => {
    const child = children[i];
    const read = child === undefined ? () => 'NULL' : bareReader(field.type, child);
    const label = isUnnamed ? '' : `${textLiteral(field.name)}: `;
    return (row: number) => label + read(row);
  });
  const [open, close] = isUnnamed ? ['row(', ')'] : ['{', '}'];
  return (row) => `${open}${members.map((member) => member(row)).join(', ')}${close}`;
}

function mapReader(type: SqlType, column: ColumnData): Reader<string> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const [keys, values] = structOf(sequence.child).children;
  const key = keys === undefined ? () => 'NULL' : bareReader(type.key ?? UNKNOWN, keys);
  const value = values === undefined ? () => 'NULL' : bareReader(type.value ?? UNKNOWN, values);
  return (row) => {
    const parts: string[] = [];
    for (let i = first(row); i < end(row); i++) parts.push(`${key(i)}: ${value(i)}`);
    return `MAP {${parts.join(', ')}}`;
  };
}

function unionReader(fields: readonly SqlField[], column: ColumnData): Reader<string> {
  const [tags, ...alternatives] = structOf(column).children;
  if (tags === undefined) return () => 'NULL';
  const tag = integerReader(fixedOf(tags), false);
  const readers = fields.map((field, i) => {
    const child = alternatives[i];
    const name = `"${field.name.replaceAll('"', '""')}"`;
    const read = child === undefined ? () => 'NULL' : bareReader(field.type, child);
    return (row: number) => `union_value(${name} := ${read(row)})`;
  });
  return (row) => readers[tag(row)]?.(row) ?? 'NULL';
}
