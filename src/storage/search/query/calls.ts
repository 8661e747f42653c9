/** The search functions match(), geo_within() and vector_distance() as queries. */
import type { Predicate } from '../../scan-words.ts';
import { attributesFor, notAField } from './attributes.ts';
import { attributeName, exactly, unsupported } from './fragment.ts';
import { matchText } from './match-text.ts';
import type { CompileContext, Term } from './terms.ts';

type Call = Extract<Predicate, { kind: 'call' }>;

export function compileCall(call: Call, context: CompileContext): Term {
  const column = context.columns[call.column];
  if (column?.role !== 'field') return unsupported(notAField(column));
  if (call.name !== 'match') return unsupported(`${call.name}() is not asked of an index`);
  const [found] = attributesFor(context.index, column, 'TEXT');
  if (found === undefined) return unsupported(`not TEXT in ${context.index.name}`);
  const name = attributeName(found.attribute.alias);
  const text = call.args[0]?.value;
  if (name === null || typeof text !== 'string') return unsupported('match() takes a constant text');
  const words = matchText(text);
  return words === null ? unsupported('match() has no words to look for') : exactly([`${name}:(${words})`], 2);
}
