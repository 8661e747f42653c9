-- equality on the key
SELECT name FROM redis_hash('user:*') WHERE _key = 'user:1';
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  _key = 'user:1'

-- a list of keys
SELECT name FROM redis_hash('user:*') WHERE _key IN ('user:1', 'user:2', 'user:3', 'user:4', 'user:5', 'user:6');
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  _key IN ('user:1', 'user:2', 'user:3', 'user:4', 'user:5', 'user:6')

-- a list with NULL in it
SELECT name FROM redis_hash('user:*') WHERE age IN (1, NULL, 3);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age IN (1, 3)

-- a negated list
SELECT name FROM redis_hash('user:*') WHERE age NOT IN (1, 2, 3);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  NOT (age IN (1, 2, 3))

-- a negated list with NULL is never true
SELECT name FROM redis_hash('user:*') WHERE age NOT IN (1, NULL);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  [age NOT IN (1, NULL)]

-- a prefix by LIKE
SELECT name FROM redis_hash('user:*') WHERE _key LIKE 'user:1%';
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  starts_with(_key, 'user:1')

-- LIKE with more behind the prefix
SELECT name FROM redis_hash('user:*') WHERE _key LIKE 'user:1%x';
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  starts_with(_key, 'user:1') AND [_key LIKE 'user:1%x']

-- LIKE with a single wildcard
SELECT name FROM redis_hash('user:*') WHERE _key LIKE 'user:1_';
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  starts_with(_key, 'user:1') AND [_key LIKE 'user:1_']

-- LIKE without a wildcard
SELECT age FROM redis_hash('user:*') WHERE name LIKE 'bob';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  name = 'bob'

-- LIKE that begins with a wildcard
SELECT age FROM redis_hash('user:*') WHERE name LIKE '%bob';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [suffix(name, 'bob')]

-- LIKE with ESCAPE
SELECT age FROM redis_hash('user:*') WHERE name LIKE 'a!%%' ESCAPE '!';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [like_escape(name, 'a!%%', '!')]

-- NOT LIKE
SELECT age FROM redis_hash('user:*') WHERE name NOT LIKE 'b%';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  NOT (starts_with(name, 'b'))

-- NOT LIKE with more behind the prefix
SELECT age FROM redis_hash('user:*') WHERE name NOT LIKE 'b%c';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [name NOT LIKE 'b%c']

-- ILIKE
SELECT age FROM redis_hash('user:*') WHERE name ILIKE 'b%';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [name ILIKE 'b%']

-- starts_with and the operator ^@
SELECT age FROM redis_hash('user:*') WHERE starts_with(name, 'b') AND _key ^@ 'user:';
--> redis_hash('user:*', _scan 1)
-->   columns name, _key, age
-->   filter  starts_with(name, 'b') AND starts_with(_key, 'user:')

-- an anchored regular expression
SELECT age FROM redis_hash('user:*') WHERE regexp_matches(name, '^al');
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  starts_with(name, 'al')

-- a full match of alternatives adds a second filter
SELECT age FROM redis_hash('user:*') WHERE name SIMILAR TO 'ann|bob';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [name >= 'ann'::BLOB] AND [name <= 'bob'::BLOB] AND [regexp_full_match(name, 'ann|bob')]

-- ranges and BETWEEN
SELECT name FROM redis_hash('user:*') WHERE age BETWEEN 20 AND 30 AND score >= 0.5 AND score < 1e400;
--> redis_hash('user:*', _scan 1)
-->   columns age, score, name
-->   filter  age >= 20 AND age <= 30 AND score >= 0.5 AND score < Infinity

-- a constant on the left
SELECT name FROM redis_hash('user:*') WHERE 30 < age;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age > 30

-- arithmetic that the optimiser moves to the constant
SELECT name FROM redis_hash('user:*') WHERE age + 1 > 30;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age > 29

-- arithmetic that it does not
SELECT name FROM redis_hash('user:*') WHERE -age < -30;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  [-age < -30]

-- a column in a cast
SELECT name FROM redis_hash('user:*') WHERE age = 30.5 AND age > 1;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age > 1 AND age IN ()

-- OR with an opaque branch
SELECT name FROM redis_hash('user:*') WHERE age = 1 OR length(name) = 3;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age = 1 OR [length(name) = 3]

-- OR with NULL
SELECT name FROM redis_hash('user:*') WHERE age = 1 OR name = NULL;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age = 1

-- OR whose branches share a factor
SELECT name FROM redis_hash('user:*') WHERE (age = 1 AND score > 2) OR (age = 1 AND score < 1);
--> redis_hash('user:*', _scan 1)
-->   columns age, score, name
-->   filter  age = 1 AND (score > 2 OR score < 1)

-- NOT over a conjunction
SELECT name FROM redis_hash('user:*') WHERE NOT (age = 1 AND score > 2);
--> redis_hash('user:*', _scan 1)
-->   columns age, score, name
-->   filter  NOT (age = 1 AND score > 2)

-- NOT over IS NOT DISTINCT FROM
SELECT name FROM redis_hash('user:*') WHERE NOT (age IS NOT DISTINCT FROM 1);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age <> 1 OR age IS NULL

-- IS DISTINCT FROM
SELECT name FROM redis_hash('user:*') WHERE age IS DISTINCT FROM 1;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age <> 1 OR age IS NULL

-- IS NULL and IS NOT NULL
SELECT name FROM redis_hash('user:*') WHERE name IS NULL AND age IS NOT NULL;
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  age IS NOT NULL AND name IS NULL

-- a comparison with NULL
SELECT name FROM redis_hash('user:*') WHERE age = NULL;
--> no scan

-- a bare boolean column
SELECT name FROM redis_hash('user:*') WHERE active;
--> redis_hash('user:*', _scan 1)
-->   columns active, name
-->   filter  active = true

-- a negated boolean column
SELECT name FROM redis_hash('user:*') WHERE NOT active;
--> redis_hash('user:*', _scan 1)
-->   columns active, name
-->   filter  NOT (active = true)

-- volatile calls stay above, the rest goes down
SELECT name FROM redis_hash('user:*') WHERE age > 3 AND random() < 0.5;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age > 3 AND [random() < 0.5]

-- now() is folded
SELECT name FROM redis_hash('user:*') WHERE born < now()::DATE;
--> redis_hash('user:*', _scan 1)
-->   columns born, name
-->   filter  born < DATE <time>

-- a date and a decimal
SELECT name FROM redis_hash('user:*') WHERE born >= DATE '2020-02-29' AND price > 12.50;
--> redis_hash('user:*', _scan 1)
-->   columns born, price, name
-->   filter  born >= DATE '2020-02-29' AND price > 12.50

-- a text constant against a number
SELECT name FROM redis_hash('user:*') WHERE age = '30';
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age = 30

-- a collation
SELECT name FROM redis_hash('user:*') WHERE name COLLATE NOCASE = 'bob';
--> redis_hash('user:*', _scan 1)
-->   columns name
-->   filter  [lower(name) = 'bob']

-- two columns
SELECT name FROM redis_hash('user:*') WHERE name = _key AND age > 5;
--> redis_hash('user:*', _scan 1)
-->   columns name, _key, age
-->   filter  age > 5 AND [name = _key]

-- CASE and COALESCE
SELECT name FROM redis_hash('user:*') WHERE COALESCE(age, 0) > 1 AND CASE WHEN age > 5 THEN true ELSE false END;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  [CASE …] AND [coalesce(age, 0) > 1]

-- a contradiction has no scan
SELECT name FROM redis_hash('user:*') WHERE age > 5 AND age < 3;
--> no scan

-- a text with a quote and beyond ASCII
SELECT age FROM redis_hash('user:*') WHERE name = 'O''Brien é 😀';
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  name = 'O''Brien é 😀'

-- an integer beyond 2^53
SELECT name FROM redis_hash('user:*') WHERE age = 9007199254740993;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age = 9007199254740993

-- NaN and infinity
SELECT name FROM redis_hash('user:*') WHERE score = 'nan'::DOUBLE OR score > '-inf'::DOUBLE;
--> redis_hash('user:*', _scan 1)
-->   columns score, name
-->   filter  score = NaN OR score > -Infinity

-- parameters (params ["user:*", 30, "bob"])
SELECT name FROM redis_hash($1) WHERE age > $2 AND name = $3;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age > 30 AND name = 'bob'

-- a text parameter adapts to the column (params ["30"])
SELECT name FROM redis_hash('user:*') WHERE age = ?;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age = 30

-- a list parameter (params [[1, 2, 3]])
SELECT name FROM redis_hash('user:*') WHERE age IN ?;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age IN (1, 2, 3)

-- columns renamed by an alias list
SELECT n FROM redis_hash('user:*') AS t(k, n, a) WHERE k = 'user:1' AND a > 3;
--> redis_hash('user:*', _scan 1)
-->   columns _key, age, name
-->   filter  age > 3 AND _key = 'user:1'

-- an unknown column
SELECT nam FROM redis_hash('user:*');
--> error binder: Referenced column "nam" not found in FROM clause!

-- a list parameter of keys (params [["user:1", "user:2"]])
SELECT name FROM redis_hash('user:*') WHERE _key IN $1;
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  _key IN ('user:1', 'user:2')

-- ANY of a list parameter (params [["user:1", "user:2"]])
SELECT name FROM redis_hash('user:*') WHERE _key = ANY($1);
--> redis_hash('user:*', _scan 1)
-->   columns _key, name
-->   filter  none

-- list_contains with NULL
SELECT name FROM redis_hash('user:*') WHERE list_contains([1, NULL], age);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age IN (1)

-- NOT over a list
SELECT name FROM redis_hash('user:*') WHERE NOT (age IN [1, 2]);
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  NOT ([contains([1,2], age)])

-- contains of a text is another function
SELECT age FROM redis_hash('user:*') WHERE contains(name, 'b');
--> redis_hash('user:*', _scan 1)
-->   columns name, age
-->   filter  [contains(name, 'b')]

-- an empty list parameter (params [[]])
SELECT name FROM redis_hash('user:*') WHERE age IN $1;
--> redis_hash('user:*', _scan 1)
-->   columns age, name
-->   filter  age IN ()
