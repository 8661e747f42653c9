import { describe, expect, it } from 'vitest';
import { connectErrorFrom, redisErrorFrom } from '../../src/storage/index.ts';

describe('redisErrorFrom', () => {
  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'AUTH', 'RQ_REDIS_AUTH', 'AUTH'],
    ['NOAUTH Authentication required.', 'scan', 'RQ_REDIS_AUTH', 'SCAN'],
    ['ERR invalid password', 'AUTH', 'RQ_REDIS_AUTH', 'AUTH'],
    ['ERR Client sent AUTH, but no password is set', 'AUTH', 'RQ_REDIS_AUTH', 'AUTH'],
    ['DENIED Redis is running in protected mode', 'AUTH', 'RQ_REDIS_AUTH', 'AUTH'],
    [
      "NOPERM User x has no permissions to run the 'hgetall' command",
      'HGETALL',
      'RQ_REDIS_PERMISSION',
      'no permission to run HGETALL',
    ],
    ['NOPERM No permissions to access a key', 'HMGET', 'RQ_REDIS_PERMISSION', 'no permission to run HMGET'],
    ['LOADING Redis is loading the dataset in memory', 'SCAN', 'RQ_REDIS_LOADING', 'LOADING'],
    ['BUSY Redis is busy running a script.', 'SCAN', 'RQ_REDIS_BUSY', 'BUSY'],
    ['MASTERDOWN Link with MASTER is down', 'SCAN', 'RQ_REDIS_BUSY', 'MASTERDOWN'],
    ['ERR max number of clients reached', 'AUTH', 'RQ_REDIS_BUSY', 'clients'],
    ['BUSYGROUP Consumer Group name already exists', 'XGROUP', 'RQ_REDIS_ERROR', 'BUSYGROUP'],
    ['WRONGTYPE Operation against a key', 'HLEN', 'RQ_REDIS_ERROR', 'HLEN'],
    ['', 'HLEN', 'RQ_REDIS_ERROR', 'HLEN'],
  ])('reads %j', (reply, command, code, text) => {
    expect(redisErrorFrom(reply, command)).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('repeats no argument, no control byte and no endless text', () => {
    const echo = 'ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `ann`, `s3cret`, ';
    expect(redisErrorFrom(echo, 'HELLO').message).toBe('Redis refused HELLO: ERR unknown command `HELLO`');
    expect(redisErrorFrom('ERR a\u001b[31m\nb', 'X').message).toBe('Redis refused X: ERR a [31m b');
    expect(redisErrorFrom(`ERR ${'x'.repeat(10_000)}`, 'X').message.length).toBeLessThan(400);
  });
});

describe('connectErrorFrom', () => {
  const coded = (code: string, message = `${code} happened`): Error => Object.assign(new Error(message), { code });

  it.each([
    [coded('ECONNREFUSED'), 'RQ_REDIS_UNREACHABLE', 'nothing listens there (ECONNREFUSED)'],
    [coded('ENOENT'), 'RQ_REDIS_UNREACHABLE', 'no such socket file'],
    [coded('ETIMEDOUT'), 'RQ_REDIS_UNREACHABLE', 'no answer in time'],
    [coded('EHOSTUNREACH'), 'RQ_REDIS_UNREACHABLE', 'no way to this host'],
    [coded('ENOTFOUND'), 'RQ_REDIS_UNREACHABLE', 'no such host name'],
    [coded('EMFILE'), 'RQ_REDIS_UNREACHABLE', 'EMFILE'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), 'RQ_REDIS_UNREACHABLE', 'nothing listens there'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'RQ_REDIS_TLS', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'RQ_REDIS_TLS', 'ALTNAME'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'RQ_REDIS_TLS', 'SELF_SIGNED'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'RQ_REDIS_TLS', 'VERIFY'],
    [coded('CERT_HAS_EXPIRED'), 'RQ_REDIS_TLS', 'EXPIRED'],
    [
      coded('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
      'RQ_REDIS_TLS',
      'before secure TLS',
    ],
    ['text', 'RQ_REDIS_UNREACHABLE', 'text'],
  ])('reads %s', (cause, code, text) => {
    const error = connectErrorFrom(cause, 'redis://h:1');
    expect(error).toMatchObject({ code, cause, message: expect.stringContaining(text) });
    expect(error.message).toContain('redis://h:1');
  });

  it('leaves a RedQueryError as it is', () => {
    const error = redisErrorFrom('LOADING', 'AUTH');
    expect(connectErrorFrom(error, 'redis://h:1')).toBe(error);
  });
});
