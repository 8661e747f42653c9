-- [1] simple
BEGIN
;

-- [2] simple

                select datname
                from pg_database
                where
                    datistemplate is false
                    and datallowconn is true
                order by datname asc
;

-- [3] simple
COMMIT
;

-- [4] simple
select current_database(), current_schemas(false)
;

-- [5] extended
-- parameters: $1 = 'redis'

                select schema_name
                from information_schema.schemata
                where
                    catalog_name = $1
                    and schema_name != 'information_schema'
                    and schema_name not like 'pg\_%' escape '\'
                order by schema_name asc
;

-- [6] extended
-- parameters: $1 = 'redis', $2 = 'public'

                select table_name, table_type
                from information_schema.tables
                where
                    table_catalog = $1
                    and table_schema = $2
                order by table_name asc
;

-- [7] extended
-- parameters: $1 = 'public'

                select matviewname
                from pg_matviews
                where
                    schemaname = $1
                order by matviewname asc
;

-- [8] extended
-- parameters: $1 = 'redis', $2 = 'public', $3 = 'customers'

                select column_name, data_type
                from information_schema.columns
                where
                    table_catalog = $1
                    and table_schema = $2
                    and table_name = $3
                order by ordinal_position asc
;

-- [9] simple

            select distinct
                routine_name as label,
                case when routine_type is null then 'agg' else 'fn' end as type_label,
                case
                    when routine_schema = 'pg_catalog'  --
                    then null
                    else routine_schema
                end as context
            from information_schema.routines
            where
                length(routine_name) < 37
                and routine_name not ilike '\_%'
                and routine_name not ilike 'pg\_%'
                and routine_name not ilike 'binary\_upgrade\_%'
;

-- [10] simple
select distinct name as label from pg_settings
;

-- [11] simple
select * from orders
;
