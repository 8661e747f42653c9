/**
 * Reads `redis://`, `rediss://` and `unix://` addresses. No message ever repeats user, password or the whole text: a
 * misplaced character can make any part of it the password.
 */
import { RedQueryError } from '../../errors.ts';

/** What an address says; absent: it says nothing about it. */
export interface UrlParts {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly tls?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database?: number;
  readonly connectTimeoutMs?: number;
  readonly replyTimeoutMs?: number;
}

const VALID_FORMS =
  'redis://[user:password@]host[:port][/database], rediss://… for TLS, unix:///path/to.sock[?db=0]; in user and password, ' +
  "write '/', '?', '#', '@' and '%' as %2F, %3F, %23, %40 and %25";

const QUERY_OPTIONS = ['db', 'username', 'password', 'connectTimeoutMs', 'replyTimeoutMs'] as const;
type QueryOption = (typeof QUERY_OPTIONS)[number];

/**
 * Takes an address apart; everything is percent-decoded.
 * @throws {RedQueryError} RQ_OPTION when it has none of the valid forms.
 */
export function partsOfUrl(url: string): UrlParts {
  const [, schemeText, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url.trim()) ?? [];
  const scheme = schemeText?.toLowerCase();
  if (scheme !== 'redis' && scheme !== 'rediss' && scheme !== 'unix') {
    throw invalidUrl(
      scheme === undefined ? 'it does not begin with redis://, rediss:// or unix://' : `unknown scheme ${scheme}://`,
    );
  }
  const { authority, path, query } = sectionsOf(rest);
  const { user, address } = splitAuthority(authority, path + query);
  const place = scheme === 'unix' ? socketPathFrom(address, path) : networkPlaceFrom(address, path);
  return { ...place, ...(scheme === 'rediss' ? { tls: true } : {}), ...credentialsFrom(user), ...queryPartsFrom(query) };
}

function sectionsOf(rest: string): { authority: string; path: string; query: string } {
  if (rest.includes('#')) throw invalidUrl("it holds '#'");
  const authority = /^[^/?]*/.exec(rest)?.[0] ?? '';
  const [path = '', ...query] = rest.slice(authority.length).split('?');
  return { authority, path, query: query.join('?') };
}

/** The last '@' ends the user: what stands before it may hold others. */
function splitAuthority(authority: string, behind: string): { user: string | null; address: string } {
  const at = authority.lastIndexOf('@');
  if (at === -1 && behind.includes('@')) throw invalidUrl("user or password hold a '/' or '?'");
  return at === -1 ? { user: null, address: authority } : { user: authority.slice(0, at), address: authority.slice(at + 1) };
}

function credentialsFrom(user: string | null): UrlParts {
  if (user === null) return {};
  const colon = user.indexOf(':');
  const username = decoded(colon === -1 ? user : user.slice(0, colon), 'user');
  const password = colon === -1 ? '' : decoded(user.slice(colon + 1), 'password');
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

function networkPlaceFrom(address: string, path: string): UrlParts {
  const found = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(address);
  if (found === null) throw invalidUrl('host or port are not well-formed (an IPv6 address stands in brackets: [::1]:6379)');
  const [, v6, name = '', port] = found;
  const host = decoded(v6 ?? name, 'host');
  const [, database] = /^\/(\d*)$/.exec(path) ?? [];
  if (path !== '' && database === undefined) throw invalidUrl('the part behind the host is no database number');
  return {
    ...(host === '' ? {} : { host }),
    ...(port === undefined || port === '' ? {} : { port: Number(port) }),
    ...(database === undefined || database === '' ? {} : { database: Number(database) }),
  };
}

function socketPathFrom(address: string, path: string): UrlParts {
  const decodedPath = decoded(path, 'path');
  if (address !== '' || decodedPath.length < 2) {
    throw invalidUrl('unix:// takes an absolute path, three slashes in all: unix:///path/to.sock');
  }
  return { path: decodedPath };
}

function queryPartsFrom(query: string): UrlParts {
  const found = new Map<QueryOption, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = QUERY_OPTIONS.find((option) => option === pair.slice(0, equals));
    if (name === undefined) throw invalidUrl(`unknown option behind '?'; valid: ${QUERY_OPTIONS.join(', ')}`);
    found.set(name, decoded(pair.slice(equals + 1), name));
  }
  const username = found.get('username');
  const password = found.get('password');
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...numberPart(found, 'db', 'database'),
    ...numberPart(found, 'connectTimeoutMs', 'connectTimeoutMs'),
    ...numberPart(found, 'replyTimeoutMs', 'replyTimeoutMs'),
  };
}

function numberPart(found: ReadonlyMap<QueryOption, string>, name: QueryOption, part: keyof UrlParts): UrlParts {
  const text = found.get(name);
  if (text === undefined) return {};
  if (!/^\d+$/.test(text)) throw invalidUrl(`the option ${name} is no whole number`);
  return { [part]: Number(text) };
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUrl(`the ${part} holds a '%' that is not followed by two hex digits of UTF-8`);
  }
}

function invalidUrl(why: string): RedQueryError {
  return new RedQueryError('RQ_OPTION', `the server's URL is not valid: ${why}; valid: ${VALID_FORMS}`);
}
