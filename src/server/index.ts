/** A PostgreSQL server in front of Redis: what `redquery serve` runs, and the user file behind it. */
import { checkServerOptions, type RunningServer, type ServerOptions } from './options.ts';

export { verifierFromPassword, verifierFromText, verifierText } from './auth/scram-verifier.ts';
export type {
  ListenAddress,
  ListenerTls,
  LogFormat,
  LogOptions,
  RunningServer,
  ServerOptions,
  StatementLogging,
} from './options.ts';
export { SERVER_DEFAULTS } from './options.ts';
export { readUserFile, type UserFile } from './users/user-file.ts';
export { editUserFile } from './users/user-file-edit.ts';
export { nameProblem, type UserRecord } from './users/user-record.ts';

/**
 * Starts a server; `server.ts` tells how. What it is made of is loaded now, so that `redquery user` starts without it.
 * @throws {RedQueryError} RQ_OPTION, RQ_FILE.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkServerOptions(options);
  const server = await import('./server.ts');
  return server.startServer(options);
}
