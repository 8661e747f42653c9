/** Contender: redquery itself, one warm session, statements over all rows. Usage: library.ts URL. */
import { connect } from '../../src/index.ts';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { usersTable } from '../support/seeded-users.ts';

const session = await connect(process.argv[2] ?? '');

await answerJobs(
  {
    groupBy: async () => await timed(groupBy),
    recordBatches: async () => await timed(readRecordBatches),
    batches: async () => await timed(readBatches),
    rowObjects: async () => await timed(readRowObjects),
  },
  async () => await session.close(),
);

async function groupBy(): Promise<Answer> {
  const result = session.query(`SELECT age, avg(score) AS mean FROM ${usersTable('age', 'score')} GROUP BY age`);
  const groups = await result.rows();
  const check = groups.reduce((sum, { mean }) => sum + Number(mean), 0);
  return { rows: result.stats.rows, bytes: result.stats.bytesReceived, groups: groups.length, check };
}

function selectThree() {
  return session.query(`SELECT name, age, score FROM ${usersTable('name', 'age', 'score')}`);
}

async function readRecordBatches(): Promise<Answer> {
  const result = selectThree();
  let rows = 0;
  for await (const batch of result.recordBatches()) rows += batch.numRows;
  return { rows, bytes: result.stats.bytesReceived };
}

async function readBatches(): Promise<Answer> {
  const result = selectThree();
  let rows = 0;
  for await (const batch of result.batches()) rows += batch.rowCount;
  return { rows, bytes: result.stats.bytesReceived };
}

async function readRowObjects(): Promise<Answer> {
  const result = selectThree();
  let rows = 0;
  for await (const _row of result) rows += 1;
  return { rows, bytes: result.stats.bytesReceived };
}
