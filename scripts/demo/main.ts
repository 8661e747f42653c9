/**
 * `npm run demo`: starts a throw-away Redis, loads real flights and airports, and shows what SQL over them looks like. The
 * server ends with the demo, also on Ctrl-C and on failure.
 */
import { connect, RedQueryError, type Session } from '../../src/index.ts';
import { interruptSignal } from '../redis/interrupt-signal.ts';
import { startRedis } from '../redis/start-redis.ts';
import { loadFlights } from './load-flights.ts';
import { type DemoQuery, QUERIES } from './queries.ts';
import { textTable } from './text-table.ts';

const INTERRUPTED_STATUS = 130;
const interrupted = interruptSignal();

try {
  await runDemo();
} catch (error) {
  if (interrupted.aborted) {
    process.exitCode = INTERRUPTED_STATUS;
  } else {
    console.error(error instanceof RedQueryError ? `${error.code}: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function runDemo(): Promise<void> {
  await using redis = await startRedis();
  if (redis.note !== undefined) console.error(redis.note);
  console.log(`Redis ${redis.version} at ${redis.url}`);
  const start = performance.now();
  const { flightCount, airportCount } = await loadFlights(redis, interrupted);
  console.log(`Loaded ${flightCount} flights (flight:N) and ${airportCount} airports (airport:IATA) in ${secondsSince(start)}`);
  await using session = await connect({ url: redis.url, integers: 'number' });
  for (const query of QUERIES) await show(session, query);
  console.log('\nTry your own: npm run redis -- --load, then npx redquery URL. The server of this demo is gone now.');
}

async function show(session: Session, { title, sql, parameters }: DemoQuery): Promise<void> {
  console.log(`\n── ${title}\n\n${sql}${parameters === undefined ? '' : `    -- ${JSON.stringify(parameters)}`}\n`);
  const start = performance.now();
  const rows = await session.query(sql, parameters, { signal: interrupted }).rows();
  const time = secondsSince(start);
  const plan = rows.map((row) => row['explain_value']).filter((text) => typeof text === 'string');
  if (plan.length > 0) console.log(plan.join('\n'));
  else if (!sql.startsWith('CREATE')) console.log(textTable(rows));
  console.log(`(${time})`);
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(3)} s`;
}
