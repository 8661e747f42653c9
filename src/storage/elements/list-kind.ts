/** Lists: `position` from 0 and `element`. Ranges of positions go down. */
import { numberBox } from '../ranges/leaf-spans.ts';
import { ALL_POSITIONS, positionInterval, positionRangeOf } from '../ranges/position-range.ts';
import { SCAN_ARGUMENTS } from '../tables/call-arguments.ts';
import { type ElementKind, NO_CHOICE, partOf, readsElements, readsPart } from './element-kind.ts';

const POSITION = 'positions';

export const listKind: ElementKind = {
  source: 'list',
  functionName: 'redis_list',
  argumentNames: SCAN_ARGUMENTS,
  columns: [
    { name: 'position', type: { id: 'BIGINT' }, role: 'part', part: 'position' },
    { name: 'element', type: { id: 'VARCHAR' }, role: 'part', part: 'element' },
  ],
  hasFields: false,
  redisType: 'list',
  wholeRange: ALL_POSITIONS,
  leaf: (leaf, { part }) => (part === 'position' ? numberBox(POSITION, leaf, positionInterval) : null),
  why: (_, { part }) => (part === 'element' ? 'no command finds elements by what they hold' : null),
  choose: (box) => {
    const range = positionRangeOf(box, POSITION);
    return range === null ? NO_CHOICE : { range, sides: [POSITION], where: 'LRANGE' };
  },
  directionOf: ({ keys }, request) => {
    const [only, ...others] = keys;
    if (only === undefined || others.length > 0 || partOf(request, only.column) !== 'position') return null;
    return only.isDescending ? 'backward' : 'forward';
  },
  commands: (key, range, _rowsPerKey, request) => {
    if (range === null && !readsElements(request)) return [`LLEN ${key}`];
    const { first, last, isReversed } = range?.kind === 'positions' ? range : ALL_POSITIONS;
    if (!isReversed) return [`LRANGE ${key} ${first} ${last}`];
    // Counted from the end: the last ten are -10 to -1.
    return [`LRANGE ${key} ${-last - 1} ${-first - 1}`, ...(readsPart(request, 'position') ? [`LLEN ${key}`] : [])];
  },
};
