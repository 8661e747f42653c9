import { describe, expect, it } from 'vitest';
import { routeStatement } from '../../../src/server/dialect/route.ts';
import { contextWith, dataOf, routeOf, statementOf } from './session-context.ts';

describe('instant answers', () => {
  it.each([
    ['select 1', '?column?:23=1'],
    ["select 'a' x, null, true", 'x:25=a | ?column?:25=null | ?column?:16=t'],
    ['select 3000000000 a, 1.50 b, -7', 'a:20=3000000000 | b:1700=1.50 | ?column?:23=-7'],
    ["select '12'::int8, 'x'::text, null::bool", 'int8:20=12 | text:25=x | bool:16=null'],
    ['select pg_catalog.version()', 'version:25=PostgreSQL 18.6 (redquery)'],
    ['select current_user, session_user, user', 'current_user:19=ann | session_user:19=ann | user:19=ann'],
    ['select current_database(), CURRENT_SCHEMA()', 'current_database:19=redis | current_schema:19=public'],
    ['select current_schemas(true)', 'current_schemas:1003={pg_catalog,public}'],
    ['select pg_backend_pid()', 'pg_backend_pid:23=7'],
    ["select current_setting('JIT')", 'current_setting:25=off'],
    ['select now()', 'now:1184=2026-01-02 03:04:05.06+00'],
    ['select pg_is_in_recovery(), inet_server_addr()', 'pg_is_in_recovery:16=f | inet_server_addr:869=null'],
  ])('%s', (text, expected) => {
    const route = routeOf(text);
    if (route.kind !== 'instant') throw new Error(route.kind);
    expect(route.columns.map(({ name, typeOid }, i) => `${name}:${typeOid}=${route.values[i]}`).join(' | ')).toBe(expected);
  });

  it('shows the time in the session’s zone', () => {
    const route = routeOf('select now()', { timezone: 'Asia/Kolkata' });
    expect(route).toMatchObject({ kind: 'instant', values: ['2026-01-02 08:34:05.06+05:30'] });
  });

  it('tells the session what set_config changes', () => {
    expect(routeOf("select set_config('Search_Path', '', false)")).toMatchObject({
      kind: 'instant',
      values: [''],
      settings: [{ name: 'search_path', value: '', isLocal: false }],
    });
    const text = "SELECT set_config('bytea_output','hex',false) FROM pg_show_all_settings() WHERE name = 'bytea_output'";
    expect(routeOf(text)).toMatchObject({ kind: 'catalog', settings: [{ name: 'bytea_output', value: 'hex' }] });
  });

  it.each([
    'select $1',
    'select 1 + 1',
    "select 'x'::int",
    "select '99999999999'::int4",
    'select 1 where false',
    'select 1 limit 1',
    'select distinct 1',
    "select current_setting('nobody.knows')",
    'select 99999999999999999999',
    'select count(*)',
    'values (1)',
    'select 1 union select 2',
    'select row_number() over ()',
    'select now()::date',
  ])('leaves %s to the catalog', (text) => {
    expect(routeOf(text)).toMatchObject({ kind: 'catalog', text });
  });
});

describe('routes', () => {
  it.each([
    ['select * from pg_class', 'catalog'],
    ['select * from pg_catalog.pg_class c, information_schema.tables', 'catalog'],
    ['select * from redis.pg_catalog.pg_namespace', 'catalog'],
    ['select * from pg_show_all_settings()', 'catalog'],
    ['select * from generate_series(1, 3)', 'catalog'],
    ["select pg_terminate_backend(pid) from pg_stat_activity where pid = '7'", 'catalog'],
    ["select 't'::regclass::oid", 'catalog'],
    ['with x as (select 1 a) select * from x', 'catalog'],
    ['table pg_class', 'catalog'],
    ['explain select 1', 'catalog'],
    ['select * from t', 'data'],
    ['table t', 'data'],
    ['select 1 from t tablesample system (1)', 'data'],
    ['select 1 from (values (1)) x, lateral (select * from t) y', 'data'],
    ['select case when exists (select 1 from t) then 1 end', 'data'],
    ['select 1 union all (select 1 from t order by 1)', 'data'],
    ['select sum(1) over (order by (select count(*) from t))', 'data'],
    ['values ((select count(*) from t))', 'data'],
    ['select 1 limit (select count(*) from t)', 'data'],
    ['select * from public.t', 'data'],
    ['select * from "redis"."public"."t"', 'data'],
    ['select * from nowhere', 'data'],
    ['select * from other.t', 'data'],
    ["select * from redis_hash('user:*')", 'data'],
    ["select * from REDIS_KEYS('*') k", 'data'],
    ['with pg_x as (select * from t) select * from pg_x', 'data'],
    ['with recursive pg_x(i) as (select 1 union all select i + 1 from pg_x, t) select * from pg_x', 'data'],
    ['select 1 where exists (select 1 from t)', 'data'],
    ['select (select count(*) from t)', 'data'],
    ['select version(), count(*) from t', 'data'],
    ['from t', 'data'],
    ['summarize t', 'data'],
    ['explain select * from t', 'explain'],
    ['select pg_sleep(0.5)', 'sleep'],
  ])('%s → %s', (text, kind) => {
    expect(routeOf(text).kind).toBe(kind);
  });

  it('takes a CTE’s name for a table where the CTE is not in sight', () => {
    const text = 'select * from (with pg_class as (select 1 from t) select * from pg_class) a, pg_class';
    expect(() => routeOf(text)).toThrow('cannot read the catalog (pg_class) and Redis (t) at once');
  });

  it('looks into information_schema where search_path says so', () => {
    expect(routeOf('select * from tables', { search_path: 'information_schema' }).kind).toBe('catalog');
    expect(routeOf('select * from t', { search_path: 'information_schema, public' }).kind).toBe('data');
  });

  it.each([
    ["select * from pg_class, redis_hash('a:*')", '0A000', /pg_class.*redis_hash\(\)/],
    ['select * from shadow.hash_1', '42P01', /shadow\.hash_1/],
    ['from shadow.hash_1', '42P01', /shadow/],
    ['insert into t values (1)', '25006', /^cannot execute INSERT in a read-only transaction$/],
    ['update t set a = 1', '25006', /UPDATE/],
    ['delete from t', '25006', /DELETE/],
    ['merge into t using x on true when matched then delete', '25006', /MERGE/],
    ['truncate t', '25006', /TRUNCATE TABLE/],
    ['create temp table x (a int)', '25006', /CREATE TABLE/],
    ['create table x as select 1', '25006', /CREATE TABLE AS/],
    ['create materialized view x as select 1', '25006', /CREATE MATERIALIZED VIEW/],
    ['create index on t (a)', '25006', /CREATE INDEX/],
    ['drop table t', '25006', /DROP TABLE/],
    ['alter table t add a int', '25006', /ALTER TABLE/],
    ['select * into x from t', '25006', /SELECT INTO/],
    ['select * from t for update', '25006', /SELECT FOR UPDATE/],
    ['select * from t for share nowait', '25006', /SELECT FOR SHARE/],
    ['with x as (insert into t values (1) returning *) select * from x', '25006', /INSERT/],
    ['explain analyze delete from t', '25006', /DELETE/],
    ['grant select on t to x', '25006', /GRANT/],
    ['do $$ begin end $$', '0A000', /DO is not supported/],
    ['call f()', '0A000', /CALL/],
    ['create view v as select * from pg_class', '0A000', /view/],
    ['create view x.v as select * from t', '3F000', /schema "x"/],
    ['explain (format xml) select * from t', '0A000', /xml/],
    ['explain execute nobody', '26000', /"nobody"/],
    ["select 't'::regclass from t", '0A000', /regclass/],
    ['select pg_relation_size(1) from t', '0A000', /pg_relation_size/],
    ['select pg_sleep(1) from t', '0A000', /pg_sleep/],
    ['select xmin from t', '42703', /xmin/],
    [`select ${'1,'.repeat(1664)}1`, '54011', /1664/],
    ['create macro m() as 1', '42601', /macro/],
    ['select * from t order by 1 fetch first 1 rows with ties', '0A000', /WITH TIES/],
  ])('refuses %s with %s', (text, sqlState, message) => {
    let thrown: unknown;
    try {
      routeOf(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ sqlState, message: expect.stringMatching(message) });
  });

  it('makes views, with names of columns', () => {
    const route = routeOf('create or replace temp view v (a, "B") as select id, city from orders -- x');
    expect(route).toMatchObject({ kind: 'createView', name: 'v', isReplace: true, body: { tables: ['orders'] } });
    expect(route.kind === 'createView' ? route.body.duckText : '').toMatch(
      /^SELECT \* FROM \( ?SELECT id, city FROM orders ?\) AS _view ?\(a, "B"\)$/,
    );
    expect(routeOf('create view v as from t')).toMatchObject({
      kind: 'createView',
      body: { duckText: 'from t', describeText: null },
    });
    expect(routeOf('drop view if exists a, public.b')).toEqual({ kind: 'dropView', names: ['a', 'b'], ifExists: true });
  });

  it('reads the options of EXPLAIN', () => {
    expect(routeOf('explain (analyze off, verbose, format json) select * from t')).toMatchObject({
      analyze: false,
      isJson: true,
    });
    expect(routeOf('explain analyze verbose select * from t')).toMatchObject({ analyze: true, isJson: false });
    expect(routeOf('explain (analyze) from t')).toMatchObject({ analyze: true, statement: { duckText: 'from t' } });
  });

  it('explains what was prepared', () => {
    const prepared = statementOf('select * from t where id = $1');
    const context = { ...contextWith(), prepared: (name: string) => (name === 's1' ? prepared : null) };
    const route = routeStatement(statementOf('explain (verbose, format json) execute s1 (null)'), context);
    expect(route).toMatchObject({ kind: 'explain', isJson: true, statement: { duckText: 'SELECT * FROM t WHERE id = $1' } });
  });
});

describe('what the catalog describes', () => {
  it('is the statement’s own text where Redis is not called', () => {
    const text = 'select  "id" , $1 from\n public.orders -- all';
    expect(dataOf(text)).toMatchObject({ describeText: text, tables: ['orders'], calls: [] });
    expect(dataOf(text).mapPosition).toBeUndefined();
  });

  it('has a table for each call, the same for the same call, and maps positions back', () => {
    const call = "redis_hash('u:*', columns => {'é': 'BIGINT'})";
    const text = `select nope from ${call} h join ${call.replaceAll(' ', '  ')} on true cross join redis_keys('*') where nix`;
    const { describeText, calls, mapPosition } = dataOf(text);
    const names = calls.map(({ shadow }) => shadow);
    expect(names).toHaveLength(2);
    const [hash, keys] = names;
    expect(describeText).toBe(
      `select nope from shadow."${hash}" h join shadow."${hash}" AS redis_hash on true cross join shadow."${keys}" AS redis_keys where nix`,
    );
    expect(calls[0]?.duckText.replace(/ +/g, ' ')).toBe(call);
    expect(mapPosition?.(7)).toBe(7);
    expect(mapPosition?.(describeText?.indexOf('nix') ?? -1)).toBe(text.indexOf('nix'));
    expect(mapPosition?.((describeText?.indexOf('AS redis_hash') ?? 0) + 5)).toBe(text.lastIndexOf('redis_hash'));
  });

  it('has no text for DuckDB’s dialect, and finds the tables by their words', () => {
    expect(dataOf('select * exclude (a) from "Mixed" join orders on true, redis_set(\'s:*\')')).toMatchObject({
      describeText: null,
      tables: ['Mixed', 'orders'],
      calls: [{ duckText: "redis_set('s:*')" }],
    });
  });
});
