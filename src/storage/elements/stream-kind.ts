/** Streams: `_id`, `_ts`, `_seq` and the fields of the entries. Ranges of `_ts`, single ids, and both orders go down. */
import type { Box } from '../ranges/box.ts';
import { ALL_IDS, ID_SIDE, idBox, idRangeOf, idRangesOf, isDigitSide, timestampBox } from '../ranges/id-range.ts';
import type { ElementRange, ScanRequest, TopN } from '../scan-words.ts';
import { SCAN_ARGUMENTS } from '../tables/call-arguments.ts';
import { type ElementKind, NO_CHOICE, partOf, type RangeChoice, readsElements } from './element-kind.ts';

const AS_TEXT = 'SQL orders ids as text, Redis as numbers; compare _ts';

export const streamKind: ElementKind = {
  source: 'stream',
  functionName: 'redis_stream',
  argumentNames: SCAN_ARGUMENTS,
  columns: [
    { name: '_id', type: { id: 'VARCHAR' }, role: 'part', part: 'id' },
    { name: '_ts', type: { id: 'TIMESTAMPTZ' }, role: 'part', part: 'ts' },
    { name: '_seq', type: { id: 'BIGINT' }, role: 'part', part: 'seq' },
  ],
  hasFields: true,
  redisType: 'stream',
  wholeRange: ALL_IDS,
  leaf: (leaf, { part }) => (part === 'id' ? idBox(leaf) : part === 'ts' ? timestampBox(leaf) : null),
  why: (_, { part }) => {
    if (part === 'id') return AS_TEXT;
    return part === 'seq' ? 'ids are in order of their time first' : null;
  },
  choose,
  directionOf,
  commands: (key, range, rowsPerKey, request) => {
    if (range === null && !readsElements(request)) return [`XLEN ${key}`];
    const { from, to, isReversed } = range?.kind === 'ids' ? range : ALL_IDS;
    const count = rowsPerKey === null ? '' : ` COUNT ${rowsPerKey}`;
    return [isReversed ? `XREVRANGE ${key} ${to} ${from}${count}` : `XRANGE ${key} ${from} ${to}${count}`];
  },
};

/** Bounds of ids as text leave ids with other numbers of digits: three ranges, which are worth their while for named keys. */
function choose(box: Box): RangeChoice {
  const ranges = idRangesOf(box);
  if (ranges === null) return NO_CHOICE;
  const sides = [...box.sides.keys()].filter((side) => side === ID_SIDE || isDigitSide(side));
  const range = idRangeOf(box);
  const [only] = ranges;
  if (only !== undefined && ranges.length === 1) return { range: only, sides, where: 'XRANGE' };
  const own = range === null ? [] : [ID_SIDE];
  return { range, sides: own, where: 'XRANGE', split: { ranges, sides }, whyNot: AS_TEXT };
}

/**
 * By `_ts`, or by `_ts` and `_seq` in one direction. What no TIMESTAMPTZ or BIGINT holds is an error; under another on_error it
 * is NULL, which has a place of its own in an order.
 */
function directionOf({ keys }: TopN, request: ScanRequest, range: ElementRange | null): 'forward' | 'backward' | null {
  const [first, second, ...others] = keys;
  if (first === undefined || others.length > 0 || partOf(request, first.column) !== 'ts') return null;
  const isSure = request.onError === 'error';
  if (second === undefined) {
    if (!isSure && (range?.kind !== 'ids' || range.to === '+')) return null;
  } else if (!isSure || partOf(request, second.column) !== 'seq' || second.isDescending !== first.isDescending) return null;
  return first.isDescending ? 'backward' : 'forward';
}
