/**
 * Guards and readers over the unknown JSON of a plan. A plan's node is any object whose `type` begins with LOGICAL_, an
 * expression one with an `expression_class`. What has another shape reads as absent, never as an error: then nothing is pushed.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, name: string): JsonObject | null {
  const member = isObject(value) ? value[name] : undefined;
  return isObject(member) ? member : null;
}

export function listAt(value: unknown, name: string): readonly unknown[] {
  const member = isObject(value) ? value[name] : undefined;
  return Array.isArray(member) ? member : [];
}

export function textAt(value: unknown, name: string): string {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : '';
}

/** Gives a count or position; null where it is absent, negative, or DuckDB's «none» (2^64 − 1). */
export function indexAt(value: unknown, name: string): number | null {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : null;
}

/** Gives the `type` of a plan's node, '' for anything else. */
export function nodeType(value: unknown): string {
  const type = textAt(value, 'type');
  return type.startsWith('LOGICAL_') ? type : '';
}

/** Gives the only child of a node, null where it has none or several. */
export function onlyChild(node: unknown): JsonObject | null {
  const children = listAt(node, 'children');
  const [child] = children;
  return children.length === 1 && isObject(child) ? child : null;
}

/**
 * Gives the terms of a conjunction (CONJUNCTION_AND or CONJUNCTION_OR) from left to right, those of nested ones of its type in
 * their place: the optimiser nests 5,000 ORs 5,000 deep.
 */
export function termsIn(conjunction: JsonObject): unknown[] {
  const type = textAt(conjunction, 'type');
  const terms: unknown[] = [];
  const waiting: unknown[] = [conjunction];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (textAt(next, 'expression_class') === 'BOUND_CONJUNCTION' && textAt(next, 'type') === type) {
      for (const child of listAt(next, 'children').toReversed()) waiting.push(child);
    } else terms.push(next);
  }
  return terms;
}

/** DuckDB's names of the six comparisons, and their signs. */
export const COMPARISONS: Readonly<Record<string, '=' | '<>' | '<' | '<=' | '>' | '>='>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
};
