import { describe, expect, it } from 'vitest';
import { startFakeServer } from '../net/fake-session.ts';
import { type FuzzCounts, fuzzStartup, fuzzStream } from './decoder-fuzz.ts';
import { Mangler } from './mangled-frames.ts';
import { fuzzSockets } from './socket-fuzz.ts';

const none = (): FuzzCounts => ({ frames: 0, understood: 0, malformed: 0, broken: 0 });

describe('mangled frames', () => {
  it('are understood, reported, or end the stream; 40,000 of them', () => {
    const counts = none();
    const mangler = new Mangler(20_261_121);
    while (counts.frames < 40_000) fuzzStream(mangler, counts);
    // All three come often, or the mangling is at fault.
    expect(Math.min(counts.understood, counts.malformed, 10 * counts.broken)).toBeGreaterThan(5000);
  });

  it('are no startup messages; 20,000 of them', () => {
    const counts = none();
    const mangler = new Mangler(7);
    while (counts.frames < 20_000) fuzzStartup(mangler, counts);
    expect(Math.min(counts.understood, counts.broken)).toBeGreaterThan(2000);
  });

  it('are not felt by the other sessions of a server', async () => {
    await using server = await startFakeServer();
    const { address } = server;
    const result = await fuzzSockets({
      address,
      mangler: new Mangler(3),
      frameCount: 10_000,
      user: 'fuzz',
      database: 'redis',
      witnessCount: 4,
      fuzzerCount: 8,
    });
    expect(result.witnessed).toBeGreaterThan(20);
    await expect.poll(() => server.listener.connectionCount).toBe(0);
  });

  it('come the same from the same seed', () => {
    const some = (seed: number) =>
      Array.from(
        { length: 100 },
        (
          (mangler) => () =>
            mangler.frame(true)
        )(new Mangler(seed)),
      );
    expect(some(1)).toEqual(some(1));
    expect(some(1)).not.toEqual(some(2));
  });
});
