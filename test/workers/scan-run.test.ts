import { describe, expect, it } from 'vitest';
import { runScan } from '../../src/workers/scan-run.ts';
import { bulks, hash, scanReply } from '../support/resp-bytes.ts';
import { FIELDS, field, KEY, newTask, runTask, TTL, task } from '../support/run-task.ts';
import { type Answer, startStub } from '../support/stub-redis.ts';

type Hash = Readonly<Record<string, string | Buffer>>;
type Keyspace = Readonly<Record<string, Hash | 'string' | 'gone'>>;

const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';

/** Answers as a Redis with these keys would; 'gone' keys are still in SCAN. `pages` cut the keys into SCAN replies. */
function answering(keyspace: Keyspace, pages: readonly (readonly string[])[] = [Object.keys(keyspace)]): Answer {
  return ([name = '', key = '', ...rest]) => {
    if (name === 'CLIENT') return '+OK\r\n';
    if (name === 'SCAN') {
      const page = Number(key);
      const keys = (pages[page] ?? []).map((text) => Buffer.from(text, 'latin1'));
      return scanReply(page + 1 < pages.length ? String(page + 1) : '0', keys);
    }
    const value = keyspace[key] ?? 'gone';
    if (name === 'TTL') return value === 'gone' ? ':-2\r\n' : ':-1\r\n';
    if (value === 'string') return WRONG_TYPE;
    const entries = value === 'gone' ? [] : Object.entries(value);
    if (name === 'HLEN') return `:${entries.length}\r\n`;
    if (name === 'HGETALL') return hash(entries);
    if (name === 'HMGET') return bulks(rest.map((wanted) => (value === 'gone' ? null : (value[wanted] ?? null))));
    return `-ERR unknown command '${name}'\r\n`;
  };
}

const PEOPLE: Keyspace = {
  'user:1': { name: 'Ann', age: '34' },
  'user:2': { name: 'Béa' },
  'user:3': 'string',
  'user:4': 'gone',
  'user:5': { other: 'x' },
};
const AGE = field('age', 'BIGINT');

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

describe('runScan', () => {
  it('reads fields, skips other types, and tells the dead from the living', async () => {
    await using stub = await startStub(answering(PEOPLE));
    const result = await runTask(stub.endpoint, task('user:*', [KEY, field('name'), AGE]));
    expect(result.error).toBeNull();
    expect([...result.rows].sort(byText)).toEqual([
      ['user:1', 'Ann', 34n],
      ['user:2', 'Béa', null],
      ['user:5', null, null],
    ]);
    expect(result.counters).toMatchObject({
      keysScanned: 5,
      rows: 3,
      skippedKeys: 1,
      vanishedKeys: 1,
      duplicateKeys: 0,
      badValues: 0,
    });
  });

  it('reads whole hashes where _fields is wanted', async () => {
    await using stub = await startStub(answering(PEOPLE));
    const result = await runTask(stub.endpoint, task('user:*', [FIELDS, AGE, TTL]));
    expect(result.rows).toEqual([
      [{ name: 'Ann', age: '34' }, 34n, null],
      [{ name: 'Béa' }, null, null],
      [{ other: 'x' }, null, null],
    ]);
    expect(result.counters).toMatchObject({ skippedKeys: 1, vanishedKeys: 1 });
  });

  it('asks for keys by name once each, and whether they live where no field is wanted', async () => {
    await using stub = await startStub(answering(PEOPLE));
    const names = ['user:1', 'user:3', 'user:4', 'user:1', 'nobody'];
    expect((await runTask(stub.endpoint, task(names, [KEY, AGE]))).rows).toEqual([['user:1', 34n]]);
    const result = await runTask(stub.endpoint, task(names, [KEY]));
    expect(result.rows).toEqual([['user:1']]);
    expect(result.counters).toMatchObject({ skippedKeys: 1, vanishedKeys: 2 });
    expect(stub.commands.some(([name]) => name === 'SCAN')).toBe(false);
    expect(stub.commands.filter(([name, key]) => name === 'HLEN' && key === 'user:1')).toHaveLength(1);
  });

  it('asks SCAN alone, for hashes only, where no field is wanted', async () => {
    await using stub = await startStub(answering(PEOPLE));
    const result = await runTask(stub.endpoint, task('user:*', [KEY]));
    expect(result.rows.flat()).toEqual(Object.keys(PEOPLE));
    expect(stub.commands.filter(([name]) => name !== 'CLIENT')).toEqual([
      ['SCAN', '0', 'MATCH', 'user:*', 'COUNT', '100', 'TYPE', 'hash'],
    ]);
    const counted = await runTask(stub.endpoint, task('user:*', []));
    expect(counted.rows).toHaveLength(5);
  });

  it('asks for times to live where they are wanted, and leaves out keys that have died', async () => {
    await using stub = await startStub(answering(PEOPLE));
    const result = await runTask(stub.endpoint, task('user:*', [KEY, TTL]));
    expect(result.rows.map(([key]) => key)).toEqual(['user:1', 'user:2', 'user:3', 'user:5']);
    expect(stub.commands.some(([name]) => name === 'HMGET' || name === 'HLEN')).toBe(false);
  });

  it('gives a key that SCAN repeats once', async () => {
    await using stub = await startStub(
      answering(PEOPLE, [
        ['user:1', 'user:2'],
        ['user:2', 'user:1'],
        ['user:1', 'user:5'],
      ]),
    );
    const result = await runTask(stub.endpoint, task('user:*', [KEY, AGE]));
    expect(result.rows.map(([key]) => key).sort(byText)).toEqual(['user:1', 'user:2', 'user:5']);
    expect(result.counters).toMatchObject({ keysScanned: 3, duplicateKeys: 3 });
  });

  it('gives keys that are not UTF-8 their printable form, and reads them', async () => {
    const odd = { 'a\u00ff\r\nb': { v: 'x' }, 'nul\u0000 key': { v: 'y' }, '': { v: 'z' } };
    await using stub = await startStub(answering(odd));
    expect((await runTask(stub.endpoint, task('*', [KEY, field('v')]))).rows).toEqual([
      ['a\\xff\r\nb', 'x'],
      ['nul\u0000 key', 'y'],
      ['', 'z'],
    ]);
  });

  it('ends at once where nothing can match', async () => {
    await using stub = await startStub(answering({}));
    expect((await runTask(stub.endpoint, task('user:*', [KEY, AGE]))).rows).toEqual([]);
    const before = stub.commands.length;
    const empty = { ...task('user:*', [KEY]), access: { kind: 'empty' } } as const;
    expect((await runTask(stub.endpoint, empty)).rows).toEqual([]);
    expect((await runTask(stub.endpoint, task('user:*', [KEY], { rowLimit: 0 }))).rows).toEqual([]);
    expect(stub.commands).toHaveLength(before);
  });

  it('stops at the row limit, and asks for no more keys than it needs', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`user:${i}`, { age: String(i) }]));
    const keys = Object.keys(many);
    await using stub = await startStub(answering(many, [keys.slice(0, 100), keys.slice(100, 300), keys.slice(300)]));
    const result = await runTask(stub.endpoint, task('user:*', [AGE], { rowLimit: 7 }));
    expect(result.rows).toHaveLength(7);
    expect(stub.commands.filter(([name]) => name === 'HMGET')).toHaveLength(7);
    expect(stub.commands.filter(([name]) => name === 'SCAN')).toHaveLength(1);
    const small = await runTask(stub.endpoint, task('user:*', [AGE], { batchRows: 50 }));
    expect(small.rows).toHaveLength(500);
    expect(Math.max(...small.batchRows)).toBeLessThanOrEqual(50);
  });
});

describe('runScan, values that do not parse', () => {
  const BAD: Keyspace = {
    'user:1': { age: '1', note: 'ok' },
    'user:2': { age: 'old\u001b[31m', note: 'ok' },
    'user:3': { age: '3', note: Buffer.from([0xc3]) },
    'user:4': { age: '4', note: Buffer.from([0x28, 0xa9]) },
  };
  const columns = [KEY, AGE, field('note')];

  it('names key, field, value and type, with control bytes escaped', async () => {
    await using stub = await startStub(answering(BAD));
    const { error } = await runTask(stub.endpoint, task(['user:2'], columns));
    expect(error).toMatchObject({
      code: 'RQ_BAD_VALUE',
      message:
        'field "age" of key "user:2" is no BIGINT: "old\\x1b[31m"; valid: whole numbers from -9223372036854775808 to 9223372036854775807',
    });
    expect(error?.hint).toContain('on_error');
  });

  it('refuses bytes that are no UTF-8 in a VARCHAR, wherever they stand', async () => {
    await using stub = await startStub(answering(BAD));
    for (const key of ['user:3', 'user:4']) {
      const { error } = await runTask(stub.endpoint, task([key], columns));
      expect(error).toMatchObject({ code: 'RQ_BAD_UTF8' });
    }
    const split = { 'user:1': { a: Buffer.from([0xc3]), b: Buffer.from([0xa9]) } };
    await using other = await startStub(answering(split));
    expect((await runTask(other.endpoint, task(['user:1'], [field('a'), field('b')]))).error).toMatchObject({
      code: 'RQ_BAD_UTF8',
    });
  });

  it('reads them as NULL where it is told to, and counts them', async () => {
    await using stub = await startStub(answering(BAD));
    const result = await runTask(stub.endpoint, task('*', columns, { onError: 'null' }));
    expect(result.rows).toEqual([
      ['user:1', 1n, 'ok'],
      ['user:2', null, 'ok'],
      ['user:3', 3n, null],
      ['user:4', 4n, null],
    ]);
    expect(result.counters.badValues).toBe(3);
  });

  it('skips their rows where it is told to, by columns that no batch carries, too', async () => {
    await using stub = await startStub(answering(BAD));
    const result = await runTask(stub.endpoint, task('*', columns, { onError: 'skip' }));
    expect(result.rows).toEqual([['user:1', 1n, 'ok']]);
    const checked = await runTask(stub.endpoint, task('*', [KEY], { onError: 'skip', checkedColumns: [AGE] }));
    expect(checked.rows.flat()).toEqual(['user:1', 'user:3', 'user:4']);
    expect(checked.counters.badValues).toBe(1);
  });

  it('treats values of _fields alike', async () => {
    await using stub = await startStub(answering(BAD));
    const asNull = await runTask(stub.endpoint, task('*', [KEY, FIELDS], { onError: 'null' }));
    expect(asNull.rows[2]).toEqual(['user:3', null]);
    expect(asNull.rows[0]).toEqual(['user:1', { age: '1', note: 'ok' }]);
    const skipped = await runTask(stub.endpoint, task('*', [KEY, FIELDS], { onError: 'skip' }));
    expect(skipped.rows.map(([key]) => key)).toEqual(['user:1', 'user:2']);
    const failed = await runTask(stub.endpoint, task(['user:3'], [FIELDS]));
    expect(failed.error).toMatchObject({ code: 'RQ_BAD_UTF8', message: expect.stringContaining('field "note" of key "user:3"') });
  });
});

describe('runScan, when things go wrong', () => {
  const all = answering(PEOPLE);

  it.each([
    ['NOPERM', 'SCAN', '-NOPERM this user has no permissions to run the scan command\r\n', 'RQ_REDIS_PERMISSION', [AGE]],
    ['NOPERM', 'HMGET', '-NOPERM this user has no permissions to run the hmget command\r\n', 'RQ_REDIS_PERMISSION', [AGE]],
    ['LOADING', 'SCAN', '-LOADING Redis is loading\r\n', 'RQ_REDIS_LOADING', [AGE]],
    ['NOPERM', 'TTL', '-NOPERM this user has no permissions to run the ttl command\r\n', 'RQ_REDIS_PERMISSION', [AGE, TTL]],
    ['NOPERM', 'TTL', '-NOPERM this user has no permissions to run the ttl command\r\n', 'RQ_REDIS_PERMISSION', [TTL]],
    ['NOPERM', 'HGETALL', '-NOPERM no permissions to access a key\r\n', 'RQ_REDIS_PERMISSION', [FIELDS, TTL]],
    ['LOADING', 'TTL', '-LOADING Redis is loading\r\n', 'RQ_REDIS_LOADING', [AGE, TTL]],
    ['BUSY', 'HMGET', '-BUSY Redis is busy running a script\r\n', 'RQ_REDIS_BUSY', [AGE]],
    ['BUSY', 'TTL', '-BUSY Redis is busy running a script\r\n', 'RQ_REDIS_BUSY', [FIELDS, TTL]],
    ['a wrong type', 'TTL', '-WRONGTYPE Operation against a key\r\n', 'RQ_REDIS_ERROR', [AGE, TTL]],
    ['a word for a number', 'TTL', '+OK\r\n', 'RQ_PROTOCOL', [AGE, TTL]],
    ['garbage', 'HMGET', '*1\r\n$1\r\nx\r\n', 'RQ_PROTOCOL', [AGE, field('x')]],
    ['an answer too many', 'HMGET', '*1\r\n$1\r\n1\r\n:1\r\n', 'RQ_PROTOCOL', [AGE]],
  ])('reports %s of %s', async (_, command, reply, code, columns) => {
    await using stub = await startStub((args, socket) => (args[0] === command ? reply : all(args, socket)));
    const { error } = await runTask(stub.endpoint, task('user:*', columns));
    expect(error).toMatchObject({ code });
    // Bytes that are no RESP have no command of their own.
    expect(error?.message.includes(` ${command}`)).toBe(code !== 'RQ_PROTOCOL');
  });

  it('reports a connection cut in the middle of a reply, and one that goes silent', async () => {
    await using cut = await startStub((args, socket) => {
      if (args[0] !== 'HMGET') return all(args, socket);
      socket.end('*1\r\n$10\r\nabc');
      return null;
    });
    expect((await runTask(cut.endpoint, task('user:*', [AGE]))).error).toMatchObject({ code: 'RQ_REDIS_LOST' });
    await using silent = await startStub((args, socket) => (args[0] === 'HMGET' ? null : all(args, socket)), {
      replyTimeoutMs: 80,
    });
    expect((await runTask(silent.endpoint, task('user:*', [AGE]))).error).toMatchObject({ code: 'RQ_REDIS_TIMEOUT' });
  });

  it('uses sockets again, and others where the server had closed them', async () => {
    let isDropping = false;
    await using stub = await startStub((args, socket) => {
      if (!isDropping) return all(args, socket);
      isDropping = false;
      socket.destroy();
      return null;
    });
    const point = task(['user:1'], [AGE]);
    await runTask(stub.endpoint, point);
    await runTask(stub.endpoint, point);
    expect(stub.connectionCount()).toBe(1);
    isDropping = true; // the warm socket dies on its first command
    expect((await runTask(stub.endpoint, point)).rows).toEqual([[34n]]);
    expect(stub.connectionCount()).toBe(2);
  });

  it('stops when its port is closed or its state changes, and closes sockets with replies outstanding', async () => {
    await using stub = await startStub((args, socket) => (args[0] === 'HMGET' ? null : all(args, socket)));
    for (const stop of ['close', 'state'] as const) {
      const running = newTask(task('user:*', [AGE]));
      const before = stub.commands.length;
      const ended = runScan(running.job, stub.endpoint);
      await expect.poll(() => stub.commands.slice(before).some(([name]) => name === 'HMGET')).toBe(true);
      if (stop === 'close') running.port.close();
      else running.cancel();
      expect(await ended).toMatchObject({ code: 'RQ_CANCELLED' });
      running.port.close();
      await expect.poll(() => stub.openSockets.size).toBeLessThanOrEqual(1); // the idle SCAN socket may stay
    }
  });

  it('asks for no more while its reader does not take what was sent', async () => {
    const wide = { v: 'x'.repeat(100_000) };
    const keys = Array.from({ length: 1000 }, (_, i) => `user:${i}`);
    await using stub = await startStub(answering(Object.fromEntries(keys.map((key) => [key, wide])), [keys]));
    const running = newTask(task('user:*', [field('v')]), { isPaused: true });
    const ended = runScan(running.job, stub.endpoint);
    const askedCount = (): number => stub.commands.filter(([name]) => name === 'HMGET').length;
    let last = -1;
    await expect
      .poll(
        () => {
          const isSettled = last > 10 && last === askedCount();
          last = askedCount();
          return isSettled;
        },
        { interval: 200, timeout: 8000 },
      )
      .toBe(true);
    const asked = askedCount();
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(80); // of 100 kB each: two batches posted, 2 MB held, 1 MB under way
    // It goes on when bytes are given back, and its windows stay right over replies that moved the buffer.
    running.port.on('message', (message: { byteCount?: number }) =>
      running.port.postMessage({ kind: 'consumed', byteCount: message.byteCount ?? 0 }),
    );
    for (let i = 0; i < 2; i++) running.port.postMessage({ kind: 'consumed', byteCount: 2_000_000 });
    expect((await running.result).rows).toHaveLength(1000);
    await ended;
  }, 15_000);
});
