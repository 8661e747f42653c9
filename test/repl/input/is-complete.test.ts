import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isComplete } from '../../../src/repl/input/is-complete.ts';
import { splitStatements, tokensOf } from '../../../src/sql/index.ts';

describe('isComplete', () => {
  it.each([
    '',
    ' \n\t',
    '-- only a comment',
    '/* only a comment */',
    'SELECT 1;',
    'SELECT 1; -- done',
    'SELECT 1; /* done */\n\n',
    "SELECT ';';",
    '.tables',
    '.read it\'s "here',
    '\\d users',
    '  .keys user:*',
    'SELECT 1;\n.mode box',
    '.mode box\nSELECT 1;',
    'SELECT 1 \\gx',
    'exit',
    'QUIT',
    'quit ;',
    'help',
    'HELP ',
    '?',
    'clear;',
    'SELECT (1;',
    'SELECT $ 1;',
    ';',
  ])('takes %j', (text) => {
    expect(isComplete(text)).toBe(true);
  });

  it.each([
    'SELECT 1',
    'SELECT 1 -- ;',
    'SELECT 1 /* ; */',
    "SELECT ';",
    'SELECT ";',
    'SELECT $$;',
    'SELECT $a$ ; $b$',
    'SELECT 1; /* open',
    "SELECT 1; 'open",
    'SELECT 1; SELECT 2',
    '.mode box\nSELECT 1',
    'SELECT\n.tables',
    'exit now',
    '? now',
    'SELECT\nclear',
    'SELECT 1;\nFROM',
  ])('waits for more of %j', (text) => {
    expect(isComplete(text)).toBe(false);
  });

  it('agrees with the splitter of statements', () => {
    const part = fc.constantFrom(
      'SELECT',
      'a',
      '1',
      ' ',
      ';',
      "'a;b'",
      '"q;"',
      '-- c;\n',
      '/* ; */',
      '$$;$$',
      '(',
      ')',
      ',',
      '\n',
      "'",
      '/*',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        let isWhole = false;
        try {
          const tokens = tokensOf(text);
          isWhole = tokens.length === 0 || tokens.at(-1)?.value === ';';
          // One more statement behind a whole text is one more statement, and nothing else.
          const count = splitStatements(text).length;
          expect(splitStatements(`${text}\nSELECT 1`).length === count + 1).toBe(isWhole);
        } catch {
          isWhole = false;
        }
        expect(isComplete(text)).toBe(isWhole);
      }),
      { numRuns: 3_000 },
    );
  });
});
