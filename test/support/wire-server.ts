/** A server of the wire for tests: on a free port, with the users of a file that the test writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServer, SERVER_DEFAULTS, type ServerOptions, startServer, type UserRecord } from '../../src/server/index.ts';
import { editUserFile } from '../../src/server/users/user-file-edit.ts';

/** Nothing listens there: statements that need no Redis run all the same. */
export const NO_REDIS = 'redis://127.0.0.1:1';

/** A user without limits, who cannot log in before the test says how. */
export const PLAIN_USER: UserRecord = {
  verifier: null,
  mayUseCertificate: false,
  keys: null,
  servers: [],
  isReadOnly: true,
  timeoutSeconds: null,
  maxScanKeys: null,
  maxConnections: null,
  redis: null,
};

/** Options of a server on a free port of this machine, which logs nothing and discovers nothing. */
export function wireOptions(options: Partial<ServerOptions> = {}): ServerOptions {
  return {
    redis: { url: NO_REDIS },
    listen: { host: '127.0.0.1', port: 0 },
    usersFile: null,
    viewsFile: null,
    isDiscovering: false,
    tls: null,
    maxConnections: 50,
    admin: null,
    log: { ...SERVER_DEFAULTS.log, format: 'none' },
    statementTimeoutMs: null,
    drainTimeoutMs: 1_000,
    ...options,
  };
}

export function startWireServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer(wireOptions(options));
}

/** A user file in a folder of its own; `[Symbol.dispose]` removes both. */
export interface TestUserFile extends Disposable {
  readonly path: string;
  set(users: Readonly<Record<string, UserRecord>>, allowsCleartext?: boolean): Promise<void>;
}

export function userFile(): TestUserFile {
  const folder = mkdtempSync(path.join(tmpdir(), 'redquery-wire-'));
  const file = path.join(folder, 'users.json');
  return {
    path: file,
    set: async (users, allowsCleartext = false) => {
      await editUserFile(file, true, (old) => ({ ...old, allowsCleartext, users: new Map(Object.entries(users)) }));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
