/** A catalogue of a made-up database, for tests that need no Redis: Tab's answers as plain texts. */
import type { Catalogue } from '../../../src/repl/completion/catalogue.ts';
import { completerFor } from '../../../src/repl/completion/completer.ts';
import type { Relation } from '../../../src/repl/completion/facts/column-cache.ts';
import { type Facts, type FunctionFact, NO_FACTS } from '../../../src/repl/completion/facts/facts.ts';
import type { Command, Completion, Shell } from '../../../src/repl/words.ts';

const scalar = (name: string, parameters: readonly string[] = ['x']): FunctionFact => ({
  name,
  kind: 'scalar',
  parameters,
  isBare: parameters.length === 0,
  returnType: 'BIGINT',
  isOwn: false,
});

export const KNOWN: Facts = {
  tables: [
    {
      name: 'users',
      kind: 'view',
      columns: [
        { name: '_key', type: 'VARCHAR' },
        { name: 'name', type: 'VARCHAR' },
        { name: 'age', type: 'BIGINT' },
        { name: 'user_id', type: 'BIGINT' },
        { name: 'first name', type: 'VARCHAR' },
        { name: 'order', type: 'VARCHAR' },
        { name: 'address', type: 'STRUCT(city VARCHAR, "zip code" BIGINT, geo STRUCT(lon DOUBLE, lat DOUBLE))' },
      ],
    },
    {
      name: 'Paid Orders',
      kind: 'table',
      columns: [
        { name: 'name', type: 'VARCHAR' },
        { name: 'total', type: 'DOUBLE' },
      ],
    },
  ],
  functions: [
    scalar('abs'),
    scalar('avg'),
    scalar('age', ['a', 'b']),
    scalar('now', []),
    scalar('date_trunc', ['part', 'timestamp']),
    scalar('many', ['a', 'b', 'c', 'd', 'e']),
    { ...scalar('read_csv', ['col0']), kind: 'table', returnType: null },
    { ...scalar('add_tax'), kind: 'macro', returnType: null, isOwn: true },
  ],
  sources: [
    { name: 'redis_hash', positional: ['pattern'], named: ['columns', 'on_error', 'index', 'all_varchar'] },
    { name: 'redis_set', positional: ['pattern'], named: ['columns'] },
    { name: 'redis_search', positional: ['index', 'query'], named: ['params', 'sort_by'] },
    { name: 'redis_indexes', positional: [], named: ['server'] },
  ],
  indexes: [
    {
      name: 'idx:user',
      keyType: 'HASH',
      documents: 12_408,
      attributes: [
        { name: 'name', type: 'TEXT' },
        { name: 'city', type: 'TAG' },
      ],
    },
  ],
  keys: [
    { pattern: 'user:*', template: 'user:{id}', type: 'hash', count: 12_408 },
    { pattern: "it's:*", template: "it's:{id}", type: 'hash', count: 3 },
    { pattern: 'tags:*', template: 'tags:{id}', type: 'set', count: 5 },
  ],
  settings: [
    { name: 'on_full_scan', value: null },
    { name: 'TimeZone', value: 'UTC' },
  ],
};

const COMMANDS: readonly Command[] = [
  { names: ['.tables', '\\dt'], usage: '[PATTERN]', summary: 'views and tables', run: () => undefined },
  { names: ['.timer', '\\timing'], usage: '[on|off]', summary: 'the time', complete: words('on', 'off'), run: () => undefined },
  { names: ['.describe', '\\d'], usage: '[NAME]', summary: 'columns', run: () => undefined },
  { names: ['.keys'], usage: '[PATTERN]', summary: 'a map', run: () => undefined },
  { names: ['.watch'], usage: '[SECONDS] [SQL]', summary: 'again and again', run: () => undefined },
  { names: ['.read'], usage: 'FILE', summary: 'runs a file', run: () => undefined },
  { names: ['.version'], usage: '', summary: 'the version', run: () => undefined },
];

function words(...texts: readonly string[]): NonNullable<Command['complete']> {
  return (argument) => ({
    from: 0,
    to: argument.length,
    candidates: texts.map((text) => ({ text, label: text, detail: '', kind: 'setting' })),
  });
}

export interface Answer {
  readonly completion: Completion | null;
  /** The texts that may go in. */
  readonly texts: readonly string[];
  /** The whole text with the first candidate in it. */
  readonly first: string;
  /** What was asked about columns. */
  readonly relations: readonly Relation[];
}

/** Presses Tab at the `|` of `marked`. */
export async function tabAt(
  marked: string,
  facts: Facts = KNOWN,
  columns: Readonly<Record<string, readonly string[]>> = {},
): Promise<Answer> {
  const relations: Relation[] = [];
  const catalogue: Pick<Catalogue, 'facts' | 'columnsOf' | 'known'> = {
    facts,
    known: () => Promise.resolve(),
    columnsOf: async (relation) => {
      relations.push(relation);
      const table = facts.tables.find((one) => one.name === relation.tableName);
      return table?.columns ?? (columns[relation.table] ?? []).map((column) => ({ name: column, type: 'VARCHAR' }));
    },
  };
  // The completer asks no more of them than this, and nothing of the shell.
  const complete = completerFor(catalogue as Catalogue, COMMANDS, {} as Shell);
  const cursor = marked.indexOf('|');
  const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
  const completion = await complete(text, cursor, new AbortController().signal);
  const texts = completion?.candidates.map((candidate) => candidate.text) ?? [];
  const first = completion === null ? text : text.slice(0, completion.from) + (texts[0] ?? '') + text.slice(completion.to);
  return { completion, texts, first, relations };
}

export const NOTHING_KNOWN = NO_FACTS;
