-- [1] simple
BEGIN
;

-- [2] simple
SET TIMEZONE = UTC
;

-- [3] simple
COMMIT
;

-- [4] simple
SELECT CURRENT_DATABASE()
;

-- [5] simple
SELECT CURRENT_SCHEMA
;

-- [6] simple
SELECT DISTINCT table_name FROM information_schema.tables WHERE TRUE AND table_schema = 'public' AND table_catalog = 'redis' UNION ALL SELECT DISTINCT table_name FROM information_schema.tables WHERE table_type = 'LOCAL TEMPORARY'
;

-- [7] simple
SELECT schema_name FROM information_schema.schemata
;

-- [8] simple
SELECT datname FROM pg_catalog.pg_database WHERE NOT datistemplate
;

-- [9] simple
SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()
;

-- [10] extended
-- parameters: $1 = '{public}', $2 = 'orders'
SELECT
  a.attname AS column_name,
  CASE
    WHEN EXISTS(
      SELECT 1
      FROM pg_catalog.pg_type t
      INNER JOIN pg_catalog.pg_enum e
              ON e.enumtypid = t.oid
             AND t.typname = pg_catalog.format_type(a.atttypid, a.atttypmod)
    ) THEN 'enum'
    ELSE pg_catalog.format_type(a.atttypid, a.atttypmod)
  END AS data_type,
  NOT a.attnotnull AS nullable
FROM pg_catalog.pg_attribute a
INNER JOIN pg_catalog.pg_class c
   ON a.attrelid = c.oid
INNER JOIN pg_catalog.pg_namespace n
   ON c.relnamespace = n.oid
WHERE a.attnum > 0
  AND NOT a.attisdropped
  AND n.nspname = ANY($1)
  AND c.relname = $2
ORDER BY a.attnum ASC
;

-- [11] simple
SELECT * FROM (SELECT "t0"."city", COUNT(*) AS "n", SUM("t0"."amount") AS "s", AVG("t0"."price") AS "m" FROM "orders" AS "t0" GROUP BY 1) AS "t1" ORDER BY "t1"."city" ASC
;

-- [12] simple
SELECT "t0"."id", "t0"."day" FROM "orders" AS "t0" WHERE "t0"."created" >= '2024-03-01' AND "t0"."customer" LIKE 'c1%' LIMIT 3
;

-- [13] simple
SELECT * FROM (SELECT "t1"."m", COUNT(*) AS "n" FROM (SELECT "t0"."id", "t0"."customer", "t0"."city", "t0"."amount", "t0"."price", "t0"."paid", "t0"."created", "t0"."day", "t0"."tags", DATE_TRUNC('MONTH', "t0"."created") AS "m" FROM "orders" AS "t0") AS "t1" GROUP BY 1) AS "t2" ORDER BY "t2"."m" ASC LIMIT 2
;

-- [14] simple
SELECT COUNT(DISTINCT "t0"."customer") AS "CountDistinct(customer)" FROM "orders" AS "t0"
;

-- [15] simple
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "t0"."price") AS "Quantile(price, 0.5)" FROM "orders" AS "t0"
;

-- [16] simple
SELECT STDDEV_SAMP("t0"."price") AS "StandardDev(price)" FROM "orders" AS "t0"
;

-- [17] simple
CREATE TEMPORARY VIEW ibis_postgres_metadata_gp3ll36npnbhxi2qnhi3ui5rk4 AS SELECT city, COUNT(*) AS n FROM orders GROUP BY 1
;

-- [18] simple
DROP VIEW IF EXISTS ibis_postgres_metadata_gp3ll36npnbhxi2qnhi3ui5rk4
;

-- [19] simple
DEALLOCATE ALL
;

-- [20] simple
SELECT city, COUNT(*) AS n FROM orders GROUP BY 1
;

-- [21] extended
DECLARE "ibis_postgres_cursor_fk35we7svrbehhjair3txd4y2a" CURSOR FOR SELECT "t1"."id", "t1"."customer", "t1"."city", "t1"."amount", "t1"."price", "t1"."paid", "t1"."created", "t1"."day", CAST("t1"."tags" AS VARCHAR) AS "tags" FROM (SELECT * FROM "orders" AS "t0" LIMIT 3) AS "t1"
;

-- [22] simple
FETCH FORWARD 1000000 FROM "ibis_postgres_cursor_fk35we7svrbehhjair3txd4y2a"
;

-- [23] extended
DECLARE "ibis_postgres_cursor_tivutjiwxfbpngwhza44hfr2gi" CURSOR FOR SELECT "t0"."id", "t0"."customer", "t0"."city", "t0"."amount", "t0"."price", "t0"."paid", "t0"."created", "t0"."day", CAST("t0"."tags" AS VARCHAR) AS "tags" FROM "orders" AS "t0"
;

-- [24] simple
FETCH FORWARD 3000 FROM "ibis_postgres_cursor_tivutjiwxfbpngwhza44hfr2gi"
;

-- [25] simple
SELECT COUNT(*) AS "CountStar()" FROM (SELECT "t2"."city", "t2"."n", "t2"."total", "t3"."id", "t3"."name", "t3"."country" FROM "v_city" AS "t2" INNER JOIN "customers" AS "t3" ON TRUE) AS "t4"
;
