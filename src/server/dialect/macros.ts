/** Functions of PostgreSQL that the engine lacks and no expression says, as macros of DuckDB. A statement names those that it needs. */

const BODIES: Readonly<Record<string, string>> = {
  // x::text. DuckDB writes 1.0 for 1e0, [1, 2] for {1,2}, and a zone's offset as it is.
  '_pg_text(x)': `CASE
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN regexp_replace(regexp_replace(x::VARCHAR, '\\.0$', ''), '\\.0e', 'e')
    WHEN regexp_matches(typeof(x), '^(STRUCT|MAP)') THEN to_json(x)::VARCHAR
    WHEN typeof(x) LIKE '%[]' THEN '{' || replace(list_extract(string_split(x::VARCHAR || ']', ']'), 1)[2:], ', ', ',') || '}'
    ELSE x::VARCHAR END`,
  '_pg_substr(s, start, n)': `CASE WHEN n < 0 THEN error('negative substring length not allowed')
    ELSE substr(s, greatest(start, 1), greatest(least(start, 1) - 1 + n, 0)) END`,
  '_pg_initcap(s)': `array_to_string(list_transform(regexp_extract_all(lower(s), '[\\pL\\pN]+|[^\\pL\\pN]+'),
    lambda w: upper(w[1]) || w[2:]), '')`,
  '_pg_quote_ident(s)': `CASE WHEN regexp_full_match(s, '[a-z_][a-z0-9_$]*')
      AND s NOT IN (SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved')
    THEN s ELSE '"' || replace(s, '"', '""') || '"' END`,
  '_pg_quote_literal(x)': `CASE WHEN contains(x::VARCHAR, '\\')
    THEN 'E''' || replace(replace(x::VARCHAR, '\\', '\\\\'), '''', '''''') || ''''
    ELSE '''' || replace(x::VARCHAR, '''', '''''') || '''' END`,
  '_pg_quote_nullable(x)': `coalesce(_pg_quote_literal(x), 'NULL')`,
  '_pg_width_bucket(x, low, high, n)': `CASE WHEN x IS NULL THEN NULL
    WHEN low < high THEN CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1
      ELSE floor((x - low)::DOUBLE * n / (high - low)::DOUBLE)::INTEGER + 1 END
    ELSE CASE WHEN x > low THEN 0 WHEN x <= high THEN n + 1
      ELSE floor((low - x)::DOUBLE * n / (low - high)::DOUBLE)::INTEGER + 1 END END`,
  '_pg_scale(x)': `length(split_part(x::VARCHAR, '.', 2))`,
  '_pg_array_remove(l, x)': `list_filter(l, lambda e: e IS DISTINCT FROM x)`,
  '_pg_array_replace(l, a, b)': `list_transform(l, lambda e: CASE WHEN e IS NOT DISTINCT FROM a THEN b ELSE e END)`,
  '_pg_array_positions(l, x)': `list_filter(generate_series(1, len(l)), lambda i: l[i] IS NOT DISTINCT FROM x)`,
  '_pg_array_to_string(l, separator)': `CASE WHEN l IS NOT NULL
    THEN coalesce(array_to_string(list_filter(list_transform(l, lambda e: e::VARCHAR), lambda e: e IS NOT NULL), separator), '') END`,
  '_pg_array_to_string_3(l, separator, missing)': `CASE WHEN l IS NOT NULL
    THEN coalesce(array_to_string(list_transform(l, lambda e: coalesce(e::VARCHAR, missing)), separator), '') END`,
  '_pg_string_to_array(s, separator)': `CASE WHEN s = '' THEN []::VARCHAR[]
    WHEN separator = '' THEN [s] ELSE string_split(s, separator) END`,
  '_pg_string_to_array_3(s, separator, missing)': `list_transform(_pg_string_to_array(s, separator), lambda e: nullif(e, missing))`,
  '_pg_array_fill(x, dimensions)': `list_transform(generate_series(1, dimensions[1]), lambda i: x)`,
  '_pg_regexp_matches_1(s, p)': `list_transform(regexp_extract_all(s, p, 1), lambda a: [a])`,
  '_pg_regexp_matches_2(s, p)': `list_transform(list_zip(regexp_extract_all(s, p, 1), regexp_extract_all(s, p, 2)),
    lambda a: [a[1], a[2]])`,
  '_pg_regexp_matches_3(s, p)': `list_transform(list_zip(regexp_extract_all(s, p, 1), regexp_extract_all(s, p, 2),
    regexp_extract_all(s, p, 3)), lambda a: [a[1], a[2], a[3]])`,
  '_pg_regexp_matches_4(s, p)': `list_transform(list_zip(regexp_extract_all(s, p, 1), regexp_extract_all(s, p, 2),
    regexp_extract_all(s, p, 3), regexp_extract_all(s, p, 4)), lambda a: [a[1], a[2], a[3], a[4]])`,
  '_pg_age(a, b := NULL)': `CASE WHEN b IS NULL THEN age(current_date::TIMESTAMP, a::TIMESTAMP) ELSE age(a::TIMESTAMP, b::TIMESTAMP) END`,
  '_pg_justify_days(i)': `to_months((date_part('year', i) * 12 + date_part('month', i) + date_part('day', i) // 30)::INTEGER)
    + to_days((date_part('day', i) % 30)::INTEGER)
    + to_microseconds(date_part('hour', i) * 3600000000 + date_part('minute', i) * 60000000 + date_part('microseconds', i))`,
  '_pg_justify_hours(i)': `to_months((date_part('year', i) * 12 + date_part('month', i))::INTEGER)
    + to_days((date_part('day', i) + date_part('hour', i) // 24)::INTEGER)
    + to_microseconds((date_part('hour', i) % 24) * 3600000000 + date_part('minute', i) * 60000000 + date_part('microseconds', i))`,
  '_pg_ordinal(n)': `n || CASE WHEN regexp_matches(trim(n), '1[123]$') THEN 'th' WHEN right(n, 1) = '1' THEN 'st'
    WHEN right(n, 1) = '2' THEN 'nd' WHEN right(n, 1) = '3' THEN 'rd' ELSE 'th' END`,
  '_pg_ordinal_upper(n)': `n || upper(replace(_pg_ordinal(n), n, ''))`,
  '_pg_zone_name(x)': `CASE WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' AND x IS NOT NULL THEN strftime(x, '%Z')
    WHEN x IS NOT NULL THEN '' END`,
  '_pg_zone_name_lower(x)': `lower(_pg_zone_name(x))`,
  '_pg_zone_offset(x)': `CASE WHEN x IS NOT NULL THEN regexp_replace(strftime(x::TIMESTAMPTZ, '%z'), ':00$', '') END`,
  // Moments in a document, where `before` finds what stands before them: ISO 8601, as PostgreSQL writes them in JSON. Between
  // the steps chr(1), which no JSON has, marks them.
  '_pg_json_times(doc, before)': `replace(regexp_replace(
    regexp_replace(doc, '(' || before || '"\\d+-\\d\\d-\\d\\d) (\\d)', '\\1' || chr(1) || 'T\\2', 'g'),
    '\\x01(T[\\d:.]+[+-]\\d\\d)"', '\\1:00"', 'g'), chr(1), '')`,
  '_pg_json_number(t)': `regexp_replace(replace(regexp_replace(t, '\\.0(e|$)', '\\1'), 'nan', '"NaN"'), '^(-?)inf$', '"\\1Infinity"')`,
  // to_json(x). Which members of a row are moments is known from its type; the patterns are constants then. Each use of x counts,
  // as calls stand inside each other.
  '_pg_json(x)': `CASE
    WHEN typeof(x) LIKE '%TIMESTAMP%' THEN _pg_json_times(to_json(x)::VARCHAR,
      CASE WHEN typeof(x) LIKE 'STRUCT%' THEN '(?:' ELSE '(?:^|[[,]|' END || '"(?:' || array_to_string(list_transform(
      regexp_extract_all(typeof(x), '("(?:[^"]|"")+"|\\w+) TIMESTAMP', 1), lambda n: regexp_escape(trim(n, '"'))), '|') || ')":)')::JSON
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN _pg_json_number(x::VARCHAR)::JSON
    WHEN regexp_matches(typeof(x), '^(JSON$|DECIMAL.*\\)$)') THEN x::VARCHAR::JSON
    ELSE to_json(x) END`,
  '_pg_json_once(x)': `list_transform([x], lambda e: _pg_json(e))[1]`,
  // Rows and arrays within an array begin on a line of their own.
  '_pg_json_element(x)': `coalesce(
    CASE WHEN regexp_matches(typeof(x), '^STRUCT|\\]$') THEN chr(10) || ' ' ELSE '' END || _pg_json(x)::VARCHAR, 'null')`,
  '_pg_json_array(l)': `('[' || ltrim(array_to_string(l, ', '), chr(10) || ' ') || ']')::JSON`,
  '_pg_json_distinct(l)': `_pg_json_array(list_transform(l, lambda e: _pg_json_element(e)))`,
  '_pg_json_members(ks, vs)': `('{ ' || array_to_string(list_transform(list_zip(ks, vs),
    lambda m: coalesce(to_json(m[1])::VARCHAR, error('null value not allowed for object key')) || ' : ' || m[2]), ', ') || ' }')::JSON`,
  '_pg_json_has(j, k)': `CASE json_type(j) WHEN 'OBJECT' THEN list_contains(json_keys(j), k)
    WHEN 'ARRAY' THEN json_contains(j, to_json(k)) WHEN 'VARCHAR' THEN json_extract_string(j, '$') = k
    ELSE CASE WHEN j IS NOT NULL THEN false END END`,
  '_pg_json_has_any(j, ks)': `CASE json_type(j) WHEN 'OBJECT' THEN list_has_any(json_keys(j), ks)
    WHEN 'ARRAY' THEN list_has_any(json_extract_string(j, '$[*]'), ks) ELSE CASE WHEN j IS NOT NULL THEN false END END`,
  '_pg_json_has_all(j, ks)': `CASE json_type(j) WHEN 'OBJECT' THEN list_has_all(json_keys(j), ks)
    WHEN 'ARRAY' THEN list_has_all(json_extract_string(j, '$[*]'), ks) ELSE CASE WHEN j IS NOT NULL THEN false END END`,
  '_pg_json_concat(a, b)': `CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN json_type(a) = 'OBJECT' AND json_type(b) = 'OBJECT' THEN json_merge_patch(a, b)
    ELSE to_json(list_concat(CASE json_type(a) WHEN 'ARRAY' THEN json_extract(a, '$[*]') ELSE [a] END,
      CASE json_type(b) WHEN 'ARRAY' THEN json_extract(b, '$[*]') ELSE [b] END)) END`,
  '_pg_json_without(j, k)': `CASE WHEN json_type(j) = 'OBJECT' THEN json_merge_patch(j, json_object(k, NULL)) ELSE j END`,
  '_pg_exp(x)': `CASE WHEN isinf(exp(x)) AND NOT isinf(x::DOUBLE) THEN error('value out of range: overflow') ELSE exp(x) END`,
  '_pg_power(a, b)': `CASE WHEN isinf(pow(a, b)) AND NOT isinf(a::DOUBLE) AND NOT isinf(b::DOUBLE)
    THEN error('value out of range: overflow') ELSE pow(a, b) END`,
  '_pg_round(x)': `CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN round_even(x, 0) ELSE round(x) END`,
  '_pg_typeof(x)': `CASE typeof(x) WHEN 'VARCHAR' THEN 'text' WHEN 'DOUBLE' THEN 'double precision' WHEN 'FLOAT' THEN 'real'
    WHEN 'TIMESTAMP' THEN 'timestamp without time zone' WHEN 'TIME' THEN 'time without time zone' WHEN 'BLOB' THEN 'bytea'
    WHEN 'HUGEINT' THEN 'numeric' ELSE regexp_replace(replace(replace(lower(typeof(x)), 'varchar', 'text'), 'decimal', 'numeric'), '\\(.*\\)', '') END`,
  '_pg_json_object(l)': `to_json(map(list_filter(l, lambda e, i: i % 2 = 1), list_filter(l, lambda e, i: i % 2 = 0)))`,
};

/** Name → the statement that makes it. Those that use others come behind them in `DataStatement.macros`. */
export const MACROS: ReadonlyMap<string, string> = new Map(
  Object.entries(BODIES).map(([head, body]) => [head.slice(0, head.indexOf('(')), `CREATE OR REPLACE MACRO ${head} AS ${body}`]),
);
