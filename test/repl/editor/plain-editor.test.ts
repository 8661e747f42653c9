import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createPlainEditor } from '../../../src/repl/editor/plain-editor.ts';
import { isComplete } from '../../../src/repl/input/is-complete.ts';

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const taken: string[] = [];
  const editor = createPlainEditor({
    input,
    output,
    isComplete,
    onBusyKey: (key) => {
      taken.push(key);
      return true;
    },
  });
  editor.start();
  return { input, editor, taken, screen: () => String(output.read() ?? '') };
}

describe('createPlainEditor', () => {
  it('reads a statement over lines, and writes nothing but prompts', async () => {
    const { input, editor, screen } = terminal();
    const entry = editor.read({ prompt: 'r> ' });
    input.write('select 1\n, 2;\n');
    expect(await entry).toEqual({ kind: 'text', text: 'select 1\n, 2;' });
    expect(screen()).toBe('r>    ');
    editor.stop();
  });

  it('keeps lines typed ahead for the next read, and drops them on demand', async () => {
    const { input, editor } = terminal();
    input.write('select 1;\nselect 2;\nselect 3;\n');
    expect(await editor.read({ prompt: '> ' })).toEqual({ kind: 'text', text: 'select 1;' });
    expect(await editor.read({ prompt: '> ' })).toEqual({ kind: 'text', text: 'select 2;' });
    expect(editor.dropAhead()).toBe(1);
    editor.stop();
  });

  it('ends with its input', async () => {
    const { input, editor } = terminal();
    const entry = editor.read({ prompt: '> ' });
    input.end();
    expect(await entry).toEqual({ kind: 'end' });
    editor.stop();
  });

  it('clears what was begun at Ctrl-C, and passes it on while something runs', async () => {
    const { input, editor, taken } = terminal();
    process.emit('SIGINT');
    expect(taken).toEqual(['interrupt']);
    const entry = editor.read({ prompt: '> ' });
    input.write('select\n');
    await new Promise((resolve) => setImmediate(resolve));
    process.emit('SIGINT');
    input.write('select 2;\n');
    expect(await entry).toEqual({ kind: 'text', text: 'select 2;' });
    editor.stop();
  });

  it.each([
    ['y\n', 'y'],
    ['Yes\n', 'y'],
    ['\n', null],
    ['x\n', null],
  ])('asks: %j is %j', async (line, answer) => {
    const { input, editor } = terminal();
    const asked = editor.ask('Run it? [y/N] ', 'yn');
    input.write(line);
    expect(await asked).toBe(answer);
    editor.stop();
  });
});
