/** What of a statement's filter is served for time series, and the commands that follow. Asks no server. */
import type { SideUse } from '../ranges/filter-box.ts';
import type { AccessPath, ScanRequest } from '../scan-words.ts';
import { argumentText, argumentTexts, commandsOfKeys, scanCommands } from '../tables/command-text.ts';
import { filterParts, type KeyFilter, keyFilterOf } from '../tables/key-plan.ts';
import { type PlanParts, projectedColumns } from '../tables/scan-plan.ts';
import {
  filterTermsOf,
  type LabelRule,
  labelRulesOf,
  TIME_SIDE,
  type TimeRange,
  timeRangeOf,
  timeseriesBox,
  whyNoSeries,
} from './timeseries-filter.ts';

/** What of the filter is served: the series, and which of their samples. */
export interface SeriesQuery extends Pick<PlanParts, 'access' | 'filterAnswer' | 'conjuncts'> {
  readonly range: TimeRange;
  /** Labels that each series must have; the worker checks them as it reads. */
  readonly rules: readonly LabelRule[];
}

/** Reads the filter of a request. */
export function seriesQueryOf(request: ScanRequest): SeriesQuery {
  const found = keyFilterOf(request, {
    leaf: (leaf) => timeseriesBox(leaf, request),
    why: (leaf) => whyNoSeries(leaf, request),
  });
  const { rules, sides } = labelRulesOf(found.box, request);
  const access = accessOf(found, rules, request);
  const uses = new Map<string, SideUse>(found.uses);
  if (found.box.sides.has(TIME_SIDE)) uses.set(TIME_SIDE, { where: 'TS.RANGE', isExact: true });
  for (const side of sides) uses.set(side, { where: access.kind === 'series' ? 'TS.QUERYINDEX' : 'TS.INFO', isExact: true });
  return { access, range: timeRangeOf(found.box), rules, ...filterParts(request, found, uses) };
}

/** Keys by name are the cheaper way. Where it is the server that knows which keys a pattern covers, it is asked by SCAN. */
function accessOf({ keys, shape }: KeyFilter, rules: readonly LabelRule[], { settings }: ScanRequest): AccessPath {
  const { access } = keys;
  if (access.kind !== 'scan' || rules.length === 0 || !shape.canPickKeys || !settings.useIndexes) return access;
  return { kind: 'series', filters: filterTermsOf(rules), pattern: access.pattern };
}

/** The worker's own argument: which labels a series must have. */
export function optionsOf(rules: readonly LabelRule[]): ScanRequest['options'] {
  if (rules.length === 0) return {};
  return { labels: JSON.stringify(rules.map(({ label, values }) => [label, values])) };
}

/** The literal commands; `rest`: what follows the two times. */
export function seriesCommands(
  request: ScanRequest,
  { access, range, rules }: SeriesQuery,
  ...rests: readonly (readonly string[])[]
): string[] {
  const read = projectedColumns(request);
  const found = access.kind === 'series' ? [`TS.QUERYINDEX ${argumentTexts(access.filters)}`] : scanCommands(access, null);
  const hasInfo = rules.length > 0 || read.some(({ role }) => role === 'field');
  const hasTtl = read.some(({ role }) => role === 'ttl');
  const { from, to, isReversed } = range;
  const ofKey = (key: string): string[] => {
    const head = `${isReversed ? 'TS.REVRANGE' : 'TS.RANGE'} ${key} ${from} ${to}`;
    const samples = rests.map((rest) => [head, ...rest.map(argumentText)].join(' '));
    return [...(hasInfo ? [`TS.INFO ${key}`] : []), ...samples, ...(hasTtl ? [`TTL ${key}`] : [])];
  };
  return [...found, ...commandsOfKeys(access, ofKey)];
}
