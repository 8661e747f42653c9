/**
 * Contender: one session whose process is weighed from outside. It keeps nothing but what the library keeps.
 * Usage: memory.ts URL.
 */
import { connect } from '../../src/index.ts';
import { answerJobs } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { usersTable } from '../support/seeded-users.ts';

const session = await connect(process.argv[2] ?? '');
const table = usersTable('name', 'age', 'city', 'email', 'score');

await answerJobs({ idle, batches, rowObjects }, async () => await session.close());

async function idle(): Promise<Answer> {
  await session.query('SELECT 1').rows();
  return {};
}

async function batches(): Promise<Answer> {
  let rows = 0;
  for await (const batch of session.query(`SELECT * FROM ${table}`).batches()) rows += batch.rowCount;
  return { rows };
}

async function rowObjects(): Promise<Answer> {
  let rows = 0;
  for await (const _row of session.query(`SELECT * FROM ${table}`)) rows += 1;
  return { rows };
}
