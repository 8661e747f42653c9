/**
 * Columns of Redis' tables by the keys that the catalogue's sample has found already: some of these are read. No key is looked
 * for, so that Tab costs the server the same however many keys it has.
 */
import { quoteLiteral } from '../../../sql/index.ts';
import type { ControlClient, InferredColumn, SchemaNeed, TableSource } from '../../../storage/index.ts';
import { typeName } from '../../../types/index.ts';
import { type KeyFacts, UNKNOWN_TYPE } from '../../keyspace/sample.ts';
import { type RedisCall, redisCallsIn } from '../places/redis-calls.ts';
import type { ColumnFact } from './facts.ts';

/** Keys that are read for the columns of a pattern. */
const MOST_READ = 100;
/** Keys that are offered for it: a template may pass most of them over. */
const MOST_OFFERED = 1_000;
/** Stands for an argument that is not there yet. */
const ANYTHING = '*';

export interface SampleSource {
  redis(): Promise<ControlClient>;
  /** The keys of the last sample; resolved when there was one. */
  keys(): Promise<readonly KeyFacts[]>;
}

interface Sampled {
  readonly inferred: readonly InferredColumn[];
  /** As SQL sees them: the key, captures of its template, the fields. */
  readonly columns: readonly ColumnFact[];
}

/** Gives a call's columns; null where they depend on more than its text. @throws {RedQueryError} as the call, and what Redis says. */
export async function sampledColumns(
  from: SampleSource,
  call: RedisCall,
  signal: AbortSignal,
): Promise<readonly ColumnFact[] | null> {
  return (await sampleOf(from, call, signal))?.columns ?? null;
}

/**
 * Declares the columns of all calls in a statement, so that the engine needs no sample of its own to tell what it gives. Null
 * where columns of one are not known.
 * @throws {RedQueryError} as a call, and what Redis says.
 */
export async function withDeclaredColumns(from: SampleSource, text: string, signal: AbortSignal): Promise<string | null> {
  let declared = text;
  for (const call of redisCallsIn(text).toReversed()) {
    if (call.hasColumns || !(await isSampled(call))) continue;
    const sampled = await sampleOf(from, call, signal);
    if (sampled === null || sampled.inferred.length === 0) return null;
    const close = call.end - 1;
    declared = `${declared.slice(0, close)}, columns => ${structOf(sampled.inferred)}${declared.slice(close)}`;
  }
  return declared;
}

/** True where the columns of such a call come from a sample of keys that have not been found, or of another server's. */
export async function needsOtherKeys(from: SampleSource, call: RedisCall): Promise<boolean> {
  if (call.hasColumns || !(await isSampled(call))) return false;
  const bound = await bindable(call);
  const need = bound?.source.sampleFor(bound.table) ?? null;
  return need !== null && (need.server !== 'default' || (await keysFor(from, need)).length === 0);
}

/** A search index tells its columns. */
async function isSampled({ name }: RedisCall): Promise<boolean> {
  const { TYPE_TABLES } = await import('../../../storage/index.ts');
  return Object.values(TYPE_TABLES).some(({ functionName }) => functionName === name);
}

async function bindable({ name, positional, named }: RedisCall) {
  const { sourceOfFunction } = await import('../../../storage/index.ts');
  const source: TableSource | undefined = sourceOfFunction(name);
  if (source === undefined || positional === null || named === null || (source.positional.length > 0 && positional.length === 0))
    return null;
  const texts = source.positional.map((_, at) => positional[at] ?? ANYTHING);
  return { source, table: { positional: texts, named, inferred: null, mentions: new Set<string>() } };
}

async function sampleOf(from: SampleSource, call: RedisCall, signal: AbortSignal): Promise<Sampled | null> {
  const bound = await bindable(call);
  if (bound === null) return null;
  const { source, table } = bound;
  const need = source.sampleFor(table);
  if (need !== null && need.server !== 'default') return null;
  const inferred = need === null ? null : await inferredFor(from, need, signal);
  const { columns } = source.bind({ ...table, inferred });
  return {
    inferred: inferred?.columns ?? [],
    columns: columns.map(({ name, type }) => ({ name, type: typeName(type) })),
  };
}

async function inferredFor(from: SampleSource, need: SchemaNeed, signal: AbortSignal) {
  const { inferSchema } = await import('../../../storage/index.ts');
  if (need.source === 'search') return await inferSchema(await from.redis(), need, signal);
  const keys = await keysFor(from, need);
  const sampleSize = Math.min(MOST_READ, need.sampleSize);
  return await inferSchema(await from.redis(), { ...need, sampleSize, keys }, signal);
}

/** A pattern without wildcards is a key. */
async function keysFor(from: SampleSource, { source, pattern }: SchemaNeed): Promise<readonly Buffer[]> {
  const { globMatches, literalOf, sourceNamed, TYPE_TABLES } = await import('../../../storage/index.ts');
  const glob = Buffer.from(pattern, 'utf8');
  const literal = literalOf(glob);
  if (literal !== null) return [Buffer.from(literal)];
  const functionName = sourceNamed(source)?.functionName;
  const fits = (type: string): boolean => type === UNKNOWN_TYPE || TYPE_TABLES[type]?.functionName === functionName;
  const found: Buffer[] = [];
  for (const { raw, type } of await from.keys()) {
    if (fits(type) && globMatches(glob, raw)) found.push(raw);
    if (found.length === MOST_OFFERED) break;
  }
  return found;
}

/** Names that differ in case only are one to a struct: the first stays. */
function structOf(columns: readonly InferredColumn[]): string {
  const byName = new Map<string, InferredColumn>();
  for (const column of columns) if (!byName.has(column.name.toLowerCase())) byName.set(column.name.toLowerCase(), column);
  const members = [...byName.values()].map(({ name, type }) => `${quoteLiteral(name)}: ${quoteLiteral(typeName(type))}`);
  return `{${members.join(', ')}}`;
}
