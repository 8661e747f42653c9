/** Contender: a reader of large values that takes one batch, pauses, and later gives up. Usage: paused-reader.ts URL. */
import { type Batch, connect } from '../../src/index.ts';
import { answerJobs } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';

const session = await connect(process.argv[2] ?? '');
await session.query('SELECT 1').rows();
let reader: AsyncIterator<Batch> | undefined;

await answerJobs({ begin, end }, async () => await session.close());

/** Reads the first batch; nothing more is taken until `end`. */
async function begin(): Promise<Answer> {
  const result = session.query(`SELECT _key, body FROM redis_hash('blob:*', columns => {'body': 'VARCHAR'})`);
  reader = result.batches()[Symbol.asyncIterator]();
  const first = await reader.next();
  return { rows: first.done === true ? 0 : first.value.rowCount };
}

async function end(): Promise<Answer> {
  await reader?.return?.();
  return {};
}
