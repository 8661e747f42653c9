import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askPassword, Interrupted, type PasswordInput } from '../../../src/bin/user/password-prompt.ts';

/** A terminal on which somebody types; remembers what it was told to be. */
function terminal(): { input: PasswordInput & PassThrough; modes: boolean[] } {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => void modes.push(isRaw) });
  return { input, modes };
}

async function typed(
  keys: readonly string[],
  prompts = ['one: ', 'two: '],
): Promise<{ outcome: unknown; shown: string; modes: boolean[] }> {
  const { input, modes } = terminal();
  let shown = '';
  const asked = askPassword(input, (text) => void (shown += text), prompts);
  for (const key of keys) input.write(key);
  const outcome = await asked.catch((error: unknown) => error);
  return { outcome, shown, modes };
}

describe('a password', () => {
  it('is asked for twice and never shown', async () => {
    const { outcome, shown, modes } = await typed(['s', 'ec', 'ret\r', 'secret', '\r']);
    expect({ outcome, shown, modes }).toEqual({ outcome: 'secret', shown: 'one: \ntwo: \n', modes: [true, false] });
  });

  it('may be pasted, corrected, and of any letters', async () => {
    expect((await typed(['secret\nsecret\n'])).outcome).toBe('secret');
    expect((await typed(['nö\u007fo\u0015gr\u{1f600}\bün\r'], ['one: '])).outcome).toBe('grün');
    const { input } = terminal();
    const asked = askPassword(input, () => undefined, ['one: ']);
    const bytes = Buffer.from('grün\r');
    for (const byte of bytes) input.write(Buffer.of(byte));
    expect(await asked).toBe('grün');
  });

  it.each([
    [['a\r', 'b\r'], 'the passwords are not the same'],
    [['\r\r'], 'the password is empty'],
    [[`${'x'.repeat(1025)}\r`, `${'x'.repeat(1025)}\r`], 'more than 1024 characters'],
  ])('is refused: %j', async (keys, message) => {
    expect((await typed(keys)).outcome).toMatchObject({ message: expect.stringContaining(message) });
  });

  it('is given up with Ctrl-C, and the terminal is as it was', async () => {
    const { outcome, modes } = await typed(['sec\u0003ret\r']);
    expect(outcome).toBeInstanceOf(Interrupted);
    expect(modes).toEqual([true, false]);
  });

  it('can be asked for again on the same terminal', async () => {
    const { input } = terminal();
    const first = askPassword(input, () => undefined, ['one: ']);
    input.write('first\r');
    expect(await first).toBe('first');
    const second = askPassword(input, () => undefined, ['two: ']);
    input.write('second\r');
    expect(await second).toBe('second');
  });

  it.each([
    ['secret\n', 'secret'],
    ['secret', 'secret'],
    ['\ufeffsecret\r\nmore', 'secret'],
    [' s p ', ' s p '],
  ])('comes through a pipe: %j', async (text, password) => {
    const input = new PassThrough();
    input.end(text);
    expect(await askPassword(input, () => expect.fail('nobody is asked'), ['one: '])).toBe(password);
  });

  it('must not be missing in a pipe', async () => {
    const input = new PassThrough();
    input.end();
    await expect(askPassword(input, () => undefined, ['one: '])).rejects.toThrow('the password is empty');
  });
});
