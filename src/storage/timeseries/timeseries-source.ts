/**
 * Time series as a table: keys by the filter over `_key` and captures, series by their labels, of each series the samples
 * between two times, newest first where that is all that is wanted. DuckDB checks every filter again.
 */
import type { ScanPlan, ScanRequest, TopN } from '../scan-words.ts';
import { rowLimitOf, scanPlanOf } from '../tables/scan-plan.ts';
import type { TableSource } from '../tables/table-source.ts';
import { planBuckets } from './timeseries-buckets.ts';
import type { TimeRange } from './timeseries-filter.ts';
import { optionsOf, type SeriesQuery, seriesCommands, seriesQueryOf } from './timeseries-query.ts';
import { bindTimeseries, TIMESERIES_ARGUMENTS, TIMESERIES_FUNCTION, timeseriesSampleFor } from './timeseries-table.ts';

/** The table of `redis_timeseries`. Pushes keys, times, labels, the newest samples, and buckets of time. */
export const timeseriesSource: TableSource = {
  source: 'timeseries',
  functionName: TIMESERIES_FUNCTION,
  positional: ['pattern'],
  argumentNames: TIMESERIES_ARGUMENTS,
  sampleFor: timeseriesSampleFor,
  bind: bindTimeseries,
  classify: (filter, request) => plan({ ...request, filter }).filterAnswer,
  plan,
  planAggregate: (request) => planBuckets(request, seriesQueryOf(request.scan)),
};

function plan(request: ScanRequest): ScanPlan {
  const query = seriesQueryOf(request);
  const { range, rowsPerKey, remarks } = limited(request, query);
  const { access, filterAnswer, conjuncts, rules } = query;
  const options = { ...request.options, ...optionsOf(rules) };
  const commands = seriesCommands(request, { ...query, range }, rowsPerKey === null ? [] : ['COUNT', String(rowsPerKey)]);
  return scanPlanOf(request, { access, filterAnswer, conjuncts, range, rowsPerKey, options, commands, remarks });
}

interface Limited {
  readonly range: TimeRange;
  readonly rowsPerKey: number | null;
  readonly remarks: readonly string[];
}

/**
 * Of each series no more samples are read than the statement can need. Only where each sample that is read counts: the
 * filter is exact, and none is left out for a label that does not parse.
 */
function limited(request: ScanRequest, { range, filterAnswer }: SeriesQuery): Limited {
  const all = { range, rowsPerKey: null, remarks: [] };
  const { filter, onError, topN, settings } = request;
  if ((filter !== null && filterAnswer !== 'exact') || onError === 'skip') return all;
  const direction = topN === null || !settings.pushdownOrder ? null : directionOf(topN, request, range);
  if (topN !== null && direction !== null) {
    const remark = `Of each series the ${direction} ${topN.rowCount} samples are read: Redis keeps this order.`;
    return { range: { ...range, isReversed: direction === 'newest' }, rowsPerKey: Math.max(1, topN.rowCount), remarks: [remark] };
  }
  const rowLimit = rowLimitOf(request, 'exact');
  return rowLimit === null ? all : { range, rowsPerKey: Math.max(1, rowLimit), remarks: [] };
}

/**
 * The first of the order's keys that tells samples of one series apart must be `_ts`, of which each has its own: what stands
 * before it is the same for all of them. A time beyond what `_ts` holds is an error, or else a NULL, which has a place of its own.
 */
function directionOf({ keys }: TopN, { columns, onError }: ScanRequest, { to }: TimeRange): 'newest' | 'oldest' | null {
  if (onError !== 'error' && to === '+') return null;
  for (const { column: position, isDescending } of keys) {
    const column = columns[position];
    if (column?.part === 'ts') return isDescending ? 'newest' : 'oldest';
    const isOfSeries = column?.role === 'key' || column?.role === 'capture' || column?.role === 'field';
    if (!isOfSeries) return null;
  }
  return null;
}
