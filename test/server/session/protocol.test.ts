/** Both protocols, message by message. Unless said otherwise, the answers are those of PostgreSQL 15.20 to the same frames. */
import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import {
  answersTo,
  bind,
  closePortal,
  closeStatement,
  describePortal,
  describeStatement,
  execute,
  expectedOf,
  flush,
  parse,
  query,
  type Step,
  sync,
  Talk,
} from './wire-talk.ts';

const ABORTED = 'E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block';
const ONE = 'T ?column?:23:0 / D 1 / C SELECT 1';

describe('a simple query', () => {
  it('answers each statement of a batch', async () => {
    const steps: readonly Step[] = [['select 1; select 2', `${ONE} / T ?column?:23:0 / D 2 / C SELECT 1 / Z I`]];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('answers an empty text', async () => {
    const steps: readonly Step[] = [
      ['', 'I / Z I'],
      [' ; ', 'I / Z I'],
      ['-- x', 'I / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('stops at the first error', async () => {
    const steps: readonly Step[] = [
      ['select 1; select 1/0; select 3', `${ONE} / E ERROR 22012 division by zero / Z I`],
      ['select 1; select nope', `${ONE} / E ERROR 42703 column "nope" does not exist @18 / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('runs nothing where one statement has a syntax error', async () => {
    const steps: readonly Step[] = [['select 1; selec 2', 'E ERROR 42601 syntax error at or near "selec" @11 / Z I']];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('leaves a block open that BEGIN has opened', async () => {
    const steps: readonly Step[] = [
      ['select 1; begin; select 1', `${ONE} / C BEGIN / ${ONE} / Z T`],
      ['commit; select 1', `C COMMIT / ${ONE} / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('forgets the unnamed statement and portal', async () => {
    const steps: readonly Step[] = [
      [[parse('', 'select 1'), bind('', ''), sync], '1 / 2 / Z I'],
      ['select 1', `${ONE} / Z I`],
      [[bind('', ''), sync], 'E ERROR 26000 unnamed prepared statement does not exist / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('passes on what the planner refuses and stays in step', async () => {
    const steps: readonly Step[] = [
      ['create table t (a int)', 'E ERROR 25006 cannot execute CREATE TABLE in a read-only transaction / Z I'],
      ['select 1', `${ONE} / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
});

describe('the extended protocol', () => {
  it('describes parameters and columns, with the formats of Bind for a portal', async () => {
    const steps: readonly Step[] = [
      [
        [parse('', 'select $1::int'), describeStatement(), bind('', '', ['7'], [], [1]), describePortal(), execute(), sync],
        '1 / t 23 / T ?column?:23:0 / 2 / T ?column?:23:1 / D 0x00000007 / C SELECT 1 / Z I',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('runs nothing for Describe', async () => {
    const talk = new Talk();
    await talk.say(parse('', 'select 1'), describeStatement(), bind('', ''), describePortal(), sync);
    expect(talk.planner.opened).toBe(0);
  });
  it('describes what gives no rows as no data', async () => {
    const steps: readonly Step[] = [
      [
        [parse('', 'set timezone=1'), describeStatement(), bind('', ''), describePortal(), execute(), execute(), sync],
        '1 / t  / n / 2 / n / C SET / E ERROR 55000 portal "" cannot be run / Z I',
      ],
      [[parse('', ''), describeStatement(), bind('', ''), describePortal(), execute(), sync], '1 / t  / n / 2 / n / I / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('sends no RowDescription for Execute, and no rows twice', async () => {
    const steps: readonly Step[] = [
      [[parse('s', 'select 1'), bind('', 's'), execute(), execute(), sync], '1 / 2 / D 1 / C SELECT 1 / C SELECT 0 / Z I'],
      [[bind('', 's'), execute(), sync], '2 / D 1 / C SELECT 1 / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('suspends a portal exactly when the limit is reached', async () => {
    const steps: readonly Step[] = [
      [
        [parse('s', 'select generate_series(1,3)'), bind('p', 's'), execute('p', 3), execute('p', 3), execute('p'), sync],
        '1 / 2 / D 1 / D 2 / D 3 / s / C SELECT 0 / C SELECT 0 / Z I',
      ],
      [[execute('p'), sync], 'E ERROR 34000 portal "p" does not exist / Z I'],
      [[bind('p', 's'), execute('p', 2), execute('p', 2), sync], '2 / D 1 / D 2 / s / D 3 / C SELECT 1 / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('keeps a named portal until its transaction ends', async () => {
    const steps: readonly Step[] = [
      ['begin', 'C BEGIN / Z T'],
      [[parse('s', 'select generate_series(1,3)'), bind('p', 's'), execute('p', 1), sync], '1 / 2 / D 1 / s / Z T'],
      [[execute('p', 1), sync], 'D 2 / s / Z T'],
      [[bind('p', 's'), sync], 'E ERROR 42P03 cursor "p" already exists / Z E'],
      [[execute('p'), sync], `${ABORTED} / Z E`],
      ['rollback', 'C ROLLBACK / Z I'],
      [[execute('p'), sync], 'E ERROR 34000 portal "p" does not exist / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('skips to Sync after an error and answers it with one ReadyForQuery', async () => {
    const steps: readonly Step[] = [
      [[parse('', 'selec 1'), bind('', ''), execute(), sync], 'E ERROR 42601 syntax error at or near "selec" @1 / Z I'],
      [
        [
          parse('', 'select 1'),
          bind('', ''),
          execute(),
          describePortal('nope'),
          parse('', 'select 2'),
          query('select 3'),
          flush,
          sync,
        ],
        '1 / 2 / D 1 / C SELECT 1 / E ERROR 34000 portal "nope" does not exist / Z I',
      ],
      [[sync, sync], 'Z I / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('says what is wrong with names, counts and texts', async () => {
    const steps: readonly Step[] = [
      [[parse('s', 'select 1'), sync], '1 / Z I'],
      [[parse('s', 'select 1'), sync], 'E ERROR 42P05 prepared statement "s" already exists / Z I'],
      [[parse('', 'select 1; select 2'), sync], 'E ERROR 42601 cannot insert multiple commands into a prepared statement / Z I'],
      [[bind('', 'nope'), sync], 'E ERROR 26000 prepared statement "nope" does not exist / Z I'],
      [[describeStatement('nope'), sync], 'E ERROR 26000 prepared statement "nope" does not exist / Z I'],
      [[describePortal('nope'), sync], 'E ERROR 34000 portal "nope" does not exist / Z I'],
      [[closeStatement('nope'), closePortal('nope'), sync], '3 / 3 / Z I'],
      [[closeStatement('s'), bind('', 's'), sync], '3 / E ERROR 26000 prepared statement "s" does not exist / Z I'],
      [
        [parse('', 'select $1::int'), bind('', ''), sync],
        '1 / E ERROR 08P01 bind message supplies 0 parameters, but prepared statement "" requires 1 / Z I',
      ],
      [
        [parse('', 'select $1::int'), bind('', '', ['1'], [0, 0]), sync],
        '1 / E ERROR 08P01 bind message has 2 parameter formats but 1 parameters / Z I',
      ],
      [
        [parse('', 'select $1::int'), bind('', '', ['1'], [], [0, 0]), sync],
        '1 / E ERROR 08P01 bind message has 2 result formats but query has 1 columns / Z I',
      ],
      // PostgreSQL: 42883, function with OID 1 does not exist.
      [[{ kind: 'functionCall' }], 'E ERROR 0A000 function calls by protocol message are not supported / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('refuses values that are none of their types at Bind', async () => {
    const steps: readonly Step[] = [
      [
        [parse('', 'select $1::int'), bind('', '', ['x']), execute(), sync],
        '1 / E ERROR 22P02 invalid input syntax for type integer: "x" / Z I',
      ],
      [[parse('', 'select $1::int'), bind('', '', ['xyz'], [1]), sync], '1 / E ERROR 22P03 incorrect binary data format / Z I'],
      [
        [parse('', 'declare c cursor with hold for select $1::int'), bind('', '', ['x']), sync],
        '1 / E ERROR 22P02 invalid input syntax for type integer: "x" / Z I',
      ],
      // Newer PostgreSQLs read it, and so may the catalog.
      [[parse('', 'select $1::int'), bind('', '', ['1_0']), bind('', '', [null]), sync], '1 / 2 / 2 / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('has words of its own for a function call in a failed transaction', async () => {
    const steps: readonly Step[] = [
      ['begin; select nope', 'C BEGIN / E ERROR 42703 column "nope" does not exist @15 / Z E'],
      [
        [{ kind: 'functionCall' }],
        'E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block / Z E',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('pushes what is there at Flush, without ReadyForQuery', async () => {
    const talk = new Talk();
    expect(await talk.say(parse('', 'select 1'))).toBe('');
    expect(await talk.say(flush)).toBe('1');
    expect(await talk.say(bind('', ''), execute('', 1), flush)).toBe('2 / D 1 / s');
    expect(await talk.say(execute('', 1), sync)).toBe('C SELECT 0 / Z I');
  });
  it('takes only the end of a transaction in an aborted one', async () => {
    const steps: readonly Step[] = [
      ['begin; select 1/0', 'C BEGIN / E ERROR 22012 division by zero / Z E'],
      [[parse('', 'select 1'), sync], `${ABORTED} / Z E`],
      ['', 'I / Z E'],
      [[parse('', 'rollback'), bind('', ''), describePortal(), execute(), sync], '1 / 2 / n / C ROLLBACK / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('has a transaction from one Sync to the next', async () => {
    const steps: readonly Step[] = [
      [
        [
          parse('', 'select 1'),
          bind('', ''),
          execute(),
          parse('', "set application_name='q'"),
          bind('', ''),
          execute(),
          parse('', 'select 1/0'),
          bind('', ''),
          execute(),
          sync,
        ],
        '1 / 2 / D 1 / C SELECT 1 / 1 / 2 / C SET / 1 / 2 / E ERROR 22012 division by zero / Z I',
      ],
      ['show application_name', 'T application_name:25:0 / D  / C SHOW / Z I'],
      [
        [parse('', 'begin'), bind('', ''), execute(), parse('', 'select 1'), bind('', ''), execute(), sync],
        '1 / 2 / C BEGIN / 1 / 2 / D 1 / C SELECT 1 / Z T',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('reports a malformed message where it would have answered it', async () => {
    const steps: readonly Step[] = [
      [
        [{ kind: 'malformed', error: badMessage(), isExtended: true }, parse('', 'select 1'), sync],
        'E ERROR 08P01 no such message / Z I',
      ],
      [[{ kind: 'malformed', error: badMessage(), isExtended: false }], 'E ERROR 08P01 no such message / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('passes over what a client still sends of a COPY', async () => {
    const steps: readonly Step[] = [
      [[{ kind: 'copyData' }, { kind: 'copyDone' }, { kind: 'copyFail', reason: 'x' }, query('select 1')], `${ONE} / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
});

function badMessage(): PgError {
  return new PgError('08P01', 'no such message');
}
