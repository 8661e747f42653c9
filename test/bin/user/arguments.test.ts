import { describe, expect, it } from 'vitest';
import { commandFrom } from '../../../src/bin/command-line.ts';
import type { UserLimits } from '../../../src/bin/user/arguments.ts';

const NOTHING: UserLimits = {
  keys: undefined,
  servers: undefined,
  timeoutSeconds: undefined,
  maxScanKeys: undefined,
  maxConnections: undefined,
  mayUseCertificate: undefined,
  isReadOnly: undefined,
  redisUser: undefined,
};
const ADD = { action: 'add', name: 'ada', limits: NOTHING, hasPassword: true, passwordFile: null, redisPasswordFile: null };
const SET = { action: 'set', name: 'ada', redisPasswordFile: null };

describe('redquery user', () => {
  it.each([
    [['list'], { action: 'list' }],
    [['remove', 'ada'], { action: 'remove', name: 'ada' }],
    [['passwd', 'ada'], { action: 'passwd', name: 'ada', hasPassword: true, passwordFile: null }],
    [['passwd', 'ada', '--password-file', 'f'], { action: 'passwd', name: 'ada', hasPassword: true, passwordFile: 'f' }],
    [['passwd', 'ada', '--no-password'], { action: 'passwd', name: 'ada', hasPassword: false, passwordFile: null }],
    [['add', 'ada'], ADD],
    [['add', '--', '-odd'], { ...ADD, name: '-odd' }],
    [['add', '--keys', 'user:*', 'ada', '--keys=o:*'], { ...ADD, limits: { ...NOTHING, keys: ['user:*', 'o:*'] } }],
    [['add', 'ada', '--keys', '-x'], { ...ADD, limits: { ...NOTHING, keys: ['-x'] } }],
    [['add', 'ada', '--keys', 'a', '--keys', '*'], { ...ADD, limits: { ...NOTHING, keys: null } }],
    [['add', 'ada', '--keys', 'none'], { ...ADD, limits: { ...NOTHING, keys: [] } }],
    [['add', 'ada', '--server', 'a', '--server', 'b'], { ...ADD, limits: { ...NOTHING, servers: ['a', 'b'] } }],
    [
      ['add', 'ada', '--timeout', '2.5', '--max-scan-keys', '1000', '--max-connections', '4', '--certificate', '--writable'],
      {
        ...ADD,
        limits: {
          ...NOTHING,
          timeoutSeconds: 2.5,
          maxScanKeys: 1000,
          maxConnections: 4,
          mayUseCertificate: true,
          isReadOnly: false,
        },
      },
    ],
    [
      ['add', 'ada', '--certificate', '--no-password'],
      { ...ADD, hasPassword: false, limits: { ...NOTHING, mayUseCertificate: true } },
    ],
    [
      ['add', 'ada', '--redis-user', 'reader', '--redis-password-file', 'r', '--password-file', 'p'],
      { ...ADD, passwordFile: 'p', redisPasswordFile: 'r', limits: { ...NOTHING, redisUser: 'reader' } },
    ],
    [['set', 'ada', '--timeout', 'none'], { ...SET, limits: { ...NOTHING, timeoutSeconds: null } }],
    [
      ['set', 'ada', '--read-only', '--redis-user', 'none'],
      { ...SET, limits: { ...NOTHING, isReadOnly: true, redisUser: null } },
    ],
  ])('reads %j', (words, work) => {
    expect(commandFrom(['user', ...words], {})).toEqual({ kind: 'user', file: 'redquery-users.json', work });
  });

  it('takes the file of the option, of the environment, of this folder', () => {
    expect(commandFrom(['user', 'list', '--users', 'a'], { REDQUERY_USERS: 'b' })).toMatchObject({ file: 'a' });
    expect(commandFrom(['user', 'list'], { REDQUERY_USERS: 'b' })).toMatchObject({ file: 'b' });
    expect(commandFrom(['user', 'list'], {})).toMatchObject({ file: 'redquery-users.json' });
  });

  it.each([
    [['make'], 'redquery user "make" is not known; valid are add, set, passwd, remove, list'],
    [['list', 'ada'], 'redquery user list takes no name'],
    [['add'], 'redquery user add needs a name'],
    [['add', 'ada', 'hunter2'], 'one name is enough'],
    [['add', 'ada', '--password', 'hunter2'], "Unknown option '--password'"],
    [['passwd', 'ada', '--keys', 'a'], "Unknown option '--keys'"],
    [['set', 'ada', '--password-file', 'f'], "Unknown option '--password-file'"],
    [['remove', 'ada', '--certificate'], "Unknown option '--certificate'"],
    [['add', 'ada', '--keys', ''], 'an empty pattern or name allows nothing'],
    [['add', 'ada', '--timeout', '0'], '--timeout "0" is no number of seconds'],
    [['add', 'ada', '--max-scan-keys', '0'], '--max-scan-keys "0" is no whole number'],
    [['add', 'ada', '--max-connections', 'x'], '--max-connections "x" is no whole number'],
    [['add', 'ada', '--writable', '--read-only'], '--read-only and --writable exclude each other'],
    [['add', 'ada', '--no-password', '--password-file', 'f'], '--no-password and --password-file exclude each other'],
    [['add', 'ada', '--redis-password-file', 'f'], '--redis-password-file needs --redis-user'],
  ])('refuses %j', (words, message) => {
    const command = commandFrom(['user', ...words], {});
    expect(command).toEqual({ kind: 'usage', command: 'user', message: expect.stringContaining(message) });
    expect(JSON.stringify(command)).not.toContain('hunter2');
  });

  it.each([[[]], [['--help']], [['add', '--help']], [['list', '-h']]])('shows its own help for %j', (words) => {
    expect(commandFrom(['user', ...words], {})).toEqual({ kind: 'help', topic: 'user' });
  });
});
