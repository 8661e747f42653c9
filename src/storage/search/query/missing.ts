/** IS NULL and IS NOT NULL as queries. NULL is a missing field; of a document also null; under on_error => 'null' any bad value. */
import { attributesFor, type ColumnAttribute, notAField } from './attributes.ts';
import { atLeast, attributeName, exactly, unsupported } from './fragment.ts';
import { EVERY_NUMBER, isNumeric, rangeFragment } from './numeric.ts';
import type { CompileContext, Term } from './terms.ts';

/** isNull: rows without a value are wanted; else those with one. */
export function compileMissing(position: number, context: CompileContext, isNull: boolean): Term {
  const column = context.columns[position];
  if (column?.role === 'key') return isNull ? { kind: 'none' } : { kind: 'all' };
  if (column?.role !== 'field') return unsupported(notAField(column));
  const numeric = attributesFor(context.index, column, 'NUMERIC')[0];
  // What no number is keeps its document out of the index, and the gate closes.
  const usable = isNumeric(column.type) || isNull ? numeric : undefined;
  const types = ['TAG', 'TEXT', 'GEO', 'GEOSHAPE', 'VECTOR', 'NUMERIC'] as const;
  const marked = types
    .flatMap((type) => attributesFor(context.index, column, type))
    .find(({ attribute }) => attribute.hasMissing);
  if (marked === undefined && usable === undefined) return unsupported(`no INDEXMISSING in ${context.index.name}`);
  return isNull ? nulls(marked, numeric, context) : notNulls(marked, usable, context);
}

/** A field that has ended and is not yet deleted is still in the index: the row would be lost (measured). */
function nulls(
  marked: ColumnAttribute | undefined,
  numeric: ColumnAttribute | undefined,
  { index, facts, onError }: CompileContext,
): Term {
  if (onError === 'null') return unsupported("on_error => 'null' makes NULL of values that the index has");
  if (facts.fieldExpiringCount !== 0) return unsupported('fields with a time to live');
  const isDocument = index.keyType === 'JSON';
  // ismissing() does not hold documents with a null there (measured); no number is what both are.
  const found = isDocument ? numeric : (marked ?? numeric);
  if (found === undefined) return unsupported('the index does not tell null from a value');
  if (!found.isSingle) return unsupported('the path may find several values');
  const name = attributeName(found.attribute.alias);
  if (name === null) return unsupported('the attribute has a name that no query can hold');
  const fragment = !isDocument && found === marked ? [`ismissing(${name})`] : ['-', ...rangeFragment(name, EVERY_NUMBER)];
  return onError === 'error' ? exactly(fragment) : atLeast(fragment, 'rows with bad values are left out');
}

function notNulls(
  marked: ColumnAttribute | undefined,
  numeric: ColumnAttribute | undefined,
  { index, facts, onError }: CompileContext,
): Term {
  const found = numeric !== undefined && (index.keyType === 'JSON' || marked === undefined) ? numeric : marked;
  if (found === undefined) return unsupported('the index does not tell null from a value');
  const name = attributeName(found.attribute.alias);
  if (name === null) return unsupported('the attribute has a name that no query can hold');
  const isRange = found === numeric && !(found === marked && index.keyType !== 'JSON');
  if (isRange && facts.isNumericRounded) return unsupported('the server keeps numbers rounded (_NUMERIC_COMPRESS)');
  const fragment = isRange ? rangeFragment(name, EVERY_NUMBER) : [`-ismissing(${name})`];
  const isProven =
    onError === 'error' && facts.fieldExpiringCount === 0 && found.isSingle && (isRange || index.keyType === 'HASH');
  return isProven ? exactly(fragment) : atLeast(fragment, 'values that are no value of the column');
}
