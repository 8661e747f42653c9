import { describe, expect, it } from 'vitest';
import { escapeGlob, globMatches, literalOf, prefixOf } from '../../src/storage/index.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const textOf = (found: Uint8Array | null): string | null => (found === null ? null : Buffer.from(found).toString('latin1'));

describe('globMatches', () => {
  it.each([
    ['*', '', true],
    ['**', '', false],
    ['', '', true],
    ['', 'a', false],
    ['user:*', 'user:', true],
    ['user:**', 'user:', true],
    ['user:?', 'user:', false],
    ['user:?', 'user:1', true],
    ['*:1', 'user:11', false],
    ['*:1', 'user:1:1', true],
    ['h[ae]llo', 'hallo', true],
    ['h[^ae]llo', 'hallo', false],
    ['h[c-a]t', 'hbt', true],
    ['[a-]b]', 'ab]', false],
    ['[a-]b', '_', true],
    ['[\\]]', ']', true],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[ab', 'b', true],
    ['[ab', 'bc', false],
    ['[a\\', '\\', true],
    ['a\\', 'a\\', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['\\x41', 'x41', true],
    ['[\x80-\xff]', '\xe4', true],
    ['User:*', 'user:1', false],
    ['a\n*', 'a\n\0', true],
  ])('%j and %j: %j', (pattern, key, expected) => {
    expect(globMatches(bytes(pattern), bytes(key))).toBe(expected);
  });

  it('gives up soon on patterns of many stars', () => {
    expect(globMatches(bytes('a*'.repeat(500)), bytes('a'.repeat(2_000)))).toBe(true);
    expect(globMatches(bytes(`${'a*'.repeat(30)}b`), bytes('a'.repeat(200)))).toBe(false);
    expect(globMatches(bytes(`${'a*'.repeat(1_500)}a`), bytes('a'.repeat(3_000)))).toBe(false);
  });
});

describe('what a pattern says literally', () => {
  it.each([
    ['user:1', 'user:1', null],
    ['', '', null],
    ['a\\*b\\\\', 'a*b\\', null],
    ['a\\', 'a\\', null],
    ['user:*', null, 'user:'],
    ['user:**', null, 'user:'],
    ['a\\*\\?*', null, 'a*?'],
    ['*', null, ''],
    ['**', null, null],
    ['user:*:x', null, null],
    ['user:?', null, null],
    ['user:?*', null, null],
    ['user:[1]', null, null],
    ['user:[', null, null],
    ['user:]', 'user:]', null],
    ['a\\\\*', null, 'a\\'],
  ])('%j: key %j, prefix %j', (pattern, key, prefix) => {
    expect(textOf(literalOf(bytes(pattern)))).toBe(key);
    expect(textOf(prefixOf(bytes(pattern)))).toBe(prefix);
  });

  it('undoes what escapeGlob does', () => {
    const key = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(literalOf(escapeGlob(key))).toEqual(Uint8Array.from(key));
    expect(globMatches(escapeGlob(key), key)).toBe(true);
  });
});
