-- [1] simple
select "city", count(*) as "n" from "orders" group by "city"
;

-- [2] extended
-- parameters: $1 = 'r', $2 = 'v', $3 = 'p', $4 = '^pg_', $5 = 'information_schema', $6 = 'crdb_internal', $7 = '0', $8 = 't', $9 = 'kysely_migration', $10 = 'kysely_migration_lock'
select "a"."attname" as "column", "a"."attnotnull" as "not_null", "a"."atthasdef" as "has_default", "c"."relname" as "table", "c"."relkind" as "table_type", "ns"."nspname" as "schema", "typ"."typname" as "type", "dtns"."nspname" as "type_schema", col_description(a.attrelid, a.attnum) as "column_description", pg_get_serial_sequence(quote_ident(ns.nspname) || '.' || quote_ident(c.relname), a.attname) as "auto_incrementing" from "pg_catalog"."pg_attribute" as "a" inner join "pg_catalog"."pg_class" as "c" on "a"."attrelid" = "c"."oid" inner join "pg_catalog"."pg_namespace" as "ns" on "c"."relnamespace" = "ns"."oid" inner join "pg_catalog"."pg_type" as "typ" on "a"."atttypid" = "typ"."oid" inner join "pg_catalog"."pg_namespace" as "dtns" on "typ"."typnamespace" = "dtns"."oid" where "c"."relkind" in ($1, $2, $3) and "ns"."nspname" !~ $4 and "ns"."nspname" != $5 and "ns"."nspname" != $6 and has_schema_privilege(ns.nspname, 'USAGE') and "a"."attnum" >= $7 and "a"."attisdropped" != $8 and "c"."relname" != $9 and "c"."relname" != $10 order by "ns"."nspname", "c"."relname", "a"."attnum"
;

-- [3] simple
select "nspname" from "pg_catalog"."pg_namespace"
;

-- [4] simple
start transaction read only
;

-- [5] extended
-- parameters: $1 = '1'
select "id" from "orders" limit $1
;

-- [6] extended
-- parameters: $1 = '9'
explain (format json) select "id" from "orders" where "id" < $1
;
