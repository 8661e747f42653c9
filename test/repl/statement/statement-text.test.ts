import { describe, expect, it } from 'vitest';
import { lastNameIn } from '../../../src/repl/statement/last-name.ts';
import { changeOf, changesSession, givesRows, statementTextFrom } from '../../../src/repl/statement/statement-text.ts';
import { tokensOf } from '../../../src/sql/index.ts';

describe('lastNameIn', () => {
  it.each([
    ['from _', 'read'],
    ['select a from t join "_" using (a)', 'read'],
    ['select _.a from _ where _.a > 1', 'read'],
    ['select * from t, _ where a', 'perhaps'],
    ['select a, _ from t', 'perhaps'],
    ['summarize _', 'read'],
    ["copy _ to 'x.csv'", 'read'],
    ["copy _ (a, b) to 'x.csv'", 'read'],
    ['pivot _ on a using sum(b)', 'read'],
    ['unpivot _ on a, b', 'read'],
    ['insert into t from _', 'read'],
    ['insert into _ (a) values (1)', 'read'],
    ['update _ set a = 1', 'read'],
    ['merge into t using _ on true when matched then delete', 'read'],
    ['show _', 'read'],
    ['truncate _', 'perhaps'],
    ['from main._', 'perhaps'],
    ["from query_table('_')", 'read'],
    ["from query_table(['t', '_'])", 'read'],
    ["pragma table_info('_')", 'read'],
    ["select replace(a, '_', ' ') from t", 'none'],
    ['select _.a from t _', 'perhaps'],
    ['select a as _ from t', 'none'],
    ['select * from (select 1) _', 'none'],
    ["select '_' from t", 'none'],
    ['select _(1)', 'none'],
    ['with _ as (select 1) from _', 'none'],
    ['with a as (select 1), _ as (select 2) from _', 'none'],
    ['create table _ as select 1', 'none'],
    ['drop table if exists _', 'none'],
    ['create table t as from _', 'read'],
    ['select a._ from a', 'none'],
  ])('reads %s', (text, found) => expect(lastNameIn(tokensOf(text))).toBe(found));
});

const COUNT = [{ name: 'Count' }];
const SUCCESS = [{ name: 'Success' }];
const ROWS = [{ name: 'a' }, { name: 'b' }];

describe('what a result is', () => {
  it.each<[string, { name: string }[], string | null, boolean]>([
    ['select 1', ROWS, null, true],
    ['select 1 as "Count"', COUNT, null, true],
    ['insert into t values (1)', COUNT, 'inserted', false],
    ['insert into t values (1) returning a', [{ name: 'a' }], null, true],
    ['update t set a = 1', COUNT, 'updated', false],
    ['delete from t', COUNT, 'deleted', false],
    ['merge into t using u on true when matched then delete', COUNT, 'changed', false],
    ['truncate t', COUNT, 'changed', false],
    ['create table t as select 1', COUNT, 'stored', false],
    ["copy t to 'x.csv'", COUNT, 'written', false],
    ['create view v as select 1', COUNT, null, false],
    ['drop view v', SUCCESS, null, false],
    ['set a = 1', SUCCESS, null, false],
    ['alter table t add column b int', [], null, false],
    ['describe t', ROWS, null, true],
  ])('is told of: %s', (text, schema, change, hasRows) => {
    const statement = statementTextFrom(text);
    expect([changeOf(statement, schema), givesRows(statement, schema)]).toEqual([change, hasRows]);
  });

  it.each([
    ['select 1', false],
    ['create macro m() as 1', true],
    ['alter table t add column b int', true],
    ['truncate t', true],
    ['explain create view v as select 1', false],
    ["copy t to 'x.csv'", false],
  ])('changes the session or not: %s', (text, isChange) => {
    expect(changesSession(statementTextFrom(text))).toBe(isChange);
  });
});
