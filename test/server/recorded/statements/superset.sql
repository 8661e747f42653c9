-- [1] simple
BEGIN
;

-- [2] simple
SELECT t.oid, typarray
FROM pg_type t JOIN pg_namespace ns
    ON typnamespace = ns.oid
WHERE typname = 'hstore'
;

-- [3] simple
ROLLBACK
;

-- [4] simple
select pg_catalog.version()
;

-- [5] simple
select current_schema()
;

-- [6] simple
show transaction isolation level
;

-- [7] simple
show standard_conforming_strings
;

-- [8] simple
SELECT 1
;

-- [9] simple
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY nspname
;

-- [10] simple

SELECT datname FROM pg_database
WHERE datistemplate = false
;

-- [11] simple
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind in ('r', 'p')
;

-- [12] simple
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'f'
;

-- [13] simple
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
;

-- [14] simple

            SELECT c.oid
            FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE (n.nspname = 'public')
            AND c.relname = 'orders' AND c.relkind in
            ('r', 'v', 'm', 'f', 'p')
;

-- [15] simple

            SELECT a.attname,
              pg_catalog.format_type(a.atttypid, a.atttypmod),
              (
                SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                AND a.atthasdef
              ) AS DEFAULT,
              a.attnotnull,
              a.attrelid as table_oid,
              pgd.description as comment,
              a.attgenerated as generated,
                              (SELECT json_build_object(
                    'always', a.attidentity = 'a',
                    'start', s.seqstart,
                    'increment', s.seqincrement,
                    'minvalue', s.seqmin,
                    'maxvalue', s.seqmax,
                    'cache', s.seqcache,
                    'cycle', s.seqcycle)
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c on s.seqrelid = c."oid"
                WHERE c.relkind = 'S'
                AND a.attidentity != ''
                AND s.seqrelid = pg_catalog.pg_get_serial_sequence(
                    a.attrelid::regclass::text, a.attname
                )::regclass::oid
                ) as identity_options                
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_description pgd ON (
                pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum)
            WHERE a.attrelid = 16386
            AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
;

-- [16] simple

            SELECT t.typname as "name",
               pg_catalog.format_type(t.typbasetype, t.typtypmod) as "attype",
               not t.typnotnull as "nullable",
               t.typdefault as "default",
               pg_catalog.pg_type_is_visible(t.oid) as "visible",
               n.nspname as "schema"
            FROM pg_catalog.pg_type t
               LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'd'
;

-- [17] simple

            SELECT t.typname as "name",
               -- no enum defaults in 8.4 at least
               -- t.typdefault as "default",
               pg_catalog.pg_type_is_visible(t.oid) as "visible",
               n.nspname as "schema",
               e.enumlabel as "label"
            FROM pg_catalog.pg_type t
                 LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                 LEFT JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
            WHERE t.typtype = 'e'
        ORDER BY "schema", "name", e.oid
;

-- [18] simple

                SELECT a.attname
                FROM pg_attribute a JOIN (
                    SELECT unnest(ix.indkey) attnum,
                           generate_subscripts(ix.indkey, 1) ord
                    FROM pg_index ix
                    WHERE ix.indrelid = 16386 AND ix.indisprimary
                    ) k ON a.attnum=k.attnum
                WHERE a.attrelid = 16386
                ORDER BY k.ord
;

-- [19] simple

        SELECT conname
           FROM  pg_catalog.pg_constraint r
           WHERE r.conrelid = 16386 AND r.contype = 'p'
           ORDER BY 1
;

-- [20] simple

          SELECT r.conname,
                pg_catalog.pg_get_constraintdef(r.oid, true) as condef,
                n.nspname as conschema
          FROM  pg_catalog.pg_constraint r,
                pg_namespace n,
                pg_class c

          WHERE r.conrelid = 16386 AND
                r.contype = 'f' AND
                c.oid = confrelid AND
                n.oid = c.relnamespace
          ORDER BY 1
;

-- [21] simple

              SELECT
                  i.relname as relname,
                  ix.indisunique, ix.indexprs,
                  a.attname, a.attnum, c.conrelid, ix.indkey::varchar,
                  ix.indoption::varchar, i.reloptions, am.amname,
                  pg_get_expr(ix.indpred, ix.indrelid),
                  ix.indnkeyatts as indnkeyatts
              FROM
                  pg_class t
                        join pg_index ix on t.oid = ix.indrelid
                        join pg_class i on i.oid = ix.indexrelid
                        left outer join
                            pg_attribute a
                            on t.oid = a.attrelid and a.attnum = ANY(ix.indkey)
                        left outer join
                            pg_constraint c
                            on (ix.indrelid = c.conrelid and
                                ix.indexrelid = c.conindid and
                                c.contype in ('p', 'u', 'x'))
                        left outer join
                            pg_am am
                            on i.relam = am.oid
              WHERE
                  t.relkind IN ('r', 'v', 'f', 'm', 'p')
                  and t.oid = 16386
                  and ix.indisprimary = 'f'
              ORDER BY
                  t.relname,
                  i.relname
;

-- [22] simple

            SELECT
                pgd.description as table_comment
            FROM
                pg_catalog.pg_description pgd
            WHERE
                pgd.objsubid = 0 AND
                pgd.objoid = 16386
;

-- [23] simple

            SELECT
                cons.conname as name,
                cons.conkey as key,
                a.attnum as col_num,
                a.attname as col_name
            FROM
                pg_catalog.pg_constraint cons
                join pg_attribute a
                  on cons.conrelid = a.attrelid AND
                    a.attnum = ANY(cons.conkey)
            WHERE
                cons.conrelid = 16386 AND
                cons.contype = 'u'
;

-- [24] simple

            SELECT
                cons.conname as name,
                pg_get_constraintdef(cons.oid) as src
            FROM
                pg_catalog.pg_constraint cons
            WHERE
                cons.conrelid = 16386 AND
                cons.contype = 'c'
;

-- [25] simple
select relname from pg_class c join pg_namespace n on n.oid=c.relnamespace where n.nspname='public' and relname='orders'
;

-- [26] simple
set search_path = "public"
;

-- [27] simple
SELECT pg_backend_pid()
;

-- [28] simple
SELECT
  city,
  COUNT(*) AS n
FROM orders
GROUP BY
  1
ORDER BY
  2 DESC
LIMIT 1001
;

-- [29] simple
EXPLAIN SELECT
  *
FROM orders
;

-- [30] simple
SELECT
  city AS city,
  SUM(amount) AS sum_amount
FROM public.orders
WHERE
  city IN ('Oslo', 'Rome') AND customer LIKE 'c1%'
GROUP BY
  city
ORDER BY
  sum_amount DESC
LIMIT 100
;

-- [31] simple
SELECT
  id AS id,
  customer AS customer,
  paid AS paid,
  tags AS tags,
  day AS day
FROM public.orders
GROUP BY
  id,
  customer,
  paid,
  tags,
  day
LIMIT 5
OFFSET 2
;

-- [32] simple
SELECT DISTINCT city AS column_values 
FROM public.orders 
 LIMIT 10000
;

-- [33] simple
SELECT
  DATE_TRUNC('MONTH', created) AS created,
  city AS city,
  SUM(amount) AS sum_amount,
  COUNT(*) AS count
FROM public.orders
JOIN (
  SELECT
    city AS city__,
    SUM(amount) AS mme_inner__
  FROM public.orders
  WHERE
    created >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
    AND created < TO_TIMESTAMP('2024-06-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
  GROUP BY
    city
  ORDER BY
    SUM(amount) DESC
  LIMIT 3
) AS series_limit
  ON city = city__
WHERE
  created >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
  AND created < TO_TIMESTAMP('2024-06-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
GROUP BY
  DATE_TRUNC('MONTH', created),
  city
LIMIT 1000
;

-- [34] simple
SELECT
  COUNT(*) AS "COUNT(*)"
FROM public.orders
LIMIT 50000
;

-- [35] simple
SELECT
  id AS id,
  customer AS customer,
  city AS city,
  amount AS amount,
  price AS price,
  paid AS paid,
  created AS created,
  day AS day,
  tags AS tags
FROM public.orders
ORDER BY
  id ASC
LIMIT 5
;

-- [36] simple
SELECT
  o.id,
  o.created,
  o.amount,
  c.country
FROM orders AS o
JOIN customers AS c
  ON c.id = o.customer
LIMIT 1
;

-- [37] simple
SELECT
  country AS country,
  COUNT(DISTINCT id) AS u,
  SUM(CASE WHEN amount > 100 THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS ratio
FROM (
  SELECT
    o.id,
    o.created,
    o.amount,
    c.country
  FROM orders AS o
  JOIN customers AS c
    ON c.id = o.customer
) AS virtual_table
GROUP BY
  country
HAVING
  (
    COUNT(*) > 10
  )
LIMIT 100
;
