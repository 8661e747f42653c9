Calls of search functions: which can be asked for, and how many cannot.

-- a word
SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'a b');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  match(name, 'a b')
--> calls     match: 1 of 1 can be asked for

-- a word among other terms
SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'a*') AND age > 3 AND lower(name) = 'x';
--> redis_hash('u:*', _scan 1)
-->   columns name, age
-->   filter  age > 3 AND match(name, 'a*') AND [lower(name) = 'x']
--> calls     match: 1 of 1 can be asked for

-- a word or another term
SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'a') OR age > 3;
--> redis_hash('u:*', _scan 1)
-->   columns name, age
-->   filter  age > 3 OR match(name, 'a')
--> calls     match: 0 of 1 can be asked for

-- no word
SELECT 1 FROM redis_hash('u:*') WHERE NOT match(name, 'a');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  NOT (match(name, 'a'))
--> calls     match: 0 of 1 can be asked for

-- a word in the select list
SELECT match(name, 'a') FROM redis_hash('u:*') WHERE match(name, 'b');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  match(name, 'b')
--> calls     match: 1 of 2 can be asked for

-- a word of an expression
SELECT 1 FROM redis_hash('u:*') WHERE match(upper(name), 'a');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  [match(upper(name), 'a')]
--> calls     match: 0 of 1 can be asked for

-- a word that is a column
SELECT 1 FROM redis_hash('u:*') WHERE match(name, name);
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  [match(name, name)]
--> calls     match: 0 of 1 can be asked for

-- a word by a parameter (params ["it's"])
SELECT 1 FROM redis_hash('u:*') WHERE match(name, $1);
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  match(name, 'it''s')
--> calls     match: 1 of 1 can be asked for

-- words on both sides of a join
SELECT 1 FROM redis_hash('u:*') a JOIN redis_hash('v:*') b USING (age) WHERE match(a.name, 'x') AND match(b.name, 'y');
--> redis_hash('u:*', _scan 1)
-->   columns age, name
-->   filter  match(name, 'x')
--> redis_hash('v:*', _scan 2)
-->   columns age, name
-->   filter  match(name, 'y')
--> calls     match: 2 of 2 can be asked for

-- words in a group of two (untagged)
SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'x') UNION ALL SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'y');
--> redis_hash('u:*')
-->   columns name / name
-->   filter  match(name, 'x') OR match(name, 'y')
--> calls     match: 0 of 2 can be asked for

-- the same word in a group of two (untagged)
SELECT 1 FROM redis_hash('u:*') WHERE match(name, 'x') UNION ALL SELECT 2 FROM redis_hash('u:*') WHERE match(name, 'x');
--> redis_hash('u:*')
-->   columns name / name
-->   filter  match(name, 'x')
--> calls     match: 2 of 2 can be asked for

-- a place
SELECT 1 FROM redis_hash('u:*') WHERE geo_within(name, 2.35, 48.85, 5, 'km') AND NOT geo_within(name, 0, 0, 1, 'm');
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  geo_within(name, 2.35, 48.85, 5, 'km') AND NOT (geo_within(name, 0, 0, 1, 'm'))
--> calls     geo_within: 1 of 2 can be asked for

-- a vector of numbers
SELECT 1 FROM redis_hash('u:*') WHERE vector_distance(name, [1, 2.5]::FLOAT[]) < 0.5;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  vector_distance(name, '[1,2.5]') < 0.5
--> calls     vector_distance: 1 of 1 can be asked for

-- a vector of DECIMALs and one of bytes
SELECT 1 FROM redis_hash('u:*') WHERE vector_distance(name, [1, 2.5]) <= 1 AND vector_distance(name, '\x00\x01\x5Ca"'::BLOB) < 2;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  vector_distance(name, '[1,2.5]') <= 1 AND vector_distance(name, '\x00\x01\x5c\x61\x22'::BLOB) < 2
--> calls     vector_distance: 2 of 2 can be asked for

-- a distance from below, and turned around
SELECT 1 FROM redis_hash('u:*') WHERE vector_distance(name, [1]) > 0.5 AND 7 > vector_distance(name, [2]);
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  NOT (vector_distance(name, '[1]') <= 0.5) AND vector_distance(name, '[2]') < 7
--> calls     vector_distance: 1 of 2 can be asked for

-- a distance that is NULL or NaN
SELECT 1 FROM redis_hash('u:*') WHERE vector_distance(name, [1, NULL]) < 1 OR vector_distance(name, [1]) < 'nan'::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  [vector_distance(name, …) < 1] OR [vector_distance(name, [1]) < NaN]
--> calls     vector_distance: 0 of 2 can be asked for

-- the nearest
SELECT name FROM redis_hash('u:*') ORDER BY vector_distance(name, [1, 2]) LIMIT 3;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  none
--> calls     vector_distance: 0 of 1 can be asked for
