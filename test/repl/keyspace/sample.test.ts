import { describe, expect, it } from 'vitest';
import { type KeySample, type SampleOptions, sampleKeys } from '../../../src/repl/keyspace/sample.ts';
import { ControlClient } from '../../../src/storage/index.ts';
import { scanReply } from '../../support/resp-bytes.ts';
import { startStub } from '../../support/stub-redis.ts';

/** A server whose SCAN gives these pages, one after another; what else it is asked is answered as by Redis. */
async function sampled(
  pages: readonly (readonly string[])[],
  options: Partial<SampleOptions> = {},
  answers: Readonly<Record<string, string>> = {},
): Promise<{ readonly sample: KeySample; readonly commands: readonly string[] }> {
  await using stub = await startStub(([name = '', ...args]) => {
    const known = answers[name];
    if (known !== undefined) return known;
    if (name === 'DBSIZE') return ':100000\r\n';
    if (name === 'TYPE') return '+string\r\n';
    if (name === 'PTTL') return ':-1\r\n';
    if (name === 'MEMORY') return ':72\r\n';
    if (name !== 'SCAN') return '+OK\r\n';
    const at = Number(args[0]);
    const keys = pages[at] ?? [];
    const cursor = at + 1 === pages.length ? '0' : String(at + 1);
    return scanReply(cursor, keys);
  });
  const client = new ControlClient(stub.endpoint);
  try {
    const sample = await sampleKeys(client, { pattern: '*', mostKeys: 1_000, mostMs: 10_000, ...options });
    return { sample, commands: stub.commands.map((words) => words.join(' ')) };
  } finally {
    await client.close();
  }
}

function numbered(count: number, prefix = 'k:'): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}

describe('sampleKeys', () => {
  it('keeps a key once that SCAN gives twice', async () => {
    const { sample, commands } = await sampled([['a', 'b'], ['b', 'c', 'c'], ['a']]);
    expect(sample.keys.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(sample).toMatchObject({ visitedKeys: 3, isWhole: true, stop: null });
    expect(commands.filter((command) => command.startsWith('TYPE'))).toEqual(['TYPE a', 'TYPE b', 'TYPE c']);
  });

  it('has one SCAN in flight, of 1000 keys, from the beginning', async () => {
    const { commands } = await sampled([['a'], ['b'], ['c']]);
    const words = commands.filter((command) => /^(SCAN|TYPE)/.test(command));
    expect(words).toEqual(['SCAN 0 COUNT 1000', 'TYPE a', 'SCAN 1 COUNT 1000', 'TYPE b', 'SCAN 2 COUNT 1000', 'TYPE c']);
    expect(commands.some((command) => command.startsWith('KEYS'))).toBe(false);
  });

  it('is whole where the last key just fits', async () => {
    const whole = await sampled([numbered(10)], { mostKeys: 10 });
    expect(whole.sample).toMatchObject({ isWhole: true, stop: null });
    const cut = await sampled([numbered(11)], { mostKeys: 10 });
    expect(cut.sample).toMatchObject({ visitedKeys: 10, isWhole: false, stop: '10 keys were looked at' });
    expect(cut.sample.keys).toHaveLength(10);
  });

  it('counts what a pattern left out, and of a page that is cut only its part', async () => {
    const { sample } = await sampled([numbered(40), numbered(40, 'm:'), []], { pattern: '*:*', mostKeys: 60 });
    // A whole page of 1,000 keys and half of another.
    expect(sample).toMatchObject({ visitedKeys: 1_500, isWhole: false });
    expect(sample.keys).toHaveLength(60);
  });

  it('leaves out keys that went meanwhile', async () => {
    const { sample } = await sampled([['a']], { details: true }, { TYPE: '+none\r\n', PTTL: ':-2\r\n', MEMORY: '$-1\r\n' });
    expect(sample.keys).toEqual([]);
  });

  it('asks no more for what was refused for a whole page', async () => {
    const no = "-NOPERM User u has no permissions to run the 'memory|usage' command\r\n";
    const { sample, commands } = await sampled([['a'], ['b']], { details: true }, { MEMORY: no, DBSIZE: no });
    expect(commands.filter((command) => command.startsWith('MEMORY'))).toHaveLength(1);
    expect(sample.databaseKeys).toBeNull();
    expect(sample.keys.map(({ bytes, ttlSeconds }) => [bytes, ttlSeconds])).toEqual([
      [null, Number.POSITIVE_INFINITY],
      [null, Number.POSITIVE_INFINITY],
    ]);
  });

  it('measures a part of many keys, and of each prefix some', async () => {
    const pages = [...Array.from({ length: 5 }, (_, page) => numbered(1_000, `many${page}:`)), numbered(5, 'rare:')];
    const { sample } = await sampled(pages, { details: true, mostKeys: 20_000 });
    const measured = sample.keys.filter(({ bytes }) => bytes !== null);
    expect(measured.length).toBeGreaterThan(2_000);
    expect(measured.length).toBeLessThan(3_000);
    expect(measured.filter(({ key }) => key.startsWith('rare:'))).toHaveLength(5);
  });

  it('refuses a reply that is no page of SCAN', async () => {
    await expect(sampled([[]], {}, { SCAN: '+OK\r\n' })).rejects.toMatchObject({ code: 'RQ_PROTOCOL' });
    await expect(sampled([[]], {}, { SCAN: "-NOPERM no permissions to run 'scan'\r\n" })).rejects.toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
    });
  });
});
