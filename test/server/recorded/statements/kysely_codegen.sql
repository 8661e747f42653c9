-- [1] simple
SELECT 1
;

-- [2] extended
-- parameters: $1 = 'r', $2 = 'v', $3 = 'p', $4 = '^pg_', $5 = 'information_schema', $6 = 'crdb_internal', $7 = '0', $8 = 't', $9 = 'kysely_migration', $10 = 'kysely_migration_lock'
select "a"."attname" as "column", "a"."attnotnull" as "not_null", "a"."atthasdef" as "has_default", "c"."relname" as "table", "c"."relkind" as "table_type", "ns"."nspname" as "schema", "typ"."typname" as "type", "dtns"."nspname" as "type_schema", col_description(a.attrelid, a.attnum) as "column_description", pg_get_serial_sequence(quote_ident(ns.nspname) || '.' || quote_ident(c.relname), a.attname) as "auto_incrementing" from "pg_catalog"."pg_attribute" as "a" inner join "pg_catalog"."pg_class" as "c" on "a"."attrelid" = "c"."oid" inner join "pg_catalog"."pg_namespace" as "ns" on "c"."relnamespace" = "ns"."oid" inner join "pg_catalog"."pg_type" as "typ" on "a"."atttypid" = "typ"."oid" inner join "pg_catalog"."pg_namespace" as "dtns" on "typ"."typnamespace" = "dtns"."oid" where "c"."relkind" in ($1, $2, $3) and "ns"."nspname" !~ $4 and "ns"."nspname" != $5 and "ns"."nspname" != $6 and has_schema_privilege(ns.nspname, 'USAGE') and "a"."attnum" >= $7 and "a"."attisdropped" != $8 and "c"."relname" != $9 and "c"."relname" != $10 order by "ns"."nspname", "c"."relname", "a"."attnum"
;

-- [3] simple

      with recursive domain_hierarchy as (
        select oid, typbasetype
        from pg_type
        where typtype = 'd'
        and 'information_schema'::regnamespace::oid <> typnamespace

        union all

        select dh.oid, t.typbasetype
        from domain_hierarchy as dh
        join pg_type as t ON t.oid = dh.typbasetype
      )

      select
        t.typname as "typeName",
        t.typnamespace::regnamespace::text as "typeSchema",
        bt.typname as "rootType"
      from domain_hierarchy as dh
      join pg_type as t on dh.oid = t.oid
      join pg_type as bt on dh.typbasetype = bt.oid
      where bt.typbasetype = 0
;

-- [4] simple

      select pg_namespace.nspname as schema, pg_class.relname as name
      from pg_inherits
      join pg_class on pg_inherits.inhrelid = pg_class.oid
      join pg_namespace on pg_namespace.oid = pg_class.relnamespace
;

-- [5] simple
select "namespace"."nspname" as "schemaName", "type"."typname" as "enumName", "enum"."enumlabel" as "enumValue" from "pg_type" as "type" inner join "pg_enum" as "enum" on "type"."oid" = "enum"."enumtypid" inner join "pg_catalog"."pg_namespace" as "namespace" on "namespace"."oid" = "type"."typnamespace"
;

-- [6] simple

        select
          n.nspname as table_schema,
          c.relname as table_name,
          a.attname as column_name,
          a.attnum as ordinal_position,
          pg_get_expr(ad.adbin, ad.adrelid) as column_default,
          case when a.attnotnull then 'NO' else 'YES' end as is_nullable,
          t.typname as data_type,
          tn.nspname as udt_schema,
          t.typname as udt_name,
          col_description(c.oid, a.attnum) as column_comment
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid
        join pg_type t on t.oid = a.atttypid
        join pg_namespace tn on tn.oid = t.typnamespace
        left join pg_attrdef ad on ad.adrelid = c.oid and ad.adnum = a.attnum
        where c.relkind = 'm'
          and a.attnum > 0
          and not a.attisdropped
        order by n.nspname, c.relname, a.attnum
;
