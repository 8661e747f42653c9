/** A PostgreSQL server in front of Redis: what `redquery serve` runs. */
export type {
  ListenAddress,
  ListenerTls,
  LogFormat,
  LogOptions,
  RunningServer,
  ServerOptions,
  StatementLogging,
} from './options.ts';
export { checkServerOptions, isLoopback, MAX_CONNECTIONS, SERVER_DEFAULTS } from './options.ts';
export { startServer } from './server.ts';
