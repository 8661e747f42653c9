-- [1] extended
-- parameters: $1 = '7'
select * from orders where id=$1
;

-- [2] simple
select id,city from orders limit 1
;

-- [3] simple
select 1 a; select 2 b
;

-- [4] extended
-- parameters: $1 = '3'
select id,amount,created,tags from orders where id<$1
;
