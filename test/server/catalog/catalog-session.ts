/** What the catalog's tests share: tables, a session's facts, and rows taken apart. */
import { localUser } from '../../../src/server/auth/authenticator.ts';
import type { RunningCatalog } from '../../../src/server/catalog/catalog.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import type {
  BoundValue,
  CatalogTable,
  Format,
  Notice,
  PgColumn,
  Run,
  SettingChange,
  WireUser,
} from '../../../src/server/words.ts';

export const TEXT = 25;
export const INT4 = 23;
const NUMERIC_10_2 = ((10 << 16) | 2) + 4;

export function table(name: string, changes: Partial<CatalogTable> = {}): CatalogTable {
  return {
    schema: 'public',
    name,
    kind: 'table',
    columns: [
      { name: '_key', typeOid: TEXT, typeModifier: -1 },
      { name: 'total', typeOid: 1700, typeModifier: NUMERIC_10_2 },
      { name: 'Tags', typeOid: 1009, typeModifier: -1 },
    ],
    primaryKey: '_key',
    comment: `redis_hash('${name}:*')`,
    estimatedRows: 1234,
    ...changes,
  };
}

export const ORDERS = table('orders');
export const USERS = table('users', {
  columns: [
    { name: '_key', typeOid: TEXT, typeModifier: -1 },
    { name: 'born', typeOid: 1082, typeModifier: -1 },
    { name: 'age', typeOid: INT4, typeModifier: -1 },
  ],
});
export const REPORT = table('report', {
  kind: 'view',
  primaryKey: null,
  columns: [{ name: 'n', typeOid: 20, typeModifier: -1 }],
});
export const TABLES: readonly CatalogTable[] = [ORDERS, USERS, REPORT];

export interface TestRun extends Run {
  readonly notices: Notice[];
  readonly settings: SettingChange[];
}

export interface RunOptions {
  readonly user?: string;
  readonly processId?: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly keyPatterns?: readonly string[] | null;
}

export function runOf({ user = 'bob', processId = 77, settings = {}, signal, keyPatterns = null }: RunOptions = {}): TestRun {
  const wireUser: WireUser = { ...localUser(user), keyPatterns };
  const notices: Notice[] = [];
  const changes: SettingChange[] = [];
  return {
    session: {
      processId,
      user: wireUser,
      database: 'redis',
      setting: (name) => settings[name] ?? null,
      changedSettings: new Map(Object.entries(settings)),
      transactionStartMs: 0,
      applySetting: (change) => {
        changes.push(change);
        return change.value;
      },
    },
    signal: signal ?? new AbortController().signal,
    formats: [],
    notice: (notice) => notices.push(notice),
    notices,
    settings: changes,
  };
}

export interface Asked {
  readonly columns: readonly PgColumn[];
  readonly parameterTypes: readonly number[];
  /** A row a list; a value as text, or its bytes where the format is binary. */
  readonly rows: readonly (readonly (string | Buffer | null)[])[];
}

export interface AskOptions {
  readonly run?: Run;
  readonly visible?: readonly CatalogTable[];
  readonly values?: readonly BoundValue[];
  readonly formats?: readonly Format[];
  readonly parameterTypes?: readonly number[];
}

/** Plans a catalog query and reads all of its rows, seven at a time. */
export async function ask(catalog: RunningCatalog, text: string, options: AskOptions = {}): Promise<Asked> {
  const { run = runOf(), visible = TABLES, values = [], formats = [0], parameterTypes = [] } = options;
  const planned = await catalog.plan(text, parameterTypes, visible, run);
  const source = planned.open(values, run);
  const rows: (readonly (string | Buffer | null)[])[] = [];
  for (let isDone = false; !isDone; ) {
    const piece = await source.next(7, formats);
    const read = messages(piece.bytes).map((body) => dataRow(body, formats));
    if (read.length !== piece.rowCount || read.length > 7) throw new Error('the count of rows is wrong');
    rows.push(...read);
    isDone = piece.isDone;
  }
  await source.close();
  return { columns: planned.columns ?? [], parameterTypes: planned.parameterTypes, rows };
}

/** The first value of the first row. */
export async function askOne(catalog: RunningCatalog, text: string, options: AskOptions = {}): Promise<string | null> {
  return (await ask(catalog, text, options)).rows[0]?.[0]?.toString() ?? null;
}

/** Gives the PgError that something fails with. */
export async function errorOf(failing: Promise<unknown>): Promise<PgError> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof PgError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Bodies of the messages in `bytes`. */
export function messages(bytes: Uint8Array): Buffer[] {
  const buffer = Buffer.from(bytes);
  const bodies: Buffer[] = [];
  for (let at = 0; at < buffer.length; ) {
    const end = at + 1 + buffer.readUInt32BE(at + 1);
    bodies.push(buffer.subarray(at + 5, end));
    at = end;
  }
  return bodies;
}

function dataRow(body: Buffer, formats: readonly Format[]): (string | Buffer | null)[] {
  const values: (string | Buffer | null)[] = [];
  let at = 2;
  for (let index = 0; index < body.readUInt16BE(0); index += 1) {
    const length = body.readInt32BE(at);
    at += 4;
    const bytes = body.subarray(at, at + Math.max(length, 0));
    const format = formats.length === 1 ? formats[0] : formats[index];
    values.push(length < 0 ? null : format === 1 ? bytes : bytes.toString('utf8'));
    at += Math.max(length, 0);
  }
  return values;
}

export function text(value: string): BoundValue {
  return { typeOid: TEXT, format: 0, bytes: Buffer.from(value) };
}
