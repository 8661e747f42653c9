import { describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/errors.ts';
import { describeEndpoint, endpointFrom, type ServerOptions } from '../../src/storage/index.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const SECRET = 's3cret';

/** The default endpoint with some parts changed. */
function endpoint(parts: object): object {
  return {
    name: 'default',
    address: { host: '127.0.0.1', port: 6379 },
    tls: null,
    username: null,
    password: null,
    database: 0,
    connectTimeoutMs: 5_000,
    replyTimeoutMs: 10_000,
    ...parts,
  };
}

function failureOf(input: unknown): RedQueryError {
  try {
    // The point is what callers without types may pass.
    endpointFrom('default', input as string | ServerOptions);
  } catch (error) {
    if (error instanceof RedQueryError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('endpointFrom reads', () => {
  it.each<[string | ServerOptions, object, string]>([
    [{}, {}, 'redis://127.0.0.1:6379'],
    ['redis://', {}, 'redis://127.0.0.1:6379'],
    ['redis://cache', { address: { host: 'cache', port: 6379 } }, 'redis://cache:6379'],
    ['REDIS://cache:7000/', { address: { host: 'cache', port: 7000 } }, 'redis://cache:7000'],
    [' redis://:7000/3 ', { address: { host: '127.0.0.1', port: 7000 }, database: 3 }, 'redis://127.0.0.1:7000/3'],
    ['redis://[::1]:7000', { address: { host: '::1', port: 7000 } }, 'redis://[::1]:7000'],
    ['redis://[fe80::1%25eth0]', { address: { host: 'fe80::1%eth0', port: 6379 } }, 'redis://[fe80::1%eth0]:6379'],
    ['rediss://cache', { address: { host: 'cache', port: 6379 }, tls: {} }, 'rediss://cache:6379'],
    [`redis://:${SECRET}@cache`, { address: { host: 'cache', port: 6379 }, password: SECRET }, 'redis://cache:6379'],
    [
      `redis://ann:${SECRET}@cache`,
      { address: { host: 'cache', port: 6379 }, username: 'ann', password: SECRET },
      'redis://cache:6379',
    ],
    ['redis://ann@cache', { address: { host: 'cache', port: 6379 }, username: 'ann', password: '' }, 'redis://cache:6379'],
    ['redis://a%40b:p%2F%3A%23@h', { address: { host: 'h', port: 6379 }, username: 'a@b', password: 'p/:#' }, 'redis://h:6379'],
    ['redis://u:p@q:r@h', { address: { host: 'h', port: 6379 }, username: 'u', password: 'p@q:r' }, 'redis://h:6379'],
    [
      'redis://h?db=2&replyTimeoutMs=50',
      { address: { host: 'h', port: 6379 }, database: 2, replyTimeoutMs: 50 },
      'redis://h:6379/2',
    ],
    ['unix:///run/redis.sock', { address: { path: '/run/redis.sock' } }, 'unix:///run/redis.sock'],
    [
      `unix://ann:${SECRET}@/run/a%20b.sock?db=1`,
      { address: { path: '/run/a b.sock' }, username: 'ann', password: SECRET, database: 1 },
      'unix:///run/a b.sock?db=1',
    ],
    [`unix:///s?password=${SECRET}`, { address: { path: '/s' }, password: SECRET }, 'unix:///s'],
    [
      { host: '::1', port: 1, tls: true, database: 4 },
      { address: { host: '::1', port: 1 }, tls: {}, database: 4 },
      'rediss://[::1]:1/4',
    ],
    [{ path: '/s', tls: false }, { address: { path: '/s' } }, 'unix:///s'],
    [{ connectTimeoutMs: 1, replyTimeoutMs: 2 }, { connectTimeoutMs: 1, replyTimeoutMs: 2 }, 'redis://127.0.0.1:6379'],
    [
      { tls: { ca: Buffer.from(PEM), cert: PEM, key: PEM, serverName: 'x', rejectUnauthorized: false } },
      { tls: { ca: PEM, cert: PEM, key: PEM, serverName: 'x', rejectUnauthorized: false } },
      'rediss://127.0.0.1:6379',
    ],
  ])('%j', (input, parts, text) => {
    const found = endpointFrom('default', input);
    expect(found).toEqual(endpoint(parts));
    expect(describeEndpoint(found)).toBe(text);
    expect(structuredClone(found)).toEqual(found);
  });

  it.each<[ServerOptions, object]>([
    [{ host: 'b' }, { address: { host: 'b', port: 7000 } }],
    [{ port: 1 }, { address: { host: 'a', port: 1 } }],
    [{ path: '/s' }, { address: { path: '/s' } }],
    [{ username: 'x' }, { username: 'x' }],
    [{ password: 'y' }, { password: 'y' }],
    [{ database: 0 }, { database: 0 }],
    [{ tls: true }, { tls: {} }],
  ])('options before the URL: %j', (options, parts) => {
    const url = 'redis://u:p@a:7000/5';
    const base = { address: { host: 'a', port: 7000 }, username: 'u', password: 'p', database: 5 };
    expect(endpointFrom('default', { url, ...options })).toEqual(endpoint({ ...base, ...parts }));
    expect(endpointFrom('default', { url: 'unix:///s', host: 'b' })).toEqual(endpoint({ address: { host: 'b', port: 6379 } }));
  });
});

describe('endpointFrom refuses', () => {
  it.each<[unknown, RegExp]>([
    ['', /does not begin with redis:\/\//],
    [`localhost:6379`, /does not begin/],
    [`http://:${SECRET}@h`, /unknown scheme http/],
    [`redis://:${SECRET}#x@h`, /holds '#'/],
    [`redis://:${SECRET}/x@h`, /'\/' or '\?'/],
    [`redis://:${SECRET}?x@h`, /'\/' or '\?'/],
    [`redis://:${SECRET}%@h`, /the password holds a '%'/],
    [`redis://:${SECRET}%ff@h`, /the password holds a '%'/],
    [`redis://u:${SECRET}@h:port`, /host or port/],
    [`redis://u:${SECRET}@:port`, /host or port/],
    ['redis://::1', /brackets/],
    ['redis://[::1', /brackets/],
    [`redis://u:${SECRET}@h/name`, /no database number/],
    ['redis://h/1/2', /no database number/],
    [`redis://h?family=${SECRET}`, /unknown option.*valid: db, username/],
    ['redis://h?db=x', /db is no whole number/],
    ['redis://h:0', /port is 0; valid: a whole number from 1 to 65535/],
    ['redis://h:65536', /port is 65536/],
    ['unix://run/redis.sock', /absolute path/],
    ['unix:///', /absolute path/],
    [{ url: 5 }, /url is number; valid: a string/],
    [{ host: '' }, /host is no host name/],
    [{ host: `u:${SECRET}@h` }, /host is no host name/],
    [{ port: 1.5 }, /port is 1.5/],
    [{ port: '6379' }, /port is string/],
    [{ path: '/s', host: 'h' }, /excludes host and port/],
    [{ path: '' }, /path/],
    [{ path: '/a\0b' }, /NUL/],
    [{ password: 5 }, /password is number/],
    [{ database: -1 }, /database is -1/],
    [{ connectTimeoutMs: 0 }, /connectTimeoutMs is 0/],
    [{ replyTimeoutMs: Number.POSITIVE_INFINITY }, /replyTimeoutMs is Infinity/],
    [{ url: 'rediss://h', tls: false }, /asks for TLS/],
    [{ tls: 'yes' }, /tls is string/],
    [{ tls: { cert: PEM } }, /tls.cert stands alone/],
    [{ tls: { key: PEM } }, /tls.key stands alone/],
    [{ tls: { ca: '/etc/ca.pem' } }, /tls.ca holds no PEM/],
    [{ tls: { rejectUnauthorized: 0 } }, /rejectUnauthorized/],
    [{ tls: { serverName: 1 } }, /serverName/],
  ])('%j', (input, message) => {
    const error = failureOf(input);
    expect(error).toMatchObject({ code: 'RQ_OPTION', message: expect.stringMatching(message) });
    expect(JSON.stringify([error.message, error.hint, String(error.cause), error.stack])).not.toContain(SECRET);
  });
});
