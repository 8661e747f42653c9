import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loggableMessage, loggableStatement, onOneLine } from '../../../src/server/ops/loggable-text.ts';

describe('loggableStatement', () => {
  it.each([
    ['select 1', 'select 1'],
    ["select * from t where _key = 'user:1'", "select * from t where _key = '…'"],
    ["select 'it''s', 'b'", "select '…', '…'"],
    [String.raw`select E'a\'b', 'c'`, "select '…', '…'"],
    [String.raw`select e'a\\', 'c'`, "select '…', '…'"],
    [String.raw`select 'a\', 'c'`, "select '…', '…'"],
    ["select $$a'b$$, $x$ $$ $x$", "select '…', '…'"],
    ['select $1, $2::int', 'select $1, $2::int'],
    ['select a$b$c, "x\'y" from "a""b"', 'select a$b$c, "x\'y" from "a""b"'],
    ["-- don't\nselect 'x'", "-- don't\nselect '…'"],
    ["/* don't /* nest' */ ' */ select 'x'", "/* don't /* nest' */ ' */ select '…'"],
    ["select 'open", "select '…'"],
    [String.raw`select E'open\'`, "select '…'"],
    ['select $q$open', "select '…'"],
    ["select U&'\\0041', x'ff', table_e'x'", "select U&'…', x'…', table_e'…'"],
    ['', ''],
  ])('of %j is %j', (text, shown) => {
    expect(loggableStatement(text, false)).toBe(shown);
  });

  it('shows strings where it may, but not beside a password', () => {
    expect(loggableStatement("select 'a'", true)).toBe("select 'a'");
    expect(loggableStatement("ALTER ROLE a PASSWORD 'hunter2'", true)).toBe("ALTER ROLE a PASSWORD '…'");
    expect(loggableStatement("CREATE SECRET s (KEY_ID 'hunter2')", true)).not.toContain('hunter2');
  });

  it('is cut, and then closed', () => {
    const shown = loggableStatement(`select '${'x'.repeat(5_000)}', 'y'`, false);
    expect(shown).toBe("select '…' … (5014 characters)");
    expect(loggableStatement('x'.repeat(3_000), true)).toHaveLength(2_000 + ' … (3000 characters)'.length);
  });

  it('never has what stands in a string, whatever stands around it', () => {
    const secret = 'hunter2';
    const inner = fc.string({ unit: fc.constantFrom('"', '--', '\n', '/*', '*/', ' ', 'E', 'x', '$1', '*') });
    const piece = fc.oneof(
      inner.map((text) => `'${text}''${secret}'`),
      inner.map((text) => String.raw`E'${text}\'\\${secret}'`),
      inner.map((text) => `$q$${text}'${secret}$q$`),
      inner.map((text) => `$$'${text}${secret}$$`),
      inner.map((text) => `"${text.replaceAll('"', '""')}'"`),
      inner.map((text) => `--'${text.replaceAll('\n', '')}"$$\n`),
      inner.map((text) => `/*'${text.replaceAll(/[*]/g, '')}"$q$ /* ' */ */`),
      fc.constantFrom(' ', ',', ' a$b$c ', ' $1 ', ' e ', '/', '-'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(loggableStatement(`select ${pieces.join(' ')}`, false)).not.toContain(secret);
      }),
    );
  });
});

describe('loggableMessage', () => {
  it('leaves out what is quoted', () => {
    expect(loggableMessage(`no key 'user:1' in "x" and 'open`)).toBe(`no key '…' in "…" and '…'`);
  });
});

describe('onOneLine', () => {
  it('keeps control characters from making lines or turning them round', () => {
    expect(onOneLine('a\r\n\tb\u001b[2J\u202e\u2028\0c')).toBe(String.raw`a b\u{1b}[2J\u{202e}\u{2028}\u{0}c`);
  });
});
