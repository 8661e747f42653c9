/** The rules, traps and fallbacks that a run must have met: each in at least one query of a hundred. */
import type { Tally } from './tally.ts';

interface Rule {
  readonly name: string;
  readonly group: 'rule' | 'remark' | 'fallback' | 'way' | 'command' | 'predicate' | 'world';
  readonly pattern: RegExp;
}

const LEAST_SHARE = 0.01;

const rule = (name: string, pattern: RegExp): Rule => ({ name, group: 'rule', pattern });
const remark = (name: string, pattern: RegExp): Rule => ({ name, group: 'remark', pattern });

export const RULES: readonly Rule[] = [
  rule('keys by name', /^keys: (?:=|IN)/),
  rule('a narrower pattern of keys', /^keys: prefix/),
  ...['=', '<>', '<', '<=', '>', '>=', 'IN', 'IS NULL', 'IS NOT NULL', 'OR', 'NOT'].map((op) =>
    rule(`index: ${op}, exact`, new RegExp(`^index IDX: ${op}, exact`)),
  ),
  rule('index: a prefix of a text', /^index IDX: prefix/),
  rule('index, re-checked: tags ignore case (trap 1)', /tag ignores case/),
  rule('index, re-checked: tags are split and trimmed (traps 2, 3)', /tags are split/),
  rule('index, re-checked: it keeps doubles (trap 10)', /keeps doubles/),
  rule('index, re-checked: other spellings of numbers (trap 36)', /takes numbers that the column does not/),
  rule('GROUP BY and aggregates by the index', /^GROUP BY$/),
  rule('LIMIT', /^LIMIT$/),
  rule('sets: SMISMEMBER', /^SMISMEMBER/),
  rule('lists: LRANGE by position', /^LRANGE/),
  rule('sorted sets: ranges of ranks, scores, members', /^Z(?:RANGE|MSCORE)/),
  rule('streams: ranges of ids', /^XRANGE/),
  remark('a cursor instead of one search (trap 37)', /a cursor reads it/),
  remark('gate: values that failed to be indexed (trap 13)', /lacks N documents with values/),
  remark('gate: FILTER (trap 28)', /has a FILTER/),
  remark('gate: other prefixes (trap 28)', /keys begin with/),
  remark('gate: keys that it never saw (traps 27, 28)', /lacks keys that it should hold/),
  { name: 'a function of the column stays with DuckDB', group: 'fallback', pattern: /a function of the column/ },
  { name: 'a cast of the column stays with DuckDB', group: 'fallback', pattern: /a cast of the column/ },
  { name: 'an OR that cannot go down as a whole (trap 35)', group: 'fallback', pattern: /^OR: / },
  { name: 'groups that the index cannot give exactly', group: 'fallback', pattern: /^GROUP BY: DuckDB: index IDX: / },
  { name: 'captures of a template', group: 'predicate', pattern: /^captures? / },
  { name: 'keys with a time to live (trap 33)', group: 'world', pattern: /EXPIRE$/ },
];

export interface RuleCount {
  readonly name: string;
  readonly count: number;
  readonly isEnough: boolean;
}

export function countRules(tally: Tally): RuleCount[] {
  return RULES.map(({ name, group, pattern }) => {
    const count = tally.matching(group, pattern);
    return { name, count, isEnough: count >= LEAST_SHARE * tally.queries };
  });
}

export function rulesText(tally: Tally): string {
  const lines = countRules(tally).map(
    ({ name, count, isEnough }) => `  ${String(count).padStart(7)}  ${name}${isEnough ? '' : '  (too few)'}`,
  );
  return ['rules, traps and fallbacks', ...lines].join('\n');
}
