/** The catalog itself: descriptions, tables, rows, COPY. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog, type RunningCatalog } from '../../../src/server/catalog/catalog.ts';
import type { CatalogTable } from '../../../src/server/words.ts';
import {
  ask,
  askOne,
  errorOf,
  INT4,
  messages,
  ORDERS,
  REPORT,
  runOf,
  TABLES,
  TEXT,
  table,
  text,
  USERS,
} from './catalog-session.ts';

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = createCatalog();
  catalog.setTables(TABLES);
  await ask(catalog, 'select 1');
}, 60_000);
afterAll(() => catalog.close());

const shadow = (name: string): CatalogTable =>
  table(name, {
    schema: 'shadow',
    kind: 'view',
    primaryKey: null,
    columns: [{ name: 'Value', typeOid: TEXT, typeModifier: -1 }],
  });

async function oidOf(name: string): Promise<number> {
  return Number(await askOne(catalog, `select '${name}'::regclass::oid`));
}

describe('describing', () => {
  it('finds parameters and columns, with the table and the number of each', async () => {
    const described = await catalog.describe(
      `select o._key, sum(o.total), count(*), avg(h."Value"::float8), "Tags" from redis.public.orders o join shadow.h1 h on true
       where o.total > $1 group by o._key, "Tags" having count(*) > $2 limit $3`,
      [],
      [ORDERS, shadow('h1')],
      runOf(),
    );
    expect(described.parameterTypes).toEqual([1700, 20, 20]);
    const orders = await oidOf('orders');
    expect(described.columns).toEqual([
      { name: '_key', tableOid: orders, columnNumber: 1, typeOid: TEXT, typeSize: -1, typeModifier: -1 },
      { name: 'sum', tableOid: 0, columnNumber: 0, typeOid: 1700, typeSize: -1, typeModifier: -1 },
      { name: 'count', tableOid: 0, columnNumber: 0, typeOid: 20, typeSize: 8, typeModifier: -1 },
      { name: 'avg', tableOid: 0, columnNumber: 0, typeOid: 701, typeSize: 8, typeModifier: -1 },
      { name: 'Tags', tableOid: orders, columnNumber: 3, typeOid: 1009, typeSize: -1, typeModifier: -1 },
    ]);
  });

  it('keeps the types that the client gave', async () => {
    const { parameterTypes } = await catalog.describe('select * from users where age = $1', [20], [USERS], runOf());
    expect(parameterTypes).toEqual([20]);
  });

  it('knows a primary key: other columns need not be grouped', async () => {
    const grouped = catalog.describe('select _key, total from orders group by _key', [], [ORDERS], runOf());
    await expect(grouped).resolves.toMatchObject({ parameterTypes: [] });
  });

  it('forgets a shadow table with its statement, and no catalog query sees it', async () => {
    await catalog.describe('select * from shadow.h2', [], [shadow('h2')], runOf());
    expect((await errorOf(catalog.describe('select * from shadow.h2 x', [], [], runOf()))).sqlState).toBe('42P01');
    expect(await askOne(catalog, "select count(*) from pg_namespace where nspname = 'shadow'")).toBe('0');
  });

  it('takes a table of the session alone, also in place of another of its name', async () => {
    const mine = table('orders', { kind: 'view', primaryKey: null, columns: [{ name: 'x', typeOid: INT4, typeModifier: -1 }] });
    const { columns } = await catalog.describe('select * from orders', [], [mine], runOf());
    expect(columns?.map(({ name }) => name)).toEqual(['x']);
    const before = await catalog.describe('select * from orders', [], [ORDERS], runOf());
    expect(before.columns).toHaveLength(3);
  });

  it.each([
    ['select nope from orders', '42703', 'column "nope" does not exist', 7],
    ["select '😀ä', nope from orders", '42703', 'column "nope" does not exist', 14],
    ['select * frm orders', '42601', 'syntax error at or near "frm"', 9],
    ['select * from nowhere', '42P01', 'relation "nowhere" does not exist', 14],
    [
      'select _key, count(*) from users',
      '42803',
      'column "users._key" must appear in the GROUP BY clause or be used in an aggregate function',
      7,
    ],
  ])('tells what is wrong, and where: %s', async (sql, sqlState, message, position) => {
    const error = await errorOf(catalog.describe(sql, [], [ORDERS, USERS], runOf()));
    expect({ sqlState: error.sqlState, message: error.message, position: error.details.position }).toEqual({
      sqlState,
      message,
      position,
    });
  });

  it('asks the process once for the same statement', async () => {
    const describeIt = () => catalog.describe('select total from orders where _key = $1', [], [ORDERS], runOf());
    const first = await describeIt();
    expect(await describeIt()).toBe(first);
  });

  it('forgets what was described longest ago where it is much', async () => {
    const wide = (n: number) => `select ${Array.from({ length: 1200 }, (_, at) => `${n} as c${at}`).join()} from users`;
    const small = () => catalog.describe('select age from users where _key = $1', [], [USERS], runOf());
    const [first, again] = [await small(), await small()];
    expect(again).toBe(first);
    // Some 240 kB each.
    for (let n = 0; n < 80; n += 1) await catalog.describe(wide(n), [], [USERS], runOf());
    expect(await small()).not.toBe(first);
  }, 20_000);

  it('describes anew what has changed', async () => {
    const thing = table('thing');
    catalog.setTables([...TABLES, thing]);
    const sql = 'select * from thing';
    expect((await catalog.describe(sql, [], [thing], runOf())).columns).toHaveLength(3);
    const wider = table('thing', { columns: [...thing.columns, { name: 'more', typeOid: 16, typeModifier: -1 }] });
    catalog.setTables([...TABLES, wider]);
    expect((await catalog.describe(sql, [], [wider], runOf())).columns?.at(-1)?.typeOid).toBe(16);
    catalog.setTables(TABLES);
    expect((await errorOf(catalog.describe(sql, [], [], runOf()))).sqlState).toBe('42P01');
  });
});

describe('tables', () => {
  it('have comments, estimates, a primary key, and what reading them takes', async () => {
    const { rows } = await ask(
      catalog,
      `select relname, relkind, reltuples::int, obj_description(oid), has_table_privilege(oid, 'select'), has_table_privilege(oid, 'insert')
       from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'i' order by 1`,
    );
    expect(rows).toEqual([
      ['orders', 'r', '1234', "redis_hash('orders:*')", 't', 'f'],
      ['report', 'v', '-1', "redis_hash('report:*')", 't', 'f'],
      ['users', 'r', '1234', "redis_hash('users:*')", 't', 'f'],
    ]);
    const keys = await ask(
      catalog,
      "select table_name, constraint_type from information_schema.table_constraints where constraint_type = 'PRIMARY KEY'",
    );
    expect(keys.rows.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['orders', 'PRIMARY KEY'],
      ['users', 'PRIMARY KEY'],
    ]);
  });

  it('keep their object ids when others come and go, and when their columns change', async () => {
    const before = await oidOf('orders');
    catalog.setTables([table('a1'), table('a2'), USERS, { ...ORDERS, columns: ORDERS.columns.slice(0, 2), estimatedRows: 7 }]);
    const visible = [ORDERS, USERS];
    expect(Number(await askOne(catalog, "select 'orders'::regclass::oid", { visible }))).toBe(before);
    catalog.setTables(TABLES);
    expect(await oidOf('orders')).toBe(before);
  });

  it('take names that need quotes', async () => {
    const odd = table('We"ird \'tä😀ble', {
      columns: [{ name: 'Ke"y \\', typeOid: TEXT, typeModifier: -1 }],
      primaryKey: 'Ke"y \\',
      comment: "it's \\ here",
    });
    catalog.setTables([...TABLES, odd]);
    const { rows } = await ask(
      catalog,
      "select relname, attname, obj_description(c.oid) from pg_class c join pg_attribute a on attrelid = c.oid where relname like 'We%ble' and attnum > 0",
      { visible: [...TABLES, odd] },
    );
    catalog.setTables(TABLES);
    expect(rows).toEqual([[odd.name, 'Ke"y \\', "it's \\ here"]]);
  });

  it('leave the others alone where PostgreSQL refuses one', async () => {
    const twice = table('twice', { columns: [ORDERS.columns[0], ORDERS.columns[0]].flatMap((column) => column ?? []) });
    catalog.setTables([twice, ...TABLES, table('late')]);
    expect(await askOne(catalog, "select 'late'::regclass", { visible: [...TABLES, table('late')] })).toBe('late');
    catalog.setTables(TABLES);
  });
});

describe('rows', () => {
  it('come in the formats that were asked for', async () => {
    const sql = "select 1::int4, 'ä'::text, array[1,2]::int4[], true, null::int8";
    const { rows } = await ask(catalog, sql, { formats: [1] });
    expect(rows[0]?.map((value) => (value === null ? null : value.toString('hex')))).toEqual([
      '00000001',
      'c3a4',
      '00000001000000000000001700000002000000010000000400000001000000040000000200000000'.slice(0, 72),
      '01',
      null,
    ]);
    const mixed = await ask(catalog, 'select 7::int2, 7::int2', { formats: [1, 0] });
    expect(mixed.rows).toEqual([[Buffer.from([0, 7]), '7']]);
  });

  it('come again in other formats from where the reader is', async () => {
    const planned = await catalog.plan('select g::int2 from generate_series(1, 3) g', [], TABLES, runOf());
    const source = planned.open([], runOf());
    expect((await source.next(1, [0])).rowCount).toBe(1);
    const rest = await source.next(0, [1]);
    expect([rest.rowCount, rest.isDone, messages(rest.bytes).map((body) => body.at(-1))]).toEqual([2, true, [2, 3]]);
  });

  it('take parameters, as text and binary', async () => {
    const values = [
      text('orders'),
      { typeOid: INT4, format: 1 as const, bytes: Buffer.from([0, 0, 0, 5]) },
      { typeOid: TEXT, format: 0 as const, bytes: null },
    ];
    const { rows, parameterTypes } = await ask(
      catalog,
      'select relname, $2::int4 + 1, $3::text from pg_class where relname = $1',
      { values },
    );
    expect(parameterTypes).toEqual([19, INT4, TEXT]);
    expect(rows).toEqual([['orders', '6', null]]);
  });

  it('answer what asyncpg asks of types it does not know, in binary', async () => {
    const sql = `with recursive typeinfo_tree(oid, ns, name, kind, basetype, elemtype, elemdelim, range_subtype, attrtypoids, attrnames, depth) as (
      select t.oid, ns.nspname, t.typname, t.typtype, t.typbasetype, t.typelem, elem.typdelim, null::oid, null::oid[], null::text[], 0
      from pg_catalog.pg_type t join pg_catalog.pg_namespace ns on ns.oid = t.typnamespace left join pg_type elem on elem.oid = t.typelem
      where t.oid = any($1::oid[])) select distinct * from typeinfo_tree order by depth desc`;
    const array = Buffer.from('0000000100000000' + '0000001a' + '00000001' + '00000001' + '00000004' + '00000eda', 'hex');
    const { rows, columns } = await ask(catalog, sql, { values: [{ typeOid: 1028, format: 1, bytes: array }], formats: [1] });
    expect(columns.map(({ typeOid }) => typeOid)).toEqual([26, 19, 19, 18, 26, 26, 18, 26, 1028, 1009, 23]);
    expect(rows[0]?.[2]?.toString()).toBe('jsonb');
  });

  it('keep the session in step when a value is wrong', async () => {
    const error = await errorOf(ask(catalog, 'select $1::int4', { values: [text('x')] }));
    expect([error.sqlState, error.message]).toEqual(['22P02', 'invalid input syntax for type integer: "x"']);
    expect(await askOne(catalog, 'select 2')).toBe('2');
  });

  it('have the tag of their statement', async () => {
    const tags = await Promise.all(
      ['values (1)', 'show timezone', 'explain select 1', '/* x */ (select 1)', 'table pg_am'].map((sql) =>
        catalog.plan(sql, [], TABLES, runOf()),
      ),
    );
    expect(tags.map(({ tag, hasCount }) => [tag, hasCount])).toEqual([
      ['SELECT', true],
      ['SHOW', false],
      ['EXPLAIN', false],
      ['SELECT', true],
      ['SELECT', true],
    ]);
  });
});

describe('COPY of a catalog query', () => {
  const options = {
    format: 'text' as const,
    hasHeader: false,
    delimiter: null,
    nullText: null,
    quote: null,
    escape: null,
    forceQuote: [],
  };
  const sql = "select * from (values (1, 'a,b'), (2, null)) as v(n, t) -- a comment";

  it.each([
    [options, '1\ta,b\n2\t\\N\n', 2],
    [
      { ...options, format: 'csv' as const, hasHeader: true, forceQuote: '*' as const, nullText: '-' },
      'n,t\n"1","a,b"\n"2",-\n',
      2,
    ],
    [{ ...options, format: 'csv' as const, delimiter: ';', quote: "'", escape: '\\', forceQuote: ['t'] }, "1;'a,b'\n2;\n", 2],
  ])('writes %o', async (how, expected, rowCount) => {
    const planned = await catalog.plan(sql, [], TABLES, runOf());
    const piece = await planned.copy([], how, runOf()).next(1, []);
    expect([messages(piece.bytes).join(''), piece.rowCount, piece.isDone]).toEqual([expected, rowCount, true]);
  });

  it('writes binary', async () => {
    const planned = await catalog.plan('select 1::int4', [], TABLES, runOf());
    const piece = await planned.copy([], { ...options, format: 'binary' }, runOf()).next(1, []);
    expect(Buffer.concat(messages(piece.bytes)).toString('hex')).toBe(
      '5047434f50590aff0d0a00' + '0000000000000000' + '0001' + '00000004' + '00000001' + 'ffff',
    );
  });
});

describe('rewriting', () => {
  it('takes the names of before PostgreSQL 17, and still says where an error is', async () => {
    expect((await ask(catalog, 'select d.daticulocale, "daticulocale", \'daticulocale\' from pg_database d')).rows[0]?.[2]).toBe(
      'daticulocale',
    );
    const sql = 'select daticulocale, colliculocale, nope from pg_database, pg_collation';
    expect((await errorOf(ask(catalog, sql))).details.position).toBe(sql.indexOf('nope'));
  });
});

it('stays small', async () => {
  await ask(catalog, 'select count(*) from pg_proc');
  expect(catalog.residentBytes).toBeGreaterThan(50e6);
  expect(catalog.residentBytes).toBeLessThan(245e6);
  expect(catalog.processIds).toHaveLength(1);
});

it('mirrors a view without a name for a type that it does not know', async () => {
  const odd = table('odd', { kind: 'view', primaryKey: null, columns: [{ name: 'x', typeOid: 600, typeModifier: -1 }] });
  const { columns } = await catalog.describe('select * from odd', [], [odd, REPORT], runOf());
  expect(columns?.[0]?.typeOid).toBe(TEXT);
});
