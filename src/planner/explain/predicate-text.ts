/** Prints a predicate in the words of SQL, for EXPLAIN and for tests. */
import type { Predicate, TopN } from '../../storage/index.ts';
import { termsOf } from '../../storage/keys/predicate-terms.ts';
import { constantText, quoted } from '../expressions/constant-text.ts';
import { MOST_SHOWN_TERMS } from '../plan/limits.ts';

const MOST_VALUES = 8;

/** Gives the predicate as text; `columnNames[i]` is the name of the bind's column i. Long lists, ANDs and ORs are shortened. */
export function predicateText(predicate: Predicate, columnNames: readonly string[]): string {
  const text = (child: Predicate): string => predicateText(child, columnNames);
  const name = (column: number): string => columnNames[column] ?? `#${column}`;
  switch (predicate.kind) {
    case 'comparison':
      return `${name(predicate.column)} ${predicate.op} ${constantText(predicate.value)}`;
    case 'in': {
      const shown = predicate.values.slice(0, MOST_VALUES).map(constantText);
      const rest = predicate.values.length - shown.length;
      return `${name(predicate.column)} IN (${shown.join(', ')}${rest > 0 ? `, … ${rest} more` : ''})`;
    }
    case 'prefix':
      return `starts_with(${name(predicate.column)}, ${quoted(predicate.prefix)})`;
    case 'isNull':
      return `${name(predicate.column)} IS NULL`;
    case 'isNotNull':
      return `${name(predicate.column)} IS NOT NULL`;
    case 'and':
    case 'or': {
      const terms = termsOf(predicate);
      const shown = terms
        .slice(0, MOST_SHOWN_TERMS)
        .map((child) => (child.kind === 'and' || child.kind === 'or' ? `(${text(child)})` : text(child)))
        .join(predicate.kind === 'and' ? ' AND ' : ' OR ');
      return terms.length > MOST_SHOWN_TERMS ? `${shown} … and ${terms.length - MOST_SHOWN_TERMS} more` : shown;
    }
    case 'not':
      return `NOT (${text(predicate.child)})`;
    case 'call': {
      const args = [name(predicate.column), ...predicate.args.map(constantText)].join(', ');
      const bound = predicate.bound === undefined ? '' : ` ${predicate.bound.op} ${predicate.bound.value}`;
      return `${predicate.name}(${args})${bound}`;
    }
    case 'opaque':
      return `[${predicate.text}]`;
    default:
      return predicate satisfies never;
  }
}

/** Gives a top-N as text: `10 by age DESC, name NULLS FIRST`. */
export function topNText({ keys, rowCount }: TopN, columnNames: readonly string[]): string {
  const texts = keys.map(({ column, isDescending, isNullsFirst }) => {
    const name = columnNames[column] ?? `#${column}`;
    return `${name}${isDescending ? ' DESC' : ''}${isNullsFirst ? ' NULLS FIRST' : ''}`;
  });
  return `${rowCount} by ${texts.join(', ')}`;
}
