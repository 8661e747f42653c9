/**
 * What a caller says about a server (a URL, options, or both), checked and made into an Endpoint. Options win over the URL.
 * Opens no connection. No message repeats a password.
 */
import { RedQueryError } from '../../errors.ts';
import type { Endpoint, TlsOptions } from './endpoint.ts';
import { partsOfUrl, type UrlParts } from './server-url.ts';

/** PEM text, or a Buffer that holds it. */
export type Pem = string | Buffer;

/** How TLS is spoken; all of it optional. */
export interface ServerTlsOptions {
  /** The authorities to trust; absent: the machine's own. */
  readonly ca?: Pem | undefined;
  /** The client's certificate, with `key`. */
  readonly cert?: Pem | undefined;
  readonly key?: Pem | undefined;
  /** Name to check the certificate against; absent: the host. */
  readonly serverName?: string | undefined;
  /** False accepts any certificate. Default true. */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** One Redis server. Without url, host and path: `redis://127.0.0.1:6379`. */
export interface ServerOptions {
  /** `redis://`, `rediss://` or `unix://`; each option below wins over its part. */
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A unix socket, instead of host and port. */
  readonly path?: string | undefined;
  readonly tls?: boolean | ServerTlsOptions | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: number | undefined;
  /** Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** A server that owes a reply and stays silent for so long is given up. Default 10,000. */
  readonly replyTimeoutMs?: number | undefined;
}

/** Every option of a server, for those who check a larger options object. */
export const SERVER_OPTION_NAMES = [
  'url',
  'host',
  'port',
  'path',
  'tls',
  'username',
  'password',
  'database',
  'connectTimeoutMs',
  'replyTimeoutMs',
] as const satisfies readonly (keyof ServerOptions)[];

const DEFAULTS = { host: '127.0.0.1', port: 6379, database: 0, connectTimeoutMs: 5_000, replyTimeoutMs: 10_000 } as const;
const MAX_INT32 = 2_147_483_647;

/**
 * Makes the endpoint of a URL or of options. `name` is what SQL calls the server. Options beside those of ServerOptions
 * are not looked at.
 * @throws {RedQueryError} RQ_OPTION, naming the option and what is valid.
 */
export function endpointFrom(name: string, input: string | ServerOptions): Endpoint {
  const options: ServerOptions = typeof input === 'string' ? { url: input } : input;
  const url = stringOption('url', options.url);
  const parts = url === undefined ? {} : partsOfUrl(url);
  const username = stringOption('username', options.username) ?? parts.username ?? null;
  const password = stringOption('password', options.password) ?? parts.password ?? '';
  return {
    name,
    address: addressFrom(options, parts),
    tls: tlsFrom(options.tls, parts.tls === true),
    username: username === '' ? null : username,
    // An ACL user may have an empty password; without a user it means that there is none.
    password: password === '' && (username === null || username === '') ? null : password,
    database: wholeNumber('database', options.database ?? parts.database ?? DEFAULTS.database, 0, MAX_INT32),
    connectTimeoutMs: timeout('connectTimeoutMs', options.connectTimeoutMs ?? parts.connectTimeoutMs),
    replyTimeoutMs: timeout('replyTimeoutMs', options.replyTimeoutMs ?? parts.replyTimeoutMs),
  };
}

/** Names a server for people, without user and password: `rediss://[::1]:6380/2`, `unix:///run/redis.sock`. */
export function describeEndpoint(endpoint: Endpoint): string {
  const { address, database } = endpoint;
  if ('path' in address) return `unix://${address.path}${database === 0 ? '' : `?db=${database}`}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${endpoint.tls === null ? 'redis' : 'rediss'}://${host}:${address.port}${database === 0 ? '' : `/${database}`}`;
}

function addressFrom(options: ServerOptions, parts: UrlParts): Endpoint['address'] {
  const path = stringOption('path', options.path);
  const host = stringOption('host', options.host);
  if (path !== undefined && (host !== undefined || options.port !== undefined)) {
    throw new RedQueryError('RQ_OPTION', 'the option path (a unix socket) excludes host and port; give one or the other');
  }
  const socketPath = path ?? (host === undefined && options.port === undefined ? parts.path : undefined);
  if (socketPath !== undefined) {
    if (socketPath === '' || socketPath.includes('\0'))
      throw invalid('path', socketPath, 'the path of a unix socket, without NUL');
    return { path: socketPath };
  }
  if (host !== undefined && !/^[^\s/@[\]]+$/.test(host)) {
    throw new RedQueryError(
      'RQ_OPTION',
      'the option host is no host name or address; valid: a name, 10.0.0.1 or ::1, without brackets',
    );
  }
  const port = wholeNumber('port', options.port ?? parts.port ?? DEFAULTS.port, 1, 65_535);
  return { host: host ?? parts.host ?? DEFAULTS.host, port };
}

function tlsFrom(option: ServerOptions['tls'], isInUrl: boolean): TlsOptions | null {
  if (option === undefined || option === null) return isInUrl ? {} : null;
  if (option === false && isInUrl) {
    throw new RedQueryError(
      'RQ_OPTION',
      'the URL asks for TLS (rediss://) and the option tls is false; use redis:// or leave tls out',
    );
  }
  if (option === false) return null;
  if (option === true) return {};
  if (typeof option !== 'object')
    throw invalid('tls', typeof option, 'true, false or {ca, cert, key, serverName, rejectUnauthorized}');
  if ((option.cert === undefined) !== (option.key === undefined)) {
    throw new RedQueryError(
      'RQ_OPTION',
      `tls.${option.cert === undefined ? 'key' : 'cert'} stands alone; a client certificate needs cert and key`,
    );
  }
  const serverName = stringOption('tls.serverName', option.serverName);
  const { rejectUnauthorized } = option;
  if (rejectUnauthorized !== undefined && typeof rejectUnauthorized !== 'boolean') {
    throw invalid('tls.rejectUnauthorized', typeof rejectUnauthorized, 'true or false');
  }
  return {
    ...pemPart('ca', option.ca),
    ...pemPart('cert', option.cert),
    ...pemPart('key', option.key),
    ...(serverName === undefined ? {} : { serverName }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function pemPart(name: 'ca' | 'cert' | 'key', value: Pem | undefined): TlsOptions {
  if (value === undefined) return {};
  const text = Buffer.isBuffer(value) ? value.toString('utf8') : value;
  if (typeof text !== 'string' || !text.includes('-----BEGIN ')) {
    throw new RedQueryError(
      'RQ_OPTION',
      `tls.${name} holds no PEM; valid: the text or the Buffer of a file that has -----BEGIN …-----`,
    );
  }
  return { [name]: text };
}

/** Callers without types may pass anything; null counts as absent, as in JSON. */
function stringOption(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(name, typeof value, 'a string');
  return value;
}

function timeout(name: 'connectTimeoutMs' | 'replyTimeoutMs', value: number | undefined): number {
  return wholeNumber(name, value ?? DEFAULTS[name], 1, MAX_INT32);
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, typeof value === 'number' ? String(value) : typeof value, `a whole number from ${least} to ${most}`);
}

function invalid(name: string, value: string, valid: string): RedQueryError {
  return new RedQueryError('RQ_OPTION', `the option ${name} is ${value}; valid: ${valid}`);
}
