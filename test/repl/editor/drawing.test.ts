import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/output/index.ts';
import { openEditor, PROMPT } from './open-editor.ts';

const BLUE = 4;
const GREEN = 2;

/** `select n` on each of `count` lines. */
function numbered(count: number): string {
  return Array.from({ length: count }, (_, line) => `line ${line}`).join('\n');
}

describe('drawing', () => {
  it.each([
    ['one line', 40, 'select 1', ['rq> select 1'], { row: 0, column: 12 }],
    ['further lines below the first', 40, 'select\n  1', ['rq> select', '      1'], { row: 1, column: 7 }],
    ['an empty last line', 40, 'a\n', ['rq> a', ''], { row: 1, column: 4 }],
    ['a line that fills its row', 40, 'x'.repeat(35), [`rq> ${'x'.repeat(35)}`], { row: 0, column: 39 }],
    ['a line wider than the window', 40, 'x'.repeat(37), [`rq> ${'x'.repeat(35)}`, '    xx'], { row: 1, column: 6 }],
    ['wide characters', 40, '日本', ['rq> 日本'], { row: 0, column: 8 }],
    ['a wide character that does not fit', 40, `${'x'.repeat(34)}日`, [`rq> ${'x'.repeat(34)}`, '    日'], { row: 1, column: 6 }],
    ['flags and families', 40, '🇩🇪👨‍👩‍👧x', ['rq> 🇩🇪👨‍👩‍👧x'], { row: 0, column: 9 }],
    ['accents', 40, 'e\u0301e', ['rq> e\u0301e'], { row: 0, column: 6 }],
    ['tabs', 40, '\ta\tb', ['rq>     a   b'], { row: 0, column: 13 }],
    ['controls as escapes', 40, 'a\x1b[31mb\u202e', ['rq> a\\x1b[31mb\\u202e'], { row: 0, column: 20 }],
    ['a lone accent as an escape', 40, '\u0301a', ['rq> \\u0301a'], { row: 0, column: 11 }],
    ['a prompt too wide for the window', 20, 'select', ['rq… select'], { row: 0, column: 10 }],
  ])('shows %s', async (name, columns, text, lines, cursor) => {
    const { screen, read, editor } = openEditor({ columns });
    if (name.startsWith('a prompt')) void editor.read({ prompt: 'rqrqrqrqrq> ', initialText: text });
    else read(text);
    await screen.settled();
    expect(screen.lines().map((line) => line.trimEnd())).toEqual(lines);
    expect(screen.cursor()).toEqual(cursor);
  });

  it('colours what the highlighter names, over lines, and the prompt', async () => {
    const { screen, read } = openEditor({ columns: 30, hasColour: true });
    read("SELECT 'a\nb' x");
    await screen.settled();
    expect(screen.styleAt(0, 0)).toMatchObject({ text: 'r', colour: BLUE, isBold: true });
    expect(screen.styleAt(0, 4)).toMatchObject({ text: 'S', colour: BLUE });
    expect(screen.styleAt(0, 11)).toMatchObject({ text: "'", colour: GREEN });
    expect(screen.styleAt(1, 4)).toMatchObject({ text: 'b', colour: GREEN });
    expect(screen.styleAt(1, 7)).toMatchObject({ text: 'x', colour: null });
  });

  it('asks for colours once for all the keys of a frame', async () => {
    let count = 0;
    const highlight = () => (count++, []);
    const { screen, read } = openEditor({ highlight });
    read();
    await screen.settled();
    count = 0;
    for (const key of 'select') screen.type(key);
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> select']);
    expect(count).toBe(1);
    await screen.key('left', 'left');
    expect(count).toBe(1);
  });

  it('draws a very long text plain, for the sake of the next key', async () => {
    let count = 0;
    const highlight = () => (count++, []);
    const { screen, read } = openEditor({ highlight });
    read('row\n'.repeat(40_000));
    await screen.key('space');
    expect(count).toBe(0);
  });

  it('writes once for a frame, the cursor hidden meanwhile', async () => {
    const { screen, read } = openEditor();
    read('a\nb\nc');
    await screen.settled();
    const before = screen.window.writes.length;
    await screen.key('ctrl-u');
    expect(screen.window.writes.slice(before)).toEqual(['\x1b[?2026h\x1b[?25l\r    \x1b[K\x1b[5G\x1b[?25h\x1b[?2026l']);
  });

  it('keeps columns where the terminal joins no characters', async () => {
    const { screen, read } = openEditor();
    // xterm.js's own widths: each character of the family takes cells of its own.
    screen.terminal.unicode.activeVersion = '6';
    read('👨‍👩‍👧 x ❤️ y');
    await screen.settled();
    const { column } = screen.cursor();
    expect(column).toBe(13);
    expect(screen.styleAt(0, 7).text).toBe('x');
    expect(screen.styleAt(0, 12).text).toBe('y');
  });

  it('asks the terminal nothing', async () => {
    const { screen, read } = openEditor();
    screen.terminal.onData((answer) => expect(answer).toBe('no answer'));
    read('a');
    await screen.key('ctrl-l', 'up', 'enter', 'ctrl-r', 'escape', 'ctrl-c');
    screen.resize(50, 10);
    await screen.settled();
    expect(screen.window.writes.join('')).not.toMatch(/\x1b\[(6n|c|>|\?\d+\$p)|\x1b\]/);
  });

  it.each([
    ['behind whole lines', 'a\nb\n', ['a', 'b', 'rq>']],
    ['behind a line that was not ended', 'a\nb', ['a', 'b⏎', 'rq>']],
    ['behind a line that fills the window', 'x'.repeat(20), ['x'.repeat(20), 'rq>']],
    ['behind nothing', '', ['rq>']],
  ])('begins a line of its own %s', async (_, output, lines) => {
    const { screen, read } = openEditor({ columns: 20 });
    screen.window.write(output);
    read();
    await screen.settled();
    expect(screen.lines().map((line) => line.trimEnd())).toEqual(lines);
    expect(screen.cursor()).toEqual({ row: lines.length - 1, column: 4 });
  });

  it('leaves a statement as it was when it is run', async () => {
    const { screen, read, editor } = openEditor();
    read('a\n  b;');
    await screen.key('ctrl-home', 'enter');
    editor.print('result\n');
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> a', '      b;', 'result', 'rq> ']);
  });

  it('prints above the text that is being edited', async () => {
    const { screen, read, editor } = openEditor({ rows: 6 });
    read('a\nb\nc');
    await screen.key('left', 'up');
    editor.print('news\n');
    editor.print('more');
    await screen.settled();
    expect(screen.lines()).toEqual(['news', 'more', 'rq> a', '    b', '    c']);
    expect(screen.cursor()).toEqual({ row: 3, column: 4 });
  });

  it('says what runs a statement in its first empty line, until one was run', async () => {
    const { screen, read } = openEditor({ hasColour: true });
    read();
    screen.type('a\r');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> a', '    ; runs it']);
    expect(screen.cursor()).toEqual({ row: 1, column: 4 });
    expect(screen.styleAt(1, 4)).toMatchObject({ text: ';', isDim: true });
    screen.type('b');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> a', '    b']);
    await screen.key('enter', 'ctrl-c');
    expect(screen.lines()).toEqual(['rq> a', '    b', '    ^C', 'rq> ']);
    screen.type('a\r;\r');
    await screen.settled();
    read();
    screen.type('c\r');
    await screen.settled();
    expect(screen.lines().slice(-2)).toEqual(['rq> c', '    ']);
  });

  it('clears the window', async () => {
    const { screen, read } = openEditor();
    screen.window.write('a\nb\n');
    read('c\nd');
    await screen.key('ctrl-l');
    expect(screen.lines()).toEqual(['rq> c', '    d']);
    expect(screen.cursor()).toEqual({ row: 1, column: 5 });
  });
});

describe('a statement taller than the window', () => {
  it('scrolls in the window and adds nothing to what scrolled away', async () => {
    const { screen, read } = openEditor({ columns: 30, rows: 6 });
    screen.window.write('before\n');
    read(numbered(20));
    await screen.settled();
    expect(screen.lines()).toEqual(['↑   line 14', '    line 15', '    line 16', '    line 17', '    line 18', '    line 19']);
    const scrolled = screen.allLines().length;
    for (let press = 0; press < 40; press++) await screen.key(press < 25 ? 'up' : 'down');
    await screen.key('ctrl-home');
    expect(screen.lines()).toEqual(['rq> line 0', '    line 1', '    line 2', '    line 3', '    line 4', '↓   line 5']);
    expect(screen.cursor()).toEqual({ row: 0, column: 4 });
    await screen.key('ctrl-end', 'ctrl-home', 'down', 'down', 'down', 'down', 'down', 'down');
    expect(screen.lines()).toEqual(['↑   line 1', '    line 2', '    line 3', '    line 4', '    line 5', '↓   line 6']);
    expect(screen.allLines().length).toBe(scrolled);
    expect(screen.allLines()[0]).toBe('before');
  });

  it('shows more from above when lines are taken away below', async () => {
    const { screen, read } = openEditor({ columns: 30, rows: 4 });
    read(numbered(6));
    await screen.key('ctrl-u', 'backspace', 'ctrl-u', 'backspace');
    expect(screen.lines()).toEqual(['rq> line 0', '    line 1', '    line 2', '    line 3']);
  });

  it('shows its end when it is run, and the prompt below it', async () => {
    const { screen, read } = openEditor({ columns: 30, rows: 5 });
    read(`${numbered(9)};`);
    await screen.key('ctrl-home', 'enter');
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(['    line 5', '    line 6', '    line 7', '    line 8;', 'rq> ']);
  });
});

describe('another size of the window', () => {
  it.each([
    ['narrower', 22],
    ['wider', 60],
  ])('draws anew in a %s one', async (_, columns) => {
    const { screen, read } = openEditor({ columns: 40, rows: 12 });
    screen.terminal.options.reflowCursorLine = true;
    screen.window.write('before\n');
    const text = `${'abcdefghij'.repeat(4)}\nshort\n${'klmno'.repeat(5)}`;
    read(text);
    await screen.settled();
    screen.resize(columns, 12);
    await screen.settled();
    const rows = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${columns - 5}}`, 'g')) ?? ['']);
    expect(screen.allLines()).toEqual(['before', ...rows.map((row, number) => (number === 0 ? PROMPT : '    ') + row)]);
    expect(screen.cursor()).toEqual({ row: rows.length, column: 4 + displayWidth(rows.at(-1) ?? '') });
  });

  it('draws anew in a lower one', async () => {
    const { screen, read } = openEditor({ columns: 30, rows: 12 });
    read(numbered(10));
    await screen.settled();
    screen.resize(30, 4);
    await screen.settled();
    expect(screen.lines()).toEqual(['↑   line 6', '    line 7', '    line 8', '    line 9']);
    screen.resize(30, 8);
    await screen.settled();
    expect(screen.lines().slice(-8)).toEqual(['↑   line 2', ...Array.from({ length: 7 }, (_, line) => `    line ${line + 3}`)]);
  });

  it('draws in a window that says it has no size', async () => {
    const { screen, read } = openEditor();
    screen.window.columns = 0;
    screen.window.rows = 0;
    read('select');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> select']);
  });
});
