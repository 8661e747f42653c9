-- [1] extended
-- parameters: $1 = 'Oslo', $2 = '100'
select id,city,tags,created from orders where city=$1 and id<$2
;

-- [2] extended
-- parameters: $1 = '0'
select count(*) from orders where id<$1
;

-- [3] simple
select 1; select city from orders limit 3
;

-- [4] extended
copy (select id,city from orders) to stdout binary
;

-- [5] simple
START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
;

-- [6] extended
select id from orders
;

-- [7] simple
COMMIT
;

-- [8] extended
-- parameters: $1 = 'Oslo', $2 = '100'
select id, city, amount, created, tags from orders where city = $1 and id < $2
;

-- [9] extended
select city, count(*) as n, sum(amount) as s from orders group by city
;

-- [10] extended
select * from orders
;

-- [11] simple
BEGIN
;

-- [12] extended
-- parameters: $1 = '{Oslo,Rome}'
select count(*) from orders where city = any($1)
;

-- [13] simple
ROLLBACK
;
