import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/errors.ts';
import { parameterNames, splitStatements, tokensOf } from '../../src/sql/index.ts';

/** Tokens as `kind value`, with the kind's first letters. */
function shown(text: string): string[] {
  return tokensOf(text).map(({ kind, value }) => `${kind} ${value}`);
}

describe('tokensOf', () => {
  it.each([
    ['SELECT a_1$b', ['identifier select', 'identifier a_1$b']],
    ['"a""b" "A"', ['quotedIdentifier a"b', 'quotedIdentifier A']],
    ["'it''s' 'a\\'", ["string 'it''s'", "string 'a\\'"]],
    ["E'a\\'b' e'x''y'", ["string E'a\\'b'", "string e'x''y'"]],
    ["x'ab' B'01' n'x'", ["string x'ab'", "string B'01'", "string n'x'"]],
    ["'a'\n'b' 'c' -- d\n 'e'", ["string 'a'\n'b'", "string 'c' -- d\n 'e'"]],
    ["E'a'\n'b\\'c' ?", ["string E'a'\n'b\\'c'", 'parameter ?']],
    ["'a' /* \n */ 'b'", ["string 'a'", "string 'b'"]],
    ["$$x'y$$ $t$a$$b$t$", ["string $$x'y$$", 'string $t$a$$b$t$']],
    [
      '$1 $name $a_1 ?3 ? $"a b" $é',
      ['parameter 1', 'parameter name', 'parameter a_1', 'parameter 3', 'parameter ?', 'parameter a b', 'parameter é'],
    ],
    [
      '1 1_000 .5 1. 1e3 1.5E-3 1e',
      ['number 1', 'number 1_000', 'number .5', 'number 1.', 'number 1e3', 'number 1.5E-3', 'number 1', 'identifier e'],
    ],
    [
      'a::b:=c->>d=>e**f//g',
      [
        'identifier a',
        'symbol ::',
        'identifier b',
        'symbol :=',
        'identifier c',
        'symbol ->>',
        'identifier d',
        'symbol =>',
        'identifier e',
        'symbol **',
        'identifier f',
        'symbol //',
        'identifier g',
      ],
    ],
    [
      '[1:2],{a: 1}.b;',
      [
        'symbol [',
        'number 1',
        'symbol :',
        'number 2',
        'symbol ]',
        'symbol ,',
        'symbol {',
        'identifier a',
        'symbol :',
        'number 1',
        'symbol }',
        'symbol .',
        'identifier b',
        'symbol ;',
      ],
    ],
    ['5--?\n3/*?/*?*/?*/-?', ['number 5', 'number 3', 'symbol -', 'parameter ?']],
    ['5*--?\r?', ['number 5', 'symbol *', 'parameter ?']],
    ['a\u00a0b\u3000?\ufeff', ['identifier a', 'identifier b', 'parameter ?']],
    ['\'?\' "?" $q$?$q$ /*?*/', ["string '?'", 'quotedIdentifier ?', 'string $q$?$q$']],
    ['', []],
  ])('cuts %j', (text, tokens) => {
    expect(shown(text)).toEqual(tokens);
  });

  it.each([
    ["SELECT 'a", 7],
    ["SELECT 1, 'a'\n'b", 14],
    ["SELECT E'a\\'", 7],
    ['SELECT "a', 7],
    ['SELECT $t$a$$', 7],
    ['SELECT 1 /* a /* b */', 9],
    ['SELECT $ 1', 7],
    ["SELECT U&'d'", 7],
    ['SELECT 1\0 FROM t', 8],
    ['SELECT \u000b1', 7],
  ])('refuses %j and says where', (text, position) => {
    expect(() => tokensOf(text)).toThrow(expect.objectContaining({ code: 'RQ_SYNTAX', position }));
  });

  it('takes a string of many megabytes', () => {
    const long = "it''s ".repeat(2_000_000);
    expect(tokensOf(`SELECT '${long}', E'${long}', "${'""'.repeat(3_000_000)}"`)).toHaveLength(6);
  });
});

describe('splitStatements', () => {
  it.each([
    [
      'select 1; select 2',
      [
        ['select 1', 0],
        ['select 2', 10],
      ],
    ],
    [';; -- none\n ; select 1 -- a;b\n;', [['select 1', 14]]],
    [
      'select \';\', ";", $$;$$ /*;*/; x',
      [
        ['select \';\', ";", $$;$$', 0],
        ['x', 30],
      ],
    ],
    ['/* only */', []],
    ['', []],
  ] as const)('splits %j', (text, statements) => {
    expect(splitStatements(text).map(({ text: statement, offset }) => [statement, offset])).toEqual(statements);
  });
});

describe('the lexer against DuckDB', () => {
  let connection: DuckDBConnection;

  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  });

  /** Gives how many statements, or parameters of the first, DuckDB finds; null where it finds the text wrong. */
  async function duckDbCounts(text: string): Promise<{ statements: number; parameters: number } | null> {
    try {
      const extracted = await connection.extractStatements(text);
      return { statements: extracted.count, parameters: (await extracted.prepare(0)).parameterCount };
    } catch {
      return null;
    }
  }

  it('finds the same statements and parameters in quotes, escapes and comments of all kinds', async () => {
    const pieces = [
      "'",
      "''",
      '"',
      '$$',
      '$a$',
      '\\',
      "E'",
      "e'",
      '?',
      '--',
      '/*',
      '*/',
      '\n',
      ' ',
      'a',
      ';',
      "x'",
      '$1',
      '1',
      ',',
      '\u00a0',
      "\\'",
    ];
    let state = 12_345;
    const pick = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % limit;
    };
    const differences: string[] = [];
    let compared = 0;
    for (let i = 0; i < 6_000; i++) {
      const open = pieces[pick(8)] ?? '';
      const body = Array.from({ length: pick(7) }, () => pieces[pick(pieces.length)]).join('');
      const close = open.replace(/^[Ee]/, '');
      const text = `select 1 where ${open}${body}${close} is null or ? is null`;
      const counts = await duckDbCounts(text);
      if (counts === null) continue;
      compared++;
      let own: string;
      try {
        const [first] = splitStatements(text);
        own = `${splitStatements(text).length} ${parameterNames(first?.text ?? '').length}`;
      } catch (error) {
        own = error instanceof RedQueryError ? error.message : String(error);
        // Mixed styles are refused by both, but DuckDB counts before it refuses.
      }
      if (own !== `${counts.statements} ${counts.parameters}`)
        differences.push(`${JSON.stringify(text)}: ${own}, DuckDB ${counts.statements} ${counts.parameters}`);
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  }, 30_000);
});
