/**
 * Contender: small statements in a warm session, and beside them, on the same event loop, the bare commands that such a
 * statement cannot do without. Usage: latency.ts URL ROWS.
 */
import net from 'node:net';
import { connect } from '../../src/index.ts';
import { answerJobs } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { usersTable } from '../support/seeded-users.ts';

const url = process.argv[2] ?? '';
const rowCount = Number(process.argv[3]);
const session = await connect(url);
const socket = net.connect({ port: Number(new URL(url).port), host: '127.0.0.1', noDelay: true });
const declared = usersTable('name', 'age', 'score');
const inferred = `redis_hash('user:*')`;
const FIELDS = '$4\r\nname\r\n$3\r\nage\r\n$5\r\nscore\r\n';
const SCAN_TEN = '*6\r\n$4\r\nSCAN\r\n$1\r\n0\r\n$5\r\nMATCH\r\n$6\r\nuser:*\r\n$5\r\nCOUNT\r\n$2\r\n10\r\n';
const PING = '*1\r\n$4\r\nPING\r\n';
const PONG = '+PONG\r\n';

/** Planned by EXPLAIN: DuckDB's own plan, ours, and what is asked of Redis before either. */
const JOIN = `SELECT a.name, b.score FROM ${usersTable('name', 'age', 'city')} a JOIN ${usersTable('name', 'score')} b ON a.name = b.name WHERE a.age > 30 AND a.city = 'Paris'`;

let turn = 0;

/** What is timed, in turn. */
const PROBES: Readonly<Record<string, () => Promise<unknown>>> = {
  selectOne: async () => await expectRows(1, 'SELECT 1'),
  limitTrips: async () => {
    const keys = (await exchange(SCAN_TEN)).split('\r\n').filter((line) => line.startsWith('user:'));
    await exchange(keys.slice(0, 10).map(hmget).join(''));
  },
  limitDeclared: async () => await expectRows(10, `SELECT name, age, score FROM ${declared} LIMIT 10`),
  limitInferred: async () => await expectRows(10, `SELECT name, age, score FROM ${inferred} LIMIT 10`),
  pointTrips: async () => await exchange(hmget(nextKey())),
  pointDeclared: async () => await expectRows(1, `SELECT name, age, score FROM ${declared} WHERE _key = $1`, [nextKey()]),
  planJoin: async () => await session.query(`EXPLAIN ${JOIN}`).rows(),
  pointInferred: async () => await expectRows(1, `SELECT name, age, score FROM ${inferred} WHERE _key = $1`, [nextKey()]),
};

await answerJobs({ turns: async ({ count }) => await takeTurns(Number(count)) }, async () => {
  socket.destroy();
  await session.close();
});

/** Times every probe `count` times, one after the other; milliseconds by probe. */
async function takeTurns(count: number): Promise<Answer> {
  const samples = Object.fromEntries(Object.keys(PROBES).map((name): [string, number[]] => [name, []]));
  for (let i = 0; i < count; i++) {
    for (const [name, probe] of Object.entries(PROBES)) {
      const startedAt = performance.now();
      await probe();
      samples[name]?.push(performance.now() - startedAt);
    }
  }
  return samples;
}

async function expectRows(count: number, text: string, parameters?: readonly unknown[]): Promise<void> {
  const rows = await session.query(text, parameters).rows();
  if (rows.length !== count) throw new Error(`${rows.length} rows instead of ${count}: ${text}`);
}

function nextKey(): string {
  turn += 7919;
  return `user:${turn % rowCount}`;
}

function hmget(key: string): string {
  return `*5\r\n$5\r\nHMGET\r\n$${key.length}\r\n${key}\r\n${FIELDS}`;
}

/** Sends commands and waits for their replies: a PING goes behind them, and its reply is the end. */
async function exchange(commands: string): Promise<string> {
  return await new Promise((resolve) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.endsWith(PONG)) return;
      socket.off('data', take);
      resolve(text);
    };
    socket.on('data', take);
    socket.write(commands + PING);
  });
}
