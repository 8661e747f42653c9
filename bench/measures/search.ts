/**
 * Filters and groups by an index: 18 % and 0.1 % of the rows in both forms of a search, what another client feels beside
 * each, and GROUP BY as one FT.AGGREGATE.
 */
import path from 'node:path';
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import { findRedisProgram } from '../../scripts/redis/redis-program.ts';
import { startRedis } from '../../scripts/redis/start-redis.ts';
import { type Answer, Contender, numberIn, numbersIn } from '../support/contender.ts';
import { type Interleaved, interleave, medianMs, type Runner } from '../support/interleave.ts';
import { loadUsers } from '../support/load-data.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, seriesOf } from '../support/results.ts';
import { usersTable } from '../support/seeded-users.ts';
import { median } from '../support/statistics.ts';

const INDEX = 'idx:user';
const PROBE_KEY = 'bench:neighbour';
const FIELDS = ['name', 'age', 'score'] as const;
const TABLE = usersTable(...FIELDS);
/** The default of the setting; the kind form may hold another client up so long, and 50 ms more. */
const MAX_BLOCK_MS = 100;
const UNKIND = 'max_block_ms = 100000';
const KIND = `max_block_ms = ${MAX_BLOCK_MS}`;
/** Eleven of sixty ages; one score in a thousand. */
const FILTERS = [
  { share: '18 %', where: 'age < 29', query: '@age:[-inf (29]', must: 1.3, aim: 1.1 },
  { share: '0.1 %', where: 'score < 145', query: '@score:[-inf (145]', must: 3, aim: 1.5 },
] as const;
/** Turns a run, of what takes milliseconds. */
const TURNS = 8;
const FORMS = [
  { form: 'blocking', setting: UNKIND, pageKeys: 0 },
  { form: 'kind', setting: KIND, pageKeys: 1000 },
] as const;

export const search: Measure = { name: 'search', needsUsers: false, isForManyRows: false, run };

async function run(bench: Bench): Promise<Measured> {
  await using redis = await startRedis();
  process.stderr.write(`Loading and indexing ${bench.rowCount} hashes …\n`);
  await loadUsers(redis, bench.rowCount);
  await indexUsers(redis);
  await redis.call('SET', PROBE_KEY, 'here');
  const parts: Measured[] = [];
  for (const filter of FILTERS) for (const form of FORMS) parts.push(await filtered(bench, redis, filter, form));
  parts.push(await grouped(bench, redis));
  return { findings: parts.flatMap((part) => part.findings), series: parts.flatMap((part) => part.series) };
}

/** As the advisor would make it, and waits until it is whole. */
async function indexUsers(redis: RunningRedis): Promise<void> {
  await redis.call(
    ...['FT.CREATE', INDEX, 'ON', 'HASH', 'PREFIX', '1', 'user:', 'SCHEMA'],
    ...['age', 'NUMERIC', 'INDEXMISSING', 'SORTABLE', 'score', 'NUMERIC', 'INDEXMISSING', 'SORTABLE'],
    ...['city', 'TAG', 'CASESENSITIVE', 'INDEXMISSING', 'INDEXEMPTY', 'SORTABLE', 'UNF'],
  );
  for (;;) {
    const info = await redis.call('FT.INFO', INDEX);
    const words = Array.isArray(info) ? info : [];
    if (Number(words[words.indexOf('percent_indexed') + 1]) === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function filtered(
  { runCount, contenders }: Bench,
  redis: RunningRedis,
  { share, where, query, must, aim }: (typeof FILTERS)[number],
  { form, setting, pageKeys }: (typeof FORMS)[number],
): Promise<Measured> {
  await using floor = await Contender.node('drain.ts', [String(redis.port)], contenders);
  await using library = await Contender.node('statements.ts', [redis.url, setting], contenders);
  await using probe = await Contender.node('get-probe.ts', [String(redis.port), PROBE_KEY], contenders);
  const ours = `redquery ${share}, ${form}`;
  const theirs = `search and HMGET drained, ${share}, ${form}`;
  const sql = `SELECT ${FIELDS.join(', ')} FROM ${TABLE} WHERE ${where}`;
  const runners: Runner[] = [
    { name: theirs, run: async () => await floor.run('search', { index: INDEX, query, fields: FIELDS, pageKeys }) },
    { name: ours, run: async () => await library.run('batches', { sql }) },
  ];
  // What takes milliseconds is measured warm, as `latency` does.
  const turns = share === '0.1 %' ? runCount * TURNS : runCount;
  const outcome = await interleave(runners, turns, redis);
  expectEqualRows(outcome);
  expectIndex(outcome, ours);
  // A probe takes its share of the server, so it runs beside rounds of its own.
  const { answers } = await interleave([besides(probe, runners[1])], runCount, redis);
  const longest = (answers.get(`GET beside ${ours}`) ?? []).map((answer) => Math.max(...numbersIn(answer, 'gets')));
  const name = `search/${form}/${share.replaceAll(' ', '')}`;
  const target = {
    name,
    title: `filter of ${share} by an index, ${form}, against search + HMGET drained`,
    unit: '×',
    must,
    aim,
  } as const;
  const ratio = found(target, medianMs(outcome, ours) / medianMs(outcome, theirs));
  return {
    series: [...outcome.series, seriesOf(`longest GET beside ${ours}`, 'ms', longest)],
    findings: [ratio, ...kindness(form, share, median(longest))],
  };
}

function kindness(form: string, share: string, longestMs: number): Finding[] {
  const title = `another client's longest GET beside the ${form} form, ${share}`;
  if (form !== 'kind') return [];
  return [
    found(
      { name: `search/${form}/${share.replaceAll(' ', '')}/longest-get`, title, unit: 'ms', must: MAX_BLOCK_MS + 50, aim: null },
      longestMs,
    ),
  ];
}

function besides(probe: Contender, runner: Runner | undefined): Runner {
  return {
    name: `GET beside ${runner?.name ?? ''}`,
    run: async (): Promise<Answer> => {
      await probe.run('start');
      const answer = (await runner?.run()) ?? {};
      return { ...answer, gets: numbersIn(await probe.run('stop'), 'samples') };
    },
  };
}

/** The same FT.AGGREGATE by redis-cli, and the scan. */
async function grouped({ runCount, contenders }: Bench, redis: RunningRedis): Promise<Measured> {
  const cli = path.join(path.dirname((await findRedisProgram()).command), 'redis-cli');
  await using floor = await Contender.node('drain.ts', [String(redis.port), cli], contenders);
  await using pushing = await Contender.node('statements.ts', [redis.url, UNKIND], contenders);
  await using scanning = await Contender.node('statements.ts', [redis.url, 'use_indexes = false'], contenders);
  const sql = `SELECT age, avg(score) FROM ${usersTable('age', 'score')} GROUP BY age`;
  const words = [
    ...['FT.AGGREGATE', INDEX, '*', 'GROUPBY', '1', '@age', 'REDUCE', 'AVG', '1', '@score', 'AS', 'mean'],
    ...['LIMIT', '0', '1000000', 'TIMEOUT', '0', 'DIALECT', '2'],
  ];
  const [cliName, ours, scan] = ['redis-cli FT.AGGREGATE', 'redquery GROUP BY by the index', 'redquery GROUP BY by a scan'];
  const outcome = await interleave(
    [
      { name: cliName, run: async () => await floor.run('cli', { words }) },
      { name: ours, run: async () => await pushing.run('batches', { sql }) },
    ],
    runCount * TURNS,
    redis,
  );
  const scanned = await interleave([{ name: scan, run: async () => await scanning.run('batches', { sql }) }], runCount, redis);
  const against = {
    name: 'search/group-by',
    title: 'GROUP BY age, avg(score) by the index, against redis-cli',
    unit: '×',
    must: 1.5,
    aim: 1.1,
  } as const;
  const faster = {
    name: 'search/group-by/scan',
    title: 'the same, times faster than the scan',
    unit: '×',
    must: 20,
    aim: 28,
    isMoreBetter: true,
  } as const;
  return {
    series: [...outcome.series, ...scanned.series],
    findings: [
      found(against, medianMs(outcome, ours) / medianMs(outcome, cliName)),
      found(faster, medianMs(scanned, scan) / medianMs(outcome, ours)),
    ],
  };
}

function expectEqualRows({ answers }: Interleaved): void {
  const counts = [...answers].map(([name, [first]]) => ({ name, rows: numberIn(first ?? {}, 'rows') }));
  if (new Set(counts.map(({ rows }) => rows)).size > 1) throw new Error(`unequal rows: ${JSON.stringify(counts)}`);
}

/** A scan in disguise is no measure of an index. */
function expectIndex({ answers }: Interleaved, name: string): void {
  const access = answers.get(name)?.[0]?.['access'];
  if (access !== 'search') throw new Error(`${name} read by ${String(access)}, not by the index`);
}
