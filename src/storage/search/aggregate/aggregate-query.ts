/**
 * A grouped block as one FT.AGGREGATE of one index: which attributes its groups and functions read, what must be proven
 * beside it, and the command. It decides by what the index is; what the data are, the proofs and groups.ts look at.
 */
import { RedQueryError } from '../../../errors.ts';
import type { AggregateCall, AggregateRequest, Predicate, TableColumn } from '../../scan-words.ts';
import { termsOfFilter } from '../filter-terms.ts';
import { compileFilter } from '../query/compile.ts';
import { attributeName, type Fragment, type QueryText, queryTextOf } from '../query/fragment.ts';
import { EVERY_NUMBER, isNumeric, isWhole, rangeFragment } from '../query/numeric.ts';
import { type CompileContext, conjunctionOf } from '../query/terms.ts';
import { endOfCommand } from '../search-command.ts';
import { splitWords } from './exact-number.ts';
import type { AggregateQuery, ColumnOutputs, Counting, KeyOutput, OutputNumber, Words } from './query-words.ts';
import { assertType, keyAlias, missingName, numberAlias, plainAlias, presenceAlias, Refusal } from './sortables.ts';

/** More groups are not held here at once. */
export const MOST_GROUPS = 100_000;
/** More texts than a filter has constants, and then some, are not looked at. */
const MOST_TEXTS = 1000;
/** Names of our own in the command. */
const OWN = 'rq_';
/** Rows of a group, also of those without a value. */
export const COUNT_NAME = `${OWN}n`;

/**
 * Makes the command and what goes with it.
 * @param asked positions of columns whose presence is to be asked of each document, though those without it could be found.
 * @throws {Refusal} where the index cannot answer exactly.
 */
export function aggregateQueryOf(
  request: AggregateRequest,
  context: CompileContext,
  asked: ReadonlySet<number> = new Set(),
): AggregateQuery {
  return new AggregateBuilder(request, context, asked).build();
}

/** APPLY exists(…) AS … */
const EXISTS_WORDS = 4;
const COUNT_ROWS = ['REDUCE', 'COUNT', '0', 'AS', COUNT_NAME] as const;

class AggregateBuilder {
  readonly #request: AggregateRequest;
  readonly #context: CompileContext;
  readonly #asked: ReadonlySet<number>;
  readonly #keys: KeyOutput[] = [];
  readonly #keyWords: string[] = [];
  readonly #exists: string[] = [];
  readonly #reducers: string[] = [...COUNT_ROWS];
  readonly #keySplits: string[] = [];
  readonly #splits: string[] = [];
  readonly #proofs: Fragment[] = [];
  readonly #lacks: { readonly position: number; readonly name: string }[] = [];
  readonly #outputs = new Map<number, ColumnOutputs>();
  readonly #distinctKeys = new Map<number, number>();
  readonly #distinctNames = new Map<number, string>();
  readonly #textProofs: { readonly alias: string; readonly texts: ReadonlySet<string> }[] = [];
  #reducerCount = 1;

  constructor(request: AggregateRequest, context: CompileContext, asked: ReadonlySet<number>) {
    this.#request = request;
    this.#context = context;
    this.#asked = asked;
    if (context.index.attributes.some(({ alias }) => alias.startsWith(OWN))) throw new Refusal(`an attribute is called ${OWN}…`);
  }

  build(): AggregateQuery {
    const { groups, aggregates } = this.#request;
    const fragment = this.#filter();
    const groupKeys = groups.map(({ column, bucket }) => {
      if (bucket !== null) throw new Refusal('an index has no time buckets');
      return this.#key(column, null);
    });
    for (const call of aggregates) this.#call(call);
    this.#assertApart();
    const { index } = this.#context;
    const text = fragment === null ? null : queryTextOf(fragment);
    return {
      index,
      text,
      keys: this.#keys,
      groupKeys,
      outputs: this.#outputs,
      distinctKeys: this.#distinctKeys,
      distinctNames: this.#distinctNames,
      textProofs: this.#textProofs.map(({ alias, texts }) => ({ words: this.#listWords(text, alias), alias, texts })),
      proofs: this.#proofs.map((proof) => within(fragment, proof)),
      lacks: this.#lacks.map(({ position, name }) => {
        const lacking = within(fragment, [`ismissing(${name})`]);
        return { position, text: lacking, words: this.#groupedWords(lacking, [], COUNT_ROWS, []) };
      }),
      words: this.#groupedWords(text, this.#exists, this.#reducers, this.#splits),
      reducerCount: this.#reducerCount,
      existsCount: this.#exists.length / EXISTS_WORDS,
    };
  }

  #groupedWords(
    text: QueryText | null,
    exists: readonly string[],
    reducers: readonly string[],
    splits: readonly string[],
  ): Words {
    const group = ['GROUPBY', this.#keyWords.length, ...this.#keyWords, ...reducers, ...this.#keySplits, ...splits];
    const search = ['FT.AGGREGATE', this.#context.index.name, text?.query ?? '*', ...exists];
    return [...search, ...group, 'LIMIT', 0, MOST_GROUPS + 1, ...endOfCommand(text, 0)];
  }

  #listWords(text: QueryText | null, alias: string): Words {
    const search = ['FT.AGGREGATE', this.#context.index.name, text?.query ?? '*', 'GROUPBY', 1, `@${alias}`];
    return [...search, 'LIMIT', 0, MOST_TEXTS, ...endOfCommand(text, 0)];
  }

  /** The filter as a query; null for all. A text's tag only narrows, so that the texts themselves are grouped by and looked at. */
  #filter(): Fragment | null {
    const terms = termsOfFilter(this.#request.scan.filter).map((term) => {
      const compiled = compileFilter(term, this.#context);
      if (compiled.kind === 'unsupported') throw new Refusal(compiled.why);
      if (compiled.kind === 'none') throw new Refusal('no row can pass the filter');
      if (compiled.kind === 'query' && !compiled.isExact) {
        this.#checkTexts(...this.#textTerm(term, compiled.why));
        return { ...compiled, isExact: true };
      }
      return compiled;
    });
    const whole = conjunctionOf(terms);
    // Once more as a whole, for ranges of one column as one.
    const merged = this.#request.scan.filter === null ? whole : compileFilter(this.#request.scan.filter, this.#context);
    return merged.kind === 'query' ? merged.fragment : null;
  }

  #textTerm(term: Predicate, why: string | null): [position: number, texts: ReadonlySet<string>] {
    const constants = term.kind === 'comparison' && term.op === '=' ? [term.value] : term.kind === 'in' ? term.values : null;
    const position = 'column' in term ? term.column : -1;
    if (constants === null || this.#request.scan.columns[position]?.type.id !== 'VARCHAR')
      throw new Refusal(why ?? 'the filter is not exact');
    return [position, new Set(constants.map(({ value }) => String(value)))];
  }

  /**
   * The texts are the only key, so that each is its own group; or, where there are groups, a command of its own lists them, and
   * none may be another than the filter's.
   */
  #checkTexts(position: number, texts: ReadonlySet<string>): void {
    const { groups } = this.#request;
    const isOnlyKey = this.#keys.every(({ column }) => column === this.#request.scan.columns[position]);
    if (isOnlyKey && groups.every(({ column }) => column === position)) {
      this.#key(position, texts);
      return;
    }
    const column = this.#request.scan.columns[position];
    if (column !== undefined) this.#textProofs.push({ alias: keyAlias(this.#context.index, column), texts });
  }

  /**
   * The module tells groups by a hash of all keys one behind the other (measured: 'ab', 'c' and 'a', 'bc' are one group, so are
   * NULL, 'b' and '', 'c'). Numbers are of one length, so that they are apart where none is missing.
   */
  #assertApart(): void {
    if (this.#keys.length < 2) return;
    for (const { column } of this.#keys) {
      const name = isNumeric(column.type) ? missingName(this.#context.index, column) : null;
      if (name === null) throw new Refusal('the module mixes groups of several keys up, but for numbers with INDEXMISSING');
      this.#proofs.push([`ismissing(${name})`]);
    }
  }

  /** Counted as keys where there is no other, else by the module's own set of hashes. */
  #distinct(position: number): void {
    const column = this.#columnAt(position);
    const distinct = this.#request.aggregates.filter(({ name }) => name === 'count_distinct');
    const isOnly =
      this.#request.groups.length === 0 && this.#keys.length === 0 && distinct.every((call) => call.column === position);
    if (isOnly || this.#distinctKeys.has(position)) {
      this.#distinctKeys.set(position, this.#key(position, null));
      return;
    }
    if (column.type.id === 'BOOLEAN') throw new Refusal('a BOOLEAN has many texts');
    const alias = keyAlias(this.#context.index, column);
    // To the module 0 and -0 are two numbers, and some above 2^53 are one.
    if (isNumeric(column.type))
      this.#proofs.push(['(', ...this.#beyond(alias, 2 ** 53 - 1), ` | (${attributeName(alias) ?? ''}:[0 0]))`]);
    const name = `${OWN}d${position}`;
    this.#reduce('COUNT_DISTINCT', alias, name);
    this.#distinctNames.set(position, name);
  }

  #columnAt(position: number): TableColumn {
    const column = this.#request.scan.columns[position];
    if (column === undefined) throw new RedQueryError('RQ_INTERNAL', `no column ${position}`);
    return column;
  }

  /** Groups by a column; gives its place among the keys. */
  #key(position: number, texts: ReadonlySet<string> | null): number {
    const column = this.#columnAt(position);
    const known = this.#keys.findIndex((key) => key.column === column);
    if (known >= 0 && texts === null) return known;
    const key = this.#keys[known];
    if (key !== undefined) {
      const both = key.texts === null ? texts : new Set([...key.texts].filter((text) => texts?.has(text) === true));
      this.#keys[known] = { ...key, texts: both };
      return known;
    }
    const name = keyAlias(this.#context.index, column);
    const split = isNumeric(column.type) ? splitWords(plainAlias(name), `${OWN}k${this.#keys.length}`) : null;
    this.#keySplits.push(...(split?.words ?? []));
    this.#keyWords.push(`@${name}`);
    return this.#keys.push({ name, parts: split?.parts ?? null, column, texts }) - 1;
  }

  #call({ name, column: position, type }: AggregateCall): void {
    if (name === 'count_star') return;
    if (position === null || name === 'first' || name === 'last') throw new Refusal(`an index has no ${name}`);
    if (name === 'count_distinct') {
      this.#distinct(position);
      return;
    }
    const column = this.#columnAt(position);
    assertType(name, column.type, type);
    const known = this.#outputs.get(position) ?? this.#counted(position, column);
    this.#outputs.set(
      position,
      name === 'count' ? known : this.#reduced(known, name, numberAlias(this.#context.index, column), position),
    );
  }

  #counted(position: number, column: TableColumn): ColumnOutputs {
    return { column, counting: this.#countingOf(position, column), sum: null, min: null, max: null };
  }

  #countingOf(position: number, column: TableColumn): Counting {
    if (termsOfFilter(this.#request.scan.filter).some((term) => isFalseForNull(term, position))) return { kind: 'all' };
    const { index } = this.#context;
    const name = missingName(index, column);
    if (name !== null && !this.#asked.has(position)) return { kind: 'missing', place: this.#lacks.push({ position, name }) - 1 };
    const output = `${OWN}x${this.#exists.length / EXISTS_WORDS}`;
    this.#exists.push('APPLY', `exists(@${presenceAlias(index, column)})`, 'AS', output);
    this.#reduce('SUM', output, `${output}c`);
    return { kind: 'exists', name: `${output}c` };
  }

  #reduced(outputs: ColumnOutputs, name: AggregateCall['name'], alias: string, position: number): ColumnOutputs {
    switch (name) {
      case 'sum':
      case 'avg':
        if (outputs.sum !== null) return outputs;
        if (isWhole(outputs.column.type)) this.#proveSum(alias);
        return { ...outputs, sum: this.#number('SUM', alias, `${OWN}s${position}`) };
      case 'min':
        return outputs.min === null ? { ...outputs, min: this.#number('MIN', alias, `${OWN}i${position}`) } : outputs;
      case 'max':
        return outputs.max === null ? { ...outputs, max: this.#number('MAX', alias, `${OWN}a${position}`) } : outputs;
      default:
        return outputs;
    }
  }

  /** No partial sum leaves the integers that doubles hold, if no value is above their number's share of them. */
  #proveSum(alias: string): void {
    this.#proofs.push(this.#beyond(alias, Math.floor(2 ** 53 / Math.max(1, this.#context.index.docCount * 2))));
  }

  /** Numbers above `most` in size. */
  #beyond(alias: string, most: number): Fragment {
    const name = attributeName(alias) ?? '';
    const below = rangeFragment(name, { ...EVERY_NUMBER, high: -most, isHighOpen: true });
    const above = rangeFragment(name, { ...EVERY_NUMBER, low: most, isLowOpen: true });
    return ['((', ...below, ') | (', ...above, '))'];
  }

  #number(reducer: string, alias: string, name: string): OutputNumber {
    this.#reduce(reducer, alias, name);
    const { words, parts } = splitWords(name, name);
    this.#splits.push(...words);
    return { name, parts };
  }

  #reduce(reducer: string, alias: string, name: string): void {
    this.#reducers.push('REDUCE', reducer, '1', `@${alias}`, 'AS', name);
    this.#reducerCount += 1;
  }
}

/** Documents of a filter that are found by another query, too. */
function within(filter: Fragment | null, query: Fragment): QueryText {
  return queryTextOf(filter === null ? query : ['(', ...filter, ') (', ...query, ')']);
}

/** A row that passes has a value. Texts that a tag only narrows are looked at one by one, so that it is true of them, too. */
function isFalseForNull(term: Predicate, position: number): boolean {
  const isStrict = term.kind === 'comparison' || term.kind === 'in' || term.kind === 'isNotNull';
  return isStrict && term.column === position;
}
