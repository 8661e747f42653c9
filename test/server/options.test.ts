import { describe, expect, it } from 'vitest';
import { checkServerOptions, isLoopback, SERVER_DEFAULTS, type ServerOptions } from '../../src/server/options.ts';

const OPTIONS: ServerOptions = {
  redis: {},
  listen: SERVER_DEFAULTS.listen,
  usersFile: null,
  viewsFile: null,
  isDiscovering: true,
  tls: null,
  maxConnections: SERVER_DEFAULTS.maxConnections,
  admin: null,
  log: SERVER_DEFAULTS.log,
  statementTimeoutMs: null,
  drainTimeoutMs: SERVER_DEFAULTS.drainTimeoutMs,
};

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.8.7', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['::1', true],
    ['[::1]', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['128.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['example.org', false],
    ['::ffff:10.0.0.1', false],
  ])('takes %s for %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('checkServerOptions', () => {
  it('takes the defaults', () => {
    expect(() => checkServerOptions(OPTIONS)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'db.example.org'])('refuses to listen on %s without a user file', (host) => {
    const listen = { host, port: 5433 };
    expect(() => checkServerOptions({ ...OPTIONS, listen })).toThrow(
      expect.objectContaining({
        code: 'RQ_OPTION',
        message: expect.stringContaining(host),
        hint: expect.stringContaining('user add'),
      }),
    );
    expect(() => checkServerOptions({ ...OPTIONS, listen, usersFile: 'users.json' })).not.toThrow();
  });

  it.each([
    [{ listen: { host: '', port: 5433 } }, 'listen'],
    [{ listen: { host: '127.0.0.1', port: 65_536 } }, 'listen.port'],
    [{ admin: { host: '127.0.0.1', port: -1 } }, 'admin.port'],
    [{ maxConnections: 0 }, 'maxConnections'],
    [{ maxConnections: 1.5 }, 'maxConnections'],
    [{ statementTimeoutMs: 0 }, 'statementTimeoutMs'],
    [{ drainTimeoutMs: -1 }, 'drainTimeoutMs'],
    [{ log: { format: 'text', statements: 'all', slowMs: Number.NaN } }, 'log.slowMs'],
  ] as const)('refuses %j', (wrong, option) => {
    expect(() => checkServerOptions({ ...OPTIONS, ...wrong })).toThrow(
      expect.objectContaining({ code: 'RQ_OPTION', message: expect.stringContaining(`${option}:`) }),
    );
  });
});
