CREATE TABLE t (id INTEGER, n BIGINT, f DOUBLE PRECISION, d NUMERIC(10,2), s TEXT, city TEXT, b BOOLEAN, day DATE, ts TIMESTAMP, tz TIMESTAMP WITH TIME ZONE, j JSON, ids INTEGER[], tags TEXT[]);
INSERT INTO t VALUES (1, 10, 1.5, 10.25, 'Hello World', 'Oslo', true, '2024-01-15', '2024-01-15 10:30:45.123456', '2024-01-15 10:30:45.123456+00', '{"a": 1, "b": {"c": "x"}, "l": [1, 2, 3]}', ARRAY[1,2,3], ARRAY['red','blue']);
INSERT INTO t VALUES (2, 20, -2.5, -3.75, 'foo_bar', 'Rome', false, '2024-02-29', '2024-02-29 00:00:00', '2024-02-29 00:00:00+00', '{"a": 2, "b": null, "s": "it''s"}', ARRAY[4], ARRAY['green']);
INSERT INTO t VALUES (3, NULL, 0, 0.00, '', 'Oslo', NULL, '2023-12-31', '2023-12-31 23:59:59.9', '2023-12-31 23:59:59.9+00', '[10, 20, "x"]', ARRAY[]::INTEGER[], ARRAY[]::TEXT[]);
INSERT INTO t VALUES (4, 7, 1e10, 99999.99, 'été 100%', NULL, true, '1999-07-04', '1999-07-04 13:05:09', '1999-07-04 13:05:09+00', '{"a": 2.5, "t": true}', NULL, NULL);
INSERT INTO t VALUES (5, -3, NULL, NULL, NULL, 'rome', NULL, NULL, NULL, NULL, NULL, ARRAY[7,NULL,9], ARRAY['a',NULL]);
