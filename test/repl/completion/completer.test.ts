import { describe, expect, it } from 'vitest';
import type { FunctionFact } from '../../../src/repl/completion/facts/facts.ts';
import { KNOWN, NOTHING_KNOWN, tabAt } from './known-catalogue.ts';

describe('the completer puts in what fits', () => {
  it.each([
    // Where a statement begins.
    ['sel|', 'select'],
    ['SELECT 1; SEL|', 'SELECT 1; SELECT'],
    ['EXPLAIN sel|', 'EXPLAIN select'],
    ['CREATE VIEW v AS SEL|', 'CREATE VIEW v AS SELECT'],
    ['SELECT * FROM (SEL|', 'SELECT * FROM (SELECT'],
    // Tables.
    ['SELECT * FROM us|', 'SELECT * FROM users'],
    ['SELECT * FROM tag|', "SELECT * FROM redis_set('tags:*')"],
    ['SELECT * FROM pa|', 'SELECT * FROM "Paid Orders"'],
    ['SELECT * FROM "Pa|', 'SELECT * FROM "Paid Orders"'],
    ['SELECT * FROM "Pa|" WHERE 1', 'SELECT * FROM "Paid Orders" WHERE 1'],
    ['SELECT * FROM users u JOIN Pa|', 'SELECT * FROM users u JOIN "Paid Orders"'],
    ['SELECT * FROM users, pai|', 'SELECT * FROM users, "Paid Orders"'],
    ['SELECT * FROM us| WHERE age > 1', 'SELECT * FROM users WHERE age > 1'],
    ['SELECT * FROM us|ers', 'SELECT * FROM users'],
    ['INSERT INTO |', 'INSERT INTO "Paid Orders"'],
    ['DROP VIEW |', 'DROP VIEW users'],
    ['DROP TABLE |', 'DROP TABLE "Paid Orders"'],
    ['WITH big AS (SELECT 1) SELECT * FROM b|', 'WITH big AS (SELECT 1) SELECT * FROM big'],
    ['SELECT * FROM redis_h|', "SELECT * FROM redis_hash('"],
    ["SELECT * FROM redis_h|('user:*')", "SELECT * FROM redis_hash('user:*')"],
    ['SELECT * FROM redis_ind|', 'SELECT * FROM redis_indexes()'],
    // Arguments of table functions.
    ["SELECT * FROM redis_hash('us|", "SELECT * FROM redis_hash('user:*'"],
    ["SELECT * FROM redis_hash('us|')", "SELECT * FROM redis_hash('user:*')"],
    ["SELECT * FROM redis_hash('us|') WHERE a = 'b'", "SELECT * FROM redis_hash('user:*') WHERE a = 'b'"],
    ["SELECT * FROM redis_hash('us|) WHERE", "SELECT * FROM redis_hash('user:*') WHERE"],
    ['SELECT * FROM redis_hash(us|)', "SELECT * FROM redis_hash('user:*')"],
    ["SELECT * FROM redis_hash('user:{|", "SELECT * FROM redis_hash('user:{id}'"],
    ["SELECT * FROM redis_hash('it|", "SELECT * FROM redis_hash('it''s:*'"],
    ["SELECT * FROM redis_set('|", "SELECT * FROM redis_set('tags:*'"],
    ["SELECT * FROM redis_search('|", "SELECT * FROM redis_search('idx:user'"],
    ["SELECT * FROM redis_search('idx:user', '@ci|", "SELECT * FROM redis_search('idx:user', '@city:"],
    ["SELECT * FROM redis_search('idx:user', 'fox @na|e:x')", "SELECT * FROM redis_search('idx:user', 'fox @name:x')"],
    [
      "SELECT * FROM redis_search('idx:user', '*', sort_by => '|",
      "SELECT * FROM redis_search('idx:user', '*', sort_by => 'name'",
    ],
    ["SELECT * FROM redis_hash('user:*', o|)", "SELECT * FROM redis_hash('user:*', on_error => )"],
    ["SELECT * FROM redis_hash('user:*', on_error => |)", "SELECT * FROM redis_hash('user:*', on_error => 'error')"],
    ["SELECT * FROM redis_hash('user:*', on_error => 'sk|)", "SELECT * FROM redis_hash('user:*', on_error => 'skip')"],
    ["SELECT * FROM redis_hash('user:*', all_varchar => t|)", "SELECT * FROM redis_hash('user:*', all_varchar => true)"],
    ["SELECT * FROM redis_hash('user:*', index => 'id|')", "SELECT * FROM redis_hash('user:*', index => 'idx:user')"],
    // Columns.
    ['SELECT na| FROM users', 'SELECT name FROM users'],
    ['SELECT NA| FROM users', 'SELECT name FROM users'],
    ['SELECT fi| FROM users', 'SELECT "first name" FROM users'],
    ['SELECT "fi| FROM users', 'SELECT "first name" FROM users'],
    ['SELECT ord| FROM users', 'SELECT "order" FROM users'],
    ['SELECT usid| FROM users', 'SELECT user_id FROM users'],
    ['SELECT u.na| FROM users AS u', 'SELECT u.name FROM users AS u'],
    ['SELECT users.| FROM users', 'SELECT users._key FROM users'],
    ['SELECT users.na|', 'SELECT users.name'],
    ['SELECT address.| FROM users', 'SELECT address.city FROM users'],
    ['SELECT u.address.z| FROM users u', 'SELECT u.address."zip code" FROM users u'],
    ['SELECT address.geo.la| FROM users', 'SELECT address.geo.lat FROM users'],
    ['SELECT to| FROM users u JOIN "Paid Orders" p ON true', 'SELECT total FROM users u JOIN "Paid Orders" p ON true'],
    ['SELECT nam| FROM users u JOIN "Paid Orders" p ON true', 'SELECT u.name FROM users u JOIN "Paid Orders" p ON true'],
    ['SELECT * FROM users WHERE ag|', 'SELECT * FROM users WHERE age'],
    ['SELECT avg(ag| FROM users', 'SELECT avg(age FROM users'],
    ['FROM users SELECT na|', 'FROM users SELECT name'],
    ['INSERT INTO "Paid Orders" (tot|', 'INSERT INTO "Paid Orders" (total'],
    ['UPDATE "Paid Orders" SET to|', 'UPDATE "Paid Orders" SET total'],
    ['SELECT age AS years FROM users ORDER BY yea|', 'SELECT age AS years FROM users ORDER BY years'],
    ['SELECT nam|', 'SELECT name'],
    // Functions.
    ['SELECT av|', 'SELECT avg('],
    ['SELECT av|(age) FROM users', 'SELECT avg(age) FROM users'],
    ['SELECT AV|', 'SELECT AVG('],
    ['SELECT now| FROM users', 'SELECT now() FROM users'],
    ['SELECT add_| FROM users', 'SELECT add_tax( FROM users'],
    // Words.
    ['SELECT * FROM users wh|', 'SELECT * FROM users where'],
    ['select * from users WH|', 'select * from users WHERE'],
    ['select * from users |', 'select * from users where'],
    ['SELECT age |', 'SELECT age FROM'],
    ['SELECT * FROM users WHERE age > 1 gro|', 'SELECT * FROM users WHERE age > 1 group by'],
    ['SELECT age::big|', 'SELECT age::bigint'],
    ['SELECT CAST(age AS VAR|', 'SELECT CAST(age AS VARCHAR'],
    // Settings.
    ['SET on_f|', 'SET on_full_scan = '],
    ['SET on_full_scan = |', "SET on_full_scan = 'allow'"],
    ["SET on_full_scan TO 're|", "SET on_full_scan TO 'refuse'"],
    ['SHOW time|', 'SHOW TimeZone'],
    ['RESET on|', 'RESET on_full_scan'],
    // Commands.
    ['.tab|', '.tables'],
    ['\\dt|', '\\dt'],
    ['.timer o|', '.timer on'],
    ['SELECT 1;\n.timer o|', 'SELECT 1;\n.timer on'],
    ['.tables u|', '.tables users'],
    ['.describe us|', '.describe users'],
    ['.describe ta|', '.describe tags:*'],
    ['\\d paid|', '\\d "Paid Orders"'],
    ['.describe redis_ha|', ".describe redis_hash('"],
    [".describe redis_hash('it|", ".describe redis_hash('it''s:*'"],
    ["\\d redis_hash('us|", "\\d redis_hash('user:*'"],
    ['.keys us|', '.keys user:*'],
    ['.watch 2 SELECT na| FROM users', '.watch 2 SELECT name FROM users'],
    // Files.
    ['.read package.js|', '.read package.json'],
    ["SELECT * FROM read_csv('package.js|", "SELECT * FROM read_csv('package.json"],
    ["COPY users TO 'src/re|", "COPY users TO 'src/repl/"],
  ])('%s', async (marked, expected) => {
    expect((await tabAt(marked)).first).toBe(expected);
  });

  it.each([
    'SELECT -- na|',
    'SELECT /* na| */ 1',
    "SELECT 'na|' FROM users",
    'SELECT $$na|$$ FROM users',
    'SELECT 12|',
    'SELECT age AS |',
    'CREATE VIEW |',
    'CREATE TABLE IF NOT EXISTS |',
    '.version |',
    '.nothing |',
    "SELECT * FROM redis_hash('nothing|",
    "SELECT 'it''s na|'",
  ])('but nothing at %s', async (marked) => {
    expect((await tabAt(marked)).completion).toBeNull();
  });
});

describe('the menu', () => {
  it('shows kinds, types, counts and summaries beside labels without quotes', async () => {
    const labels = async (marked: string) => (await tabAt(marked)).completion?.candidates.slice(0, 2);
    expect(await labels('SELECT fir| FROM users')).toEqual([
      { text: '"first name"', label: 'first name', detail: 'VARCHAR', kind: 'column' },
      { text: 'first', label: 'first', detail: '', kind: 'keyword' },
    ]);
    expect(await labels("FROM redis_hash('us|")).toEqual([
      { text: "user:*'", label: 'user:*', detail: 'hash, about 12,408', kind: 'key' },
      { text: "user:{id}'", label: 'user:{id}', detail: 'a template', kind: 'key' },
    ]);
    expect(await labels('SELECT man|')).toEqual([
      { text: 'many(', label: 'many(a, b, c, d, …)', detail: 'BIGINT', kind: 'function' },
    ]);
    expect(await labels('.ta|')).toEqual([
      { text: '.tables', label: '.tables [PATTERN]', detail: 'views and tables', kind: 'command' },
    ]);
    expect(await labels("FROM redis_search('|")).toEqual([
      { text: "idx:user'", label: 'idx:user', detail: 'HASH, 12,408 documents', kind: 'index' },
    ]);
  });

  it('puts own functions first, then those that are used most', async () => {
    const names = ['col_description', 'combine', 'concat', 'contains', 'corr', 'count', 'count_mine'];
    const functions = names.map(
      (name): FunctionFact => ({
        ...{ name, kind: 'scalar', parameters: ['x'], isBare: false, returnType: null, isOwn: name === 'count_mine' },
      }),
    );
    const { texts } = await tabAt('SELECT co|', { ...KNOWN, tables: [], functions });
    expect(texts.slice(0, 7)).toEqual([
      'count_mine(',
      'count(',
      'coalesce(',
      'concat(',
      'contains(',
      'col_description(',
      'combine(',
    ]);
    expect((await tabAt('SELECT co|', NOTHING_KNOWN)).texts.slice(0, 3)).toEqual(['count(', 'coalesce(', 'concat(']);
  });

  it('offers no words of SQL where a thing is to be described', async () => {
    expect((await tabAt('.describe ca|')).texts).toEqual([]);
    expect((await tabAt('.describe |')).texts.slice(0, 3)).toEqual(['users', '"Paid Orders"', 'user:*']);
  });

  it('calls types of keys what the map of keys calls them', async () => {
    const keys = [{ pattern: 'doc:*', template: 'doc:{id}', type: 'ReJSON-RL', count: 1_200 }];
    const { completion } = await tabAt("FROM redis_json('|", { ...KNOWN, keys });
    expect(completion?.candidates[0]?.detail).toBe('json, about 1,200');
  });

  it('puts columns before functions before other keywords', async () => {
    const { completion } = await tabAt('SELECT a| FROM users');
    const kinds = completion?.candidates.map(({ kind }) => kind) ?? [];
    expect(completion?.candidates.slice(0, 2).map(({ text }) => text)).toEqual(['age', 'address']);
    expect(kinds.indexOf('function')).toBeLessThan(kinds.lastIndexOf('keyword'));
    expect(kinds.lastIndexOf('column')).toBeLessThan(kinds.indexOf('function'));
  });

  it('leaves out arguments that are given already', async () => {
    expect((await tabAt("FROM redis_hash('user:*', columns => {'a': 'BIGINT'}, |)")).texts).toEqual([
      'on_error => ',
      'index => ',
      'all_varchar => ',
    ]);
  });

  it('offers no text with control characters, and draws none', async () => {
    const key = { pattern: 'a\u001b[31m:*', template: 'a\u001b[31m:{id}', type: 'hash', count: 1 };
    const index = { name: 'b', keyType: 'HA\u001bSH', documents: 1, attributes: [] };
    const facts = { ...KNOWN, keys: [key], indexes: [index] };
    expect((await tabAt("FROM redis_hash('|", facts)).completion).toBeNull();
    expect((await tabAt("FROM redis_search('|", facts)).completion?.candidates[0]?.detail).not.toContain('\u001b');
  });

  it('offers words and common functions where nothing is known', async () => {
    expect((await tabAt('SELECT su|', NOTHING_KNOWN)).texts).toContain('sum(');
    expect((await tabAt('sel|', NOTHING_KNOWN)).texts).toEqual(['select']);
    expect((await tabAt('SELECT * FROM t wh|', NOTHING_KNOWN)).first).toBe('SELECT * FROM t where');
  });

  it('is there in a moment for 2,000 functions, 10,000 patterns of keys and 500 columns', async () => {
    const columns = Array.from({ length: 500 }, (_, at) => ({ name: `column_${at}`, type: 'VARCHAR' }));
    const [one] = KNOWN.functions;
    const facts = {
      ...KNOWN,
      tables: [{ name: 'big', kind: 'view' as const, columns }],
      functions: Array.from({ length: 2_000 }, (_, at) => ({ ...one, name: `f_${at}` }) as (typeof KNOWN.functions)[number]),
      keys: Array.from({ length: 10_000 }, (_, at) => ({
        pattern: `k${at}:*`,
        template: `k${at}:{id}`,
        type: 'hash',
        count: at,
      })),
    };
    const places = [
      'SELECT | FROM big',
      'SELECT f| FROM big',
      'SELECT zq| FROM big',
      "FROM redis_hash('|",
      "FROM redis_hash('k9|",
    ];
    for (const marked of places) {
      await tabAt(marked, facts);
      const startMs = performance.now();
      await tabAt(marked, facts);
      // 2 ms on an idle machine; tests share theirs.
      expect(performance.now() - startMs, marked).toBeLessThan(100);
    }
  });
});

describe('tables of the query', () => {
  it.each([
    ['SELECT | FROM users u', ['users']],
    ["SELECT | FROM redis_hash('user:*', on_error => 'skip') h", ["redis_hash('user:*', on_error => 'skip')"]],
    ["SELECT | FROM 'a.csv'", ["'a.csv'"]],
    ['SELECT | FROM a.b.c, d', ['a.b.c', 'd']],
    ['SELECT * FROM a JOIN b USING (x) LEFT JOIN c ON |', ['a', 'b', 'c']],
    ['SELECT | FROM (SELECT 1 AS x) s', ['(SELECT 1 AS x)']],
    ['SELECT * FROM outer_table o WHERE EXISTS (SELECT 1 FROM i WHERE |)', ['i', 'outer_table']],
    ['SELECT * FROM a UNION ALL SELECT | FROM b', ['b']],
    ['SELECT | FROM a UNION ALL SELECT * FROM b', ['a']],
    ['SELECT | FROM a; SELECT * FROM b', ['a']],
    ['SELECT (SELECT max(x) FROM inner_table) + | FROM a', ['a']],
    ['SELECT avg(| FROM a', ['a']],
    ['DELETE FROM a WHERE |', ['a']],
    ['UPDATE a SET x = |', ['a']],
    ['SELECT | FROM (SELECT * FROM a', []],
  ])('%s', async (marked, expected) => {
    expect((await tabAt(marked)).relations.map(({ table }) => table)).toEqual(expected);
  });

  it('takes the WITH clause along where a table comes out of it', async () => {
    const { relations, texts } = await tabAt('WITH a AS (SELECT 1 AS x), b AS (FROM a) SELECT | FROM b JOIN c ON true', KNOWN, {
      b: ['x'],
    });
    expect(relations).toEqual([
      { table: 'b', tableName: 'b', name: 'b', withClause: 'WITH a AS (SELECT 1 AS x), b AS (FROM a)' },
      { table: 'c', tableName: 'c', name: 'c', withClause: '' },
    ]);
    expect(texts[0]).toBe('x');
  });

  it('offers columns that a table has on demand', async () => {
    expect((await tabAt("SELECT _| FROM redis_hash('user:*')", KNOWN, { "redis_hash('user:*')": ['_key'] })).texts).toEqual([
      '_key',
      '_ttl',
      '_fields',
    ]);
  });
});
