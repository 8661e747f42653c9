/**
 * Contender: node-postgres at a running server, and beside it, in the same process, the library with the same statements.
 * Usage: wire-client.ts PORT REDIS_URL ROWS. The server has the table `users`.
 */
import pg from 'pg';
import Cursor from 'pg-cursor';
import { connect } from '../../src/index.ts';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';
import { usersTable } from '../support/seeded-users.ts';

const ROWS_A_READ = 10_000;
const ALL_ROWS = 'SELECT name, age, score FROM users';
const ONE_KEY = `${ALL_ROWS} WHERE _key = $1`;
const [port, redisUrl = '', rowCount] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
/** What psql asks for `\d`. */
const LIST_RELATIONS = `SELECT n.nspname as "Schema", c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2;`;

const session = await connect(redisUrl);
// The same statements on both sides: the library has the view that the server declares.
await session.query(`CREATE VIEW users AS SELECT * FROM ${usersTable('name', 'age', 'score')}`).rows();
const client = await newClient();
let turn = 0;

await answerJobs(
  {
    oneKey: async ({ count }) => await oneKey(Number(count)),
    manyClients: async ({ clients, count }) => await manyClients(Number(clients), Number(count)),
    cursor: async () => await timed(readByCursor),
    rowObjects: async () => await timed(readRowObjects),
    batches: async () => await timed(readBatches),
    firstRow: async ({ count }) => await firstRow(Number(count)),
    catalogStart: async ({ count }) => await catalogStart(Number(count)),
  },
  async () => {
    await client.end();
    await session.close();
  },
);

async function newClient(): Promise<pg.Client> {
  const made = new pg.Client({ host: '127.0.0.1', port, user: 'bench', database: 'redis', password: 'unused' });
  made.on('error', () => undefined);
  await made.connect();
  return made;
}

function nextKey(): string {
  turn += 7919;
  return `user:${turn % rowCount}`;
}

async function readKey(by: pg.Client): Promise<void> {
  const { rows } = await by.query({ name: 'one key', text: ONE_KEY, values: [nextKey()] });
  if (rows.length !== 1) throw new Error(`${rows.length} rows for one key`);
}

/** One key by name, in turn: over the wire as a prepared statement, and by the library. */
async function oneKey(count: number): Promise<Answer> {
  const [wire, library]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    await readKey(client);
    wire.push(performance.now() - startedAt);
    const libraryAt = performance.now();
    const rows = await session.query(ONE_KEY, [nextKey()]).rows();
    library.push(performance.now() - libraryAt);
    if (rows.length !== 1) throw new Error(`${rows.length} rows for one key`);
  }
  return { wire, library };
}

/** Connections that each ask for one key after the other; an error ends the measure. */
async function manyClients(clientCount: number, count: number): Promise<Answer> {
  const clients = await Promise.all(Array.from({ length: clientCount }, newClient));
  const samples: number[] = [];
  const ask = async (by: pg.Client): Promise<void> => {
    await readKey(by);
    for (let i = 0; i < count; i++) {
      const startedAt = performance.now();
      await readKey(by);
      samples.push(performance.now() - startedAt);
    }
  };
  await Promise.all(clients.map(ask));
  await Promise.all(clients.map((one) => one.end()));
  return { samples };
}

async function readByCursor(): Promise<Answer> {
  const cursor = client.query(new Cursor(ALL_ROWS));
  let rows = 0;
  for (let read = await cursor.read(ROWS_A_READ); read.length > 0; read = await cursor.read(ROWS_A_READ)) rows += read.length;
  await cursor.close();
  return { rows };
}

async function readRowObjects(): Promise<Answer> {
  let rows = 0;
  for await (const _row of session.query(ALL_ROWS)) rows += 1;
  return { rows };
}

async function readBatches(): Promise<Answer> {
  let rows = 0;
  for await (const batch of session.query(ALL_ROWS).batches()) rows += batch.rowCount;
  return { rows };
}

async function firstRow(count: number): Promise<Answer> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    const cursor = client.query(new Cursor(ALL_ROWS));
    await cursor.read(1);
    samples.push(performance.now() - startedAt);
    await cursor.close();
  }
  return { samples };
}

/** A new session up to its answer to `\d`. */
async function catalogStart(count: number): Promise<Answer> {
  const [whole, query]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    const own = await newClient();
    const connectedAt = performance.now();
    const { rows } = await own.query(LIST_RELATIONS);
    whole.push(performance.now() - startedAt);
    query.push(performance.now() - connectedAt);
    if (rows.length === 0) throw new Error('no relations');
    await own.end();
  }
  return { whole, query };
}
