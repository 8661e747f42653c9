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
  { duckText, listParameters }: Pick<DataStatement, 'duckText' | 'listParameters'>,
  bound: readonly BoundValue[],
  style: TextStyle,
): BoundText {
  const values: (TypedValue | string | null)[] = bound.map((value) => engineValue(value, style));
  if (listParameters === undefined || listParameters.size === 0) return { text: duckText, values };
  let text = duckText;
  for (const token of tokensOf(duckText).reverse()) {
    if (token.kind !== 'parameter') continue;
    const source = listParameters.get(Number(token.written.slice(1)));
    const value = source === undefined ? undefined : bound[source - 1];
    if (value === undefined) continue;
    text = text.slice(0, token.start) + listText(value, values, style) + text.slice(token.end);
  }
  return { text, values };
}

/** The elements as further parameters, `$8, $9`; no element: a query without rows. */
function listText(value: BoundValue, values: (TypedValue | string | null)[], style: TextStyle): string {
  const elements = arrayElements(value, style);
  if (elements.length === 0) return 'SELECT NULL WHERE FALSE';
  return elements.map(({ typeName, text }) => `$${values.push(typed(typeName, text))}`).join(', ');
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
