/** Which sortable attribute of an index gives a column's values exactly, to group by or to compute with. */
import type { SqlType } from '../../../types/index.ts';
import type { AggregateCall, ScanPlan, TableColumn } from '../../scan-words.ts';
import type { IndexInfo } from '../catalog/index-info.ts';
import { allAttributesFor } from '../query/attributes.ts';
import { attributeName } from '../query/fragment.ts';
import { isNumeric } from '../query/numeric.ts';

/** A reason why the index cannot answer, as a value; `advice`: the index that could. */
export class Refusal extends Error {
  readonly advice: ScanPlan['advice'];

  constructor(why: string, advice: ScanPlan['advice'] = null) {
    super(why);
    this.advice = advice;
  }
}

/** Decimals of so many digits are different doubles. */
const DECIMAL_DIGITS = 15;
const SUMMED = new Set<SqlType['id']>(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']);

/** @throws {Refusal} where no attribute has the column's own values to group by. */
export function keyAlias(index: IndexInfo, column: TableColumn): string {
  const { type } = column;
  const isNumber = isNumeric(type) && type.id !== 'FLOAT';
  const isText = (type.id === 'VARCHAR' && type.alias === undefined) || type.id === 'BOOLEAN';
  if (isWide(type)) throw new Refusal('the index keeps doubles');
  const found = allAttributesFor(index, column).find(({ attribute, isSingle }) => {
    if (!attribute.isSortable || !isSingle || attributeName(attribute.alias) === null) return false;
    if (isNumber) return attribute.type === 'NUMERIC';
    // The sortable value of a document's array is its first element.
    return isText && (attribute.type === 'TAG' || attribute.type === 'TEXT') && attribute.isUnf && index.keyType === 'HASH';
  });
  if (found !== undefined) return found.attribute.alias;
  throw new Refusal(`${column.name} is not ${isNumber || !isText ? 'NUMERIC SORTABLE' : 'SORTABLE UNF'} in the index`);
}

/** @throws {Refusal} where no attribute has the column's numbers. */
export function numberAlias(index: IndexInfo, column: TableColumn): string {
  if (!isNumeric(column.type) || column.type.id === 'FLOAT') throw new Refusal(`${column.name} is no number that an index keeps`);
  const found = allAttributesFor(index, column).find(
    ({ attribute, isSingle }) => attribute.type === 'NUMERIC' && attribute.isSortable && !attribute.isUnsearchable && isSingle,
  );
  if (found === undefined) throw new Refusal(`${column.name} is not NUMERIC SORTABLE in the index`);
  return plainAlias(found.attribute.alias);
}

/** Gives the name by which ismissing() asks for a hash without the field; null where the index does not know. */
export function missingName(index: IndexInfo, column: TableColumn): string | null {
  // ismissing() does not hold documents with a null there (measured).
  if (index.keyType !== 'HASH') return null;
  const found = allAttributesFor(index, column).find(
    ({ attribute, isSingle }) => attribute.hasMissing && !attribute.isUnsearchable && isSingle,
  );
  return found === undefined ? null : attributeName(found.attribute.alias);
}

/** @throws {Refusal} where no sortable attribute tells whether there is a value. */
export function presenceAlias(index: IndexInfo, column: TableColumn): string {
  const found = allAttributesFor(index, column).find(({ attribute, isSingle }) => attribute.isSortable && isSingle);
  if (found === undefined) throw new Refusal(`${column.name} is not SORTABLE in the index`);
  return plainAlias(found.attribute.alias);
}

/**
 * Expressions have no escapes for names.
 * @throws {Refusal} for a name with other characters than letters, digits and `_`.
 */
export function plainAlias(alias: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(alias)) throw new Refusal(`the name ${alias} cannot stand in an expression`);
  return alias;
}

/**
 * What is summed in doubles must be exact in them, or be a sum of doubles for DuckDB, too.
 * @throws {Refusal}
 */
export function assertType(name: AggregateCall['name'], column: SqlType, result: SqlType): void {
  if (name === 'count') return;
  if (name === 'min' || name === 'max') {
    if (isWide(column)) throw new Refusal('the index keeps doubles');
    return;
  }
  const isSummable = column.id === 'DOUBLE' || SUMMED.has(column.id);
  const isKnown = name === 'avg' ? result.id === 'DOUBLE' : result.id === 'DOUBLE' || result.id === 'HUGEINT';
  if (!isSummable || !isKnown) throw new Refusal(`${name} of ${column.id} is not exact in doubles`);
}

function isWide({ id, width }: SqlType): boolean {
  return id === 'DECIMAL' && (width ?? 18) > DECIMAL_DIGITS;
}
