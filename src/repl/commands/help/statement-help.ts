/** Short help for the statements and functions that are asked about most; docs/sql.md has all of it. */

import { wrapText } from '../../../output/index.ts';
import { wrongArgument } from '../arguments.ts';
import { columnsText, type Drawing } from '../columns-text.ts';
import { nearestNames } from '../nearest.ts';

interface StatementHelp {
  /** The first is shown; all are found. */
  readonly names: readonly string[];
  /** Lines of syntax, then of explanation. */
  readonly syntax: string;
  readonly about: string;
  /** For the list; absent where `about` is one line. */
  readonly short?: string;
}

const KEY_ARGUMENTS =
  "columns => {'field': 'TYPE'}, sample_size => 1000, all_varchar => true, on_error => 'error' | 'null' | 'skip', server => 'name'";

export const STATEMENT_HELP: readonly StatementHelp[] = [
  {
    names: ['SELECT', 'FROM', 'WITH', 'WHERE'],
    short: 'reads rows',
    syntax: `[WITH name AS (SELECT …)]
SELECT column, expression AS name, … FROM table [JOIN table USING (column)]
  [WHERE condition] [GROUP BY ALL | columns] [HAVING condition]
  [ORDER BY column [DESC]] [LIMIT n [OFFSET n]];
FROM table;`,
    about: `A table is a view, a table, or a call: redis_hash('user:*').
FROM alone is SELECT *. Conditions on _key and what an index knows go down to Redis: EXPLAIN tells.`,
  },
  {
    names: ['CREATE VIEW', 'VIEW'],
    short: 'names a SELECT',
    syntax: `CREATE [OR REPLACE] VIEW name [(columns)] AS SELECT … ;`,
    about: `Example: CREATE VIEW users AS FROM redis_hash('user:{id}');
Views belong to this terminal's session; put them into the rc file, or .read a file of them.`,
  },
  {
    names: ['CREATE TABLE', 'TABLE'],
    short: 'keeps rows in the session',
    syntax: `CREATE [OR REPLACE] TABLE name AS SELECT … ;
CREATE TABLE name (column TYPE, …);`,
    about: `A copy of rows in this session's memory; it ends with the session. Nothing is written to Redis.`,
  },
  {
    names: ['CREATE MACRO', 'MACRO'],
    short: 'makes a function',
    syntax: `CREATE [OR REPLACE] MACRO name(a, b := default) AS expression;
CREATE [OR REPLACE] MACRO name(a) AS TABLE SELECT … ;`,
    about: 'A function of your own; \\df lists those of the session.',
  },
  {
    names: ['DROP'],
    short: 'removes a view, table or macro',
    syntax: 'DROP VIEW | TABLE | MACRO [IF EXISTS] name;',
    about: 'Removes something of the session. Redis keeps its keys.',
  },
  {
    names: ['EXPLAIN', 'EXPLAIN ANALYZE', 'ANALYZE'],
    short: 'what is asked of Redis, and what it took',
    syntax: `EXPLAIN SELECT … ;
EXPLAIN ANALYZE SELECT … ;`,
    about: `What would be asked of Redis; with ANALYZE the statement runs, and time and rows are told.
.explain on does it after each statement.`,
  },
  {
    names: ['SET', 'RESET', 'SHOW'],
    short: 'settings of SQL',
    syntax: `SET name = value;    SHOW name;    RESET name;
SET VARIABLE name = value;    SELECT getvariable('name');`,
    about: `What goes down: pushdown_filters, pushdown_limits, pushdown_order, pushdown_aggregates, use_indexes
What a scan may cost: max_block_ms, max_scan_keys, max_scan_bytes, scan_rate, on_full_scan, read_from
DuckDB's: TimeZone, Calendar, default_order, default_null_order, integer_division
Settings of the terminal are others: .set`,
  },
  {
    names: ['DESCRIBE', 'SUMMARIZE'],
    short: 'columns, types, and a summary of the values',
    syntax: `DESCRIBE redis_hash('user:*');
SUMMARIZE redis_hash('user:*');`,
    about:
      'Columns and types; SUMMARIZE reads all rows for their range, averages and quartiles. .describe tells what a sample said.',
  },
  {
    names: ['PIVOT', 'UNPIVOT'],
    short: 'values to columns, and back',
    syntax: `PIVOT table ON column [IN (values)] USING sum(value) [GROUP BY columns];
UNPIVOT table ON columns INTO NAME name VALUE value;`,
    about: 'Without a list of its values nothing but the columns goes down to Redis.',
  },
  {
    names: ['COPY'],
    short: 'writes a file',
    syntax: `COPY (SELECT …) TO 'file.parquet';
COPY (SELECT …) TO 'file.csv';`,
    about: '.once FILE writes the next result in the present .mode.',
  },
  {
    names: ['redis_hash'],
    syntax: `redis_hash('user:*' | 'user:{id}', ${KEY_ARGUMENTS}, index => 'auto' | 'none' | 'name', access => 'auto' | 'scan' | 'index')`,
    about: `One row a hash: _key, then a column a field. Named in the statement: _ttl, _fields.`,
  },
  {
    names: ['redis_json'],
    syntax: `redis_json('person:*', columns => {'city': 'VARCHAR $.address.city'}, …)`,
    about: 'One row a JSON document: _key, then a column a member. Named in the statement: _ttl, _json.',
  },
  { names: ['redis_string'], syntax: `redis_string('page:*')`, about: 'One row a string: _key, value.' },
  { names: ['redis_set'], syntax: `redis_set('tags:*')`, about: 'One row a member: _key, member.' },
  { names: ['redis_list'], syntax: `redis_list('queue:*')`, about: 'One row an element: _key, position, element.' },
  { names: ['redis_zset'], syntax: `redis_zset('board:*')`, about: 'One row a member: _key, rank, member, score.' },
  {
    names: ['redis_stream'],
    syntax: `redis_stream('events:*')`,
    about: 'One row an entry: _key, _id, _ts, _seq, then a column a field. A range of _ts goes down.',
  },
  {
    names: ['redis_timeseries'],
    syntax: `redis_timeseries('temp:*')`,
    about: 'One row a sample: _key, _ts, value, and a column a label that the statement names. time_bucket() goes down.',
  },
  {
    names: ['redis_search'],
    syntax: `redis_search('index', 'query', params => {'name': 'value'}, knn => 10, vector_field => 'name', vector => […],
  sort_by => 'name desc', max_rows => 100, highlight => true, language => 'german', verbatim => true)`,
    about: "One row a document that a search finds, in the search module's own language.",
  },
  { names: ['redis_keys'], syntax: `redis_keys('*')`, about: 'One row a key: _key, _type, _memory, _encoding, _idle.' },
  { names: ['redis_indexes'], syntax: 'redis_indexes()', about: 'One row a search index. .indexes shows it shorter.' },
  { names: ['redis_info'], syntax: 'redis_info()', about: 'What the server says of itself: section, name, value.' },
  {
    names: ['match'],
    syntax: `WHERE match(column, 'quick fox -slow "brown fox" hou*')`,
    about: 'Rows in whose column a search index finds the words.',
  },
  {
    names: ['geo_within'],
    syntax: `WHERE geo_within(column, longitude, latitude, radius, 'm' | 'km' | 'mi' | 'ft')`,
    about: "Rows whose point, 'longitude,latitude', lies within the radius.",
  },
  {
    names: ['vector_distance'],
    syntax: `vector_distance(column, [0.1, 0.2], 'cosine' | 'l2' | 'ip')`,
    about: 'How far two vectors are apart.',
  },
];

/** Gives the help for a statement or function; without a word the list of those there is help for. @throws {RedQueryError} RQ_OPTION. */
export function statementHelp(word: string, drawing: Drawing): string {
  const wanted = word.trim().toLowerCase().replace(/\(.*$/, '').replaceAll(/\s+/g, ' ');
  if (wanted === '') return listOf(drawing);
  const found = STATEMENT_HELP.filter(({ names }) => names.some((name) => name.toLowerCase() === wanted));
  const begun = STATEMENT_HELP.filter(({ names }) => names.some((name) => name.toLowerCase().startsWith(wanted)));
  const shown = found.length > 0 ? found : begun;
  if (shown.length === 0) throw unknown(word);
  return shown.map((help) => textOf(help, drawing)).join('\n\n');
}

/** True where there is help for a statement or function of that name. */
export function isStatement(word: string): boolean {
  return STATEMENT_HELP.some(({ names }) => names.some((name) => name.toLowerCase() === word.toLowerCase()));
}

function listOf(drawing: Drawing): string {
  const rows = STATEMENT_HELP.map(({ names: [name = ''], about, short = about }) => [name, short]);
  return columnsText(
    [
      { head: '', style: 'keyword' },
      { head: '', isWrapped: true },
    ],
    rows,
    drawing,
  );
}

function textOf({ syntax, about }: StatementHelp, { columns, palette }: Drawing): string {
  const wrapped = (text: string, width: number): string[] => text.split('\n').flatMap((line) => wrapText(line, width, 2));
  const lines = wrapped(syntax, columns - 2).map((line) => `  ${palette('keyword', line)}`);
  return [...lines, ...wrapped(about, columns)].join('\n');
}

function unknown(word: string): Error {
  const near = nearestNames(
    word,
    STATEMENT_HELP.flatMap(({ names }) => names),
  );
  return wrongArgument(
    `no help for ${JSON.stringify(word)}`,
    near.length === 0 ? '\\h lists what there is help for; docs/sql.md has all' : `did you mean ${near.join(' or ')}?`,
  );
}
