import { afterEach, describe, expect, it } from 'vitest';
import { type AdminOptions, Operations } from '../../../src/server/ops/operations.ts';
import type { Activity, StatementReport } from '../../../src/server/words.ts';

const REPORT: StatementReport = {
  processId: 17,
  user: 'ada-the-user',
  database: 'redis',
  applicationName: 'psql',
  text: "select 'hunter2'",
  route: 'data',
  elapsedMs: 20,
  rowCount: 5,
  sqlState: null,
  keysScanned: 100,
  roundTrips: 3,
  bytesReceived: 4096,
};

const session = (state: Activity['state']): Activity => ({
  processId: 1,
  user: 'ada-the-user',
  database: 'redis',
  applicationName: '',
  remote: '127.0.0.1',
  state,
  query: '',
  startedAtMs: 0,
  queryStartedAtMs: null,
  transactionStartedAtMs: null,
});

let operations: Operations | null = null;

afterEach(() => operations?.close());

async function start(sources: Partial<AdminOptions> = {}): Promise<{ url: string; operations: Operations }> {
  operations = new Operations({ format: 'none', statements: 'none', slowMs: 0 });
  await operations.startAdmin({
    listen: { host: '127.0.0.1', port: 0 },
    sessions: () => [session('active'), session('idle'), session('idle')],
    counters: () => ({ connections: 7, connectionsRefused: 2, bytesSent: 1234, catalogRestarts: 1 }),
    isDraining: () => false,
    pingRedis: () => Promise.resolve(),
    ...sources,
  });
  return { url: `http://127.0.0.1:${operations.adminAddress?.port}`, operations };
}

async function get(url: string, init?: RequestInit): Promise<{ status: number; text: string }> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

describe('health', () => {
  it('says that the process lives, also when nothing else does', async () => {
    const { url } = await start({ isDraining: () => true, pingRedis: () => Promise.reject(new Error('x')) });
    expect(await get(`${url}/healthz`)).toEqual({ status: 200, text: 'ok\n' });
  });

  it.each([
    ['ready', {}, 200, 'ready\n'],
    ['draining', { isDraining: () => true }, 503, 'not ready: draining\n'],
    [
      'without Redis',
      { pingRedis: () => Promise.reject(new Error('connect redis://:hunter2@10.0.0.1')) },
      503,
      'not ready: Redis does not answer\n',
    ],
    [
      'with a Redis that fails at once',
      {
        pingRedis: () => {
          throw new Error('hunter2');
        },
      },
      503,
      'not ready: Redis does not answer\n',
    ],
  ])('says when it is %s', async (_what, sources, status, text) => {
    const { url } = await start(sources);
    expect(await get(`${url}/readyz`)).toEqual({ status, text });
  });

  it('asks Redis once for many probes', async () => {
    let count = 0;
    const { url } = await start({
      pingRedis: () => {
        count++;
        return Promise.resolve();
      },
    });
    await Promise.all(Array.from({ length: 10 }, () => get(`${url}/readyz`)));
    expect(count).toBe(1);
  });

  it('knows three paths and only reads', async () => {
    const { url } = await start();
    expect((await get(`${url}/`)).status).toBe(404);
    expect((await get(`${url}/healthz/../etc/passwd`)).status).toBe(404);
    expect((await get(`${url}/healthz`, { method: 'POST', body: 'x' })).status).toBe(405);
    expect(await get(`${url}/healthz`, { method: 'HEAD' })).toEqual({ status: 200, text: '' });
  });

  it('answers 500 in one word when something fails', async () => {
    const { url } = await start({
      sessions: () => {
        throw new Error('hunter2');
      },
    });
    expect(await get(`${url}/metrics`)).toEqual({ status: 500, text: 'error\n' });
  });

  it('does not start where somebody else listens', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const second = new Operations({ format: 'none', statements: 'none', slowMs: 0 });
    const admin: AdminOptions = {
      listen: { host: '127.0.0.1', port },
      sessions: () => [],
      counters: () => ({ connections: 0, connectionsRefused: 0, bytesSent: 0, catalogRestarts: 0 }),
      isDraining: () => false,
      pingRedis: () => Promise.resolve(),
    };
    await expect(second.startAdmin(admin)).rejects.toMatchObject({
      code: 'RQ_OPTION',
      message: expect.stringContaining('admin'),
    });
  });
});

describe('metrics', () => {
  it('count what was done', async () => {
    const { url, operations: running } = await start();
    running.statement(REPORT);
    running.statement({ ...REPORT, sqlState: '42P01', rowCount: 0, route: 'catalog' });
    running.authentication({ user: 'ada-the-user', method: 'scram', isGranted: true });
    running.authentication({ user: 'eve-the-user', method: 'scram', isGranted: false });
    const { status, text } = await get(`${url}/metrics`);
    expect(status).toBe(200);
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'redquery_statements_total{route="data",sqlstate_class="00"} 1',
        'redquery_statements_total{route="catalog",sqlstate_class="42"} 1',
        'redquery_statement_seconds_bucket{le="0.01",route="data"} 0',
        'redquery_statement_seconds_bucket{le="0.025",route="data"} 1',
        'redquery_rows_total 5',
        'redquery_redis_keys_scanned_total 200',
        'redquery_redis_round_trips_total 6',
        'redquery_redis_received_bytes_total 8192',
        'redquery_sessions{state="active"} 1',
        'redquery_sessions{state="idle"} 2',
        'redquery_sessions{state="idle in transaction"} 0',
        'redquery_connections_total 7',
        'redquery_connections_refused_total 2',
        'redquery_sent_bytes_total 1234',
        'redquery_catalog_restarts_total 1',
        'redquery_authentications_total{method="scram",outcome="granted"} 1',
        'redquery_authentications_total{method="scram",outcome="refused"} 1',
      ]),
    );
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toMatch(/-the-user|hunter2/);
  });

  it('do not add up what is asked for twice', async () => {
    const { url } = await start();
    await get(`${url}/metrics`);
    expect((await get(`${url}/metrics`)).text).toContain('redquery_connections_total 7\n');
  });
});
