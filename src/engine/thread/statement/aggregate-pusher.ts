/** Blocks of a statement that Redis groups and counts: what became of each, and the text in which they are calls of `redis_agg`. */
import type { AggregateAnswer } from '../../../storage/index.ts';
import type { SqlField } from '../../../types/index.ts';

/** A block that is answered by Redis. */
export interface PushedAggregate {
  /** `__g0`, …, then `__a0`, …: groups and aggregates. */
  readonly fields: readonly SqlField[];
  readonly answer: Exclude<AggregateAnswer, { kind: 'refused' }>;
  /** `redis_hash('user:*')`. */
  readonly title: string;
}
