/**
 * How much longer a statement becomes when DuckDB binds it: a view stands for its text, a macro for its body with its arguments in
 * it, wherever they are used; what is in a lambda is bound twice, and what stands below `SELECT *, *` has twice the columns. A few
 * of them inside each other double again and again, and binding cannot be interrupted: 40 nested lambdas would hold an engine
 * for days. Numbers are upper bounds of the expressions that are bound.
 */

/** A part of a statement, as far as it multiplies what is in it. */
export interface Expansion {
  /** The macro or view (lower case) that it stands for; null: neither. */
  readonly name: string | null;
  /** How often what is in it is bound: 2 for a lambda, the number of stars for a SELECT; 1 else. */
  readonly factor: number;
  /** Its own expressions, and those of them that are columns (a macro's parameter is one). */
  own: number;
  references: number;
  readonly parts: Expansion[];
}

/** What one use of a macro or view adds. */
export interface Weight {
  readonly expressions: number;
  readonly references: number;
}

/** Expressions that may come beyond those that are written: some two seconds of binding. */
export const MOST_ADDED = 30_000;
/** Of a macro of DuckDB's own; round_even() uses its argument three times. */
export const OWN_MACRO: Weight = { expressions: 10, references: 4 };

export function expansion(name: string | null = null, factor = 1): Expansion {
  return { name, factor, own: 0, references: 0, parts: [] };
}

/** Gives what is bound in the end. @param weightOf gives what a macro or view of a name adds; null: it is none. */
export function weigh(part: Expansion, weightOf: (name: string) => Weight | null): Weight {
  let expressions = 0;
  let references = 0;
  for (const inner of part.parts) {
    const weight = weigh(inner, weightOf);
    expressions += weight.expressions;
    references += weight.references;
  }
  const base = part.name === null ? null : weightOf(part.name);
  if (base !== null) {
    const uses = Math.max(1, base.references);
    return {
      expressions: part.own + base.expressions + uses * expressions,
      references: part.references + base.references + uses * references,
    };
  }
  return { expressions: part.own + part.factor * expressions, references: part.references + part.factor * references };
}

/** The expressions that are written. */
export function writtenIn(part: Expansion): number {
  return part.parts.reduce((sum, inner) => sum + writtenIn(inner), part.own);
}
