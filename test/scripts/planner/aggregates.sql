Grouped scans: what is asked of Redis where it can answer them, and why some cannot be.

-- a count of all
SELECT count(*) FROM redis_hash('u:*');
--> redis_hash('u:*', _scan 1)
-->   columns _key
-->   filter  none
--> block 1   all: count_star(*) BIGINT

-- groups, aggregates, a filter
SELECT age, count(*) c, avg(score), sum(age), min(price), max(born), count(DISTINCT name) FROM redis_hash('u:*') WHERE active GROUP BY age ORDER BY c LIMIT 3;
--> redis_hash('u:*', _scan 1)
-->   columns active, age, score, price, born, name
-->   filter  active = true
--> block 1   age BIGINT: count_star(*) BIGINT, avg(score) DOUBLE, sum(age) HUGEINT, min(price) DECIMAL(9,2), max(born) DATE, count_distinct(name) BIGINT

-- only groups
SELECT name, active FROM redis_hash('u:*') GROUP BY ALL;
--> redis_hash('u:*', _scan 1)
-->   columns name, active
-->   filter  none
--> block 1   name VARCHAR, active BOOLEAN: nothing

-- buckets
SELECT time_bucket(INTERVAL '5 minutes', seen) b, first(score), last(score) FROM redis_hash('u:*') WHERE seen >= '2024-01-01' GROUP BY b;
--> redis_hash('u:*', _scan 1)
-->   columns seen, score
-->   filter  seen >= TIMESTAMPTZ '2024-01-01 00:00:00+00'
--> block 1   seen by 300000 ms from 946857600000 TIMESTAMP WITH TIME ZONE: first(score) DOUBLE, last(score) DOUBLE

-- buckets of days (zone)
SELECT time_bucket(INTERVAL '1 day', seen) b, count(*) FROM redis_hash('u:*') GROUP BY b;
--> redis_hash('u:*', _scan 1)
-->   columns seen
-->   filter  none
--> no block  time_bucket of a width, an origin or a time that Redis has no form for

-- buckets of a week with an origin
SELECT time_bucket(INTERVAL '7 days', made, TIMESTAMP '2024-01-02 00:00:00') b, count(*) FROM redis_hash('u:*') GROUP BY b;
--> redis_hash('u:*', _scan 1)
-->   columns made
-->   filter  none
--> block 1   made by 604800000 ms from 1704153600000 TIMESTAMP: count_star(*) BIGINT

-- buckets of months
SELECT time_bucket(INTERVAL '1 month', made) b, count(*) FROM redis_hash('u:*') GROUP BY b;
--> redis_hash('u:*', _scan 1)
-->   columns made
-->   filter  none
--> no block  time_bucket of a width, an origin or a time that Redis has no form for

-- buckets by a column
SELECT time_bucket(to_days(age::INTEGER), made) b, count(*) FROM redis_hash('u:*') GROUP BY b;
--> redis_hash('u:*', _scan 1)
-->   columns age, made
-->   filter  none
--> no block  time_bucket of a width, an origin or a time that Redis has no form for

-- a filter from outside and from HAVING
SELECT * FROM (SELECT age, name, count(*) n FROM redis_hash('u:*') GROUP BY age, name HAVING name <> 'x') WHERE age > 3 AND n > 1;
--> redis_hash('u:*', _scan 1)
-->   columns age, name
-->   filter  age > 3 AND name <> 'x'
--> block 1   age BIGINT, name VARCHAR: count_star(*) BIGINT

-- a join of two blocks
SELECT * FROM (SELECT age, count(*) n FROM redis_hash('a:*') GROUP BY age) a JOIN (SELECT age, sum(score) s FROM redis_hash('b:*') GROUP BY age) b USING (age) WHERE age = 7;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  age = 7
--> redis_hash('b:*', _scan 2)
-->   columns age, score
-->   filter  age = 7
--> block 1   age BIGINT: count_star(*) BIGINT
--> block 2   age BIGINT: sum(score) DOUBLE

-- a block beside a plain scan
SELECT a.name, n FROM redis_hash('a:*') a JOIN (SELECT age, count(*) n FROM redis_hash('a:*') GROUP BY age) b USING (age);
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('a:*', _scan 2)
-->   columns age
-->   filter  none
--> block 2   age BIGINT: count_star(*) BIGINT

-- a block of a join
SELECT a.age, count(*) FROM redis_hash('a:*') a JOIN redis_hash('b:*') b USING (age) GROUP BY a.age;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age
-->   filter  none

-- a group that is an expression
SELECT length(name), count(*) FROM redis_hash('u:*') GROUP BY 1;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  none
--> no block  it groups by an expression

-- an aggregate of an expression
SELECT sum(age * 2), max(age) FROM redis_hash('u:*');
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  none
--> no block  sum of an expression

-- other aggregates
SELECT median(age), string_agg(name, ',') FROM redis_hash('u:*');
--> redis_hash('u:*', _scan 1)
-->   columns age, name
-->   filter  none
--> no block  the aggregate median

-- an aggregate with a filter
SELECT count(*) FILTER (WHERE age > 3) FROM redis_hash('u:*');
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  none
--> no block  an aggregate with FILTER or ORDER BY

-- several grouping sets
SELECT age, name, count(*) FROM redis_hash('u:*') GROUP BY CUBE (age, name);
--> redis_hash('u:*', _scan 1)
-->   columns age, name
-->   filter  none
--> no block  several grouping sets

-- a block twice
WITH c AS NOT MATERIALIZED (SELECT age, count(*) n FROM redis_hash('u:*') GROUP BY age) SELECT * FROM c x JOIN c y ON x.age = y.n;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  none
--> block 1   age BIGINT: count_star(*) BIGINT

-- a block in a view (untagged)
SELECT age, count(*) FROM users GROUP BY age;
--> redis_hash('user:*')
-->   columns age
-->   filter  none
--> no block  the call stands in no text that can be rewritten

-- a correlated block
SELECT a.name, (SELECT count(*) FROM redis_hash('b:*') b WHERE b.age = a.age) FROM redis_hash('a:*') a;
--> redis_hash('a:*', _scan 2)
-->   columns name, age
-->   filter  none
--> redis_hash('b:*', _scan 1)
-->   columns age
-->   filter  age IS NOT NULL
--> no block  several grouping sets

-- DISTINCT
SELECT DISTINCT name FROM redis_hash('u:*');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  none
