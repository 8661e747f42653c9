import { expect, it } from 'vitest';
import { localUser } from '../../../src/server/auth/authenticator.ts';
import { EngineLink } from '../../../src/server/data/engine-link.ts';
import { EnginePlanner } from '../../../src/server/data/planner.ts';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import { ServedTables } from '../../../src/server/tables/served-tables.ts';
import type { Catalog, PlannedQuery, Run, ServedTable } from '../../../src/server/words.ts';

const RUN: Run = {
  session: {
    processId: 1,
    user: localUser('me'),
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

/** Knows the tables that it is given, and no other. */
const CATALOG: Catalog = {
  describe: async (_text, _types, [table]) => {
    if (table === undefined) throw new PgError('42P01', 'relation "cart" does not exist');
    return { parameterTypes: [], columns: [] };
  },
  plan: () => Promise.reject(new Error('none')),
  setTables: () => {},
  close: async () => {},
};

function tableNamed(name: string): ServedTable {
  return { name, kind: 'view', columns: [], primaryKey: null, comment: '', select: '', patterns: [], estimatedRows: 1 };
}

/** Plans `select from cart` where the server knows `old`, and a look at the database would find `found`. */
async function planned(found: string): Promise<{ query: Promise<PlannedQuery>; looks: () => number }> {
  const served = new ServedTables();
  served.setDiscovered([tableNamed('old')]);
  let looks = 0;
  const refresh = async (): Promise<boolean> => {
    looks++;
    served.setDiscovered([tableNamed(found)]);
    return looks === 1;
  };
  const link = new EngineLink({
    open: () => Promise.reject(new Error('none')),
    tableNamed: () => undefined,
    scanSettingNames: [],
  });
  const tables = { tables: served, ready: Promise.resolve(), refresh };
  const planner = new EnginePlanner({ user: localUser('me'), catalog: CATALOG, tables, link });
  const [parsed] = parseScript('select from cart');
  if (parsed === undefined) throw new Error('no statement');
  const query = planner.plan(parsed, [], RUN);
  await query.catch(() => undefined);
  return { query, looks: () => looks };
}

it('looks for a table that is missing, also where another has gone meanwhile', async () => {
  const { query, looks } = await planned('cart');
  await expect(query).resolves.toMatchObject({ route: 'data' });
  expect(looks()).toBe(1);
});

it('looks once, and tells what is missing still', async () => {
  const { query, looks } = await planned('other');
  await expect(query).rejects.toMatchObject({ sqlState: '42P01' });
  expect(looks()).toBe(1);
});
