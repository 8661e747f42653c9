/** INSERT statements are read back by DuckDB itself: what is stored then is what was written. */
import { describe, expect, it } from 'vitest';
import { type Batch, textReader } from '../../src/arrow/index.ts';
import { calls, native, openDatabase } from '../../src/engine/duckdb.ts';
import { BatchCollector } from '../../src/engine/vectors/columns-from-vectors.ts';
import { sqlTypeFrom } from '../../src/engine/vectors/sql-types.ts';
import { writerFor } from '../../src/output/formats/index.ts';
import { type SqlField, typeName } from '../../src/types/index.ts';
import { outputTo } from '../support/text-output.ts';

interface Answer {
  readonly schema: readonly SqlField[];
  readonly batch: Batch;
}

/** Runs statements on one connection and gives each one's rows. */
async function answers(statements: readonly string[]): Promise<Answer[]> {
  const connection = await calls.connect(await openDatabase({ threads: '1' }));
  try {
    const all: Answer[] = [];
    for (const sql of statements) {
      const result = await calls.query(connection, sql);
      const schema = Array.from({ length: native.column_count(result) }, (_, i) => ({
        name: native.column_name(result, i),
        type: sqlTypeFrom(native.column_logical_type(result, i)),
      }));
      const collector = new BatchCollector(schema.map((field) => field.type));
      for (let chunk = await calls.fetchChunk(result); chunk !== null; chunk = await calls.fetchChunk(result)) {
        if (native.data_chunk_get_size(chunk) === 0) break;
        collector.append(chunk);
      }
      all.push({ schema, batch: collector.take() });
    }
    return all;
  } finally {
    native.disconnect_sync(connection);
  }
}

function textsOf({ schema, batch }: Answer): (string | null)[] {
  const [field] = schema;
  const [column] = batch.columns;
  if (field === undefined || column === undefined) throw new Error('no column');
  const read = textReader(field.type, column);
  return Array.from({ length: batch.rowCount }, (_, row) => read(row));
}

async function insertsOf({ schema, batch }: Answer, isTerminal: boolean): Promise<string> {
  const { output, text } = outputTo({ isTerminal, columns: isTerminal ? 80 : null });
  const rows = (async function* () {
    yield batch;
  })();
  await (await writerFor('insert'))({ schema, batches: rows }, output);
  return text();
}

const HARD_TEXT =
  "'it''s' || chr(10) || chr(0) || '\\n' || chr(27) || '[2J' || chr(8238) || chr(133) || chr(127) || ' 日本 👩‍👩‍👧'";

describe('insert', () => {
  it.each([
    ['true'],
    ['(-128)::TINYINT'],
    ['255::UTINYINT'],
    ['(-9223372036854775808)::BIGINT'],
    ['18446744073709551615::UBIGINT'],
    ["'-170141183460469231731687303715884105728'::HUGEINT"],
    ["'340282366920938463463374607431768211455'::UHUGEINT"],
    ["'123456789012345678901234567890123456789012345678901234567890'::BIGNUM"],
    ['0.1::DOUBLE'],
    ["'123456789.123456789'::DOUBLE"],
    ["'1.7976931348623157e308'::DOUBLE"],
    ["'-0.0'::DOUBLE"],
    ["'nan'::DOUBLE"],
    ["'-inf'::FLOAT"],
    ['0.1::FLOAT'],
    ["'16777217.5'::FLOAT"],
    ["'12345678901234567890123456789012345.678'::DECIMAL(38,3)"],
    ["'it''s'"],
    ["''"],
    [HARD_TEXT],
    ['\'{"a": [1, "it\'\'s"]}\'::JSON'],
    ["'\\x00\\x27\\xFFa'::BLOB"],
    ["'0101'::BIT"],
    ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID"],
    ["'0044-03-15 (BC)'::DATE"],
    ["'infinity'::DATE"],
    ["'24:00:00'::TIME"],
    ["'01:02:03.5+05:30'::TIMETZ"],
    ["'2024-01-02 03:04:05.123456'::TIMESTAMP"],
    ["'2024-01-02 03:04:05.123456789'::TIMESTAMP_NS"],
    ["'2024-01-02 03:04:05.123'::TIMESTAMP_MS"],
    ["'-infinity'::TIMESTAMP"],
    ["'1 year 2 months -3 days 04:05:06.7'::INTERVAL"],
    ["'a''b'::ENUM('a''b', 'c')"],
    ['[1, NULL, 3]::UTINYINT[]'],
    ['[]::VARCHAR[]'],
    ["['a, b', NULL, '', 'null']"],
    ['[1.5, 2]::FLOAT[2]'],
    ["{'a b': 1, 'c': ['x', NULL], 'd': NULL::DATE}"],
    ["MAP {'k''1': 1, 'k2': NULL}"],
    ['MAP {[1]: true}'],
    ['MAP {}::MAP(VARCHAR, INTEGER)'],
    ["union_value(str := 'x')::UNION(num INTEGER, str VARCHAR)"],
    ["[{'a': [{'b': 'it''s' || chr(10)}]}]"],
  ])('writes %s so that it reads back', async (value) => {
    const [source] = await answers([`SELECT v FROM (SELECT ${value} AS v UNION ALL SELECT NULL) ORDER BY v IS NULL`]);
    if (source === undefined) throw new Error('no answer');
    const [type] = source.schema.map((field) => field.type);
    if (type === undefined) throw new Error('no type');
    for (const isTerminal of [false, true]) {
      const text = await insertsOf(source, isTerminal);
      expect(text).toMatch(/^(?:[^\u0000-\u001f\u007f-\u009f\u202e]*\n){2}$/);
      const statements = text.trimEnd().split('\n');
      expect(statements[1]).toBe('INSERT INTO t VALUES (NULL);');
      const read = await answers([`CREATE TABLE t (v ${typeName(type)})`, ...statements, 'SELECT v FROM t ORDER BY v IS NULL']);
      const stored = read.at(-1);
      if (stored === undefined) throw new Error('nothing stored');
      expect(stored.schema).toEqual(source.schema);
      expect(textsOf(stored)).toEqual(textsOf(source));
    }
  });

  it('writes a row without names, which no table can hold, as a call', async () => {
    const [source] = await answers(["SELECT [row(1, 'x'), NULL] AS v"]);
    if (source === undefined) throw new Error('no answer');
    expect(await insertsOf(source, false)).toBe("INSERT INTO t VALUES ([row(1, 'x'), NULL]);\n");
  });

  it('says what it inserts into, and one statement a row', async () => {
    const [source] = await answers(["SELECT 1 AS a, 'x' AS b UNION ALL SELECT NULL, '' ORDER BY a"]);
    if (source === undefined) throw new Error('no answer');
    expect(await insertsOf(source, false)).toBe("INSERT INTO t VALUES (1, 'x');\nINSERT INTO t VALUES (NULL, '');\n");
  });
});
