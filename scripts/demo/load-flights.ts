/** Loads real flights and airports (vega-datasets) into Redis as hashes, read from their files by redquery itself. */
import { fileURLToPath } from 'node:url';
import { connect, type Session } from '../../src/index.ts';
import type { RunningRedis } from '../redis/redis-options.ts';
import type { Command } from '../redis/tiny-client.ts';

const FLIGHT_COUNT = 100_000;
const CHUNK_ROWS = 5_000;

/** Three million flights within the USA, January to June 2001: date, delay (minutes), distance (miles), origin, destination. */
export const FLIGHTS_FILE = dataFile('flights-3m.parquet');
const AIRPORTS_FILE = dataFile('airports.csv');

/** Writes `flight:N` for the first 100,000 flights of 2001 and `airport:IATA` for every airport. */
export async function loadFlights(
  redis: RunningRedis,
  signal: AbortSignal,
): Promise<{ flightCount: number; airportCount: number }> {
  await using session = await connect({ url: redis.url });
  const flights = `
    SELECT 'flight:' || row_number() OVER () AS _key, CAST(date AS VARCHAR) AS date, delay, distance, origin, destination
    FROM (FROM '${FLIGHTS_FILE}' LIMIT ${FLIGHT_COUNT})`;
  const airports = `SELECT 'airport:' || iata AS _key, * FROM read_csv('${AIRPORTS_FILE}', all_varchar => true)`;
  const flightCount = await copyRows(session, flights, redis, signal);
  const airportCount = await copyRows(session, airports, redis, signal);
  return { flightCount, airportCount };
}

/** Writes one hash a row, the column `_key` as its key; a NULL is a field that is not there. */
async function copyRows(session: Session, statement: string, redis: RunningRedis, signal: AbortSignal): Promise<number> {
  let rowCount = 0;
  let commands: Command[] = [];
  for await (const { _key, ...fields } of session.query(statement, undefined, { signal })) {
    const words = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, String(value)]));
    commands.push(['HSET', String(_key), ...words]);
    rowCount += 1;
    if (commands.length < CHUNK_ROWS) continue;
    await redis.callAll(commands);
    commands = [];
  }
  await redis.callAll(commands);
  return rowCount;
}

function dataFile(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url));
}
