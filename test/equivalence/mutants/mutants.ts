/** Bugs that are put in on purpose, one at a time: a text of a source file, and what stands there instead. */

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [];
