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
  const values: (TypedValue | string | null)[] = [];
  const places = new Map<number, string>();
  // Values are numbered anew in the order of the text: a list's array itself may stand nowhere in it.
  const place: Place = (value) => `$${values.push(value)}`;
  let text = '';
  let copiedTo = 0;
  for (const token of tokensOf(duckText)) {
    const number = token.kind === 'parameter' ? Number(token.value) : 0;
    const value = bound[(listParameters?.get(number) ?? patternParameters?.get(number) ?? number) - 1];
    if (value === undefined) continue;
    const write = listParameters?.has(number) ? listText : patternParameters?.has(number) ? patternText : valueText;
    const written = places.get(number) ?? write(value, place, style);
    places.set(number, written);
    text += duckText.slice(copiedTo, token.start) + written;
    copiedTo = token.end;
  }
  return { text: text + duckText.slice(copiedTo), values };
}

type Place = (value: TypedValue | string | null) => string;

function valueText(value: BoundValue, place: Place, style: TextStyle): string {
  return place(engineValue(value, style));
}

/** A pattern of LIKE; a backslash in it escapes, which DuckDB must be told. */
function patternText(value: BoundValue, place: Place, style: TextStyle): string {
  const pattern = textOf(value, style);
  return `${place(pattern)}${pattern?.includes('\\') === true ? " ESCAPE '\\'" : ''}`;
}

/** The elements as further parameters, `$8, $9`; no element: a query without rows. */
function listText(value: BoundValue, place: Place, style: TextStyle): string {
  const elements = arrayElements(value, style);
  if (elements.length === 0) return 'SELECT NULL WHERE FALSE';
  return elements.map(({ typeName, text }) => place(typed(typeName, text))).join(', ');
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
