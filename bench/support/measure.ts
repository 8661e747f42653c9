/** What a measure is: one or more rows of the table of limits, with the contenders that they need. */
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import type { ContenderOptions } from './contender.ts';
import type { Measured } from './results.ts';

/** The surroundings of a measure. */
export interface Bench {
  readonly redis: RunningRedis;
  readonly rowCount: number;
  readonly runCount: number;
  readonly hasPeers: boolean;
  /** How contenders are to be started. */
  readonly contenders: ContenderOptions;
}

export interface Measure {
  readonly name: string;
  /** Whether it reads `user:*`, which is then loaded first. */
  readonly needsUsers: boolean;
  /** Whether it is part of a run over ten million rows. */
  readonly isForManyRows: boolean;
  run(bench: Bench): Promise<Measured>;
}
