import { expect, it } from 'vitest';
import { KeyCount } from '../../../src/repl/statement/live-progress.ts';
import type { ControlClient } from '../../../src/storage/index.ts';

/** A connection whose answers are given by the test. */
function slowClient() {
  const replies: ((value: unknown) => void)[] = [];
  const call = (): Promise<unknown> => new Promise((resolve) => replies.push(resolve));
  // Nothing else of it is used.
  return { client: { call } as unknown as ControlClient, replies };
}

it('is waited for once, and had again when the answer has come', async () => {
  const { client, replies } = slowClient();
  const count = new KeyCount(() => Promise.resolve(client), 20);
  expect(await count.ask()).toBe(null);
  const startedAt = performance.now();
  for (let i = 0; i < 10; i++) expect(await count.ask()).toBe(null);
  expect(performance.now() - startedAt).toBeLessThan(100);
  expect(replies).toHaveLength(1);
  replies[0]?.(7);
  await expect.poll(() => count.ask()).toBe(7);
  expect(replies).toHaveLength(1);
});

it('is not known where the server refuses, or there is none', async () => {
  const refusing = { call: () => Promise.reject(new Error('NOPERM')) } as unknown as ControlClient;
  expect(await new KeyCount(() => Promise.resolve(refusing)).ask()).toBe(null);
  expect(await new KeyCount(() => Promise.reject(new Error('no server'))).ask()).toBe(null);
});
