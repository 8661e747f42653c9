import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import { PgError } from '../../../src/server/pg-error.ts';

describe('parseScript', () => {
  it.each(['', '  ', ';', ' ; ;', '-- ping', '/* nothing */ ;'])('gives no statement for %j', (text) => {
    expect(parseScript(text)).toEqual([]);
  });

  it('cuts by PostgreSQL’s own positions, which count bytes', () => {
    const script = "  select 'é€😀' ;-- x\nselect $2, $1;\n select 3 ";
    expect(parseScript(script).map(({ text, offset, parameterCount }) => [text.trim(), offset, parameterCount])).toEqual([
      ["select 'é€😀'", 2, 0],
      ['-- x\nselect $2, $1'.slice(5), 22, 2],
      ['select 3', 38, 0],
    ]);
    for (const { text, offset } of parseScript(script)) expect(script.slice(offset, offset + text.length)).toBe(text);
  });

  it('counts the positions of a tree from the start of its own statement', () => {
    const [, second] = parseScript("select 'é'; select a from b");
    expect(JSON.stringify(second?.tree)).toContain('"relname":"b","inh":true,"relpersistence":"p","location":14');
  });

  it.each([
    'FROM t',
    'SELECT * FROM t QUALIFY row_number() OVER () = 1',
    'SUMMARIZE t',
    "SELECT {'a': 1}.a FROM t",
    'SELECT x: 1 FROM t',
    'SELECT * EXCLUDE (a) FROM t',
    'SELECT list_transform([1], lambda x: x + 1) FROM t',
  ])('leaves %s to DuckDB', (text) => {
    const [statement] = parseScript(text);
    expect(statement).toMatchObject({ text, offset: 0, tree: null });
    expect(statement?.syntaxError).toMatchObject({ sqlState: '42601' });
  });

  it('splits a text of both dialects', () => {
    const trees = parseScript('select 1; from t; select 2').map(({ text, tree }) => [text, tree !== null]);
    expect(trees).toEqual([
      ['select 1', true],
      ['from t', false],
      ['select 2', true],
    ]);
  });

  it('takes DuckDB’s arguments of a call of Redis, and keeps every position', () => {
    const text = "select a from redis_hash('u:*', columns => {'a': 'BIGINT', 'é': 'VARCHAR'}) h where nope = $3";
    const [statement] = parseScript(text);
    expect(statement?.parameterCount).toBe(3);
    expect(statement?.text).toBe(text);
    expect(JSON.stringify(statement?.tree)).toContain(`"sval":"nope"`);
  });

  it.each([
    ['insert into t values (1', '42601', 'syntax error at end of input', 23],
    ['select 1; delete t', '42601', 'syntax error at or near "t"', 17],
    ["update é set a = 'b' foo", '42601', 'syntax error at or near "foo"', 21],
    ['select \0', '22021', 'invalid byte sequence for encoding "UTF8": 0x00', 7],
  ])('refuses %j as PostgreSQL does', (text, sqlState, message, position) => {
    const error = thrownBy(() => parseScript(text));
    expect([error.sqlState, error.message, error.details.position]).toEqual([sqlState, message, position]);
  });

  it.each(['(', 'not ', 'abs(', '-(', 'case when '])('survives a statement nested 100,000 times with %j', (open) => {
    const text = `delete from t where ${open.repeat(100_000)}1`;
    expect(() => parseScript(text)).toThrow(PgError);
    expect(parseScript('select 1')).toHaveLength(1);
  });

  // PostgreSQL's lexer takes minutes for each of these, or its parser gigabytes.
  it.each([
    ['open comments', '/*'.repeat(250_000), '42601'],
    ['signs', `select ${'+'.repeat(250_000)}1`, '54001'],
    ['a list', `select ${'1,'.repeat(150_000)}1`, '54000'],
    ['a long text', `select '${'x'.repeat(1_100_000)}'`, '54000'],
  ])('refuses %s soon', (_what, text, sqlState) => {
    const began = performance.now();
    const error = thrownBy(() => parseScript(text));
    expect([error.sqlState, performance.now() - began < 3000]).toEqual([sqlState, true]);
  });

  it.each([
    ['comments inside each other', `select ${'/*'.repeat(100_000)}é${'*/'.repeat(100_000)} a from é`],
    ['calls that do not end', `FROM range(1) SELECT ${'redis_hash('.repeat(90_000)}`],
    ['statements of two bytes a letter', "select 'é';".repeat(15_000)],
    [
      'structs in calls',
      `select * from redis_hash('u:*', a => {'b': 1}) ${"union all select * from redis_hash('v:*', a => {'b': 1})".repeat(150)}`,
    ],
  ])('parses %s soon', (_what, text) => {
    const began = performance.now();
    expect(parseScript(text).length).toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('leaves a statement that the parser has no stack for to nobody', () => {
    const error = thrownBy(() => parseScript(`select 1${' union select 1'.repeat(30_000)}`));
    expect(error.sqlState).toBe('54001');
  });
});

function thrownBy(run: () => unknown): PgError {
  try {
    run();
  } catch (error) {
    if (error instanceof PgError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
