/** How statements are described, and what becomes of them where their tables get other columns. */

import { describe, expect, it } from 'vitest';
import { localUser } from '../../../src/server/auth/authenticator.ts';
import { EngineLink } from '../../../src/server/data/engine-link.ts';
import { EnginePlanner } from '../../../src/server/data/planner.ts';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import { ServedTables } from '../../../src/server/tables/served-tables.ts';
import type { Catalog, CatalogTable, PgColumn, PlannedQuery, Run, ServedTable, WireUser } from '../../../src/server/words.ts';
import type { SqlType } from '../../../src/types/index.ts';

const USER: WireUser = localUser('u');
const RUN: Run = {
  session: {
    processId: 1,
    user: USER,
    database: 'redis',
    setting: () => null,
    changedSettings: new Map(),
    transactionStartMs: 0,
    applySetting: () => '',
  },
  signal: new AbortController().signal,
  formats: [],
  notice: () => {},
};

/** Notes what the engine would run. */
class NotedLink extends EngineLink {
  readonly ran: string[] = [];
  readonly views: string[] = [];

  constructor() {
    super({ open: () => Promise.reject(new Error('none')), tableNamed: () => undefined, scanSettingNames: [] });
  }

  override query(_: unknown, text: string): never {
    this.ran.push(text);
    throw new PgError('57014', 'noted');
  }

  override async createView(name: string): Promise<void> {
    this.views.push(name);
  }
}

/** A type that the catalog made for a table's rows, and PostgreSQL's record. */
const WHOLE_ROWS: CatalogTable['columns'] = [
  { name: 'mix', typeOid: 1_384_967_513, typeModifier: -1 },
  { name: 'row', typeOid: 2249, typeModifier: -1 },
  { name: 'n', typeOid: 1700, typeModifier: 655_366 },
];

/** Describes `select * from NAME` by the table's columns, `select mix …` as a whole row, any other text as nothing. */
function catalog(): Catalog {
  const columnOf = ({ name, typeOid, typeModifier }: CatalogTable['columns'][number]): PgColumn => {
    return { name, tableOid: 1, columnNumber: 1, typeOid, typeSize: -1, typeModifier };
  };
  return {
    describe: async (text, _types, [table]) => {
      const given = text.includes('*') ? (table?.columns ?? []) : text.includes('select mix') ? WHOLE_ROWS : [];
      return { parameterTypes: [], columns: given.map(columnOf) };
    },
    plan: () => Promise.reject(new Error('none')),
    setTables: () => {},
    close: async () => {},
  };
}

function tableOf(columns: Readonly<Record<string, SqlType['id']>>): ServedTable {
  return {
    name: 'mix',
    kind: 'table',
    columns: Object.entries(columns).map(([name, id]) => ({ name, type: { id } })),
    primaryKey: null,
    comment: '',
    select: '',
    patterns: [],
    estimatedRows: 1,
  };
}

const BEFORE = { _key: 'VARCHAR', f: 'BIGINT', g: 'BIGINT' } as const;

async function server() {
  const served = new ServedTables();
  served.setDiscovered([tableOf(BEFORE)]);
  const link = new NotedLink();
  const tables = { tables: served, ready: Promise.resolve(), refresh: async () => false };
  const planner = new EnginePlanner({ user: USER, catalog: catalog(), tables, link });
  const plan = async (text: string): Promise<PlannedQuery> => {
    const [parsed] = parseScript(text);
    if (parsed === undefined) throw new Error('no statement');
    return planner.plan(parsed, [], RUN);
  };
  /** What comes of the first read: the engine was asked (57014), or not. */
  const stateOf = async (query: PlannedQuery): Promise<unknown> =>
    query
      .open([], RUN)
      .next(1, [])
      .then(
        () => null,
        (error: unknown) => (error instanceof PgError ? `${error.sqlState} ${error.message}` : error),
      );
  return { served, link, plan, stateOf };
}

const CHANGED = '0A000 cached plan must not change result type';

describe('a prepared statement', () => {
  it.each([
    ['another column', { _key: 'VARCHAR', f: 'BIGINT', g: 'BIGINT', h: 'BIGINT' }],
    ['a column instead of another', { _key: 'VARCHAR', f: 'BIGINT', z: 'BIGINT' }],
    ['a column of another type', { _key: 'VARCHAR', f: 'VARCHAR', g: 'BIGINT' }],
  ] as const)('is refused where its table has got %s', async (_, after) => {
    const { served, link, plan, stateOf } = await server();
    const all = await plan('select * from mix');
    const other = await plan('select 1 from mix');
    served.setDiscovered([tableOf(BEFORE)]);
    expect(await stateOf(all)).toBe('57014 noted');
    served.setDiscovered([tableOf(after)]);
    expect(await stateOf(all)).toBe(CHANGED);
    expect(await stateOf(all)).toBe(CHANGED);
    // What gives the same columns as before runs on.
    expect(await stateOf(other)).toBe('57014 noted');
    expect(await stateOf(await plan('select * from mix'))).toBe('57014 noted');
    expect(link.ran).toHaveLength(3);
  });
});

describe("a session's own view", () => {
  it('is made anew where its table has got other columns', async () => {
    const { served, link, plan, stateOf } = await server();
    const made = await plan('create view v as select * from mix');
    await made.open([], RUN).next(1, []);
    const over = await plan('create view w as select * from v');
    await over.open([], RUN).next(1, []);
    const before = await plan('select * from w');
    served.setDiscovered([tableOf({ _key: 'VARCHAR', z: 'BIGINT' })]);
    const after = await plan('select * from w');
    expect(after.columns?.map(({ name }) => name)).toEqual(['_key', 'z']);
    expect(link.views).toEqual(['v', 'w', 'v', 'w']);
    expect(await stateOf(after)).toBe('57014 noted');
    expect(await stateOf(before)).toBe(CHANGED);
  });
});

it('describes whole rows as json', async () => {
  const { plan } = await server();
  const { columns } = await plan('select mix, row(1), n from mix');
  expect(columns?.map(({ typeOid, typeSize, typeModifier }) => [typeOid, typeSize, typeModifier])).toEqual([
    [114, -1, -1],
    [114, -1, -1],
    [1700, -1, 655_366],
  ]);
});
