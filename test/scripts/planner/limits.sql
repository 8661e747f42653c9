-- a plain limit
SELECT name FROM redis_hash('a:*') LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   10

-- a limit with an offset
SELECT name FROM redis_hash('a:*') LIMIT 10 OFFSET 5;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   15

-- an offset alone
SELECT name FROM redis_hash('a:*') OFFSET 5;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a limit below an expression
SELECT upper(name) FROM redis_hash('a:*') LIMIT 3;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   3

-- a limit by a parameter (params [7])
SELECT name FROM redis_hash('a:*') LIMIT $1;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   7

-- a large limit
SELECT name FROM redis_hash('a:*') LIMIT 100000;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   100000

-- a limit above a filter
SELECT name FROM redis_hash('a:*') WHERE age > 1 LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1
-->   limit   10

-- a limit above an order
SELECT name FROM redis_hash('a:*') ORDER BY age LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none
-->   top     10 by age

-- a limit above DISTINCT
SELECT DISTINCT name FROM redis_hash('a:*') LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a limit of a percentage
SELECT name FROM redis_hash('a:*') LIMIT 10%;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a limit of a limit
SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 10 OFFSET 2) LIMIT 3;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   5

-- a limit of a percentage of rows
SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 10%) LIMIT 3;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a filter above a limit
SELECT name FROM (SELECT name, age FROM redis_hash('a:*') LIMIT 10) WHERE age > 1;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none
-->   limit   10

-- an aggregate above a limit
SELECT count(*) FROM (SELECT name FROM redis_hash('a:*') LIMIT 10);
--> redis_hash('a:*', _scan 1)
-->   columns _key
-->   filter  none
-->   limit   10

-- a limit of a join
SELECT a.name FROM redis_hash('a:*') a JOIN redis_hash('b:*') b USING (age) LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age
-->   filter  none

-- a limit on one side of a join
SELECT a.name FROM (SELECT * FROM redis_hash('a:*') LIMIT 10) a JOIN redis_hash('b:*') b USING (age);
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none
-->   limit   10
--> redis_hash('b:*', _scan 2)
-->   columns age
-->   filter  none

-- limits in a group of two (untagged)
SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 1) UNION ALL SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 2);
--> redis_hash('a:*')
-->   columns name / name
-->   filter  none

-- limits of the arms of a union, tagged
SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 1) UNION ALL SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 2);
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   1
--> redis_hash('a:*', _scan 2)
-->   columns name
-->   filter  none
-->   limit   2

-- a limit of a union
SELECT name FROM redis_hash('a:*') UNION ALL SELECT name FROM redis_hash('b:*') LIMIT 4;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns name
-->   filter  none

-- a limit that is a subquery
SELECT name FROM redis_hash('a:*') LIMIT (SELECT max(id) FROM local_ids);
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a limit of a lateral subquery
SELECT a.name, l.name FROM redis_hash('a:*') a, LATERAL (SELECT name FROM redis_hash('b:*') b WHERE b.age = a.age LIMIT 1) l;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, name
-->   filter  none

-- a limit of nothing
SELECT name FROM redis_hash('a:*') LIMIT 0;
--> no scan

-- a limit above a window
SELECT name, row_number() OVER () FROM redis_hash('a:*') LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a limit above UNNEST
SELECT unnest([age, age]) FROM redis_hash('a:*') LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  none

-- EXISTS needs one row
SELECT 1 WHERE EXISTS (SELECT 1 FROM redis_hash('a:*'));
--> redis_hash('a:*', _scan 1)
-->   columns _key
-->   filter  none
-->   limit   1

-- a limit above a filter of two terms
SELECT name FROM redis_hash('a:*') WHERE age > 1 AND name LIKE 'a%' LIMIT 10 OFFSET 2;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1 AND starts_with(name, 'a')
-->   limit   12

-- a limit above a filter that DuckDB keeps
SELECT name FROM redis_hash('a:*') WHERE lower(name) = 'x' LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  [lower(name) = 'x']
-->   limit   10

-- the first of an order
SELECT name, age FROM redis_hash('a:*') WHERE age > 1 ORDER BY age DESC NULLS FIRST, name LIMIT 10 OFFSET 3;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1
-->   top     13 by age DESC NULLS FIRST, name

-- an order by position and by alias
SELECT upper(name) AS u, score AS s FROM redis_hash('a:*') ORDER BY s, 2 DESC LIMIT 1;
--> redis_hash('a:*', _scan 1)
-->   columns name, score
-->   filter  none
-->   top     1 by score, score DESC

-- an order by a column that is not shown
SELECT name FROM redis_hash('a:*') ORDER BY _key LIMIT 3;
--> redis_hash('a:*', _scan 1)
-->   columns name, _key
-->   filter  none
-->   top     3 by _key

-- an order through a subquery
SELECT x FROM (SELECT name AS x, age + 1 AS y FROM redis_hash('a:*') WHERE active) ORDER BY x DESC LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns active, name
-->   filter  active = true
-->   top     5 by name DESC

-- an order by an expression
SELECT name FROM redis_hash('a:*') ORDER BY age + 1 LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none

-- an order by an expression behind a column
SELECT name FROM redis_hash('a:*') ORDER BY age, upper(name) LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none

-- an order by a collation
SELECT name FROM redis_hash('a:*') ORDER BY name COLLATE NOCASE LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- an order without a limit
SELECT name FROM redis_hash('a:*') ORDER BY age;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none

-- an order of groups
SELECT age, count(*) FROM redis_hash('a:*') GROUP BY age ORDER BY age LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  none
--> block 1   age BIGINT: count_star(*) BIGINT

-- an order of a join
SELECT a.name FROM redis_hash('a:*') a JOIN redis_hash('b:*') b USING (age) ORDER BY a.age LIMIT 10;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age
-->   filter  none

-- an order above a limit
SELECT name FROM (SELECT name FROM redis_hash('a:*') LIMIT 10) ORDER BY name LIMIT 2;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   limit   10

-- a limit above an order
SELECT name FROM (SELECT name FROM redis_hash('a:*') ORDER BY name LIMIT 10) LIMIT 2;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   top     10 by name

-- an order of an order
SELECT name FROM (SELECT name, age FROM redis_hash('a:*') ORDER BY age LIMIT 10) ORDER BY name LIMIT 2;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none
-->   top     10 by age

-- orders in a group of two (untagged)
(SELECT name FROM redis_hash('a:*') ORDER BY name LIMIT 1) UNION ALL (SELECT name FROM redis_hash('a:*') ORDER BY name DESC LIMIT 1);
--> redis_hash('a:*')
-->   columns name / name
-->   filter  none

-- an order of a window
SELECT name, row_number() OVER (ORDER BY age) AS r FROM redis_hash('a:*') ORDER BY r LIMIT 5;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none

-- an order by a parameter (params [4])
SELECT name FROM redis_hash('a:*') ORDER BY name LIMIT $1;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none
-->   top     4 by name
