import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rcPath, readRcFile } from '../../../src/repl/commands/rc-file.ts';
import { MemoryShell, runLine } from '../../support/shell.ts';

let folder = '';
const fileOf = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'redquery-commands-'));
  writeFileSync(fileOf('views.sql'), '\ufeffCREATE VIEW v AS SELECT 1;\n.tables\n');
  writeFileSync(fileOf('with blank.sql'), 'SELECT 1;');
  // Nobody ever writes to it: who waits for a writer waits for ever.
  execFileSync('mkfifo', ['-m', '600', fileOf('pipe')]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('.read', () => {
  it.each(['.read', '\\i'])('%s runs the text of a file, without its byte order mark', async (name) => {
    const shell = new MemoryShell();
    await runLine(shell, `${name} ${fileOf('views.sql')}`);
    expect(shell.scripts).toEqual([{ text: 'CREATE VIEW v AS SELECT 1;\n.tables\n', name: fileOf('views.sql') }]);
  });

  it('takes a name in quotes', async () => {
    const shell = new MemoryShell();
    await runLine(shell, `.read '${fileOf('with blank.sql')}';`);
    expect(shell.scripts).toMatchObject([{ text: 'SELECT 1;' }]);
  });

  it('fails where its script failed, so that an outer script stops, too', async () => {
    const shell = new MemoryShell({ onScript: async () => false });
    await expect(runLine(shell, `.read ${fileOf('views.sql')}`)).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });

  it('says nothing of an interrupt that has been told', async () => {
    const abort = new AbortController();
    const shell = new MemoryShell({
      onScript: async () => {
        abort.abort();
        return false;
      },
    });
    await runLine(shell, `.read ${fileOf('views.sql')}`, abort.signal);
    expect(shell.said).toEqual([]);
  });

  it('reads no file within itself, and any file again', async () => {
    const read = `.read ${fileOf('views.sql')}`;
    const shell: MemoryShell = new MemoryShell({
      onScript: async () => {
        await expect(runLine(shell, read)).rejects.toMatchObject({ code: 'RQ_OPTION', message: /views\.sql reads itself$/ });
        return true;
      },
    });
    await runLine(shell, read);
    await runLine(shell, read);
    expect(shell.scripts.length).toBe(2);
  });

  it.each([
    ['.read no-such-file.sql', 'RQ_FILE', /no-such-file\.sql cannot be read \(ENOENT\)/],
    ['.read /dev/zero', 'RQ_FILE', /\/dev\/zero is a pipe or a device/],
    ['.read', 'RQ_OPTION', /needs the name of a FILE/],
  ])('%s says what is wrong', async (line, code, message) => {
    await expect(runLine(new MemoryShell(), line)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a pipe that nobody writes to', () => {
  it('is refused by .read', async () => {
    await expect(runLine(new MemoryShell(), `.read ${fileOf('pipe')}`)).rejects.toMatchObject({
      code: 'RQ_FILE',
      message: expect.stringMatching(/is a pipe or a device, and not read$/),
    });
  });

  it('is refused as rc file, so that the prompt comes', async () => {
    expect(await readRcFile(fileOf('pipe'))).toMatchObject({ kind: 'refused', note: /was not run: .* is a pipe/ });
  });
});

describe('small commands', () => {
  it('echo a text to where rows go, its control characters escaped', async () => {
    const shell = new MemoryShell();
    await runLine(shell, ".echo ' two  words '");
    await runLine(shell, '\\echo \u001b[2Jx');
    expect(shell.shown).toEqual([' two  words ', '\\x1b[2Jx']);
  });

  it.each(['.quit', '.exit', '\\q', 'exit', 'quit;', 'QUIT'])('%s leaves', async (line) => {
    const shell = new MemoryShell();
    await runLine(shell, line);
    expect(shell.hasQuit).toBe(true);
  });

  it('clear the window', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '.clear');
    expect(shell.clearedCount).toBe(1);
  });

  it('tell the version', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '.version');
    expect(shell.text).toMatch(/^redquery \d+\.\d+\.\d+\S*, Node \d+\.\d+\.\d+$/);
  });

  it.each(['.quit now', '.clear x', '.version 2'])('%s is refused: it takes nothing', async (line) => {
    const shell = new MemoryShell();
    await expect(runLine(shell, line)).rejects.toMatchObject({ code: 'RQ_OPTION', message: /takes no argument/ });
    expect(shell.hasQuit).toBe(false);
  });
});

describe('the rc file', () => {
  it.each([
    [{ REDQUERY_RC: 'own.sql', XDG_CONFIG_HOME: '/etc/xdg' }, 'own.sql'],
    [{ REDQUERY_RC: '' }, null],
    [{ XDG_CONFIG_HOME: '/etc/xdg' }, '/etc/xdg/redquery/rc'],
    [{ XDG_CONFIG_HOME: 'relative' }, path.join(os.homedir(), '.config/redquery/rc')],
    [{}, path.join(os.homedir(), '.config/redquery/rc')],
  ])('is named by %j', (env, wanted) => {
    expect(rcPath(env)).toBe(wanted);
  });

  it('is read where it is the own file', async () => {
    expect(await readRcFile(fileOf('views.sql'))).toEqual({ kind: 'text', text: 'CREATE VIEW v AS SELECT 1;\n.tables\n' });
  });

  it('may be absent', async () => {
    expect(await readRcFile(null)).toEqual({ kind: 'absent' });
    expect(await readRcFile(fileOf('none'))).toEqual({ kind: 'absent' });
    expect(await readRcFile(path.join(fileOf('views.sql'), 'rc'))).toEqual({ kind: 'absent' });
  });

  it.each([0o620, 0o602])('is not run where others may write it: mode %o', async (mode) => {
    const file = fileOf(`rc-${mode}`);
    writeFileSync(file, '.mode csv');
    chmodSync(file, mode);
    expect(await readRcFile(file)).toMatchObject({ kind: 'refused', note: /others may write it; chmod go-w/ });
  });

  it('says so where it is no file', async () => {
    mkdirSync(fileOf('folder'));
    expect(await readRcFile(fileOf('folder'))).toMatchObject({ kind: 'refused', note: /cannot be read \(EISDIR\)/ });
  });
});
