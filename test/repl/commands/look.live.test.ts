import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitStatements } from '../../../src/sql/index.ts';
import { ControlClient, endpointFrom } from '../../../src/storage/index.ts';
import { fillUsers, type LiveSession, startLive } from '../../support/live-session.ts';
import { MemoryShell, type MemoryShellOptions, runLine } from '../../support/shell.ts';

let live: LiveSession;
let client: ControlClient;

beforeAll(async () => {
  live = await startLive();
  client = new ControlClient(endpointFrom('default', { url: live.redis.url }));
});

afterAll(async () => {
  await client.close();
  await live[Symbol.asyncDispose]();
});

function shellWith(options: MemoryShellOptions = {}): MemoryShell {
  return new MemoryShell({ session: live.session, redis: client, columns: 100, ...options });
}

async function textOf(line: string, options: MemoryShellOptions = {}): Promise<string> {
  const shell = shellWith(options);
  await runLine(shell, line);
  return shell.text;
}

async function make(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await live.session.query(statement).rows();
}

describe('a database without views', () => {
  it('without keys says so', async () => {
    expect(await textOf('.tables')).toBe('No views or tables in this session yet.\n127.0.0.1:6379 has no keys.');
    expect(await textOf('.schema')).toMatch(/^No views, tables or macros/);
  });

  it('shows what its keys could be', async () => {
    await fillUsers(live.redis, 50);
    await live.redis.call('ZADD', 'board', '1', 'a');
    const text = await textOf('\\d');
    expect(text).toMatch(/^redis_hash\('user:\*'\) {2}hash {4}50$/m);
    expect(text).toMatch(/^redis_zset\('board'\) {3}zset {5}1$/m);
    expect(text).toContain("Try: FROM redis_hash('user:*') LIMIT 10;");
  });

  it('suggests what can be run where keys have hash tags or blanks', async () => {
    for (let n = 1; n <= 70; n++) await live.redis.call('HSET', `{shop:${n}}:it's stock`, 'pears', '3');
    const text = await textOf('.tables');
    const call = /^Try: FROM (.*) LIMIT 10;/m.exec(text)?.[1] ?? '';
    expect(call).toContain('stock');
    expect((await live.session.query(`FROM ${call}`).rows()).length).toBe(70);
    for (let n = 1; n <= 70; n++) await live.redis.call('DEL', `{shop:${n}}:it's stock`);
  });

  it('shows that beside the last result, too', async () => {
    await make('CREATE TABLE _ AS SELECT 1 AS n');
    const shell = shellWith();
    await runLine(shell, '.tables');
    expect(shell.shown[0]).toMatch(/^_ +last result +1 +1$/m);
    expect(shell.shown[1]).toContain("redis_hash('user:*')");
    expect(await textOf('.schema')).toMatch(/^No views/);
    await make('DROP TABLE _');
  });
});

describe('the lists', () => {
  beforeAll(async () => {
    await live.redis.call('HSET', 'user:7', 'age', 'n/a');
    await make(
      // Made anew after what reads it, so that the order of making is not that of need.
      "CREATE VIEW zusers AS FROM redis_hash('user:*', sample_size => 2000)",
      "CREATE VIEW grown AS SELECT name, age FROM zusers WHERE name <> ''",
      "CREATE OR REPLACE VIEW zusers AS FROM redis_hash('user:*', sample_size => 1000)",
      "CREATE VIEW pair(a, b) AS SELECT u.name, k._type FROM redis_hash('user:{id}') u JOIN redis_keys('*') k USING (_key)",
      "CREATE TABLE kept AS SELECT 1 AS a, 'x' AS b",
      'CREATE MACRO twice(a) AS a * 2',
      "CREATE MACRO named(p) AS TABLE SELECT * FROM redis_hash('user:*') WHERE name = p",
    );
  });

  it('show views and tables, what they have and what they are made of', async () => {
    expect((await textOf('.tables')).split('\n')).toEqual([
      'name    kind   columns  rows  made of',
      `grown   view         2        SELECT "name", age FROM zusers WHERE ("name" != '')`,
      "pair    view         2        redis_hash('user:{id}'), redis_keys('*')",
      "zusers  view         4        redis_hash('user:*', …)",
      'kept    table        2     1',
    ]);
  });

  it.each([
    ['\\dt', ['kept']],
    ['\\dv', ['grown', 'pair', 'zusers']],
    ['\\dt+ k*', ['kept']],
    ['.tables *R*', ['grown', 'pair', 'zusers']],
  ])('%s shows its kind and what fits', async (line, names) => {
    const [, ...lines] = (await textOf(line)).split('\n');
    expect(lines.map((row) => row.split(' ')[0])).toEqual(names);
  });

  it('say what there is where nothing fits', async () => {
    expect(await textOf('.tables zz*')).toBe('No view or table like zz*; there are: grown, pair, zusers, kept');
  });

  it('make views, tables and macros again, in an order that works', async () => {
    const text = await textOf('.schema');
    expect(text).not.toContain('_scan');
    const names = [...text.matchAll(/^CREATE \w+ "?(\w+)/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['grown', 'kept', 'named', 'pair', 'twice', 'zusers']));
    expect(names.indexOf('zusers')).toBeLessThan(names.indexOf('grown'));
    await using other = await startLive();
    await fillUsers(other.redis, 3);
    for (const statement of splitStatements(text)) await other.session.query(statement.text).rows();
    const rows = await other.session.query('SELECT twice(21) AS n, count(*)::INTEGER AS users FROM grown').rows();
    expect(rows).toEqual([{ n: 42, users: 3 }]);
  });

  it('are written to a file byte for byte, and to the window without control characters', async () => {
    await make("CREATE VIEW odd AS SELECT '\u001b[2J' AS clear");
    const shell = shellWith();
    await runLine(shell, '.schema odd');
    for (const once of ['odd.sql', '|cat']) {
      shell.settings.once = once;
      await runLine(shell, '.schema odd');
    }
    expect(shell.shown.map((text) => /'(.*)\[2J'/.exec(text)?.[1])).toEqual(['\\x1b', '\u001b', '\\x1b']);
    await make('DROP VIEW odd');
  });

  it('make one of them again, or say which may be meant', async () => {
    expect(await textOf('.schema kept')).toBe('CREATE TABLE kept(a INTEGER, b VARCHAR);');
    await expect(textOf('.schema zuser')).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE', hint: 'did you mean zusers?' });
  });

  it('show functions of our own and of the session, those of DuckDB by a pattern', async () => {
    const own = await textOf('\\df');
    for (const name of ['redis_hash(', 'match(', 'geo_within(', 'twice(a)', 'named(p)']) expect(own).toContain(name);
    expect(own).not.toMatch(/_scan|redis_agg|list_sum/);
    expect(await textOf('\\df list_s?m')).toMatch(/^list_sem.*\nlist_sum/m);
    expect(await textOf('\\df zz_%*')).toBe('No function like zz_%*.');
  });

  it('are cut to a narrow window, and whole in a file', async () => {
    const narrow = await textOf('.tables', { columns: 40 });
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    const shell = shellWith({ columns: 20, hasColour: true });
    shell.settings.output = 'tables.txt';
    await runLine(shell, '.tables');
    expect(shell.text).toContain("pair    view         2        redis_hash('user:{id}'), redis_keys('*')");
  });
});

describe('.describe', () => {
  it('tells of a call what the sample said', async () => {
    const text = await textOf(".describe redis_hash('user:*')");
    expect(text).toMatch(/^redis_hash\('user:\*'\) · sample of 50 keys\ncolumn {2}type +null {2}examples/);
    expect(text).toMatch(/^name +VARCHAR +User Number \d+/m);
    expect(text).toMatch(/^age +VARCHAR +[\w/, ]+ +98% BIGINT, not n\/a$/m);
    expect(text).toMatch(/^score +DOUBLE +[\d., ]+$/m);
  });

  it('tells the same of a view of one call, with the types that the view has', async () => {
    await live.redis.call('HSET', 'user:1', 'city', 'Paris');
    const text = await textOf('\\d ZUSERS;');
    expect(text).toMatch(/^zusers · view · of redis_hash\('user:\*', …\) · sample of 50 keys\n/);
    expect(text).toMatch(/^age .*98% BIGINT/m);
    expect(text).not.toContain('city');
  });

  it('tells types alone where nothing was sampled', async () => {
    expect(await textOf('.describe pair')).toBe(
      "pair · view · of redis_hash('user:{id}'), redis_keys('*')\ncolumn  type\na       VARCHAR\nb       VARCHAR",
    );
    expect(await textOf('.describe kept')).toBe('kept · table · of 1 row\ncolumn  type\na       INTEGER\nb       VARCHAR');
  });

  it('takes a pattern of names', async () => {
    const shell = shellWith();
    await runLine(shell, '\\d *n*');
    expect(shell.shown.map((text) => text.split(' ')[0])).toEqual(['grown']);
    await runLine(shell, '\\d *');
    expect(shell.shown.length).toBe(5);
  });

  it.each([
    ['person', /\.tables lists .*\.describe person:\*$/],
    ['zuser', /did you mean zusers\?/],
    ['person:*', /\.keys shows/],
  ])('says of %s what may be meant', async (name, hint) => {
    await expect(textOf(`.describe ${name}`)).rejects.toMatchObject({
      code: 'RQ_UNKNOWN_TABLE',
      hint: expect.stringMatching(hint),
    });
  });

  it.each([
    ['user:*', "redis_hash('user:*')"],
    ["'user:*'", "redis_hash('user:*')"],
    ['user:{id}', "redis_hash('user:{id}')"],
    ['user:7', "redis_hash('user:7')"],
    ['board', "redis_zset('board')"],
  ])('takes keys by a pattern: %s', async (argument, call) => {
    const shell = shellWith();
    await runLine(shell, `.describe ${argument}`);
    expect(shell.said).toEqual([]);
    expect(shell.shown.map((text) => text.split(' · ')[0]?.split('\n')[0])).toEqual([call]);
  });

  it('describes keys of several types one after another, and says so', async () => {
    await live.redis.call('HSET', 'mix:1', 'a', '1');
    await live.redis.call('HSET', 'mix:2', 'a', '2');
    await live.redis.call('RPUSH', 'mix:3', 'x');
    const shell = shellWith();
    await runLine(shell, '.describe mix:*');
    expect(shell.said).toEqual(['mix:*: 2 hash, 1 list keys']);
    expect(shell.shown.map((text) => text.split('\n')[0])).toEqual([
      "redis_hash('mix:*') · sample of 2 keys",
      expect.stringMatching(/^redis_list\('mix:\*'\)/),
    ]);
  });

  it('takes keys that a user may not look at for none', async () => {
    await live.redis.call('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '+ping');
    const blind = new ControlClient(endpointFrom('default', { url: live.redis.url.replace('redis://', 'redis://blind:pw@') }));
    try {
      await expect(textOf('.describe mix:*', { redis: blind })).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
    } finally {
      await blind.close();
    }
  });

  it('passes on what is wrong with a call', async () => {
    await expect(textOf(".describe redis_hsah('x')")).rejects.toMatchObject({ code: 'RQ_UNKNOWN_FUNCTION' });
  });

  it('ends at Ctrl-C', async () => {
    await expect(runLine(shellWith(), '.describe kept', AbortSignal.abort())).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });
});
