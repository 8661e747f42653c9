/** What `connect` is given, from the command line, its files and the environment. */
import type { ConnectOptions } from '../index.ts';
import type { RunCommand } from './arguments.ts';
import { readTextFile } from './script.ts';

/**
 * Gives the options of the session. It is lazy: a statement that names no Redis needs none. Passwords: the file's, else
 * the URL's, else the environment's.
 * @throws {RedQueryError} RQ_FILE when a file of the command line cannot be read.
 */
export async function connectOptionsFrom(command: RunCommand): Promise<ConnectOptions> {
  const password = await passwordOf(command);
  const tls = await tlsOf(command);
  return {
    isLazy: true,
    readOnly: command.isReadOnly,
    servers: Object.fromEntries(command.servers),
    ...(command.url === null ? {} : { url: command.url }),
    ...(password === null ? {} : { password }),
    ...(tls === null ? {} : { tls }),
    ...(command.timeoutMs === null ? {} : { statementTimeoutMs: command.timeoutMs }),
  };
}

async function passwordOf({ passwordFile, password, url }: RunCommand): Promise<string | null> {
  if (passwordFile !== null) return (await readTextFile(passwordFile)).split(/\r?\n/, 1)[0] ?? '';
  return password !== null && !hasPassword(url) ? password : null;
}

/** A URL that is none is for `connect` to refuse. */
function hasPassword(url: string | null): boolean {
  if (url === null || !URL.canParse(url)) return false;
  const { password, searchParams } = new URL(url);
  return password !== '' || searchParams.has('password');
}

async function tlsOf({ caFile, certFile, keyFile }: RunCommand): Promise<Exclude<ConnectOptions['tls'], undefined> | null> {
  if (caFile === null && certFile === null && keyFile === null) return null;
  const [ca, cert, key] = await Promise.all(
    [caFile, certFile, keyFile].map((path) => (path === null ? undefined : readTextFile(path))),
  );
  return { ca, cert, key };
}
