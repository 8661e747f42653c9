/** Contender: commands whose replies are thrown away, on raw sockets and by redis-cli. Usage: drain.ts PORT [REDIS-CLI]. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { drainKeyspace } from '../support/scan-floor.ts';
import { Asker, drainSearch, type SearchFloor } from '../support/search-floor.ts';

const port = Number(process.argv[2]);
const redisCli = process.argv[3] ?? 'redis-cli';

// The harness names commands and fields.
await answerJobs({
  search: async (args) => await timed(async () => await drainSearch(port, args as unknown as SearchFloor)),
  keyspace: async ({ pattern, before, after }) =>
    await timed(async () => await drainKeyspace(port, String(pattern), before as string[], after as string[])),
  command: async ({ words }) => await timed(async () => await ask(words as string[])),
  cli: async ({ words }) => await timed(async () => await runCli(words as string[])),
});

async function ask(words: readonly string[]): Promise<Answer> {
  const asker = new Asker(port);
  const reply = await asker.ask(words);
  asker.close();
  return { bytes: reply.length };
}

/** From spawn to exit, what it prints drained. */
async function runCli(words: readonly string[]): Promise<Answer> {
  const child = spawn(redisCli, ['-p', String(port), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0 || bytes === 0) throw new Error(`redis-cli ended with ${status}`);
  return { bytes };
}
