import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { bindParameters, type Parameters, parameterNames, typed } from '../../src/sql/index.ts';

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run("SET TimeZone = 'Asia/Tokyo'");
  await connection.run(
    "CREATE TABLE t AS SELECT * FROM (VALUES (1, 'a', DATE '2024-01-01', 1.5::DOUBLE), (2, 'it''s', NULL, 'nan')) v(n, s, d, f)",
  );
});

/** Gives the rows of a bound statement as DuckDB prints them. */
async function rowsOf(text: string, params: Parameters): Promise<unknown[][]> {
  const reader = await connection.runAndReadAll(bindParameters(text, params).text);
  return reader.getRowsJson();
}

describe('the type and value of a parameter', () => {
  it.each<[string, unknown, string, unknown]>([
    ['text', "it's \\ \n 😀 %_", 'VARCHAR', "it's \\ \n 😀 %_"],
    ['an empty text', '', 'VARCHAR', ''],
    ['an attempt', "') ; DROP TABLE t; --", 'VARCHAR', "') ; DROP TABLE t; --"],
    ['an integral number', 42, 'BIGINT', '42'],
    ['the largest safe integer', -9_007_199_254_740_991, 'BIGINT', '-9007199254740991'],
    ['a number beyond', 1e20, 'DOUBLE', 1e20],
    ['a fraction', 0.1, 'DOUBLE', 0.1],
    ['the least number', 5e-324, 'DOUBLE', 5e-324],
    ['NaN', NaN, 'DOUBLE', 'NaN'],
    ['minus infinity', -Infinity, 'DOUBLE', '-Infinity'],
    ['a bigint', 9_223_372_036_854_775_807n, 'BIGINT', '9223372036854775807'],
    ['a HUGEINT', -(2n ** 127n), 'HUGEINT', String(-(2n ** 127n))],
    ['a UHUGEINT', 2n ** 128n - 1n, 'UHUGEINT', String(2n ** 128n - 1n)],
    ['true', true, 'BOOLEAN', true],
    ['false', false, 'BOOLEAN', false],
    ['null', null, '"NULL"', null],
    ['a date', new Date(Date.UTC(2024, 1, 29, 12, 30, 1, 5)), 'TIMESTAMP WITH TIME ZONE', '2024-02-29 12:30:01.005+00'],
    [
      'a date before our era',
      new Date(Date.UTC(-43, 2, 14, 15)),
      'TIMESTAMP WITH TIME ZONE',
      expect.stringMatching(/^0044-03-1\d \(BC\)/),
    ],
    ['bytes', Uint8Array.of(0, 39, 92, 255, 65), 'BLOB', String.raw`\x00\x27\\xFFA`],
    ['a view into bytes', Buffer.from('xABCx').subarray(1, 3), 'BLOB', 'AB'],
    ['no bytes', new Uint8Array(), 'BLOB', ''],
    ['integers', [1, null, 3n], 'BIGINT[]', ['1', null, '3']],
    ['wide integers', [1, 2n ** 64n], 'HUGEINT[]', ['1', String(2n ** 64n)]],
    ['numbers', [1, 2.5, -0], 'DOUBLE[]', [1, 2.5, -0]],
    ['texts', ["a'b", 'c,d', '[x]', 'NULL', ''], 'VARCHAR[]', ["a'b", 'c,d', '[x]', 'NULL', '']],
    ['lists', [[1], [], [2, 3]], 'BIGINT[][]', [['1'], [], ['2', '3']]],
    ['dates', [new Date(0)], 'TIMESTAMP WITH TIME ZONE[]', ['1970-01-01 00:00:00+00']],
    ['an empty list', [], '"NULL"[]', []],
    [
      'an object',
      { a: 1, 'B c"d': { x: ['y'] } },
      'STRUCT(a BIGINT, "B c""d" STRUCT(x VARCHAR[]))',
      { a: '1', 'B c"d': { x: ['y'] } },
    ],
    ['a typed decimal', typed('DECIMAL(10,2)', '12.30'), 'DECIMAL(10,2)', '12.30'],
    ['a typed NULL', typed('DATE', null), 'DATE', null],
    ['a typed list', typed('INTEGER[]', '[1, 2]'), 'INTEGER[]', [1, 2]],
    [
      'a typed struct',
      typed('STRUCT("a b" INT, c VARCHAR[])', "{'a b': 1, 'c': [x]}"),
      'STRUCT("a b" INTEGER, c VARCHAR[])',
      { 'a b': 1, c: ['x'] },
    ],
    ['typed elements', [typed('UTINYINT', 7)], 'UTINYINT[]', [7]],
    ['typed elements of a type that kinds are called by', [typed('integer', 7), typed('integer', null)], 'INTEGER[]', [7, null]],
  ])('of %s', async (_title, value, type, shown) => {
    expect(await rowsOf('SELECT typeof($1), $1', [value])).toEqual([[type, shown]]);
  });

  it.each([0, -1, 8.64e15, -8.64e15, Date.UTC(-43, 2, 14, 15), -62_167_219_200_000, -62_135_596_800_000, Date.UTC(10_000, 0)])(
    'keeps the instant %d of a date',
    async (instant) => {
      expect(await rowsOf('SELECT epoch_ms($1)', [new Date(instant)])).toEqual([[String(instant)]]);
    },
  );

  it('keeps every byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(await rowsOf('SELECT hex($1)', [bytes])).toEqual([[Buffer.from(bytes).toString('hex').toUpperCase()]]);
  });

  it('keeps the sign of zero', async () => {
    expect(await rowsOf('SELECT 1 / ?, 1 / ?', [-0, 0.0])).toEqual([['-Infinity', 'Infinity']]);
  });

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /\$1 is undefined; for NULL give null/],
    ['a symbol', Symbol('x'), /\$1 is a symbol/],
    ['a function', () => 1, /\$1 is a function/],
    ['U+0000', 'a\0b', /\$1 holds U\+0000/],
    ['half a surrogate pair', 'a\ud800', /half a surrogate pair/],
    ['an invalid date', new Date(NaN), /invalid Date/],
    ['a map', new Map(), /\$1 is a Map/],
    ['an empty object', {}, /without members/],
    ['elements of two kinds', [1, 'a'], /a list of integer and string/],
    ['an undefined element', [[1], [undefined]], /\$1\[1\]\[0\] is undefined/],
    ['a hole', [1, , 3], /undefined/], // oxlint-disable-line no-sparse-arrays
    ['an exact integer among fractions', [0.5, 2n ** 60n], /beyond 2\^53/],
    ['a member with no name', { '': 1 }, /no SQL name/],
    ['a bad type name', { redqueryType: 'INT); DROP TABLE t; --', value: '1' }, /not the name of a type/],
    [
      'a circle',
      (() => {
        const list: unknown[] = [];
        list.push(list);
        return list;
      })(),
      /nested more than 32 deep/,
    ],
  ])('refuses %s', (_title, value, message) => {
    expect(() => bindParameters('SELECT $1', [value])).toThrow(
      expect.objectContaining({ code: 'RQ_PARAMETER', message: expect.stringMatching(message) }),
    );
  });

  it('refuses integers beyond 128 bits', () => {
    for (const value of [2n ** 128n, -(2n ** 127n) - 1n, [2n ** 128n - 1n, -1n]]) {
      expect(() => bindParameters('SELECT $1', [value])).toThrow(expect.objectContaining({ code: 'RQ_OUT_OF_RANGE' }));
    }
  });
});

describe('typed', () => {
  it.each([
    'BIGINT',
    'decimal(10, 2)',
    'VARCHAR[]',
    'INT[3][]',
    'TIMESTAMP WITH TIME ZONE',
    'double precision',
    'STRUCT(a INT, "b c" MAP(VARCHAR, INT[]))',
    'UNION(a INT, b DATE)',
    "ENUM('a', 'b''c')",
    '"my type"',
  ])('takes %s', (name) => {
    expect(typed(name, '1').redqueryType).toBe(name);
  });

  it.each([
    '',
    'INT)',
    'INT) ; DROP',
    'INT --',
    'INT /* x */',
    'INT, INT',
    'INT AS x',
    'VARCHAR()',
    'STRUCT(a)',
    'STRUCT(a INT',
    'STRUCT(a INT,)',
    'MAP(INT',
    'DECIMAL(a)',
    'ENUM(x)',
    'ENUM($$a$$)',
    'INT[x]',
    'INT[',
    '1',
    "'x'",
    '?',
    'INT ',
    'a.b',
    'SELECT 1',
    'DECIMAL(1e2)',
  ])('refuses %j', (name) => {
    expect(() => typed(name, '1')).toThrow(expect.objectContaining({ code: 'RQ_PARAMETER' }));
  });
});

describe('bindParameters', () => {
  it.each<[string, Parameters, unknown[][]]>([
    ['SELECT n FROM t WHERE s = ?', ["it's"], [[2]]],
    ['SELECT n FROM t WHERE n = $1', ['2'], [[2]]],
    ['SELECT n FROM t WHERE d = $day', { day: '2024-01-01' }, [[1]]],
    ['SELECT n FROM t WHERE n IN ($1, $2)', [1, 5], [[1]]],
    ['SELECT n FROM t WHERE n IN $1', [[1, 5]], [[1]]],
    ['SELECT n FROM t WHERE n = ANY($1)', [[2]], [[2]]],
    ['SELECT n FROM t WHERE s LIKE $1', ['it%'], [[2]]],
    ['SELECT n FROM t WHERE f = ?', [NaN], [[2]]],
    ['SELECT n FROM t ORDER BY n LIMIT ? OFFSET ?', [1, 1], [[2]]],
    ['SELECT $2 - $1', [1, 10], [['9']]],
    ['SELECT -$1, 3-?1'.replace('?1', '$1'), [-5], [['5', '8']]],
    ['SELECT \'?\', "?" FROM (SELECT 1 AS "?") WHERE 1 = ? -- ?', [1], [['?', 1]]],
    ['SELECT $a, $A', { a: 1, A: 2 }, [['1', '2']]],
    ['SELECT x FROM (VALUES ($1), ($2)) v(x)', ['a', 'b'], [['a'], ['b']]],
    ['SELECT INTERVAL (?) DAY = INTERVAL 3 DAY', [3], [[true]]],
    ['SELECT $1.a', [{ a: 1 }], [['1']]],
    ['SELECT $1[2]', [[5, 6]], [['6']]],
    ['SELECT 1', [], [[1]]],
    ['SELECT 1', {}, [[1]]],
  ])('runs %s', async (text, params, rows) => {
    expect(await rowsOf(text, params)).toEqual(rows);
  });

  it.each<[string, Parameters | undefined, RegExp, number | undefined]>([
    ['SELECT ?, ?', [1], /no value for parameter \$2; given: \$1$/, 10],
    ['SELECT $2', [1, 2], /a value for \$1, which the statement does not use; it takes: 1 \(\$2\)/, undefined],
    ['SELECT ?', [1, 2, 3], /a value for \$2/, undefined],
    ['SELECT $a', { b: 1 }, /no value for parameter \$a; given: \$b/, 7],
    ['SELECT $a', { a: 1, b: 1 }, /a value for \$b, which the statement does not use; it takes: \$a/, undefined],
    ['SELECT $a', [1], /takes an object, for \$name/, undefined],
    ['SELECT ?', { a: 1 }, /takes an array/, undefined],
    ['SELECT ?, $1', [1], /one of \?, \$1 and \$name/, 10],
    ['SELECT 1', [1], /a value for \$1.*takes: 0 \(none\)/, undefined],
    ['SELECT $1', undefined, /no value for parameter \$1; given: none/, 7],
    ['SELECT n FROM t ORDER BY $1', ['n'], /cannot name what to order by/, 25],
    ['SELECT n FROM t GROUP BY ?, n', ['n'], /cannot name what to group by/, 25],
  ])('refuses for %s the parameters %j', (text, params, message, position) => {
    expect(() => bindParameters(text, params)).toThrow(
      expect.objectContaining({ code: 'RQ_PARAMETER', message: expect.stringMatching(message), position }),
    );
  });

  it('shows places of the new text in the old one', () => {
    const text = 'SELECT $1, x, $2 FROM y';
    const bound = bindParameters(text, ['abc', 12]);
    for (const piece of ['SELECT', ', x', 'FROM', 'y'])
      expect(bound.mapPosition(bound.text.indexOf(piece))).toBe(text.indexOf(piece));
    expect(bound.mapPosition(bound.text.indexOf('abc'))).toBe(text.indexOf('$1'));
    expect(bound.mapPosition(bound.text.indexOf('BIGINT'))).toBe(text.indexOf('$2'));
  });

  it.each<[string, Parameters, Parameters]>([
    ['SELECT $1, $1 + 1, abs($2), $2::VARCHAR, [$1]', [1, 2.5], [1, 2]],
    ["SELECT ?, 'a', ?, upper(?), n AS x FROM t", ['a', 'b', 'a'], ['', '', '']],
    ["SELECT 'a', ?, CASE WHEN ? THEN NULL END, ? FROM t WHERE s <> 'a'", ['a', true, null], ['', true, 1]],
    ['SELECT CASE WHEN n > 1 THEN ? ELSE ? END, NULL, ? FROM t', [null, null, null], [1, 1, 1]],
    ['SELECT $lo, $hi, (SELECT max(n) FROM t WHERE n < $hi) FROM t', { lo: new Date(0), hi: 7 }, { lo: 1, hi: 1 }],
    [
      'SELECT $1, $2, [$1]',
      [
        [1, 2],
        ['a', 'b'],
      ],
      [1, 1],
    ],
    ['SELECT $1, $2', [Uint8Array.of(1, 2), 2n ** 70n], [1, 1]],
    ['SELECT $1, $2, CAST(7 AS BIGINT)', [7, 7], [1, 1]],
    ['SELECT n FROM t WHERE n = $1', [7], [1]],
  ])('gives columns the names of the unbound statement: %s', async (text, params, standIns) => {
    // What stands in for the values has no say in the names.
    const want = await connection.runAndReadAll(text, standIns as number[]);
    const bound = bindParameters(text, params);
    const got = await connection.runAndReadAll(bound.text);
    expect(bound.renameColumns(got.columnNames())).toEqual(want.columnNames());
  });

  it('renames typed values and objects, however their type is printed', async () => {
    const bound = bindParameters('SELECT $1, $2', [typed('timestamptz', '2024-01-01'), { a: typed('int8', '1') }]);
    const reader = await connection.runAndReadAll(bound.text);
    expect(bound.renameColumns(reader.columnNames())).toEqual(['$1', '$2']);
  });

  it('leaves names alone that are no SQL', () => {
    expect(bindParameters('SELECT ?', ['x']).renameColumns(["it's", '"', "'x"])).toEqual(["it's", '"', "'x"]);
  });
});

describe('parameterNames', () => {
  it.each([
    ['SELECT ?, ?', ['1', '2']],
    ['SELECT $2, $1, $2', ['2', '1']],
    ["SELECT $a, '$b', $c", ['a', 'c']],
    ['SELECT 1', []],
  ])('lists those of %s', (text, names) => {
    expect(parameterNames(text)).toEqual(names);
  });
});
