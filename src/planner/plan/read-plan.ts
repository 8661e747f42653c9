/** Reads an answer of json_serialize_plan once, for all that a statement needs of it. */
import { type AggregateBlock, type AggregateRefusal, aggregateBlocksIn, mayHoldAggregates } from '../aggregates/blocks.ts';
import type { ReadingOptions } from '../expressions/predicate.ts';
import { type CallsInPlan, countCalls, NO_CALLS } from './calls-in-plan.ts';
import { MOST_PLAN_CHARACTERS } from './limits.ts';
import { parseLosslessJson } from './lossless-json.ts';
import { groupScans, type PlanError, type PlannedScan, planErrorFrom, type ScanGroup, scansInPlans } from './scans.ts';

/** What an answer of json_serialize_plan says: an error, or what is in its plan. */
export interface PlanReading {
  readonly error: PlanError | null;
  readonly scans: readonly PlannedScan[];
  /** By `PlannedScan.key`. */
  readonly groups: ReadonlyMap<string, ScanGroup>;
  readonly calls: CallsInPlan;
  /** The scans that are grouped as a whole, and why others that are grouped are none. */
  readonly blocks: readonly AggregateBlock[];
  readonly refusals: readonly AggregateRefusal[];
}

const NOTHING: PlanReading = { error: null, scans: [], groups: new Map(), calls: NO_CALLS, blocks: [], refusals: [] };

/** Reads a plan. One that is cut off, or too long to read, has no scans: then nothing is pushed. */
export function readPlan(planJson: string, options: ReadingOptions = {}): PlanReading {
  const error = planErrorFrom(planJson);
  if (error !== null) return { ...NOTHING, error };
  if (planJson.length > MOST_PLAN_CHARACTERS) return NOTHING;
  const answer = parseLosslessJson(planJson);
  const scans = scansInPlans(answer, options);
  const groups = groupScans(scans);
  const aggregates = mayHoldAggregates(planJson) ? aggregateBlocksIn(answer, groups, options) : NOTHING;
  return {
    error,
    scans,
    groups,
    calls: countCalls(planJson, scans, groups),
    blocks: aggregates.blocks,
    refusals: aggregates.refusals,
  };
}

/** Lists the scans of an answer of json_serialize_plan that are grouped as a whole; parses it for that. */
export function aggregateBlocksOf(planJson: string, options: ReadingOptions = {}): readonly AggregateBlock[] {
  return readPlan(planJson, options).blocks;
}
