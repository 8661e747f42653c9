import { describe, expect, it } from 'vitest';
import { commandFrom } from '../../../src/bin/command-line.ts';
import type { Environment } from '../../../src/bin/redis-arguments.ts';
import type { StartCommand } from '../../../src/bin/serve/arguments.ts';

const BARE: StartCommand = {
  kind: 'serve',
  url: null,
  urlVariable: null,
  passwordFile: null,
  password: null,
  servers: new Map(),
  caFile: null,
  certFile: null,
  keyFile: null,
  listen: null,
  usersFile: null,
  viewsFile: null,
  isDiscovering: true,
  tls: null,
  maxConnections: null,
  admin: null,
  logFormat: null,
  loggedStatements: null,
  slowMs: null,
  hasLiterals: false,
  statementTimeoutMs: null,
  drainTimeoutMs: null,
};

const TLS = { certFile: 'c', keyFile: 'k', clientCaFile: null, isRequired: false };

describe('redquery serve', () => {
  it.each<[string[], Partial<StartCommand>, Environment]>([
    [[], {}, {}],
    [['redis://h:1/2'], { url: 'redis://h:1/2' }, { REDIS_URL: 'redis://other' }],
    [[], { url: 'redis://e', urlVariable: 'REDIS_URL' }, { REDIS_URL: 'redis://e' }],
    [[], { password: 'p' }, { REDQUERY_PASSWORD: 'p' }],
    [['--listen', '0.0.0.0:5432'], { listen: { host: '0.0.0.0', port: 5432 } }, {}],
    [['--listen', '[::1]:5432'], { listen: { host: '::1', port: 5432 } }, {}],
    [['--listen', ':5432'], { listen: { host: '127.0.0.1', port: 5432 } }, {}],
    [['--listen=5432'], { listen: { host: '127.0.0.1', port: 5432 } }, {}],
    [['--listen', 'db.example.org:0'], { listen: { host: 'db.example.org', port: 0 } }, {}],
    [['--users', 'u.json'], { usersFile: 'u.json' }, { REDQUERY_USERS: 'other.json' }],
    [[], { usersFile: 'other.json' }, { REDQUERY_USERS: 'other.json' }],
    [['--views', 'v.sql', '--no-discovery'], { viewsFile: 'v.sql', isDiscovering: false }, {}],
    [['--tls-cert', 'c', '--tls-key', 'k'], { tls: TLS }, {}],
    [
      ['--tls-cert', 'c', '--tls-key', 'k', '--tls-client-ca', 'a', '--require-tls'],
      { tls: { ...TLS, clientCaFile: 'a', isRequired: true } },
      {},
    ],
    [['--max-connections', '7', '--admin', '9187'], { maxConnections: 7, admin: { host: '127.0.0.1', port: 9187 } }, {}],
    [
      ['--log', 'json', '--log-statements', 'all', '--log-slow', '0.5', '--log-literals'],
      { logFormat: 'json', loggedStatements: 'all', slowMs: 500, hasLiterals: true },
      {},
    ],
    [['--statement-timeout', '30', '--drain-timeout', '0'], { statementTimeoutMs: 30_000, drainTimeoutMs: 0 }, {}],
    [
      ['--server', 'cache=redis://c', '--password-file', '-odd', '--ca', 'a', '--cert', 'b', '--key', 'k'],
      { servers: new Map([['cache', 'redis://c']]), passwordFile: '-odd', caFile: 'a', certFile: 'b', keyFile: 'k' },
      {},
    ],
  ])('reads %j', (words, expected, environment) => {
    expect(commandFrom(['serve', ...words], environment)).toEqual({ ...BARE, ...expected });
  });

  it.each([
    [['-c', 'select 1'], "Unknown option '-c'"],
    [['select 1'], '"select 1" is no URL'],
    [['redis://a', 'redis://b'], 'one URL is enough'],
    [['--listen', 'localhost'], '--listen "localhost" is not understood'],
    [['--listen', '::1:5432'], '--listen "::1:5432" is not understood'],
    [['--listen', 'h:65536'], 'is no whole number from 0 to 65535'],
    [['--max-connections', '0'], '--max-connections "0" is no whole number'],
    [['--max-connections', '1e3'], '--max-connections "1e3" is no whole number'],
    [['--log', 'xml'], '--log "xml" is not known; valid are text, json, none'],
    [['--log-statements', 'some'], 'valid are none, slow, all'],
    [['--statement-timeout', '0'], '--statement-timeout "0" is no number of seconds'],
    [['--drain-timeout', '-1'], '--drain-timeout "-1" is no number of seconds'],
    [['--tls-cert', 'c'], 'TLS needs both, --tls-cert and --tls-key'],
    [['--tls-key', 'k'], 'TLS needs both, --tls-cert and --tls-key'],
    [['--require-tls'], '--require-tls needs --tls-cert and --tls-key'],
    [['--tls-client-ca', 'a'], '--tls-client-ca needs --tls-cert and --tls-key'],
  ])('refuses %j', (words, message) => {
    expect(commandFrom(['serve', ...words], {})).toEqual({
      kind: 'usage',
      command: 'serve',
      message: expect.stringContaining(message),
    });
  });

  it.each([['--help'], ['-h']])('shows its own help for %s', (word) => {
    expect(commandFrom(['serve', word], {})).toEqual({ kind: 'help', topic: 'serve' });
  });
});
