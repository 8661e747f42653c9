import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from '../../../src/repl/input/secrets.ts';

/** Put together here, so that no scanner of sources takes them for real ones. */
const made = (start: string, count: number): string => start + 'Ab3dE'.repeat(count).slice(0, count);

describe('mayHoldSecret', () => {
  it.each([
    // Redis.
    'CONFIG SET requirepass hunter2;',
    'config set masterauth hunter2',
    'CONFIG SET tls-key-file-pass x;',
    'SENTINEL SET mymaster auth-pass x',
    'AUTH hunter2',
    'auth ann hunter2;',
    'ACL SETUSER ann on >hunter2',
    'HELLO 3 AUTH ann hunter2',
    '.redis HELLO 3',
    'MIGRATE host 6379 k 0 5000 AUTH2 ann x',
    // Command lines and variables.
    'redis-cli -a hunter2',
    '!redis-cli -h db -ahunter2',
    'redis-cli --pass x',
    'REDISCLI_AUTH=x',
    'export REDISCLI_AUTH="x"',
    'PGPASSWORD=x psql',
    'redquery -a hunter2',
    // Users before hosts.
    '.connect redis://ann:hunter2@host:6379',
    '.connect rediss://:p%2Fw@host',
    '.connect redis://:p/w@host',
    '.connect ann:hunter2@db:6379',
    '.connect :hunter2@db',
    '.connect "redis://u:hun ter2@h"',
    '.connect redis://u:hun ter2@h',
    ".connect redis://u:hun'ter2@h",
    '\\c ann@db',
    'SELECT 1;\n.connect ann@db',
    "SELECT * FROM read_csv('https://ann:x@host/a.csv');",
    "SELECT 'postgres://u:hun ter2@h';",
    "ATTACH 'ann:hunter2@db' AS x;",
    // Names.
    "SELECT * FROM t WHERE password = 'hunter2';",
    "SELECT * FROM t WHERE pass='hunter2';",
    "SELECT * FROM t WHERE userPass = 'hunter2';",
    "WHERE PassWord = 'x'",
    "WHERE db_pw = 'x'",
    "WHERE dbpwd = 'x'",
    "WHERE passphrase = 'x'",
    'CREATE SECRET s (TYPE s3);',
    "CREATE\n  SECRET s (\n  TYPE s3,\n  KEY_ID 'x');",
    "SET s3_access_key_id = 'x';",
    "SET s3_secret_access_key='x'",
    "SELECT 'x' AS api_key;",
    'x-api-key: abc',
    'apikey abc',
    "WHERE session_token = 'x'",
    'SELECT token FROM t;',
    'SELECT id_token FROM t;',
    "WHERE accessToken = 'x'",
    "WHERE accesstoken = 'x'",
    "WHERE tokens = 'x'",
    "WHERE machine_key = 'x'",
    "WHERE cookie = 'x'",
    "WHERE machine_key\n  = 'x'",
    "WHERE account_key = 'x'",
    `{"machine_key": "x"}`,
    "ATTACH 'f.db' AS f (ENCRYPTION_KEY 'x');",
    'SELECT private_key FROM t',
    "CREATE USER ann IDENTIFIED BY 'x'",
    "SELECT 'Bearer abcdef';",
    'Authorization: Basic abc',
    'SELECT oauth_code FROM t',
    // Shapes.
    `SELECT '${made('sk-', 22)}';`,
    `SELECT '${made('sk_live_', 22)}';`,
    `SELECT '${made('ghp_', 36)}';`,
    `SELECT '${made('github_pat_', 22)}';`,
    `SELECT '${made('glpat-', 20)}';`,
    `SELECT '${made('xoxb-', 20)}';`,
    `SELECT '${made('AIza', 35)}';`,
    `SELECT 'AKIA${'ABCD'.repeat(4)}';`,
    `SELECT '${made('eyJ', 20)}.${made('eyJ', 20)}.x';`,
    `SELECT '${made('', 40)}';`,
    '-----BEGIN RSA KEY-----',
    "FROM read_csv('https://h/a.csv?se=1&sig=abc');",
    "FROM read_csv('https://h/a.csv?X-Amz-Signature=abc');",
    // Rather these than one of those above.
    'SELECT password_count FROM t;',
    "FROM redis_hash('user:ann@example.com');",
  ])('sees that %j may hold one', (text) => {
    expect(mayHoldSecret(text)).toBe(true);
  });

  it.each([
    "SELECT * FROM redis_search('i', 'hello');",
    "SELECT * FROM redis_search('i', '@name:ann @city:{Paris}|@city:{Rome}');",
    "SELECT _key, name FROM redis_hash('user:*') WHERE _key = 'user:7';",
    "SELECT u._key FROM users u WHERE u._key IN ('user:7', 'user:8');",
    "FROM redis_hash('session:{id}') LIMIT 10;",
    'SELECT author, authority FROM books;',
    'SELECT tokens, max_tokens, tokenized, oracle FROM t;',
    'SELECT passenger, passport, passed, compass, bypass, passage FROM trips;',
    'SELECT customer_key, count(*) FROM sales JOIN products ON sales.product_key = products.product_key GROUP BY ALL;',
    'SELECT account_key, client_key FROM sales WHERE service_key = 5;',
    'SELECT keyboard, monkey, keys FROM t;',
    "SELECT * FROM t WHERE email = 'ann@example.com';",
    "SELECT * FROM redis_json('doc:*') WHERE mail LIKE '%@example.com';",
    "FROM read_csv('https://host/a.csv') WHERE mail = 'ann@example.com';",
    "SELECT '2026-01-01 10:00'::timestamp, 'a@b';",
    'SELECT a -a FROM t;',
    `SELECT '${'0123456789abcdef'.repeat(4)}';`,
    "SELECT '0190a5a0-7e5c-7b7e-8a6e-3c1d2f4b5a69';",
    "SELECT 'task-0190a5a07e5c';",
    'ALTER TABLE t ADD CONSTRAINT pk_customer_orders PRIMARY KEY (id);',
    'SELECT sk_customer_identifier FROM t;',
    'SELECT aclass, basic, signal, design FROM t;',
    'CONFIG SET maxmemory 100mb',
    '.connect redis://host',
    '.connect 2',
    '.keys user:*',
    '.read load.sql',
  ])('keeps %j', (text) => {
    expect(mayHoldSecret(text)).toBe(false);
  });

  it.each([
    'x',
    '\n',
    ' ',
    'a://',
    'hello',
    '.a ',
    'aaa:',
    '/',
    ':',
    'a_key ',
    '-',
    'aB',
    "'",
    ':a@',
    'pass',
    'identified ',
    '.connect',
  ])('takes a long text of %j in time', (part) => {
    for (const text of [part.repeat(1_000_000 / part.length), `a_key${part.repeat(1_000_000 / part.length)}`]) {
      const startMs = performance.now();
      mayHoldSecret(text);
      expect(performance.now() - startMs).toBeLessThan(2_000);
    }
  });
});
