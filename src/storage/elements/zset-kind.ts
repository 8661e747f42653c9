/** Sorted sets: `rank`, `member`, `score`. Scores, ranks, members and both orders go down. */
import type { Box } from '../ranges/box.ts';
import type { Bound } from '../ranges/interval.ts';
import { doubleInterval, numberBox, textBox, whyNoText } from '../ranges/leaf-spans.ts';
import { ALL_POSITIONS, positionInterval, positionRangeOf } from '../ranges/position-range.ts';
import type { ElementRange, ScanRequest, TopN } from '../scan-words.ts';
import { SCAN_ARGUMENTS } from '../tables/call-arguments.ts';
import { argumentText, argumentTexts } from '../tables/command-text.ts';
import { type ElementKind, NO_CHOICE, partOf, type RangeChoice, readsElements, readsPart } from './element-kind.ts';

const MEMBER = 'members';
const SCORE = 'scores';
const RANK = 'ranks';
/** Members whose ZRANK is written out. */
const MOST_SHOWN_RANKS = 10;

export const zsetKind: ElementKind = {
  source: 'zset',
  functionName: 'redis_zset',
  argumentNames: SCAN_ARGUMENTS,
  columns: [
    { name: 'rank', type: { id: 'BIGINT' }, role: 'part', part: 'rank' },
    { name: 'member', type: { id: 'VARCHAR' }, role: 'part', part: 'member' },
    { name: 'score', type: { id: 'DOUBLE' }, role: 'part', part: 'score' },
  ],
  hasFields: false,
  redisType: 'zset',
  wholeRange: ALL_POSITIONS,
  leaf: (leaf, column) => {
    if (column.part === 'member') return textBox(MEMBER, leaf, column);
    if (column.part === 'score') return numberBox(SCORE, leaf, doubleInterval);
    return column.part === 'rank' ? numberBox(RANK, leaf, positionInterval) : null;
  },
  why: (leaf, column) => {
    if (column.part !== 'member') return null;
    return whyNoText(leaf, column) ?? 'members are in order only among equal scores';
  },
  choose,
  directionOf,
  commands,
};

/** One of the sides: members, else ranks, else scores. */
function choose(box: Box): RangeChoice {
  const members = box.sides.get(MEMBER);
  if (members?.kind === 'keys') return { range: { kind: 'members', members: members.keys }, sides: [MEMBER], where: 'ZMSCORE' };
  const positions = positionRangeOf(box, RANK);
  if (positions !== null) return { range: positions, sides: [RANK], where: 'ZRANGE' };
  const scores = box.sides.get(SCORE);
  if (scores?.kind !== 'interval') return NO_CHOICE;
  const range = {
    kind: 'scores',
    min: boundText(scores.low, '-inf'),
    max: boundText(scores.high, '+inf'),
    isReversed: false,
  } as const;
  return { range, sides: [SCORE], where: 'ZRANGE BYSCORE' };
}

/** JavaScript prints the shortest text that reads back as the same double, as Redis does. */
function boundText(bound: Bound | null, without: string): string {
  if (bound === null) return without;
  const text = bound.value === Infinity ? '+inf' : bound.value === -Infinity ? '-inf' : String(bound.value);
  return bound.isOpen ? `(${text}` : text;
}

/** Redis orders by score, equal scores by the bytes of their members, which is SQL's order of VARCHAR. */
function directionOf({ keys }: TopN, request: ScanRequest, range: ElementRange | null): 'forward' | 'backward' | null {
  const [first, second, ...others] = keys;
  if (first === undefined || range?.kind === 'members') return null;
  const direction = first.isDescending ? 'backward' : 'forward';
  const part = partOf(request, first.column);
  if (part === 'rank') return second === undefined ? direction : null;
  if (part !== 'score') return null;
  if (second === undefined) return direction;
  const isByMember =
    partOf(request, second.column) === 'member' && request.columns[second.column]?.type.id === 'VARCHAR' && others.length === 0;
  return isByMember && second.isDescending === first.isDescending ? direction : null;
}

/** Ranks that do not count from the lowest member need one more command. */
function commands(key: string, range: ElementRange | null, rowsPerKey: number | null, request: ScanRequest): string[] {
  if (range === null && !readsElements(request)) return [`ZCARD ${key}`];
  const hasRank = readsPart(request, 'rank');
  const withScores = readsPart(request, 'score') ? ' WITHSCORES' : '';
  switch (range?.kind) {
    case 'members': {
      const ranked = hasRank ? range.members.slice(0, MOST_SHOWN_RANKS) : [];
      return [
        `ZMSCORE ${key} ${argumentTexts(range.members)}`,
        ...ranked.map((member) => `ZRANK ${key} ${argumentText(member)}`),
        ...(hasRank && range.members.length > MOST_SHOWN_RANKS ? ['… and so on for the other members'] : []),
      ];
    }
    case 'scores': {
      const { min, max, isReversed } = range;
      const bounds = isReversed ? `${max} ${min} BYSCORE REV` : `${min} ${max} BYSCORE`;
      const counted = isReversed ? max : min.startsWith('(') ? min.slice(1) : `(${min}`;
      return [
        `ZRANGE ${key} ${bounds}${rowsPerKey === null ? '' : ` LIMIT 0 ${rowsPerKey}`}${withScores}`,
        ...(hasRank ? [`ZCOUNT ${key} -inf ${counted}`] : []),
      ];
    }
    default: {
      const { first, last, isReversed } = range?.kind === 'positions' ? range : ALL_POSITIONS;
      const ranked = `ZRANGE ${key} ${first} ${last}${isReversed ? ' REV' : ''}${withScores}`;
      return [ranked, ...(hasRank && isReversed ? [`ZCARD ${key}`] : [])];
    }
  }
}
