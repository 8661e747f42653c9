import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../src/server/index.ts';
import { fillUsers } from '../support/live-session.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { startWireServer } from '../support/wire-server.ts';

const CLIENTS = 200;
const ROWS = 20_000;

let redis: RunningRedis;
let server: RunningServer;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  await fillUsers(redis, ROWS);
  server = await startWireServer({ redis: { url: redis.url }, isDiscovering: true, maxConnections: CLIENTS });
});

afterAll(async () => {
  await server.stop({ isImmediate: true });
  await redis.stop();
});

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.listen.port, user: 'me', database: 'redis' });
  await client.connect();
  return client;
}

it('serves 200 clients, 50 of them at work, and lets none wait for ever', { timeout: 120_000 }, async () => {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, connected));
  let isOver = false;
  let scans = 0;
  const scanning = clients.slice(0, 10).map(async (client) => {
    do {
      const { rows } = await client.query('SELECT count(*) AS n, max(score) FROM users WHERE age >= 0');
      expect(rows[0]).toMatchObject({ n: String(ROWS) });
      scans++;
    } while (!isOver);
  });
  const pointing = clients.slice(10, 50).map(async (client, nth) => {
    for (let n = 1; n <= 5; n++) {
      const key = `user:${nth * 5 + n}`;
      const { rows } = await client.query({ name: 'by-key', text: 'SELECT _key FROM users WHERE _key = $1', values: [key] });
      expect(rows).toEqual([{ _key: key }]);
    }
  });
  await Promise.all(pointing);
  isOver = true;
  await Promise.all(scanning);
  expect(scans).toBeGreaterThanOrEqual(10);
  // The others are there all the same, and one more is not let in.
  await expect(connected()).rejects.toMatchObject({ code: '53300' });
  const idle = await Promise.all(clients.slice(50).map((client) => client.query('SELECT 1 AS one')));
  expect(idle.every(({ rows }) => rows[0]?.one === 1)).toBe(true);
  await Promise.all(clients.map((client) => client.end()));
});
