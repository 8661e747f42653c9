/** The groups of a reply, put together: numbers joined, texts checked, groups that differ only in what was added merged. */
import { isUtf8 } from 'node:buffer';
import type { Reply } from '../../../resp/index.ts';
import type { AggregateCall, AggregateRequest } from '../../scan-words.ts';
import { attributesOf, textOf } from '../catalog/replies.ts';
import { decimalText, isWhole } from '../query/numeric.ts';
import { COUNT_NAME } from './aggregate-query.ts';
import { joinParts, longAverage } from './exact-number.ts';
import type { AggregateQuery, ColumnOutputs, Counting, KeyOutput, OutputNumber } from './query-words.ts';
import { Refusal } from './sortables.ts';

/** A value's text as a column of its type reads it; null: NULL. */
export type CellText = string | null;

interface ColumnState {
  count: number;
  sum: number;
  min: number;
  max: number;
}

interface Group {
  readonly keys: readonly CellText[];
  rowCount: number;
  readonly columns: ReadonlyMap<number, ColumnState>;
  readonly distinct: ReadonlyMap<number, Set<string>>;
  /** As the module counted them. */
  readonly distinctCounts: Map<number, number>;
}

const WHOLE_LIMIT = 2 ** 53;

/** What a query's commands gave, all of one state of the index. */
export interface GroupedResults {
  readonly results: readonly Reply[];
  /** lacks[i] of query.lacks[i]. */
  readonly lacks: readonly (readonly Reply[])[];
}

/** A group of the module's, with its rows without a value of each of query.lacks. */
interface Result {
  readonly values: ReadonlyMap<string, Reply>;
  readonly lacking: readonly number[];
}

/**
 * Gives the block's rows, its groups' texts and then its aggregates'. Without groups: exactly one row.
 * @throws {Refusal} where a value is not told exactly.
 */
export function rowsOf(grouped: GroupedResults, query: AggregateQuery, request: AggregateRequest): CellText[][] {
  const groups = new Map<string, Group>();
  for (const result of resultsOf(grouped, query)) addResult(result, query, groups);
  if (request.groups.length === 0 && groups.size === 0) groups.set('', emptyGroup([], query));
  return [...groups.values()].map((group) => [
    ...group.keys,
    ...request.aggregates.map((call) => aggregateText(call, group, query)),
  ]);
}

/** Puts each group's rows without a value to it. Every such row is in a group, and in one only. */
function resultsOf({ results, lacks }: GroupedResults, query: AggregateQuery): Result[] {
  const found = results.map((result) => attributesOf(result));
  if (lacks.length === 0) return found.map((values) => ({ values, lacking: [] }));
  const places = new Map(found.map((values, place) => [identityOf(values, query), place]));
  if (places.size < found.length) throw new Refusal('two groups look alike');
  const lacking = found.map(() => lacks.map(() => 0));
  for (const [i, lack] of lacks.entries()) {
    for (const result of lack) {
      const values = attributesOf(result);
      const counts = lacking[places.get(identityOf(values, query)) ?? -1];
      if (counts === undefined || counts[i] !== 0) throw new Refusal('rows without a value are in no group of their own');
      counts[i] = countFrom(values.get(COUNT_NAME));
    }
  }
  return found.map((values, place) => ({ values, lacking: lacking[place] ?? [] }));
}

/** As the module prints the keys, digits that it leaves out included. */
function identityOf(values: ReadonlyMap<string, Reply>, { keys }: AggregateQuery): string {
  const print = (name: string): string | null => {
    const value = values.get(name) ?? null;
    return Buffer.isBuffer(value) ? value.toString('latin1') : value === null ? null : textOf(value);
  };
  const names = keys.flatMap(({ name, parts }) => (parts === null ? [name] : [name, parts.exponent, parts.high, parts.low]));
  return JSON.stringify(names.map(print));
}

function addResult({ values: result, lacking }: Result, query: AggregateQuery, groups: Map<string, Group>): void {
  const values = query.keys.map((key) => keyText(result, key));
  const isOut = query.keys.some(({ texts }, i) => texts !== null && !texts.has(values[i] ?? '\0'));
  if (isOut) return;
  const keys = query.groupKeys.map((place) => values[place] ?? null);
  const identity = JSON.stringify(keys);
  const group = groups.get(identity) ?? emptyGroup(keys, query);
  groups.set(identity, group);
  const rowCount = countFrom(result.get(COUNT_NAME));
  for (const [position, name] of query.distinctNames) {
    // Of two parts of a group the same value may be in both.
    if (group.rowCount > 0) throw new Refusal('a group comes in parts, of which distinct values cannot be added');
    group.distinctCounts.set(position, countFrom(result.get(name)));
  }
  group.rowCount += rowCount;
  for (const [position, outputs] of query.outputs) {
    addColumn(group.columns.get(position), outputs, result, valueCount(outputs.counting, result, rowCount, lacking));
  }
  for (const [position, place] of query.distinctKeys) {
    const value = values[place] ?? null;
    if (value !== null) group.distinct.get(position)?.add(value);
  }
}

function emptyGroup(keys: readonly CellText[], query: AggregateQuery): Group {
  const state = (): ColumnState => ({ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY });
  return {
    keys,
    rowCount: 0,
    columns: new Map([...query.outputs.keys()].map((position) => [position, state()])),
    distinct: new Map([...query.distinctKeys.keys()].map((position) => [position, new Set()])),
    distinctCounts: new Map(),
  };
}

/** Rows of the group that have a value. */
function valueCount(
  counting: Counting,
  result: ReadonlyMap<string, Reply>,
  rowCount: number,
  lacking: readonly number[],
): number {
  const missing = counting.kind === 'missing' ? (lacking[counting.place] ?? 0) : 0;
  const count = counting.kind === 'exists' ? countFrom(result.get(counting.name)) : rowCount - missing;
  if (count < 0 || count > rowCount) throw new Refusal('more rows without a value than rows');
  return count;
}

function addColumn(
  state: ColumnState | undefined,
  outputs: ColumnOutputs,
  result: ReadonlyMap<string, Reply>,
  count: number,
): void {
  // The module gives 0 for a group without values.
  if (state === undefined || count === 0) return;
  state.count += count;
  const { sum, min, max } = outputs;
  const isInteger = isWhole(outputs.column.type);
  if (sum !== null) state.sum += numberFrom(result, sum, isInteger);
  if (min !== null) state.min = Math.min(state.min, extremeFrom(result, min, isInteger));
  if (max !== null) state.max = Math.max(state.max, extremeFrom(result, max, isInteger));
}

/** A minimum or maximum. The module gives 0 for one that is infinite (measured), which whole numbers never are. */
function extremeFrom(result: ReadonlyMap<string, Reply>, output: OutputNumber, isInteger: boolean): number {
  const value = numberFrom(result, output, isInteger);
  if (value === 0 && !isInteger) throw new Refusal('the module gives 0 for infinite numbers, too');
  return value;
}

function keyText(result: ReadonlyMap<string, Reply>, key: KeyOutput): CellText {
  const value = result.get(key.name);
  if (value === undefined || value === null) return null;
  if (key.parts !== null)
    return numberText(numberFrom(result, { name: key.name, parts: key.parts }, isWhole(key.column.type)), key.column.type);
  if (!Buffer.isBuffer(value) || !isUtf8(value)) throw new Refusal('a group is no UTF-8 text');
  const text = value.toString('utf8');
  return key.column.type.id === 'BOOLEAN' ? booleanText(text) : text;
}

function booleanText(text: string): string {
  if (/^(?:true|t|yes|y|1)$/i.test(text)) return 'true';
  if (/^(?:false|f|no|n|0)$/i.test(text)) return 'false';
  throw new Refusal('a group is no BOOLEAN');
}

function numberFrom(result: ReadonlyMap<string, Reply>, { name, parts }: OutputNumber, isInteger: boolean): number {
  const text = (part: string): string => textOf(result.get(part));
  const value = joinParts(text(name), text(parts.exponent), text(parts.high), text(parts.low));
  if (value === null) throw new Refusal('a number that the module does not give exactly');
  if (isInteger && (!Number.isInteger(value) || Math.abs(value) >= WHOLE_LIMIT)) {
    throw new Refusal('a number that is no integer below 2^53');
  }
  return value;
}

function countFrom(reply: Reply | undefined): number {
  const count = Number(textOf(reply));
  // Twelve digits are printed.
  if (!Number.isInteger(count) || count < 0 || count >= 1e11) throw new Refusal('a count that the module does not give exactly');
  return count;
}

function aggregateText({ name, column: position, type }: AggregateCall, group: Group, query: AggregateQuery): CellText {
  if (name === 'count_star') return String(group.rowCount);
  if (position === null) throw new Refusal(`an index has no ${name}`);
  if (name === 'count_distinct') return String(group.distinctCounts.get(position) ?? group.distinct.get(position)?.size ?? 0);
  const state = group.columns.get(position);
  const column = query.outputs.get(position)?.column;
  if (state === undefined || column === undefined) throw new Refusal(`an index has no ${name}`);
  if (name === 'count') return String(state.count);
  if (state.count === 0) return null;
  switch (name) {
    case 'sum':
      return numberText(state.sum, type);
    case 'avg':
      return numberText(isLong(column.type.id) ? longAverage(state.sum, state.count) : state.sum / state.count, type);
    case 'min':
      return numberText(state.min, column.type);
    case 'max':
      return numberText(state.max, column.type);
    default:
      throw new Refusal(`an index has no ${name}`);
  }
}

function isLong(id: string): boolean {
  return id === 'BIGINT' || id === 'INTEGER';
}

/** As the type's parser reads it. */
function numberText(value: number, type: { readonly id: string; readonly scale?: number }): string {
  if (type.id === 'DECIMAL') {
    const scale = type.scale ?? 3;
    const unscaled = Math.round(value * 10 ** scale);
    const text = decimalText(BigInt(unscaled), scale);
    if (Number(text) !== value) throw new Refusal('a number with more digits than its DECIMAL');
    return text;
  }
  // Of integers from 10^21 on JavaScript prints an exponent; they are refused or doubles.
  return String(value);
}
