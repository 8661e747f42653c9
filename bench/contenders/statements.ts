/** Contender: redquery, one warm session, any statement. Usage: statements.ts URL [SETTING …], each as SET takes it. */
import { connect } from '../../src/index.ts';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';

const [url = '', ...settings] = process.argv.slice(2);
const session = await connect(url);
for (const setting of settings) await session.query(`SET ${setting}`).rows();

await answerJobs(
  {
    batches: async ({ sql }) => await timed(async () => await readBatches(String(sql))),
    samples: async ({ sql, count }) => await takeSamples(String(sql), Number(count)),
  },
  async () => await session.close(),
);

/** Reads all rows as plain batches. `access`: how the first scan read. */
async function readBatches(sql: string): Promise<Answer> {
  const result = session.query(sql);
  let rows = 0;
  for await (const batch of result.batches()) rows += batch.rowCount;
  const { scans, bytesReceived } = result.stats;
  return { rows, bytes: bytesReceived, access: scans[0]?.access ?? 'none' };
}

/** Times a small statement many times. */
async function takeSamples(sql: string, count: number): Promise<Answer> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    await session.query(sql).rows();
    samples.push(performance.now() - startedAt);
  }
  return { samples };
}
