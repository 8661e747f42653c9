/**
 * A filter as a query of one index: the query's keys hold all rows that pass (invariant 2). NOT is moved down to the single
 * comparisons first, which is right in SQL's three-valued logic, so that no inexact query is ever negated (trap 15).
 */
import { termsOf } from '../../keys/predicate-terms.ts';
import type { Predicate } from '../../scan-words.ts';
import { compileCall } from './calls.ts';
import { compileComparison, compileIn, compilePrefix } from './comparisons.ts';
import { type Compiled, unsupported } from './fragment.ts';
import { compileMissing } from './missing.ts';
import { type CompileContext, conjunctionOf, disjunctionOf, settled, type Term } from './terms.ts';

/** Queries of more terms cost more to parse than they save. */
const MOST_TERMS = 2000;

/** Compiles a whole filter. */
export function compileFilter(filter: Predicate, context: CompileContext): Compiled {
  return settled(compile(filter, context, false));
}

function compile(predicate: Predicate, context: CompileContext, isNegated: boolean): Term {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const terms = termsOf(predicate);
      if (terms.length > MOST_TERMS) return unsupported(`${terms.length} terms are too many for one search`);
      const compiled = terms.map((term) => compile(term, context, isNegated));
      return (predicate.kind === 'and') === isNegated ? disjunctionOf(compiled) : conjunctionOf(compiled);
    }
    case 'not':
      return compile(predicate.child, context, !isNegated);
    case 'comparison':
      return compileComparison(predicate, context, isNegated);
    case 'in':
      if (predicate.values.length > MOST_TERMS)
        return unsupported(`${predicate.values.length} values are too many for one search`);
      return compileIn(predicate, context, isNegated);
    case 'prefix':
      return isNegated ? unsupported('NOT of a prefix') : compilePrefix(predicate, context);
    case 'isNull':
      return compileMissing(predicate.column, context, !isNegated);
    case 'isNotNull':
      return compileMissing(predicate.column, context, isNegated);
    case 'call':
      return isNegated ? unsupported(`NOT of ${predicate.name}()`) : compileCall(predicate, context);
    case 'opaque':
      return unsupported('a function of the column');
    default:
      return predicate satisfies never;
  }
}
