/**
 * `npm run redis`: a throw-away Redis with search in the foreground, until Ctrl-C. Nothing of it is kept.
 * Usage: npm run redis -- [--port N] [--load], where --load puts the demo's flights and airports in.
 */
import { parseArgs } from 'node:util';
import { interruptSignal, untilAborted } from './interrupt-signal.ts';
import { startRedis } from './start-redis.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, load: { type: 'boolean', default: false } } });
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
  console.error(`--port ${values.port} is no port; valid are 1 to 65535`);
  process.exit(2);
}

const interrupted = interruptSignal();
await using redis = await startRedis(port === undefined ? {} : { port });
if (redis.note !== undefined) console.error(redis.note);
if (values.load) {
  // Loaded through the library, which a plain server does without.
  const { loadFlights } = await import('../demo/load-flights.ts');
  const { flightCount, airportCount } = await loadFlights(redis, interrupted);
  console.error(`Loaded ${flightCount} hashes flight:N and ${airportCount} hashes airport:IATA.`);
}
console.error(`Redis ${redis.version}${redis.hasSearch ? ' with search' : ' without search'} until Ctrl-C, at`);
console.log(redis.url);
await Promise.race([untilAborted(interrupted), redis.ended]);
