/** What goes wrong in the catalog's process, and who feels it. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CatalogOptions, createCatalog, type RunningCatalog } from '../../../src/server/catalog/catalog.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import { ask, askOne, errorOf, runOf, TABLES, USERS } from './catalog-session.ts';

// A busy machine takes seconds to start a process, and most tests here start two.
vi.setConfig({ testTimeout: 60_000 });

const ENDLESS = 'with recursive r(n) as (select 1 union all select 1 from r) select count(*) from r';
const LONG = 'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b';

const open: RunningCatalog[] = [];
async function catalogWith(options: CatalogOptions = {}): Promise<RunningCatalog> {
  const catalog = createCatalog(options);
  open.push(catalog);
  catalog.setTables(TABLES);
  await ask(catalog, 'select 1');
  return catalog;
}
beforeAll(async () => {
  await catalogWith();
}, 60_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((catalog) => catalog.close()));
});

async function waitUntil(isTrue: () => boolean): Promise<void> {
  await expect.poll(isTrue, { timeout: 15_000, interval: 5 }).toBe(true);
}

/** The one process there is. */
function processOf(catalog: RunningCatalog): number {
  const [processId] = catalog.processIds;
  if (processId === undefined) throw new Error('no process');
  return processId;
}

describe('a process that dies', () => {
  it('is replaced, and whoever asked meanwhile is answered, with the same object ids', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 60_000 } });
    const before = await askOne(catalog, "select 'users'::regclass::oid");
    const asking = [1, 2, 3].map((n) => askOne(catalog, `select count(*) * ${n} from generate_series(1, 300000)`));
    const first = processOf(catalog);
    process.kill(first, 'SIGKILL');
    expect(await Promise.all(asking)).toEqual(['300000', '600000', '900000']);
    expect(processOf(catalog)).not.toBe(first);
    expect(await askOne(catalog, "select 'users'::regclass::oid")).toBe(before);
    expect(catalog.startCount).toBe(2);
  });

  it('takes a statement with it that kills twice, and none but that', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 60_000 } });
    const deadly = errorOf(askOne(catalog, ENDLESS));
    const other = askOne(catalog, 'select 5');
    for (let deaths = 0, last = 0; deaths < 2; deaths += 1) {
      await waitUntil(() => catalog.processIds.length === 1 && processOf(catalog) !== last);
      last = processOf(catalog);
      // Long enough for the statement to be under way in it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.kill(last, 'SIGKILL');
    }
    expect((await deadly).sqlState).toBe('58000');
    expect(await other).toBe('5');
  });

  it('when idle is replaced by the next question', async () => {
    const catalog = await catalogWith();
    process.kill(processOf(catalog), 'SIGKILL');
    expect(await askOne(catalog, 'select 6')).toBe('6');
  });
});

it('ends its process with the server, whatever it is doing', async () => {
  const module = path.resolve(import.meta.dirname, '../../../src/server/catalog/catalog.ts');
  const session = path.resolve(import.meta.dirname, 'catalog-session.ts');
  const script = `import { createCatalog } from ${JSON.stringify(module)}; import { ask, runOf } from ${JSON.stringify(session)};
    const catalog = createCatalog(); await ask(catalog, 'select 1'); ask(catalog, ${JSON.stringify(LONG)});
    setTimeout(() => { console.log(catalog.processIds[0]); process.exit(); }, 200);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const processId = Number(stdout.trim());
  expect(processId).toBeGreaterThan(1);
  await expect.poll(() => isAlive(processId), { timeout: 5000 }).toBe(false);
});

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a slow statement', () => {
  it.each([ENDLESS, LONG])('is not felt by the others: %s', async (slow) => {
    const catalog = await catalogWith({ limits: { patienceMs: 100 } });
    const end = new AbortController();
    let isOver = false;
    const ending = errorOf(askOne(catalog, slow, { run: runOf({ signal: end.signal }) })).finally(() => {
      isOver = true;
    });
    while (catalog.startCount < 2) expect(await askOne(catalog, 'select 0')).toBe('0');
    for (let n = 0; n < 50; n += 1) expect(await askOne(catalog, `select ${n}`)).toBe(String(n));
    expect([isOver, catalog.processIds.length]).toEqual([false, 2]);
    end.abort(new PgError('57014', 'canceling statement due to user request'));
    expect((await ending).message).toBe('canceling statement due to user request');
    expect(catalog.processIds).toHaveLength(1);
    expect(await askOne(catalog, 'select 1')).toBe('1');
  });

  it.each([ENDLESS, LONG])('ends with 57014 at its limit, alone: %s', async (slow) => {
    const catalog = await catalogWith({ limits: { limitMs: 1000 } });
    const error = await errorOf(askOne(catalog, slow));
    expect([error.sqlState, error.message]).toEqual(['57014', 'canceling statement: a catalog query may run 1 s']);
    expect(await askOne(catalog, 'select 1')).toBe('1');
  });

  it('that has company is not felt either, and no third process starts', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 50, limitMs: 60_000 } });
    const end = new AbortController();
    const slow = [ENDLESS, LONG, `${LONG} -- again`].map((sql) =>
      errorOf(askOne(catalog, sql, { run: runOf({ signal: end.signal }) })),
    );
    // One has moved aside, the two others were ended and wait for it.
    while (catalog.startCount < 4) expect(await askOne(catalog, 'select 0')).toBe('0');
    for (let n = 0; n < 20; n += 1) {
      expect(await askOne(catalog, "select 'users'::regclass")).toBe('users');
      expect(catalog.processIds.length).toBeLessThanOrEqual(2);
    }
    end.abort(new PgError('57014', 'canceling statement due to user request'));
    expect((await Promise.all(slow)).map(({ sqlState }) => sqlState)).toEqual(['57014', '57014', '57014']);
  });

  it('that has company is answered after it', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 20, limitMs: 60_000 } });
    const slow = [1, 2, 3].map((n) => askOne(catalog, `select count(*) + ${n} from generate_series(1, 1000000)`));
    expect(await askOne(catalog, 'select 2')).toBe('2');
    expect(await Promise.all(slow)).toEqual(['1000001', '1000002', '1000003']);
  });

  it('begins in the slow lane when it comes again: nobody waits for it', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 50, limitMs: 3000 } });
    const first = errorOf(askOne(catalog, LONG));
    while (catalog.startCount < 2) expect(await askOne(catalog, 'select 1')).toBe('1');
    await first;
    const [before] = catalog.processIds;
    const again = errorOf(askOne(catalog, LONG));
    expect(await askOne(catalog, 'select 2')).toBe('2');
    expect(catalog.processIds[0]).toBe(before);
    expect((await again).sqlState).toBe('57014');
    expect(catalog.processIds).toEqual([before]);
  });

  it('that merely takes its time is answered, beside the others', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 20 } });
    const slow = askOne(catalog, 'select count(*) from generate_series(1, 1500000)');
    while (catalog.startCount < 2) expect(await askOne(catalog, 'select 2')).toBe('2');
    expect(await slow).toBe('1500000');
  });

  it('ends at once when it is cancelled, wherever it is', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 60_000 } });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const reason = new PgError('57014', 'canceling statement due to user request');
    const first = errorOf(askOne(catalog, ENDLESS, { run: runOf({ signal: running.signal }) }));
    const second = errorOf(askOne(catalog, 'select 1', { run: runOf({ signal: waiting.signal }) }));
    const third = askOne(catalog, 'select 3');
    waiting.abort(reason);
    expect(await second).toBe(reason);
    running.abort(reason);
    expect(await first).toBe(reason);
    expect(await third).toBe('3');
    await expect(askOne(catalog, 'select 1', { run: runOf({ signal: running.signal }) })).rejects.toBe(reason);
  });
});

describe('a user who asks much', () => {
  const heavy = (n: number, count = 300_000) => `select count(*) + ${n} from generate_series(1, ${count})`;

  it('waits for a turn: who asks once is next', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 60_000, maxUsedMs: 1e9 } });
    let answered = 0;
    const run = runOf({ user: 'eve' });
    const many = Array.from({ length: 12 }, async (_, n) => {
      await askOne(catalog, heavy(n), { run });
      answered += 1;
    });
    while (answered < 2) await new Promise((resolve) => setImmediate(resolve));
    const before = answered;
    expect(await askOne(catalog, 'select 1')).toBe('1');
    // Each question is two batches here: it is described, then run.
    expect(answered - before).toBeLessThanOrEqual(2);
    await Promise.all(many);
  });

  it('has a process apart, and the same one for a while, once it has had much of the first one', async () => {
    const catalog = await catalogWith({ limits: { patienceMs: 60_000, maxUsedMs: 20 } });
    const run = runOf({ user: 'eve' });
    expect(await askOne(catalog, heavy(0), { run })).toBe('300000');
    expect(await askOne(catalog, 'select 1')).toBe('1');
    const first = processOf(catalog);
    let isOver = false;
    const slow = askOne(catalog, heavy(1, 3_000_000), { run }).finally(() => {
      isOver = true;
    });
    expect(await askOne(catalog, 'select 7')).toBe('7');
    expect(isOver).toBe(false);
    expect(await slow).toBe('3000001');
    expect(await askOne(catalog, heavy(2), { run })).toBe('300002');
    expect([processOf(catalog), catalog.startCount]).toEqual([first, 2]);
    await waitUntil(() => catalog.processIds.length === 1);
    expect(processOf(catalog)).toBe(first);
  }, 20_000);

  it('has the first process while nobody else asks', async () => {
    const catalog = createCatalog({ limits: { maxUsedMs: 0 } });
    open.push(catalog);
    catalog.setTables(TABLES);
    for (let n = 0; n < 3; n += 1) expect(await askOne(catalog, heavy(n))).toBe(`${300_000 + n}`);
    expect(catalog.startCount).toBe(1);
  });
});

describe('a greedy statement', () => {
  it.each([
    ["select length(repeat('x', 600000000))", '53200'],
    ["select string_agg(repeat('x', 1000), '') from generate_series(1, 600000)", '53200'],
    ['select count(*) from (select g, repeat(g::text, 100) t from generate_series(1, 1000000) g order by t) x', '53400'],
    ["select repeat('x', 1000) from generate_series(1, 100000)", '54000'],
  ])(
    'is refused: %s',
    async (sql, sqlState) => {
      const catalog = await catalogWith();
      expect((await errorOf(ask(catalog, sql))).sqlState).toBe(sqlState);
      expect(await askOne(catalog, 'select 1')).toBe('1');
      expect(catalog.residentBytes).toBeLessThan(500e6);
    },
    20_000,
  );

  it('has no more of its answers kept than one user may have', async () => {
    const catalog = await catalogWith({ maxKeptBytes: 3_000_000 });
    const opened = async (user: string) => {
      const run = runOf({ user });
      const planned = await catalog.plan("select repeat('x', 1000) from generate_series(1, 1400)", [], TABLES, run);
      const source = planned.open([], run);
      return { source, first: await source.next(1, []) };
    };
    const [a, b] = [await opened('eve'), await opened('eve')];
    expect((await errorOf(opened('eve'))).sqlState).toBe('53200');
    expect((await opened('bob')).first.rowCount).toBe(1);
    for (let isDone = false; !isDone; ) ({ isDone } = await a.source.next(1000, []));
    expect(await a.source.next(1, [])).toMatchObject({ rowCount: 0, isDone: true });
    await opened('eve');
    await b.source.close();
    await b.source.close();
    await opened('eve');
    expect((await errorOf(opened('eve'))).sqlState).toBe('53200');
  });

  it('leaves no large process behind', async () => {
    const catalog = await catalogWith({ limits: { maxResidentBytes: 200e6 } });
    const first = processOf(catalog);
    await ask(catalog, "select length(repeat(repeat('x', 1000), 100000)) from generate_series(1, 3)");
    await waitUntil(() => catalog.processIds.length === 1 && processOf(catalog) !== first);
    expect(catalog.residentBytes).toBeLessThan(200e6);
  });
});

describe('what would break or open the process', () => {
  it.each([
    ['copy users from stdin', '0A000'],
    ["copy users to program 'cat'", '0A000'],
    ["copy (select 1) to '/tmp/x'", '0A000'],
    ['do $$ begin end $$', '0A000'],
    ['call f()', '0A000'],
    ['listen x', '0A000'],
    ['set role redquery_owner', '0A000'],
    ['/* x */ reset session authorization', '0A000'],
    ['begin', '0A000'],
    ['select 1; select 2', '42601'],
    ['select pg_sleep(10) from pg_class', '0A000'],
    ["select set_config('role', 'redquery_owner', false)", '42501'],
    ["select set_config('Session_Authorization', 'redquery_owner', true)", '42501'],
    ["select set_config('redquery.pid', '1', true)", '42501'],
    ["select builtin_set_config('role', 'redquery_owner', true)", '42501'],
    ["select pg_catalog.redquery_apply('{}')", '42501'],
    ['select pg_catalog.binary_upgrade_set_next_heap_pg_class_oid(1::oid)', '42501'],
    ['select * into taken from pg_class', '25006'],
    ["with x as (insert into users values ('a')) select 1", '25006'],
    ['with x as (delete from pg_class) select 1', '25006'],
    ['select lo_create(0)', '25006'],
    ['select * from users for update', '25006'],
    ["select pg_read_file('/etc/passwd')", '42501'],
    ['select rolpassword from pg_authid', '42501'],
    ["select query_to_xml('set role redquery_owner', true, true, '')", '0A000'],
    ['explain analyze create table x as select 1', '42501'],
    ['select pg_catalog.pg_reload_conf()', '42501'],
  ])('is refused: %s', async (sql, sqlState) => {
    const catalog = await shared();
    const before = processOf(catalog);
    expect((await errorOf(ask(catalog, sql))).sqlState).toBe(sqlState);
    expect(await askOne(catalog, 'select current_user')).toBe('bob');
    expect(processOf(catalog)).toBe(before);
  });

  it('changes nothing where PostgreSQL lets it pass', async () => {
    const catalog = await shared();
    for (const [name, value] of [
      ['jit', 'on'],
      ['role', 'redquery_owner'],
    ]) {
      const sql = `with x as (update pg_settings set setting = '${value}' where name = '${name}') select current_user, current_setting('jit')`;
      expect((await ask(catalog, sql)).rows).toEqual([['bob', 'off']]);
    }
    expect((await ask(catalog, "select current_user, current_setting('jit')")).rows).toEqual([['bob', 'off']]);
  });

  it('leaves no lock and no prepared statement to the next session', async () => {
    const catalog = await shared();
    await ask(catalog, 'select pg_advisory_lock(g) from generate_series(1, 5000) g');
    expect(await askOne(catalog, "select count(*) from pg_locks where locktype = 'advisory'")).toBe('0');
    expect(await askOne(catalog, 'select pg_try_advisory_lock(1), pg_advisory_unlock_all()')).toBe('t');
  });

  it('is refused in COPY, too', async () => {
    const catalog = await shared();
    const planned = await catalog.plan('select 1', [], TABLES, runOf());
    const options = {
      format: 'text' as const,
      hasHeader: false,
      delimiter: "'); drop table users; --",
      nullText: null,
      quote: null,
      escape: null,
      forceQuote: [],
    };
    expect((await errorOf(planned.copy([], options, runOf()).next(1, []))).sqlState).toBe('0A000');
    expect(await askOne(catalog, "select 'users'::regclass", { visible: [USERS] })).toBe('users');
  });
});

afterAll(async () => {
  await (await sharedCatalog)?.close();
});

let sharedCatalog: Promise<RunningCatalog> | undefined;
/** One process for what must leave it as it was. */
async function shared(): Promise<RunningCatalog> {
  sharedCatalog ??= catalogWith();
  const catalog = await sharedCatalog;
  const index = open.indexOf(catalog);
  if (index >= 0) open.splice(index, 1);
  return catalog;
}

describe('the data directory', () => {
  it('is baked where there is none, and an error that everybody is told where it cannot be', async () => {
    const directory = path.join(tmpdir(), `redquery-catalog-${process.pid}`);
    try {
      const catalog = await catalogWith({ dataDirectory: directory });
      expect(await askOne(catalog, 'select current_database()')).toBe('redis');
      const nowhere = createCatalog({ dataDirectory: '/dev/null/x' });
      expect((await errorOf(ask(nowhere, 'select 1'))).sqlState).toBe('58000');
      await nowhere.close();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('starts nothing before the first question, and nothing after the end', async () => {
    const catalog = createCatalog();
    catalog.setTables(TABLES);
    expect(catalog.processIds).toEqual([]);
    await catalog.close();
    expect((await errorOf(ask(catalog, 'select 1'))).sqlState).toBe('57P01');
    expect(catalog.processIds).toEqual([]);
  });
});
