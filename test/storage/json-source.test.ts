import { describe, expect, it } from 'vitest';
import type { InferredSchema, NamedArguments, Predicate, ScanRequest, TableColumn } from '../../src/storage/index.ts';
import { parseTemplate } from '../../src/storage/keys/template.ts';
import { typeName } from '../../src/types/index.ts';
import { bindCall, scanRequest, source } from '../support/scans.ts';

const shown = ({ name, type, path, isInferred }: TableColumn): string =>
  `${name} ${typeName(type)}${path === undefined ? '' : ` ${path}`}${isInferred === true ? ' inferred' : ''}`;
const columnsOf = (named: NamedArguments, pattern = 'doc:*', mentions: readonly string[] = []): string[] =>
  bindCall('json', [pattern], named, null, mentions).columns.map(shown);

describe('redis_json, bound', () => {
  it('gives each declared column its path', () => {
    const columns = {
      age: 'BIGINT',
      'na me': 'VARCHAR',
      city: 'VARCHAR $.address.city',
      tags: 'VARCHAR[]  $.tags[*].name',
      addr: 'STRUCT(zip INTEGER, "$x" JSON) $.address',
      whole: 'JSON $',
    };
    expect(columnsOf({ columns })).toEqual([
      '_key VARCHAR',
      'age BIGINT $.age',
      'na me VARCHAR $["na me"]',
      'city VARCHAR $.address.city',
      'tags VARCHAR[] $.tags[*].name',
      'addr STRUCT(zip INTEGER, "$x" JSON) $.address',
      'whole JSON $',
    ]);
  });

  it('has virtual columns for those who name them, and captures before paths', () => {
    expect(columnsOf({ columns: { a: 'BIGINT', id: 'BIGINT' } }, 'doc:{id}:{part}', ['_json', '_ttl'])).toEqual([
      '_key VARCHAR',
      '_ttl BIGINT',
      'id BIGINT',
      'part VARCHAR',
      'a BIGINT $.a',
      '_json JSON $',
    ]);
    expect(columnsOf({ columns: { _json: 'VARCHAR' } })).toEqual(['_key VARCHAR', '_json VARCHAR $._json']);
    expect(columnsOf({ columns: { _key: 'VARCHAR', A: 'BIGINT', a: 'BIGINT' } })).toEqual([
      '_key VARCHAR',
      '_key_2 VARCHAR $._key',
      'A BIGINT $.A',
      'a_2 BIGINT $.a',
    ]);
  });

  it('marks what a sample said, text excepted', () => {
    const column = (name: string, type: TableColumn['type']) => ({
      ...{ field: Buffer.from(name), name, type, share: 1, nullShare: 0, examples: [], disagreeing: [] },
    });
    const inferred: InferredSchema = {
      columns: [
        column('a b', { id: 'BIGINT' }),
        column('t', { id: 'VARCHAR' }),
        column('l', { id: 'LIST', child: { id: 'VARCHAR' } }),
      ],
      ...{ sampledKeys: 1, visitedKeys: 1, skippedKeys: 0, notes: [], columnNotes: [] },
    };
    const { columns } = bindCall('json', ['doc:*'], {}, inferred);
    expect(columns.map(shown)).toEqual([
      '_key VARCHAR',
      'a b BIGINT $["a b"] inferred',
      't VARCHAR $.t',
      'l VARCHAR[] $.l inferred',
    ]);
    expect(
      source('json').sampleFor({ positional: ['doc:{id}'], named: { sample_size: 7 }, inferred: null, mentions: new Set() }),
    ).toEqual({
      ...{
        source: 'json',
        server: 'default',
        pattern: 'doc:*',
        template: parseTemplate('doc:{id}').template,
        sampleSize: 7,
        allVarchar: false,
      },
    });
  });

  it.each<[NamedArguments, string, RegExp]>([
    [{ columns: { a: 'BIGINTS' } }, 'RQ_COLUMN_TYPE', /column «a».*BIGINTS/],
    [{ columns: { a: 'BIGINT $a' } }, 'RQ_ARGUMENT', /column «a».*«\$a» is no path/],
    [{ columns: { a: 'STRUCT(x BLOB)' } }, 'RQ_COLUMN_TYPE', /BLOB/],
    [{ columns: 'x' }, 'RQ_ARGUMENT', /columns of redis_json/],
    [{ paths: 'x' }, 'RQ_UNKNOWN_ARGUMENT', /redis_json has no argument «paths»/],
    [{ on_error: 'ignore' }, 'RQ_ARGUMENT', /on_error of redis_json/],
  ])('refuses %j', (named, code, message) => {
    const bind = () => bindCall('json', ['doc:*'], named);
    expect(bind).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe('jsonSource', () => {
  const { columns } = bindCall('json', ['doc:*'], { columns: { age: 'BIGINT', city: 'VARCHAR $.a.city' } }, null, [
    '_ttl',
    '_json',
  ]);
  const [KEY, TTL, AGE, CITY, JSON_] = [0, 1, 2, 3, 4];
  const planned = (projection: readonly number[], filter: Predicate | null = null, more: Partial<ScanRequest> = {}) =>
    source('json').plan(scanRequest({ source: 'json', pattern: 'doc:*', columns, projection, filter, ...more }), null);
  const isKey = (value: string): Predicate => ({ kind: 'comparison', op: '=', column: KEY, value: { type: 'VARCHAR', value } });

  it.each<[readonly number[], Predicate | null, readonly string[]]>([
    [[AGE, CITY, AGE], null, ['SCAN 0 MATCH doc:* COUNT 1000', 'JSON.GET … $.age $.a.city']],
    [[JSON_, TTL], isKey('doc:1'), ['JSON.GET doc:1 $', 'TTL doc:1']],
    [[KEY], null, ['SCAN 0 MATCH doc:* COUNT 1000 TYPE ReJSON-RL']],
    [[KEY], isKey('doc:1'), ['JSON.GET doc:1 $._']],
    [[AGE], isKey('other'), []],
  ])('asks for the paths that are used: %j', (projection, filter, commands) => {
    expect(planned(projection, filter).commands).toEqual(commands);
  });

  it('checks all declared paths where rows are left out for them', () => {
    const { tasks, commands } = planned([AGE], null, { onError: 'skip' });
    expect(tasks[0]?.checkedColumns.map(({ name }) => name)).toEqual(['city']);
    expect(commands.at(-1)).toBe('JSON.GET … $.age $.a.city');
  });

  it('pushes keys exactly and leaves values to DuckDB', () => {
    const age: Predicate = { kind: 'comparison', op: '=', column: AGE, value: { type: 'BIGINT', value: 5n } };
    expect(planned([AGE], isKey('doc:1'), { rowLimit: 3 })).toMatchObject({ filterAnswer: 'exact', tasks: [{ rowLimit: 3 }] });
    expect(planned([AGE], age, { rowLimit: 3 })).toMatchObject({ filterAnswer: 'unsupported', tasks: [{ rowLimit: null }] });
    const both: Predicate = { kind: 'and', children: [age, isKey('doc:1')] };
    expect(planned([AGE], both)).toMatchObject({ filterAnswer: 'inexact', access: { kind: 'keys' } });
  });
});
