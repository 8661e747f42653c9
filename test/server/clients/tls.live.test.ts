/** Logging in over TLS: SCRAM with channel binding, certificates that are looked at, wrong passwords; by node-postgres, postgres.js and, where it is, psql. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresPrograms } from '../../../scripts/wire/start-postgres.ts';
import { type Serving, startServe } from '../../../scripts/wire/start-serve.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';

const certificates = makeCertificates();
const programs = postgresPrograms();
const ca = readFileSync(certificates.caFile, 'utf8');
let redis: RunningRedis;
let serving: Serving;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  const words = ['--tls-cert', certificates.certFile, '--tls-key', certificates.keyFile, '--require-tls'];
  serving = await startServe(redis.url, { users: { ada: 'correct horse', böb: 'pässwörd' }, words });
});
afterAll(async () => {
  await serving.stop();
  await redis.stop();
  certificates[Symbol.dispose]();
});

function place(password: string, user = 'ada') {
  return { host: 'localhost', port: serving.port, user, password, database: 'redis' };
}

async function userBy(config: pg.ClientConfig): Promise<unknown> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('SELECT current_user AS name');
    return rows;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.code : String(error);
  } finally {
    await client.end();
  }
}

describe('TLS', () => {
  it('lets node-postgres in, with channel binding and without', async () => {
    for (const enableChannelBinding of [true, false])
      expect(await userBy({ ...place('correct horse'), ssl: { ca }, enableChannelBinding })).toEqual([{ name: 'ada' }]);
    expect(await userBy({ ...place('pässwörd', 'böb'), ssl: { ca } })).toEqual([{ name: 'böb' }]);
  });

  it('refuses a wrong password, an unknown user, and who comes without TLS', async () => {
    expect(await userBy({ ...place('wrong'), ssl: { ca } })).toBe('28P01');
    expect(await userBy({ ...place('correct horse', 'eve'), ssl: { ca } })).toBe('28P01');
    expect(await userBy(place('correct horse'))).toBe('28000');
    expect(await userBy({ ...place('correct horse'), ssl: { ca: readFileSync(certificates.otherCaFile, 'utf8') } })).toMatch(
      /certificate/,
    );
  });

  it('lets postgres.js in', async () => {
    const sql = postgres({ ...place('correct horse'), ssl: { ca }, max: 1 });
    expect(await sql`SELECT current_user::text AS name`).toEqual([{ name: 'ada' }]);
    await sql.end();
  });

  it.runIf(programs !== undefined).each([
    ['sslmode=verify-full channel_binding=require', 'ada'],
    ['sslmode=prefer', 'ada'],
    ['sslmode=require channel_binding=disable', 'ada'],
    ['sslmode=disable', ''],
  ])('is psql’s with %s: %s', (words, user) => {
    const connection = `host=localhost port=${serving.port} user=ada dbname=redis ${words}`;
    const env = { ...process.env, PGPASSWORD: 'correct horse', PGSSLROOTCERT: certificates.caFile };
    const { stdout, stderr } = spawnSync(path.join(programs ?? '', 'psql'), ['-XAtc', 'SELECT current_user', connection], {
      env,
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe(user);
    expect(stderr).toMatch(user === '' ? /FATAL/ : /^$/);
  });
});
