/** Bugs that are put in on purpose, one at a time: a text of a source file, and what stands there instead. */

export interface Mutant {
  readonly name: string;
  /** More than one where several guards watch over the same thing. */
  readonly edits: readonly Edit[];
}

export interface Edit {
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
}

const NUMERIC = 'src/storage/search/query/numeric.ts';
const COMPILE = 'src/storage/search/query/compile.ts';
const TERMS = 'src/storage/search/query/terms.ts';
const GATE = 'src/storage/search/gate.ts';
/** What looks whether keys are in an index at all; trusts those for which `isTrusted` is so. */
const lookedFor = (isTrusted: string): Edit => ({
  file: 'src/storage/search/candidates.ts',
  find: 'if (lack !== null) return lack;',
  replace: `if (lack !== null && !(${isTrusted})) return lack;`,
});

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an exclusive bound where an inclusive one was meant',
    edits: [
      {
        file: NUMERIC,
        find: 'return { ranges: [{ ...above, isLowOpen: false }], isExact: isPrecise };',
        replace: 'return { ranges: [above], isExact: isPrecise };',
      },
    ],
  },
  {
    name: 'integers beyond 2^53 taken for exact',
    edits: [
      {
        file: NUMERIC,
        find: 'return nearest(Number(value), magnitude < WHOLE_BELOW);',
        replace: 'return nearest(Number(value), magnitude >= 0n);',
      },
    ],
  },
  {
    name: 'a tag taken for exact, so that nothing is checked again',
    edits: [
      {
        file: 'src/storage/search/query/comparisons.ts',
        find: 'return atLeast(fragment, tagReason(found.attribute));',
        replace: 'return exactly(fragment);',
      },
    ],
  },
  {
    name: 'a limit that counts rows before they are filtered',
    edits: [
      {
        file: 'src/storage/tables/scan-plan.ts',
        find: "(filter === null || filterAnswer === 'exact')",
        replace: "(filter === null || filterAnswer !== 'exact')",
      },
    ],
  },
  {
    name: 'the gate off: documents that failed to be indexed',
    edits: [
      { file: GATE, find: 'if (failureCount > 0) {', replace: 'if (failureCount > 1e9) {' },
      lookedFor('index.failureCount > 0'),
      {
        file: 'src/workers/search/index-state.ts',
        find: "if (failures !== '0') return",
        replace: "if (failures === '?') return",
      },
    ],
  },
  {
    name: 'the gate off: an index with a FILTER',
    edits: [{ file: GATE, find: "if (index.hasFilter) return 'it has a FILTER';", replace: '' }, lookedFor('index.hasFilter')],
  },
  {
    name: 'the gate off: a narrower prefix',
    edits: [
      {
        file: GATE,
        find: 'if (!index.prefixes.some((prefix) => startsWith(start, prefix))) {',
        replace: 'if (index.prefixes.length === 0) {',
      },
    ],
  },
  { name: 'the gate off: keys that the index never saw', edits: [lookedFor('true')] },
  {
    name: 'OR taken for AND',
    edits: [
      {
        file: COMPILE,
        find: "return (predicate.kind === 'and') === isNegated ? disjunctionOf(compiled) : conjunctionOf(compiled);",
        replace: 'return conjunctionOf(compiled);',
      },
    ],
  },
  {
    name: 'OR without the branch that cannot go down',
    edits: [{ file: TERMS, find: 'if (missing !== undefined) return missing;', replace: '' }],
  },
  {
    name: 'NOT of IS NULL as IS NULL',
    edits: [
      {
        file: COMPILE,
        find: 'return compileMissing(predicate.column, context, !isNegated);',
        replace: 'return compileMissing(predicate.column, context, true);',
      },
    ],
  },
  {
    name: 'the separator of a tag ignored',
    edits: [
      {
        file: 'src/storage/search/query/tag.ts',
        find: "return separator === '' ? [value] : value.split(separator).map(trimmed);",
        replace: 'return separator === value ? [] : [trimmed(value)];',
      },
    ],
  },
  {
    name: 'the case of words for true and false ignored',
    edits: [
      {
        file: 'src/storage/search/query/boolean.ts',
        find: 'return isCaseSensitive ? words.flatMap(mixturesOf) : words;',
        replace: 'return isCaseSensitive ? words : words.flatMap(mixturesOf);',
      },
    ],
  },
  {
    name: 'the pages of a cursor but the first dropped',
    edits: [
      {
        file: 'src/workers/search/search-keys.ts',
        find: "this.#isExhausted = cursor === '0';",
        replace: 'this.#isExhausted = true;',
      },
    ],
  },
  {
    name: 'an index of other keys, too, counted',
    edits: [
      { file: GATE, find: 'isSame: request.template === null && isSamePattern(', replace: 'isSame: true || isSamePattern(' },
    ],
  },
  {
    name: 'a bound of scores that is always closed, or always open',
    edits: [
      {
        file: 'src/storage/elements/zset-kind.ts',
        find: 'return bound.isOpen ? `(${text}` : text;',
        replace: 'return bound.isOpen ? text : `(${text}`;',
      },
    ],
  },
  {
    name: 'a capture of a template that takes a colon',
    edits: [{ file: 'src/storage/keys/template-match.ts', find: 'isGreedy: piece.isGreedy });', replace: 'isGreedy: true });' }],
  },
];
