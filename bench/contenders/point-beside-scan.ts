/** Contender: point queries of one session while another session of the same process scans all rows. Usage: point-beside-scan.ts URL ROWS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Session } from '../../src/index.ts';
import { answerJobs } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { usersTable } from '../support/seeded-users.ts';

const PAUSE_MS = 2;
const KEY_STEP = 7919;
const url = process.argv[2] ?? '';
const rowCount = Number(process.argv[3]);
const scanning = await connect(url);
const asking = await connect(url);
const table = usersTable('name', 'age', 'score');
let turn = 0;

await answerJobs({ alone: async ({ count }) => await askWhile(countdown(Number(count))), besideScan }, async () => {
  await Promise.all([scanning.close(), asking.close()]);
});

/** Asks for one key after the other until one scan of all rows is through. */
async function besideScan(): Promise<Answer> {
  let isScanning = true;
  const scan = scanAll(scanning).finally(() => {
    isScanning = false;
  });
  const [scanMs, answer] = await Promise.all([scan, askWhile(() => isScanning)]);
  return { ...answer, scanMs };
}

async function scanAll(session: Session): Promise<number> {
  const startedAt = performance.now();
  await session.query(`SELECT age, avg(score) FROM ${usersTable('age', 'score')} GROUP BY age`).rows();
  return performance.now() - startedAt;
}

async function askWhile(isWanted: () => boolean): Promise<Answer> {
  const samples: number[] = [];
  while (isWanted()) {
    turn += KEY_STEP;
    const startedAt = performance.now();
    const rows = await asking.query(`SELECT name, age, score FROM ${table} WHERE _key = $1`, [`user:${turn % rowCount}`]).rows();
    samples.push(performance.now() - startedAt);
    if (rows.length !== 1) throw new Error(`${rows.length} rows for one key`);
    await sleep(PAUSE_MS);
  }
  return { samples };
}

function countdown(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}
