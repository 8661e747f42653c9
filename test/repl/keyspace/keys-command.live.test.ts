import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../../src/index.ts';
import { estimateOf } from '../../../src/repl/keyspace/estimate.ts';
import { keysCommand } from '../../../src/repl/keyspace/keys-command.ts';
import { sampleKeys } from '../../../src/repl/keyspace/sample.ts';
import { ControlClient, endpointFrom } from '../../../src/storage/index.ts';
import { callsOf } from '../../support/live-session.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import { MemoryShell } from '../../support/shell.ts';

interface Open extends AsyncDisposable {
  readonly redis: RunningRedis;
  readonly session: Session;
  shellAs(user?: string, options?: object): MemoryShell;
}

async function open(modules: boolean, ...acl: string[]): Promise<Open> {
  const redis = await startRedis({ modules, acl, args: ['--enable-debug-command', 'yes'] });
  const session = await connect({ url: redis.url });
  const clients: ControlClient[] = [];
  return {
    redis,
    session,
    shellAs(user = '', options = {}) {
      const client = new ControlClient(
        endpointFrom('default', redis.url.replace('redis://', user === '' ? 'redis://' : `redis://${user}:pw@`)),
      );
      clients.push(client);
      return new MemoryShell({ session, redis: client, ...options });
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close();
      await session.close();
      await redis.stop();
    },
  };
}

async function run(shell: MemoryShell, argument = ''): Promise<string> {
  shell.said.length = 0;
  shell.shown.length = 0;
  await keysCommand.run(argument, shell, new AbortController().signal, '.keys');
  return shell.text;
}

describe('.keys on keys of all types', () => {
  let all: Open;

  beforeAll(async () => {
    all = await open(true, 'thin on >pw ~* +scan', 'blind on >pw ~* +ping');
    const { redis } = all;
    const commands: (string | Buffer)[][] = [];
    for (let n = 1; n <= 40; n++) {
      commands.push(['HSET', `user:${n}`, 'name', 'Ada', 'age', String(n)]);
      if (n <= 20) commands.push(['RPUSH', `user:${n}:cart`, 'a', 'b']);
      if (n <= 15) commands.push(['SET', `session:${n}`, 'x', 'EX', String(60 * n)]);
      if (n <= 10) commands.push(['HSET', `{shop:${n}}:stock`, 'pears', '3']);
      if (n <= 9) commands.push(['JSON.SET', `doc:${n}`, '$', '{"a":1}']);
      if (n <= 8) commands.push(['SADD', `select:${n}`, 'x']);
      if (n <= 7) commands.push(['ZADD', `board/${n}/all`, '1', 'x']);
      if (n <= 6) commands.push(['XADD', `log:${n}`, '*', 'level', 'info']);
      if (n <= 5) commands.push(['TS.ADD', `temp:${n}`, '1000', '21.5']);
      if (n <= 4) commands.push(['BF.ADD', `seen:${n}`, 'x']);
      if (n <= 3) commands.push(['SET', Buffer.from([0xff, 0xfe, n]), 'binary']);
    }
    commands.push(['SET', 'greeting', 'hello'], ['SET', 'red\u001b[31m', 'x'], ['SET', 'n'.repeat(500), 'x']);
    await redis.callAll(commands);
  });

  afterAll(async () => {
    await all[Symbol.asyncDispose]();
  });

  it('draws the map, each count exact', async () => {
    const text = await run(all.shellAs('', { columns: 100, rows: 60 }));
    expect(text).toMatch(/^127\.0\.0\.1:6379 · 130 keys · all looked at in /);
    for (const line of [
      /46% user: +60 /,
      /31% ├ \{id\} +hash +40 /,
      /15% └ \{user_id\}:cart +list +20 /,
      /12% session:\{id\} +string +15 .* ▁█···· +0%$/m,
      / \{shop:\{shop_id\}\}:stock +hash +10 /,
      / doc:\{id\} +json +9 /,
      / select:\{id\} +set +8 /,
      / board\/\{board_id\}\/all +zset +7 /,
      / log:\{id\} +stream +6 /,
      / temp:\{id\} +series +5 /,
      / seen:\{id\} +bloom +4 /,
    ]) {
      expect(text).toMatch(line);
    }
    expect(text).not.toContain('±');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('offers views that the engine makes and that hold the keys of their shape', async () => {
    const shell = all.shellAs('', { rows: 200 });
    await run(shell);
    const counts: Record<string, number> = {};
    for (let n = 1; n <= 9; n++) {
      shell.offered.length = 0;
      await keysCommand.run(`make ${n}`, shell, new AbortController().signal, '.keys');
      const [statement = ''] = shell.offered;
      await all.session.query(statement).rows();
      const [, name = ''] = /^CREATE VIEW (\S+) AS /.exec(statement) ?? [];
      const rows = await all.session.query(`SELECT count(DISTINCT _key) AS n FROM ${name}`).rows();
      counts[name] = Number(rows[0]?.['n']);
    }
    expect(counts).toEqual({
      users: 40,
      user_cart: 20,
      session: 15,
      shop_stock: 10,
      doc: 9,
      selects: 8,
      board_all: 7,
      log: 6,
      temp: 5,
    });
    // They are there now: nothing is left to offer.
    expect(await run(shell)).not.toContain('CREATE VIEW');
  });

  it('goes deeper into a pattern', async () => {
    const text = await run(all.shellAs(), 'user:*');
    expect(text).toMatch(/^127\.0\.0\.1:6379 · user:\* · 60 keys of 130 keys · all looked at in /);
    expect(text).toMatch(/67% user:\{id\} +hash +40 /);
    expect(text).not.toContain('session');
    expect(await run(all.shellAs(), 'user:{user_id}:cart')).toMatch(/ user:\*:cart · 20 keys of 130 keys /);
    expect(await run(all.shellAs(), '{shop:{shop_id}}:stock')).toMatch(/ · 10 keys of 130 keys /);
  });

  it('looks one key up', async () => {
    expect(await run(all.shellAs(), 'greeting')).toMatch(/100% greeting +string +1 /);
  });

  it('says what to do where no key is like the pattern', async () => {
    expect(await run(all.shellAs(), 'nobody:*')).toBe(
      'No key is like nobody:* at 127.0.0.1:6379. `.keys` shows what keys there are.',
    );
  });

  it('shows what a user without permissions may know, and says what is missing', async () => {
    const text = await run(all.shellAs('thin', { rows: 60 }));
    expect(text).toMatch(/^127\.0\.0\.1:6379 · size unknown · all looked at in /);
    expect(text).toMatch(/user:\{id\}|├ \{id\} +\? +40/);
    await expect(run(all.shellAs('blind'))).rejects.toMatchObject({ code: 'RQ_REDIS_PERMISSION' });
  });

  it('runs the view at once where there is no prompt to put it into', async () => {
    const shell = all.shellAs('', { isInteractive: false });
    await run(shell, 'seen:*');
    await expect(keysCommand.run('make 1', shell, new AbortController().signal, '.keys')).rejects.toMatchObject({
      code: 'RQ_OPTION',
    });
    await all.session.query('DROP VIEW users').rows();
    await run(shell, 'user:*');
    await keysCommand.run('make 1', shell, new AbortController().signal, '.keys');
    expect(shell.ran.map(({ text }) => text)).toEqual(["CREATE VIEW users AS FROM redis_hash('user:*');"]);
    for (const argument of ['make', 'make 2', 'make 0', 'make x']) {
      await expect(keysCommand.run(argument, shell, new AbortController().signal, '.keys')).rejects.toMatchObject({
        code: 'RQ_OPTION',
        message: expect.stringMatching(/^\.keys make: (?:which view\?|there is no view \S+;) there is one: \.keys make 1$/),
      });
    }
  });
});

describe('.keys on an empty database', () => {
  it('says what to do, and where keys are', async () => {
    await using empty = await open(false);
    const shell = empty.shellAs('', { columns: 120 });
    expect(await run(shell)).toBe('127.0.0.1:6379 holds no keys. Write some (redis-cli SET greeting hello) and look again.');
    await empty.redis.callAll([
      ['SELECT', '3'],
      ['SET', 'a', '1'],
      ['SELECT', '0'],
    ]);
    expect(await run(shell)).toContain('Other databases of the server have some: 3 (1 keys).');
  });
});

describe('.keys on a million keys', () => {
  it('answers in about a second, by small steps, and knows how far it may be off', async () => {
    await using large = await open(false);
    await large.redis.call('DEBUG', 'POPULATE', '900000', 'user', '8');
    await large.redis.call('DEBUG', 'POPULATE', '100000', 'order', '8');
    await large.redis.call('CONFIG', 'RESETSTAT');
    const shell = large.shellAs();
    const startMs = performance.now();
    const text = await run(shell);
    expect(performance.now() - startMs).toBeLessThan(4_000);
    expect(text).toMatch(/^127\.0\.0\.1:6379 · 1\.0M keys · sampled [0-9,]+ in /);
    expect(text).toMatch(/[89]\d% user:\{id\} +string +[89]\d\dk ± \d/);
    expect(await callsOf(large.redis, 'scan')).toBeLessThanOrEqual(22);
    expect(await callsOf(large.redis, 'keys')).toBe(0);
    const client = await shell.redis();
    const sample = await sampleKeys(client, { pattern: 'order:*', mostKeys: 2_000, mostMs: 10_000 });
    const estimate = estimateOf(sample.keys.length, sample);
    // Twice the 95 % interval: one run in 10,000 lies outside.
    expect(Math.abs((estimate?.keys ?? 0) - 100_000)).toBeLessThan(2 * (estimate?.plusMinus ?? 0));
  });
});
