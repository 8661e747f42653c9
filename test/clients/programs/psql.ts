/** psql: its backslash commands, pieces by FETCH_COUNT, \gdesc, \copy, \bind, Ctrl-C, carets under errors; then pgbench. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { postgresPrograms } from '../../../scripts/wire/start-postgres.ts';
import { check, type Outcome, type ProgramOptions, run, runProgram } from '../support/suite.ts';

const HEAVY = 'SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9';
const INTERRUPT_AFTER_MS = 700;
const folder = mkdtempSync(path.join(tmpdir(), 'redquery-psql-'));
const programs = postgresPrograms() ?? '';

async function psql(text: string, words: readonly string[] = [], options: ProgramOptions = {}): Promise<Outcome> {
  return await runProgram(path.join(programs, 'psql'), ['-X', ...words], { input: text, ...options });
}

/** Unaligned rows without headings, and nothing on stderr. */
async function rows(text: string): Promise<readonly string[]> {
  const { output, errorText } = await psql(text, ['-A', '-t', '-q']);
  assert.equal(errorText, '');
  return output.trimEnd().split('\n');
}

check('runs statements', async () => {
  assert.deepEqual(await rows('SELECT * FROM orders WHERE id = 3'), [
    'order:3|3|c21|Lima|237.57|0.375|t|2024-01-01 02:21:00+00|2024-01-01|["x",3]',
  ]);
  assert.deepEqual(await rows('SELECT count(*), sum(amount) FROM orders'), ['10000|4998950.00']);
  assert.deepEqual(await rows("SELECT city, n FROM v_city WHERE city LIKE '%''%'"), ["L'Aquila|1404"]);
  assert.deepEqual(await rows('SELECT words, numbers FROM v_lists WHERE id = 2'), ['{a,c14}|{2,NULL,3}']);
});

check('runs several statements of one -c', async () => {
  const { output } = await psql('', ['-A', '-t', '-c', 'SELECT 1; SELECT count(*) FROM customers']);
  assert.match(output, /500/);
});

for (const command of [
  ...[
    '\\d',
    '\\d+',
    '\\dt',
    '\\dt+',
    '\\dv',
    '\\dv+',
    '\\dm',
    '\\di',
    '\\ds',
    '\\dE',
    '\\dn',
    '\\dn+',
    '\\df',
    '\\df+ upper',
    '\\da',
    '\\dT',
    '\\dT+',
  ],
  ...[
    '\\du',
    '\\du+',
    '\\dg',
    '\\l',
    '\\l+',
    '\\db',
    '\\dp',
    '\\z',
    '\\ddp',
    '\\dC',
    '\\dD',
    '\\dO',
    '\\do',
    '\\dF',
    '\\dFd',
    '\\dL',
    '\\dx',
    '\\dX',
  ],
  ...[
    '\\dy',
    '\\des',
    '\\deu',
    '\\dew',
    '\\det',
    '\\drds',
    '\\dRp',
    '\\dRs',
    '\\dc',
    '\\dA',
    '\\dAc',
    '\\dAf',
    '\\dAo',
    '\\dAp',
    '\\dPt',
    '\\dd',
    '\\dl',
  ],
  ...[
    '\\dconfig work_mem',
    '\\conninfo',
    '\\encoding',
    '\\dS pg_class',
    '\\d pg_class',
    '\\sf upper(text)',
    '\\dit *.*',
    '\\d public.*',
    '\\d orders',
    '\\d+ orders',
  ],
]) {
  check(`answers ${command}`, async () => {
    const { status, errorText } = await psql(`${command}\n`, ['-v', 'ON_ERROR_STOP=1']);
    // «No matching relations» is an answer.
    assert.doesNotMatch(errorText, /ERROR|FATAL|server closed|lost/);
    assert.equal(status === 0 || /^Did not find|^No matching/.test(errorText), true, errorText);
  });
}

check('describes a table with its types, key and comment', async () => {
  const { output } = await psql('\\d+ orders\n');
  assert.match(output, /Table "public\.orders"/);
  assert.match(output, /_key +\| text +\|.*not null/);
  assert.match(output, /amount +\| numeric\(10,2\)/);
  assert.match(output, /created +\| timestamp with time zone/);
  assert.match(output, /"orders_pkey" PRIMARY KEY, btree \(_key\)/);
  assert.match((await psql('\\dt+ orders\n')).output, /order:\*/);
});

check('lists tables and views', async () => {
  const { output } = await psql('\\d\n');
  for (const name of ['orders', 'customers', 'v_city', 'v_lists']) assert.match(output, new RegExp(`public \\| ${name} `));
});

check('shows the definition of a view', async () => {
  assert.match((await psql('\\sv v_city\n')).output, /CREATE OR REPLACE VIEW public\.v_city AS/);
});

check('describes a result without running it', async () => {
  const { output } = await psql('SELECT id, sum(amount) AS s, created FROM orders GROUP BY 1, 3 \\gdesc\n', ['-A', '-t']);
  assert.deepEqual(output.trim().split('\n'), ['id|bigint', 's|numeric', 'created|timestamp with time zone']);
});

check('fetches by pieces', async () => {
  const { output, errorText } = await psql('\\set FETCH_COUNT 700\nSELECT id FROM orders ORDER BY id;\nSELECT 1;\n', [
    '-A',
    '-t',
  ]);
  assert.equal(errorText, '');
  assert.equal(output.trim().split('\n').length, 10_001);
});

check('binds parameters', async () => {
  // psql has \bind since 16.
  const version = (await psql('\\echo :VERSION_NUM\n')).output.trim();
  if (Number(version) < 160_000) return;
  const { output } = await psql('SELECT count(*) FROM orders WHERE id <= $1 \\bind 5 \\g\n', ['-A', '-t']);
  assert.equal(output.trim(), '5');
});

check('copies to a file', async () => {
  const file = path.join(folder, 'out.csv');
  const { output, errorText } = await psql(
    `\\copy (SELECT id, city FROM orders WHERE id < 4 ORDER BY id) TO '${file}' CSV HEADER\n`,
  );
  assert.equal(errorText, '');
  assert.equal(output.trim(), 'COPY 3');
  assert.match(readFileSync(file, 'utf8'), /^id,city\n1,Rome\n/);
  assert.equal((await psql(`\\copy customers TO '${file}'\n`)).output.trim(), 'COPY 500');
});

check('is told what is wrong, and where', async () => {
  const { errorText } = await psql('SELECT id, nope FROM orders;\nSELECT * FROM nowhere;\nSELECT 1 +;\n\\errverbose\n');
  assert.match(errorText, /ERROR: {2}column "nope" does not exist\nLINE 1: SELECT id, nope FROM orders;\n {19}\^/);
  assert.match(errorText, /ERROR: {2}relation "nowhere" does not exist\nLINE 1: SELECT \* FROM nowhere;\n {22}\^/);
  // A statement is looked at without its semicolon: «at end of input»; the caret stands at the same place.
  assert.match(errorText, /ERROR: {2}syntax error at (?:or near ";"|end of input)\nLINE 1: SELECT 1 \+;\n {18}\^/);
});

check('shows how a transaction stands', async () => {
  const text = 'BEGIN;\nSELECT nope;\nSELECT 1;\nSAVEPOINT a;\nROLLBACK;\nSELECT 2;\nCOMMIT;\n';
  const { output, errorText } = await psql(text, ['-A', '-t']);
  assert.deepEqual(output.trim().split('\n'), ['BEGIN', 'ROLLBACK', '2', 'COMMIT']);
  assert.equal(errorText.match(/current transaction is aborted/g)?.length, 2);
  assert.match(errorText, /WARNING: {2}there is no transaction in progress/);
});

check('cancels by Ctrl-C', async () => {
  const { errorText } = await psql(`${HEAVY};\n`, [], {
    onStart: (interrupt) => setTimeout(interrupt, INTERRUPT_AFTER_MS),
  });
  assert.match(errorText, /ERROR: {2}canceling statement due to user request/);
});

check('walks cursors in SQL', async () => {
  const text = `BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id FROM orders ORDER BY id;
    FETCH 2 FROM c; MOVE 5 IN c; FETCH NEXT FROM c; FETCH PRIOR FROM c; FETCH FIRST FROM c; FETCH 0 FROM c; FETCH ABSOLUTE 100 FROM c;
    CLOSE c; COMMIT;`;
  assert.deepEqual(await rows(text), ['1', '2', '8', '7', '1', '1', '100']);
});

check('prepares and executes in SQL', async () => {
  const text = `PREPARE p (bigint) AS SELECT customer FROM orders WHERE id = $1; EXECUTE p(2); EXECUTE p(3); DEALLOCATE p;`;
  assert.deepEqual(await rows(text), ['c14', 'c21']);
});

check('sets and shows', async () => {
  const text = `SET TIME ZONE 'Asia/Kolkata'; SELECT created FROM orders WHERE id = 3; SET datestyle = 'German'; SHOW datestyle;
    SET LOCAL work_mem = '1MB'; RESET ALL; SHOW timezone; SELECT current_setting('server_version_num')::int > 140000;`;
  const { output } = await psql(text, ['-A', '-t', '-q']);
  const lines = output.trim().split('\n');
  assert.deepEqual([lines[0], lines[1], lines.at(-1)], ['2024-01-01 07:51:00+05:30', 'German, DMY', 't']);
});

check('explains', async () => {
  assert.match((await rows('EXPLAIN SELECT count(*) FROM orders')).join('\n'), /cost=[\d.]+\.\.[\d.]+ rows=\d+/);
  const plan: unknown = JSON.parse((await rows('EXPLAIN (FORMAT JSON) SELECT count(*) FROM orders')).join('\n'));
  assert.ok(Array.isArray(plan));
});

check('times and pages', async () => {
  const { output } = await psql('\\timing on\n\\x on\nSELECT id, city FROM orders WHERE id = 1;\n');
  assert.match(output, /-\[ RECORD 1 \]/);
  assert.match(output, /Time: [\d.]+ ms/);
});

check('is put under load by pgbench', async () => {
  const script = path.join(folder, 'point.sql');
  writeFileSync(script, "\\set id random(1, 10000)\nSELECT customer FROM orders WHERE _key = 'order:' || :id;\n");
  for (const protocol of ['simple', 'extended', 'prepared']) {
    const words = ['-n', '-f', script, '-c', '4', '-t', '25', '-M', protocol];
    const { output, errorText } = await runProgram(path.join(programs, 'pgbench'), words);
    assert.match(output, /number of transactions actually processed: 100\/100/, errorText);
  }
});

await run();
