/** Terms of a filter on their way to a query, and how AND and OR join them. */
import type { ScanRequest, TableColumn } from '../../scan-words.ts';
import type { IndexInfo } from '../catalog/index-info.ts';
import type { ServerFacts } from '../catalog/server-facts.ts';
import { type Compiled, type Fragment, unsupported } from './fragment.ts';
import { intersectRanges, isEmptyRange, type NumericRange, rangeFragment } from './numeric.ts';

/** What a compilation goes by. */
export interface CompileContext {
  readonly index: IndexInfo;
  readonly facts: ServerFacts;
  readonly columns: readonly TableColumn[];
  readonly onError: ScanRequest['onError'];
}

/** A comparison of numbers as one range, so that AND can make one of several. */
export interface RangeTerm {
  readonly kind: 'range';
  readonly name: string;
  readonly range: NumericRange;
  readonly isExact: boolean;
  readonly why: string | null;
}

export type Term = Compiled | RangeTerm;

/** The module's parser gives up at about 200 nested parentheses. */
const MOST_DEPTH = 40;

/** Turns a range into a query. */
export function settled(term: Term): Compiled {
  if (term.kind !== 'range') return term;
  const { name, range, isExact, why } = term;
  const fragment = isEmptyRange(range) ? [`${name}:[1 0]`] : rangeFragment(name, range);
  return { kind: 'query', fragment, isExact, why, depth: 1 };
}

/** Leaves out what cannot go down: the rest is a superset. */
export function conjunctionOf(terms: readonly Term[]): Compiled {
  const merged = mergeRanges(terms).map(settled);
  if (merged.some(({ kind }) => kind === 'none')) return { kind: 'none' };
  const queries = merged.filter((term) => term.kind === 'query');
  const dropped = merged.find((term) => term.kind === 'unsupported');
  if (queries.length === 0) return dropped ?? { kind: 'all' };
  const inexact = queries.find(({ isExact }) => !isExact);
  const why = inexact?.why ?? dropped?.why ?? null;
  return joined(queries, ' ', dropped === undefined && inexact === undefined, why);
}

/** One branch that cannot go down takes all with it. */
export function disjunctionOf(terms: readonly Term[]): Compiled {
  const branches = terms.map(settled);
  const missing = branches.find((term) => term.kind === 'unsupported');
  if (missing !== undefined) return missing;
  if (branches.some(({ kind }) => kind === 'all')) return { kind: 'all' };
  const queries = branches.filter((term) => term.kind === 'query');
  if (queries.length === 0) return { kind: 'none' };
  const inexact = queries.find(({ isExact }) => !isExact);
  return joined(queries, ' | ', inexact === undefined, inexact?.why ?? null);
}

type Query = Extract<Compiled, { kind: 'query' }>;

function joined(queries: readonly Query[], glue: string, isExact: boolean, why: string | null): Compiled {
  const [first] = queries;
  if (first !== undefined && queries.length === 1) return { ...first, isExact, why };
  const depth = Math.max(...queries.map((query) => query.depth)) + 1;
  if (depth > MOST_DEPTH) return unsupported('nested too deep for a search');
  const fragment: Fragment = queries.flatMap(({ fragment: piece }, i) => [i === 0 ? '(' : `${glue}(`, ...piece, ')']);
  return { kind: 'query', fragment: ['(', ...fragment, ')'], isExact, why, depth };
}

/** `age >= 30 AND age < 45` is one range of the index, at half the cost of two. */
function mergeRanges(terms: readonly Term[]): Term[] {
  const ranges = new Map<string, RangeTerm>();
  const others: Compiled[] = [];
  for (const term of terms) {
    if (term.kind !== 'range') {
      others.push(term);
      continue;
    }
    const known = ranges.get(term.name);
    const range = known === undefined ? term.range : intersectRanges(known.range, term.range);
    const isExact = term.isExact && known?.isExact !== false;
    ranges.set(term.name, { ...term, range, isExact, why: known?.why ?? term.why });
  }
  return [...ranges.values(), ...others];
}
