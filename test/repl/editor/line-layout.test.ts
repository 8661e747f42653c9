import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineLayout } from '../../../src/repl/editor/view/line-layout.ts';

const part = fc.constantFrom('abc ', 'é', '日本', 'e\u0301', '👩‍👩‍👧‍👦', '🇩🇪', '🇫', '\t', '\u0007', ' '.repeat(30));
const text = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));

describe('LineLayout', () => {
  it('breaks a long line after any change as if it were new', () => {
    fc.assert(
      fc.property(text, text, text, text, fc.integer({ min: 2, max: 90 }), (head, middle, other, tail, width) => {
        const start = head + '日é x'.repeat(300);
        const layout = new LineLayout(width);
        layout.rowsOf(start + middle + tail);
        expect(layout.rowsOf(start + other + tail)).toEqual(new LineLayout(width).rowsOf(start + other + tail));
      }),
      { numRuns: 200 },
    );
  });

  it('takes another character behind a very long line in no time', () => {
    const layout = new LineLayout(80);
    const long = 'SELECT é日'.repeat(50_000);
    const timeOf = (line: string): number => {
      const startMs = performance.now();
      layout.rowsOf(line);
      return performance.now() - startMs;
    };
    const wholeMs = timeOf(long);
    expect(timeOf(`${long}a`)).toBeLessThan(wholeMs / 4);
  });
});
