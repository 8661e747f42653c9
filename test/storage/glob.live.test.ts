import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { globMatches, literalOf, prefixOf } from '../../src/storage/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

/** Few different bytes, so that patterns hit; those above 0x7f show whether the server's chars are signed. */
const ALPHABET = ['a', 'b', 'c', '-', ']', '[', '^', '\\', '*', '?', '\x80', '\xe4'];
const textArbitrary = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.array(fc.constantFrom(...ALPHABET), { maxLength }).map((chars) => Buffer.from(chars.join(''), 'latin1'));

let redis: RunningRedis;
let keys: Buffer[];

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  const samples = fc.sample(textArbitrary(5), { numRuns: 500, seed: 7 });
  keys = [...new Map([Buffer.alloc(0), ...samples].map((key) => [key.toString('latin1'), key])).values()];
  await redis.callAll(keys.map((key) => ['SET', key, '1']));
});

afterAll(async () => {
  await redis.stop();
});

it('matches what the server matches, for patterns of every kind', async () => {
  await fc.assert(
    fc.asyncProperty(textArbitrary(7), async (pattern) => {
      const reply = await redis.callBytes('KEYS', pattern);
      const theirs = new Set(Array.isArray(reply) ? reply.map((key: Buffer) => key.toString('latin1')) : []);
      const ours = (isMatch: (key: Buffer) => boolean): Set<string> =>
        new Set(keys.filter(isMatch).map((key) => key.toString('latin1')));
      const literal = literalOf(pattern);
      const prefix = prefixOf(pattern);
      expect({ pattern, keys: ours((key) => globMatches(pattern, key)) }).toEqual({ pattern, keys: theirs });
      expect(literal === null ? theirs : ours((key) => key.equals(literal))).toEqual(theirs);
      expect(prefix === null ? theirs : ours((key) => key.subarray(0, prefix.length).equals(prefix))).toEqual(theirs);
    }),
    { numRuns: 400 },
  );
});
