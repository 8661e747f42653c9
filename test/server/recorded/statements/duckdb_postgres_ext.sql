-- [1] simple
SELECT version(), (SELECT COUNT(*) FROM pg_settings WHERE name LIKE 'rds%')
;

-- [2] simple
SELECT 1
;

-- [3] simple
DISCARD ALL
;

-- [4] simple
SELECT to_regclass('duckdb_secrets')
;

-- [5] simple
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

SELECT oid, nspname
FROM pg_namespace

ORDER BY oid;

SELECT pg_namespace.oid AS namespace_id, relname, relpages, attname,
    pg_type.typname type_name, atttypmod type_modifier, pg_attribute.attndims ndim,
    attnum, pg_attribute.attnotnull AS notnull, NULL constraint_id,
    NULL constraint_type, NULL constraint_key, type_ns.nspname AS type_schema,
    col_desc.description AS column_comment,
    tbl_desc.description AS table_comment
FROM pg_class
JOIN pg_namespace ON relnamespace = pg_namespace.oid
JOIN pg_attribute ON pg_class.oid=pg_attribute.attrelid
JOIN pg_type ON atttypid=pg_type.oid
JOIN pg_namespace type_ns ON pg_type.typnamespace = type_ns.oid
LEFT JOIN pg_description col_desc ON col_desc.objoid=pg_class.oid AND col_desc.objsubid=pg_attribute.attnum
LEFT JOIN pg_description tbl_desc ON tbl_desc.objoid=pg_class.oid AND tbl_desc.objsubid=0
WHERE attnum > 0 AND relkind IN ('r', 'v', 'm', 'f', 'p') 
UNION ALL
SELECT pg_namespace.oid AS namespace_id, relname, NULL relpages, NULL attname, NULL type_name,
    NULL type_modifier, NULL ndim, NULL attnum, NULL AS notnull,
    pg_constraint.oid AS constraint_id, contype AS constraint_type,
    conkey AS constraint_key, NULL AS type_schema,
    NULL AS column_comment, NULL AS table_comment
FROM pg_class
JOIN pg_namespace ON relnamespace = pg_namespace.oid
JOIN pg_constraint ON (pg_class.oid=pg_constraint.conrelid)
WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND contype IN ('p', 'u') 
ORDER BY namespace_id, relname, attnum, constraint_id;

SELECT n.oid, enumtypid, typname, enumlabel
FROM pg_enum e
JOIN pg_type t ON e.enumtypid = t.oid
JOIN pg_namespace AS n ON (typnamespace=n.oid)

ORDER BY n.oid, enumtypid, enumsortorder;

SELECT n.oid, t.typrelid AS id, t.typname as type, pg_attribute.attname, sub_type.typname,
       sub_type_ns.nspname AS sub_type_schema
FROM pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_class ON pg_class.oid = t.typrelid
JOIN pg_attribute ON attrelid=t.typrelid
JOIN pg_type sub_type ON (pg_attribute.atttypid=sub_type.oid)
JOIN pg_catalog.pg_namespace sub_type_ns ON sub_type_ns.oid = sub_type.typnamespace
WHERE pg_class.relkind IN ('c', 'r', 'v', 'm', 'f', 'p')
AND t.typtype='c'
AND pg_attribute.attnum > 0
AND NOT pg_attribute.attisdropped

ORDER BY n.oid, t.oid, attrelid, attnum;

SELECT pg_namespace.oid, tablename, indexname
FROM pg_indexes
JOIN pg_namespace ON (schemaname=nspname)

ORDER BY pg_namespace.oid
;

-- [6] simple
COMMIT
;

-- [7] simple
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
;

-- [8] simple
COPY (SELECT NULL FROM "public"."orders" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid) TO STDOUT (FORMAT "binary")
;

-- [9] simple
COPY (SELECT "id", "customer", "city", "amount" FROM "public"."orders" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid AND ("id" >= '10' AND "id" <= '500') AND ("customer" >= 'c1' COLLATE "C" AND "customer" < 'c2' COLLATE "C")) TO STDOUT (FORMAT "binary")
;

-- [10] simple
COPY (SELECT "id", "customer", "city", "amount", "price", "paid", "created", "day", "tags" FROM "public"."orders"  LIMIT 3) TO STDOUT (FORMAT "binary")
;

-- [11] simple
ROLLBACK
;

-- [12] simple
COPY (SELECT "city", "id", "customer", "amount", "price", "paid", "created", "day", "tags" FROM "public"."orders" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid AND "city" IN ('Oslo', 'Rome')) TO STDOUT (FORMAT "binary")
;

-- [13] simple
COPY (SELECT "customer" FROM "public"."orders" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid) TO STDOUT (FORMAT "binary")
;

-- [14] simple
COPY (SELECT "id", "country" FROM "public"."customers" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid) TO STDOUT (FORMAT "binary")
;

-- [15] simple
COPY (SELECT "city", "n", "total" FROM "public"."v_city" ) TO STDOUT (FORMAT "binary")
;

-- [16] simple
COPY (SELECT "city", "n" FROM (select city,count(*) n from orders group by 1) AS __unnamed_subquery ) TO STDOUT (FORMAT "binary")
;

-- [17] simple

SELECT pg_namespace.oid AS namespace_id, relname, relpages, attname,
    pg_type.typname type_name, atttypmod type_modifier, pg_attribute.attndims ndim,
    attnum, pg_attribute.attnotnull AS notnull, NULL constraint_id,
    NULL constraint_type, NULL constraint_key, type_ns.nspname AS type_schema,
    col_desc.description AS column_comment,
    tbl_desc.description AS table_comment
FROM pg_class
JOIN pg_namespace ON relnamespace = pg_namespace.oid
JOIN pg_attribute ON pg_class.oid=pg_attribute.attrelid
JOIN pg_type ON atttypid=pg_type.oid
JOIN pg_namespace type_ns ON pg_type.typnamespace = type_ns.oid
LEFT JOIN pg_description col_desc ON col_desc.objoid=pg_class.oid AND col_desc.objsubid=pg_attribute.attnum
LEFT JOIN pg_description tbl_desc ON tbl_desc.objoid=pg_class.oid AND tbl_desc.objsubid=0
WHERE attnum > 0 AND relkind IN ('r', 'v', 'm', 'f', 'p') AND pg_namespace.nspname IN ('public')AND relname='orders'
UNION ALL
SELECT pg_namespace.oid AS namespace_id, relname, NULL relpages, NULL attname, NULL type_name,
    NULL type_modifier, NULL ndim, NULL attnum, NULL AS notnull,
    pg_constraint.oid AS constraint_id, contype AS constraint_type,
    conkey AS constraint_key, NULL AS type_schema,
    NULL AS column_comment, NULL AS table_comment
FROM pg_class
JOIN pg_namespace ON relnamespace = pg_namespace.oid
JOIN pg_constraint ON (pg_class.oid=pg_constraint.conrelid)
WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND contype IN ('p', 'u') AND pg_namespace.nspname IN ('public')AND relname='orders'
ORDER BY namespace_id, relname, attnum, constraint_id
;

-- [18] simple
COPY (SELECT "paid", "id", "customer", "city", "amount", "price", "created", "day", "tags" FROM "public"."orders" WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid) TO STDOUT (FORMAT "binary")
;

-- [19] simple
SELECT "created", "tags" FROM "public"."orders"
;

-- [20] simple
SELECT "amount" FROM "public"."orders"
;

-- [21] simple
SELECT "amount", "created", "day" FROM "public"."orders" WHERE "amount" > '100.00' AND "created" > '2024-03-01 00:00:00+00'
;

-- [22] simple
SELECT NULL FROM "public"."orders"  LIMIT 1
;
