-- [1] extended
-- parameters: $1 = 'Oslo', $2 = '100'
select id,city,amount,created,tags,day,paid,price from orders where city=$1 and id<$2
;

-- [2] extended
-- parameters: $1 = '0'
select count(*) from orders where id<$1
;

-- [3] simple
begin isolation level repeatable read read only deferrable
;

-- [4] extended
select 1
;

-- [5] simple
savepoint sp_1
;

-- [6] simple
rollback to savepoint sp_1
;

-- [7] simple
rollback
;

-- [8] simple
copy (select id,city from orders) to stdout (format binary)
;

-- [9] simple
select pg_sleep(5)
;

-- [10] simple
select id,city,amount,created,tags,day,paid,price from orders where city= 'Oslo'  and id< '100'
;

-- [11] simple
select count(*) from orders where id< '0' 
;select count(*) from orders where id< '1' 
;select count(*) from orders where id< '2' 
;select count(*) from orders where id< '3' 
;select count(*) from orders where id< '4'
;

-- [12] extended
-- parameters: $1 = 'Oslo'
select id,city,created from orders where city=$1
;

-- [13] extended
-- parameters: $1 = '{Oslo,Rome}'
select count(*) from orders where city=any($1)
;

-- [14] simple
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY
;

-- [15] simple
COMMIT
;

-- [16] simple

;

-- [17] simple
-- ping
;

-- [18] extended
-- parameters: $1 = 'Oslo', $2 = '2', $3 = '1'
SELECT * FROM "orders" WHERE city in ($1) ORDER BY id LIMIT $2 OFFSET $3
;

-- [19] extended
SELECT count(*) FROM "orders" GROUP BY "city"
;

-- [20] extended
SELECT CURRENT_DATABASE()
;

-- [21] extended
-- parameters: $1 = 'redis', $2 = 'orders'
SELECT c.column_name, c.is_nullable = 'YES', c.udt_name, c.character_maximum_length, c.numeric_precision, c.numeric_precision_radix, c.numeric_scale, c.datetime_precision, 8 * typlen, c.column_default, pd.description, c.identity_increment FROM information_schema.columns AS c JOIN pg_type AS pgt ON c.udt_name = pgt.typname LEFT JOIN pg_catalog.pg_description as pd ON pd.objsubid = c.ordinal_position AND pd.objoid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = c.table_name AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = c.table_schema)) where table_catalog = $1 AND table_schema = CURRENT_SCHEMA() AND table_name = $2
;

-- [22] simple
SELECT * FROM "orders" LIMIT  '1'
;

-- [23] extended
-- parameters: $1 = 'redis', $2 = 'orders', $3 = 'UNIQUE'
SELECT constraint_name FROM information_schema.table_constraints tc JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_catalog, table_name, constraint_name) JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema AND tc.table_name = c.table_name AND ccu.column_name = c.column_name WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND c.table_catalog = $1 AND c.table_schema = CURRENT_SCHEMA() AND c.table_name = $2 AND constraint_type = $3
;

-- [24] extended
-- parameters: $1 = 'redis', $2 = 'orders'
SELECT c.column_name, constraint_name, constraint_type FROM information_schema.table_constraints tc JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_catalog, table_name, constraint_name) JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema AND tc.table_name = c.table_name AND ccu.column_name = c.column_name WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND c.table_catalog = $1 AND c.table_schema = CURRENT_SCHEMA() AND c.table_name = $2
;

-- [25] extended
-- parameters: $1 = 'orders'
SELECT a.attname as column_name, format_type(a.atttypid, a.atttypmod) AS data_type	FROM pg_attribute a JOIN pg_class b ON a.attrelid = b.oid AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = CURRENT_SCHEMA())	WHERE a.attnum > 0	AND NOT a.attisdropped	AND b.relname = $1
;

-- [26] extended
-- parameters: $1 = 'BASE TABLE'
SELECT table_name FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_type = $1
;

-- [27] extended
-- parameters: $1 = 'orders', $2 = 'BASE TABLE'
SELECT count(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_name = $1 AND table_type = $2
;

-- [28] extended
-- parameters: $1 = 'orders', $2 = 'id'
SELECT count(*) FROM INFORMATION_SCHEMA.columns WHERE table_schema = CURRENT_SCHEMA() AND table_name = $1 AND column_name = $2
;

-- [29] extended
-- parameters: $1 = 'orders'

SELECT
	ct.relname AS table_name,
	ci.relname AS index_name,
	i.indisunique AS non_unique,
	i.indisprimary AS primary,
	a.attname AS column_name
FROM
	pg_index i
	LEFT JOIN pg_class ct ON ct.oid = i.indrelid
	LEFT JOIN pg_class ci ON ci.oid = i.indexrelid
	LEFT JOIN pg_attribute a ON a.attrelid = ct.oid
	LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid
WHERE
	a.attnum = ANY(i.indkey)
	AND con.oid IS NULL
	AND ct.relkind = 'r'
	AND ct.relname = $1
 AND ct.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = CURRENT_SCHEMA())
;

-- errors answered by the server:
--   canceling statement due to user request
;
