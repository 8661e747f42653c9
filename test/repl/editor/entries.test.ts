import { describe, expect, it } from 'vitest';
import { openEditor } from './open-editor.ts';

function textsOf(entries: readonly { kind: string; text?: string }[]): (string | null)[] {
  return entries.map((entry) => entry.text ?? null);
}

describe('entries', () => {
  it('reads a whole statement at Enter', async () => {
    const { screen, read, entries } = openEditor();
    read();
    screen.type('select\r  1;\r');
    await screen.settled();
    expect(entries).toEqual([{ kind: 'text', text: 'select\n  1;' }]);
  });

  it('reads a statement whole at Enter in its middle', async () => {
    const { screen, read, entries } = openEditor();
    read('a\nb;');
    await screen.key('ctrl-home', 'enter');
    expect(textsOf(entries)).toEqual(['a\nb;']);
  });

  it('ends at Ctrl-D on an empty text', async () => {
    const { screen, read, entries } = openEditor();
    read();
    await screen.key('ctrl-d');
    expect(entries).toEqual([{ kind: 'end' }]);
    expect(screen.cursor()).toEqual({ row: 1, column: 0 });
  });

  it('gives the text before the end of the input, then the end', async () => {
    const { screen, readAll, entries } = openEditor();
    screen.type('a;\rb');
    screen.input.end();
    await readAll();
    expect(textsOf(entries)).toEqual(['a;', 'b', null]);
  });

  it('begins with the text that it is given', async () => {
    const { screen, read } = openEditor();
    read('draft');
    screen.type('s');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> drafts']);
    await screen.key('ctrl-_', 'ctrl-_', 'ctrl-_');
    expect(screen.lines()).toEqual(['rq> draft']);
  });

  it('refuses to read twice at once', async () => {
    const { editor, read } = openEditor();
    read();
    expect(() => editor.read({ prompt: '> ' })).toThrow('read already');
  });
});

describe('Ctrl-C', () => {
  it('clears the statement, says so, and never ends', async () => {
    const { screen, read, entries } = openEditor();
    read('a\nb');
    await screen.key('up', 'ctrl-c', 'ctrl-c', 'ctrl-c');
    expect(screen.lines()).toEqual(['rq> a', '    b^C', 'rq> ^C', 'rq> ^C', 'rq> ']);
    screen.type('c;\r');
    await screen.settled();
    expect(textsOf(entries)).toEqual(['c;']);
  });

  it('is for what runs between two reads', async () => {
    const keys: string[] = [];
    const { screen } = openEditor({ onBusyKey: (key) => (keys.push(key), true) });
    await screen.key('ctrl-c', 'ctrl-c');
    expect(keys).toEqual(['interrupt', 'interrupt']);
  });
});

describe('a paste', () => {
  it.each([
    ['is not run', 'a;\nb;', ['rq> a;', '    b;']],
    ['loses its last line break', 'a;\nb;\n', ['rq> a;', '    b;']],
    ['loses all line breaks at its end', 'a;\r\n\r\n', ['rq> a;']],
    ['keeps its empty lines', 'a\n\n\nb', ['rq> a', '    ', '    ', '    b']],
    ['keeps Tabs as text', '\tselect\t1', ['rq>     select  1']],
    ['loses other controls', 'a\x03\x1b[31mb\x7f\x07', ['rq> a[31mb']],
  ])('%s', async (_, text, lines) => {
    const { screen, read, entries } = openEditor({
      complete: () => {
        throw new Error('nobody asked');
      },
    });
    read();
    screen.paste(text);
    await screen.settled();
    expect(screen.lines()).toEqual(lines);
    expect(entries).toEqual([]);
  });

  it('is run by Enter, as it was', async () => {
    const { screen, read, entries } = openEditor();
    read();
    screen.paste('select\t1;\nselect 2;\n');
    await screen.key('enter');
    expect(textsOf(entries)).toEqual(['select\t1;\nselect 2;']);
  });

  it('goes in at the cursor, and is taken back as one', async () => {
    const { screen, read } = openEditor();
    read('ad');
    await screen.key('left');
    screen.paste('b\nc');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> ab', '    cd']);
    expect(screen.cursor()).toEqual({ row: 1, column: 5 });
    await screen.key('ctrl-_');
    expect(screen.lines()).toEqual(['rq> ad']);
  });

  it('of 3,000 lines is one picture and one text', async () => {
    const { screen, read, entries } = openEditor({ rows: 10 });
    read();
    await screen.settled();
    const writes = screen.window.writes.length;
    const text = Array.from({ length: 3000 }, (_, line) => `row ${line}`).join('\n');
    screen.paste(`${text};`);
    await screen.settled();
    expect(screen.window.writes.length - writes).toBe(1);
    expect(screen.allLines().length).toBe(10);
    await screen.key('enter');
    expect(textsOf(entries)).toEqual([`${text};`]);
  });

  it('without its marks runs statement by statement', async () => {
    const { screen, readAll, entries } = openEditor();
    const done = readAll();
    screen.type('select\r\t1;\r\rselect 2;\nselect\n3;\r\nhalf');
    await screen.settled();
    screen.type('\x03\x04');
    await done;
    await screen.settled();
    expect(textsOf(entries)).toEqual(['select\n\t1;', '', 'select 2;', 'select\n3;', null]);
    expect(screen.lines().filter((line) => line !== 'rq> ')).toEqual([
      'rq> select',
      '        1;',
      'rq> select 2;',
      'rq> select',
      '    3;',
      'rq> half^C',
    ]);
  });

  it('without its marks asks seldom whether a long statement is whole', async () => {
    let asked = 0;
    const isComplete = (text: string) => (asked++, text.endsWith(';'));
    const { screen, read, entries } = openEditor({ isComplete });
    read();
    const text = Array.from({ length: 500 }, (_, line) => `row ${line},`).join('\r');
    screen.type(`${text}\rlast;\r`);
    await screen.settled();
    expect(textsOf(entries)).toEqual([`${text.replaceAll('\r', '\n')}\nlast;`]);
    expect(asked).toBeLessThan(5);
  });

  it('without its marks ends where a comment is closed', async () => {
    const { screen, read, entries } = openEditor({ isComplete: (text) => text.endsWith('*/') });
    read();
    screen.type('a; /* c\rb\r*/\r');
    await screen.settled();
    expect(textsOf(entries)).toEqual(['a; /* c\nb\n*/']);
  });
});

describe('what is typed ahead', () => {
  it('is kept for the next read, keys too', async () => {
    const { screen, read, entries } = openEditor();
    read();
    screen.type('a;\r');
    await screen.settled();
    screen.type('bd;\x1b[D\x1b[D');
    await screen.key('backspace');
    screen.type('c\r');
    await screen.settled();
    expect(textsOf(entries)).toEqual(['a;']);
    read();
    await screen.settled();
    expect(textsOf(entries)).toEqual(['a;', 'cd;']);
    expect(screen.lines()).toEqual(['rq> a;', 'rq> cd;']);
  });

  it.each([
    ['nothing', '', 0, ['rq> ']],
    ['nothing of a line without its end', 'a;', 0, ['rq> a;']],
    ['nothing of a statement without its end', 'a\rb', 0, ['rq> a', '    b']],
    ['whole statements', 'a;\rb\r\rc;\rd\re', 3, ['rq> d', '    e']],
  ])('drops %s', async (_, typed, count, left) => {
    const { screen, editor, read } = openEditor();
    if (typed !== '') screen.type(typed);
    await screen.settled();
    expect(editor.dropAhead()).toBe(count);
    expect(editor.dropAhead()).toBe(0);
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(left);
  });

  it('drops a paste that Enter stands behind, and no other', async () => {
    const { screen, editor, read } = openEditor();
    screen.paste('a;\nb;\n');
    screen.type('\r');
    screen.paste('c;\n');
    await screen.settled();
    expect(editor.dropAhead()).toBe(2);
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> c;']);
  });

  it('drops in time what never ends', async () => {
    const { screen, editor } = openEditor({ isComplete: () => false });
    screen.type('x\r'.repeat(3_000));
    await screen.settled();
    const startMs = performance.now();
    expect(editor.dropAhead()).toBe(2_900);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it('keeps the space bar where nobody wants it, and behind other text', async () => {
    const keys: string[] = [];
    const isTaken = [true, false];
    const { screen, read } = openEditor({ onBusyKey: (key) => (keys.push(key), isTaken.shift() ?? true) });
    await screen.key('space', 'space', 'space');
    screen.type('x');
    await screen.key('space');
    expect(keys).toEqual(['space', 'space']);
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(['rq>   x ']);
  });
});

describe('ask', () => {
  it.each([
    ['a key of the question', 'y', 'y', 'really? y'],
    ['a capital letter', 'N', 'n', 'really? n'],
    ['Ctrl-C', '\x03', null, 'really?'],
    ['Ctrl-D', '\x04', null, 'really?'],
  ])('takes %s', async (_, typed, expected, line) => {
    const { screen, editor } = openEditor();
    const answer = editor.ask('really? ', 'yn');
    screen.type('x');
    await screen.settled();
    screen.type(typed);
    expect(await answer).toBe(expected);
    await screen.settled();
    expect(screen.lines().map((one) => one.trimEnd())).toEqual([line]);
    expect(screen.cursor()).toEqual({ row: 1, column: 0 });
  });

  it('does not take what was typed before it asked', async () => {
    const { screen, editor, read } = openEditor();
    screen.type('yes');
    await screen.settled();
    const answer = editor.ask('really? ', 'yn');
    await screen.settled();
    screen.type('n');
    expect(await answer).toBe('n');
    read();
    await screen.settled();
    expect(screen.lines()).toEqual(['really? n', 'rq> yes']);
  });

  it('stays below what is printed meanwhile', async () => {
    const { screen, editor } = openEditor();
    const answer = editor.ask('really? ', 'yn');
    editor.print('news\n');
    await screen.settled();
    expect(screen.lines()).toEqual(['news', 'really? ']);
    screen.type('y');
    expect(await answer).toBe('y');
  });

  it('gives null at the end of the input', async () => {
    const { screen, editor } = openEditor();
    const answer = editor.ask('really? ', 'yn');
    screen.input.end();
    expect(await answer).toBeNull();
    expect(await editor.ask('again? ', 'yn')).toBeNull();
  });
});
