import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { type Output, outputFrom } from '../../../src/output/index.ts';
import { StreamOutput } from '../../../src/repl/result/stream-output.ts';

/** A stream that has written when `write` returns, as a terminal has. */
const atOnce = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

it.each<[string, (stream: Writable) => Pick<Output, 'write'>]>([
  ['a result in the terminal', (stream) => new StreamOutput(stream, 'the terminal')],
  ['standard output', (stream) => outputFrom(stream, { beforeWrite: () => undefined, note: () => undefined })],
])('lets other events happen while rows are written to %s', async (_, open) => {
  const output = open(atOnce());
  const startedAt = performance.now();
  let events = 0;
  const timer = setInterval(() => events++, 1);
  while (performance.now() - startedAt < 200) await output.write('row\n');
  clearInterval(timer);
  expect(events).toBeGreaterThan(3);
});
