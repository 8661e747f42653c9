-- [1] extended
-- parameters: $1 = 'Oslo', $2 = 'Rome', $3 = '2'
select "id", "city", "amount" from "orders" where "orders"."city" in ($1, $2) limit $3
;

-- [2] simple
select "city", count(*) from "orders" group by "orders"."city"
;

-- [3] extended
-- parameters: $1 = '5', $2 = '1'
select "id", "city", "amount" from "orders" "o" where "o"."id" = $1 limit $2
;

-- [4] extended
-- parameters: $1 = '7'
select "id", "city", "amount" from "orders" where "orders"."id" = $1
;

-- [5] simple
begin isolation level repeatable read read only
;

-- [6] extended
-- parameters: $1 = '1'
select "id", "city", "amount" from "orders" limit $1
;

-- [7] simple
commit
;
