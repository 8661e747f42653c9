import { describe, expect, it } from 'vitest';
import { keyBytes } from '../../support/screen.ts';
import { openEditor } from './open-editor.ts';

/** Presses keys and gives the text with `|` for the cursor, as the screen has it. Words that are keys go in angles. */
async function edited(steps: string, initialText = ''): Promise<string> {
  const { screen, read } = openEditor({ columns: 200 });
  read(initialText);
  for (const step of steps.match(/<[\w-]+>|<alt-.>|[^<]+/g) ?? []) {
    for (const key of step.startsWith('<') ? [keyBytes(step.slice(1, -1))] : step) {
      screen.type(key);
      await screen.settled();
    }
  }
  const { row, column } = screen.cursor();
  const lines = screen
    .lines()
    .map((line, number) => (number === row ? `${line.padEnd(column).slice(0, column)}|${line.slice(column)}` : line));
  return lines.map((line) => line.slice(4)).join('\n');
}

describe('keys', () => {
  it.each([
    ['typing', 'abc', '', 'abc|'],
    ['Left and Right', 'abc<left><left><right>x', '', 'abx|c'],
    ['Ctrl-B and Ctrl-F', 'abc<ctrl-b><ctrl-b><ctrl-f>x', '', 'abx|c'],
    ['Left over a line break', '<left><left><left>', 'a\nbc', 'a|\nbc'],
    ['Left over a flag and a family', '<left><left>', 'a🇩🇪👨‍👩‍👧', 'a|🇩🇪👨‍👩‍👧'],
    ['Backspace takes a family whole', '<backspace>', 'a👨‍👩‍👧', 'a|'],
    ['Backspace takes a letter with its accent', '<backspace>', 'ae\u0301', 'a|'],
    ['Backspace joins lines', '<home><backspace>', 'a\nb', 'a|b'],
    ['Delete', '<home><delete>', 'abc', '|bc'],
    ['Delete joins lines', '<up><delete>', 'a\nb', 'a|b'],
    ['Ctrl-D takes what is right of the cursor', '<home><ctrl-d>', 'abc', '|bc'],
    ['Home: the line, then the statement', '<home>', 'ab\ncd', 'ab\n|cd'],
    ['Home twice', '<home><home>', 'ab\ncd', '|ab\ncd'],
    ['End: the line, then the statement', '<ctrl-home><end>', 'ab\ncd', 'ab|\ncd'],
    ['End twice', '<ctrl-home><end><end>', 'ab\ncd', 'ab\ncd|'],
    ['Ctrl-A and Ctrl-E', '<ctrl-a>x<ctrl-e>y', 'ab', 'xaby|'],
    ['Ctrl-Home and Ctrl-End', '<ctrl-home>x<ctrl-end>y', 'ab\ncd', 'xab\ncdy|'],
    ['Alt-B and Alt-F', '<alt-b><alt-b><alt-f>', 'from user_1 u', 'from user_1| u'],
    ['Ctrl-Left over lines', '<ctrl-left><ctrl-left>', 'from a,\n  b', 'from |a,\n  b'],
    ['Ctrl-Right over lines', '<ctrl-home><ctrl-right><ctrl-right>', 'a\n  bc d', 'a\n  bc| d'],
    ['Ctrl-W and Ctrl-Y', '<ctrl-w><ctrl-y><ctrl-y>', 'a b.c', 'a b.cb.c|'],
    ['Ctrl-W twice is one cut', '<ctrl-w><ctrl-w><ctrl-y>', 'a b c', 'a b c|'],
    ['Ctrl-U and Ctrl-Y', '<left><ctrl-u><right><ctrl-y>', 'abc', 'cab|'],
    ['Ctrl-U at the start takes the line break', '<home><ctrl-u>', 'a\nb', 'a|b'],
    ['Ctrl-K', '<home><right><ctrl-k>', 'abc', 'a|'],
    ['Ctrl-K takes the line break at the end', '<up><ctrl-k>', 'a\nb', 'a|b'],
    ['Ctrl-K in a row is one cut', '<ctrl-home><ctrl-k><ctrl-k><ctrl-k><ctrl-y>', 'ab\ncd', 'ab\ncd|'],
    ['a cut after a move is one of its own', '<ctrl-w><left><ctrl-w><ctrl-y>', 'a b c', 'a b| '],
    ['Alt-Y takes an older cut', '<ctrl-w><left><right><ctrl-w><ctrl-y><alt-y>', 'b c', 'c|'],
    ['Alt-Y does nothing but behind Ctrl-Y', '<ctrl-w>x<alt-y>', 'b c', 'b x|'],
    ['Alt-D', '<home><alt-d>', 'ab cd', '| cd'],
    ['Alt-Backspace', '<alt-backspace>', 'a b.cd', 'a b.|'],
    ['Ctrl-T at the end', '<ctrl-t>', 'slect', 'sletc|'],
    ['Ctrl-T in the middle', '<left><ctrl-t>', 'abcd', 'abdc|'],
    ['Ctrl-T at the start', '<home><ctrl-t>', 'ab', '|ab'],
    ['Ctrl-_ takes back a word', 'select one<ctrl-_>', '', 'select |'],
    ['Ctrl-_ takes back a cut, and the cursor', '<left><ctrl-u><ctrl-_>', 'abc', 'ab|c'],
    ['Alt-U takes back too', 'a;<alt-u>', '', '|'],
    ['Alt-E does it again', '<ctrl-w><ctrl-_><alt-e>', 'a b', 'a |'],
    ['what is typed ends what could be done again', '<ctrl-w><ctrl-_>x<alt-e>', 'a b', 'a bx|'],
    ['Ctrl-_ with nothing to take back', '<ctrl-_>', 'a', 'a|'],
    ['Enter in a statement that goes on', 'a<enter>b', '', 'a\nb|'],
    ['Ctrl-J in a statement that is whole', '<ctrl-j>', 'a;', 'a;\n|'],
    ['Alt-Enter in a statement that is whole', '<left><alt-enter>', 'a;', 'a\n|;'],
    ['Up and Down keep their column', '<home><right><right><up><down>', 'a\nbcd', 'a\nbc|d'],
    ['Up over a short line', '<up><up>', 'abcd\n\nefg', 'abc|d\n\nefg'],
    ['Tab in the blank of a line', '<tab>x', 'a\n', 'a\n  x|'],
    ['Shift-Tab takes the blank away', '<shift-tab>', 'a\n    b', 'a\n  b|'],
    ['keys that nobody knows', 'a<ctrl-o><ctrl-q><alt-z>b', '', 'ab|'],
  ])('%s', async (_, steps, initialText, expected) => {
    expect(await edited(steps, initialText)).toBe(expected);
  });

  it('keeps cuts from one statement to the next', async () => {
    const { screen, read, entries } = openEditor();
    read();
    screen.type('one;');
    await screen.key('ctrl-w', 'ctrl-y', 'enter');
    expect(entries).toEqual([{ kind: 'text', text: 'one;' }]);
    read();
    await screen.key('ctrl-y');
    expect(screen.lines()).toEqual(['rq> one;', 'rq> one;']);
  });
});
