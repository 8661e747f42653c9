/** Every row of values.data.ts, through the builder that a scan uses; and docs/values.md lists the same rows. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ColumnData, createBuilder, textReader } from '../../src/arrow/index.ts';
import { parseColumnType, printableKey, type SqlType } from '../../src/types/index.ts';
import { type Physical, VALUE_CASES, type ValueCase } from './values.data.ts';

describe.each(Object.entries(VALUE_CASES))('%s', (typeText, cases) => {
  const type = parseColumnType(typeText);
  const named = cases.map(([text, shows, physical]) => ({ name: nameOf(text), bytes: Buffer.from(text), shows, physical }));

  it.each(named.filter(({ shows }) => shows !== null))('reads $name', ({ bytes, shows, physical }) => {
    const column = columnOf(type, bytes);
    if (column === null) throw new Error('the value was refused');
    expect(physicalOfFirst(type, column)).toBe(physical);
    expect(textReader(type, column)(0)).toBe(shows);
  });

  it.for(named.filter(({ shows }) => shows === null))('refuses $name: $physical', ({ bytes }) => {
    expect(columnOf(type, bytes)).toBeNull();
  });
});

describe('docs/values.md', () => {
  const lines = readFileSync(new URL('../../docs/values.md', import.meta.url), 'utf8').split('\n');
  it.each(Object.keys(VALUE_CASES))('lists every case of %s, and no other', (typeText) => {
    const start = lines.indexOf(`### ${typeText}`);
    const section = lines.slice(start + 1);
    const end = section.findIndex((line) => line.startsWith('#'));
    const rows = section.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith('| `'));
    expect(start).toBeGreaterThan(0);
    expect(rows).toEqual((VALUE_CASES[typeText] ?? []).map(docsRow));
  });
});

/** The value stands in the middle of other bytes, so that a parser that looks beyond its ends is found out. */
function columnOf(type: SqlType, value: Buffer): ColumnData | null {
  const builder = createBuilder(type);
  const around = Buffer.concat([Buffer.from('9-'), value, Buffer.from('5.')]);
  const isRead = builder.append(around, 2, 2 + value.length, false);
  expect(builder.rowCount).toBe(isRead ? 1 : 0);
  return isRead ? builder.finish() : null;
}

function physicalOfFirst(type: SqlType, column: ColumnData): Physical {
  if (column.layout === 'varlen') return Buffer.from(column.values).toString(type.id === 'BLOB' ? 'hex' : 'utf8');
  if (column.layout !== 'fixed') throw new Error(column.layout);
  const view = new DataView(column.values);
  const isUnsigned = type.id.startsWith('U') && type.id !== 'UUID';
  if (type.id === 'DOUBLE') return view.getFloat64(0, true);
  if (type.id === 'FLOAT') return view.getFloat32(0, true);
  switch (column.byteWidth) {
    case 1:
      return isUnsigned ? view.getUint8(0) : view.getInt8(0);
    case 2:
      return isUnsigned ? view.getUint16(0, true) : view.getInt16(0, true);
    case 4:
      return isUnsigned ? view.getUint32(0, true) : view.getInt32(0, true);
    case 8:
      return isUnsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
    case 16: {
      const bits = (view.getBigUint64(8, true) << 64n) | view.getBigUint64(0, true);
      return isUnsigned ? bits : BigInt.asIntN(128, bits);
    }
    default:
      return column.byteWidth satisfies never;
  }
}

/** The row of docs/values.md: the text as it is, in JSON's form where spaces or control characters would not show. */
function docsRow([text, shows, physical]: ValueCase): string {
  return `| ${cell(text)} | ${shows === null ? `error: ${physical}` : cell(shows)} |`;
}

function cell(value: string | Buffer): string {
  const text = printableText(value);
  const isPlain = /^(?! )\P{Cc}+(?<! )$/u.test(text);
  return `\`${(isPlain ? text : JSON.stringify(text)).replaceAll('|', '\\|')}\``;
}

function nameOf(value: string | Buffer): string {
  return JSON.stringify(printableText(value));
}

function printableText(value: string | Buffer): string {
  const bytes = Buffer.from(value);
  return printableKey(bytes, 0, bytes.length).toString();
}
