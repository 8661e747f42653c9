-- [1] simple
SET search_path = pg_catalog
;

-- [2] simple
SET timezone = 'GMT'
;

-- [3] simple
SET datestyle = ISO
;

-- [4] simple
SET intervalstyle = postgres
;

-- [5] simple
SET extra_float_digits = 3
;

-- [6] simple
START TRANSACTION ISOLATION LEVEL REPEATABLE READ
;

-- [7] simple
SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'public'
;

-- [8] simple
SELECT relname,   attname,   format_type(atttypid, atttypmod),   attnotnull,   pg_get_expr(adbin, adrelid),   attgenerated,   collname,   collnsp.nspname FROM pg_class c   JOIN pg_namespace n ON     relnamespace = n.oid   LEFT JOIN pg_attribute a ON     attrelid = c.oid AND attnum > 0       AND NOT attisdropped   LEFT JOIN pg_attrdef ad ON     adrelid = c.oid AND adnum = attnum   LEFT JOIN pg_collation coll ON     coll.oid = attcollation   LEFT JOIN pg_namespace collnsp ON     collnsp.oid = collnamespace WHERE c.relkind IN ('r','v','f','m','p')   AND n.nspname = 'public' AND NOT c.relispartition  ORDER BY c.relname, a.attnum
;

-- [9] simple
COMMIT TRANSACTION
;

-- [10] extended
DECLARE c1 CURSOR FOR
SELECT city, count(*), sum(amount) FROM public.orders GROUP BY 1
;

-- [11] simple
FETCH 1000 FROM c1
;

-- [12] simple
CLOSE c1
;

-- [13] extended
DECLARE c1 CURSOR FOR
SELECT id, customer, city, amount, price, paid, created, day, tags FROM public.orders WHERE ((id >= 5)) AND ((id <= 7)) AND ((customer ~~ 'c%'))
;

-- [14] extended
DECLARE c1 CURSOR FOR
SELECT id, country FROM public.customers
;

-- [15] extended
DECLARE c2 CURSOR FOR
SELECT customer FROM public.orders WHERE ((created > '2024-03-01 00:00:00+00'))
;

-- [16] simple
FETCH 1000 FROM c2
;

-- [17] simple
CLOSE c2
;

-- [18] extended
DECLARE c1 CURSOR FOR
SELECT amount FROM public.orders ORDER BY amount DESC NULLS FIRST LIMIT 100::bigint
;

-- [19] extended
DECLARE c1 CURSOR FOR
SELECT customer, tags FROM public.orders WHERE ((length(customer) IS NOT NULL)) ORDER BY length(customer) DESC NULLS FIRST
;

-- [20] simple
EXPLAIN SELECT id, customer, city, amount, price, paid, created, day, tags FROM public.orders WHERE ((city = 'Oslo'))
;

-- [21] simple
EXPLAIN SELECT NULL FROM public.orders WHERE ((city = 'Oslo'))
;

-- [22] simple
EXPLAIN SELECT count(*) FROM public.orders WHERE ((city = 'Oslo'))
;

-- [23] extended
DECLARE c1 CURSOR FOR
SELECT count(*) FROM public.orders WHERE ((city = 'Oslo'))
;

-- [24] simple
EXPLAIN SELECT NULL FROM public.orders
;

-- [25] simple
EXPLAIN SELECT count(*) FROM public.orders
;

-- [26] extended
DECLARE c1 CURSOR FOR
SELECT count(*) FROM public.orders
;

-- [27] simple
EXPLAIN SELECT id FROM public.orders
;

-- [28] extended
DECLARE c1 CURSOR FOR
SELECT id FROM public.orders
;

-- [29] simple
ABORT TRANSACTION
;

-- [30] simple
SELECT pg_catalog.pg_relation_size('public.orders'::pg_catalog.regclass) / 8192
;

-- [31] simple
DECLARE c1 CURSOR FOR SELECT id, customer, city, amount, price, paid, created, day, tags FROM public.orders
;

-- [32] simple
EXPLAIN SELECT city, n, total FROM public.v_city
;

-- [33] extended
DECLARE c1 CURSOR FOR
SELECT city, n, total FROM public.v_city
;
