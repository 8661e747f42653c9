/**
 * Holds push-down to its law: generated statements over generated data give the same rows with everything on, with everything
 * off, and in a plain DuckDB. Usage: npm run test:equivalence [-- --queries N --seed S --world N --failures N --sources hash,json --no-shrink].
 */
import { parseArgs } from 'node:util';
import { reportOf } from '../test/equivalence/run/report.ts';
import { rulesText } from '../test/equivalence/run/rules.ts';
import { type RunOptions, runQueries } from '../test/equivalence/run/run-queries.ts';
import { shrink } from '../test/equivalence/run/shrink.ts';

const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    world: { type: 'string', default: '100' },
    failures: { type: 'string', default: '1' },
    sources: { type: 'string' },
    explain: { type: 'string', default: '1' },
    'no-shrink': { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const startedAt = performance.now();
const options: RunOptions = {
  queryCount: Number(values.queries),
  seed: values.seed,
  queriesAWorld: Number(values.world),
  mostFailures: Number(values.failures),
  explainEvery: Number(values.explain),
  sources: values.sources?.split(',') ?? null,
  onProgress: ({ queries }, failures) => {
    if (!values.quiet) process.stderr.write(`\r${queries} queries, ${failures} differences, ${seconds()} s `);
  },
  onFailure: async (failure, bench) => {
    const smallest = values['no-shrink'] ? failure : await shrink(failure, bench);
    process.stdout.write(`\nDIFFERENCE ${await reportOf(smallest, bench)}\n`);
  },
};
process.stdout.write(`seed ${options.seed}\n`);
const { tally, failures } = await runQueries(options);
process.stdout.write(
  `\n${values.quiet ? '' : `${tally.text()}\n${rulesText(tally)}\n`}\nseed ${options.seed}: ${tally.queries} queries, ${failures.length} differences, ${seconds()} s\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}
