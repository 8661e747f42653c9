/** SET, SHOW, RESET and what the client is told. Unless said otherwise, the answers are those of PostgreSQL 15.20 and 18.6. */
import { describe, expect, it } from 'vitest';
import { bind, execute, parse, sync, Talk } from './wire-talk.ts';

/** Sets a value and shows it. */
async function shown(name: string, value: string): Promise<string> {
  const talk = new Talk();
  const answer = await talk.say(`set ${name} = ${value}`);
  if (answer.includes('E ERROR')) return answer.replace(/ \/ Z I$/, '').replace('E ERROR ', '');
  const line = (await talk.say(`show ${name}`)).split(' / ').find((one) => one.startsWith('D '));
  return line?.slice(2) ?? '';
}

it('shows the limit of statements that holds for the user', async () => {
  const talk = new Talk({ user: { statementTimeoutMs: 30_000 } });
  const shown = async (text: string): Promise<string | undefined> => {
    await talk.say(text, 'show statement_timeout');
    return talk.lines.find((line) => line.startsWith('D '));
  };
  expect(await shown('begin; commit')).toBe('D 30s');
  expect(await shown("set statement_timeout = '5s'")).toBe('D 5s');
  expect(await shown('set statement_timeout = 0')).toBe('D 30s');
  expect(await shown("set statement_timeout = '1h'")).toBe('D 30s');
  expect(await shown('reset statement_timeout')).toBe('D 30s');
});

describe('a value', () => {
  it.each([
    ['statement_timeout', "'5s'", '5s'],
    ['statement_timeout', '90000', '90s'],
    ['statement_timeout', '60000', '1min'],
    ['statement_timeout', "'1.5s'", '1500ms'],
    ['statement_timeout', "'0.7'", '1ms'],
    ['work_mem', "'10000 kB'", '10000kB'],
    ['work_mem', "'1GB'", '1GB'],
    ['temp_buffers', '1000', '8000kB'],
    ['vacuum_cost_delay', "'1500us'", '1500us'],
    ['seq_page_cost', '0.1', '0.1'],
    ['seq_page_cost', '1e10', '1e+10'],
    ['extra_float_digits', '-15', '-15'],
    ['jit', 'y', 'on'],
    ['jit', "'fals'", 'off'],
    ['synchronous_commit', 'true', 'on'],
    ['intervalstyle', 'ISO_8601', 'iso_8601'],
    ['datestyle', "'YMD, ISO'", 'ISO, YMD'],
    ['datestyle', 'sql,dmy', 'SQL, DMY'],
    ['datestyle', 'german', 'German, DMY'],
    ['datestyle', "'european'", 'ISO, DMY'],
    ['timezone', "'europe/oslo'", 'Europe/Oslo'],
    ['timezone', "'us/pacific'", 'us/pacific'],
    ['timezone', '-5', '<-05>+05'],
    ['timezone', '5.5', '<+05:30>-05:30'],
    ['timezone', "'UTC+3'", 'UTC+3'],
    ['search_path', '"X", public, \'a b\'', '"X", public, "a b"'],
    ['search_path', "'a,b'", '"a,b"'],
    ['search_path', "''", '""'],
    ['client_encoding', "'utf-8'", 'UTF8'],
    ['client_encoding', "'unicode'", 'UTF8'],
    ['application_name', "'é'", '\\xc3\\xa9'],
    ['a.b', '1', '1'],
    ['a.b.c', "'x'", 'x'],
    ['role', 'none', 'none'],
    ['session_authorization', "'bi'", 'bi'],
    // redquery's own.
    ['max_scan_keys', '1000', '1000'],
    ['max_scan_keys', "'none'", ''],
    ['use_indexes', 'off', 'false'],
    ['on_full_scan', "'WARN'", 'warn'],
  ])('of %s = %s is shown as %s after %s', async (name, value, expected) => {
    expect(await shown(name, value)).toBe(expected);
  });

  it.each([
    [
      'statement_timeout',
      '-1',
      '22023 -1 ms is outside the valid range for parameter "statement_timeout" (0 ms .. 2147483647 ms)',
    ],
    ['statement_timeout', "'abc'", '22023 invalid value for parameter "statement_timeout": "abc"'],
    ['statement_timeout', "'1 parsec'", '22023 invalid value for parameter "statement_timeout": "1 parsec"'],
    ['work_mem', '1.2', '22023 1 kB is outside the valid range for parameter "work_mem" (64 kB .. 2097151 kB)'],
    ['extra_float_digits', '9', '22023 9 is outside the valid range for parameter "extra_float_digits" (-15 .. 3)'],
    ['geqo_seed', '1.5', '22023 1.5 is outside the valid range for parameter "geqo_seed" (0 .. 1)'],
    ['bytea_output', 'foo', '22023 invalid value for parameter "bytea_output": "foo"'],
    ['jit', 'maybe', '22023 parameter "jit" requires a Boolean value'],
    ['jit', 'on, off', '22023 SET jit takes only one argument'],
    ['nope', '1', '42704 unrecognized configuration parameter "nope"'],
    ['"a.1"', '1', '42602 invalid configuration parameter name "a.1"'],
    ['server_version', "'1'", '55P02 parameter "server_version" cannot be changed'],
    ['is_superuser', 'on', '55P02 parameter "is_superuser" cannot be changed'],
    ['max_connections', '1', '55P02 parameter "max_connections" cannot be changed without restarting the server'],
    ['fsync', 'on', '55P02 parameter "fsync" cannot be changed now'],
    ['log_statement', "'all'", '42501 permission denied to set parameter "log_statement"'],
    ['datestyle', 'foo', '22023 invalid value for parameter "DateStyle": "foo"'],
    ['datestyle', "'iso,mdy,dmy'", '22023 invalid value for parameter "DateStyle": "iso,mdy,dmy"'],
    ['timezone', "'foo/bar'", '22023 invalid value for parameter "TimeZone": "foo/bar"'],
    ['timezone', "''", '22023 invalid value for parameter "TimeZone": ""'],
    ['client_encoding', "'foo'", '22023 invalid value for parameter "client_encoding": "foo"'],
    ['default_transaction_isolation', "'foo'", '22023 invalid value for parameter "default_transaction_isolation": "foo"'],
    ['role', 'nope', '22023 role "nope" does not exist'],
    ['session_authorization', "'nope'", '22023 role "nope" does not exist'],
    // redquery's own: PostgreSQL takes LATIN1.
    ['client_encoding', "'latin1'", '0A000 conversion between latin1 and UTF8 is not supported'],
    ['max_scan_keys', '-3', '22023 invalid value for parameter "max_scan_keys": "-3"'],
  ])('of %s = %s is refused: %s', async (name, value, expected) => {
    expect(await shown(name, value)).toBe(expected);
  });
});

describe('SHOW', () => {
  it('names its column as PostgreSQL writes the setting', async () => {
    expect(await new Talk().say('show time zone')).toBe('T TimeZone:25:0 / D UTC / C SHOW / Z I');
    expect(await new Talk().say('show nope')).toBe('E ERROR 42704 unrecognized configuration parameter "nope" / Z I');
  });

  it('lists all settings in the order of their names', async () => {
    const lines = (await new Talk().say('show all')).split(' / ').filter((line) => line.startsWith('D '));
    const names = lines.map((line) => line.slice(2).split('|')[0]?.toLowerCase() ?? '');
    expect(names).toEqual([...names].sort());
    expect(names.length).toBeGreaterThan(350);
    expect(lines).toContain('D server_version_num|180006|');
  });
});

describe('the end of a transaction', () => {
  it('takes SET back when it is rolled back, and SET LOCAL always', async () => {
    const talk = new Talk();
    expect(await talk.say("begin; set application_name='x'")).toBe('C BEGIN / C SET / S application_name=x / Z T');
    expect(await talk.say('rollback')).toBe('C ROLLBACK / S application_name= / Z I');
    expect(await talk.say("begin; set local application_name='l'")).toBe('C BEGIN / C SET / S application_name=l / Z T');
    expect(await talk.say('commit')).toBe('C COMMIT / S application_name= / Z I');
    expect(await talk.say("begin; set application_name='z'; select 1/0")).toBe(
      'C BEGIN / C SET / E ERROR 22012 division by zero / Z E',
    );
    expect(await talk.say('rollback')).toBe('C ROLLBACK / Z I');
  });

  it('is felt at savepoints, too', async () => {
    const talk = new Talk();
    const answer = await talk.say("begin; set application_name='a'; savepoint s; set application_name='b'; rollback to s");
    expect(answer).toBe('C BEGIN / C SET / C SAVEPOINT / C SET / C ROLLBACK / S application_name=a / Z T');
    expect(await talk.say("set local application_name='l'; commit")).toBe('C SET / C COMMIT / Z T'.replace('Z T', 'Z I'));
    expect(await talk.say('show application_name')).toContain('D a /');
  });

  it('keeps what set_config() has set unless it was local', async () => {
    const talk = new Talk();
    expect(await talk.say("select set_config('application_name','configured',true)")).toContain(
      'D configured / C SELECT 1 / Z I',
    );
    expect(await talk.say('show application_name')).toContain('D  /');
    expect(await talk.say("select set_config('application_name','configured',false)")).toContain('S application_name=configured');
  });
});

describe('the client', () => {
  it('is told of reported settings once before ReadyForQuery', async () => {
    const talk = new Talk();
    expect(await talk.say("set application_name='1'; set application_name='2'; set datestyle='iso, ymd'; set jit=off")).toBe(
      'C SET / C SET / C SET / C SET / S application_name=2 / S DateStyle=ISO, YMD / Z I',
    );
    expect(await talk.say(parse('', "set timezone='gmt'"), bind('', ''), execute(), sync)).toBe(
      '1 / 2 / C SET / S TimeZone=GMT / Z I',
    );
    expect(await talk.say('reset all')).toBe('C RESET / S application_name= / S DateStyle=ISO, MDY / S TimeZone=UTC / Z I');
  });

  it('sets what transactions begin with', async () => {
    const talk = new Talk();
    expect(await talk.say('set session characteristics as transaction isolation level serializable, read only')).toBe(
      'C SET / S default_transaction_read_only=on / Z I',
    );
    expect(await talk.say('show transaction_isolation')).toContain('D serializable');
    expect(await talk.say('show transaction_read_only')).toContain('D on');
  });

  it('keeps what its startup message said, and RESET comes back to it', async () => {
    const talk = new Talk({
      settings: { application_name: 'bi tool', timezone: 'europe/oslo', statement_timeout: '1s', user: 'bi' },
    });
    expect(talk.lines).toContain('S TimeZone=Europe/Oslo');
    await talk.say("set timezone='UTC'");
    expect(await talk.say('reset timezone')).toBe('C RESET / S TimeZone=Europe/Oslo / Z I');
    expect(await talk.say('show statement_timeout')).toContain('D 1s');
  });

  it.each([
    [{ nope: '1' }, 'E FATAL 42704 unrecognized configuration parameter "nope"'],
    [{ datestyle: 'nope' }, 'E FATAL 22023 invalid value for parameter "DateStyle": "nope"'],
    [{ max_connections: '1' }, 'E FATAL 55P02 parameter "max_connections" cannot be changed without restarting the server'],
  ])('is turned away with %j', (settings, answer) => {
    const talk = new Talk({ settings });
    expect(talk.lines).toEqual([answer]);
    expect(talk.isEnded).toBe(true);
  });

  it('hears only the notices that it wants', async () => {
    const talk = new Talk();
    await talk.say('set client_min_messages = error');
    expect(await talk.say('commit')).toBe('C COMMIT / Z I');
    await talk.say('set client_min_messages = debug1');
    expect(await talk.say('commit')).toBe('N WARNING 25P01 there is no transaction in progress / C COMMIT / Z I');
  });
});
