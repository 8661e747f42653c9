import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../src/storage/keys/glob.ts';
import { globOf, parseTemplate } from '../../src/storage/keys/template.ts';
import { matchTemplate } from '../../src/storage/keys/template-match.ts';
import type { KeyTemplate, TemplatePiece } from '../../src/storage/scan-words.ts';

function templateOf(text: string): KeyTemplate {
  const { template } = parseTemplate(text);
  if (template === null) throw new Error(`no captures in ${text}`);
  return template;
}

function capturesOf(template: KeyTemplate, key: Uint8Array): string[] | null {
  const spans = matchTemplate(template, key);
  if (spans === null) return null;
  return template.captures.map((_, i) => Buffer.from(key.subarray(spans[i * 2], spans[i * 2 + 1])).toString('latin1'));
}

describe('matchTemplate', () => {
  it.each([
    ['user:{id}', 'user:7', ['7']],
    ['user:{id}', 'user:', null],
    ['user:{id}', 'user:7:x', null],
    ['user:{id}', 'User:7', null],
    ['user:{id*}', 'user:7:x', ['7:x']],
    ['user:{id*}', 'user:', null],
    ['user:{id}:order:{o}', 'user:7:order:9', ['7', '9']],
    ['user:{id}:order:{o}', 'user:7:order:9:x', null],
    ['user:{id}:order:{o}', 'user::order:9', null],
    ['{a}-{b}', 'x-y-z', ['x', 'y-z']],
    ['{a*}-{b}', 'x-y-z', ['x-y', 'z']],
    ['{a}:{b*}:{c}', '1:2:3:4', ['1', '2:3', '4']],
    ['{a}', 'x', ['x']],
    ['{a}', 'x:y', null],
    ['{a}', '', null],
    ['k*:{a}', 'k1:2:3', ['3']],
    ['k?:{a}', 'k1:3', ['3']],
    ['k?:{a}', 'k:3', null],
    ['k[0-5]:{a}', 'k6:3', null],
    ['k[0-5]:{a}', 'k5:3', ['3']],
    ['k[^x]{a}', 'kyz', ['z']],
    ['\\{{a}\\}', '{7}', ['7']],
    ['a\\*{a}', 'a*7', ['7']],
    ['a\\*{a}', 'ab7', null],
    ['{a}end', 'endend', ['end']],
    ['{a}end', 'endendx', null],
    ['x{a}xx', 'xxxxx', ['xx']],
  ])('reads %s of %s as %j', (text, key, expected) => {
    expect(capturesOf(templateOf(text), Buffer.from(key))).toEqual(expected);
  });

  it('takes bytes that are no text', () => {
    expect(capturesOf(templateOf('k:{a}:{b}'), Buffer.from('k:\u00ff\u0000:\u00fe', 'latin1'))).toEqual(['ÿ\u0000', 'þ']);
    expect(capturesOf(templateOf('ü:{a}'), Buffer.from('ü:é'))).toEqual([Buffer.from('é').toString('latin1')]);
  });

  it('says no in time to a key that nearly matches in many ways', () => {
    const template = templateOf('{a*}x{b*}x{c*}x{d*}x{e*}!');
    const start = performance.now();
    expect(capturesOf(template, Buffer.from('x'.repeat(500)))).toBeNull();
    expect(performance.now() - start).toBeLessThan(2000);
  });

  const literal = fc.array(fc.constantFrom('a', ':', '*', '?', '[ab]', '[^a]', '\\*', 'b-'), { minLength: 1, maxLength: 3 });
  const templates = fc
    .array(fc.record({ before: literal, isGreedy: fc.boolean() }), { minLength: 1, maxLength: 3 })
    .chain((parts) => literal.map((tail) => ({ parts, tail })));
  const keys = fc.string({ unit: fc.constantFrom('a', 'b', ':', '-', '*'), maxLength: 12 });

  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(templates, keys, ({ parts, tail }, key) => {
        const pieces: TemplatePiece[] = [];
        for (const [i, { before, isGreedy }] of parts.entries()) {
          pieces.push({ kind: 'glob', text: before.join('') }, { kind: 'capture', name: `c${i}`, isGreedy });
        }
        pieces.push({ kind: 'glob', text: tail.join('') });
        const template = { pieces, captures: parts.map((_, i) => `c${i}`) };
        const found = new RegExp(`^${pieces.map(regexOf).join('')}$`, 's').exec(key);
        expect(capturesOf(template, Buffer.from(key))).toEqual(found === null ? null : found.slice(1));
        // What a template matches, SCAN gives.
        expect(found === null || globMatches(Buffer.from(globOf(pieces)), Buffer.from(key))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

function regexOf(piece: TemplatePiece): string {
  if (piece.kind === 'capture') return piece.isGreedy ? '(.+)' : '([^:]+?)';
  return piece.text.replace(/\\\*|\*|\?|\[[^\]]*\]|./gs, (step) => {
    if (step === '*') return '.*?';
    if (step === '?') return '.';
    return step.length > 1 || step === 'a' || step === 'b' ? step : `\\${step}`;
  });
}
