/**
 * What a real PostgreSQL 15 answers, frame by frame, is what the server answers. The scripts name no table, so both can.
 *
 * To write the answers anew: UPDATE_GOLDEN=1 WIRE_POSTGRES=127.0.0.1:5432:postgres:postgres (trust). With WIRE_POSTGRES alone
 * the scripts are held to that PostgreSQL.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../../src/server/index.ts';
import { startWireServer } from '../../support/wire-server.ts';
import { runScript, type WireServer } from './wire-script.ts';

const FOLDER = path.join(import.meta.dirname, 'scripts');
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.script'));
const POSTGRES = process.env['WIRE_POSTGRES'];
const isWriting = process.env['UPDATE_GOLDEN'] === '1' && POSTGRES !== undefined;
const MODE = isWriting ? 'write' : POSTGRES === undefined ? 'server' : 'postgres';
const TIMEOUT_MS = 60_000;

let own: RunningServer | null = null;
let server: WireServer;

beforeAll(async () => {
  if (POSTGRES !== undefined) {
    const [host = '', port = '', user = 'postgres', database = 'postgres'] = POSTGRES.split(':');
    server = { address: { host, port: Number(port) }, user, database };
    return;
  }
  own = await startWireServer();
  server = { address: own.listen, user: 'ana', database: 'redis' };
}, TIMEOUT_MS);
afterAll(() => own?.stop({ isImmediate: true }));

describe('wire scripts', () => {
  it.each(SCRIPTS)(
    'are answered as PostgreSQL does: %s',
    async (name) => {
      const file = path.join(FOLDER, name);
      const script = readFileSync(file, 'utf8');
      const found = await runScript(script, server, MODE);
      if (isWriting) writeFileSync(file, found);
      expect(found).toBe(isWriting ? readFileSync(file, 'utf8') : script);
    },
    TIMEOUT_MS,
  );
});
