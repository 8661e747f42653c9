import { describe, expect, it } from 'vitest';
import { invocationOf, type RedisPlace } from '../../scripts/redis/redis-invocation.ts';
import type { RedisOptions } from '../../scripts/redis/redis-options.ts';
import type { RedisProgram } from '../../scripts/redis/redis-program.ts';

const PROGRAM: RedisProgram = {
  origin: 'wheel',
  command: '/redis/bin/redis-server',
  version: '7.4.1',
  modules: ['/redis/lib/redisearch.so'],
};
const PLACE: RedisPlace = { port: 7100, tlsPort: 7101, socketPath: undefined, directory: '/folder/redis-x' };
const TLS = { certFile: '/tls/cert.pem', keyFile: '/tls/key.pem', caFile: '/tls/ca.pem' };

const WORDS: readonly (readonly [string, RedisOptions, string])[] = [
  ['no options', {}, '--port 7100 --bind 127.0.0.1 --dir /folder/redis-x'],
  ['modules', { modules: true }, '--loadmodule /redis/lib/redisearch.so'],
  ['a password', { password: 'secret' }, '--requirepass secret'],
  ['users', { acl: ['reader on >word ~user:*'] }, '--user reader on >word ~user:*'],
  [
    'TLS',
    { tls: TLS },
    '--tls-port 7101 --tls-cert-file /tls/cert.pem --tls-key-file /tls/key.pem --tls-ca-cert-file /tls/ca.pem',
  ],
  ['client certificates', { tls: { ...TLS, clientCertificates: true } }, '--tls-auth-clients yes'],
  ['further arguments', { args: ['--maxmemory', '10mb'] }, '--maxmemory 10mb'],
];

describe('invocationOf', () => {
  it.each(WORDS)('words %s', (_, options, expected) => {
    const { command, args, endCommand } = invocationOf(PROGRAM, options, PLACE);
    expect(command).toBe('/redis/bin/redis-server');
    expect(args.join(' ')).toContain(expected);
    expect(endCommand).toBeUndefined();
  });

  it('keeps nothing on disk and loads no module where told', () => {
    const text = invocationOf(PROGRAM, { modules: false }, PLACE).args.join(' ');
    expect(text).toContain('--save  --appendonly no');
    expect(text).not.toContain('--loadmodule');
  });

  it('runs the same server in a container of a name of its own, and ends it by that name', () => {
    const { command, args, endCommand } = invocationOf({ ...PROGRAM, origin: 'docker', command: 'docker' }, { tls: TLS }, PLACE);
    expect(command).toBe('docker');
    expect(args.slice(0, 4)).toEqual(['run', '--rm', '--name', 'redis-x']);
    expect(args.join(' ')).toContain('--volume /tls:/tls:ro');
    expect(args.join(' ')).toContain('--entrypoint redis-server redis:8 --port 7100');
    expect(endCommand).toEqual(['docker', 'rm', '--force', 'redis-x']);
  });
});
