/** The words of a benchmark's outcome, as they are printed and stored in bench/results/*.json. Plain data. */
import { median, quantile } from './statistics.ts';

/** What issue and docs/benchmarks.md ask of one number. */
export interface Target {
  /** Stable, for `compare`: `group-by/floor`. */
  readonly name: string;
  readonly title: string;
  readonly unit: '×' | 'ms' | 'MB';
  /** The limit: most, or least where `isMoreBetter`. */
  readonly must: number;
  readonly aim: number | null;
  readonly isMoreBetter?: boolean;
}

export interface Finding extends Target {
  /** Null where it was not measured; `note` then says why. */
  readonly reached: number | null;
  readonly note?: string;
}

/** One thing that was timed or weighed, many times. */
export interface Series {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | '×';
  readonly sampleCount: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
  /** In the order in which they were taken; left out where there are over a hundred. */
  readonly samples?: readonly number[];
  /** Medians over the runs of what was counted beside: rows, bytes, CPU milliseconds of the client and of Redis. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** What a measure gives. */
export interface Measured {
  readonly findings: readonly Finding[];
  readonly series: readonly Series[];
}

export interface Results {
  readonly format: 1;
  readonly startedAt: string;
  readonly command: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly rowCount: number;
  readonly runCount: number;
  readonly findings: readonly Finding[];
  readonly series: readonly Series[];
}

const MOST_KEPT_SAMPLES = 100;
const MOST_WHY_CHARS = 200;

/** Sums samples up; they are kept where they are few. */
export function seriesOf(name: string, unit: Series['unit'], samples: readonly number[], counts?: Series['counts']): Series {
  return {
    name,
    unit,
    sampleCount: samples.length,
    min: Math.min(...samples),
    median: median(samples),
    p99: quantile(samples, 0.99),
    max: Math.max(...samples),
    ...(samples.length <= MOST_KEPT_SAMPLES && { samples }),
    ...(counts !== undefined && { counts }),
  };
}

export function found(target: Target, reached: number, note?: string): Finding {
  return { ...target, reached, ...(note !== undefined && { note }) };
}

export function notMeasured(target: Target, why: string): Finding {
  return { ...target, reached: null, note: why.replaceAll(/\s+/g, ' ').slice(0, MOST_WHY_CHARS) };
}

/** Says how a finding stands to its limits. */
export function verdictOf({ reached, must, aim, isMoreBetter }: Finding): 'aim' | 'must' | 'missed' | 'not measured' {
  if (reached === null || Number.isNaN(reached)) return 'not measured';
  const keeps = (limit: number): boolean => (isMoreBetter === true ? reached >= limit : reached <= limit);
  if (aim !== null && keeps(aim)) return 'aim';
  return keeps(must) ? 'must' : 'missed';
}
