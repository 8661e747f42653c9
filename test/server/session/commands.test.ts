/** The session's own commands. Unless said otherwise, the answers are those of PostgreSQL 15.20 to the same texts. */
import { describe, expect, it } from 'vitest';
import {
  answersTo,
  bind,
  closePortal,
  describePortal,
  describeStatement,
  execute,
  expectedOf,
  parse,
  type Step,
  sync,
  Talk,
} from './wire-talk.ts';

const ABORTED = 'E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block';
const ONE = 'T ?column?:23:0 / D 1 / C SELECT 1';
const NO_TRANSACTION = 'N WARNING 25P01 there is no transaction in progress';
const FORWARD_ONLY = 'E ERROR 55000 cursor can only scan forward';
const NO_BLOCK = 'can only be used in transaction blocks';

describe('transactions', () => {
  it('warn where there is none, or one already', async () => {
    const steps: readonly Step[] = [
      ['begin', 'C BEGIN / Z T'],
      ['begin', 'N WARNING 25001 there is already a transaction in progress / C BEGIN / Z T'],
      ['commit', 'C COMMIT / Z I'],
      ['commit', `${NO_TRANSACTION} / C COMMIT / Z I`],
      ['abort', `${NO_TRANSACTION} / C ROLLBACK / Z I`],
      ['select 1; commit; select 1', `${ONE} / ${NO_TRANSACTION} / C COMMIT / ${ONE} / Z I`],
      ['select 1; rollback', `${ONE} / ${NO_TRANSACTION} / C ROLLBACK / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('fail as a whole, and COMMIT says so', async () => {
    const steps: readonly Step[] = [
      ['begin; select 1/0', 'C BEGIN / E ERROR 22012 division by zero / Z E'],
      ['select 1', `${ABORTED} / Z E`],
      ['savepoint a', `${ABORTED} / Z E`],
      ['commit', 'C ROLLBACK / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('go back to a savepoint', async () => {
    const steps: readonly Step[] = [
      ['begin; savepoint a; select 1/0', 'C BEGIN / C SAVEPOINT / E ERROR 22012 division by zero / Z E'],
      ['release a', `${ABORTED} / Z E`],
      ['rollback to b', 'E ERROR 3B001 savepoint "b" does not exist / Z E'],
      ['rollback to a', 'C ROLLBACK / Z T'],
      ['release a', 'C RELEASE / Z T'],
      ['release a', 'E ERROR 3B001 savepoint "a" does not exist / Z E'],
      ['commit', 'C ROLLBACK / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('say what needs a block', async () => {
    const steps: readonly Step[] = [
      ['savepoint a', `E ERROR 25P01 SAVEPOINT ${NO_BLOCK} / Z I`],
      ['select 1; savepoint a', `${ONE} / E ERROR 25P01 SAVEPOINT ${NO_BLOCK} / Z I`],
      ['lock table t', `E ERROR 25P01 LOCK TABLE ${NO_BLOCK} / Z I`],
      ['begin; lock table t; rollback', 'C BEGIN / C LOCK TABLE / C ROLLBACK / Z I'],
      ['commit and chain', `E ERROR 25P01 COMMIT AND CHAIN ${NO_BLOCK} / Z I`],
      ['set local x.y=1', `N WARNING 25P01 SET LOCAL ${NO_BLOCK} / C SET / Z I`],
      ["prepare transaction 'x'", `${NO_TRANSACTION} / C ROLLBACK / Z I`],
      ["begin; prepare transaction 'x'", 'C BEGIN / E ERROR 55000 prepared transactions are disabled / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('chain with the same modes', async () => {
    const steps: readonly Step[] = [
      ['begin isolation level serializable; commit and chain', 'C BEGIN / C COMMIT / Z T'],
      ['show transaction_isolation', 'T transaction_isolation:25:0 / D serializable / C SHOW / Z T'],
      ['rollback', 'C ROLLBACK / Z I'],
      ['show transaction_isolation', 'T transaction_isolation:25:0 / D read committed / C SHOW / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('have modes until the first query', async () => {
    const steps: readonly Step[] = [
      ['start transaction isolation level repeatable read, read only, deferrable', 'C START TRANSACTION / Z T'],
      ['show transaction_read_only', 'T transaction_read_only:25:0 / D on / C SHOW / Z T'],
      ['set transaction isolation level serializable; select 1', `C SET / ${ONE} / Z T`],
      [
        'set transaction isolation level read committed',
        'E ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called before any query / Z E',
      ],
      ['rollback', 'C ROLLBACK / Z I'],
      ['begin read only; select 1', `C BEGIN / ${ONE} / Z T`],
      ['set transaction read write', 'E ERROR 25001 transaction read-write mode must be set before any query / Z E'],
      ['rollback', 'C ROLLBACK / Z I'],
      ['set transaction read only', `N WARNING 25P01 SET TRANSACTION ${NO_BLOCK} / C SET / Z I`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
});

describe('cursors', () => {
  const row = (...values: readonly number[]): string =>
    ['T generate_series:23:0', ...values.map((value) => `D ${value}`), `C FETCH ${values.length}`, 'Z T'].join(' / ');
  it('with SCROLL go anywhere', async () => {
    const steps: readonly Step[] = [
      ['begin; declare c scroll cursor for select generate_series(1,5)', 'C BEGIN / C DECLARE CURSOR / Z T'],
      ['fetch c', row(1)],
      ['fetch next c', row(2)],
      ['fetch prior c', row(1)],
      ['fetch 0 c', row(1)],
      ['fetch last c', row(5)],
      ['fetch first from c', row(1)],
      ['fetch absolute 3 in c', row(3)],
      ['fetch relative 1 c', row(4)],
      ['fetch relative -2 c', row(2)],
      ['fetch absolute -2 c', row(4)],
      ['fetch absolute 0 c', row()],
      ['fetch absolute 9 c', row()],
      ['fetch c', row()],
      ['fetch backward 2 c', row(5, 4)],
      ['fetch -1 c', row(3)],
      ['fetch forward all c', row(4, 5)],
      ['fetch backward all c', row(5, 4, 3, 2, 1)],
      ['fetch all c', row(1, 2, 3, 4, 5)],
      ['fetch relative 0 c', row()],
      ['move first c', 'C MOVE 1 / Z T'],
      ['move 2 c', 'C MOVE 2 / Z T'],
      ['move all c', 'C MOVE 2 / Z T'],
      ['move 0 c', 'C MOVE 0 / Z T'],
      ['move backward all c', 'C MOVE 5 / Z T'],
      ['move absolute 3 c', 'C MOVE 1 / Z T'],
      ['move 0 c', 'C MOVE 1 / Z T'],
      ['move last c', 'C MOVE 1 / Z T'],
      ['fetch backward c', row(4)],
      ['close c', 'C CLOSE CURSOR / Z T'],
      ['close c', 'E ERROR 34000 cursor "c" does not exist / Z E'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('without SCROLL go forward only', async () => {
    const steps: readonly Step[] = [
      ['begin; declare n no scroll cursor for select generate_series(1,5)', 'C BEGIN / C DECLARE CURSOR / Z T'],
      ['savepoint s; fetch 0 n', `C SAVEPOINT / ${row()}`],
      ['fetch first n', row(1)],
      ['fetch absolute 3 n', row(3)],
      ['fetch relative 2 n', row(5)],
      ['fetch first n', `${FORWARD_ONLY} / Z E`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('without SCROLL know no row again', async () => {
    const steps: readonly Step[] = [
      ['begin; declare n no scroll cursor for select generate_series(1,5); fetch n', `C BEGIN / C DECLARE CURSOR / ${row(1)}`],
      ['fetch relative 0 n', `${FORWARD_ONLY} / Z E`],
      ['rollback', 'C ROLLBACK / Z I'],
      ['begin; declare n cursor for select generate_series(1,5); move all n', 'C BEGIN / C DECLARE CURSOR / C MOVE 5 / Z T'],
      ['fetch 0 n; move 0 n', 'T generate_series:23:0 / C FETCH 0 / C MOVE 0 / Z T'],
      ['fetch last n', `${FORWARD_ONLY} / Z E`],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('WITH HOLD outlive their transaction, and only if it ends well', async () => {
    const steps: readonly Step[] = [
      ['declare h cursor with hold for select generate_series(1,5)', 'C DECLARE CURSOR / Z I'],
      ['fetch 2 h', row(1, 2).replace('Z T', 'Z I')],
      ['begin; fetch 1 h', `C BEGIN / ${row(3)}`],
      ['select 1/0', 'E ERROR 22012 division by zero / Z E'],
      ['rollback', 'C ROLLBACK / Z I'],
      ['fetch 1 h', row(4).replace('Z T', 'Z I')],
      ['close all', 'C CLOSE CURSOR ALL / Z I'],
      ['begin; declare h cursor with hold for select 1; rollback', 'C BEGIN / C DECLARE CURSOR / C ROLLBACK / Z I'],
      ['fetch h', 'E ERROR 34000 cursor "h" does not exist / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('without HOLD close at the end, and with the savepoint that they are behind', async () => {
    const steps: readonly Step[] = [
      ['declare c cursor for select 1', `E ERROR 25P01 DECLARE CURSOR ${NO_BLOCK} / Z I`],
      [
        'declare c cursor for select 1; fetch all c; fetch c',
        'C DECLARE CURSOR / T ?column?:23:0 / D 1 / C FETCH 1 / T ?column?:23:0 / C FETCH 0 / Z I',
      ],
      ['fetch c', 'E ERROR 34000 cursor "c" does not exist / Z I'],
      [
        'begin; declare a cursor for select 1; savepoint s; declare b cursor for select 2; rollback to s; fetch a',
        'C BEGIN / C DECLARE CURSOR / C SAVEPOINT / C DECLARE CURSOR / C ROLLBACK / T ?column?:23:0 / D 1 / C FETCH 1 / Z T',
      ],
      ['fetch b', 'E ERROR 34000 cursor "b" does not exist / Z E'],
      ['rollback', 'C ROLLBACK / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('are refused where they contradict themselves or their name is taken', async () => {
    const steps: readonly Step[] = [
      [
        'begin; declare d cursor for select 1; declare d cursor for select 2',
        'C BEGIN / C DECLARE CURSOR / E ERROR 42P03 cursor "d" already exists / Z E',
      ],
      [
        'rollback; begin; declare a scroll no scroll cursor for select 1',
        'C ROLLBACK / C BEGIN / E ERROR 42P11 cannot specify both SCROLL and NO SCROLL / Z E',
      ],
      [
        'rollback; begin; declare "for" cursor for select nope',
        'C ROLLBACK / C BEGIN / E ERROR 42703 column "nope" does not exist @50 / Z E',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('are portals of the protocol, too', async () => {
    const steps: readonly Step[] = [
      ['begin', 'C BEGIN / Z T'],
      [
        [
          parse('', 'declare c binary cursor for select $1::int + $2'),
          describeStatement(),
          bind('', '', ['1', '2']),
          execute(),
          describePortal('c'),
          sync,
        ],
        '1 / t 23,23 / n / 2 / C DECLARE CURSOR / T ?column?:23:0 / Z T',
      ],
      [
        [parse('', 'fetch all c'), describeStatement(), bind('', '', [], [], [1]), describePortal(), execute(), sync],
        '1 / t  / T ?column?:23:0 / 2 / T ?column?:23:1 / D 0x00000003 / C FETCH 1 / Z T',
      ],
      [[closePortal('c'), sync], '3 / Z T'],
      ['fetch c', 'E ERROR 34000 cursor "c" does not exist / Z E'],
      ['rollback', 'C ROLLBACK / Z I'],
      [
        'begin; declare c binary cursor for select generate_series(1,5); fetch 2 c',
        'C BEGIN / C DECLARE CURSOR / T generate_series:23:1 / D 0x00000001 / D 0x00000002 / C FETCH 2 / Z T',
      ],
      [[execute('c', 2), sync], 'D 3 / D 4 / s / Z T'],
      [
        [parse('', 'fetch 2 c'), bind('', ''), execute('', 1), execute(), execute(), sync],
        '1 / 2 / D 5 / s / C FETCH 0 / C FETCH 0 / Z T',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('free what they read when COMMIT closes them', async () => {
    const talk = new Talk();
    await talk.say('begin; declare c cursor for select generate_series(1,9); fetch c');
    expect(talk.planner.closed).toBe(0);
    await talk.say('commit');
    expect(talk.planner.closed).toBe(1);
  });
  it('are read as they are fetched, never ahead', async () => {
    const talk = new Talk();
    await talk.say('begin; declare c cursor for select generate_series(1,9)');
    expect(talk.planner.asked).toEqual([]);
    await talk.say('fetch 3 c');
    expect(talk.planner.asked).toEqual([3]);
  });
});

describe('prepared statements', () => {
  it('of SQL and of the protocol are the same', async () => {
    const steps: readonly Step[] = [
      ['prepare p(int) as select $1::int', 'C PREPARE / Z I'],
      ['execute p(1)', `${ONE} / Z I`],
      [[bind('', 'p', ['5']), execute(), sync], '2 / D 5 / C SELECT 1 / Z I'],
      [
        [parse('', 'execute p(7)'), describeStatement(), bind('', ''), describePortal(), execute(), sync],
        '1 / t  / T ?column?:23:0 / 2 / T ?column?:23:0 / D 7 / C SELECT 1 / Z I',
      ],
      ['execute p(1+1)', 'T ?column?:23:0 / D 2 / C SELECT 1 / Z I'],
      ['execute p(1.6)', 'T ?column?:23:0 / D 2 / C SELECT 1 / Z I'],
      ['execute p', 'E ERROR 42601 wrong number of parameters for prepared statement "p" / Z I'],
      ["execute p( 'x')", 'E ERROR 22P02 invalid input syntax for type integer: "x" @12 / Z I'],
      ["select 1; execute p('x')", `${ONE} / E ERROR 22P02 invalid input syntax for type integer: "x" @21 / Z I`],
      ['execute p(true)', 'E ERROR 42804 parameter $1 of type boolean cannot be coerced to the expected type integer @11 / Z I'],
      ['execute p(1,2)', 'E ERROR 42601 wrong number of parameters for prepared statement "p" / Z I'],
      ['execute p(nope)', 'E ERROR 42703 column "nope" does not exist @11 / Z I'],
      ['prepare p as select 1', 'E ERROR 42P05 prepared statement "p" already exists / Z I'],
      ['prepare b(wrong) as select 1', 'E ERROR 42704 type "wrong" does not exist @11 / Z I'],
      ['prepare c as select nope', 'E ERROR 42703 column "nope" does not exist @21 / Z I'],
      ['explain execute p(1)', 'T QUERY PLAN:25:0 / D Result / C EXPLAIN / Z I'],
      ['explain execute q', 'E ERROR 26000 prepared statement "q" does not exist / Z I'],
      ['deallocate p', 'C DEALLOCATE / Z I'],
      ['deallocate p', 'E ERROR 26000 prepared statement "p" does not exist / Z I'],
      ['execute p(1)', 'E ERROR 26000 prepared statement "p" does not exist / Z I'],
      ['deallocate prepare all', 'C DEALLOCATE ALL / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('gives the planner what EXPLAIN EXECUTE explains', async () => {
    const talk = new Talk();
    await talk.say('prepare p as select $1::int');
    await talk.say('explain (costs off) execute p(1)');
    expect(talk.planner.planned.at(-1)).toBe('explain (costs off) select $1::int');
  });
});

describe('COPY', () => {
  it('gives the rows of a query', async () => {
    const steps: readonly Step[] = [
      ['copy (select generate_series(1,2)) to stdout', 'H 0000010000 / d "1\\n" / d "2\\n" / c / C COPY 2 / Z I'],
      ['copy (select 1) to stdout (format binary)', 'H 0100010001 / d "1\\n" / c / C COPY 1 / Z I'],
      ['copy (select 1/0) to stdout', 'E ERROR 22012 division by zero / Z I'],
      ['copy (select nope) to stdout', 'E ERROR 42703 column "nope" does not exist @14 / Z I'],
      [
        [
          parse('', 'copy (select 1) to stdout'),
          describeStatement(),
          bind('', ''),
          describePortal(),
          execute('', 1),
          execute(),
          sync,
        ],
        '1 / t  / n / 2 / n / H 0000010000 / d "1\\n" / c / C COPY 1 / E ERROR 55000 portal "" cannot be run / Z I',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('begins before the statement runs, once its words are known to be right', async () => {
    const steps: readonly Step[] = [
      ['copy (select 1/0 from data) to stdout', 'H 0000010000 / E ERROR 22012 division by zero / Z I'],
      ['copy (select 1 from data) to stdout', 'H 0000010000 / d "1\\n" / c / C COPY 1 / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('reads a table, with its columns', async () => {
    const talk = new Talk();
    await talk.say('copy "My T" (a, "B") to stdout', 'copy public.t to stdout with csv header');
    expect(talk.planner.planned).toEqual(['select "a", "b" from "my t"', 'select * from "public"."t"']);
  });
  it('refuses what it must before the client is asked for data', async () => {
    const steps: readonly Step[] = [
      ['copy t from stdin', 'E ERROR 25006 cannot execute COPY FROM in a read-only transaction / Z I'],
      ["copy t to '/tmp/x'", 'E ERROR 42501 permission denied to COPY to a file / Z I'],
      ["copy t to program 'x'", 'E ERROR 42501 permission denied to COPY to or from an external program / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  // PostgreSQL 18.6's words.
  it('says what is wrong with its options', async () => {
    const steps: readonly Step[] = [
      ['copy (select 1) to stdout (format foo)', 'E ERROR 22023 COPY format "foo" not recognized @28 / Z I'],
      ['copy (select 1) to stdout (format csv, foo)', 'E ERROR 42601 option "foo" not recognized @40 / Z I'],
      ['copy (select 1) to stdout (format csv, format csv)', 'E ERROR 42601 conflicting or redundant options @40 / Z I'],
      ["copy (select 1) to stdout (delimiter 'ab')", 'E ERROR 0A000 COPY delimiter must be a single one-byte character / Z I'],
      ["copy (select 1) to stdout (delimiter 'a')", 'E ERROR 22023 COPY delimiter cannot be "a" / Z I'],
      ["copy (select 1) to stdout (quote 'x')", 'E ERROR 0A000 COPY QUOTE requires CSV mode / Z I'],
      ['copy (select 1) to stdout (format binary, header)', 'E ERROR 0A000 cannot specify HEADER in BINARY mode / Z I'],
      ["copy (select 1) to stdout (format binary, null 'x')", 'E ERROR 42601 cannot specify NULL in BINARY mode / Z I'],
      ['copy (select 1) to stdout (header match)', 'E ERROR 0A000 cannot use "match" with HEADER in COPY TO / Z I'],
      ['copy (select 1) to stdout (header maybe)', 'E ERROR 42601 header requires a Boolean value or "match" / Z I'],
      ['copy (select 1) to stdout (format csv, force_quote (x))', 'E ERROR 42703 column "x" does not exist / Z I'],
      [
        "copy (select 1) to stdout (encoding 'foo')",
        'E ERROR 22023 argument to option "encoding" must be a valid encoding name @28 / Z I',
      ],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
});

describe('other commands', () => {
  it('are taken, or refused politely', async () => {
    const steps: readonly Step[] = [
      ['listen x; notify x; unlisten *', 'C LISTEN / C NOTIFY / C UNLISTEN / Z I'],
      ['vacuum t', 'E ERROR 25006 cannot execute VACUUM in a read-only transaction / Z I'],
      ['analyze', 'E ERROR 25006 cannot execute ANALYZE in a read-only transaction / Z I'],
      ['checkpoint', 'E ERROR 42501 permission denied to execute CHECKPOINT command / Z I'],
    ];
    expect(await answersTo(steps)).toEqual(expectedOf(steps));
  });
  it('let DISCARD ALL stand alone in a pipeline', async () => {
    const discard = [parse('', 'discard all'), bind('', ''), execute()];
    const one = [parse('', 'select 1'), bind('', ''), execute()];
    const talk = new Talk();
    expect(await talk.say(...one, ...discard, sync)).toBe(
      '1 / 2 / D 1 / C SELECT 1 / 1 / 2 / E ERROR 25001 DISCARD ALL cannot be executed within a pipeline / Z I',
    );
    await talk.say("set application_name='x'");
    // It is done: what fails behind it takes nothing back.
    expect(await talk.say(...discard, ...one, parse('', 'select nope'), sync)).toBe(
      '1 / 2 / C DISCARD ALL / 1 / 2 / D 1 / C SELECT 1 / E ERROR 42703 column "nope" does not exist @8 / S application_name= / Z I',
    );
    expect(await talk.say('show application_name')).toContain('D  / C SHOW');
    expect(await talk.say(...discard, sync)).toBe('1 / 2 / C DISCARD ALL / Z I');
  });
  it('forget everything with DISCARD ALL', async () => {
    const talk = new Talk();
    await talk.say("prepare p as select 1; set application_name='x'; declare h cursor with hold for select 1");
    expect(await talk.say('discard all')).toBe('C DISCARD ALL / S application_name= / Z I');
    expect(await talk.say('execute p')).toContain('26000');
    expect(await talk.say('fetch h')).toContain('34000');
    expect(talk.planner.discards).toBe(1);
    expect(await talk.say('begin; discard all')).toBe(
      'C BEGIN / E ERROR 25001 DISCARD ALL cannot run inside a transaction block / Z E',
    );
    expect(await talk.say('rollback; discard plans; discard temp; discard sequences')).toBe(
      'C ROLLBACK / C DISCARD PLANS / C DISCARD TEMP / C DISCARD SEQUENCES / Z I',
    );
  });
});
