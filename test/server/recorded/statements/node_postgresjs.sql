-- [1] extended

      select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid
;

-- [2] extended
-- parameters: $1 = '{Oslo,Rome}', $2 = '5'
select city,count(*) n from orders where city = any($1) and id > $2 group by 1
;

-- [3] extended
-- parameters: $1 = 'Oslo', $2 = 'Rome', $3 = '2024-03-01 00:00:00+00'
select * from orders where city in ($1,$2) and created > $3 limit 2
;

-- [4] simple
copy (select id,city from orders) to stdout
;

-- [5] simple
begin read only
;

-- [6] extended
select 1
;

-- [7] simple
select 1; select 2
;

-- [8] extended
select array[1,2] a, '{"a":1}'::jsonb j, 1.5::numeric m, null::text
;
