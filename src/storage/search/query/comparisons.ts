/** Single comparisons of a column with constants as queries: numbers, texts, booleans. */
import type { Constant, Predicate, TableColumn } from '../../scan-words.ts';
import { attributesFor, type ColumnAttribute, notAField } from './attributes.ts';
import { booleanSpellings } from './boolean.ts';
import { atLeast, attributeName, exactly, type Fragment, unsupported } from './fragment.ts';
import { type ComparisonOp, isDated, isNumeric, rangesOf } from './numeric.ts';
import { tagEquals, tagIn, tagPrefix } from './tag.ts';
import { type CompileContext, conjunctionOf, disjunctionOf, type Term } from './terms.ts';

type Comparison = Extract<Predicate, { kind: 'comparison' }>;

const OPPOSITE: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** Under NOT the opposite comparison stands: both are NULL for the same rows. */
export function compileComparison(
  { column: position, op, value }: Comparison,
  context: CompileContext,
  isNegated: boolean,
): Term {
  const column = context.columns[position];
  if (column?.role !== 'field') return unsupported(notAField(column));
  const applied = isNegated ? OPPOSITE[op] : op;
  if (isNumeric(column.type)) return compileNumber(column, applied, value, context);
  const isText = column.type.id === 'VARCHAR' && column.type.alias === undefined;
  if (isText)
    return applied === '=' ? compileTexts(column, [value], context) : unsupported(`a tag knows = and IN, not ${applied}`);
  if (column.type.id === 'BOOLEAN') return compileBoolean(column, applied, value, context);
  if (isDated(column.type)) return compileDate(column, applied, value, context);
  return unsupported(unsuitable(column));
}

export function compileIn(
  { column: position, values }: Extract<Predicate, { kind: 'in' }>,
  context: CompileContext,
  isNegated: boolean,
): Term {
  const column = context.columns[position];
  if (values.length === 0) return isNegated ? unsupported('NOT IN over nothing') : { kind: 'none' };
  const isText = column?.role === 'field' && column.type.id === 'VARCHAR' && column.type.alias === undefined;
  if (isText && !isNegated) return compileTexts(column, values, context);
  const each = values.map((value) =>
    compileComparison({ kind: 'comparison', op: '=', column: position, value }, context, isNegated),
  );
  return isNegated ? conjunctionOf(each) : disjunctionOf(each);
}

export function compilePrefix(
  { column: position, prefix }: Extract<Predicate, { kind: 'prefix' }>,
  context: CompileContext,
): Term {
  const column = context.columns[position];
  if (column?.role !== 'field') return unsupported(notAField(column));
  const { index, facts } = context;
  if (column.type.id !== 'VARCHAR' || column.type.alias !== undefined) return unsupported(unsuitable(column));
  const found = tagAttribute(column, context);
  if (typeof found === 'string') return unsupported(found);
  // No attribute has more different tags than the index has postings.
  if (index.recordCount >= facts.maxPrefixExpansions)
    return unsupported(`a prefix stands for at most ${facts.maxPrefixExpansions} tags (MAXPREFIXEXPANSIONS)`);
  if (index.keyType === 'JSON' && !isJsonScalar(prefix)) return unsupported('a text that may begin an array or object');
  const fragment = tagPrefix(found.name, found.attribute.attribute, prefix, facts.minPrefix);
  return fragment === null
    ? unsupported(`a prefix has at least ${facts.minPrefix} bytes (MINPREFIX)`)
    : atLeast(fragment, tagReason(found.attribute));
}

function compileNumber(column: TableColumn, op: ComparisonOp, value: Constant, context: CompileContext): Term {
  const { index, facts, onError } = context;
  if (facts.isNumericRounded) return unsupported('the server keeps numbers rounded (_NUMERIC_COMPRESS)');
  const [found] = attributesFor(index, column, 'NUMERIC');
  if (found === undefined) return unsupported(`not NUMERIC in ${index.name}`);
  const name = attributeName(found.attribute.alias);
  if (name === null) return unsupported('the attribute has a name that no query can hold');
  const ranges = rangesOf(column.type, op, value);
  if (ranges === null) return unsupported('a constant that no range can hold');
  const why = inexactNumber(ranges.isExact, found, context);
  const isExact = why === null && onError === 'error';
  const terms = ranges.ranges.map((range): Term => ({ kind: 'range', name, range, isExact, why }));
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : disjunctionOf(terms);
}

/**
 * With on_error => 'error' a value that the index takes and the column does not (`0x10`, `1e3`, an array) fails the scan, so
 * that there is nothing to be equal to; otherwise it is NULL, or its row is left out.
 */
function inexactNumber(isPrecise: boolean, { isSingle }: ColumnAttribute, { facts, onError }: CompileContext): string | null {
  if (!isPrecise) return 'the index keeps doubles';
  if (onError !== 'error') return 'the index takes numbers that the column does not';
  if (!isSingle) return 'the path may find several values';
  return facts.fieldExpiringCount === 0 ? null : 'fields with a time to live';
}

function compileTexts(column: TableColumn, constants: readonly Constant[], context: CompileContext): Term {
  const found = tagAttribute(column, context);
  if (typeof found === 'string') return unsupported(found);
  const { attribute } = found.attribute;
  const texts: string[] = [];
  for (const { value } of constants) {
    if (typeof value !== 'string') return unsupported('a constant that is no text');
    if (context.index.keyType === 'JSON' && !isJsonScalar(value)) return unsupported('a text that may be an array or object');
    if (!texts.includes(value)) texts.push(value);
  }
  const [only = ''] = texts;
  const fragment = texts.length === 1 ? tagEquals(found.name, attribute, only) : tagIn(found.name, attribute, texts);
  if (fragment === null) {
    const why =
      texts.includes('') && !attribute.hasEmpty ? 'the index has no empty texts (INDEXEMPTY)' : 'a text that is no tag as it is';
    return unsupported(why);
  }
  return atLeast(fragment, tagReason(found.attribute));
}

/** Arrays and objects are text to the column, but not to the index. */
function isJsonScalar(value: string): boolean {
  return !/^\s*[[{]/.test(value);
}

function tagReason({ attribute, isSingle }: ColumnAttribute): string {
  if (!attribute.isCaseSensitive) return 'tag ignores case';
  if (attribute.separator !== '') return `tags are split at ${JSON.stringify(attribute.separator)} and trimmed`;
  return isSingle ? 'tags are cut at 4,096 bytes' : 'the path may find several values';
}

function compileBoolean(column: TableColumn, op: ComparisonOp, { value }: Constant, context: CompileContext): Term {
  if (typeof value !== 'boolean' || (op !== '=' && op !== '<>')) return unsupported(`a tag knows = and IN, not ${op}`);
  const found = tagAttribute(column, context);
  if (typeof found === 'string') return unsupported(found);
  const { attribute } = found.attribute;
  const wanted = (op === '=') === value;
  const spellings = column.isInferred === true ? [String(wanted)] : booleanSpellings(wanted, attribute.isCaseSensitive);
  const fragment = tagIn(found.name, attribute, spellings);
  if (fragment === null) return unsupported('the separator stands in the words for true and false');
  return spelled(fragment, found.attribute, context);
}

/** A date is written in one way only, `2010-01-31`, of years 1 to 9999. */
function compileDate(column: TableColumn, op: ComparisonOp, { type, value }: Constant, context: CompileContext): Term {
  if (op !== '=') return unsupported(`a tag knows = and IN of dates, not ${op}; seconds in a NUMERIC, as TIMESTAMP_S, do`);
  const found = tagAttribute(column, context);
  if (typeof found === 'string') return unsupported(found);
  const text = type === 'DATE' && (typeof value === 'bigint' || typeof value === 'number') ? dateText(Number(value)) : null;
  const fragment = text === null ? null : tagEquals(found.name, found.attribute.attribute, text);
  return fragment === null ? unsupported('a date that no tag can be') : spelled(fragment, found.attribute, context);
}

/** Days since 1970-01-01; null beyond what a column's text can say. */
function dateText(days: number): string | null {
  const date = new Date(days * 86_400_000);
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear();
  return year < 1 || year > 9999 ? null : date.toISOString().slice(0, 10);
}

/** With on_error => 'error' another text with the same tag (trimmed, one of several) fails the scan. */
function spelled(fragment: Fragment, { isSingle }: ColumnAttribute, { onError, facts }: CompileContext): Term {
  if (onError !== 'error') return atLeast(fragment, 'the index takes texts that the column does not');
  if (facts.fieldExpiringCount !== 0) return atLeast(fragment, 'fields with a time to live');
  return isSingle ? exactly(fragment) : atLeast(fragment, 'the path may find several values');
}

interface NamedAttribute {
  readonly attribute: ColumnAttribute;
  readonly name: string;
}

/** The case-sensitive one where there are several: it gives fewer rows. A text says why there is none. */
function tagAttribute(column: TableColumn, { index }: CompileContext): NamedAttribute | string {
  const found = attributesFor(index, column, 'TAG');
  const attribute = found.find((one) => one.attribute.isCaseSensitive) ?? found[0];
  if (attribute === undefined) {
    const isText = attributesFor(index, column, 'TEXT').length > 0;
    return isText ? 'TEXT is searched by words: use match()' : `not TAG in ${index.name}`;
  }
  const name = attributeName(attribute.attribute.alias);
  return name === null ? 'the attribute has a name that no query can hold' : { attribute, name };
}

function unsuitable({ type }: TableColumn): string {
  return type.id === 'TIMESTAMP' || type.id === 'TIMESTAMPTZ'
    ? 'a time without a declared unit (TIMESTAMP_S, TIMESTAMP_MS)'
    : `no index holds values as ${type.alias ?? type.id}`;
}
