/** What ends statements and sessions, how fast rows go out, and what the server is told. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import { bind, execute, flush, parse, query, sync, Talk, terminate } from './wire-talk.ts';

const CANCELLED = 'E ERROR 57014 canceling statement due to user request';

afterEach(() => {
  vi.useRealTimers();
});

describe('greeting', () => {
  it('tells the settings, the key and that it is ready', () => {
    const talk = new Talk();
    expect(talk.lines).toEqual([
      'S server_version=18.6',
      'S server_encoding=UTF8',
      'S client_encoding=UTF8',
      'S application_name=',
      'S default_transaction_read_only=off',
      'S in_hot_standby=off',
      'S is_superuser=off',
      'S session_authorization=bi',
      'S DateStyle=ISO, MDY',
      'S IntervalStyle=postgres',
      'S TimeZone=UTC',
      'S integer_datetimes=on',
      'S standard_conforming_strings=on',
      'S scram_iterations=4096',
      'S search_path="$user", public',
      'K',
      'Z I',
    ]);
  });
});

describe('what waits for nothing', () => {
  const statements = [parse('', 'select 1'), bind('', ''), execute()];
  it.each([
    ['a long script', [query('select 1;'.repeat(20_000))]],
    ['a long pipeline', [...Array.from({ length: 10_000 }, () => statements).flat(), sync]],
  ])('lets others have their turn: %s', async (_, messages) => {
    const talk = new Talk();
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    talk.send(...messages);
    turn();
    await talk.session.settled();
    isDone = true;
    // Of 10 ms each.
    expect(turns).toBeGreaterThan(3);
    expect(talk.lines.at(-1)).toBe('Z I');
  });

  it('can be cancelled', async () => {
    const talk = new Talk();
    talk.send(query('select 1;'.repeat(20_000)));
    setImmediate(() => talk.session.cancel());
    await talk.session.settled();
    expect(talk.lines.slice(-2)).toEqual([CANCELLED, 'Z I']);
    expect(talk.planner.opened).toBeLessThan(20_000);
  });
});

describe('a cancel request', () => {
  it('ends the statement in hand at once, though its source never answers', async () => {
    const talk = new Talk();
    talk.send(query('select stuck; select 2'));
    await vi.waitFor(() => expect(talk.planner.asked).toHaveLength(1));
    talk.session.cancel();
    await talk.session.settled();
    expect(talk.lines.join(' / ')).toBe(`${CANCELLED} / Z I`);
    expect(talk.planner.closed).toBe(1);
    expect(talk.planner.signals[0]?.aborted).toBe(true);
  });

  it('ends a statement that is being planned', async () => {
    const talk = new Talk();
    talk.send(parse('', 'select stuck_plan'), bind('', ''), execute(), sync);
    talk.session.cancel();
    await talk.session.settled();
    expect(talk.lines.join(' / ')).toBe(`${CANCELLED} / Z I`);
  });

  it('is answered though what the statement holds cannot be freed yet', async () => {
    const talk = new Talk();
    talk.send(query('select stuck_close'));
    await vi.waitFor(() => expect(talk.planner.asked).toHaveLength(1));
    talk.session.cancel();
    await talk.until(/^Z/);
    expect(talk.lines.join(' / ')).toBe(`${CANCELLED} / Z I`);
    expect(talk.planner.closed).toBe(1);
    expect(await talk.say('select 1')).toBe('T ?column?:23:0 / D 1 / C SELECT 1 / Z I');
  });

  it('does not touch the next statement', async () => {
    const talk = new Talk();
    talk.session.cancel();
    expect(await talk.say('select 1')).toBe('T ?column?:23:0 / D 1 / C SELECT 1 / Z I');
    talk.send(query('select stuck'), query('select 2'));
    await vi.waitFor(() => expect(talk.planner.asked.length).toBeGreaterThan(1));
    talk.session.cancel();
    await talk.session.settled();
    expect(talk.lines.join(' / ')).toBe(`${CANCELLED} / Z I / T ?column?:23:0 / D 2 / C SELECT 1 / Z I`);
  });

  it('ends the wait for a client that reads slowly', async () => {
    const talk = new Talk();
    talk.isSlow = true;
    talk.send(query('select generate_series(1,100000)'));
    await vi.waitFor(() => expect(talk.isHeldBack).toBe(true));
    talk.session.cancel();
    await talk.session.settled();
    expect(talk.lines.at(-2)).toBe(CANCELLED);
    expect(talk.planner.closed).toBe(1);
  });

  it('ends a portal that an earlier Execute began', async () => {
    const talk = new Talk();
    await talk.say(query('begin'), parse('', 'select stuck'), bind('', ''), flush);
    talk.send(execute('', 5));
    await vi.waitFor(() => expect(talk.planner.asked).toHaveLength(1));
    talk.session.cancel();
    await talk.session.settled();
    expect(await talk.say(sync)).toBe('Z E');
    expect(talk.planner.signals[0]?.aborted).toBe(true);
    expect(talk.planner.closed).toBe(1);
  });
});

describe('time-outs', () => {
  it('end a statement after statement_timeout, and only that', async () => {
    vi.useFakeTimers();
    const talk = new Talk();
    await talk.say("set statement_timeout = '5s'");
    talk.send(query('select stuck'));
    await vi.advanceTimersByTimeAsync(4900);
    expect(talk.lines).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(talk.lines.join(' / ')).toBe('E ERROR 57014 canceling statement due to statement timeout / Z I');
    expect(await talk.say('select 1')).toContain('D 1');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end it after what the user may, if that is less', async () => {
    vi.useFakeTimers();
    const talk = new Talk({ user: { statementTimeoutMs: 1000 } });
    await talk.say("set statement_timeout = '1h'");
    talk.send(parse('', 'select stuck'), bind('', ''), execute(), sync);
    await vi.advanceTimersByTimeAsync(1100);
    expect(talk.lines.join(' / ')).toBe('1 / 2 / E ERROR 57014 canceling statement due to statement timeout / Z I');
  });

  it('time each statement of a batch by itself', async () => {
    vi.useFakeTimers();
    const talk = new Talk();
    await talk.say('set statement_timeout = 1000; begin');
    talk.send(query('select 1; select stuck'));
    await vi.advanceTimersByTimeAsync(1100);
    expect(talk.lines.at(-1)).toBe('Z E');
  });

  it('end a session that is idle in a transaction', async () => {
    vi.useFakeTimers();
    const talk = new Talk();
    await talk.say('set idle_in_transaction_session_timeout = 1000');
    await vi.advanceTimersByTimeAsync(2000);
    expect(talk.isEnded).toBe(false);
    await talk.say('begin');
    talk.lines.length = 0;
    await vi.advanceTimersByTimeAsync(1100);
    expect(talk.lines).toEqual(['E FATAL 25P03 terminating connection due to idle-in-transaction timeout']);
    expect(talk.isEnded).toBe(true);
  });

  it('count from the first message of a statement to the end of its Execute', async () => {
    vi.useFakeTimers();
    const talk = new Talk();
    await talk.say('set statement_timeout = 1000');
    await talk.say(parse('', 'select stuck'), bind('', ''));
    await vi.advanceTimersByTimeAsync(800);
    talk.send(execute());
    await vi.advanceTimersByTimeAsync(300);
    expect(talk.lines.at(-1)).toBe('E ERROR 57014 canceling statement due to statement timeout');
  });

  it('do not take a session for idle that works', async () => {
    vi.useFakeTimers();
    const talk = new Talk({ settings: { idle_session_timeout: '1s' } });
    talk.send(query('select stuck'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(talk.isEnded).toBe(false);
    talk.session.cancel();
    await vi.advanceTimersByTimeAsync(1100);
    expect(talk.isEnded).toBe(true);
  });

  it('end a session that is idle', async () => {
    vi.useFakeTimers();
    const talk = new Talk({ settings: { idle_session_timeout: '1s' } });
    talk.lines.length = 0;
    await vi.advanceTimersByTimeAsync(1100);
    expect(talk.lines).toEqual(['E FATAL 57P05 terminating connection due to idle-session timeout']);
    expect(talk.planner.isClosed).toBe(true);
  });
});

describe('rows', () => {
  it('leave in a small portion first, then in larger ones', async () => {
    const talk = new Talk();
    await talk.say('select generate_series(1,5000)');
    expect(talk.planner.asked).toEqual([64, 2048, 2048, 2048]);
  });

  it('wait for a client that reads slowly, and nothing more is asked for', async () => {
    const talk = new Talk();
    talk.isSlow = true;
    talk.send(query('select generate_series(1,5000)'));
    await vi.waitFor(() => expect(talk.isHeldBack).toBe(true));
    const asked = talk.planner.asked.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(talk.planner.asked).toHaveLength(asked);
    expect(talk.lines[0]).toBe('T generate_series:23:0');
    talk.drain();
    await talk.session.settled();
    expect(talk.lines.slice(-2)).toEqual(['C SELECT 5000', 'Z I']);
  });

  it('of a limited Execute are never asked for beyond the limit', async () => {
    const talk = new Talk();
    await talk.say(parse('', 'select generate_series(1,5000)'), bind('', ''), execute('', 100), execute('', 10), sync);
    expect(talk.planner.asked).toEqual([64, 36, 10]);
    expect(talk.planner.closed).toBe(1);
  });

  it('that are read to their end hold nothing, though the transaction goes on', async () => {
    const talk = new Talk();
    await talk.say(query('begin'), parse('', 'select generate_series(1,3)'), bind('', ''), execute(), sync);
    expect(talk.planner.closed).toBe(1);
  });

  it('of small answers leave in one piece', async () => {
    const talk = new Talk();
    const before = talk.writtenBytes;
    const writes: number[] = [];
    talk.onWrite = (byteCount) => writes.push(byteCount);
    await talk.say('select 1; select 2');
    expect(writes).toHaveLength(1);
    expect(talk.writtenBytes).toBe(before + (writes[0] ?? 0));
  });
});

describe('the end of a session', () => {
  it('comes with Terminate, behind what was sent before it', async () => {
    const talk = new Talk();
    expect(await talk.say(query('select 1'), terminate, query('select 2'))).toBe('T ?column?:23:0 / D 1 / C SELECT 1 / Z I');
    expect(talk.isEnded).toBe(true);
    expect(talk.planner.planned).toEqual(['select 1']);
    expect(talk.planner.isClosed).toBe(true);
  });

  it('comes with Terminate soon, though a statement still runs', async () => {
    vi.useFakeTimers();
    const talk = new Talk();
    talk.send(query('select stuck'), terminate);
    await vi.advanceTimersByTimeAsync(300);
    expect(talk.isEnded).toBe(true);
    expect(talk.planner.signals[0]?.aborted).toBe(true);
    expect(talk.planner.closed).toBe(1);
  });

  it('comes at once when the client is gone, and frees everything', async () => {
    const talk = new Talk();
    await talk.say('begin; declare c cursor for select generate_series(1,9); fetch c');
    talk.send(query('select stuck'));
    await vi.waitFor(() => expect(talk.planner.opened).toBe(2));
    talk.session.clientGone();
    expect(talk.planner.signals[1]?.aborted).toBe(true);
    await vi.waitFor(() => expect(talk.planner.closed).toBe(2));
    await vi.waitFor(() => expect(talk.planner.isClosed).toBe(true));
    expect(talk.lines).toEqual([]);
  });

  it('is announced by a shutdown', async () => {
    const talk = new Talk();
    talk.send(query('select stuck'));
    await vi.waitFor(() => expect(talk.planner.opened).toBe(1));
    await talk.session.shutdown(
      new PgError('57P01', 'terminating connection due to administrator command', { severity: 'FATAL' }),
    );
    expect(talk.lines).toEqual(['E FATAL 57P01 terminating connection due to administrator command']);
    expect(talk.isEnded).toBe(true);
    await vi.waitFor(() => expect(talk.planner.closed).toBe(1));
  });

  it('comes with a password message that nobody asked for', async () => {
    const talk = new Talk();
    expect(await talk.say({ kind: 'password', body: new Uint8Array() })).toBe('E FATAL 08P01 invalid frontend message type 112');
    expect(talk.isEnded).toBe(true);
  });
});

describe('the server', () => {
  it('is told of each statement', async () => {
    const talk = new Talk({ settings: { application_name: 'x' } });
    await talk.say('select generate_series(1,3); set jit=off; select nope');
    expect(talk.reports.map(({ text, route, rowCount, sqlState }) => [text.trim(), route, rowCount, sqlState])).toEqual([
      ['select generate_series(1,3)', 'fake', 3, null],
      ['set jit=off', 'session', 0, null],
      ['select nope', 'plan', 0, '42703'],
    ]);
    expect(talk.reports[0]).toMatchObject({ processId: 4711, user: 'bi', database: 'redis', applicationName: 'x' });
    await talk.say(parse('', 'select $1::int'), bind('', '', ['1']), execute(), sync);
    expect(talk.reports).toHaveLength(4);
    await talk.say('selec');
    expect(talk.reports.at(-1)).toMatchObject({ text: 'selec', sqlState: '42601' });
  });

  it('sees what a session does', async () => {
    const talk = new Talk();
    expect(talk.session.activity).toMatchObject({ state: 'idle', query: '', transactionStartedAtMs: null });
    await talk.say('begin');
    expect(talk.session.activity).toMatchObject({ state: 'idle in transaction', query: 'begin' });
    expect(talk.session.activity.transactionStartedAtMs).not.toBeNull();
    await talk.say('select 1/0');
    expect(talk.session.activity.state).toBe('idle in transaction (aborted)');
    await talk.say('rollback');
    talk.send(query('select stuck'));
    expect(talk.session.activity).toMatchObject({ state: 'active', query: 'select stuck' });
    expect(talk.session.backlog).toBe(1);
    talk.send(query('select 2'));
    expect(talk.session.backlog).toBe(2);
    talk.session.clientGone();
    await vi.waitFor(() => expect(talk.session.backlog).toBe(0));
  });
});
