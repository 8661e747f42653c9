import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let tables: LiveTables;

beforeAll(async () => {
  tables = await startTables({}, { modules: true });
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await tables.redis.call('FLUSHALL');
});

/** Samples [time, value] of a series with labels. */
async function put(
  key: string,
  labels: Readonly<Record<string, string>>,
  samples: readonly (readonly [number, number | string])[],
): Promise<void> {
  await tables.redis.call('TS.CREATE', key, 'LABELS', ...Object.entries(labels).flat());
  await tables.redis.callAll(samples.map(([time, value]) => ['TS.ADD', key, String(time), String(value)]));
}

const asked = (commands: readonly string[]): string[] =>
  commands.filter((command) => /TS\.|SCAN/i.test(command)).map((command) => command.replaceAll('"', ''));

const LABELS = `columns => {'sensor': 'VARCHAR', 'room': 'VARCHAR'}`;

describe('redis_timeseries', () => {
  it('gives samples with the labels of their series', async () => {
    await put('all:1', { sensor: 'a', room: 'b c' }, [
      [0, 1],
      [1_700_000_000_123, -2.5],
    ]);
    await put('all:2', { sensor: 'ü', 'odd name': '5' }, [
      [7, '1e300'],
      [8, 0.1],
    ]);
    await put('all:3', {}, []);
    await tables.redis.call('SET', 'all:text', 'x');
    expect(await tables.rows(`FROM redis_timeseries('all:*') ORDER BY _key, _ts`)).toEqual(
      [
        { _key: 'all:1', _ts: '1970-01-01 00:00:00+00', value: 1, sensor: 'a', room: 'b c', 'odd name': null },
        { _key: 'all:1', _ts: '2023-11-14 22:13:20.123+00', value: -2.5, sensor: 'a', room: 'b c', 'odd name': null },
        { _key: 'all:2', _ts: '1970-01-01 00:00:00.007+00', value: 1e300, sensor: 'ü', room: null, 'odd name': '5' },
        { _key: 'all:2', _ts: '1970-01-01 00:00:00.008+00', value: 0.1, sensor: 'ü', room: null, 'odd name': '5' },
      ].map((row) => expect.objectContaining(row)),
    );
    const result = tables.session.query(`SELECT value FROM redis_timeseries('all:*')`);
    await result.rows();
    expect(result.stats).toMatchObject({ rows: 4, skippedKeys: 1 });
    expect(await tables.lines(`SELECT count(*) FROM redis_timeseries('all:*', ${LABELS})`)).toEqual(['4']);
  });

  it('asks for labels only where they are read, and once a piece', async () => {
    await put('t:1', { sensor: 'a' }, [[1, 1]]);
    expect(asked(await tables.commands(`SELECT value FROM redis_timeseries('t:1', ${LABELS})`))).toEqual([
      expect.stringMatching(/^TS\.RANGE t:1 - \+ COUNT/),
    ]);
    expect(asked(await tables.commands(`SELECT sensor FROM redis_timeseries('t:1', ${LABELS})`))).toEqual([
      'TS.INFO t:1',
      expect.stringMatching(/^TS\.RANGE t:1 - \+ COUNT/),
    ]);
  });

  it('reads the times that a filter leaves, to the ms', async () => {
    await put(
      't:1',
      { sensor: 'a' },
      Array.from({ length: 2000 }, (_, i) => [i, i]),
    );
    const count = async (where: string): Promise<string> =>
      (await tables.lines(`SELECT count(*) FROM redis_timeseries('t:*', ${LABELS}) WHERE ${where}`)).join();
    for (const [where, expected] of [
      [`_ts > TIMESTAMPTZ '1970-01-01 00:00:01+00'`, '999'],
      [`_ts >= TIMESTAMPTZ '1970-01-01 00:00:01+00'`, '1000'],
      [`_ts > TIMESTAMPTZ '1970-01-01 00:00:00.9999+00'`, '1000'],
      [`_ts < TIMESTAMPTZ '1970-01-01 00:00:01.0005+00'`, '1001'],
      [`_ts = TIMESTAMPTZ '1970-01-01 00:00:01.0005+00'`, '0'],
      [`_ts = TIMESTAMPTZ '1970-01-01 00:00:01.5+00'`, '1'],
      [`_ts < TIMESTAMPTZ '1970-01-01 00:00:00+00'`, '0'],
      [`_ts > TIMESTAMPTZ '1969-01-01 00:00:00+00'`, '2000'],
      [`_ts BETWEEN TIMESTAMPTZ '1970-01-01 00:00:01+00' AND TIMESTAMPTZ '1970-01-01 00:00:01.01+00'`, '11'],
      [`_ts > TIMESTAMPTZ '1970-01-01 00:00:02+00' AND _ts < TIMESTAMPTZ '1970-01-01 00:00:01+00'`, '0'],
      [`_ts IS NULL`, '0'],
    ] as const) {
      expect([where, await count(where)]).toEqual([where, expected]);
    }
    const text = `SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE _ts >= TIMESTAMPTZ '1970-01-01 00:00:01.0005+00' AND _ts < TIMESTAMPTZ '1970-01-01 00:00:01.01+00'`;
    expect(asked(await tables.commands(text))).toContainEqual(expect.stringMatching(/^TS\.RANGE t:1 1001 1009 COUNT/));
  });

  it('finds series by their labels, whatever the labels say', async () => {
    const odd = ['a b', 'A B', '"q"', 'x=y', ' lead', 'trail ', 'sla\\sh', 'ключ', 'a*', "it's", '{x}', '$p', '-1', 'a!=b'];
    for (const [i, value] of odd.entries()) await put(`t:${i}`, { sensor: value }, [[i, i]]);
    await put('t:none', { room: 'x' }, [[0, 99]]);
    await put('other:1', { sensor: 'a b' }, [[0, 98]]);
    for (const [i, value] of odd.entries()) {
      const where = `sensor = '${value.replaceAll("'", "''")}'`;
      expect([value, await tables.lines(`SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE ${where}`)]).toEqual([
        value,
        [String(i)],
      ]);
    }
    expect(
      await tables.lines(
        `SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor IN ('a b', 'ключ', NULL, 'none') ORDER BY 1`,
      ),
    ).toEqual(['0', '7']);
    expect(await tables.lines(`SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor = ''`)).toEqual([]);
    expect(await tables.lines(`SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor IS NULL`)).toEqual(['99']);
    expect(
      await tables.lines(`SELECT value FROM redis_timeseries('t:*', columns => {'nobody': 'VARCHAR'}) WHERE nobody = 'x'`),
    ).toEqual([]);
    const commands = asked(await tables.commands(`SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor = 'ключ'`));
    expect(commands[0]).toMatch(/^TS\.QUERYINDEX sensor=/);
    expect(commands.filter((command) => command.startsWith('TS.RANGE'))).toHaveLength(1);
    expect(commands.some((command) => /SCAN/i.test(command))).toBe(false);
  });

  it('counts a label that is given twice by its first value', async () => {
    await tables.redis.call('TS.CREATE', 't:1', 'LABELS', 'sensor', 'first', 'sensor', 'second');
    await tables.redis.call('TS.ADD', 't:1', '1', '1');
    const where = (value: string): Promise<string[]> =>
      tables.lines(`SELECT sensor FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor = '${value}'`);
    expect([await where('first'), await where('second')]).toEqual([['first'], []]);
  });

  it('looks for labels by scanning in any database but the first: their index knows none', async () => {
    const { connect } = await import('../../../src/index.ts');
    await using session = await connect({ url: tables.redis.url, database: 3 });
    const send = (...words: string[]) =>
      tables.redis.call('EVAL', "redis.call('SELECT', 3) return redis.call(unpack(ARGV))", '0', ...words);
    await send('TS.ADD', 't:1', '1', '5', 'LABELS', 'sensor', 'a');
    // It takes the series of that name out of the index, whichever database it was in.
    await put('t:1', { sensor: 'a' }, [[1, 6]]);
    await tables.redis.call('DEL', 't:1');
    const rows = await session.query(`SELECT value FROM redis_timeseries('t:*', ${LABELS}) WHERE sensor = 'a'`).rows();
    expect(rows).toEqual([{ value: 5 }]);
  });

  it('reads the newest samples, and no others', async () => {
    const samples = Array.from({ length: 500 }, (_, i): [number, number] => [i * 10, i]);
    await put('t:1', { sensor: 'a' }, samples);
    await put(
      't:2',
      { sensor: 'b' },
      samples.map(([time, value]) => [time + 5, -value]),
    );
    const from = `redis_timeseries('t:*', ${LABELS})`;
    expect(await tables.lines(`SELECT _key, value FROM ${from} ORDER BY _ts DESC LIMIT 3`)).toEqual([
      't:2 -499',
      't:1 499',
      't:2 -498',
    ]);
    expect(await tables.lines(`SELECT _key, value FROM ${from} ORDER BY _ts LIMIT 3 OFFSET 1`)).toEqual([
      't:2 0',
      't:1 1',
      't:2 -1',
    ]);
    expect(
      await tables.lines(
        `SELECT value FROM ${from} WHERE sensor = 'a' AND _ts < TIMESTAMPTZ '1970-01-01 00:00:01+00' ORDER BY _ts DESC LIMIT 2`,
      ),
    ).toEqual(['99', '98']);
    expect(await tables.lines(`SELECT _key, value FROM ${from} ORDER BY _key DESC, _ts DESC LIMIT 2`)).toEqual([
      't:2 -499',
      't:2 -498',
    ]);
    const commands = asked(
      await tables.commands(`SELECT value FROM redis_timeseries('t:1', ${LABELS}) ORDER BY _ts DESC LIMIT 4`),
    );
    expect(commands).toEqual(['TS.REVRANGE t:1 - + COUNT 4']);
    expect(asked(await tables.commands(`SELECT value FROM redis_timeseries('t:1', ${LABELS}) LIMIT 6`))).toEqual([
      'TS.RANGE t:1 - + COUNT 6',
    ]);
  });

  it('reads long series in pieces, in both directions, each sample once', async () => {
    await tables.redis.call(
      'EVAL',
      `for i = 1, 25000 do redis.call('TS.ADD', 't:1', i * 3, i, 'LABELS', 'sensor', 'a') end`,
      '0',
    );
    const from = `redis_timeseries('t:*', ${LABELS})`;
    expect(
      await tables.lines(`SELECT count(*), count(DISTINCT _ts), sum(value), min(sensor), count(sensor) FROM ${from}`),
    ).toEqual(['25000 25000 312512500 a 25000']);
    expect(await tables.lines(`SELECT count(*), min(value) FROM (SELECT * FROM ${from} ORDER BY _ts DESC LIMIT 21000)`)).toEqual([
      '21000 4001',
    ]);
    expect(await tables.lines(`SELECT count(*), max(value) FROM (SELECT * FROM ${from} ORDER BY _ts LIMIT 10000)`)).toEqual([
      '10000 10000',
    ]);
    const ranges = asked(await tables.commands(`SELECT value FROM ${from}`)).filter((command) => command.startsWith('TS.RANGE'));
    expect(ranges).toEqual([
      'TS.RANGE t:1 - + COUNT 10000',
      'TS.RANGE t:1 30001 + COUNT 10000',
      'TS.RANGE t:1 60001 + COUNT 10000',
    ]);
  });

  it('gives each sample once that is there all the time', async () => {
    for (let s = 0; s < 4; s += 1) {
      await tables.redis.call('EVAL', `for i = 1, 12000 do redis.call('TS.ADD', KEYS[1], i * 2, i) end`, '1', `t:${s}`);
    }
    await tables.session.query(`SELECT count(*) FROM redis_timeseries('t:*', ${LABELS})`).rows();
    const reading = tables.session.query(`SELECT _key, epoch_ms(_ts) AS ms FROM redis_timeseries('t:*', ${LABELS})`).rows();
    await tables.redis.callAll(Array.from({ length: 3000 }, (_, i) => ['TS.ADD', `t:${i % 4}`, String(i * 8 + 1), '0']));
    await tables.redis.callAll(Array.from({ length: 1000 }, (_, i) => ['TS.ADD', `t:${i % 4}`, String(1_000_000 + i), '0']));
    const rows = await reading;
    const seen = new Set(rows.map((row) => `${String(row['_key'])} ${String(row['ms'])}`));
    expect(seen.size).toBe(rows.length);
    for (let s = 0; s < 4; s += 1) for (let i = 1; i <= 12_000; i += 1) expect(seen.has(`t:${s} ${i * 2}`)).toBe(true);
  });

  it('has captures and TTL, and labels of a type', async () => {
    await put('t:x:1', { sensor: '7' }, [[1, 1]]);
    await put('t:y:2', { sensor: 'no' }, [[2, 2]]);
    await tables.redis.call('EXPIRE', 't:x:1', '1000');
    const from = (more = ''): string =>
      `redis_timeseries('t:{room}:{id}', columns => {'sensor': 'BIGINT', 'id': 'BIGINT'}${more})`;
    expect(await tables.lines(`SELECT room, id, value, _ttl > 0 FROM ${from()} ORDER BY id`)).toEqual([
      'x 1 1 true',
      'y 2 2 NULL',
    ]);
    expect(await tables.lines(`SELECT id FROM ${from()} WHERE room = 'y'`)).toEqual(['2']);
    await expect(tables.session.query(`SELECT sensor FROM ${from()}`).rows()).rejects.toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(await tables.lines(`SELECT sensor, value FROM ${from(", on_error => 'null'")} ORDER BY id`)).toEqual([
      '7 1',
      'NULL 2',
    ]);
    expect(await tables.lines(`SELECT value FROM ${from(", on_error => 'skip'")}`)).toEqual(['1']);
    expect(await tables.lines(`SELECT value FROM ${from(", on_error => 'skip'")} ORDER BY _ts DESC LIMIT 1`)).toEqual(['1']);
  });
});

describe('redis_timeseries without its module', () => {
  it('says what is missing', async () => {
    await using plain = await startTables();
    await plain.redis.call('SET', 't:1', 'x');
    const declared = `FROM redis_timeseries('t:*', ${LABELS})`;
    for (const text of [`FROM redis_timeseries('t:*')`, declared, `${declared} WHERE sensor = 'a'`]) {
      await expect(plain.session.query(text).rows()).rejects.toMatchObject({
        code: 'RQ_UNSUPPORTED',
        message: expect.stringContaining('RedisTimeSeries is not loaded'),
      });
    }
  });
});
