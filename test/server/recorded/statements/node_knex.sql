-- [1] simple
select version()
;

-- [2] extended
-- parameters: $1 = 'Oslo', $2 = '2'
select "id" from "orders" where "city" in ($1) limit $2
;

-- [3] extended
-- parameters: $1 = 'orders'
select * from information_schema.columns where table_name = $1 and table_catalog = current_database() and table_schema = current_schema()
;

-- [4] extended
-- parameters: $1 = 'orders'
select * from information_schema.tables where table_name = $1 and table_schema = current_schema()
;

-- [5] extended
-- parameters: $1 = 'orders', $2 = 'id'
select * from information_schema.columns where table_name = $1 and column_name = $2 and table_schema = current_schema()
;

-- [6] extended
select * from "orders"
;

-- [7] simple
BEGIN TRANSACTION ISOLATION LEVEL serializable READ ONLY
;

-- [8] simple
select count(*) from "orders"
;
