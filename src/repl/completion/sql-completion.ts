/** Completes SQL: gathers what fits a place, the likeliest first. */
import { completeFile } from '../commands/file-names.ts';
import type { Completion } from '../words.ts';
import { completeCall } from './call-completion.ts';
import type { Catalogue } from './catalogue.ts';
import type { ColumnFact } from './facts/facts.ts';
import { within } from './facts/within.ts';
import {
  allKeywordOffers,
  clauseOffers,
  type LetterCase,
  letterCaseOf,
  operandOffers,
  queryOffers,
  startOffers,
} from './offers/keyword-offers.ts';
import { candidatesFor, type Offer } from './offers/matches.ts';
import {
  columnOffers,
  functionOffers,
  functionsByUse,
  keyTableOffers,
  nameText,
  ownAliasOffers,
  ownNameOffers,
  plainOffers,
  qualifiedColumnOffer,
  sourceOffers,
  tableOffers,
  valueOffers,
} from './offers/offers.ts';
import { COLUMNS_ON_DEMAND, SETTING_VALUES, TYPE_NAMES } from './offers/values.ts';
import type { Piece, SqlCursor } from './places/cursor.ts';
import { isName, isSymbol, isWord } from './places/pieces.ts';
import { type Place, placeAt } from './places/place.ts';
import { type ScopeTable, selectAliases, tablesInScope, withNames } from './places/relations.ts';
import { structFields } from './places/struct-fields.ts';

/** How long the first Tab waits for tables and columns before it offers the rest: somewhat less than the editor does for all. */
const PATIENCE_MS = 1_800;

/** Clauses in which names that the SELECT list gives may stand. */
const ALIAS_CLAUSES = ['by', 'having', 'qualify', 'where'];

type Expression = Extract<Place, { kind: 'expression' }>;

/** Offers, the likeliest list first. */
type Lists = readonly (readonly Offer[])[];

/** What the offers of one place are made from. */
interface Context {
  readonly catalogue: Catalogue;
  readonly text: string;
  readonly cursor: SqlCursor;
  readonly letters: LetterCase;
  /** A bracket stands behind the word. */
  readonly isCalled: boolean;
}

/** Gives what fits at a cursor in SQL; null where nothing may stand. */
export async function completeSql(catalogue: Catalogue, text: string, cursor: SqlCursor): Promise<Completion | null> {
  const place = placeAt(cursor);
  if (place === null) return null;
  const { word, before, after } = cursor;
  if (place.kind === 'file') return fileCompletion(cursor);
  if (place.kind === 'call') return await completeCall(catalogue, place.call, cursor, text);
  const written = before.filter(({ kind }) => kind === 'identifier').map(({ start, end }) => text.slice(start, end));
  const isCalled = isSymbol(after[0], '(') && after[0]?.start === word.to;
  const context = { catalogue, text, cursor, letters: letterCaseOf(word.text, written), isCalled };
  const lists = await listsOf(place, context);
  return { from: word.from, to: word.to, candidates: candidatesFor(word.text, ...lists) };
}

/** Names of files in a string. */
function fileCompletion({ word }: SqlCursor): Completion | null {
  const files = completeFile(word.text, word.text.length);
  if (files === null) return null;
  const candidates = files.candidates.filter(({ text }) => !text.includes("'"));
  return { from: word.from + files.from, to: word.to, candidates };
}

async function listsOf(place: Exclude<Place, { kind: 'call' | 'file' }>, context: Context): Promise<Lists> {
  const { catalogue, cursor, letters } = context;
  const { word } = cursor;
  switch (place.kind) {
    case 'start':
      return [place.isQuery ? queryOffers(letters) : startOffers(letters), typedOnly(context, allKeywordOffers(letters))];
    case 'relation':
      await within(Promise.all([catalogue.known('tables'), catalogue.known('sources')]), PATIENCE_MS);
      return relationLists(context);
    case 'expression':
      return await expressionLists(place, context);
    case 'clause':
      return [clauseOffers(place.clause, letters), typedOnly(context, allKeywordOffers(letters))];
    case 'member':
      return await memberLists(place, context);
    case 'target':
      return [columnOffers(await targetColumns(place.table, context), word)];
    case 'setting': {
      await within(catalogue.known('functions'), PATIENCE_MS);
      const { facts } = catalogue;
      const names = facts.settings.map(({ name }) => (place.verb === 'set' ? `${name} = ` : name));
      const values = facts.settings.map(({ value }) => value ?? '');
      return [plainOffers(names, 'setting', values), place.verb === 'show' ? tableOffers(facts.tables, word) : []];
    }
    case 'settingValue':
      return [valueOffers(SETTING_VALUES.get(place.name.toLowerCase()) ?? [], word)];
    case 'type':
      return [plainOffers(letters === 'upper' ? TYPE_NAMES : TYPE_NAMES.map((name) => name.toLowerCase()), 'keyword')];
  }
}

/** Offers that are too many where nothing is typed yet; quotes hold names only. */
function typedOnly({ cursor: { word } }: Context, offers: readonly Offer[]): readonly Offer[] {
  return word.text === '' || word.quote === '"' ? [] : offers;
}

/** What a statement changes is a table by its name, or a view. */
function changedKind(before: readonly Piece[]): 'table' | 'view' | 'any' | null {
  const [first, second] = before;
  if (isWord(first, 'drop', 'alter')) return isWord(second, 'view') ? 'view' : isWord(second, 'table') ? 'table' : 'any';
  if (isWord(first, 'truncate', 'update') || isWord(before.at(-1), 'into')) return 'table';
  return isWord(first, 'delete') && before.length === 2 ? 'table' : null;
}

function relationLists(context: Context): Lists {
  const { catalogue, cursor, isCalled } = context;
  const { word, before } = cursor;
  const { tables, sources, functions, keys } = catalogue.facts;
  const names = [...ownNameOffers(withNames(cursor), 'of WITH', word), ...tableOffers(tables, word)];
  const kind = changedKind(before);
  if (kind !== null) return [tableOffers(kind === 'any' ? tables : tables.filter((table) => table.kind === kind), word)];
  if (word.quote === '"') return [names];
  const others = functions.filter(({ kind, name }) => kind === 'table' && !name.startsWith('redis_'));
  // In a strange database nothing has a name yet: keys that begin so are what is meant.
  const typed = word.text.toLowerCase();
  const isNamed = names.some(({ match }) => match.startsWith(typed));
  return [
    names,
    isNamed || isCalled ? [] : typedOnly(context, keyTableOffers(keys)),
    sourceOffers(sources, isCalled, word.text),
    typedOnly(context, functionOffers(others, isCalled, word.text)),
  ];
}

async function expressionLists({ mayBeQuery, clause }: Expression, context: Context): Promise<Lists> {
  const { catalogue, text, cursor, letters, isCalled } = context;
  const { word } = cursor;
  const tables = tablesInScope(text, cursor);
  const { functions } = catalogue.facts;
  const columns = tables.length === 0 ? anyColumns(context) : await scopeColumns(tables, context);
  const names = tables.flatMap(({ name }) => (name === null ? [] : [name]));
  const queries = mayBeQuery ? queryOffers(letters) : [];
  const aliases = ALIAS_CLAUSES.includes(clause ?? '') ? ownAliasOffers(selectAliases(cursor), word) : [];
  return [
    [...columns, ...aliases],
    word.quote === '"' ? [] : operandOffers(letters),
    word.quote === '"' ? [] : queries,
    typedOnly(context, functionOffers(functionsByUse(functions), isCalled, word.text)),
    tables.length > 1 || word.text !== '' ? ownNameOffers(names, 'a table of this query', word) : [],
    typedOnly(context, allKeywordOffers(letters)),
  ];
}

/** Before FROM is typed: the columns of all tables of the session. */
function anyColumns({ catalogue, cursor: { word } }: Context): readonly Offer[] {
  if (word.text === '') return [];
  return catalogue.facts.tables.flatMap(({ name, columns }) => columnOffers(columns, word, name));
}

/** A name that two tables have is offered with theirs. */
async function scopeColumns(tables: readonly ScopeTable[], context: Context): Promise<readonly Offer[]> {
  const { word } = context.cursor;
  const found = await Promise.all(tables.map(async (table) => ({ table, columns: await columnsOf(table, context) })));
  const counts = new Map<string, number>();
  for (const { columns } of found) for (const { name } of columns) counts.set(name, (counts.get(name) ?? 0) + 1);
  return found.flatMap(({ table, columns }) =>
    columns.flatMap((column) => {
      const isAmbiguous = (counts.get(column.name) ?? 0) > 1 && table.name !== null && word.quote === '';
      return isAmbiguous ? [qualifiedColumnOffer(table.name ?? '', column)] : columnOffers([column], word);
    }),
  );
}

async function columnsOf(table: ScopeTable, { catalogue }: Context): Promise<readonly ColumnFact[]> {
  const columns = await catalogue.columnsOf(table, PATIENCE_MS);
  const functionName = /^\w+(?=\()/.exec(table.table)?.[0]?.toLowerCase() ?? '';
  const further = (COLUMNS_ON_DEMAND.get(functionName) ?? []).map(([name, type]) => ({ name, type }));
  return [...columns, ...further.filter(({ name }) => !columns.some((column) => column.name === name))];
}

/** `u.`: columns of the table; `address.`: members of the column; `main.`: tables. */
async function memberLists(place: Extract<Place, { kind: 'member' }>, context: Context): Promise<Lists> {
  const { catalogue, text, cursor } = context;
  const { word } = cursor;
  await within(catalogue.known('tables'), PATIENCE_MS);
  const { tables } = catalogue.facts;
  if (place.isRelation) return [tableOffers(tables, word)];
  const [first = '', ...rest] = place.qualifier.map((name) => name.toLowerCase());
  const scope = tablesInScope(text, cursor);
  const named = scope.find(({ name }) => name?.toLowerCase() === first);
  const direct = tables.find(({ name }) => name.toLowerCase() === first);
  if (named !== undefined || direct !== undefined) {
    const columns = named === undefined ? (direct?.columns ?? []) : await columnsOf(named, context);
    return [columnOffers(membersOf(columns, rest), word)];
  }
  const all = await Promise.all(scope.map(async (table) => await columnsOf(table, context)));
  return [columnOffers(membersOf(all.flat(), [first, ...rest]), word)];
}

/** Goes down the members of structs. */
function membersOf(columns: readonly ColumnFact[], names: readonly string[]): readonly ColumnFact[] {
  let members = columns;
  for (const wanted of names) {
    const column = members.find(({ name }) => name.toLowerCase() === wanted);
    members = column === undefined ? [] : structFields(column.type);
  }
  return members;
}

async function targetColumns(table: Piece, { catalogue }: Context): Promise<readonly ColumnFact[]> {
  if (!isName(table)) return [];
  return await catalogue.columnsOf({ table: nameText(table.value), tableName: table.value, withClause: '' }, PATIENCE_MS);
}
