/** A statement's text with its bound values, as the engine takes them: lists written out, values with their types. */
import { type TypedValue, tokensOf, typed } from '../../sql/index.ts';
import { type EngineParameter, engineParameter, pgTypeByOid, type TextStyle, boundText as textOf } from '../types/index.ts';
import { parseArrayLiteral } from '../types/values/arrays.ts';
import type { BoundValue, DataStatement } from '../words.ts';

/** A statement ready for `session.query`. */
export interface BoundText {
  readonly text: string;
  /** For $1, $2, …: a plain string adapts to what it meets. */
  readonly values: readonly (TypedValue | string | null)[];
}

/**
 * Binds values to a statement; `x IN ($7)` that stands for `x = ANY($2)` gets the elements of the second value.
 * @throws {PgError} 22P02, 22P03, 22021 for values that are none of their types.
 */
export function bindValues(
  { duckText, listParameters, patternParameters }: Pick<DataStatement, 'duckText' | 'listParameters' | 'patternParameters'>,
  bound: readonly BoundValue[],
  style: TextStyle,
): BoundText {
  const values: (TypedValue | string | null)[] = bound.map((value) => engineValue(value, style));
  if ((listParameters?.size ?? 0) + (patternParameters?.size ?? 0) === 0) return { text: duckText, values };
  let text = duckText;
  for (const token of tokensOf(duckText).reverse()) {
    if (token.kind !== 'parameter') continue;
    const number = Number(token.value);
    const list = bound[(listParameters?.get(number) ?? 0) - 1];
    const pattern = bound[(patternParameters?.get(number) ?? 0) - 1];
    if (list === undefined && pattern === undefined) continue;
    const written = list === undefined ? patternText(pattern, values, style) : listText(list, values, style);
    text = text.slice(0, token.start) + written + text.slice(token.end);
  }
  return { text, values };
}

/** The elements as further parameters, `$8, $9`; no element: a query without rows. */
function listText(value: BoundValue, values: (TypedValue | string | null)[], style: TextStyle): string {
  const elements = arrayElements(value, style);
  if (elements.length === 0) return 'SELECT NULL WHERE FALSE';
  return elements.map(({ typeName, text }) => `$${values.push(typed(typeName, text))}`).join(', ');
}

/** A pattern of LIKE as a further parameter; a backslash in it escapes, which DuckDB must be told. */
function patternText(value: BoundValue | undefined, values: (TypedValue | string | null)[], style: TextStyle): string {
  const pattern = value === undefined ? null : textOf(value, style);
  return `$${values.push(pattern)}${pattern?.includes('\\') === true ? " ESCAPE '\\'" : ''}`;
}

/** The elements of an array; of NULL none, as nothing equals any of it. */
function arrayElements(value: BoundValue, style: TextStyle): readonly EngineParameter[] {
  const literal = textOf(value, style);
  if (literal === null) return [];
  const typeOid = pgTypeByOid(value.typeOid)?.elementOid ?? 0;
  return parseArrayLiteral(literal).elements.map((text) =>
    engineParameter({ typeOid, format: 0, bytes: text === null ? null : Buffer.from(text) }, style),
  );
}

function engineValue(value: BoundValue, style: TextStyle): TypedValue | string | null {
  const { typeName, text, isUntyped } = engineParameter(value, style);
  return isUntyped ? text : typed(typeName, text);
}
