import { spawnSync } from 'node:child_process';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ipcFrom, ipcStreamFrom, polarsFrom, recordBatchFrom, tableFrom } from '../../src/arrow/index.ts';
import type { SqlType } from '../../src/types/index.ts';
import { booleans, doubles, integers, intervals, structs, table, varlen } from '../support/plain-columns.ts';
import { TYPE_SAMPLES } from './type-samples.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
const LEVEL: SqlType = { id: 'ENUM', values: ['low', 'high'] };

describe('record batches', () => {
  it('share the buffers of the batch where layouts are equal', async () => {
    const { schema, batch } = table(2, [
      ['n', { id: 'BIGINT' }, integers(8, [1, 2])],
      ['d', { id: 'DOUBLE' }, doubles([1, null])],
      ['t', VARCHAR, varlen(['a', 'b'])],
      ['h', { id: 'HUGEINT' }, integers(16, [1, 2])],
    ]);
    const arrow = await recordBatchFrom(schema, batch);
    const shared = batch.columns.map((column, i) => {
      const data = arrow.data.children[i];
      return 'values' in column && data?.values.buffer === column.values;
    });
    expect(shared).toEqual([true, true, true, true]);
    const { validity } = batch.columns[1] ?? {};
    expect(arrow.data.children[1]?.nullBitmap.buffer).toBe(validity);
  });

  it('count NULLs and keep values beyond a byte of bits', async () => {
    const values = Array.from({ length: 19 }, (_, i) => (i % 5 === 0 ? null : i % 2 === 0));
    const { schema, batch } = table(19, [['b', { id: 'BOOLEAN' }, booleans(values)]]);
    const column = (await tableFrom(schema, [batch])).getChild('b');
    expect(column?.nullCount).toBe(4);
    expect([...(column ?? [])]).toEqual(values);
  });

  it.each([
    [4, 2, [-123, 99]],
    [9, 4, [-123_456, 99]],
    [18, 8, [-123_456_789_012n, 99]],
    [38, 16, [-(10n ** 30n), 99]],
  ] as const)('widen a DECIMAL(%s) of %s bytes with its sign', async (width, byteWidth, values) => {
    const { schema, batch } = table(2, [['d', { id: 'DECIMAL', width, scale: 2 }, integers(byteWidth, values)]]);
    const column = tableFromIPC(await ipcFrom(schema, [batch])).getChild('d');
    expect([0, 1].map((row) => String(column?.get(row)))).toEqual(values.map(String));
  });

  it('refuse an INTERVAL that nanoseconds cannot hold', async () => {
    const { schema, batch } = table(1, [['i', { id: 'INTERVAL' }, intervals([[0, 0, 10n ** 16n]])]]);
    await expect(recordBatchFrom(schema, batch)).rejects.toMatchObject({ code: 'RQ_OUT_OF_RANGE' });
  });

  it('name members without a name by their place', async () => {
    const type: SqlType = {
      id: 'STRUCT',
      fields: [
        { name: '', type: VARCHAR },
        { name: '', type: VARCHAR },
      ],
    };
    const { schema, batch } = table(1, [['s', type, structs([0], varlen(['a']), varlen(['b']))]]);
    const back = tableFromIPC(await ipcFrom(schema, [batch]));
    expect(back.getChild('s')?.get(0)?.toJSON()).toEqual({ _1: 'a', _2: 'b' });
  });
});

describe('IPC streams', () => {
  it('hold several batches with one dictionary', async () => {
    const first = table(2, [['e', LEVEL, integers(1, [1, 0])]]);
    const second = table(1, [['e', LEVEL, integers(1, [1])]]);
    const back = tableFromIPC(await ipcFrom(first.schema, [first.batch, second.batch]));
    expect([...(back.getChild('e') ?? [])]).toEqual(['high', 'low', 'high']);
    expect(back.batches).toHaveLength(2);
  });

  it('take offsets that do not begin at 0', async () => {
    const { schema, batch } = table(3, [['t', VARCHAR, varlen(['ab', null, 'ü'], 5)]]);
    expect([...(tableFromIPC(await ipcFrom(schema, [batch])).getChild('t') ?? [])]).toEqual(['ab', null, 'ü']);
  });

  it('have a schema even without a row', async () => {
    const back = tableFromIPC(await ipcFrom([{ name: 'x', type: LEVEL }], []));
    expect(back.schema.fields.map((field) => field.name)).toEqual(['x']);
    expect(back.numRows).toBe(0);
  });

  it('pull the next batch only when the chunk before was taken', async () => {
    const { schema, batch } = table(1, [['t', VARCHAR, varlen(['a'])]]);
    let pulled = 0;
    async function* batches() {
      for (;;) {
        pulled++;
        yield batch;
      }
    }
    for await (const chunk of ipcStreamFrom(schema, batches())) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      expect(pulled).toBeLessThan(4);
      if (pulled === 3) break;
    }
    expect(pulled).toBe(3);
  });
});

describe('Polars', () => {
  it('reads every type', async () => {
    const columns = Object.entries(TYPE_SAMPLES).map(([id, { type, column }]) => [id, type, column] as const);
    const { schema, batch } = table(2, columns);
    const frame = await polarsFrom(schema, [batch, batch]);
    expect(frame.height).toBe(4);
    expect(frame.columns).toEqual(columns.map(([name]) => name));
    expect(frame.getColumn('INTEGER').toArray()).toEqual([-70_000, null, -70_000, null]);
    expect(frame.getColumn('VARCHAR').toArray()).toEqual(['Zoë', null, 'Zoë', null]);
    expect(frame.getColumn('ENUM').toArray()).toEqual(['high', null, 'high', null]);
    expect(frame.getColumn('INTERVAL').toArray()[0]).toBe(TYPE_SAMPLES.INTERVAL.text);
  });

  it('says what to install where it is not', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package 'nodejs-polars'"));
    await expect(polarsFrom([], [], missing)).rejects.toMatchObject({
      code: 'RQ_UNSUPPORTED',
      hint: 'npm install nodejs-polars',
    });
    await expect(polarsFrom([], [], () => Promise.resolve({}))).rejects.toMatchObject({ code: 'RQ_UNSUPPORTED' });
  });
});

it('loads apache-arrow only when it is asked for', () => {
  const doorway = new URL('../../src/arrow/index.ts', import.meta.url).href;
  const script = `
    const { registerHooks } = process.getBuiltinModule('node:module');
    const asked = new Set();
    registerHooks({ resolve: (specifier, context, next) => (asked.add(specifier), next(specifier, context)) });
    const { tableFrom } = await import(${JSON.stringify(doorway)});
    const before = asked.has('apache-arrow');
    await tableFrom([], []);
    console.log(before, asked.has('apache-arrow'), asked.has('nodejs-polars'));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('false true false\n');
});
