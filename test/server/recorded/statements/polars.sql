-- [1] simple

;

-- [2] extended
COPY (select * from orders) TO STDOUT WITH BINARY
;

-- [3] extended
SELECT min(CXTMPTAB_RANGE.id), max(CXTMPTAB_RANGE.id) FROM (SELECT id, amount FROM orders) AS CXTMPTAB_RANGE
;

-- [4] extended
COPY (SELECT * FROM (SELECT id, amount FROM orders) AS CXTMPTAB_PART WHERE 3334 <= CXTMPTAB_PART.id AND CXTMPTAB_PART.id < 6667) TO STDOUT WITH BINARY
;

-- [5] simple
SELECT version()
;

-- [6] simple

SELECT
    attrelid,
    attname,
    atttypid
FROM
    pg_catalog.pg_attribute
ORDER BY
    attrelid, attnum
;

-- [7] simple
SELECT oid, typname, typreceive, typbasetype, typrelid, typarray FROM pg_catalog.pg_type WHERE (typreceive != 0 OR typsend != 0) AND typtype != 'r' AND typreceive::TEXT != 'array_recv'
;

-- [8] simple
BEGIN TRANSACTION
;

-- [9] extended
COPY (select city,count(*) n from orders group by 1) TO STDOUT (FORMAT binary)
;

-- [10] extended
-- parameters: $1 = '9'
select * from orders where id<$1
;
