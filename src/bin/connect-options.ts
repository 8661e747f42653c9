/** What `connect` is given, from the command line, its files and the environment. */
import { RedQueryError } from '../errors.ts';
import type { ConnectOptions } from '../index.ts';
import { endpointFrom } from '../storage/index.ts';
import type { RedisArguments } from './redis-arguments.ts';
import { readFirstLine, readTextFile } from './text-file.ts';

/**
 * Gives the options of sessions. They are lazy: a statement that names no Redis needs none. Passwords: the file's, else
 * the URL's, else the environment's.
 * @throws {RedQueryError} RQ_FILE when a file of the command line cannot be read; RQ_OPTION for a URL that is none, naming
 * the variable that it comes from.
 */
export async function connectOptionsFrom(command: RedisArguments): Promise<ConnectOptions> {
  const urlPassword = urlPasswordOf(command);
  const password = await passwordOf(command, urlPassword);
  const tls = await tlsOf(command);
  return {
    isLazy: true,
    servers: Object.fromEntries(command.servers),
    ...(command.url === null ? {} : { url: command.url }),
    ...(password === null ? {} : { password }),
    ...(tls === null ? {} : { tls }),
  };
}

async function passwordOf({ passwordFile, password }: RedisArguments, urlPassword: string | null): Promise<string | null> {
  if (passwordFile !== null) return readFirstLine(passwordFile);
  return urlPassword === null ? password : null;
}

/** Node's URL refuses a password without a host, which is what a unix socket's address has. */
function urlPasswordOf({ url, urlVariable }: RedisArguments): string | null {
  if (url === null) return null;
  try {
    const { password } = endpointFrom('default', url);
    return password === '' ? null : password;
  } catch (error) {
    if (urlVariable === null || !(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `the variable ${urlVariable}: ${error.message}`, { cause: error });
  }
}

async function tlsOf({ caFile, certFile, keyFile }: RedisArguments): Promise<Exclude<ConnectOptions['tls'], undefined> | null> {
  if (caFile === null && certFile === null && keyFile === null) return null;
  const [ca, cert, key] = await Promise.all(
    [caFile, certFile, keyFile].map((path) => (path === null ? undefined : readTextFile(path))),
  );
  return { ca, cert, key };
}
