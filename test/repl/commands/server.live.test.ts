import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../../src/errors.ts';
import { ControlClient, endpointFrom } from '../../../src/storage/index.ts';
import { type LiveSession, startLive } from '../../support/live-session.ts';
import { MemoryShell, type MemoryShellOptions, runLine } from '../../support/shell.ts';

let stack: LiveSession;
let plain: LiveSession;
let clients: ControlClient[] = [];

beforeAll(async () => {
  [stack, plain] = await Promise.all([startLive({}, { modules: true }), startLive()]);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all([stack[Symbol.asyncDispose](), plain[Symbol.asyncDispose]()]);
});

function shellOn({ session, redis }: LiveSession, options: MemoryShellOptions = {}, user = {}): MemoryShell {
  const client = new ControlClient(endpointFrom('default', { url: redis.url, ...user }));
  clients = [...clients, client];
  return new MemoryShell({ session, redis: client, columns: 120, ...options });
}

async function textOf(live: LiveSession, line: string, options: MemoryShellOptions = {}): Promise<string> {
  const shell = shellOn(live, options);
  await runLine(shell, line);
  return shell.text;
}

describe('.indexes', () => {
  it('says kindly that a server has no search module', async () => {
    expect(await textOf(plain, '.indexes')).toMatch(/^127\.0\.0\.1:6379 has no search module \(it comes with Redis 8/);
  });

  it('tells that from a server without indexes', async () => {
    expect(await textOf(stack, '.indexes')).toMatch(/^No search indexes yet\./);
  });

  it('lists indexes, and the attributes of one', async () => {
    const { redis } = stack;
    await redis.call('HSET', 'user:1', 'name', 'Ann', 'age', '30', 'city', 'Rome');
    await redis.call('HSET', 'user:2', 'name', 'Bob', 'age', 'n/a');
    const schema = ['name', 'TEXT', 'WEIGHT', '2', 'age', 'NUMERIC', 'SORTABLE', 'city', 'TAG'];
    await redis.call('FT.CREATE', 'idx:user', 'ON', 'HASH', 'PREFIX', '2', 'user:', 'member:', 'SCHEMA', ...schema);
    await redis.call('FT.CREATE', 'idx:other', 'ON', 'HASH', 'PREFIX', '1', 'o:', 'SCHEMA', 'x', 'TAG');
    await expect.poll(async () => textOf(stack, '\\di')).toMatch(/^idx:user .*ready, 1 failed/m);
    expect((await textOf(stack, '\\di')).split('\n')).toEqual([
      'index      of    prefixes       documents  state            attributes',
      'idx:other  HASH  o:                     0  ready            x TAG',
      'idx:user   HASH  user: member:          1  ready, 1 failed  name TEXT, age NUMERIC, city TAG',
    ]);
    const one = await textOf(stack, '.indexes IDX:USER');
    expect(one).not.toContain('idx:other');
    expect(one).toMatch(/^name +TEXT +name +weight 2$/m);
    expect(one).toMatch(/^age +NUMERIC +age +sortable/m);
    expect(await textOf(stack, '.indexes idx:*')).not.toContain('field or path');
  });

  it('says which index may be meant', async () => {
    await expect(textOf(stack, '\\di idx:usr')).rejects.toMatchObject({
      code: 'RQ_UNKNOWN_INDEX',
      hint: 'did you mean idx:user?',
    });
    await expect(textOf(stack, '\\di zzz')).rejects.toMatchObject({ hint: 'there are: idx:other, idx:user' });
  });
});

describe('.databases', () => {
  it('lists those with keys, and marks the present one', async () => {
    const { redis } = plain;
    await redis.call('SET', 'a', '1');
    await redis.call('SET', 'b', '1', 'EX', '1000');
    await redis.call('MOVE', 'a', '3');
    const rows = async (place: string): Promise<string[]> => {
      const [, ...lines] = (await textOf(plain, '\\l', { place })).split('\n');
      // The mean of the times to live is not there at once.
      return lines.map((line) => line.slice(0, 38).trimEnd());
    };
    expect(await rows('h:1')).toEqual(['*  0            1                    1', '   3            1                    0']);
    expect((await rows('h:1/3')).map((row) => row.slice(0, 4))).toEqual(['   0', '*  3']);
    expect((await rows('h:1/5')).map((row) => row.slice(0, 4))).toEqual(['   0', '   3', '*  5']);
  });
});

describe('.info', () => {
  it('tells where it is connected and what the server is', async () => {
    const text = await textOf(stack, '\\conninfo', { place: '127.0.0.1:7001' });
    expect(text).toMatch(/^connected to {2}127\.0\.0\.1:7001$/m);
    expect(text).toMatch(/^server +Redis \d+\.\d+\.\d+ · .* · up /m);
    expect(text).toMatch(/^user +default$/m);
    expect(text).toMatch(/^role +master$/m);
    expect(text).toMatch(/^keys +\d+ in database 0$/m);
    expect(text).toMatch(/^memory +[\d.]+ [kM]B \(no limit\)$/m);
    expect(text).toMatch(/^modules .*search \d+\.\d+\.\d+/m);
  });

  it('leaves out what the user may not ask', async () => {
    await plain.redis.call('ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '+ping', '+dbsize', '+hello', '+client', '+select');
    const shell = shellOn(plain, {}, { username: 'ann', password: 'secret' });
    await runLine(shell, '.info');
    expect(shell.text).toMatch(/^connected to .*\nkeys +\d+ in database 0\nanswers in .* ms$/);
  });

  it('fails where there is no server', async () => {
    const client = new ControlClient(endpointFrom('default', { url: 'redis://127.0.0.1:1' }));
    const shell = new MemoryShell({ redis: client });
    await expect(runLine(shell, '.info')).rejects.toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
    await client.close();
  });
});

describe('.connect', () => {
  it('goes to another server and says where, without the password', async () => {
    const shell = new MemoryShell({
      onConnect: async () => {
        shell.place = 'db.example:6380/2';
      },
    });
    await runLine(shell, '\\c redis://ann:s3cret@db.example:6380/2');
    expect(shell.connected).toEqual(['redis://ann:s3cret@db.example:6380/2']);
    expect(shell.text).toBe('Connected to db.example:6380/2.');
  });

  it.each([
    ['db.example:6379', 'redis://db.example:6379'],
    ['127.0.0.1:6379/3', 'redis://127.0.0.1:6379/3'],
    ['[::1]:6379', 'redis://[::1]:6379'],
    ['unix:///run/redis.sock', 'unix:///run/redis.sock'],
    ['rediss://db.example', 'rediss://db.example'],
  ])('takes %s', async (typed, url) => {
    const shell = new MemoryShell();
    await runLine(shell, `.connect ${typed}`);
    expect(shell.connected).toEqual([url]);
  });

  it('takes the number of a database of the same server', async () => {
    const shell = new MemoryShell({});
    await runLine(shell, '\\c 2');
    expect(shell.connected).toEqual(['2']);
  });

  it('shows no password in what went wrong', async () => {
    const url = 'redis://ann:s3cret@db.example:6380/x';
    const shell = new MemoryShell({
      onConnect: async () => {
        throw new RedQueryError('RQ_OPTION', `the URL ${url} has no database`, { hint: `write ${url}2` });
      },
    });
    const error: unknown = await runLine(shell, `.connect ${url}`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'RQ_OPTION',
      message: 'the URL redis://***@db.example:6380/x has no database',
      hint: 'write redis://***@db.example:6380/x2',
    });
    expect(JSON.stringify(error)).not.toContain('s3cret');
    expect(error).not.toHaveProperty('cause');
  });

  it('says where it stays where the other server cannot be reached', async () => {
    const shell = new MemoryShell({
      place: '127.0.0.1:6379/3',
      onConnect: async () => {
        throw new RedQueryError('RQ_REDIS_UNREACHABLE', 'no connection', { hint: 'look' });
      },
    });
    await expect(runLine(shell, '.connect redis://db.example')).rejects.toMatchObject({
      code: 'RQ_REDIS_UNREACHABLE',
      message: 'no connection; the terminal stays at 127.0.0.1:6379/3',
      hint: 'look',
    });
  });

  it('tells of the present server without a URL', async () => {
    expect(await textOf(plain, '\\c')).toMatch(/^connected to/);
  });
});
