/**
 * A grouped block as one FT.AGGREGATE of one index: which attributes its groups and functions read, what must be proven
 * beside it, and the command. It decides by what the index is; what the data are, the proofs and groups.ts look at.
 */
import { RedQueryError } from '../../../errors.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { AggregateCall, AggregateRequest, Predicate, TableColumn } from '../../scan-words.ts';
import { termsOfFilter } from '../candidates.ts';
import type { IndexInfo } from '../catalog/index-info.ts';
import { allAttributesFor } from '../query/attributes.ts';
import { compileFilter } from '../query/compile.ts';
import { attributeName, type Fragment, type QueryText, queryTextOf } from '../query/fragment.ts';
import { EVERY_NUMBER, isNumeric, isWhole, rangeFragment } from '../query/numeric.ts';
import { type CompileContext, conjunctionOf } from '../query/terms.ts';
import { endOfCommand } from '../search-command.ts';
import { type NumberParts, splitWords } from './exact-number.ts';

/** More groups are not held here at once. */
export const MOST_GROUPS = 100_000;
/** Names of our own in the command. */
const OWN = 'rq_';

/** A value of each group: its printed text, and its parts where it is a number. */
export interface OutputNumber {
  readonly name: string;
  readonly parts: NumberParts;
}

/** What the server groups by: the block's groups, texts that a tag only narrows, columns whose values are counted once. */
export interface KeyOutput {
  readonly name: string;
  readonly parts: NumberParts | null;
  readonly column: TableColumn;
  /** The column's texts that pass the filter; null: all. */
  readonly texts: ReadonlySet<string> | null;
}

/** What is asked of a column in each group. */
export interface ColumnOutputs {
  readonly column: TableColumn;
  /** Rows with a value; null: all rows have one (proven). */
  readonly count: string | null;
  readonly sum: OutputNumber | null;
  readonly min: OutputNumber | null;
  readonly max: OutputNumber | null;
}

export interface AggregateQuery {
  readonly index: IndexInfo;
  readonly text: QueryText | null;
  readonly keys: readonly KeyOutput[];
  /** keys[i] of group i of the request. */
  readonly groupKeys: readonly number[];
  /** By column position. */
  readonly outputs: ReadonlyMap<number, ColumnOutputs>;
  /** keys[i] of a COUNT(DISTINCT) of a column position. */
  readonly distinctKeys: ReadonlyMap<number, number>;
  /** Queries that no document may match, before and after. */
  readonly proofs: readonly QueryText[];
  readonly words: readonly (string | Uint8Array | number)[];
  readonly reducerCount: number;
  readonly asksExistence: boolean;
}

/** A reason why the index cannot answer, as a value. */
export class Refusal extends Error {}

/**
 * Makes the command. provesPresence: that every document has a value is proven beside it where that is cheap, not counted in it.
 * @throws {Refusal} where the index cannot answer exactly.
 */
export function aggregateQueryOf(request: AggregateRequest, context: CompileContext, provesPresence: boolean): AggregateQuery {
  return new AggregateBuilder(request, context, provesPresence).build();
}

class AggregateBuilder {
  readonly #request: AggregateRequest;
  readonly #context: CompileContext;
  readonly #provesPresence: boolean;
  readonly #keys: KeyOutput[] = [];
  readonly #keyWords: string[] = [];
  readonly #exists: string[] = [];
  readonly #reducers: string[] = ['REDUCE', 'COUNT', '0', 'AS', `${OWN}n`];
  readonly #splits: string[] = [];
  readonly #proofs: Fragment[] = [];
  readonly #outputs = new Map<number, ColumnOutputs>();
  #reducerCount = 1;

  constructor(request: AggregateRequest, context: CompileContext, provesPresence: boolean) {
    this.#request = request;
    this.#context = context;
    this.#provesPresence = provesPresence;
    if (context.index.attributes.some(({ alias }) => alias.startsWith(OWN))) throw new Refusal(`an attribute is called ${OWN}…`);
  }

  build(): AggregateQuery {
    const { groups, aggregates } = this.#request;
    const fragment = this.#filter();
    const groupKeys = groups.map(({ column, bucket }) => {
      if (bucket !== null) throw new Refusal('an index has no time buckets');
      return this.#key(column, null);
    });
    const distinctKeys = new Map<number, number>();
    for (const call of aggregates) this.#call(call, distinctKeys);
    const { index } = this.#context;
    const text = fragment === null ? null : queryTextOf(fragment);
    return {
      index,
      text,
      keys: this.#keys,
      groupKeys,
      outputs: this.#outputs,
      distinctKeys,
      proofs: this.#proofs.map((proof) => queryTextOf(fragment === null ? proof : ['(', ...fragment, ') (', ...proof, ')'])),
      words: this.#words(text),
      reducerCount: this.#reducerCount,
      asksExistence: this.#exists.length > 0,
    };
  }

  #words(text: QueryText | null): (string | Uint8Array | number)[] {
    const group = ['GROUPBY', this.#keyWords.length, ...this.#keyWords, ...this.#reducers];
    const search = ['FT.AGGREGATE', this.#context.index.name, text?.query ?? '*', ...this.#exists];
    return [...search, ...group, ...this.#splits, 'LIMIT', 0, MOST_GROUPS + 1, ...endOfCommand(text, 0)];
  }

  /** The filter as a query; null for all. A text's tag only narrows, so that the texts themselves are grouped by and looked at. */
  #filter(): Fragment | null {
    const terms = termsOfFilter(this.#request.scan.filter).map((term) => {
      const compiled = compileFilter(term, this.#context);
      if (compiled.kind === 'unsupported') throw new Refusal(compiled.why);
      if (compiled.kind === 'none') throw new Refusal('no row can pass the filter');
      if (compiled.kind === 'query' && !compiled.isExact) {
        this.#key(...this.#textTerm(term, compiled.why));
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

  /** Groups by a column; gives its place among the keys. */
  #key(position: number, texts: ReadonlySet<string> | null): number {
    const column = this.#request.scan.columns[position];
    if (column === undefined) throw new RedQueryError('RQ_INTERNAL', `no column ${position}`);
    const known = this.#keys.findIndex((key) => key.column === column);
    if (known >= 0 && texts === null) return known;
    const key = this.#keys[known];
    if (key !== undefined) {
      const both = key.texts === null ? texts : new Set([...key.texts].filter((text) => texts?.has(text) === true));
      this.#keys[known] = { ...key, texts: both };
      return known;
    }
    const name = this.#keyAlias(column);
    const split = isNumeric(column.type) ? splitWords(plainAlias(name), `${OWN}k${this.#keys.length}`) : null;
    this.#splits.push(...(split?.words ?? []));
    this.#keyWords.push(`@${name}`);
    return this.#keys.push({ name, parts: split?.parts ?? null, column, texts }) - 1;
  }

  #keyAlias(column: TableColumn): string {
    const isNumber = isNumeric(column.type) && column.type.id !== 'FLOAT';
    const isText = (column.type.id === 'VARCHAR' && column.type.alias === undefined) || column.type.id === 'BOOLEAN';
    if (column.type.id === 'DECIMAL' && (column.type.width ?? 18) > 15) throw new Refusal('the index keeps doubles');
    const { keyType } = this.#context.index;
    const found = allAttributesFor(this.#context.index, column).find(({ attribute, isSingle }) => {
      if (!attribute.isSortable || !isSingle || attributeName(attribute.alias) === null) return false;
      if (isNumber) return attribute.type === 'NUMERIC';
      // The sortable value of a document's array is its first element.
      return isText && (attribute.type === 'TAG' || attribute.type === 'TEXT') && attribute.isUnf && keyType === 'HASH';
    });
    if (found !== undefined) return found.attribute.alias;
    throw new Refusal(
      isNumber || !isText
        ? `${column.name} is not NUMERIC SORTABLE in the index`
        : `${column.name} is not SORTABLE UNF in the index`,
    );
  }

  #call({ name, column: position, type }: AggregateCall, distinctKeys: Map<number, number>): void {
    if (name === 'count_star') return;
    if (position === null || name === 'first' || name === 'last') throw new Refusal(`an index has no ${name}`);
    if (name === 'count_distinct') {
      distinctKeys.set(position, this.#key(position, null));
      return;
    }
    const column = this.#request.scan.columns[position];
    if (column === undefined) throw new RedQueryError('RQ_INTERNAL', `no column ${position}`);
    assertType(name, column.type, type);
    const known = this.#outputs.get(position) ?? this.#counted(column);
    this.#outputs.set(position, name === 'count' ? known : this.#reduced(known, name, this.#numberAlias(column), position));
  }

  /** Rows without a value: proven away where that is cheap, else counted. */
  #counted(column: TableColumn): ColumnOutputs {
    const { index } = this.#context;
    const attributes = allAttributesFor(index, column).filter(({ isSingle }) => isSingle);
    const none: ColumnOutputs = { column, count: null, sum: null, min: null, max: null };
    const marked = attributes.find(({ attribute }) => attribute.hasMissing && !attribute.isUnsearchable);
    const name = marked === undefined ? null : attributeName(marked.attribute.alias);
    // ismissing() does not hold documents with a null there (measured).
    if (this.#provesPresence && index.keyType === 'HASH' && name !== null) {
      this.#proofs.push([`ismissing(${name})`]);
      return none;
    }
    const sortable = attributes.find(({ attribute }) => attribute.isSortable);
    if (sortable === undefined) throw new Refusal(`${column.name} is not SORTABLE in the index`);
    const output = `${OWN}x${this.#exists.length / 4}`;
    this.#exists.push('APPLY', `exists(@${plainAlias(sortable.attribute.alias)})`, 'AS', output);
    this.#reduce('SUM', output, `${output}c`);
    return { ...none, count: `${output}c` };
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
    const name = attributeName(alias);
    const most = Math.floor(2 ** 53 / Math.max(1, this.#context.index.docCount * 2));
    if (name === null) return;
    const below = rangeFragment(name, { ...EVERY_NUMBER, high: -most, isHighOpen: true });
    const above = rangeFragment(name, { ...EVERY_NUMBER, low: most, isLowOpen: true });
    this.#proofs.push(['((', ...below, ') | (', ...above, '))']);
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

  #numberAlias(column: TableColumn): string {
    const { type } = column;
    if (!isNumeric(type) || type.id === 'FLOAT') throw new Refusal(`${column.name} is no number that an index keeps`);
    const found = allAttributesFor(this.#context.index, column).find(
      ({ attribute, isSingle }) => attribute.type === 'NUMERIC' && attribute.isSortable && !attribute.isUnsearchable && isSingle,
    );
    if (found === undefined) throw new Refusal(`${column.name} is not NUMERIC SORTABLE in the index`);
    return plainAlias(found.attribute.alias);
  }
}

/** Expressions have no escapes for names. */
function plainAlias(alias: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(alias)) throw new Refusal(`the name ${alias} cannot stand in an expression`);
  return alias;
}

/** What is summed in doubles must be exact in them, or be a sum of doubles for DuckDB, too. */
function assertType(name: AggregateCall['name'], column: SqlType, result: SqlType): void {
  if (name === 'count') return;
  if (name === 'min' || name === 'max') {
    if (column.id === 'DECIMAL' && (column.width ?? 18) > 15) throw new Refusal('the index keeps doubles');
    return;
  }
  const isSummable = column.id === 'DOUBLE' || SUMMED.has(column.id);
  const isKnown = name === 'avg' ? result.id === 'DOUBLE' : result.id === 'DOUBLE' || result.id === 'HUGEINT';
  if (!isSummable || !isKnown) throw new Refusal(`${name} of ${column.id} is not exact in doubles`);
}

const SUMMED = new Set<SqlType['id']>(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']);
