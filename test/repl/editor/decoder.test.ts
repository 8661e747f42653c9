import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { KeyDecoder } from '../../../src/repl/editor/keys/decoder.ts';
import type { KeyEvent } from '../../../src/repl/editor/keys/key-event.ts';
import { keyBytes } from '../../support/screen.ts';

function shown(event: KeyEvent): string {
  if (event.kind === 'key') return `<${event.name}>`;
  if (event.kind === 'end') return '<END>';
  return event.kind === 'paste' ? `<paste ${JSON.stringify(event.text)}>` : event.text;
}

/** Decodes chunks; an Escape alone is told after its time. */
function decode(...chunks: readonly (string | Buffer)[]): string {
  vi.useFakeTimers();
  const events: string[] = [];
  const decoder = new KeyDecoder((event) => events.push(shown(event)));
  for (const chunk of chunks) decoder.push(chunk);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  return events.join('');
}

describe('KeyDecoder', () => {
  it.each([
    ['text', ['select 1'], 'select 1'],
    ['Enter', ['a', '\r'], 'a<enter>'],
    ['Ctrl-J alone', ['a', '\n'], 'a<newline>'],
    ['lines that come at once', ['a\rb\r'], 'a<enter>b<enter>'],
    ['line feeds that come at once', ['a\nb\n'], 'a<enter>b<enter>'],
    ['both line ends as one', ['a\r\nb\r\n'], 'a<enter>b<enter>'],
    ['both line ends cut between', ['a\r', '\nb'], 'a<enter>b'],
    ['Enter, then Ctrl-J', ['\r', '\n'], '<enter><newline>'],
    ['Tab alone', ['\t'], '<tab>'],
    ['Tab behind text', ['us\t'], 'us<tab>'],
    ['Tab inside text that comes at once', ['a\tb'], 'a\tb'],
    ['controls', ['\x01\x03\x04\x1f\x00\x7f\b'], '<ctrl-a><ctrl-c><ctrl-d><ctrl-_><ctrl-space><backspace><backspace>'],
    ['C1 controls, which vanish', ['a\u0085\u009bb'], 'ab'],
    ['arrows', ['\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D'], '<up><down><ctrl-right><alt-left>'],
    ['more modifiers', ['\x1b[1;8H\x1b[3;5~\x1b[13;2u\x1b[105;5u'], '<ctrl-alt-shift-home><ctrl-delete><shift-enter><ctrl-i>'],
    ['rxvt keys', ['\x1bOa\x1b[d\x1b[3^\x1b[7~'], '<ctrl-up><shift-left><ctrl-delete><home>'],
    ['Shift-Tab', ['\x1b[Z'], '<shift-tab>'],
    [
      'Alt with keys',
      ['\x1bb\x1bF\x1b\r\x1b\n\x1b\x7f\x1b\x01'],
      '<alt-b><alt-f><alt-enter><alt-enter><alt-backspace><ctrl-alt-a>',
    ],
    ['Alt with a letter beyond ASCII', ['\x1bé\x1b😀x'], '<alt-é><alt-😀>x'],
    ['Alt with a character that begins sequences', ['\x1b_', '\x1b]'], '<alt-_><alt-]>'],
    ['Escape alone', ['\x1b'], '<escape>'],
    ['Escape twice', ['\x1b\x1b'], '<escape><escape>'],
    ['Escape, then an arrow', ['\x1b\x1b[A'], '<escape><up>'],
    ['sequences that nobody knows', ['a\x1b[?62;c\x1b[12;40R\x1b[99~\x1bOz\x1b[<0;3;4Mb'], 'ab'],
    ['function keys of the Linux console', ['\x1b[[A\x1b[[Bb'], 'b'],
    ['clicks of an old mouse', ['a\x1b[M !!b\x1b[M', ' !', '!c'], 'abc'],
    ['a click that was cut', ['\x1b[M '], ''],
    ['keys that are held and let go', ['\x1b[13;1:2u\x1b[13;1:3u\x1b[1;5:3C'], '<enter>'],
    ['modified keys of other programs', ['\x1b[27;5;99~\x1b[27;2;13~'], '<ctrl-c><shift-enter>'],
    ['a paste without an end that Ctrl-C ends', ['\x1b[200~ab', '\x03', '\x03', 'c'], '<paste "ab"><ctrl-c><ctrl-c>c'],
    ['Ctrl-C inside a chunk of a paste', ['\x1b[200~ab', 'c\x03', '\x1b[201~'], '<paste "abc\\u0003">'],
    ['a paste that comes slowly', ['\x1b[200~a', 'b', '\r', '\x1b[201~'], '<paste "ab\\r">'],
    ['answers of the terminal', ['a\x1b]11;rgb:ffff/ffff/ffff\x1b\\b\x1bP>|xterm\x1b\\c\x1b]0;x\x07d'], 'abcd'],
    ['a sequence that never ends', ['a\x1b[1;'], 'a'],
    ['a sequence cut by a control', ['\x1b[1\x03'], '1<ctrl-c>'],
    ['a paste', ['\x1b[200~a\tb\r\nc\x1b[201~d'], '<paste "a\\tb\\r\\nc">d'],
    ['an empty paste', ['\x1b[200~\x1b[201~'], '<paste "">'],
    ['a paste that holds sequences', ['\x1b[200~\x1b[A\x03\x1b[201~'], '<paste "\\u001b[A\\u0003">'],
    ['two pastes', ['\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~'], '<paste "a"><paste "b">'],
    ['the end mark of no paste', ['\x1b[201~a'], 'a'],
    ['bytes that are no UTF-8', [Buffer.from([0x61, 0xff, 0x62])], 'a\ufffdb'],
  ])('decodes %s', (_, chunks, expected) => {
    expect(decode(...chunks)).toBe(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    const bytes = Buffer.from('é日😀\x1b[1;5C\x1b[200~a日\x1b[b\x1b[201~\x1b\x7f\x1b]11;rgb:0\x07\x1bOA.');
    const whole = decode(bytes);
    expect(whole).toBe('é日😀<ctrl-right><paste "a日\\u001b[b"><alt-backspace><up>.');
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(decode(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toBe(whole);
    }
    expect(decode(...Array.from(bytes, (byte) => Buffer.from([byte])))).toBe(whole);
  });

  it.each(['up', 'shift-tab', 'ctrl-left', 'page-up', 'alt-enter', 'ctrl-_', 'ctrl-r', 'alt-y', 'delete', 'ctrl-end'])(
    'gives %s its name',
    (name) => {
      expect(decode(keyBytes(name))).toBe(`<${name}>`);
    },
  );

  it.each([
    ['ends at the next key where nothing came for 2 s', ['x', '\r'], '<paste "a">x<enter>'],
    ['goes on with other text', ['select 1;\rselect 2;\r', '\x1b[201~'], '<paste "aselect 1;\\rselect 2;\\r">'],
    ['ends with its end', ['\x1b[201~'], '<paste "a">'],
    ['ends with an end that is cut', ['\x1b[20', '1~b'], '<paste "a">b'],
  ])('a paste %s', (_, chunks, expected) => {
    vi.useFakeTimers();
    const events: string[] = [];
    const decoder = new KeyDecoder((event) => events.push(shown(event)));
    decoder.push('\x1b[200~a');
    vi.advanceTimersByTime(3_000);
    for (const chunk of chunks) decoder.push(chunk);
    vi.useRealTimers();
    expect(events.join('')).toBe(expected);
  });

  it.each(['\x1b]52;c;', '\x1b[0'])('takes %j without an end in time', (start) => {
    const events: string[] = [];
    const decoder = new KeyDecoder((event) => events.push(shown(event)));
    decoder.push(start);
    const startMs = performance.now();
    for (let n = 0; n < 3_000; n++) decoder.push('1'.repeat(1_000));
    expect(performance.now() - startMs).toBeLessThan(2_000);
    decoder.push(start.startsWith('\x1b]') ? '\x1b' : '~');
    if (start.startsWith('\x1b]')) decoder.push('\\');
    decoder.push('\x03');
    expect(events.join('').slice(0, 100)).toBe('<ctrl-c>');
  });

  it('tells Escape after 40 ms', async () => {
    const events: string[] = [];
    new KeyDecoder((event) => events.push(shown(event))).push('\x1b');
    expect(events).toEqual([]);
    await sleep(60);
    expect(events).toEqual(['<escape>']);
  });

  it('gives what was pasted before the end came', () => {
    const events: string[] = [];
    const decoder = new KeyDecoder((event) => events.push(shown(event)));
    decoder.push('\x1b[200~abc\x1b[20');
    decoder.end();
    expect(events).toEqual(['<paste "abc\\u001b[20">', '<END>']);
  });
});
