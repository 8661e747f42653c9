/** Values of a data statement: looked at when Bind brings them, and not again when it runs. */

import { expect, it } from 'vitest';
import { localUser } from '../../../src/server/auth/authenticator.ts';
import { DataQuery } from '../../../src/server/data/data-query.ts';
import { EngineLink } from '../../../src/server/data/engine-link.ts';
import { type Describes, LivePlan } from '../../../src/server/data/live-plan.ts';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import type { BoundValue, DataStatement, Run, SessionFacts } from '../../../src/server/words.ts';

const STATEMENT: DataStatement = {
  duckText: 'SELECT * FROM t WHERE d = $1',
  describeText: null,
  calls: [],
  tables: [],
  macros: [],
};
const COLUMN = { name: 'n', tableOid: 0, columnNumber: 0, typeOid: 23, typeSize: 4, typeModifier: -1 };

class NotedLink extends EngineLink {
  readonly values: unknown[] = [];

  constructor() {
    super({ open: () => Promise.reject(new Error('none')), tableNamed: () => undefined, scanSettingNames: [] });
  }

  override query(...[, , values]: Parameters<EngineLink['query']>): never {
    this.values.push(...values);
    throw new Error('noted');
  }
}

function sessionIn(dateStyle: string): SessionFacts {
  return {
    processId: 1,
    user: localUser('u'),
    database: 'redis',
    setting: (name) => (name === 'datestyle' ? dateStyle : null),
    changedSettings: new Map(),
    transactionStartMs: 0,
    applySetting: () => '',
  };
}

function runIn(dateStyle: string): Run {
  return { session: sessionIn(dateStyle), signal: new AbortController().signal, formats: [], notice: () => {} };
}

const dateOf = (text: string): readonly BoundValue[] => [{ typeOid: 1082, format: 0, bytes: Buffer.from(text) }];

async function dateQuery(link: EngineLink): Promise<DataQuery> {
  const describer: Describes = {
    describe: async () => ({ parameterTypes: [1082], columns: [COLUMN] }),
    tablesOf: async () => [],
  };
  const [parsed] = parseScript('select * from t where d = $1');
  if (parsed === undefined) throw new Error('no statement');
  return new DataQuery(await LivePlan.of(describer, STATEMENT, parsed, [], runIn('ISO, MDY')), link);
}

it('refuses a value that is none of its type', async () => {
  const query = await dateQuery(new NotedLink());
  expect(() => query.check(dateOf('nix'), sessionIn('ISO, MDY'))).toThrow(
    expect.objectContaining({ sqlState: '22007', message: 'invalid input syntax for type date: "nix"' }),
  );
});

it('runs with the values as they were read at Bind', async () => {
  const link = new NotedLink();
  const query = await dateQuery(link);
  const values = dateOf('03/02/2024');
  query.check(values, sessionIn('SQL, DMY'));
  await expect(query.open(values, runIn('ISO, MDY')).next(1, [])).rejects.toMatchObject({ sqlState: 'XX000' });
  // Nobody has looked at these: they are read when they are needed.
  await expect(query.open(dateOf('03/02/2024'), runIn('ISO, MDY')).next(1, [])).rejects.toMatchObject({ sqlState: 'XX000' });
  expect(link.values).toMatchObject([{ value: '2024-02-03' }, { value: '2024-03-02' }]);
});
