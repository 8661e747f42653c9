/** All rows of every other type against the drained replies of the same commands; and the best ten of a large sorted set. */
import path from 'node:path';
import { findRedisProgram } from '../../scripts/redis/redis-program.ts';
import { startRedis } from '../../scripts/redis/start-redis.ts';
import { Contender, numberIn, numbersIn } from '../support/contender.ts';
import { type Interleaved, interleave, medianMs } from '../support/interleave.ts';
import { loadRows } from '../support/load-tables.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, type Series, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';

/** What is read of each type, and by which command the floor reads it: its words before and behind the key. */
const TABLES = [
  {
    type: 'string',
    sql: `SELECT value FROM redis_string('string:*', columns => {'value': 'VARCHAR'})`,
    before: ['MGET'],
    after: [],
  },
  { type: 'set', sql: `SELECT member FROM redis_set('set:*')`, before: ['SSCAN'], after: ['0', 'COUNT', '10000'] },
  { type: 'list', sql: `SELECT element FROM redis_list('list:*')`, before: ['LRANGE'], after: ['0', '-1'] },
  { type: 'zset', sql: `SELECT member, score FROM redis_zset('zset:*')`, before: ['ZRANGE'], after: ['0', '-1', 'WITHSCORES'] },
  {
    type: 'stream',
    sql: `SELECT _id, kind, n FROM redis_stream('stream:*', columns => {'kind': 'VARCHAR', 'n': 'BIGINT'})`,
    before: ['XRANGE'],
    after: ['-', '+'],
  },
  {
    type: 'json',
    sql: `SELECT name, age, score FROM redis_json('json:*', columns => {'name': 'VARCHAR', 'age': 'BIGINT', 'score': 'DOUBLE'})`,
    before: ['JSON.GET'],
    after: ['$.name', '$.age', '$.score'],
  },
] as const;
/** How the rows of sets, lists, sorted sets and streams are spread over keys. */
const ELEMENTS_A_KEY = [10, 1000] as const;
const TOP_SAMPLES = 40;

export const tables: Measure = { name: 'tables', needsUsers: false, isForManyRows: false, run };

async function run(bench: Bench): Promise<Measured> {
  const findings: Finding[] = [];
  const series: Series[] = [];
  for (const table of TABLES) {
    const isRowAKey = table.type === 'string' || table.type === 'json';
    for (const elementsAKey of isRowAKey ? [1] : ELEMENTS_A_KEY) {
      const outcome = await runTable(table, elementsAKey, bench);
      const what = nameOf(table.type, elementsAKey);
      series.push(...outcome.series);
      const title = `all rows of ${what}, against ${table.before.join(' ')} drained`;
      const target = { name: `tables/${table.type}/${elementsAKey}`, title, unit: '×', must: 1.3, aim: 1.1 } as const;
      findings.push(found(target, medianMs(outcome, `redquery ${what}`) / medianMs(outcome, `floor ${what}`)));
    }
  }
  const top = await topTen(bench);
  return { findings: [...findings, ...top.findings], series: [...series, ...top.series] };
}

function nameOf(type: string, elementsAKey: number): string {
  return `${type === 'json' ? 'document' : type}s${elementsAKey === 1 ? '' : ` of ${elementsAKey.toLocaleString('en')}`}`;
}

async function runTable(
  { type, sql, before, after }: (typeof TABLES)[number],
  elementsAKey: number,
  bench: Bench,
): Promise<Interleaved> {
  const [ours, theirs] = [`redquery ${nameOf(type, elementsAKey)}`, `floor ${nameOf(type, elementsAKey)}`];
  await using redis = await startRedis();
  await loadRows(redis, type, bench.rowCount, elementsAKey);
  await using floor = await Contender.node('drain.ts', [String(redis.port)], bench.contenders);
  await using library = await Contender.node('statements.ts', [redis.url], bench.contenders);
  const runners = [
    { name: theirs, run: async () => await floor.run('keyspace', { pattern: `${type}:*`, before, after }) },
    { name: ours, run: async () => await library.run('batches', { sql }) },
  ];
  const outcome = await interleave(runners, bench.runCount, redis);
  const rows = numberIn(outcome.answers.get(ours)?.[0] ?? {}, 'rows');
  if (rows !== bench.rowCount) throw new Error(`${type}: ${rows} rows of ${bench.rowCount}`);
  return outcome;
}

/** Against redis-cli as a process of its own, and, for the record, against the bare command. */
async function topTen({ rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using redis = await startRedis();
  await loadRows(redis, 'board', rowCount);
  const cli = path.join(path.dirname((await findRedisProgram()).command), 'redis-cli');
  await using floor = await Contender.node('drain.ts', [String(redis.port), cli], contenders);
  await using library = await Contender.node('statements.ts', [redis.url], contenders);
  const words = ['ZRANGE', 'board', '0', '9', 'REV', 'WITHSCORES'];
  const sql = `SELECT member, score FROM redis_zset('board') ORDER BY score DESC LIMIT 10`;
  const ours: number[] = [];
  const theirs: number[] = [];
  await library.run('samples', { sql, count: TOP_SAMPLES });
  for (let i = 0; i < runCount; i++) {
    for (let turn = 0; turn < TOP_SAMPLES; turn++) {
      ours.push(...numbersIn(await library.run('samples', { sql, count: 1 }), 'samples'));
      theirs.push(numberIn(await floor.run('cli', { words }), 'ms'));
    }
  }
  const title = `top 10 of a sorted set of ${rowCount.toLocaleString('en')}, against redis-cli ZRANGE`;
  return {
    series: [seriesOf('redquery, top 10', 'ms', ours), seriesOf('redis-cli ZRANGE', 'ms', theirs)],
    findings: [found({ name: 'tables/top-10', title, unit: '×', must: 3, aim: 1.5 }, median(ours) / median(theirs))],
  };
}
