/** Whose catalog it is: what a user sees, who the user is in it, what the session's settings do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog, type RunningCatalog } from '../../../src/server/catalog/catalog.ts';
import type { Activity } from '../../../src/server/words.ts';
import { ask, askOne, errorOf, ORDERS, runOf, TABLES, table, USERS } from './catalog-session.ts';

const signals: string[] = [];
const activity = (processId: number, user: string): Activity => ({
  processId,
  user,
  database: 'redis',
  applicationName: user === 'eve' ? 'eve-app' : 'psql',
  remote: user === 'eve' ? '10.9.8.7:7777' : '127.0.0.1:5999',
  state: 'active',
  query: `secret of ${user}`,
  startedAtMs: 1000,
  queryStartedAtMs: 2000,
  transactionStartedAtMs: null,
});

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = createCatalog({
    activities: () => [activity(77, 'bob'), activity(78, 'bob'), activity(79, 'eve')],
    cancel: (processId) => signals.push(`cancel ${processId}`),
    terminate: (processId) => signals.push(`terminate ${processId}`),
  });
  catalog.setTables(TABLES);
  await ask(catalog, 'select 1');
}, 60_000);
afterAll(() => catalog.close());

describe('what a user sees', () => {
  it('is only what the session may see', async () => {
    const visible = [USERS];
    const seen = await ask(catalog, "select relname from pg_class where relname ~ '^(orders|users|report)' order by 1", {
      visible,
    });
    expect(seen.rows.flat()).toEqual(['users', 'users_pkey']);
    const columns = await ask(
      catalog,
      "select distinct table_name from information_schema.columns where table_schema = 'public'",
      { visible },
    );
    expect(columns.rows.flat()).toEqual(['users']);
    expect((await errorOf(ask(catalog, "select 'orders'::regclass", { visible }))).sqlState).toBe('42P01');
    for (const question of [
      "select count(*) from pg_attribute where attname = 'Tags'",
      "select count(*) from pg_description where description like '%orders%'",
      "select count(*) from pg_type where typname in ('orders', '_orders', 'report')",
      "select count(*) from pg_indexes where tablename = 'orders'",
      "select count(*) from pg_views where viewname = 'report'",
      "select count(*) from pg_stat_user_tables where relname = 'orders'",
    ]) {
      expect([question, await askOne(catalog, question, { visible })]).toEqual([question, '0']);
    }
  });

  it('is no number either that stands for what it may not see', async () => {
    const ids = new Set(['orders', 'report'].map((name) => name));
    const numbers = await ask(catalog, `select oid from pg_class where relname in ('${[...ids].join("', '")}', 'orders_pkey')`);
    const list = numbers.rows.map(([oid]) => Number(oid));
    expect(list).toHaveLength(3);
    const near = list.flatMap((oid) => [oid, oid + 1, oid + 2, oid + 3]).join();
    for (const [place, columns] of [
      ['pg_depend', ['objid', 'refobjid']],
      ['pg_shdepend', ['objid', 'refobjid']],
      ['pg_constraint', ['conrelid', 'conindid']],
      ['pg_statistic_ext', ['stxrelid']],
      ['pg_trigger', ['tgrelid']],
      ['pg_rewrite', ['ev_class']],
      ['pg_locks', ['relation']],
      ['pg_init_privs', ['objoid']],
    ] as const) {
      const where = columns.map((column) => `${column} in (${near})`).join(' or ');
      expect([place, await askOne(catalog, `select count(*) from ${place} where ${where}`, { visible: [USERS] })]).toEqual([
        place,
        '0',
      ]);
    }
  });

  it('is no dependence that a text asks for without its name', async () => {
    for (const name of ['pg_depend', 'PG_DEPEND']) {
      expect(Number(await askOne(catalog, `select count(*) from ${name} where refobjid = 'users'::regclass`))).toBeGreaterThan(0);
    }
    for (const sql of [
      "select query_to_xml('select * from pg_' || 'depend', true, true, '')",
      'select * from U&"pg\\005fdepend"',
    ]) {
      expect((await errorOf(ask(catalog, sql, { visible: [USERS] }))).sqlState).toBe('42501');
    }
  });

  it('has numbers that are no function of its name', async () => {
    const other = createCatalog();
    other.setTables(TABLES);
    const idOf = (one: RunningCatalog) => askOne(one, "select 'orders'::regclass::oid");
    const [mine, theirs] = [await idOf(catalog), await idOf(other)];
    await other.close();
    expect(mine).not.toBe(theirs);
  }, 60_000);

  it('is not told by a description either', async () => {
    const sql = 'select (null::users).* from orders';
    const whole = await catalog.describe(sql, [], [ORDERS], runOf());
    expect(whole.columns?.map(({ name }) => name)).toEqual(['_key', 'born', 'age']);
    const error = await errorOf(catalog.describe(sql, [], [ORDERS], runOf({ keyPatterns: ['orders:*'] })));
    expect([error.sqlState, error.message]).toEqual(['42704', 'type "users" does not exist']);
    expect(
      (await errorOf(catalog.describe("select 'users'::regclass from orders", [], [ORDERS], runOf({ keyPatterns: ['x'] }))))
        .sqlState,
    ).toBe('42P01');
  });

  it('is whole again for the next session', async () => {
    await ask(catalog, 'select 1', { visible: [] });
    expect(await askOne(catalog, "select count(*) from pg_class where relname in ('orders', 'users', 'report')")).toBe('3');
  });

  it('has tables of the session alone', async () => {
    const mine = table('mine', { kind: 'view', primaryKey: null });
    expect(await askOne(catalog, "select 'mine'::regclass", { visible: [...TABLES, mine] })).toBe('mine');
    expect((await errorOf(ask(catalog, "select 'mine'::regclass"))).sqlState).toBe('42P01');
  });
});

describe('who asks', () => {
  it.each(['bob', 'Eve "x"', 'postgres', 'grüße'])('is a role: %s', async (user) => {
    const { rows } = await ask(
      catalog,
      'select current_user, session_user, rolsuper, rolcanlogin from pg_roles where rolname = current_user',
      {
        run: runOf({ user }),
      },
    );
    expect(rows).toEqual([[user, user, 'f', 't']]);
  });

  it.each(['', 'redquery_owner', 'pg_monitor', 'x'.repeat(64), 'none', 'public'])(
    'runs without rights under a name that no role can have: %s',
    async (user) => {
      const { rows } = await ask(catalog, 'select current_user, rolsuper from pg_roles where rolname = current_user', {
        run: runOf({ user }),
      });
      expect(rows).toEqual([['redquery_user', 'f']]);
    },
  );

  it('has its process id, address and database', async () => {
    const { rows } = await ask(catalog, 'select pg_backend_pid(), inet_client_addr(), inet_client_port(), current_database()');
    expect(rows).toEqual([['77', '127.0.0.1', '5999', 'redis']]);
  });

  it('sees all sessions, and the statements of its own name', async () => {
    const { rows } = await ask(catalog, 'select pid, usename, query, datname, state from pg_stat_activity order by pid');
    expect(rows).toEqual([
      ['77', 'bob', 'secret of bob', 'redis', 'active'],
      ['78', 'bob', 'secret of bob', 'redis', 'active'],
      ['79', 'eve', '<insufficient privilege>', 'redis', null],
    ]);
  });

  it('is told of the sessions of others that they are there, and no more', async () => {
    const { rows } = await ask(catalog, 'select * from pg_stat_activity where pid = 79');
    const told = ['redis', '79', 'eve', '<insufficient privilege>'];
    expect(rows[0]?.filter((value) => value !== null && !/^[0-9]{5,}$|^[0-4]$/.test(String(value)))).toEqual(told);
    expect((await ask(catalog, 'select * from pg_stat_ssl where pid = 79')).rows[0]?.slice(1).every((one) => one === null)).toBe(
      true,
    );
  });

  it.each([
    "select current_setting('redquery.activity', true), 'pg_stat_activity'",
    "select current_setting('redquery.' || 'activity', true), 'pg_stat_activity'",
    "select query_to_xml($$select current_setting('redquery.activity', true), 'pg_stat_activity'$$, true, true, '')",
    "select (select string_agg(setting, '') from pg_settings), current_setting('redquery.activity', true), 'pg_stat_ssl'",
  ])('finds no statement of others below the view either: %s', async (sql) => {
    const text = JSON.stringify(await ask(catalog, sql));
    expect(text).toContain('secret of bob');
    expect(text).not.toMatch(/secret of eve|eve-app|10\.9\.8\.7|7777/);
  });

  it('with limits is not told who else there is', async () => {
    for (const user of ['Eve "x"', "o'neil"]) await ask(catalog, 'select 1', { run: runOf({ user }) });
    const bounded = { run: runOf({ user: 'zoe', keyPatterns: ['z:*'] }) };
    for (const list of ['select rolname from pg_roles', 'select usename from pg_user']) {
      const { rows } = await ask(catalog, `${list} where 1 = 1`, bounded);
      expect(rows.flat().filter((name) => !/^(pg_|redquery_)/.test(String(name)))).toEqual(['zoe']);
    }
    expect(
      await askOne(catalog, `select to_regrole(E'"Eve \x22\x22x\x22\x22"') is null and to_regrole('"o''neil"') is null`, bounded),
    ).toBe('t');
    expect(await askOne(catalog, `select to_regrole(E'"Eve \x22\x22x\x22\x22"') is not null`)).toBe('t');
    expect(await askOne(catalog, 'select current_user', { run: runOf({ user: "o'neil" }) })).toBe("o'neil");
  });

  it('ends and cancels sessions of its own name', async () => {
    signals.length = 0;
    // What Superset sends.
    expect(await askOne(catalog, "select pg_terminate_backend(pid) from pg_stat_activity where pid='78'")).toBe('t');
    expect(await askOne(catalog, 'select pg_cancel_backend(77)')).toBe('t');
    expect((await errorOf(ask(catalog, 'select pg_terminate_backend(79)'))).sqlState).toBe('42501');
    const run = runOf();
    expect(await askOne(catalog, 'select pg_cancel_backend(5)', { run })).toBe('f');
    expect(run.notices).toMatchObject([{ severity: 'WARNING', message: 'PID 5 is not a PostgreSQL backend process' }]);
    expect(signals).toEqual(['terminate 78', 'cancel 77']);
  });
});

describe('settings', () => {
  it('hold for the statement alone', async () => {
    const run = runOf({
      settings: {
        search_path: 'information_schema',
        timezone: 'Asia/Tokyo',
        datestyle: 'German, DMY',
        intervalstyle: 'iso_8601',
        bytea_output: 'escape',
        extra_float_digits: '-14',
        application_name: "it's",
      },
    });
    const sql = `select current_schema(), '2020-01-01 00:00+00'::timestamptz, '1 day 2 hours'::interval, '\\xff41'::bytea, 0.1::float8 + 0.2`;
    expect((await ask(catalog, sql, { run })).rows).toEqual([
      ['information_schema', '01.01.2020 09:00:00 JST', 'P1DT2H', '\\377A', '0.3'],
    ]);
    expect((await ask(catalog, sql)).rows).toEqual([
      ['public', '2020-01-01 00:00:00+00', '1 day 02:00:00', '\\xff41', '0.30000000000000004'],
    ]);
  });

  it('change the meaning of names at once', async () => {
    const run = runOf({ settings: { search_path: 'information_schema' } });
    expect((await ask(catalog, 'select * from sql_features limit 1', { run })).rows).toHaveLength(1);
    expect((await errorOf(ask(catalog, 'select * from sql_features limit 1'))).sqlState).toBe('42P01');
  });

  it('are seen where a statement asks for them, and never give rights', async () => {
    const run = runOf({
      settings: {
        role: 'redquery_owner',
        session_authorization: 'redquery_owner',
        work_mem: '1GB',
        'redquery.pid': '1',
        jit: 'on',
        'my.own': 'x',
        geqo: 'nonsense',
      },
    });
    const { rows } = await ask(
      catalog,
      "select current_user, current_setting('work_mem'), pg_backend_pid(), current_setting('jit'), current_setting('my.own')",
      { run },
    );
    expect(rows).toEqual([['bob', '2MB', '77', 'on', 'x']]);
  });

  it('are the session’s to change', async () => {
    const run = runOf();
    expect(
      await askOne(catalog, "select set_config('bytea_output', 'escape', false) from pg_settings where name = 'bytea_output'", {
        run,
      }),
    ).toBe('escape');
    expect(run.settings).toEqual([{ name: 'bytea_output', value: 'escape', isLocal: false }]);
    expect((await errorOf(ask(catalog, "select set_config('nope', 'x', true)"))).sqlState).toBe('42704');
  });
});
