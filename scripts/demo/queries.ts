/** The statements of the demo, each with the sentence that it is there for. */
import { FLIGHTS_FILE } from './load-flights.ts';

export interface DemoQuery {
  readonly title: string;
  readonly sql: string;
  /** For `$1`, `$2`, … */
  readonly parameters?: readonly (string | number)[];
}

export const QUERIES: readonly DemoQuery[] = [
  {
    title: 'Filter: types come from a sample, only the fields used are fetched',
    sql: `SELECT _key, date, origin, destination, delay
FROM redis_hash('flight:*')
WHERE delay > 900
ORDER BY delay DESC
LIMIT 5`,
  },
  {
    title: 'Group: which big airports start late?',
    sql: `SELECT origin, count(*) AS flights, round(avg(delay), 1) AS mean_delay, quantile_cont(delay, 0.9) AS p90
FROM redis_hash('flight:*')
GROUP BY origin
HAVING count(*) > 2000
ORDER BY mean_delay DESC
LIMIT 5`,
  },
  {
    title: 'Join of two key patterns, with a parameter',
    sql: `SELECT a.city, a.state, count(*) AS flights, round(avg(f.distance)) AS mean_miles
FROM redis_hash('flight:*') AS f
JOIN redis_hash('airport:*') AS a ON a.iata = f.destination
WHERE f.origin = $1
GROUP BY ALL
ORDER BY flights DESC
LIMIT 5`,
    parameters: ['SFO'],
  },
  {
    title: 'One key by name: asked for directly, no scan',
    sql: `SELECT name, city, latitude, longitude
FROM redis_hash('airport:*')
WHERE _key = 'airport:SFO'`,
  },
  {
    title: 'A view gives a table its name; declared columns need no sample',
    sql: `CREATE VIEW flights AS
FROM redis_hash('flight:*', columns => {'date': 'TIMESTAMP', 'delay': 'INTEGER', 'distance': 'INTEGER', 'origin': 'VARCHAR', 'destination': 'VARCHAR'})`,
  },
  {
    title: 'Window function over the view: the latest flight of each day',
    sql: `SELECT CAST(date AS DATE) AS day, origin, destination, delay
FROM flights
WHERE delay > 300
QUALIFY row_number() OVER (PARTITION BY day ORDER BY delay DESC) = 1
ORDER BY day`,
  },
  {
    title: 'Redis joined with a Parquet file of three million flights',
    sql: `SELECT f.origin, round(avg(f.delay), 1) AS delay_in_redis, any_value(h.delay) AS delay_of_half_a_year, count(*) AS flights
FROM flights AS f
JOIN (SELECT origin, round(avg(delay), 1) AS delay FROM '${FLIGHTS_FILE}' GROUP BY origin) AS h ON h.origin = f.origin
GROUP BY f.origin
ORDER BY flights DESC
LIMIT 5`,
  },
  {
    title: 'EXPLAIN: what will be asked of Redis',
    sql: `EXPLAIN SELECT origin, avg(delay) FROM flights WHERE distance > 2000 GROUP BY origin`,
  },
  {
    title: 'EXPLAIN ANALYZE: what it took',
    sql: `EXPLAIN ANALYZE SELECT origin, avg(delay) FROM flights WHERE distance > 2000 GROUP BY origin`,
  },
];
