/** Replies of the search module taken apart, and ranges that find nothing; a stub answers. */
import { describe, expect, it } from 'vitest';
import { QueryClient } from '../../../src/storage/connections/query-client.ts';
import { IndexCatalog } from '../../../src/storage/search/catalog/index-catalog.ts';
import type { IndexInfo } from '../../../src/storage/search/catalog/index-info.ts';
import { barrenRange, rangesIn } from '../../../src/storage/search/catalog/numeric-health.ts';
import { attributesOf, entriesOf, numberOf, searchReplyFrom, textOf } from '../../../src/storage/search/catalog/replies.ts';
import { countDocuments, countExactly, valueAt } from '../../../src/storage/search/search-command.ts';
import { startStub } from '../../support/stub-redis.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const map = (...entries: [string, unknown][]): never =>
  // A reply's values are what the reader makes; tests make the same.
  new Map(entries.map(([name, value]) => [bytes(name), value])) as never;

describe('replies', () => {
  it.each([
    [[], []],
    [bytes('None'), []],
    [[bytes('None')], []],
    [[bytes('Timeout limit was reached')], ['Timeout limit was reached']],
    [bytes('Max prefix expansions limit was reached'), ['Max prefix expansions limit was reached']],
    [[bytes('None'), bytes('Index is being built')], ['Index is being built']],
  ])('finds the warnings in %j', (warning, expected) => {
    const reply = searchReplyFrom(map(['total_results', 3], ['results', []], ['warning', warning]));
    expect(reply).toEqual({ total: 3, results: [], warnings: expected });
  });

  it.each([[null], [[]], [3], [bytes('OK')], [map(['results', []])], [map(['total_results', bytes('many')])]])(
    'takes %j for no reply of a search',
    (reply) => {
      expect(() => searchReplyFrom(reply as never)).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
    },
  );

  it('reads maps and flat lists alike, and what is neither as nothing', () => {
    expect([...entriesOf(map(['a', 1]))]).toEqual([['a', 1]]);
    expect([...entriesOf([bytes('a'), 1, bytes('b'), null] as never)]).toEqual([
      ['a', 1],
      ['b', null],
    ]);
    expect([...entriesOf(null), ...entriesOf(undefined), ...entriesOf(7)]).toEqual([]);
    expect([...attributesOf(map(['extra_attributes', map(['age', null])]))]).toEqual([['age', null]]);
    expect([textOf(5), textOf(5n), textOf(bytes('é')), textOf(null), textOf([])]).toEqual(['5', '5', 'é', '', '']);
    expect([numberOf(bytes('1.5'), 0), numberOf(bytes(''), 7), numberOf(bytes('x'), 7), numberOf(2n, 0)]).toEqual([1.5, 7, 7, 2]);
  });

  it('counts nothing for sure, and finds no value, where the server warns', async () => {
    const text = 'Timeout limit was reached';
    await using stub = await startStub(([name = '']) =>
      name === 'FT.SEARCH' ? `%3\r\n+total_results\r\n:5\r\n+results\r\n*0\r\n+warning\r\n*1\r\n+${text}\r\n` : '+OK\r\n',
    );
    const query = new QueryClient(stub.endpoint);
    const connections = { query, database: 0 };
    const question = { index: 'i', text: null };
    expect(await countDocuments(connections, question, 1000)).toEqual({ count: 5, isWhole: false });
    expect(await countExactly(connections, question)).toBeNull();
    expect(await valueAt(connections, question, { alias: 'a', isDescending: false, position: 0 })).toBeUndefined();
    query.close();
  });
});

it('takes a time-out that the server makes an error for a count that was cut, and no other error', async () => {
  let reply = '-Timeout limit was reached\r\n';
  await using stub = await startStub(([name = '']) => (name === 'FT.SEARCH' ? reply : '+OK\r\n'));
  const query = new QueryClient(stub.endpoint);
  const count = async () => await countDocuments({ query, database: 0 }, { index: 'i', text: null }, 1000);
  expect(await count()).toEqual({ count: 0, isWhole: false });
  reply = '-ERR i: no such index\r\n';
  await expect(count()).rejects.toMatchObject({ code: 'RQ_REDIS_ERROR' });
  query.close();
});

const attribute = (alias: string, type: string): IndexInfo['attributes'][number] => ({
  identifier: bytes(alias),
  alias,
  type,
  separator: '',
  isCaseSensitive: false,
  isSortable: false,
  isUnf: false,
  hasMissing: false,
  hasEmpty: false,
  isUnsearchable: false,
  hasSuffixes: false,
  vector: null,
  failureCount: 0,
});
const infoOf = (docCount: number): IndexInfo => ({
  name: 'i',
  keyType: 'HASH',
  prefixes: [bytes('k:')],
  hasFilter: false,
  attributes: [attribute('age', 'NUMERIC'), attribute('score', 'NUMERIC'), attribute('city', 'TAG')],
  isIndexing: false,
  percentIndexed: 1,
  failureCount: 0,
  docCount,
  maxDocId: docCount,
  useCount: 0,
  indexingMs: 0,
  recordCount: docCount,
});

describe('ranges that find nothing', () => {
  /** Totals by attribute, one a try; the last stands for all later ones. */
  async function askedWith(totals: Readonly<Record<string, readonly number[]>>, index: IndexInfo, names: readonly string[][]) {
    const counts = new Map<string, number>();
    await using stub = await startStub(([name = '', , range = '']) => {
      if (name !== 'FT.SEARCH') return '+OK\r\n';
      const alias = range.slice(0, range.indexOf(':'));
      const tries = counts.get(alias) ?? 0;
      counts.set(alias, tries + 1);
      const total = totals[alias]?.at(Math.min(tries, (totals[alias]?.length ?? 1) - 1)) ?? 0;
      return `%3\r\n+total_results\r\n:${total}\r\n+results\r\n*0\r\n+warning\r\n*0\r\n`;
    });
    const query = new QueryClient(stub.endpoint);
    const found: (string | null)[] = [];
    for (const some of names) found.push(await barrenRange(index, some, { query, database: 0 }));
    query.close();
    return { found, counts: Object.fromEntries(counts) };
  }

  it('names the attributes whose ranges a query asks for', () => {
    const index = infoOf(5);
    expect(rangesIn(index, '(@age:[(30 +inf]) (@city:{Paris})')).toEqual(['@age']);
    expect(rangesIn(index, 'ismissing(@score) (@age:[1 2]) | (@score:[1 2])')).toEqual(['@age', '@score']);
    expect(rangesIn(index, '*')).toEqual([]);
  });

  it('names the first that finds nothing, twice asked', async () => {
    const { found, counts } = await askedWith({ '@age': [5], '@score': [0] }, infoOf(5), [['@age', '@score']]);
    expect(found).toEqual(['@score']);
    expect(counts).toEqual({ '@age': 1, '@score': 2 });
  });

  it('believes the second try, and remembers for one reading of the index', async () => {
    const index = infoOf(5);
    const first = await askedWith({ '@age': [0, 5] }, index, [['@age'], ['@age']]);
    expect(first).toEqual({ found: [null, null], counts: { '@age': 2 } });
    expect(await askedWith({ '@age': [0] }, infoOf(5), [['@age']])).toEqual({ found: ['@age'], counts: { '@age': 2 } });
  });

  it('expects nothing of an index without documents', async () => {
    expect(await askedWith({}, infoOf(0), [['@age', '@score'], []])).toEqual({ found: [null, null], counts: {} });
  });

  it('does without WITHOUTCOUNT where the server does not know it', async () => {
    await using stub = await startStub((words) =>
      words[0] !== 'FT.SEARCH'
        ? '+OK\r\n'
        : words.includes('WITHOUTCOUNT')
          ? '-ERR Unknown argument `WITHOUTCOUNT`\r\n'
          : '%2\r\n+total_results\r\n:9\r\n+results\r\n*0\r\n',
    );
    const query = new QueryClient(stub.endpoint);
    expect(await barrenRange(infoOf(5), ['@age'], { query, database: 0 })).toBeNull();
    query.close();
  });
});

describe('the catalog', () => {
  it('asks for the indexes that there were together with their names, and believes the names', async () => {
    let names = ['a', 'b'];
    await using stub = await startStub(([name = '', arg = '']) => {
      if (name === 'FT._LIST') return `*${names.length}\r\n${names.map((text) => `+${text}\r\n`).join('')}`;
      if (name !== 'FT.INFO') return '+OK\r\n';
      return names.includes(arg) ? `%1\r\n+index_name\r\n+${arg}\r\n` : '-ERR no such index\r\n';
    });
    const query = new QueryClient(stub.endpoint);
    let nowMs = 0;
    const catalog = new IndexCatalog(() => nowMs);
    const look = async (): Promise<readonly string[]> => {
      nowMs += 2000;
      const snapshot = await catalog.snapshot('default', { query, database: 0 });
      return snapshot.kind === 'indexes' ? snapshot.indexes.map(({ name }) => name) : [];
    };
    expect(await look()).toEqual(['a', 'b']);
    names = ['b', 'c'];
    const before = stub.commands.length;
    expect(await look()).toEqual(['b', 'c']);
    const asked = stub.commands.slice(before).map((words) => words.slice(0, 2).join(' '));
    expect(asked).toEqual(['FT._LIST', 'INFO keyspace', 'FT.CONFIG GET', 'FT.INFO a', 'FT.INFO b', 'FT.INFO c']);
    query.close();
  });
});
