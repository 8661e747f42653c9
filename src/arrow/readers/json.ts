/**
 * Rows as JSON text, one object a line (NDJSON), built without objects in between. Every digit is kept: a reader that
 * parses numbers as doubles loses what doubles cannot hold, the text does not. docs/api.md, «Types», holds the table.
 */
import type { SqlField, SqlType } from '../../types/index.ts';
import type { Batch, ColumnData } from '../column-data.ts';
import {
  bytesReader,
  childRange,
  fixedOf,
  floatReader,
  integerReader,
  nullable,
  type Reader,
  sequenceOf,
  stringReader,
  structOf,
  varlenOf,
} from './cells.ts';
import { uniqueNames } from './names.ts';
import { shortestDoubleFromFloat } from './number-text.ts';
import { scalarTextReader } from './scalar-text.ts';

/** Makes the writer of a batch's rows: `{"a":1,"b":"x"}`, no line break, members named by `uniqueNames`. */
export function jsonWriter(schema: readonly SqlField[], batch: Batch): Reader<string> {
  return objectWriter(schema, batch.columns);
}

function objectWriter(fields: readonly SqlField[], columns: readonly ColumnData[]): Reader<string> {
  const names = uniqueNames(fields.map((field) => field.name));
  const members = fields.map((field, i) => {
    const column = columns[i];
    const label = `${i === 0 ? '{' : ','}${JSON.stringify(names[i])}:`;
    return { label, read: column === undefined ? () => 'null' : jsonReader(field.type, column) };
  });
  if (members.length === 0) return () => '{}';
  return (row) => {
    let text = '';
    for (const { label, read } of members) text += label + read(row);
    return `${text}}`;
  };
}

/** Makes the reader of a column's values as JSON text; `null` for NULL. */
export function jsonReader(type: SqlType, column: ColumnData): Reader<string> {
  if (type.id === 'NULL') return () => 'null';
  const read = nullable(column, presentReader(type, column));
  return (row) => read(row) ?? 'null';
}

function presentReader(type: SqlType, column: ColumnData): Reader<string> {
  switch (type.id) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'HUGEINT':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
    case 'UBIGINT':
    case 'UHUGEINT':
    case 'BIGNUM':
    case 'DECIMAL':
      return scalarTextReader(type, column, 'iso');
    case 'FLOAT':
    case 'DOUBLE':
      return floatWriter(type, column);
    case 'VARCHAR':
      return textWriter(type, column);
    case 'BLOB': {
      const read = bytesReader(varlenOf(column));
      return (row) => {
        const bytes = read(row);
        return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`;
      };
    }
    case 'LIST':
    case 'ARRAY':
    case 'STRUCT':
    case 'MAP':
    case 'UNION':
      return nestedWriter(type, column);
    default: {
      const read = scalarTextReader(type, column, 'iso');
      return (row) => JSON.stringify(read(row));
    }
  }
}

function floatWriter(type: SqlType, column: ColumnData): Reader<string> {
  const read = floatReader(fixedOf(column));
  const isSingle = type.id === 'FLOAT';
  return (row) => {
    const value = read(row);
    // JSON has no word for these; null would be a lie.
    if (!Number.isFinite(value)) return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
    if (Object.is(value, -0)) return '-0.0';
    return String(isSingle ? shortestDoubleFromFloat(value) : value);
  };
}

function textWriter(type: SqlType, column: ColumnData): Reader<string> {
  const read = stringReader(varlenOf(column));
  if (type.alias !== 'JSON') return (row) => JSON.stringify(read(row));
  return (row) => jsonOnOneLine(read(row));
}

/** Embeds a JSON value in a line. Raw line breaks can only be white space between tokens; text that is no JSON becomes a string. */
function jsonOnOneLine(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  return text.replace(/[\r\n]+/g, ' ').trim();
}

const UNKNOWN: SqlType = { id: 'NULL' };

function nestedWriter(type: SqlType, column: ColumnData): Reader<string> {
  switch (type.id) {
    case 'STRUCT': {
      const fields = type.fields ?? [];
      const { children } = structOf(column);
      return fields.every((field) => field.name === '') ? tupleWriter(fields, children) : objectWriter(fields, children);
    }
    case 'MAP':
      return mapWriter(type, column);
    case 'UNION':
      return unionWriter(type.fields ?? [], column);
    default: {
      const sequence = sequenceOf(column);
      const { first, end } = childRange(sequence);
      const read = jsonReader(type.child ?? UNKNOWN, sequence.child);
      return (row) => {
        const parts: string[] = [];
        for (let i = first(row); i < end(row); i++) parts.push(read(i));
        return `[${parts.join(',')}]`;
      };
    }
  }
}

function tupleWriter(fields: readonly SqlField[], columns: readonly ColumnData[]): Reader<string> {
  const readers = fields.map((field, i) => {
    const column = columns[i];
    return column === undefined ? () => 'null' : jsonReader(field.type, column);
  });
  return (row) => `[${readers.map((read) => read(row)).join(',')}]`;
}

/** A MAP with VARCHAR keys is an object, any other a list of [key, value] pairs. */
function mapWriter(type: SqlType, column: ColumnData): Reader<string> {
  const sequence = sequenceOf(column);
  const { first, end } = childRange(sequence);
  const [keys, values] = structOf(sequence.child).children;
  const key = keys === undefined ? () => 'null' : jsonReader(type.key ?? UNKNOWN, keys);
  const value = values === undefined ? () => 'null' : jsonReader(type.value ?? UNKNOWN, values);
  const isObject = type.key?.id === 'VARCHAR' && type.key.alias !== 'JSON';
  return (row) => {
    const parts: string[] = [];
    for (let i = first(row); i < end(row); i++) parts.push(isObject ? `${key(i)}:${value(i)}` : `[${key(i)},${value(i)}]`);
    return isObject ? `{${parts.join(',')}}` : `[${parts.join(',')}]`;
  };
}

function unionWriter(fields: readonly SqlField[], column: ColumnData): Reader<string> {
  const [tags, ...alternatives] = structOf(column).children;
  if (tags === undefined) return () => 'null';
  const tagAt = integerReader(fixedOf(tags), false);
  const readers = fields.map((field, i) => {
    const child = alternatives[i];
    return child === undefined ? () => 'null' : jsonReader(field.type, child);
  });
  return (row) => {
    const tag = tagAt(row);
    return `{${JSON.stringify(fields[tag]?.name ?? '')}:${readers[tag]?.(row) ?? 'null'}}`;
  };
}
