/** The run: world after world, query after query, until enough were asked or one side differs. */
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import { Oracle } from '../oracle/oracle.ts';
import { makeQuery } from '../queries/make-query.ts';
import { statementOf, viewOf } from '../queries/statement-text.ts';
import type { Query } from '../queries/words.ts';
import { Random } from '../random.ts';
import { loadWorld } from '../world/load-world.ts';
import { makeWorld } from '../world/make-world.ts';
import type { World } from '../world/words.ts';
import { checkQuery, type Verdict } from './check-query.ts';
import { type Profile, Sessions } from './sessions.ts';
import { Tally } from './tally.ts';

export interface RunOptions {
  readonly queryCount: number;
  readonly seed: string;
  /** Queries a world. */
  readonly queriesAWorld: number;
  /** Differences after which the run ends. */
  readonly mostFailures: number;
  /** EXPLAIN is asked for every n-th query. */
  readonly explainEvery: number;
  /** Kinds of tables; null for all. */
  readonly sources: readonly string[] | null;
  onProgress?(tally: Tally, failures: number): void;
  onFailure?(failure: Failure, bench: Bench): Promise<void>;
}

/** All that a query is checked with. */
export interface Bench {
  readonly redis: RunningRedis;
  readonly sessions: Sessions;
  readonly oracle: Oracle;
}

export interface Failure {
  readonly world: World;
  readonly query: Query;
  readonly profile: Profile;
  readonly verdict: Verdict;
  /** Which query of the run. */
  readonly number: number;
}

export interface Outcome {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

export async function runQueries(options: RunOptions): Promise<Outcome> {
  await using redis = await startRedis({ modules: true, args: ['--enable-debug-command', 'yes'] });
  // What has ended stays until it is looked at, as it does for a while in any Redis.
  await redis.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
  await using sessions = await Sessions.open(redis.url);
  using oracle = await Oracle.open();
  const bench: Bench = { redis, sessions, oracle };
  const tally = new Tally();
  const failures: Failure[] = [];
  const root = new Random(options.seed);
  for (let number = 0; number < options.queryCount && failures.length < options.mostFailures; ) {
    const worldNumber = Math.floor(number / options.queriesAWorld);
    const random = root.fork(`world ${worldNumber}`);
    const world = onlySources(makeWorld(random, worldNumber), options.sources);
    await loadAll(world, bench);
    for (let i = 0; i < options.queriesAWorld && number < options.queryCount && failures.length < options.mostFailures; i++) {
      const failure = await runOne(random.fork(`query ${i}`), world, number++, bench, tally, options);
      if (failure === null) continue;
      failures.push(failure);
      await options.onFailure?.(failure, bench);
      // Making it smaller has changed what Redis holds.
      await loadAll(world, bench);
    }
    options.onProgress?.(tally, failures.length);
  }
  return { tally, failures };
}

function onlySources(world: World, sources: RunOptions['sources']): World {
  if (sources === null) return world;
  const tables = world.tables.filter((table) => sources.includes(table.source));
  return { ...world, tables, indexes: world.indexes.filter((index) => tables.some((table) => table.name === index.table)) };
}

/** Puts a world in place on both sides. */
export async function loadAll(world: World, { redis, sessions, oracle }: Bench): Promise<void> {
  await loadWorld(redis, world);
  await sessions.refreshIndexes();
  await oracle.load(world);
  for (const table of world.tables) {
    await oracle.run(viewOf(table, 'plain'));
    await sessions.everywhere(viewOf(table, 'redis'));
  }
}

async function runOne(
  random: Random,
  world: World,
  number: number,
  bench: Bench,
  tally: Tally,
  options: RunOptions,
): Promise<Failure | null> {
  const query = makeQuery(random, world);
  const profile = Sessions.pickProfile(random);
  tally.countQuery(query, world);
  const verdict = await checkQuery(query, profile, bench.sessions, bench.oracle);
  for (const run of verdict.runs) if (run.profile !== 'off' || run.error !== null) tally.countRun(run);
  if (verdict.plainError !== null) tally.count('error', `plain: ${verdict.plainError.slice(0, 80).replaceAll(/\s+/g, ' ')}`);
  if (verdict.isCompared) tally.compared++;
  if (verdict.runs.every((run) => run.error === null) && number % options.explainEvery === 0) {
    try {
      const { notes } = await bench.sessions.explain(profile, statementOf(query, 'redis'));
      if (verdict.runs.every((run) => run.access.length === 0)) tally.idle++;
      else if (tally.countNotes(notes)) tally.pushed++;
    } catch (error) {
      tally.count('error', `EXPLAIN of what runs: ${String(error).slice(0, 100)}`);
    }
  }
  return verdict.difference === null ? null : { world, query, profile, verdict, number };
}
