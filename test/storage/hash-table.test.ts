import { describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/errors.ts';
import type { BoundCall, InferredSchema, NamedArguments } from '../../src/storage/index.ts';
import { typeName } from '../../src/types/index.ts';
import { bindCall, source } from '../support/scans.ts';

function bind(named: NamedArguments, mentions: readonly string[] = [], inferred: InferredSchema | null = null): BoundCall {
  return bindCall('hash', ['user:*'], named, inferred, mentions);
}

const sampleFor = (named: NamedArguments) =>
  source('hash').sampleFor({ positional: ['user:*'], named, inferred: null, mentions: new Set() });

/** Each column as `name type role field`, the field as one character a byte. */
function columnsOf(table: BoundCall): string[] {
  return table.columns.map(({ name, type, role, field }) => {
    const bytes = field === undefined ? '' : ` ${Buffer.from(field).toString('latin1')}`;
    return `${name} ${typeName(type)} ${role}${bytes}`;
  });
}

function schemaOf(...names: readonly string[]): InferredSchema {
  const columns = names.map((name) => {
    return {
      field: Buffer.from(name),
      name,
      type: { id: 'BIGINT' },
      share: 1,
      nullShare: 0,
      examples: [],
      disagreeing: [],
    } as const;
  });
  return { columns, sampledKeys: 1, visitedKeys: 1, skippedKeys: 0, notes: [], columnNotes: [] };
}

describe('bindHashTable', () => {
  it('has defaults for everything', () => {
    const { columns, ...rest } = bind({});
    expect(columns).toEqual([{ name: '_key', type: { id: 'VARCHAR' }, role: 'key' }]);
    expect(rest).toMatchObject({ onError: 'error', batchRows: 8_192, server: 'default', index: 'auto', accessChoice: 'auto' });
    expect(sampleFor({})).toEqual({
      source: 'hash',
      server: 'default',
      pattern: 'user:*',
      template: null,
      sampleSize: 1_000,
      allVarchar: false,
    });
  });

  it('takes every argument, and null for its default', () => {
    const named = { sample_size: 5, all_varchar: true, on_error: 'Skip', batch_size: 65_536, server: 'other', columns: null };
    expect(bind(named)).toMatchObject({ onError: 'skip', batchRows: 65_536, server: 'other' });
    expect(sampleFor(named)).toMatchObject({ server: 'other', sampleSize: 5, allVarchar: true });
    expect(bind({ sample_size: null, on_error: null, server: null }).server).toBe('default');
  });

  it.each<[string, NamedArguments, string[], string[]]>([
    [
      'declared columns in their order',
      { columns: { b: 'decimal(9,2)', a: 'INT' } },
      [],
      ['b DECIMAL(9,2) field b', 'a INTEGER field a'],
    ],
    ['no columns', { columns: {} }, [], []],
    [
      'names that differ in case',
      { columns: { name: 'VARCHAR', Name: 'VARCHAR', NAME: 'DATE' } },
      [],
      ['name VARCHAR field name', 'Name_2 VARCHAR field Name', 'NAME_3 DATE field NAME'],
    ],
    [
      'a field that already has the next name',
      { columns: { a: 'DATE', A: 'DATE', a_2: 'DATE' } },
      [],
      ['a DATE field a', 'A_3 DATE field A', 'a_2 DATE field a_2'],
    ],
    [
      'letters beyond ASCII, which keep their case',
      { columns: { é: 'DATE', É: 'DATE' } },
      [],
      ['é DATE field Ã©', 'É DATE field Ã\x89'],
    ],
    ['a field called _key', { columns: { _key: 'BIGINT' } }, [], ['_key_2 BIGINT field _key']],
    ['a field without a name', { columns: { '': 'DATE' } }, [], ['_empty DATE field ']],
    ['a field that is no UTF-8', { columns: { 'a\\xff': 'DATE' } }, [], ['a\\xff DATE field a\xff']],
    ['a field called _ttl where that is not named', { columns: { _ttl: 'DATE' } }, [], ['_ttl DATE field _ttl']],
  ])('binds %s', (_, named, mentions, expected) => {
    expect(columnsOf(bind(named, mentions))).toEqual(['_key VARCHAR key', ...expected]);
  });

  it('binds the virtual columns only where they are named', () => {
    const named = { columns: { a: 'DATE', _ttl: 'DATE', _FIELDS: 'DATE' } };
    expect(columnsOf(bind(named, ['_ttl', '_fields', 'other']))).toEqual([
      '_key VARCHAR key',
      '_ttl BIGINT ttl',
      'a DATE field a',
      '_ttl_2 DATE field _ttl',
      '_FIELDS_2 DATE field _FIELDS',
      '_fields MAP(VARCHAR, VARCHAR) fields',
    ]);
  });

  it('marks inferred columns, but none that is declared or keeps every byte', () => {
    const types = ['BIGINT', 'VARCHAR', 'BLOB', 'DOUBLE'] as const;
    const schema = schemaOf(...types);
    const columns = schema.columns.map((column, i) => ({ ...column, type: { id: types[i] ?? 'VARCHAR' } }));
    const marked = ({ columns: all }: BoundCall): string[] => all.filter((one) => one.isInferred).map(({ name }) => name);
    expect(marked(bind({}, ['_ttl', '_fields'], { ...schema, columns }))).toEqual(['BIGINT', 'DOUBLE']);
    expect(marked(bind({ columns: { BIGINT: 'BIGINT' } }, [], { ...schema, columns }))).toEqual([]);
  });

  it('binds inferred columns, and prefers declared ones', () => {
    const schema = schemaOf('age', 'Age');
    expect(columnsOf(bind({}, [], schema))).toEqual(['_key VARCHAR key', 'age BIGINT field age', 'Age_2 BIGINT field Age']);
    expect(columnsOf(bind({ columns: { x: 'DATE' } }, [], schema))).toEqual(['_key VARCHAR key', 'x DATE field x']);
  });

  it.each<[NamedArguments, string, RegExp]>([
    [{ colums: {} }, 'RQ_UNKNOWN_ARGUMENT', /«colums»; valid: columns, sample_size/],
    [{ columns: 'age' }, 'RQ_ARGUMENT', /columns of redis_hash is 'age'; valid: a record/],
    [{ columns: { age: 'NUMBERS' } }, 'RQ_COLUMN_TYPE', /column «age».*NUMBERS.*BIGINT/],
    [{ sample_size: 0 }, 'RQ_ARGUMENT', /sample_size of redis_hash is 0; valid: a whole number from 1 to 100000/],
    [{ sample_size: 100_001 }, 'RQ_ARGUMENT', /100001/],
    [{ sample_size: 1.5 }, 'RQ_ARGUMENT', /sample_size of redis_hash is 1\.5; valid: a whole number from 1 to 100000/],
    [{ sample_size: Number.NaN }, 'RQ_ARGUMENT', /is NaN;/],
    [{ sample_size: Number.POSITIVE_INFINITY }, 'RQ_ARGUMENT', /is Infinity;/],
    [{ sample_size: -1 }, 'RQ_ARGUMENT', /is -1;/],
    [{ sample_size: '5' }, 'RQ_ARGUMENT', /'5'/],
    [{ sample_size: 'x' }, 'RQ_ARGUMENT', /sample_size of redis_hash is 'x'; valid: a whole number/],
    [{ sample_size: true }, 'RQ_ARGUMENT', /sample_size of redis_hash is true; valid: a whole number/],
    [{ sample_size: {} }, 'RQ_ARGUMENT', /sample_size of redis_hash is \{\}; valid: a whole number/],
    [{ batch_size: 0.5 }, 'RQ_ARGUMENT', /batch_size of redis_hash is 0\.5; valid: a whole number/],
    [{ batch_size: 'many' }, 'RQ_ARGUMENT', /batch_size of redis_hash is 'many'/],
    [{ all_varchar: 'maybe' }, 'RQ_ARGUMENT', /all_varchar of redis_hash is 'maybe'; valid: true or false/],
    [{ batch_size: 65_537 }, 'RQ_ARGUMENT', /batch_size .* from 1 to 65536/],
    [{ all_varchar: 1 }, 'RQ_ARGUMENT', /all_varchar .* is 1; valid: true or false/],
    [{ on_error: 'ignore' }, 'RQ_ARGUMENT', /'ignore'; valid: 'error', 'null' or 'skip'/],
    [{ on_error: true }, 'RQ_ARGUMENT', /true/],
    [{ server: '' }, 'RQ_ARGUMENT', /server/],
    [{ server: 3 }, 'RQ_ARGUMENT', /server/],
  ])('refuses %j with %s', (named, code, message) => {
    expect(() => bind(named)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
    expect(() => bind(named)).toThrow(RedQueryError);
  });
});
