import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../support/screen.ts';
import { openEditor } from './open-editor.ts';

const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

describe('start and stop', () => {
  it('keeps keys raw from start to stop, over several statements', async () => {
    const { screen, editor, read } = openEditor();
    for (let statement = 0; statement < 3; statement++) {
      read('a;');
      await screen.key('enter');
    }
    expect(screen.input.rawModes).toEqual([true]);
    expect(screen.terminal.modes.bracketedPasteMode).toBe(true);
    editor.stop();
    editor.stop();
    await screen.settled();
    expect(screen.input.rawModes).toEqual([true, false]);
    expect(screen.terminal.modes.bracketedPasteMode).toBe(false);
    expect(screen.input.isPaused()).toBe(true);
  });

  it('leaves the cursor below what was being edited', async () => {
    const { screen, editor, read } = openEditor();
    read('a\nb');
    await screen.key('up');
    editor.stop();
    await screen.settled();
    expect(screen.cursor()).toEqual({ row: 2, column: 0 });
  });

  it('leaves no listeners behind', async () => {
    const names = ['exit', 'uncaughtExceptionMonitor', 'SIGCONT', 'SIGTERM', 'SIGHUP', 'SIGINT'];
    const before = names.map((name) => process.listenerCount(name));
    const { editor } = openEditor();
    await editor.lend(() => Promise.resolve());
    editor.stop();
    expect(names.map((name) => process.listenerCount(name))).toEqual(before);
  });

  it('draws the text anew after the process was stopped and continued', async () => {
    const { screen, read } = openEditor();
    read('a\nb');
    await screen.settled();
    screen.window.write('\r\n[1]+ Stopped\r\n$ fg\r\n');
    process.emit('SIGCONT');
    await screen.settled();
    expect(screen.input.rawModes).toEqual([true, false, true]);
    expect(screen.lines().slice(-2)).toEqual(['rq> a', '    b']);
    screen.type('c');
    await screen.settled();
    expect(screen.lines().slice(-2)).toEqual(['rq> a', '    bc']);
  });
});

/** Runs an editor in a process of its own, its keys and window pipes that say that they are a terminal. */
async function endOfProcess(end: string): Promise<{ output: string; signal: string | null; code: number | null }> {
  const editor = fileURLToPath(new URL('../../../src/repl/editor/editor.ts', import.meta.url));
  const program = `
    import { createEditor } from ${JSON.stringify(editor)};
    const editor = createEditor({
      input: Object.assign(process.stdin, { setRawMode: (isRaw) => process.stdout.write(isRaw ? 'RAW' : 'COOKED') }),
      output: Object.assign(process.stdout, { isTTY: true, columns: 40, rows: 10 }),
      palette: (_, text) => text, highlight: () => [], complete: async () => null, history: { texts: [] },
      isComplete: () => true, onBusyKey: () => true,
    });
    editor.start();
    editor.read({ prompt: '> ' });
    setTimeout(() => { ${end} }, 20);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return { output: Buffer.concat(chunks).toString(), signal: child.signalCode, code: child.exitCode };
}

describe('the end of the process', () => {
  it.each([
    ['process.exit', 'process.exit(3)', { code: 3, signal: null }],
    ['an exception that nobody catches', "throw new Error('lost')", { code: 1, signal: null }],
    ['SIGTERM', "process.kill(process.pid, 'SIGTERM')", { code: null, signal: 'SIGTERM' }],
    ['SIGINT', "process.kill(process.pid, 'SIGINT')", { code: null, signal: 'SIGINT' }],
    ['SIGHUP', "process.kill(process.pid, 'SIGHUP')", { code: null, signal: 'SIGHUP' }],
  ])('restores the terminal at %s', async (_, end, expected) => {
    const { output, ...ended } = await endOfProcess(end);
    expect(ended).toEqual(expected);
    expect(output).toContain(`RAW${PASTE_ON}`);
    expect(output.indexOf('COOKED')).toBeGreaterThan(output.indexOf(PASTE_OFF));
    expect(output.split('COOKED')).toHaveLength(2);
  });
});

describe('lend', () => {
  it('gives the terminal to another program and takes it back', async () => {
    const before = process.listeners('SIGINT');
    const others = process.listeners('SIGCONT');
    const { screen, editor, read } = openEditor();
    const seen: unknown[] = [];
    const value = await editor.lend(async () => {
      await screen.settled();
      seen.push(screen.input.isRaw, screen.input.isPaused(), screen.terminal.modes.bracketedPasteMode);
      // So are the modes after both were stopped and go on.
      for (const listener of process.listeners('SIGCONT')) if (!others.includes(listener)) listener('SIGCONT');
      seen.push(screen.input.isRaw);
      // Ctrl-C is the other program's.
      for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) listener('SIGINT');
      screen.window.write('pager\n');
      editor.print('news\n');
      await screen.settled();
      seen.push(screen.lines());
      return 7;
    });
    expect(value).toBe(7);
    expect(seen).toEqual([false, true, false, false, ['pager']]);
    read();
    screen.type('a');
    await screen.settled();
    expect(screen.input.isRaw).toBe(true);
    expect(screen.lines()).toEqual(['pager', 'news', 'rq> a']);
  });

  it('takes the terminal back when the program fails', async () => {
    const { screen, editor } = openEditor();
    await expect(editor.lend(() => Promise.reject(new Error('no pager')))).rejects.toThrow('no pager');
    expect(screen.input.isRaw).toBe(true);
  });

  it('lends nothing before it has started', async () => {
    const screen = new Screen();
    const { editor } = openEditor({ input: new PassThrough() });
    editor.stop();
    expect(await editor.lend(() => Promise.resolve(1))).toBe(1);
    expect(screen.window.writes).toEqual([]);
    screen.dispose();
  });
});
