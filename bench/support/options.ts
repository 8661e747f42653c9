/** Reads the benchmark's command line. */
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly rowCount: number;
  readonly runCount: number;
  /** Names of measures; null for those that suit the number of rows. */
  readonly only: readonly string[] | null;
  /** Whether ioredis and polars-redis take part. */
  readonly hasPeers: boolean;
  /** Where the JSON goes; null for a name made of time and commit. */
  readonly outFile: string | null;
  /** Where contenders write CPU profiles; null for none. */
  readonly profileDirectory: string | null;
}

export type BenchCommand =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'compare'; readonly files: readonly [string, string] }
  | { readonly kind: 'help' };

export const USAGE = `usage: npm run bench [-- OPTIONS]
       npm run bench -- compare A.json B.json

  --rows N        keys to load (default 1000000; from 2000001 on: floor and memory only)
  --runs N        interleaved runs (default 5)
  --only NAME …   some measures only
  --no-peers      without ioredis and polars-redis
  --out FILE      where the JSON goes (default bench/results/TIME-COMMIT.json)
  --profile DIR   CPU profiles of every thread, at a cost in time
  --help
`;

/** @throws {Error} with what is wrong and what is valid. */
export function readCommand(args: readonly string[], measureNames: readonly string[]): BenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', multiple: true },
      'no-peers': { type: 'boolean', default: false },
      out: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  const [first, fileA, fileB] = positionals;
  if (first === 'compare') {
    if (fileA === undefined || fileB === undefined || positionals.length > 3)
      throw new Error('compare takes two files of bench/results');
    return { kind: 'compare', files: [fileA, fileB] };
  }
  if (values.only === undefined && first !== undefined) throw new Error(`unknown word "${first}"`);
  const only = values.only === undefined ? null : [...values.only, ...positionals];
  const unknown = only?.find((name) => !measureNames.includes(name));
  if (unknown !== undefined) throw new Error(`no measure "${unknown}"; measures: ${measureNames.join(', ')}`);
  const options = {
    rowCount: positive('--rows', values.rows),
    runCount: positive('--runs', values.runs),
    only,
    hasPeers: !values['no-peers'],
    outFile: values.out ?? null,
    profileDirectory: values.profile ?? null,
  };
  return { kind: 'run', options };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${name}: ${text}; valid are whole numbers above 0`);
}
