/** Where an answer differs from PostgreSQL's, by the statement; docs/postgres.md shows each. Nothing else may differ. */
export const KNOWN_DIFFERENCES: readonly string[] = [
  "concat(b, 'x')",
  "to_char(485, '9 9 9')",
  "to_char(485, 'RN')",
  "to_char(12345.678, '9.99EEEE')",
  "to_char(INTERVAL '1 day 02:03:04', 'HH24:MI:SS')",
  "j ->> 'b'",
  '\'{"a": 1}\'::jsonb = \'{"a":1}\'::jsonb',
  '\'{"b": 1, "a": 2}\'::jsonb::text',
  'ids || 4',
  '0 || ids',
  'ids || ARRAY[4, 5]',
  'SELECT j.id FROM (t a JOIN t b USING (id)) AS j ORDER BY 1',
  'SELECT t FROM t WHERE id = 2',
  'SELECT ctid FROM t',
  'SELECT id FROM t WHERE xmin IS NOT NULL',
];
