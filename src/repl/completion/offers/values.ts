/** What may stand behind `SET name =` and behind the named arguments of table functions: plain data, held to the sources by tests. */

const FLAGS = ['true', 'false'];
const FLAG_SETTINGS = ['pushdown_filters', 'pushdown_limits', 'pushdown_order', 'pushdown_aggregates', 'use_indexes'];
const AMOUNTS = ['NULL', '1000', '1000000'];

/** Values of settings, by the setting's name in lower case: as they stand in SQL. */
export const SETTING_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ...FLAG_SETTINGS.map((name): [string, readonly string[]] => [name, FLAGS]),
  ['max_block_ms', ['100', '50', '20']],
  ['max_scan_keys', AMOUNTS],
  ['max_scan_bytes', AMOUNTS],
  ['scan_rate', AMOUNTS],
  ['on_full_scan', ["'allow'", "'warn'", "'refuse'"]],
  ['read_from', ["'primary'", "'replica'"]],
  ['timezone', ["'UTC'", "'Europe/Berlin'", "'America/New_York'", "'Asia/Tokyo'"]],
  ['calendar', ["'gregorian'"]],
  ['default_order', ["'ASC'", "'DESC'"]],
  ['default_null_order', ["'NULLS_LAST'", "'NULLS_FIRST'"]],
  ['integer_division', FLAGS],
]);

/** Values of named arguments; those that are names of indexes and attributes are added where they are known. */
export const ARGUMENT_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['columns', ["{'name': 'VARCHAR'}"]],
  ['sample_size', ['1000', '10000']],
  ['all_varchar', FLAGS],
  ['on_error', ["'error'", "'null'", "'skip'"]],
  ['batch_size', ['8192']],
  ['server', ["'default'"]],
  ['index', ["'auto'", "'none'"]],
  ['access', ["'auto'", "'scan'", "'index'"]],
  ['highlight', FLAGS],
  ['verbatim', FLAGS],
  ['knn', ['10']],
  ['max_rows', ['100']],
  ['language', ["'english'", "'german'", "'french'", "'spanish'", "'italian'", "'portuguese'", "'dutch'", "'russian'"]],
  ['params', ["{'name': 'value'}"]],
  ['vector', ['[0.0, 0.0]']],
]);

/** What a row of a table function is. */
export const ROW_OF: ReadonlyMap<string, string> = new Map([
  ['redis_hash', 'a row a hash'],
  ['redis_json', 'a row a document'],
  ['redis_string', 'a row a string'],
  ['redis_set', 'a row a member'],
  ['redis_list', 'a row an element'],
  ['redis_zset', 'a row a member'],
  ['redis_stream', 'a row an entry'],
  ['redis_timeseries', 'a row a sample'],
  ['redis_search', 'a row a document found'],
  ['redis_keys', 'a row a key'],
  ['redis_indexes', 'a row an index'],
  ['redis_info', 'a row a line of INFO'],
]);

/** Functions that most statements use, the most frequent first: they are offered before the hundreds of others. */
export const MOST_USED_FUNCTIONS: readonly string[] = [
  ...[
    'count',
    'sum',
    'avg',
    'min',
    'max',
    'coalesce',
    'round',
    'concat',
    'concat_ws',
    'lower',
    'upper',
    'length',
    'substring',
    'replace',
  ],
  ...['trim', 'now', 'date_trunc', 'date_part', 'date_diff', 'strftime', 'strptime', 'to_timestamp', 'epoch', 'time_bucket'],
  ...['median', 'quantile_cont', 'stddev', 'string_agg', 'list', 'any_value', 'first', 'last', 'arg_max', 'arg_min', 'unnest'],
  ...['row_number', 'rank', 'lag', 'lead', 'abs', 'ceil', 'floor', 'greatest', 'least', 'nullif', 'split_part', 'contains'],
  ...['starts_with', 'regexp_matches', 'regexp_extract', 'regexp_replace', 'json_extract_string', 'bar', 'spark'],
];

/** Columns that a table has when the statement names them (docs/sql.md). */
export const COLUMNS_ON_DEMAND: ReadonlyMap<string, readonly (readonly [name: string, type: string])[]> = new Map([
  ...['redis_string', 'redis_set', 'redis_list', 'redis_zset', 'redis_timeseries', 'redis_search', 'redis_keys'].map(
    (name): [string, readonly (readonly [string, string])[]] => [name, [['_ttl', 'BIGINT']]],
  ),
  [
    'redis_hash',
    [
      ['_ttl', 'BIGINT'],
      ['_fields', 'MAP(VARCHAR, VARCHAR)'],
    ],
  ],
  [
    'redis_stream',
    [
      ['_ttl', 'BIGINT'],
      ['_fields', 'MAP(VARCHAR, VARCHAR)'],
    ],
  ],
  [
    'redis_json',
    [
      ['_ttl', 'BIGINT'],
      ['_json', 'JSON'],
    ],
  ],
]);

export const TYPE_NAMES: readonly string[] = [
  ...[
    'VARCHAR',
    'BIGINT',
    'INTEGER',
    'DOUBLE',
    'BOOLEAN',
    'DATE',
    'TIMESTAMP',
    'TIMESTAMPTZ',
    'TIME',
    'INTERVAL',
    'DECIMAL(18, 3)',
  ],
  ...['HUGEINT', 'UBIGINT', 'SMALLINT', 'TINYINT', 'REAL', 'BLOB', 'UUID', 'JSON', 'VARCHAR[]', 'BIGINT[]', 'DOUBLE[]'],
];
