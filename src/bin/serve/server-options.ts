/** What the server is given, from the command line, its files and the environment. */
import { SERVER_DEFAULTS, type ServerOptions } from '../../server/index.ts';
import { connectOptionsFrom } from '../connect-options.ts';
import type { StartCommand } from './arguments.ts';

/** @throws {RedQueryError} RQ_FILE, RQ_OPTION as `connectOptionsFrom`. */
export async function serverOptionsFrom(command: StartCommand): Promise<ServerOptions> {
  const { log } = SERVER_DEFAULTS;
  return {
    redis: await connectOptionsFrom(command),
    listen: command.listen ?? SERVER_DEFAULTS.listen,
    usersFile: command.usersFile,
    viewsFile: command.viewsFile,
    isDiscovering: command.isDiscovering,
    tls: command.tls,
    maxConnections: command.maxConnections ?? SERVER_DEFAULTS.maxConnections,
    admin: command.admin,
    log: {
      format: command.logFormat ?? log.format,
      statements: command.loggedStatements ?? log.statements,
      slowMs: command.slowMs ?? log.slowMs,
      hasLiterals: command.hasLiterals,
    },
    statementTimeoutMs: command.statementTimeoutMs,
    drainTimeoutMs: command.drainTimeoutMs ?? SERVER_DEFAULTS.drainTimeoutMs,
  };
}
