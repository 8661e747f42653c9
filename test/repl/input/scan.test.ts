import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scan } from '../../../src/repl/input/scan.ts';

const shown = (text: string): string[] => scan(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

const typed = fc
  .array(
    fc.constantFrom(...'\'"$-/*\\;(). \nabE1', '--', '/*', '*/', '$a$', '.mode\n', '\\d\n', 'quit', '?', "'x'", '\r\n', ';'),
    {
      maxLength: 25,
    },
  )
  .map((parts) => parts.join(''));

describe('scan', () => {
  it.each([
    ['.mode box\nSELECT 1;', ['command .mode box', 'identifier SELECT', 'number 1', 'symbol ;']],
    ["  .read it's.sql\r\n.keys", ["command .read it's.sql", 'command .keys']],
    ['SELECT 1; \\q', ['identifier SELECT', 'number 1', 'symbol ;', 'command \\q']],
    ['SELECT 1 \\watch 2', ['identifier SELECT', 'number 1', 'command \\watch 2']],
    ['-- a comment\n.tables', ['comment -- a comment', 'command .tables']],
    ['SELECT a\n.b FROM t', ['identifier SELECT', 'identifier a', 'symbol .', 'identifier b', 'identifier FROM', 'identifier t']],
    ['.5', ['number .5']],
    ['quit', ['command quit']],
    ['EXIT ;', ['command EXIT ;']],
    ['HELP', ['command HELP']],
    ['? ;', ['command ? ;']],
    ['SELECT 1;\nClear \n?', ['identifier SELECT', 'number 1', 'symbol ;', 'command Clear ', 'command ?']],
    ['SELECT\n?\nclear', ['identifier SELECT', 'parameter ?', 'identifier clear']],
    ['? + 1', ['parameter ?', 'symbol +', 'number 1']],
    ['clearing', ['identifier clearing']],
    ['exit now', ['identifier exit', 'identifier now']],
    ['SELECT quit', ['identifier SELECT', 'identifier quit']],
    ["'\n.tables", ["unfinished '\n.tables"]],
  ])('cuts %j', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('sees a word alone on its line once what stood behind it is gone', () => {
    scan('quit ;    x');
    expect(shown('quit ;    ')).toEqual(['command quit ;    ']);
  });

  it('gives the same after any change as if the text were new', () => {
    fc.assert(
      fc.property(typed, typed, typed, typed, (head, middle, other, tail) => {
        scan('');
        const fresh = scan(head + other + tail);
        scan(head + middle + tail);
        expect(scan(head + other + tail)).toEqual(fresh);
      }),
      { numRuns: 3_000 },
    );
  });
});
