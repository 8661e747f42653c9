-- arithmetic
id / 2
n / 3
-n / 2
n % 4
-n % 4
f / 2
d / 4
d / n
id / 2.0
n * 1.5
id + n
n - id
2 ^ id
|/ 16.0
||/ 27.0
@ (-5)
id & 3
id | 8
id # 1
~id
id << 2
n >> 1
5 / 2
5 / 2.0
7.0 / 2
-7 / 2
7 % -3
7.5 % 2
mod(n, 4)
mod(7.5, 2)
div(7, 2)
div(-7.5, 2)
n / (id - 1)
f / (f - f)
n % (id - 1)
d / 0
1.0 / 0
1 / 0
1e0 / 0
mod(n, 0)
round(f)
round(f / 2)
round(d)
round(d, 1)
round(d / 3, 2)
round(2.5)
round(-2.5)
round(3.5::float8)
round(2.5::float8)
round(-0.5::float8)
round(123.456, -1)
round(n)
round(d * 2)
round((f * 10)::numeric)
round(1234.567, 2)
trunc(d)
trunc(d, 1)
trunc(-2.7)
trunc(f)
ceil(d)
ceiling(f)
floor(d)
floor(-f)
abs(f)
sign(d)
sign(f)
sqrt(16)
sqrt(n * n)
cbrt(27)
exp(0)
ln(exp(1.0::float8))
log(100)
log(2, 8)
log10(1000)
power(2, 10)
pow(n, 2)
pi()
degrees(pi())
radians(180)
gcd(12, 18)
lcm(4, 6)
factorial(5)
width_bucket(f, -10, 10, 4)
width_bucket(n, 0, 100, 10)
width_bucket(5.35, 0.024, 10.06, 5)
2.5::int
3.5::int
2.5::float8::int
-2.5::numeric::int
1.5::float8::bigint
'12'::int
' 12 '::int
12::text
1.50::text
d::text
f::text
true::text
b::text
b::int
1::boolean
'yes'::boolean
'off'::bool
n::float8
f::numeric
d::int
id::numeric(5,1)
1234.5678::numeric(10,2)
'abc'::varchar(2)
s::varchar(3)
s::char(5)
least(id, n)
greatest(id, n, 5)
greatest(NULL, NULL)
coalesce(n, 0)
coalesce(city, 'none')
nullif(n, 7)
n IS NULL
n IS NOT NULL
b IS TRUE
b IS NOT TRUE
b IS UNKNOWN
b IS NOT FALSE
n IS DISTINCT FROM 7
n IS NOT DISTINCT FROM NULL
n BETWEEN 5 AND 15
n NOT BETWEEN 5 AND 15
n BETWEEN SYMMETRIC 15 AND 5
id IN (1, 3)
n NOT IN (10, 20)
n NOT IN (10, NULL)
id = ANY('{1,2}')
id = ANY('{1,2}'::int[])
id = ANY(ARRAY[1, 5])
id <> ALL('{1,2}')
id <> ALL(ARRAY[1, 5])
id = ANY('{}')
city = ANY('{Oslo,"Rome"}')
city = ANY(ARRAY['Oslo', NULL])
city <> ALL(ARRAY['Oslo', 'Paris'])
id > ANY(ARRAY[3, 4])
id > ALL(ARRAY[1, 2])
3 = ANY(ids)
'red' = ANY(tags)
7 <> ALL(ids)
CASE WHEN n > 9 THEN 'big' WHEN n > 0 THEN 'small' ELSE 'none' END
CASE city WHEN 'Oslo' THEN 1 WHEN 'Rome' THEN 2 END
(NOT (n > 5)) IS TRUE
(city = 'Oslo' OR true) IS NULL
(NOT b) IS NULL
nullif(city, 'Oslo') IS NULL
(b OR n > 5) IS NOT FALSE
(id IS DISTINCT FROM 1) IS FALSE
(n IN (7, 10)) IS UNKNOWN
(city LIKE 'O%') IS NOT TRUE
-(-id)
2 - -id
-(id - 3) * 2
(id - 1) - (n - 2)
NOT (b AND n > 5) OR city = 'Rome'
(n > 5) = (id < 3)
NOT n = 10
-- text
upper(s)
lower(s)
initcap(s)
initcap('hello wORLD foo_bar x-y')
length(s)
char_length(s)
character_length(s)
octet_length(s)
bit_length(s)
s || '!'
s || id
id || s
s || NULL
city || ' ' || id
n || 'x'
b || 'x'
d || 'x'
concat(s, NULL, id)
concat(b, 'x')
concat_ws('-', s, city, id)
substring(s from 2 for 3)
substring(s from 3)
substring(s for 3)
substring(s, 2)
substring(s, 0, 3)
substring(s, -1, 3)
substr(s, 2, 2)
substr(s, -2, 4)
substring(s from 'o.')
substring(s from '(l+)o')
substring(s similar 'He#"%#"ld' escape '#')
left(s, 3)
left(s, -3)
right(s, 3)
right(s, -3)
left(s, 0)
position('o' in s)
position('' in s)
strpos(s, 'l')
overlay(s placing 'XX' from 2)
overlay(s placing 'XX' from 2 for 4)
trim(s)
trim(both 'H' from s)
trim(leading 'f' from s)
trim(trailing 'd%' from s)
ltrim(s, 'Hf')
rtrim(s, 'dr')
btrim('xxhixx', 'x')
lpad(s, 5)
lpad(s, 15, '*')
rpad(s, 15, 'ab')
repeat('ab', 3)
repeat('ab', -1)
reverse(s)
replace(s, 'o', '0')
translate(s, 'lo', '01')
split_part('a,b,c', ',', 2)
split_part('a,b,c', ',', -1)
split_part('a,b,c', ',', 9)
ascii(s)
chr(65)
md5(s)
to_hex(255)
to_hex(n)
quote_ident(s)
quote_ident('abc')
quote_ident('select')
quote_literal(s)
quote_literal('it''s')
quote_literal('a\b')
quote_nullable(NULL)
quote_nullable(s)
starts_with(s, 'Hel')
s ^@ 'Hel'
format('%s-%s', id, city)
format('%I.%L', 'a b', 'x''y')
format('%%')
string_to_array('a,b,c', ',')
string_to_array('a,b,NULL', ',', 'NULL')
array_to_string(tags, '-')
array_to_string(ARRAY['a', NULL, 'c'], '-')
array_to_string(ARRAY['a', NULL, 'c'], '-', '*')
encode('abc'::bytea, 'hex')
encode('abc'::bytea, 'base64')
encode('\x6162'::bytea, 'hex')
encode(convert_to(s, 'UTF8'), 'hex')
decode('616263', 'hex')
decode('YWJj', 'base64')
convert_from(decode('616263', 'hex'), 'UTF8')
sha256('abc'::bytea)
ascii('')
unistr('\0041')
U&'\0041\0042'
E'a\tb'
$$dollar$$
B'101'
s LIKE 'H%'
s LIKE '%\_%'
s LIKE 'foo!_%' ESCAPE '!'
s NOT LIKE '%o%'
s ILIKE 'h%'
s ILIKE '%!_%' ESCAPE '!'
s NOT ILIKE '%O%'
s ~~ 'H%'
s !~~ 'H%'
s ~~* 'h%'
s !~~* 'h%'
s LIKE '100%'
s LIKE '%100\%'
s LIKE ANY(ARRAY['H%', 'f%'])
s ~ '^H'
s ~ 'o'
s ~* 'WORLD'
s !~ 'o'
s !~* 'HELLO'
s ~ '\d+'
s ~ '[[:digit:]]'
s SIMILAR TO '%(World|bar)'
s SIMILAR TO 'foo'
s NOT SIMILAR TO '%o%'
s SIMILAR TO 'f_o!_%' ESCAPE '!'
'a.c' SIMILAR TO 'a.c'
'abc' SIMILAR TO 'a.c'
regexp_replace(s, 'o', '0')
regexp_replace(s, 'o', '0', 'g')
regexp_replace(s, 'O', '0', 'gi')
regexp_replace(s, '(l+)(o)', '\2\1')
regexp_replace(s, 'l+', '[\&]')
regexp_match(s, 'o.')
regexp_match(s, '(\w)o(\w?)')
(regexp_match(s, 'o(.)'))[1]
regexp_match(s, 'zzz')
regexp_match(s, 'HELLO', 'i')
regexp_split_to_array(s, 'o')
regexp_split_to_array(s, '\s+')
regexp_count(s, 'o')
regexp_like(s, 'World')
regexp_like(s, 'WORLD', 'i')
regexp_substr(s, 'o.')
regexp_instr(s, 'o')
s < 'a'
s > 'Z'
city < 'a'
s = 'foo_bar'
s COLLATE "C" < 'a'
s COLLATE "default" = ''
city = 'rome'
'1' = 1
'abc' < 'abd'
-- dates
day + 1
day - 1
1 + day
day - day
day - DATE '2024-01-01'
DATE '2024-03-01' - day
day + INTERVAL '1 month'
day + INTERVAL '1' DAY
day + TIME '10:00'
ts + INTERVAL '1 day 2 hours'
ts - INTERVAL '1' MONTH
ts - ts
ts - TIMESTAMP '2024-01-01'
tz - TIMESTAMPTZ '2024-01-01 00:00:00+00'
ts - day
ts::date
ts::time
tz::date
day::timestamp
day::text
ts::text
tz::text
'2024-05-06'::date
'2024-05-06 07:08:09'::timestamp
'2024-05-06 07:08:09+02'::timestamptz
ts > '2024-01-01'
day >= '2024-01-01'
day = DATE '2024-02-29'
day BETWEEN '2024-01-01' AND '2024-12-31'
ts < day
extract(year from ts)
extract(month from day)
extract(day from ts)
extract(hour from ts)
extract(minute from ts)
extract(second from ts)
extract(milliseconds from ts)
extract(microseconds from ts)
extract(epoch from ts)
extract(epoch from tz)
extract(epoch from day)
extract(dow from day)
extract(isodow from day)
extract(doy from day)
extract(week from day)
extract(quarter from day)
extract(isoyear from day)
extract(century from day)
extract(decade from day)
extract(millennium from day)
extract(epoch from INTERVAL '1 day 2 hours')
extract(day from INTERVAL '3 days 4 hours')
extract(hour from ts - TIMESTAMP '2024-01-01')
date_part('year', ts)
date_part('dow', day)
date_part('epoch', tz)
date_part('second', ts)
date_part('quarter', day)
EXTRACT('year' FROM ts)
date_trunc('day', ts)
date_trunc('month', day)
date_trunc('month', ts)
date_trunc(lower('MONTH'), ts)
date_part(lower('HOUR'), ts)
date_trunc('quarter', ts)
date_trunc('week', ts)
date_trunc('year', tz)
date_trunc('hour', tz)
date_trunc('minute', ts)
date_trunc('second', ts)
date_trunc('milliseconds', ts)
date_trunc('decade', ts)
date_trunc('century', ts)
date_trunc('day', tz, 'Europe/Paris')
date_trunc('MONTH', ts)
date_trunc('hour', INTERVAL '2 days 3:45:10')
date_bin('15 minutes', ts, TIMESTAMP '2001-01-01')
age(TIMESTAMP '2024-03-15', TIMESTAMP '2023-01-20')
age(ts, TIMESTAMP '2000-01-01')
to_char(ts, 'YYYY-MM-DD')
to_char(ts, 'YYYY-MM-DD HH24:MI:SS')
to_char(ts, 'YYYY-MM-DD"T"HH24:MI:SS.MS')
to_char(ts, 'HH12:MI AM')
to_char(ts, 'HH:MI:SS.US pm')
to_char(ts, 'Mon DD, YYYY')
to_char(ts, 'Month')
to_char(ts, 'FMMonth')
to_char(ts, 'MONTH')
to_char(ts, 'MON')
to_char(ts, 'mon')
to_char(ts, 'FMDay, DDth Mon')
to_char(ts, 'Day')
to_char(ts, 'DY')
to_char(ts, 'Dy')
to_char(ts, 'D')
to_char(ts, 'ID')
to_char(ts, 'DDD')
to_char(ts, 'IYYY-"W"IW')
to_char(ts, 'IYYY-IW-ID')
to_char(ts, 'YYYY-"Q"Q')
to_char(ts, 'Q')
to_char(ts, 'WW')
to_char(ts, 'W')
to_char(ts, 'YY')
to_char(ts, 'Y,YYY')
to_char(ts, 'FMMM/FMDD/YY')
to_char(ts, 'FMDDth')
to_char(ts, 'DDTH')
to_char(ts, 'CC')
to_char(ts, 'J')
to_char(ts, 'SSSS')
to_char(ts, 'RM')
to_char(day, 'YYYYMMDD')
to_char(day, 'dd/mm/yyyy')
to_char(tz, 'YYYY-MM-DD HH24:MI:SS TZ')
to_char(tz, 'OF')
to_char(ts, 'abc')
to_char(n, '999')
to_char(n, 'FM999')
to_char(n, '000')
to_char(n, 'FM000')
to_char(d, '999,999.99')
to_char(d, 'FM999,999.00')
to_char(d, '99999D99')
to_char(d, '9G999D99')
to_char(d, 'S99999.99')
to_char(d, '99999.99MI')
to_char(d, '99999.99PR')
to_char(d, 'FM$999,990.00')
to_char(f, '9999.999')
to_char(f, 'FM99.9')
to_char(1234567.891, 'FM9,999,999.99')
to_char(0.5, '0.99')
to_char(0.5, 'FM990.0%')
to_char(485, '9 9 9')
to_char(485, 'RN')
to_char(5, 'FM9th')
to_char(12345.678, '9.99EEEE')
to_char(INTERVAL '1 day 02:03:04', 'HH24:MI:SS')
to_date('2024-05-06', 'YYYY-MM-DD')
to_date('06/05/2024', 'DD/MM/YYYY')
to_date('20240506', 'YYYYMMDD')
to_date('6 May 2024', 'DD Mon YYYY')
to_timestamp('2024-05-06 07:08:09', 'YYYY-MM-DD HH24:MI:SS')
to_timestamp('2024-05-06', 'YYYY-MM-DD')
to_timestamp('2024-01-15 10:30:45.123456', 'YYYY-MM-DD HH24:MI:SS.US')
to_timestamp(1700000000)
to_timestamp(1700000000.5)
to_timestamp(n)
to_number('12,454.8', '99G999D9')
to_number('1234', '9999')
make_date(2024, 5, 6)
make_time(8, 15, 23.5)
make_timestamp(2024, 5, 6, 7, 8, 9.5)
make_interval(days => 10)
make_interval(hours => 2, mins => 30)
make_interval(1, 2, 3, 4)
INTERVAL '1 year 2 months'
INTERVAL '90 minutes'
INTERVAL '1' YEAR
INTERVAL '1:30' HOUR TO MINUTE
INTERVAL '1 day' * 3
INTERVAL '1 day' / 2
INTERVAL '1 month' * 1.5
n * INTERVAL '1 hour'
-INTERVAL '1 day'
'1 day'::interval
(id || ' days')::interval
justify_days(INTERVAL '35 days')
justify_hours(INTERVAL '27 hours')
ts AT TIME ZONE 'UTC'
ts AT TIME ZONE 'Europe/Paris'
tz AT TIME ZONE 'Europe/Paris'
timezone('America/New_York', tz)
(ts::timestamptz AT TIME ZONE 'UTC')
date_trunc('month', (ts::timestamptz AT TIME ZONE 'UTC'))
(ts, ts) OVERLAPS (TIMESTAMP '2024-01-01', TIMESTAMP '2024-02-01')
isfinite(ts)
'infinity'::timestamp > ts
CURRENT_DATE = current_date
now() = CURRENT_TIMESTAMP
clock_timestamp() >= now()
statement_timestamp() >= now()
localtimestamp > '2020-01-01'
-- json
j -> 'a'
j ->> 'a'
j -> 'b' -> 'c'
j -> 'b' ->> 'c'
j #> '{b,c}'
j #>> '{b,c}'
j #>> ARRAY['b', 'c']
j #>> '{l,1}'
j -> 'l' -> 0
j -> 'l' -> -1
j -> 0
j ->> 2
(j ->> 'a')::numeric
(j ->> 'a')::float8 > 1
j ->> 'a' = '2'
j ->> 'b'
j -> 'b'
j::jsonb ? 'a'
j::jsonb ?| ARRAY['b', 'z']
j::jsonb ?& ARRAY['a', 'b']
j::jsonb @> '{"a": 1}'
j::jsonb @> '{"b": {"c": "x"}}'
'{"a": 1}'::jsonb <@ j::jsonb
j::jsonb - 'a'
j::jsonb || '{"z": 1}'::jsonb
json_extract_path(j, 'b', 'c')
json_extract_path_text(j, 'b', 'c')
jsonb_extract_path_text(j::jsonb, 'a')
json_typeof(j)
jsonb_typeof(j::jsonb -> 'a')
json_array_length(j -> 'l')
jsonb_array_length(j::jsonb -> 'l')
json_build_object('id', id, 'city', city)
jsonb_build_object('id', id, 'f', f, 'ok', b)
json_build_array(id, city, NULL)
jsonb_build_array(1, 'a', true)
to_json(s)
to_jsonb(n)
to_json(ids)
to_jsonb(tags)
array_to_json(ids)
row_to_json(row(id, city))
to_json(ts)
to_json(tz)
to_json(day)
to_json(f)
to_json(d)
json_build_object('ts', ts, 'tz', tz, 'f', f, 'd', d, 'none', NULL)
json_build_object(coalesce(city, '-'), ids)
json_build_object(city, 1)
json_build_array(ts, j, tags)
json_build_object()
json_build_array()
json_build_object('a "b"', s)
jsonb_build_object('tz', tz)
row_to_json(row(tz, s))
json_strip_nulls('{"a": null, "b": 1}')
jsonb_pretty('{"a": 1}')
jsonb_set('{"a": 1}', '{a}', '2')
json_object('{a,1,b,2}')
'{"a": 1}'::jsonb = '{"a":1}'::jsonb
'[1, 2]'::jsonb
'{"b": 1, "a": 2}'::jsonb::text
j::text
-- arrays
ids[1]
ids[2]
ids[9]
ids[2:3]
tags[1]
array_length(ids, 1)
array_length(ids, 2)
cardinality(ids)
array_upper(ids, 1)
array_lower(ids, 1)
array_ndims(ids)
array_dims(ids)
array_position(ids, 2)
array_position(tags, 'zzz')
array_positions(ARRAY[1, 2, 1], 1)
array_append(ids, 99)
array_prepend(0, ids)
array_cat(ids, ARRAY[8])
array_remove(ids, 2)
array_replace(ids, 2, 22)
ids || 4
ids || ARRAY[4, 5]
0 || ids
ids @> ARRAY[1]
ids @> ARRAY[1, 2]
ARRAY[1] <@ ids
ids && ARRAY[3, 4]
ids = ARRAY[4]
ids <> ARRAY[4]
ARRAY[1, 2] < ARRAY[1, 3]
ARRAY[1, 2] || 3
ARRAY['a', 'b']
ARRAY[1, NULL]
'{1,2,3}'::int[]
'{a,"b c",NULL}'::text[]
ids::text
tags::text
ids::text[]
ARRAY[]::int[]
array_fill(7, ARRAY[3])
trim_array(ARRAY[1, 2, 3], 1)
ARRAY[[1, 2], [3, 4]]
(ARRAY[1, 2, 3])[2]
ROW(1, 'a') = ROW(1, 'a')
(id, city) = (1, 'Oslo')
(id, n) < (2, 5)
(id, city) IN ((1, 'Oslo'), (2, 'Rome'))
-- names and types
"id"
t.id
public.t.id
s::pg_catalog.text
CAST(id AS "text")
CAST(id AS pg_catalog.int8)
id::int2
id::int4
id::int8
id::smallint
id::real
f::float4
f::double precision
s::character varying(4)
s::name
id::oid
s::bpchar
'a'::character(3)
day::timestamp with time zone
ts::timestamp(0)
ts::timestamp without time zone
ts::timestamp(3)
'10:20:30'::time
'10:20:30+02'::timetz
'abc'::bytea
'550e8400-e29b-41d4-a716-446655440000'::uuid
gen_random_uuid() IS NOT NULL
random() < 1
pg_typeof(id)
pg_typeof(s)
num_nulls(n, s)
num_nonnulls(n, s)
n * '5'
'5' * n
id + '3'
f / '4'
ts - '2024-01-01'
'2024-02-01' - day
day - '2024-01-01'
(ts - '2024-01-01 10:00:00') > interval '1 day'
date_bin('15 minutes', ts, '2023-01-01')
date_bin(interval '1 hour', tz, '2023-01-01 00:30:00+00')
'June 5, 2023'::date
date '05-Jan-2024'
'20240601'::date
'06/01/2024'::date
'2024-01-01 10:00+00'::timestamptz
'2024-01-01 10:00:00+05:30'::timestamptz
'2024-06-01 10:00 Europe/Oslo'::timestamptz
timestamp '2024-01-05 5:06 PM'
'2024-01-05T10:11:12.5Z'::timestamptz
'10:20'::time
'no date'::date
'2024-13-01'::date
power(10.0::float8, 400)
exp(1000::float8)
10::float8 ^ 400
power(f, 2)
localtimestamp > ts
localtime IS NOT NULL
ctid IS NULL
json_build_array('nan'::float8, '-infinity'::float8, 1e20::float8, f)
to_json(array[tz, tz])
json_build_object('x', CASE WHEN id > 2 THEN ts END, 'y', ts + interval '1 day')
j::jsonb - 'b' - 'l'
date_trunc('fortnight', ts)
extract(foo FROM ts)
extract(usec FROM ts)
date_trunc('mon', ts)
