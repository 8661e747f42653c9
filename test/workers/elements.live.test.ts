import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { ScanTask, SourceName, TableColumn } from '../../src/storage/index.ts';
import { fillEachType, fillLarge, LARGE_NAMES } from '../support/element-keys.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { FIELDS, field, KEY, part, runTask, type TaskResult, TTL, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: false, args: ['--hz', '100'] });
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});
beforeEach(async () => {
  await redis.call('FLUSHALL');
});

type Access = string | readonly (string | Uint8Array)[];

function read(
  source: SourceName,
  access: Access,
  columns: readonly TableColumn[],
  more: Partial<ScanTask> = {},
): Promise<TaskResult> {
  return runTask(endpointAt(redis.port), task(access, columns, { source, ...more }));
}

const sorted = (rows: TaskResult['rows']): TaskResult['rows'] =>
  [...rows].sort((a, b) => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0));

const ROWS: readonly {
  readonly source: SourceName;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly unknown[];
}[] = [
  { source: 'string', columns: [KEY, part('value')], rows: [['k:string', 'text']] },
  {
    source: 'set',
    columns: [KEY, part('member')],
    rows: [
      ['k:set', 'a'],
      ['k:set', 'b'],
      ['k:set', 'c'],
    ],
  },
  {
    source: 'list',
    columns: [part('position'), part('element')],
    rows: [
      [0n, 'x'],
      [1n, 'y'],
      [2n, 'x'],
    ],
  },
  {
    source: 'zset',
    columns: [part('rank'), part('member'), part('score')],
    rows: [
      [0n, 'lowest', -Infinity],
      [1n, 'low', 1.5],
      [2n, 'high', 1e300],
      [3n, 'top', Infinity],
    ],
  },
  {
    source: 'stream',
    columns: [part('id'), part('ts'), part('seq'), field('g'), field('f', 'BIGINT'), field('none'), FIELDS],
    rows: [['1700000000123-7', 1_700_000_000_123_000n, 7n, 'é', 1n, null, { f: '1', g: 'é' }]],
  },
];

describe('rows of each type', () => {
  it.each(ROWS)('reads $source, skips and counts all other types', async ({ source, columns, rows }) => {
    await fillEachType(redis);
    const scanned = await read(source, 'k:*', columns);
    expect(scanned.error).toBeNull();
    expect(sorted(scanned.rows)).toEqual(sorted(rows as TaskResult['rows']));
    expect(scanned.counters.skippedKeys).toBe(5);
    const names = ['k:set', 'k:missing', 'k:list', 'k:zset', 'k:stream', 'k:string', 'k:hash'];
    const named = await read(source, names, columns);
    expect(sorted(named.rows)).toEqual(sorted(rows as TaskResult['rows']));
    expect(named.counters.skippedKeys).toBe(5);
    // A stream without an entry in the range may be there.
    expect(named.counters.vanishedKeys).toBe(source === 'stream' ? 0 : 1);
  });

  it.each(ROWS)('gives the TTL of $source with each of its rows', async ({ source, rows }) => {
    await fillEachType(redis);
    await redis.call('EXPIRE', `k:${source}`, '1000');
    const [result, bare] = await Promise.all([
      read(source, 'k:*', [TTL, KEY]),
      read(source, [`k:${source}`], [ROWS.find((row) => row.source === source)?.columns[0] ?? KEY, TTL]),
    ]);
    expect(result.rows).toEqual(rows.map(() => [1000n, `k:${source}`]));
    expect(bare.rows.map((row) => row[1])).toEqual(rows.map(() => 1000n));
    await redis.call('PERSIST', `k:${source}`);
    expect((await read(source, 'k:*', [TTL])).rows).toEqual(rows.map(() => [null]));
  });

  it.each(ROWS)('counts $source by its keys alone', async ({ source, rows }) => {
    await fillEachType(redis);
    const result = await read(source, 'k:*', [KEY]);
    expect(result.rows).toEqual(rows.map(() => [`k:${source}`]));
    expect((await read(source, 'k:*', [])).rows).toHaveLength(rows.length);
  });

  it.each(ROWS)('reads any bytes of $source', async ({ source }) => {
    const bytes = Buffer.from([0, 255, 13, 10, 36, 45, 49, 13, 10]);
    const key = Buffer.from([107, 58, 254]);
    const commands = {
      string: ['SET', key, bytes],
      set: ['SADD', key, bytes],
      list: ['RPUSH', key, bytes],
      zset: ['ZADD', key, '1', bytes],
      stream: ['XADD', key, '*', bytes, bytes],
    };
    await redis.call(...(commands[source as 'set'] as string[])); // one of those above
    const name = { string: 'value', set: 'member', list: 'element', zset: 'member', stream: '' }[source as 'set'];
    const column: TableColumn = name === '' ? { ...field('b', 'BLOB'), field: bytes } : part(name as 'member', 'BLOB');
    expect((await read(source, 'k:*', [KEY, column])).rows).toEqual([['k:\\xfe', bytes.toString('latin1')]]);
    const text = { ...column, type: { id: 'VARCHAR' as const } };
    expect((await read(source, 'k:*', [text])).error?.code).toBe('RQ_BAD_UTF8');
    const asNull = await read(source, 'k:*', [text], { onError: 'null' });
    expect([asNull.rows, asNull.counters.badValues]).toEqual([[[null]], 1]);
    const skipped = await read(source, 'k:*', [KEY], { onError: 'skip', checkedColumns: [text] });
    expect([skipped.rows, skipped.counters.badValues]).toEqual([[], 1]);
  });

  it('reads values of declared types, and names what does not parse', async () => {
    await redis.call('RPUSH', 'k:list', '1', '007', 'x');
    const element = part('element', 'BIGINT');
    expect((await read('list', 'k:*', [part('position'), element], { onError: 'skip' })).rows).toEqual([
      [0n, 1n],
      [1n, 7n],
    ]);
    const failed = await read('list', 'k:*', [element]);
    expect(failed.error).toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(failed.error?.message).toContain('field "element" of key "k:list" is no BIGINT: "x"');
  });

  it('takes the good rows among bad ones up to a limit, in order and of each key', async () => {
    const odd = Array.from({ length: 6_000 }, (_, i) => (i % 3 === 0 ? 'x' : String(i)));
    await redis.call('RPUSH', 'k:odd', ...odd);
    await redis.call('RPUSH', 'k:plain', ...odd.map((_, i) => String(i)));
    const good = odd.flatMap((text, i) => (text === 'x' ? [] : [[BigInt(i), 'k:odd', BigInt(i)]]));
    const columns = [part('position'), KEY, part('element', 'BIGINT')];
    const limited = await read('list', ['k:odd'], columns, { onError: 'skip', rowLimit: 3_000 });
    expect(limited.rows).toEqual(good.slice(0, 3_000));
    const all = await read('list', ['k:odd', 'k:plain'], columns, { onError: 'skip' });
    expect(all.rows).toEqual([...good, ...odd.map((_, i) => [BigInt(i), 'k:plain', BigInt(i)])]);
    expect(all.counters.badValues).toBe(2_000);
    const withNulls = await read('list', ['k:odd'], columns, { onError: 'null' });
    expect(withNulls.rows.map(([, , element]) => element)).toEqual(odd.map((text) => (text === 'x' ? null : BigInt(text))));
  });

  it('takes the last of a field that an entry has twice', async () => {
    await redis.call('XADD', 'k:s', '1-1', 'a', '1', 'b', '2', 'a', '3');
    await redis.call('XADD', 'k:s', '1-2', ...Array.from({ length: 40 }, (_, i) => [`f${i % 30}`, String(i)]).flat());
    const { rows } = await read('stream', 'k:s', [field('b'), field('a'), FIELDS, field('f5')]);
    expect(rows[0]).toEqual(['2', '3', { a: '3', b: '2' }, null]);
    expect(rows[1]?.[2]).toEqual(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i % 30}`, String(i)])));
    expect(rows[1]?.[3]).toBe('35');
  });

  it('holds ids and scores at the ends of their ranges', async () => {
    await redis.call('XADD', 'k:s', '0-1', 'f', '1');
    await redis.call('XADD', 'k:s', '9223372036854-9223372036854775807', 'f', '2');
    await redis.call('XADD', 'k:s', '18446744073709551615-18446744073709551615', 'f', '3');
    const ids = await read('stream', 'k:s', [part('id')]);
    expect(ids.rows.flat()).toEqual(['0-1', '9223372036854-9223372036854775807', '18446744073709551615-18446744073709551615']);
    const times = await read('stream', 'k:s', [part('ts'), part('seq')], { onError: 'null' });
    expect(times.rows).toEqual([
      [0n, 1n],
      [9_223_372_036_854_000n, 9_223_372_036_854_775_807n],
      [null, null],
    ]);
    expect((await read('stream', 'k:s', [part('ts')])).error?.code).toBe('RQ_BAD_VALUE');
    await redis.call('ZADD', 'k:z', '0.1', 'a', '-2.5', 'b', '1.7976931348623157e308', 'c', '5e-324', 'd');
    const scores = await read('zset', 'k:z', [part('member'), part('score')]);
    expect(Object.fromEntries(scores.rows as [string, number][])).toEqual({ a: 0.1, b: -2.5, c: Number.MAX_VALUE, d: 5e-324 });
  });
});

const MEMBER: Readonly<Partial<Record<SourceName, TableColumn>>> = {
  set: part('member'),
  list: part('element'),
  zset: part('member'),
  stream: field('f'),
};
const memberOf = (source: SourceName): TableColumn => MEMBER[source] ?? KEY;

describe('keys of many elements', () => {
  it.each(['set', 'list', 'zset', 'stream'] as const)('reads a %s of 30,000 elements in pieces, each once', async (source) => {
    await fillLarge(redis, 'k:large', source);
    await fillLarge(redis, 'k:small', source, 3);
    await fillLarge(redis, 'k:middle', source, 9_999);
    const result = await read(source, 'k:*', [memberOf(source), KEY]);
    expect(result.error).toBeNull();
    const of = (key: string): string[] => result.rows.filter((row) => row[1] === key).map((row) => String(row[0]));
    expect(of('k:large').sort()).toEqual(LARGE_NAMES);
    expect(of('k:small').sort()).toEqual(LARGE_NAMES.slice(0, 3));
    expect(of('k:middle').sort()).toEqual(LARGE_NAMES.slice(0, 9_999));
    expect(result.counters.driftedKeys).toBe(0);
    expect(await redis.call('EXISTS', 'k:large')).toBe(1);
  });

  it.each(['set', 'list', 'zset', 'stream'] as const)(
    'reads many large keys of a %s, asked for more by and by',
    async (source) => {
      await fillLarge(redis, 'k:0', source, 21_000);
      await redis.callAll(Array.from({ length: 14 }, (_, i) => ['COPY', 'k:0', `k:${i + 1}`]));
      const number = { set: [], list: [part('position')], zset: [part('rank'), part('score')], stream: [part('ts')] }[source];
      const { rows, counters } = await read(source, 'k:*', [KEY, memberOf(source), ...number]);
      const expected = LARGE_NAMES.slice(0, 21_000);
      for (let key = 0; key < 15; key++) {
        const own = rows.filter((row) => row[0] === `k:${key}`);
        expect(own.map((row) => String(row[1])).sort()).toEqual(expected);
        const isNumbered = own.every(
          ([, name, first]) => source === 'stream' || first === undefined || LARGE_NAMES[Number(first)] === name,
        );
        expect(isNumbered).toBe(true);
      }
      expect(counters.driftedKeys).toBe(0);
    },
  );

  it('numbers elements through all pieces', async () => {
    await fillLarge(redis, 'k:l', 'list');
    await fillLarge(redis, 'k:z', 'zset');
    const list = await read('list', ['k:l'], [part('position'), part('element')]);
    expect(list.rows).toEqual(LARGE_NAMES.map((name, i) => [BigInt(i), name]));
    const zset = await read('zset', ['k:z'], [part('rank'), part('score'), part('member')]);
    expect(zset.rows).toEqual(LARGE_NAMES.map((name, i) => [BigInt(i), i >> 2, name]));
  });

  it('counts the elements of a key that has a million', async () => {
    await redis.callAll(
      Array.from({ length: 100 }, (_, i) => ['SADD', 'k:s', ...Array.from({ length: 10_000 }, (_, j) => `${i}:${j}`)]),
    );
    const result = await read('set', 'k:*', []);
    expect(result.counters.rows).toBe(1_000_000);
    expect(result.counters.bytesReceived).toBeLessThan(10_000);
  });

  it('reads elements of a megabyte a few at a time', async () => {
    const megabyte = 'x'.repeat(1 << 20);
    await redis.callAll(Array.from({ length: 40 }, (_, i) => ['RPUSH', 'k:l', `${i}:${megabyte}`]));
    const { rows } = await read('list', 'k:l', [part('position'), part('element')]);
    expect(rows.map(([position, element]) => [position, String(element).slice(0, 3)])).toEqual(
      Array.from({ length: 40 }, (_, i) => [BigInt(i), `${i}:xxx`.slice(0, 3)]),
    );
    const commands = String(await redis.call('INFO', 'commandstats'));
    expect(Number(/cmdstat_lrange:calls=(\d+)/.exec(commands)?.[1])).toBeGreaterThan(20);
  });

  it('stops at the limit of rows, of a key and of the task', async () => {
    for (const source of ['set', 'list', 'zset', 'stream'] as const) {
      await redis.call('FLUSHALL');
      await fillLarge(redis, 'k:1', source, 12_000);
      await fillLarge(redis, 'k:2', source, 12_000);
      const limited = await read(source, 'k:*', [memberOf(source)], { rowLimit: 10 });
      expect(limited.rows).toHaveLength(10);
      expect(limited.counters.bytesReceived).toBeLessThan(40_000);
      const perKey = await read(source, 'k:*', [KEY, memberOf(source)], { rowsPerKey: 11_000 });
      expect(perKey.rows.filter(([key]) => key === 'k:1')).toHaveLength(11_000);
      expect(new Set(perKey.rows.map(String)).size).toBe(22_000);
      const few = await read(source, 'k:*', [KEY, memberOf(source)], { rowsPerKey: 2 });
      expect(few.rows).toHaveLength(4);
    }
  });
});

describe('keys of any type', () => {
  const columns = [KEY, part('type'), part('memory', 'BIGINT'), part('encoding'), part('idle', 'BIGINT'), TTL];

  it('says what the server says of each, and leaves out those that are gone', async () => {
    await fillEachType(redis);
    await redis.call('EXPIRE', 'k:set', '1000');
    const { rows, counters } = await read('keys', 'k:*', columns);
    const encodings = {
      hash: 'listpack',
      list: 'listpack',
      set: 'listpack',
      stream: 'stream',
      string: 'embstr',
      zset: 'listpack',
    };
    expect(sorted(rows).map(([key, type, , encoding]) => [key, type, encoding])).toEqual(
      Object.entries(encodings).map(([type, encoding]) => [`k:${type}`, type, encoding]),
    );
    for (const row of rows) {
      expect(row[2]).toBe(BigInt(Number(await redis.call('MEMORY', 'USAGE', String(row[0])))));
      expect(Number(row[4])).toBeLessThan(10);
      expect(row[5]).toBe(row[0] === 'k:set' ? 1000n : null);
    }
    expect(counters.vanishedKeys).toBe(0);
    for (const some of [columns, [KEY], [part('memory', 'BIGINT')], [part('encoding')], [part('idle', 'BIGINT')], [TTL, KEY]]) {
      const named = await read('keys', ['k:zset', 'k:missing'], some);
      expect([named.rows.length, named.counters.vanishedKeys, named.error]).toEqual([1, 1, null]);
    }
  });

  it('walks over keys without asking each where their names are enough, and over one type', async () => {
    await fillEachType(redis);
    const names = await read('keys', 'k:*', [KEY]);
    expect([names.rows.length, names.counters.skippedKeys]).toEqual([6, 0]);
    expect((await read('keys', 'k:*', [TTL])).rows).toEqual(Array.from({ length: 6 }, () => [null]));
    expect((await read('keys', 'k:*', [KEY, part('type')], { options: { type: 'zset' } })).rows).toEqual([['k:zset', 'zset']]);
    expect((await read('keys', 'k:*', [KEY], { options: { type: 'list' } })).rows).toEqual([['k:list']]);
  });

  it('gives no idle time where the server keeps none', async () => {
    await redis.call('SET', 'k:a', 'x');
    await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    try {
      expect((await read('keys', 'k:*', [part('idle', 'BIGINT'), KEY, TTL])).rows).toEqual([[null, 'k:a', null]]);
    } finally {
      await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    }
  });
});

describe('what a server refuses', () => {
  it.each([
    ['set', 'member', '-sscan', 'SSCAN'],
    ['zset', 'member', '-zrange', 'ZRANGE'],
    ['string', 'value', '-mget', 'MGET'],
    ['keys', 'memory', '-memory', 'MEMORY USAGE'],
  ] as const)('names the command for a %s', async (source, name, rule, command) => {
    await fillEachType(redis);
    await redis.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+@all', rule);
    const limited = { ...endpointAt(redis.port), username: 'limited', password: 'secret' };
    const failed = await runTask(limited, task('k:*', [part(name)], { source }));
    expect(failed.error).toMatchObject({ code: 'RQ_REDIS_PERMISSION' });
    expect(failed.error?.message).toContain(`no permission to run ${command}:`);
    await redis.call('ACL', 'SETUSER', 'limited', '+@all', '-ttl');
    const timed = await runTask(limited, task('k:*', [part(name), TTL], { source }));
    expect(timed.error?.message).toContain('no permission to run TTL:');
    closeIdleSockets();
    await redis.call('ACL', 'DELUSER', 'limited');
  });
});
