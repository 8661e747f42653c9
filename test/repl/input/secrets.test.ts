import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from '../../../src/repl/input/secrets.ts';

describe('mayHoldSecret', () => {
  it.each(['x', '\n', ' ', 'a://', 'hello', '.a ', 'aaa:', '/'])('takes a long text of %j in time', (part) => {
    const text = part.repeat(1_000_000 / part.length);
    const startMs = performance.now();
    mayHoldSecret(text);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
