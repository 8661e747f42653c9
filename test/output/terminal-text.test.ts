import { describe, expect, it } from 'vitest';
import { cutToWidth, displayWidth, escapeControls, escapeControlsInJson, padToWidth } from '../../src/output/terminal-text.ts';

describe('escaping', () => {
  it.each([
    ['plain – text', 'plain – text'],
    ['\u001b[2J', '\\x1b[2J'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['abc\u202edcb', 'abc\\u202edcb'],
    ['\u2066x\u200f', '\\u2066x\\u200f'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['a\u{e0041}\u{e0042}b', 'a\\u{e0041}\\u{e0042}b'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ])('writes %j as %j', (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  it('leaves no C0, C1 or DEL at all', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    expect(escapeControls(all)).toMatch(/^[\x20-\x7e]+$/);
  });

  it('keeps JSON what it says', () => {
    const value = { 'k\u007f': 'a\u009b\u202e\u{e0041}' };
    const escaped = escapeControlsInJson(JSON.stringify(value));
    expect(escaped).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(escaped)).toEqual(value);
  });
});

describe('width', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['São Paulo', 9],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
    ['🇫🇷', 2],
    ['❤️', 2],
    ['…│─', 3],
    ['·⋮', 2],
    ['1️⃣', 2],
    ['👍🏽', 2],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 2],
    ['☃', 1],
    ['⌚', 2],
    ['ｶﾅ', 2],
    ['a\u200bb', 2],
    ['می\u200cخواهم', 7],
    ['क्\u200dष', 2],
    ['\ud800x', 2],
    ['\u001b[1mbold\u001b[22m', 4],
  ])('of %j is %s', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['abc', 1, '…'],
    ['…│─·…│─·', 3, '…│…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['🇫🇷🇩🇪', 3, '🇫🇷…'],
    ['🇫🇷🇩🇪', 2, '…'],
    ['x\ud800yz', 3, 'x\ud800…'],
  ])('cuts %j to %s', (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
    expect(displayWidth(cut)).toBeLessThanOrEqual(width);
  });

  it('fills up by what is drawn', () => {
    expect(padToWidth('日本', 6, 'left')).toBe('日本  ');
    expect(padToWidth('12', 4, 'right')).toBe('  12');
  });
});
