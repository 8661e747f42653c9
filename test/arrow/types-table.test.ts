import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ipcFrom, jsonWriter, rowReader, tableFrom, textReader } from '../../src/arrow/index.ts';
import { table } from '../support/plain-columns.ts';
import { TYPE_SAMPLES, type TypeSample } from './type-samples.ts';

const samples = Object.entries(TYPE_SAMPLES);

function tableOf(sample: TypeSample) {
  return table(2, [['x', sample.type, sample.column]]);
}

describe.each(samples)('%s', (id, sample) => {
  it('reads as JavaScript', () => {
    const { schema, batch } = tableOf(sample);
    const read = rowReader(schema, batch, { integers: 'bigint' });
    expect(read(0)).toStrictEqual({ x: sample.js });
    expect(read(1)).toStrictEqual({ x: null });
  });

  it('reads as JSON that parses', () => {
    const { schema, batch } = tableOf(sample);
    const line = jsonWriter(schema, batch);
    expect(line(0)).toBe(`{"x":${sample.json}}`);
    expect(line(1)).toBe('{"x":null}');
    expect(() => JSON.parse(line(0))).not.toThrow();
  });

  it('reads as the text that DuckDB prints', () => {
    const read = textReader(sample.type, sample.column);
    expect(read(0)).toBe(id === 'NULL' ? null : sample.text);
    expect(read(1)).toBeNull();
  });

  it('survives an Arrow IPC stream', async () => {
    const { schema, batch } = tableOf(sample);
    const direct = await tableFrom(schema, [batch]);
    const back = tableFromIPC(await ipcFrom(schema, [batch]));
    expect(String(direct.schema.fields[0]?.type)).toBe(sample.arrow);
    expect(String(back.schema.fields[0]?.type)).toBe(sample.arrow);
    expect(String(back.getChild('x')?.get(0))).toBe(String(direct.getChild('x')?.get(0)));
    expect(back.getChild('x')?.get(1)).toBeNull();
  });

  it('stands in docs/api.md as it is', () => {
    const docs = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const cells = (docs.split('\n').find((line) => line.startsWith(`| ${id} |`)) ?? '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    const js = inspect(sample.js, { breakLength: Number.POSITIVE_INFINITY });
    expect(cells[3]).toBe(`\`${js}\``);
    expect(cells[4]).toBe(`\`${sample.json}\``);
    expect(cells[5]).toBe(`\`${sample.arrow.replace('|', '\\|')}\``);
  });
});
