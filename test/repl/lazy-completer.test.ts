import { afterEach, describe, expect, it, vi } from 'vitest';
import { LazyCompleter } from '../../src/repl/lazy-completer.ts';
import type { Shell } from '../../src/repl/words.ts';

/** A shell without a server that counts how often it was asked for one. */
function openShell() {
  const asked: string[] = [];
  const refuse = (what: string) => () => {
    asked.push(what);
    return Promise.reject(new Error('there is no server'));
  };
  const shell = { place: 'nowhere', lastStatement: null, session: refuse('session'), redis: refuse('redis') };
  // The completer asks no more of it.
  return { asked, shell: shell as unknown as Shell };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('LazyCompleter', () => {
  it('looks at the database behind the prompt', async () => {
    const { asked, shell } = openShell();
    const completer = new LazyCompleter(() => shell);
    completer.loadSoon();
    expect(asked).toEqual([]);
    await expect.poll(() => new Set(asked)).toEqual(new Set(['session', 'redis']));
    completer.stop();
  });

  it('looks at nothing once the terminal has ended', async () => {
    vi.useFakeTimers();
    const { asked, shell } = openShell();
    const completer = new LazyCompleter(() => shell);
    completer.loadSoon();
    completer.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await completer.complete('.tab', 4, new AbortController().signal)).not.toBeNull();
    expect(asked).toEqual([]);
  });

  it('answers without a server', async () => {
    const { shell } = openShell();
    const completer = new LazyCompleter(() => shell);
    const { signal } = new AbortController();
    expect((await completer.complete('sel', 3, signal))?.candidates.map(({ text }) => text)).toEqual(['select']);
    expect(await completer.complete("FROM redis_hash('u", 18, signal)).toBeNull();
    completer.stop();
  });
});
