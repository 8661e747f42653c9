import { describe, expect, it } from 'vitest';
import { wrapText } from '../../src/output/index.ts';

describe('wrapText', () => {
  it.each([
    ['short', 10, 0, ['short']],
    ['one two three', 7, 0, ['one two', 'three']],
    ['one two three four', 8, 2, ['one two', '  three', '  four']],
    ['    one two', 7, 5, ['    one', '     two']],
    ['a muchtoolongword b', 6, 2, ['a', '  muchtoolongword', '  b']],
    ['日本 日本 日本', 9, 0, ['日本 日本', '日本']],
    ['', 5, 2, ['']],
  ])('breaks %j at %i columns', (text, width, indent, lines) => expect(wrapText(text, width, indent)).toEqual(lines));
});
