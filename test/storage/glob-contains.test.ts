import { type Arbitrary, array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../src/storage/keys/glob.ts';
import { globContains } from '../../src/storage/keys/glob-contains.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const contains = (outer: string, inner: string): boolean => globContains(bytes(outer), bytes(inner));

/** All keys over a, b and c of up to seven bytes: more than the patterns below can count to. */
const KEYS = keysUpTo(7);

function keysUpTo(length: number): string[] {
  let last = [''];
  const keys = [''];
  for (let i = 0; i < length; i++) {
    last = last.flatMap((key) => ['a', 'b', 'c'].map((letter) => key + letter));
    keys.push(...last);
  }
  return keys;
}

describe('globContains', () => {
  it.each([
    ['user:*', 'user:1'],
    ['user:*', 'user:*'],
    ['user:*', 'user:1*'],
    ['user:*', 'user:*:orders:*'],
    ['user:*', 'user:[0-9]?'],
    ['*', 'anything*'],
    ['*', ''],
    ['user:?', 'user:[ab]'],
    ['user:[a-z]*', 'user:[b-d]x*'],
    ['user:[^x]*', 'user:a*'],
    ['u*r:*', 'user:*'],
    ['*:1', 'user:?:1'],
    ['**', '?*'],
    ['us\\*r*', 'us\\*r:1'],
    ['a*b*c', 'a*bb*c'],
  ])('says that %j holds %j', (outer, inner) => {
    expect(contains(outer, inner)).toBe(true);
  });

  it.each([
    ['user:*', '*'],
    ['user:*', 'use*'],
    ['user:*', 'user*'],
    ['user:*', 'other:*'],
    ['user:*', '[uo]ser:*'],
    ['user:*', ''],
    ['user:*', '?ser:*'],
    ['user:?', 'user:*'],
    ['user:[a-m]', 'user:[a-n]'],
    ['user:[^x]*', 'user:?'],
    ['us\\*r*', 'us*r'],
    ['**', '*'],
    ['a*b', 'a*b*'],
    ['user:*', 'user\\:x*'.replace('user', 'User')],
  ])('says that %j does not hold %j', (outer, inner) => {
    expect(contains(outer, inner)).toBe(false);
  });

  /** Tells by all short keys. */
  function isInside(outer: string, inner: string): boolean {
    const [around, within] = [bytes(outer), bytes(inner)];
    return KEYS.every((key) => !globMatches(within, bytes(key)) || globMatches(around, bytes(key)));
  }

  function patternsOf(most: number, ...elements: readonly string[]): Arbitrary<string> {
    return array(constantFrom(...elements), { maxLength: most }).map((pieces) => pieces.join(''));
  }

  it('is never certain of a key that the outer pattern does not match', () => {
    const pattern = patternsOf(6, 'a', 'b', '*', '?', '[ab]', '[^a]', '\\a', '[', '\\');
    let certain = 0;
    const isSound = property(pattern, pattern, (outer, inner) => {
      if (!contains(outer, inner)) return true;
      certain += 1;
      return isInside(outer, inner);
    });
    expect(() => assert(isSound, { numRuns: 4000 })).not.toThrow();
    expect(certain).toBeGreaterThan(50);
  });

  it('finds what lies inside wherever no short key speaks against it', () => {
    const pattern = patternsOf(4, 'a', 'b', '*', '?', '[ab]');
    let inside = 0;
    const isComplete = property(pattern, pattern, (outer, inner) => {
      // The empty key, which `*` alone matches, is looked at more strictly.
      if (/^\*+$/.test(inner) || !isInside(outer, inner)) return true;
      inside += 1;
      return contains(outer, inner);
    });
    expect(() => assert(isComplete, { numRuns: 4000 })).not.toThrow();
    expect(inside).toBeGreaterThan(50);
  });

  it('gives up on patterns that depend on the server, and on those that take long', () => {
    expect(contains('[a-\xff]', '[a-b]')).toBe(false);
    expect(contains('[a-\xff]', '[a-\xff]')).toBe(true);
    expect(contains(`${'*a'.repeat(150)}`, `${'*a'.repeat(151)}`)).toBe(false);
    const startedAt = performance.now();
    contains(`${'*a?'.repeat(30)}b`, `${'*?a'.repeat(40)}`);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
