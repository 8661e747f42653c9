/** Any keys on any text: nothing throws, the screen is what a fresh drawing gives, the cursor stands where its text is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, escapeControls, paletteOf } from '../../../src/output/index.ts';
import type { KeyEvent } from '../../../src/repl/editor/keys/key-event.ts';
import { Reading } from '../../../src/repl/editor/reading.ts';
import { TextBuffer } from '../../../src/repl/editor/text/text-buffer.ts';
import { Painter } from '../../../src/repl/editor/view/painter.ts';
import { Screen } from '../../support/screen.ts';
import { capitalsAreKeywords, PROMPT } from './open-editor.ts';

const NAMES = [
  ...['enter', 'newline', 'up', 'down', 'left', 'right', 'home', 'end', 'backspace', 'delete', 'tab', 'shift-tab', 'escape'],
  ...['ctrl-a', 'ctrl-e', 'ctrl-k', 'ctrl-u', 'ctrl-w', 'ctrl-y', 'alt-y', 'ctrl-t', 'ctrl-_', 'alt-e', 'ctrl-r', 'ctrl-s'],
  ...['alt-b', 'alt-f', 'alt-d', 'alt-backspace', 'ctrl-home', 'ctrl-end', 'page-up', 'page-down', 'ctrl-g'],
];
const PIECES = [
  'a',
  'SELECT ',
  ' ',
  "'x",
  "'",
  '日本',
  '🇩🇪',
  '👨‍👩‍👧',
  'e\u0301',
  '\u0301',
  '\u200d',
  '👍🏽',
  '\t',
  'x'.repeat(23),
  '\u202e',
  '❤️',
  '🇩',
];

const text = fc.array(fc.constantFrom(...PIECES, '\n'), { maxLength: 24 }).map((pieces) => pieces.join(''));
const event = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES).map((name): KeyEvent => ({ kind: 'key', name })) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES).map((typed): KeyEvent => ({ kind: 'text', text: typed })) },
  { weight: 1, arbitrary: text.map((pasted): KeyEvent => ({ kind: 'paste', text: pasted })) },
);

function newReading(initialText: string, hasColour: boolean): Reading {
  const reading = new Reading(
    {
      input: process.stdin,
      output: process.stdout,
      palette: paletteOf(hasColour),
      highlight: capitalsAreKeywords,
      complete: () => Promise.resolve(null),
      history: { texts: ['SELECT 1;', 'SELECT\n 日本\n;', 'x'.repeat(50)] },
      isComplete: () => false,
      onBusyKey: () => true,
    },
    () => {},
  );
  reading.begin({ prompt: PROMPT, initialText });
  return reading;
}

/** Every cell from a row on: characters, colours, marks. */
function cellsFrom(screen: Screen, row: number): string[] {
  return Array.from({ length: screen.terminal.rows - row }, (_, down) =>
    Array.from({ length: screen.terminal.cols }, (__, column) => {
      const { text: drawn, colour, isBold, isDim, isInverse } = screen.styleAt(row + down, column);
      return `${drawn === ' ' ? '' : drawn}/${colour}${isBold}${isDim}${isInverse}`;
    }).join('|'),
  );
}

/** The columns of a row that is drawn grapheme by grapheme. */
function widthOf(row: string): number {
  const segments = Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(row), ({ segment }) => segment);
  return segments.reduce((width, segment) => width + displayWidth(segment), 0);
}

/** The rows of a text, told in the plainest way. */
function plainRows(whole: string, width: number): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return whole.split('\n').flatMap((line) => {
    const rows = [''];
    for (const { segment } of segmenter.segment(line)) {
      const last = rows.at(-1) ?? '';
      const used = widthOf(last);
      const drawn = drawnAt(segment, used, width);
      if (used > 0 && used + widthOf(drawn) > width) rows.push(drawnAt(segment, 0, width));
      else rows[rows.length - 1] = last + drawn;
    }
    return rows;
  });
}

function drawnAt(grapheme: string, x: number, width: number): string {
  if (grapheme === '\t') return ' '.repeat(Math.min(4 - (x % 4), Math.max(1, width - x)));
  if (displayWidth(grapheme) > 0) return escapeControls(grapheme);
  const escaped = Array.from(escapeControls(grapheme), (one) =>
    /[ -~]/.test(one) ? one : `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  ).join('');
  return escaped.length > width ? `${escaped.slice(0, width - 1)}…` : escaped;
}

describe('any keys', () => {
  it('leave on the screen what a fresh drawing gives', async () => {
    const fresh = new Screen({ columns: 24, rows: 7 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(event, { maxLength: 30 }), async (initialText, events) => {
        const screen = new Screen({ columns: 24, rows: 7 });
        const painter = new Painter(screen.window);
        const reading = newReading(initialText, true);
        for (const one of events) {
          reading.press(one);
          const frame = reading.frame(painter.size);
          painter.draw(frame);
          await screen.settled();
          fresh.terminal.reset();
          new Painter(fresh.window).draw(frame);
          await fresh.settled();
          const top = screen.cursor().row - frame.cursor.row;
          expect(cellsFrom(screen, top).slice(0, frame.rows.length)).toEqual(cellsFrom(fresh, 0).slice(0, frame.rows.length));
          expect(screen.lines().length).toBeLessThanOrEqual(top + frame.rows.length);
          expect(screen.cursor().column).toBe(frame.cursor.column);
        }
        screen.dispose();
      }),
      { numRuns: 40 },
    );
    fresh.dispose();
  }, 60_000);

  it('show rows of the text, the cursor behind what stands before it', async () => {
    const screen = new Screen({ columns: 24, rows: 7 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(event, { maxLength: 20 }), async (initialText, events) => {
        const reading = newReading(initialText, false);
        for (const one of events) if (one.kind !== 'key' || !/^ctrl-[rs]$/.test(one.name)) reading.press(one);
        screen.terminal.reset();
        const painter = new Painter(screen.window);
        const frame = reading.frame(painter.size);
        painter.draw(frame);
        await screen.settled();
        const rows = plainRows(reading.text, 19);
        const before = plainRows(reading.textBeforeCursor, 19);
        const drawn = Array.from({ length: frame.rows.length }, (_, row) => (screen.lines()[row] ?? '').slice(4).trimEnd());
        expect(drawn).toHaveLength(Math.min(7, rows.length));
        // The row of the cursor is told by the rows before it; behind the last cell of a full row comes the next row.
        const first = before.length - 1 - frame.cursor.row;
        const isAtBreak = frame.cursor.column === 4;
        const candidates = isAtBreak ? [first, first + 1] : [first];
        const shown = candidates.map((from) => rows.slice(from, from + drawn.length).map((row) => row.trimEnd()));
        expect(shown).toContainEqual(drawn);
        expect(frame.cursor.column).toBe(isAtBreak ? 4 : 4 + widthOf(before.at(-1) ?? ''));
      }),
      { numRuns: 150 },
    );
    screen.dispose();
  }, 60_000);
});

describe('TextBuffer', () => {
  const edit = fc.tuple(fc.nat(60), fc.nat(60), fc.constantFrom(...PIECES, '\n', 'a\nb', ''));

  it('takes back and does again any changes', () => {
    fc.assert(
      fc.property(text, fc.array(edit, { minLength: 1, maxLength: 12 }), (initialText, edits) => {
        const buffer = new TextBuffer();
        buffer.reset(initialText);
        const states = [buffer.text];
        for (const [one, other, inserted] of edits) {
          const [from, to] = [Math.min(one, other), Math.max(one, other)].map((offset) => buffer.placeOf(offset));
          if (from === undefined || to === undefined) continue;
          const expected = buffer.text.slice(0, buffer.offsetOf(from)) + inserted + buffer.text.slice(buffer.offsetOf(to));
          const isChange = buffer.slice(from, to) !== '' || inserted !== '';
          buffer.replace(from, to, inserted);
          expect(buffer.text).toBe(expected);
          if (!isChange) continue;
          expect(buffer.offset).toBeGreaterThanOrEqual(buffer.offsetOf(from) + inserted.length);
          states.push(expected);
        }
        for (const state of states.slice(0, -1).toReversed()) {
          expect(buffer.undo()).toBe(true);
          expect(buffer.text).toBe(state);
        }
        expect(buffer.undo()).toBe(false);
        for (const state of states.slice(1)) {
          expect(buffer.redo()).toBe(true);
          expect(buffer.text).toBe(state);
        }
        expect(buffer.redo()).toBe(false);
      }),
    );
  });
});
