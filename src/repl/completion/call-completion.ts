/** Completes the arguments of Redis' table functions: patterns of keys that exist, indexes, named arguments and their values. */
import type { Completion } from '../words.ts';
import type { Catalogue } from './catalogue.ts';
import type { ColumnFact, Facts, IndexFact } from './facts/facts.ts';
import { candidatesFor, type Offer } from './offers/matches.ts';
import { attributeOffers, indexOffers, keyOffers, plainOffers, valueOffers } from './offers/offers.ts';
import { ARGUMENT_VALUES } from './offers/values.ts';
import type { SqlCursor, Word } from './places/cursor.ts';
import type { Call } from './places/place.ts';

/** Arguments whose values are attributes of the index that is searched. */
const ATTRIBUTE_ARGUMENTS = ['sort_by', 'vector_field', 'highlight'];

/** Gives what fits in the call's argument at the cursor, once that is known. */
export async function completeCall(
  catalogue: Catalogue,
  call: Call,
  { word }: SqlCursor,
  text: string,
): Promise<Completion | null> {
  await catalogue.known('sources');
  const part = partFor(catalogue.facts, call);
  if (part !== null) await catalogue.known(part);
  const { facts } = catalogue;
  const source = facts.sources.find(({ name }) => name === call.name);
  if (call.argument !== null) return completionOf(word, valuesOf(facts, call, call.argument, word));
  if (!call.isStart) return null;
  const positional = positionalOf(facts, call);
  if (positional === 'pattern') return completionOf(word, keyOffers(facts.keys, call.name, word));
  if (positional === 'index') return completionOf(word, indexOffers(facts.indexes, word));
  if (positional === 'query') return queryCompletion(attributesOf(facts, call), word, text);
  if (word.quote !== '') return null;
  const names = (source?.named ?? []).filter((name) => !call.given.includes(name));
  return completionOf(
    word,
    plainOffers(
      names.map((name) => `${name} => `),
      'setting',
    ),
  );
}

function positionalOf(facts: Facts, { name, position }: Call): string | undefined {
  const source = facts.sources.find((one) => one.name === name);
  return source === undefined && position === 0 ? 'pattern' : source?.positional[position];
}

/** What has to be known of the database; null for named arguments and for values that stand here. */
function partFor(facts: Facts, call: Call): 'keys' | 'indexes' | null {
  if (call.argument !== null) return call.argument === 'index' || ATTRIBUTE_ARGUMENTS.includes(call.argument) ? 'indexes' : null;
  const positional = positionalOf(facts, call);
  if (positional === 'pattern') return 'keys';
  return positional === 'index' || positional === 'query' ? 'indexes' : null;
}

function completionOf(word: Word, offers: readonly Offer[]): Completion {
  return { from: word.from, to: word.to, candidates: candidatesFor(word.text, offers) };
}

function valuesOf(facts: Facts, call: Call, argument: string, word: Word): readonly Offer[] {
  const values = valueOffers(ARGUMENT_VALUES.get(argument) ?? [], word);
  if (argument === 'index') return [...values, ...indexOffers(facts.indexes, word)];
  if (ATTRIBUTE_ARGUMENTS.includes(argument)) return [...values, ...attributeOffers(attributesOf(facts, call), word)];
  return values;
}

function attributesOf(facts: Facts, { firstText }: Call): readonly ColumnFact[] {
  const index: IndexFact | undefined = facts.indexes.find(({ name }) => name === firstText);
  return index?.attributes ?? [];
}

/** In a query an attribute stands behind `@`. */
function queryCompletion(attributes: readonly ColumnFact[], word: Word, text: string): Completion | null {
  const typed = /@(\w*)$/.exec(word.text)?.[1];
  if (word.quote === '' || typed === undefined) return null;
  const cursor = word.from + word.text.length;
  const behind = /^\w*:?/.exec(text.slice(cursor, word.to))?.[0].length ?? 0;
  const offers = plainOffers(
    attributes.map(({ name }) => `${name}:`),
    'column',
    attributes.map(({ type }) => type),
  );
  return { from: cursor - typed.length, to: cursor + behind, candidates: candidatesFor(typed, offers) };
}
