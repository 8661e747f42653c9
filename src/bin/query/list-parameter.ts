/**
 * Typed lists from the command line: `ids:varchar[]=['a','b']` becomes an array of typed elements. As one text with a cast
 * it could not stand behind IN, where DuckDB takes it for a single value.
 */
import { type TypedValue, typed } from '../../sql/index.ts';

/** `varchar[]`, `decimal(10, 2)[]`; no list of lists, no STRUCT, MAP or ENUM. */
const SIMPLE_LIST_TYPE = /^\s*([a-z_][a-z0-9_ ]*(?:\([0-9, ]*\))?)\s*\[\s*\]\s*$/i;

/** An element and what ends it: quoted (a backslash escapes, two quotes are one), or bare. */
const ELEMENT = /\s*(?:'((?:[^'\\]|\\.|'')*)'|("(?:[^"\\]|\\.)*")|([^\s,'"[\]{}](?:[^,'"[\]{}]*[^\s,'"[\]{}])?))\s*(,|\]\s*$)/suy;

/**
 * Gives the elements of a list of a simple type, in DuckDB's form or in JSON's: `['a', b, NULL]`, `["a", null]`. Null where
 * the type is another one or the text is no such list: then DuckDB's cast has the word.
 * @throws {RedQueryError} RQ_PARAMETER where the element's type is none.
 */
export function listParameter(type: string, text: string): TypedValue[] | null {
  const elementType = SIMPLE_LIST_TYPE.exec(type)?.[1]?.trim();
  const list = text.trim();
  if (elementType === undefined || !list.startsWith('[')) return null;
  if (/^\[\s*\]$/.test(list)) return [];
  const values: TypedValue[] = [];
  ELEMENT.lastIndex = 1;
  for (;;) {
    const match = ELEMENT.exec(list);
    if (match === null) return null;
    values.push(typed(elementType, elementFrom(match)));
    if (match[4] !== ',') return values;
  }
}

function elementFrom([, single, double, bare]: RegExpExecArray): string | null {
  if (single !== undefined) return single.replace(/''|\\(.)/gsu, (pair, escaped: string | undefined) => escaped ?? pair.slice(1));
  if (double !== undefined) return jsonText(double) ?? double.slice(1, -1).replace(/\\(.)/gsu, '$1');
  return bare === undefined || /^null$/i.test(bare) ? null : bare;
}

function jsonText(quoted: string): string | null {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}
