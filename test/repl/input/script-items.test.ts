import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RedQueryError } from '../../../src/errors.ts';
import { scriptItems } from '../../../src/repl/input/script-items.ts';
import { splitStatements } from '../../../src/sql/index.ts';

const shown = (text: string): string[] => scriptItems(text).map((item) => `${item.kind} ${item.text}`);

describe('scriptItems', () => {
  it.each([
    ['SELECT 1; SELECT 2', ['sql SELECT 1', 'sql SELECT 2']],
    ["SELECT ';' -- ;\n; ;", ["sql SELECT ';'"]],
    ['.mode box\n.tables  \nSELECT 1;', ['command .mode box', 'command .tables', 'sql SELECT 1']],
    ['SELECT 1 \\dt x\nSELECT 3;', ['sql SELECT 1', 'command \\dt x', 'sql SELECT 3']],
    ['SELECT 1; \\gx', ['sql SELECT 1', 'command \\gx']],
    ['quit', ['command .quit']],
    ['Exit;', ['command .exit']],
    ['help', ['command .help']],
    ['HELP;', ['command .help']],
    ['?', ['command .help']],
    [' ? ', ['command .help']],
    ['clear', ['command .clear']],
    ['SELECT ?;', ['sql SELECT ?']],
    ['SELECT a\n.b FROM t', ['sql SELECT a\n.b FROM t']],
    ["\r\n.read it's.sql\r\nSELECT\r\n2;\r\n", ["command .read it's.sql", 'sql SELECT\r\n2']],
    ['-- nothing\n', []],
    ['SELECT $ 1; SELECT 2', ['sql SELECT $ 1', 'sql SELECT 2']],
  ])('splits %j', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('says where items begin and how they were written', () => {
    expect(scriptItems('  SELECT 1 ; \n .mode csv ')).toEqual([
      { kind: 'sql', text: 'SELECT 1', written: 'SELECT 1 ;', offset: 2 },
      { kind: 'command', text: '.mode csv', written: '.mode csv', offset: 15 },
    ]);
  });

  it.each(['\\g', '\\gx', '\\g a b', '\\watch 2', '\\gset', '\\crosstabview'])('gives %s the statement before it', (command) => {
    expect(scriptItems(` SELECT 1 -- one\n ${command}\nSELECT 2`)).toEqual([
      {
        kind: 'command',
        text: command,
        written: `SELECT 1 -- one\n ${command}`,
        offset: 1,
        statement: { text: 'SELECT 1', offset: 1 },
      },
      { kind: 'sql', text: 'SELECT 2', written: 'SELECT 2', offset: expect.any(Number) },
    ]);
  });

  it.each([
    ["SELECT 1; SELECT 'abc", 17],
    ['SELECT "abc', 7],
    ['.tables\nSELECT /* abc', 15],
    ['SELECT $a$ abc', 7],
  ])('refuses %j, at %i', (text, position) => {
    let error: unknown;
    try {
      scriptItems(text);
    } catch (thrown) {
      error = thrown;
    }
    // The test fails on the code if it is another error.
    expect(error as RedQueryError).toMatchObject({ code: 'RQ_SYNTAX', position });
  });

  it('gives the statements of the splitter where there are no commands', () => {
    const part = fc.constantFrom('SELECT', 'a', '1', ' ', ';', "'a;b'", '"q;"', '-- c;\n', '/* ; */', ' $$;$$ ', '(', ')', '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        const text = parts.join('');
        const items = scriptItems(text).map(({ text: statement, offset }) => ({ text: statement, offset }));
        expect(items).toEqual(splitStatements(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('splits 3,000 statements at once', () => {
    const text = "SELECT 1 AS a, 'x;y' FROM t;\n".repeat(3_000);
    const startMs = performance.now();
    expect(scriptItems(text)).toHaveLength(3_000);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
