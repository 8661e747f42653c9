/** The tagged template sql`… ${value} …`: a statement with its parameters. Values are bound, never pasted. */
import { RedQueryError } from '../../errors.ts';
import { tokensOf } from '../lexer.ts';
import { quoteIdentifier } from '../quote.ts';

type Part = { readonly text: string } | { readonly value: unknown };

/** A statement, or a piece of one, with the values that belong into it. */
export class SqlFragment {
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /**
   * The text with `$1`, `$2`, … for the values.
   * @throws {RedQueryError} RQ_PARAMETER when a value stands inside quotes or a comment, or the text has parameters of its own.
   */
  get text(): string {
    let text = '';
    const places: number[] = [];
    for (const part of this.#parts) {
      if ('value' in part) places.push(text.length);
      text += 'value' in part ? `$${places.length}` : part.text;
    }
    const found = tokensOf(text).filter((token) => token.kind === 'parameter');
    const stray = places.find((place, i) => found[i]?.start !== place) ?? found[places.length]?.start;
    if (stray !== undefined) {
      throw new RedQueryError(
        'RQ_PARAMETER',
        'a value of sql`…` stands inside quotes or a comment, or the text has parameters of its own',
        {
          position: stray,
        },
      );
    }
    return text;
  }

  /** The values, in the order of `$1`, `$2`, … */
  get params(): unknown[] {
    return this.#parts.flatMap((part) => ('value' in part ? [part.value] : []));
  }

  /** Gives the pieces, for a fragment that holds this one. */
  static partsOf(fragment: SqlFragment): readonly Part[] {
    return fragment.#parts;
  }
}

export interface SqlTag {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment;
  /** Gives a name to put into a template: sql`SELECT ${sql.identifier('a"b')} FROM t`. */
  identifier(name: string): SqlFragment;
}

function tag(strings: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment {
  const parts: Part[] = [];
  strings.forEach((text, i) => {
    parts.push({ text });
    if (i >= values.length) return;
    const value = values[i];
    if (value instanceof SqlFragment) parts.push(...SqlFragment.partsOf(value));
    else parts.push({ value });
  });
  return new SqlFragment(parts);
}

/** Makes a statement of a template; each value becomes a parameter, a nested fragment or `sql.identifier(…)` becomes text. */
export const sql: SqlTag = Object.assign(tag, {
  identifier: (name: string): SqlFragment => new SqlFragment([{ text: quoteIdentifier(name) }]),
});
