/**
 * The benchmark: starts its own Redis, loads seeded data, runs the measures and prints ratios that were taken in this one run.
 * docs/benchmarks.md says what each number means. Usage: npm run bench [-- --rows N --runs N --only NAME …]; compare A B.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startRedis } from '../scripts/redis/start-redis.ts';
import { compareFiles } from './compare.ts';
import { MEASURES } from './measures/index.ts';
import { loadUsers } from './support/load-data.ts';
import { describeMachine, describeVersions } from './support/machine.ts';
import type { Bench, Measure } from './support/measure.ts';
import { type BenchOptions, readCommand, USAGE } from './support/options.ts';
import { reportText } from './support/print-results.ts';
import type { Finding, Results, Series } from './support/results.ts';

const RESULTS_DIRECTORY = path.resolve(import.meta.dirname, 'results');
/** Above this only the measures for many rows run unless named, and the peers stay out: one run of ioredis takes minutes. */
const MANY_ROWS_FROM = 2_000_001;
/** A job may take this long, and so much a row. */
const TIME_LIMIT_MS = 60_000;
const TIME_LIMIT_MS_A_ROW = 0.06;

// A signal runs the handlers of 'exit', which end contenders and Redis.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(status));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = readCommand(
      args,
      MEASURES.map(({ name }) => name),
    );
    switch (command.kind) {
      case 'help':
        process.stdout.write(`${USAGE}\nmeasures: ${MEASURES.map(({ name }) => name).join(', ')}\n`);
        return 0;
      case 'compare':
        process.stdout.write(await compareFiles(...command.files));
        return 0;
      case 'run':
        return await runAll(command.options, args);
      default:
        return command satisfies never;
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

/** Runs the chosen measures; 1 where one of them failed. */
async function runAll(options: BenchOptions, args: readonly string[]): Promise<number> {
  const startedAt = new Date().toISOString();
  const { rowCount, runCount } = options;
  const profileDirectory = options.profileDirectory === null ? undefined : path.resolve(options.profileDirectory);
  const isMany = rowCount >= MANY_ROWS_FROM;
  const chosen = MEASURES.filter(({ name, isForManyRows }) => options.only?.includes(name) ?? (!isMany || isForManyRows));
  if (profileDirectory !== undefined) await mkdir(profileDirectory, { recursive: true });
  await using redis = await startRedis({ modules: false });
  if (chosen.some(({ needsUsers }) => needsUsers)) {
    process.stderr.write(`Loading ${rowCount} hashes …\n`);
    await loadUsers(redis, rowCount);
  }
  const timeLimitMs = TIME_LIMIT_MS + TIME_LIMIT_MS_A_ROW * rowCount;
  const bench: Bench = {
    redis,
    rowCount,
    runCount,
    hasPeers: options.hasPeers && !isMany,
    contenders: { timeLimitMs, profileDirectory },
  };
  const machine = describeMachine();
  const { findings, series, failures } = await measureAll(chosen, bench);
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const results: Results = {
    format: 1,
    startedAt,
    command,
    machine,
    versions: describeVersions(redis.version),
    rowCount,
    runCount,
    findings,
    series,
  };
  process.stdout.write(`\n${reportText(results)}`);
  process.stdout.write(`\nStored in ${path.relative(process.cwd(), await store(results, options.outFile))}\n`);
  for (const failure of failures) process.stderr.write(`\nFAILED ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

async function measureAll(measures: readonly Measure[], bench: Bench) {
  const findings: Finding[] = [];
  const series: Series[] = [];
  const failures: string[] = [];
  for (const measure of measures) {
    process.stderr.write(`\n${measure.name}\n`);
    try {
      const measured = await measure.run(bench);
      findings.push(...measured.findings);
      series.push(...measured.series);
    } catch (error) {
      // The others go on: a benchmark of an hour is not lost by its last part.
      failures.push(`${measure.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.stderr.write(`  failed: ${failures.at(-1)}\n`);
    }
  }
  return { findings, series, failures };
}

async function store(results: Results, outFile: string | null): Promise<string> {
  const time = results.startedAt.slice(0, 19).replaceAll(/[-:]/g, '');
  const file = outFile ?? path.join(RESULTS_DIRECTORY, `${time}-${results.machine['commit'] ?? 'unknown'}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
}
