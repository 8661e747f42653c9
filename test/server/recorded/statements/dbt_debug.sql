-- [1] simple
BEGIN
;

-- [2] simple
select 1 as id
;
