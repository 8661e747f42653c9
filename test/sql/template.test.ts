import { describe, expect, it } from 'vitest';
import { bindParameters, quoteIdentifier, quoteLiteral, SqlFragment, sql } from '../../src/sql/index.ts';

describe('sql`…`', () => {
  it('binds values and never pastes them', () => {
    const name = "x' OR 1=1 --";
    const query = sql`SELECT * FROM t WHERE name = ${name} AND age > ${30}`;
    expect(query).toBeInstanceOf(SqlFragment);
    expect([query.text, query.params]).toEqual(['SELECT * FROM t WHERE name = $1 AND age > $2', [name, 30]]);
    expect(bindParameters(query.text, query.params).text).toContain("('x'' OR 1=1 --')");
  });

  it('nests fragments and quotes names', () => {
    const where = sql`age > ${30}`;
    const query = sql`SELECT ${sql.identifier('a"b')} FROM t WHERE ${where} OR (${where} AND n = ${null})`;
    expect([query.text, query.params]).toEqual(['SELECT "a""b" FROM t WHERE age > $1 OR (age > $2 AND n = $3)', [30, 30, null]]);
  });

  it('leaves backslashes to SQL', () => {
    expect(sql`SELECT '\\' || ${1}`.text).toBe(String.raw`SELECT '\' || $1`);
  });

  it.each([
    ['inside quotes', sql`SELECT '${1}'`],
    ['inside a comment', sql`SELECT 1 -- ${1}`],
    ['beside a parameter of the text', sql`SELECT $1, ${1}`],
    ['beside a question mark', sql`SELECT ${1}, ?`],
    ['stuck to a word', sql`SELECT a${1}`],
  ])('refuses a value %s', (_title, query) => {
    expect(() => query.text).toThrow(expect.objectContaining({ code: 'RQ_PARAMETER', position: expect.any(Number) }));
  });
});

describe('quoting', () => {
  it.each([
    ['a', '"a"', "'a'"],
    ['a"b\'c\\', '"a""b\'c\\"', "'a\"b''c\\'"],
  ])('quotes %s', (text, identifier, literal) => {
    expect([quoteIdentifier(text), quoteLiteral(text)]).toEqual([identifier, literal]);
  });

  it('refuses what SQL cannot carry', () => {
    for (const quote of [() => quoteIdentifier(''), () => quoteIdentifier('a\0'), () => quoteLiteral('a\0')]) {
      expect(quote).toThrow(expect.objectContaining({ code: 'RQ_ARGUMENT' }));
    }
  });
});
