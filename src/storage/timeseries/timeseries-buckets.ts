/**
 * Grouped blocks over time series, answered by AGGREGATION of TS.RANGE: one row a bucket of each series. Only where that is
 * what SQL says: the filter is exact, samples of two series never fall into one group.
 */
import type {
  AggregateCall,
  AggregateGroup,
  AggregateRequest,
  ScanPlan,
  ScanRequest,
  TableColumn,
  TimeBucket,
} from '../scan-words.ts';
import { scanPlanOf } from '../tables/scan-plan.ts';
import { optionsOf, type SeriesQuery, seriesCommands } from './timeseries-query.ts';

type Aggregator = TimeBucket['aggregators'][number];

/** A bucket that holds all times. */
const ALL_OF_TIME = { widthMs: Number.MAX_SAFE_INTEGER, originMs: 0 };

/** Plans a block as a scan whose columns are its groups, then its aggregates; where Redis does not answer it exactly, says why. */
export function planBuckets(request: AggregateRequest, query: SeriesQuery): ScanPlan | string {
  const { scan, groups, aggregates } = request;
  const why = refusalOf(request, query);
  if (why !== null) return why;
  const grouped = groupColumns(groups, scan);
  if (typeof grouped === 'string') return grouped;
  const aggregators = aggregates.map((call) => aggregatorOf(call, scan));
  const asked = [...new Set(aggregators.flatMap((name) => name ?? []))];
  if (asked.length === 0) asked.push('count');
  const { widthMs, originMs } = groups.find(({ bucket }) => bucket !== null)?.bucket ?? ALL_OF_TIME;
  const bucket: TimeBucket = { aggregators: asked, widthMs, alignMs: ((originMs % widthMs) + widthMs) % widthMs };
  const columns = [
    ...grouped,
    ...aggregates.map(({ type }, index): TableColumn => {
      const aggregate = asked.findIndex((name) => name === aggregators[index]);
      return { name: `__a${index}`, type, role: 'part', part: 'value', aggregate };
    }),
  ];
  return bucketPlan({ ...scan, columns, projection: columns.map((_, index) => index) }, query, bucket);
}

/** Why Redis cannot group this; null where nothing speaks against it but the groups' own columns. */
function refusalOf({ scan, groups, aggregates }: AggregateRequest, query: SeriesQuery): string | null {
  const { filter, onError, settings } = scan;
  if (!settings.pushdownAggregates) return 'pushdown_aggregates is false';
  if (onError !== 'error') return `on_error => '${onError}' makes other values of bad ones`;
  if (filter !== null && query.filterAnswer !== 'exact') return 'the filter is not exact in Redis';
  if (groups.length === 0) return 'Redis gives a row a bucket: without a bucket or _key there is none to give';
  if (!isOneSeries(groups, scan, query))
    return 'Redis aggregates each series by itself: _key must be among the groups, or be one key';
  const foreign = aggregates.find((call) => aggregatorOf(call, scan) === null);
  if (foreign === undefined) return null;
  const column = foreign.column === null ? '*' : (scan.columns[foreign.column]?.name ?? '');
  return `TS.RANGE has no ${foreign.name.replace('count_distinct', 'count of distinct').replace('_star', '')} of ${column}`;
}

function bucketPlan(request: ScanRequest, query: SeriesQuery, bucket: TimeBucket): ScanPlan {
  const { access, rules } = query;
  const rests = bucket.aggregators.map((name) => ['ALIGN', `${bucket.alignMs}`, 'AGGREGATION', name, `${bucket.widthMs}`]);
  return scanPlanOf(
    // The filter is about other columns than these, and served as a whole.
    { ...request, filter: null, rowLimit: null, topN: null },
    {
      access,
      filterAnswer: 'exact',
      conjuncts: [],
      range: { ...query.range, bucket },
      rowLimit: null,
      options: { ...request.options, ...optionsOf(rules) },
      commands: seriesCommands(request, query, ...rests),
      remarks: ['Redis groups the samples by time: one row a bucket is read.'],
    },
  );
}

/** The columns of the groups; a text says which of them is no bucket and not the same for all samples of a series. */
function groupColumns(groups: readonly AggregateGroup[], { columns }: ScanRequest): TableColumn[] | string {
  // Buckets of two widths are not asked for at once.
  if (groups.filter(({ bucket }) => bucket !== null).length > 1) return 'TS.RANGE has buckets of one width';
  const grouped: TableColumn[] = [];
  for (const { column: position, bucket, type } of groups) {
    const column = columns[position];
    const isOfSeries = column?.role === 'key' || column?.role === 'capture' || column?.role === 'field';
    if (column === undefined || (bucket === null ? !isOfSeries : column.part !== 'ts')) {
      return `${column?.name ?? ''} differs within a series; groups are _key, labels, and time_bucket() of _ts`;
    }
    if (column.type.id !== type.id) return `TS.RANGE gives ${column.name} as ${column.type.id}, not as ${type.id}`;
    if (bucket !== null && !isWholeBucket(bucket)) return 'buckets of TS.RANGE are of whole milliseconds';
    grouped.push({ ...column, name: `__g${grouped.length}` });
  }
  return grouped;
}

function isWholeBucket({ widthMs, originMs }: NonNullable<AggregateGroup['bucket']>): boolean {
  return Number.isSafeInteger(widthMs) && Number.isSafeInteger(originMs) && widthMs > 0;
}

/** Redis aggregates each series by itself. */
function isOneSeries(groups: readonly AggregateGroup[], { columns }: ScanRequest, { access }: SeriesQuery): boolean {
  if (access.kind === 'empty' || (access.kind === 'keys' && access.keys.length === 1)) return true;
  return groups.some(({ column }) => columns[column]?.role === 'key');
}

/** Each sample has a time and a value: to count either is to count samples. */
function aggregatorOf({ name, column: position, type }: AggregateCall, { columns }: ScanRequest): Aggregator | null {
  const column = position === null ? undefined : columns[position];
  const isAlwaysThere = column?.role === 'key' || column?.part === 'ts' || column?.part === 'value';
  if (name === 'count_star' || (name === 'count' && isAlwaysThere)) return type.id === 'BIGINT' ? 'count' : null;
  if (name === 'count' || name === 'count_distinct' || column?.part !== 'value' || type.id !== 'DOUBLE') return null;
  return name;
}
