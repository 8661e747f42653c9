-- [1] simple
SET application_name = 'count'
;

-- [2] extended
SELECT * FROM orders WHERE 1=0
;

-- [3] extended
SELECT c.oid, a.attnum, a.attname, c.relname, n.nspname, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), a.attidentity != '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON (c.relnamespace = n.oid) JOIN pg_catalog.pg_attribute a ON (c.oid = a.attrelid) JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid) LEFT JOIN pg_catalog.pg_attrdef d ON (d.adrelid = a.attrelid AND d.adnum = a.attnum) JOIN (SELECT 16386 AS oid , 1 AS attnum UNION ALL SELECT 16386, 2 UNION ALL SELECT 16386, 3 UNION ALL SELECT 16386, 4 UNION ALL SELECT 16386, 5 UNION ALL SELECT 16386, 6 UNION ALL SELECT 16386, 7 UNION ALL SELECT 16386, 8 UNION ALL SELECT 16386, 9) vals ON (c.oid = vals.oid AND a.attnum = vals.attnum) where c.oid in (16386)
;

-- [4] extended
-- parameters: $1 = '3802'
SELECT typinput='pg_catalog.array_in'::regproc as is_array, typtype, typname, pg_type.oid   FROM pg_catalog.pg_type   LEFT JOIN (select ns.oid as nspoid, ns.nspname, r.r           from pg_namespace as ns           join ( select s.r, (current_schemas(false))[s.r] as nspname                    from generate_series(1, array_upper(current_schemas(false), 1)) as s(r) ) as r          using ( nspname )        ) as sp     ON sp.nspoid = typnamespace  WHERE pg_type.oid = $1  ORDER BY sp.r, pg_type.oid DESC
;

-- [5] extended
-- parameters: $1 = '3802'
SELECT n.nspname = ANY(current_schemas(true)), n.nspname, t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON t.typnamespace = n.oid WHERE t.oid = $1
;

-- [6] simple
BEGIN
;

-- [7] extended
SELECT 1 FROM orders
;

-- [8] extended
COMMIT
;

-- [9] simple
SET application_name = 'schema'
;

-- [10] simple
SET application_name = 'part'
;

-- [11] extended
SELECT "id","amount" FROM orders  WHERE "id" >= 2502 AND "id" < 5001
;

-- [12] extended
SELECT "id","amount" FROM orders  WHERE "id" < 2502 or "id" is null
;

-- [13] extended
SELECT "id","amount" FROM orders  WHERE "id" >= 7500
;

-- [14] simple
SET application_name = 'partdate'
;

-- [15] extended
SELECT "city" FROM orders  WHERE "day" >= '2024-05-02' AND "day" < '2024-08-31'
;

-- [16] extended
SELECT "city" FROM orders  WHERE "day" < '2024-05-02' or "day" is null
;

-- [17] extended
SELECT "city" FROM orders  WHERE "day" >= '2024-08-31'
;

-- [18] simple
SET application_name = 'partts'
;

-- [19] extended
SELECT 1 FROM orders  WHERE "created" >= '2024-07-02 00:00:00'
;

-- [20] extended
SELECT 1 FROM orders  WHERE "created" < '2024-07-02 00:00:00' or "created" is null
;

-- [21] simple
SET application_name = 'pred'
;

-- [22] extended
SELECT 1 FROM orders  WHERE city='Rome'
;

-- [23] extended
SELECT 1 FROM orders  WHERE city='Oslo'
;

-- [24] extended
SELECT 1 FROM orders  WHERE city NOT IN ('Oslo','Rome')
;

-- [25] simple
SET application_name = 'filter'
;

-- [26] extended
SELECT 1 FROM orders  WHERE ("amount" IS NOT NULL) AND ("customer" IS NOT NULL) AND ("created" IS NOT NULL) AND ("day" IS NOT NULL) AND ("paid" IS NOT NULL) AND ("city" IN ('Oslo', 'Rome')) AND ("amount" > 100.00) AND ("customer" LIKE 'c1%' ESCAPE '\') AND ("created" >= '2024-03-01 00:00:00.0') AND ("day" >= '2024-01-01') AND ("day" <= '2024-06-30') AND ("paid" = true)
;

-- [27] simple
SET application_name = 'agg'
;

-- [28] extended
SELECT "city","amount","price","created","day" FROM orders
;

-- [29] simple
SET application_name = 'aggpart'
;

-- [30] extended
SELECT "city","amount" FROM orders  WHERE "id" < 5000 or "id" is null
;

-- [31] extended
SELECT "city","amount" FROM orders  WHERE "id" >= 5000
;

-- [32] simple
SET application_name = 'distinct'
;

-- [33] extended
SELECT "id","customer","price" FROM orders
;

-- [34] simple
SET application_name = 'limit'
;

-- [35] extended
SELECT "id","customer","city","amount","price","paid","created","day","tags" FROM orders
;

-- [36] simple
SET application_name = 'topn'
;

-- [37] simple
SET application_name = 'offset'
;

-- [38] simple
SET application_name = 'sample'
;

-- [39] simple
SET application_name = 'query'
;

-- [40] extended
SELECT * FROM (select city,count(*) n from orders group by city) SPARK_GEN_SUBQ_0 WHERE 1=0
;

-- further statements: more/pyspark430.sql
;
