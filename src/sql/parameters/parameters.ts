/**
 * Puts parameters into a statement as literals, before DuckDB sees it: only so can a plan, which knows no unbound
 * parameter, push them down. Decision and measurements: docs/decisions/0001-parameters-by-splice.md.
 */
import { RedQueryError } from '../../errors.ts';
import { isSymbol, isWord, type Token, tokensOf } from '../lexer.ts';
import { type Edit, splice } from '../splice.ts';
import { literalOf } from './parameter-literals.ts';
import { renamerOf } from './parameter-names.ts';

/** What a caller gives: an array for `?` and `$1`, an object for `$name`. */
export type Parameters = readonly unknown[] | Readonly<Record<string, unknown>>;

export interface BoundStatement {
  readonly text: string;
  /** Gives result columns the names they would have with unbound parameters: `(1 + $1)`, not `(1 + CAST('42' AS BIGINT))`. */
  renameColumns(names: readonly string[]): string[];
  /** Gives the offset in the original text of an offset in `text`, both UTF-16. */
  mapPosition(offset: number): number;
}

/** Lists the names (or numbers, from '1') of the parameters in a statement, each once; `?` counts up. */
export function parameterNames(text: string): string[] {
  return [...new Set(occurrencesIn(tokensOf(text)).map((occurrence) => occurrence.name))];
}

/**
 * Replaces each parameter of `text` by a literal in brackets; see `literalOf` for which JS value becomes which type.
 * @throws {RedQueryError} RQ_PARAMETER when parameters and values do not match one to one, styles are mixed, or a value has no
 * SQL form; RQ_OUT_OF_RANGE for an integer beyond 128 bits; RQ_SYNTAX.
 */
export function bindParameters(text: string, params?: Parameters): BoundStatement {
  const tokens = tokensOf(text);
  const occurrences = occurrencesIn(tokens);
  const isPositional = checkStyle(occurrences, params);
  const values = new Map<string, string>();
  const given: ReadonlyMap<string, unknown> = new Map(
    Array.isArray(params) ? Array.from(params, (value: unknown, i) => [String(i + 1), value]) : Object.entries(params ?? {}),
  );
  checkNames(occurrences, given, isPositional);
  for (const { name } of occurrences) if (!values.has(name)) values.set(name, literalOf(given.get(name), `$${name}`));
  const edits: Edit[] = occurrences.map(({ name, token, previous }) => {
    const literal = values.get(name) ?? 'NULL';
    // `x IN ([1, 2])` compares x with the list; `x IN [1, 2]` looks for it there, as a bound list does.
    const isBare = isWord(previous, 'in') && literal.startsWith('main.list_value(');
    return { start: token.start, end: token.end, text: isBare ? literal : `(${literal})` };
  });
  const spliced = splice(text, edits);
  const labels = occurrences.map(({ name }) => ({ label: `$${name}`, literal: values.get(name) ?? 'NULL' }));
  return { ...spliced, renameColumns: renamerOf(tokens, labels) };
}

interface Occurrence {
  readonly name: string;
  readonly style: 'question' | 'number' | 'name';
  readonly token: Token;
  readonly previous: Token | undefined;
}

function occurrencesIn(tokens: readonly Token[]): Occurrence[] {
  let count = 0;
  return tokens.flatMap((token, index): Occurrence[] => {
    if (token.kind !== 'parameter') return [];
    refuseAsSortKey(tokens, index);
    const style = token.value === '?' ? 'question' : /^[0-9]+$/.test(token.value) ? 'number' : 'name';
    const name = style === 'question' ? String(++count) : style === 'number' ? String(BigInt(token.value)) : token.value;
    return [{ name, style, token, previous: tokens[index - 1] }];
  });
}

/** `ORDER BY $1` would sort by a constant, that is not at all; DuckDB refuses it, too. */
function refuseAsSortKey(tokens: readonly Token[], index: number): void {
  const next = tokens[index + 1];
  const isAlone = next === undefined || isSymbol(next, ',', ')', ';') || isWord(next, 'asc', 'desc', 'nulls', 'limit', 'offset');
  if (isWord(tokens[index - 1], 'by') && isWord(tokens[index - 2], 'order', 'group') && isAlone) {
    throw new RedQueryError('RQ_PARAMETER', `a parameter cannot name what to ${tokens[index - 2]?.value} by`, {
      ...(tokens[index] === undefined ? {} : { position: tokens[index].start }),
      hint: 'A parameter is a value; put the column into the text (sql.identifier quotes it).',
    });
  }
}

/** Gives whether the statement takes an array. */
function checkStyle(occurrences: readonly Occurrence[], params: Parameters | undefined): boolean {
  const [first] = occurrences;
  if (first === undefined) return Array.isArray(params);
  const other = occurrences.find(({ style }) => style !== first.style);
  if (other !== undefined) {
    throw new RedQueryError('RQ_PARAMETER', 'a statement uses one of ?, $1 and $name, not several', {
      position: other.token.start,
    });
  }
  const isPositional = first.style !== 'name';
  if (params !== undefined && Array.isArray(params) !== isPositional) {
    const want = isPositional ? 'an array, for ? and $1' : 'an object, for $name';
    throw new RedQueryError(
      'RQ_PARAMETER',
      `the parameters are ${isPositional ? 'an object' : 'an array'}; this statement takes ${want}`,
    );
  }
  return isPositional;
}

function checkNames(occurrences: readonly Occurrence[], given: ReadonlyMap<string, unknown>, isPositional: boolean): void {
  const wanted = new Set(occurrences.map(({ name }) => name));
  const list = (names: Iterable<string>): string => [...names].map((name) => `$${name}`).join(', ') || 'none';
  const expected = isPositional ? `${wanted.size} (${list(wanted)})` : list(wanted);
  const missing = occurrences.find(({ name }) => !given.has(name));
  if (missing !== undefined) {
    throw new RedQueryError('RQ_PARAMETER', `no value for parameter $${missing.name}; given: ${list(given.keys())}`, {
      position: missing.token.start,
    });
  }
  const surplus = [...given.keys()].find((name) => !wanted.has(name));
  if (surplus !== undefined) {
    throw new RedQueryError('RQ_PARAMETER', `a value for $${surplus}, which the statement does not use; it takes: ${expected}`);
  }
}
