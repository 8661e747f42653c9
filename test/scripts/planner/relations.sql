-- a self-join, tagged
SELECT a.name FROM redis_hash('user:*') a JOIN redis_hash('user:*') b ON a.age = b.age WHERE a.name = 'x' AND b.score > 1;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  name = 'x'
--> redis_hash('user:*', _scan 2)
-->   columns age, score
-->   filter  score > 1

-- a self-join (untagged)
SELECT a.name FROM redis_hash('user:*') a JOIN redis_hash('user:*') b ON a.age = b.age WHERE a.name = 'x' AND b.score > 1;
--> redis_hash('user:*')
-->   columns age, name / age, score
-->   filter  name = 'x' OR score > 1

-- a self-join of which one side has no filter (untagged)
SELECT a.name FROM redis_hash('user:*') a JOIN redis_hash('user:*') b ON a.name = b.name WHERE a.score > 1;
--> redis_hash('user:*')
-->   columns name, score / name
-->   filter  none

-- constants spread over equal keys
SELECT a.name FROM redis_hash('a:*') a JOIN redis_hash('b:*') b ON a.age = b.age WHERE a.age = 7;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age = 7
--> redis_hash('b:*', _scan 2)
-->   columns age
-->   filter  age = 7

-- a left join, filter on the nullable side in ON
SELECT a.name FROM redis_hash('a:*') a LEFT JOIN redis_hash('b:*') b ON a.age = b.age AND b.score > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, score
-->   filter  score > 1

-- a left join, filter on the preserved side in ON
SELECT a.name, b.name FROM redis_hash('a:*') a LEFT JOIN redis_hash('b:*') b ON a.age = b.age AND a.score > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, score, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, name
-->   filter  none

-- a left join, WHERE on the nullable side that takes NULL
SELECT a.name FROM redis_hash('a:*') a LEFT JOIN redis_hash('b:*') b ON a.age = b.age WHERE b.score IS NULL;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, score
-->   filter  none

-- a left join, WHERE that rejects NULL
SELECT a.name FROM redis_hash('a:*') a LEFT JOIN redis_hash('b:*') b ON a.age = b.age WHERE b.score > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, score
-->   filter  score > 1

-- a full join
SELECT a.name, b.name FROM redis_hash('a:*') a FULL JOIN redis_hash('b:*') b ON a.age = b.age WHERE a.score > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, score, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, name
-->   filter  none

-- a semi-join by IN
SELECT name FROM redis_hash('a:*') WHERE age IN (SELECT age FROM redis_hash('b:*') WHERE score > 1) AND name = 'x';
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  name = 'x'
--> redis_hash('b:*', _scan 2)
-->   columns score, age
-->   filter  score > 1

-- an anti-join by NOT EXISTS
SELECT name FROM redis_hash('a:*') a WHERE NOT EXISTS (SELECT 1 FROM redis_hash('b:*') b WHERE b.age = a.age AND b.name = 'y');
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, name
-->   filter  name = 'y'

-- a correlated scalar subquery
SELECT name, (SELECT max(score) FROM redis_hash('b:*') b WHERE b.name = a.name AND b.age > 3) FROM redis_hash('a:*') a;
--> redis_hash('a:*', _scan 2)
-->   columns name
-->   filter  none
--> redis_hash('b:*', _scan 1)
-->   columns name, age, score
-->   filter  age > 3

-- a CTE used twice, inlined
WITH t AS NOT MATERIALIZED (SELECT * FROM redis_hash('a:*')) SELECT x.name FROM t x, t y WHERE x.age = 1 AND y.age = 2;
--> redis_hash('a:*', _scan 1)
-->   columns name, age / age
-->   filter  age = 1 OR age = 2

-- a CTE used twice, materialised
WITH t AS MATERIALIZED (SELECT * FROM redis_hash('a:*')) SELECT x.name FROM t x, t y WHERE x.age = 1 AND y.age = 2;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  age = 1 OR age = 2

-- a CTE that is not used
WITH t AS (SELECT * FROM redis_hash('a:*')) SELECT name FROM redis_hash('b:*');
--> redis_hash('b:*', _scan 2)
-->   columns name
-->   filter  none

-- a recursive CTE
WITH RECURSIVE t(n) AS (SELECT age FROM redis_hash('a:*') WHERE age = 1 UNION SELECT r.age FROM t JOIN redis_hash('a:*') r ON r.age = t.n + 1 WHERE r.age < 9) FROM t;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  age = 1
--> redis_hash('a:*', _scan 2)
-->   columns age
-->   filter  age < 9

-- a view
SELECT name FROM users WHERE age > 30;
--> redis_hash('user:*')
-->   columns name, age
-->   filter  age > 30

-- a view with a filter of its own and other names
SELECT n FROM adults WHERE id = 'user:7';
--> redis_hash('user:*')
-->   columns age, _key, name
-->   filter  age >= 18 AND _key = 'user:7'

-- two uses of views over one pattern
SELECT u.name FROM users u JOIN adults a ON u._key = a.id WHERE u.score > 1;
--> redis_hash('user:*')
-->   columns _key, name, score / age, _key
-->   filter  score > 1 OR age >= 18

-- a table macro
FROM named('bob');
--> redis_hash('user:*')
-->   columns _key, name, age, score, active, born, price, made, seen, at_s, at_ms, at_ns
-->   filter  name = 'bob'

-- set operations
SELECT name FROM redis_hash('a:*') WHERE age = 1 UNION ALL SELECT name FROM redis_hash('b:*') WHERE age = 2;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age = 1
--> redis_hash('b:*', _scan 2)
-->   columns age, name
-->   filter  age = 2

-- a filter that goes into both sides of a union
SELECT * FROM (SELECT name, age FROM redis_hash('a:*') UNION ALL SELECT name, age FROM redis_hash('b:*')) WHERE age = 2;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  age = 2
--> redis_hash('b:*', _scan 2)
-->   columns name, age
-->   filter  age = 2

-- a filter above a window stays there
SELECT * FROM (SELECT name, age, row_number() OVER (ORDER BY age) r FROM redis_hash('a:*')) WHERE r < 3 AND age > 1;
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  none

-- a filter on the window's partition goes down
SELECT * FROM (SELECT name, age, row_number() OVER (PARTITION BY name) r FROM redis_hash('a:*')) WHERE name = 'x';
--> redis_hash('a:*', _scan 1)
-->   columns name, age
-->   filter  name = 'x'

-- QUALIFY
SELECT name FROM redis_hash('a:*') WHERE age > 1 QUALIFY row_number() OVER (PARTITION BY name ORDER BY age) = 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1
--> no block  several grouping sets

-- an aggregate with HAVING on the group
SELECT name, count(*) FROM redis_hash('a:*') GROUP BY name HAVING name = 'x' AND count(*) > 1;
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  name = 'x'
--> block 1   name VARCHAR: count_star(*) BIGINT

-- count(*) reads the key
SELECT count(*) FROM redis_hash('a:*');
--> redis_hash('a:*', _scan 1)
-->   columns _key
-->   filter  none
--> block 1   all: count_star(*) BIGINT

-- a join with a local table
SELECT name FROM redis_hash('a:*') JOIN local_ids ON age = id WHERE id < 5;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age < 5

-- a filter above a sample stays there
SELECT * FROM (SELECT name FROM redis_hash('a:*') USING SAMPLE 10 ROWS) WHERE name = 'x';
--> redis_hash('a:*', _scan 1)
-->   columns name
-->   filter  none

-- a lateral join
SELECT a.name, l.m FROM redis_hash('a:*') a, LATERAL (SELECT max(b.score) m FROM redis_hash('b:*') b WHERE b.age = a.age AND b.name = 'q') l;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  none
--> redis_hash('b:*', _scan 2)
-->   columns age, name, score
-->   filter  name = 'q'

-- UNPIVOT
UNPIVOT (SELECT name, age, price::BIGINT AS cents FROM redis_hash('a:*') WHERE age > 1) ON age, cents INTO NAME what VALUE v;
--> redis_hash('a:*', _scan 1)
-->   columns age, name, price
-->   filter  age > 1

-- PIVOT with stated values
PIVOT (SELECT name, age, score FROM redis_hash('a:*') WHERE age > 1) ON age IN (1, 2) USING sum(score);
--> redis_hash('a:*', _scan 1)
-->   columns age, name, score
-->   filter  age > 1
--> no block  several grouping sets

-- SUMMARIZE
SUMMARIZE SELECT age FROM redis_hash('a:*') WHERE age > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  age > 1
--> no block  the aggregate approx_count_distinct

-- CREATE TABLE AS
CREATE TABLE made AS SELECT name FROM redis_hash('a:*') WHERE age > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1

-- INSERT … SELECT
INSERT INTO local_ids SELECT age FROM redis_hash('a:*') WHERE age > 1;
--> redis_hash('a:*', _scan 1)
-->   columns age
-->   filter  age > 1

-- COPY … TO
COPY (SELECT name FROM redis_hash('a:*') WHERE age > 1) TO '/dev/null' (FORMAT csv);
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  age > 1

-- UPDATE … FROM
UPDATE local_ids SET id = a.age FROM redis_hash('a:*') a WHERE a.age = id AND a.name = 'x';
--> redis_hash('a:*', _scan 1)
-->   columns age, name
-->   filter  name = 'x'

-- named arguments of all kinds
SELECT name FROM redis_hash('a:*', columns => {'name': 'VARCHAR', 'a b': 'BIGINT'}, sample_size => 10, all_varchar => true, ON_ERROR => 'skip', batch_size := 5, server = 's');
--> redis_hash('a:*', server "s", batch_size 5, on_error "skip", all_varchar true, _scan 1, sample_size 10, columns {"name":"VARCHAR","a b":"BIGINT"})
-->   columns name
-->   filter  none

-- a table function that is none of ours
SELECT range FROM range(3);
--> no scan
