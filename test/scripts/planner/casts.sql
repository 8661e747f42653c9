Comparisons of a column that is cast. They are read where the same comparison of the column itself can be told.

-- a DECIMAL that is whole
SELECT 1 FROM redis_hash('u:*') WHERE age = 30.0;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age = 30

-- a DECIMAL between two whole numbers
SELECT 1 FROM redis_hash('u:*') WHERE age > 30.5;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age > 30

-- the same from below
SELECT 1 FROM redis_hash('u:*') WHERE age < 30.5 AND age <> 7.0;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age <> 7 AND age < 31

-- bounds of DECIMALs
SELECT 1 FROM redis_hash('u:*') WHERE age BETWEEN -1.5 AND 3.5;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age >= -1 AND age <= 3

-- a list of DECIMALs
SELECT 1 FROM redis_hash('u:*') WHERE age IN (1.0, 2.5, 3.0);
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age IN (1, 3)

-- none of a list
SELECT 1 FROM redis_hash('u:*') WHERE age NOT IN (1.0, 2.5);
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  NOT (age IN (1))

-- none of a list without a whole number
SELECT 1 FROM redis_hash('u:*') WHERE age NOT IN (1.5, 2.5);
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  [CAST(age AS DECIMAL(20,1)) NOT IN (1.5, 2.5)]

-- a DOUBLE by a parameter (params [30.5])
SELECT 1 FROM redis_hash('u:*') WHERE age >= $1;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age >= 31

-- a DOUBLE
SELECT 1 FROM redis_hash('u:*') WHERE age > 30::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age > 30

-- a DOUBLE beyond what it holds exactly
SELECT 1 FROM redis_hash('u:*') WHERE age = 9007199254740992::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age >= 9007199254740992 AND age <= 9007199254740993

-- a DOUBLE beyond all values
SELECT 1 FROM redis_hash('u:*') WHERE age < 1e300;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age IS NOT NULL

-- infinity
SELECT 1 FROM redis_hash('u:*') WHERE age > '-inf'::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age IS NOT NULL

-- not a number
SELECT 1 FROM redis_hash('u:*') WHERE age < 'nan'::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  [CAST(age AS DOUBLE) < NaN]

-- a number wider than the column
SELECT 1 FROM redis_hash('u:*') WHERE age < 9223372036854775808;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  age IS NOT NULL

-- negated, where all values are inside
SELECT 1 FROM redis_hash('u:*') WHERE NOT coalesce(age < 9223372036854775808, age > 0);
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  NOT ([coalesce(CAST(age AS HUGEINT) < 9223372036854775808, age > 0)])

-- a DECIMAL of more digits
SELECT 1 FROM redis_hash('u:*') WHERE price > 12.50001 OR price = 3.000;
--> redis_hash('u:*', _scan 1)
-->   columns price
-->   filter  price > 12.50 OR price = 3.00

-- a DECIMAL as DOUBLE
SELECT 1 FROM redis_hash('u:*') WHERE price > 12.5::DOUBLE;
--> redis_hash('u:*', _scan 1)
-->   columns price
-->   filter  [CAST(price AS DOUBLE) > 12.5]

-- a narrow DECIMAL that some values do not fit into
SELECT 1 FROM redis_hash('u:*') WHERE CAST(age AS DECIMAL(3,1)) > 5;
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  [CAST(age AS DECIMAL(3,1)) > 5.0]

-- a text as a number
SELECT 1 FROM redis_hash('u:*') WHERE name::INTEGER > 5;
--> redis_hash('u:*', _scan 1)
-->   columns name
-->   filter  [CAST(name AS INTEGER) > 5]

-- a number as text
SELECT 1 FROM redis_hash('u:*') WHERE age::VARCHAR = '5';
--> redis_hash('u:*', _scan 1)
-->   columns age
-->   filter  [CAST(age AS VARCHAR) = '5']

-- a time without a zone and one with
SELECT 1 FROM redis_hash('u:*') WHERE made > TIMESTAMPTZ '2024-01-01 00:00:00+00';
--> redis_hash('u:*', _scan 1)
-->   columns made
-->   filter  made > TIMESTAMP '2024-01-01 00:00:00'

-- the same where the zone is not UTC (zone)
SELECT 1 FROM redis_hash('u:*') WHERE made > TIMESTAMPTZ '2024-01-01 00:00:00+00';
--> redis_hash('u:*', _scan 1)
-->   columns made
-->   filter  [CAST(made AS TIMESTAMP WITH TIME ZONE) > TIMESTAMPTZ '2024-01-01 00:00:00+00']

-- a time before now
SELECT 1 FROM redis_hash('u:*') WHERE made > now() - INTERVAL 1 DAY;
--> redis_hash('u:*', _scan 1)
-->   columns made
-->   filter  made > TIMESTAMP <time>

-- the day of a time with a zone
SELECT 1 FROM redis_hash('u:*') WHERE seen::DATE = DATE '2024-02-29';
--> redis_hash('u:*', _scan 1)
-->   columns seen
-->   filter  seen >= TIMESTAMPTZ '2024-02-29 00:00:00+00' AND seen <= TIMESTAMPTZ '2024-02-29 23:59:59.999999+00'

-- the same where the zone is not UTC (zone)
SELECT 1 FROM redis_hash('u:*') WHERE seen::DATE = DATE '2024-02-29';
--> redis_hash('u:*', _scan 1)
-->   columns seen
-->   filter  [CAST(seen AS DATE) = DATE '2024-02-29']

-- a day and a time with a zone
SELECT 1 FROM redis_hash('u:*') WHERE born <= TIMESTAMPTZ '2024-01-01 12:00:00+00';
--> redis_hash('u:*', _scan 1)
-->   columns born
-->   filter  born <= DATE '2024-01-01'

-- a day and a time
SELECT 1 FROM redis_hash('u:*') WHERE born > TIMESTAMP '2024-01-01 12:00:00';
--> redis_hash('u:*', _scan 1)
-->   columns born
-->   filter  born > DATE '2024-01-01'
