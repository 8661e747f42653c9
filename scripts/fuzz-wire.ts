/**
 * Sends mangled frames to the decoders and to a server over sockets, and watches the memory.
 *
 *     node --expose-gc scripts/fuzz-wire.ts [--frames 1000000] [--seed 1] [--server HOST:PORT --user NAME --database NAME --pid N]
 *
 * Without --server the sockets lead to a listener in this process whose sessions only echo. --pid: the server's process, for
 * its memory (Linux). Ends with status 1 and the seed where something went wrong.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startFakeServer } from '../test/server/net/fake-session.ts';
import { type FuzzCounts, fuzzStartup, fuzzStream } from '../test/server/wire/decoder-fuzz.ts';
import { Mangler } from '../test/server/wire/mangled-frames.ts';
import { fuzzSockets } from '../test/server/wire/socket-fuzz.ts';

const MEGABYTE = 1024 * 1024;
/** What a run may leave behind in the heap. */
const MAX_GROWTH_BYTES = 32 * MEGABYTE;

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    server: { type: 'string' },
    user: { type: 'string', default: 'fuzz' },
    database: { type: 'string', default: 'redis' },
    pid: { type: 'string' },
  },
});
const frameCount = Number(values.frames);
const seed = Number(values.seed);

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Resident memory of the server's process; null where it cannot be read. */
function serverBytes(): number | null {
  if (values.pid === undefined) return null;
  const status = readFileSync(`/proc/${values.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

function fuzzDecoders(): void {
  const mangler = new Mangler(seed);
  const counts: FuzzCounts = { frames: 0, understood: 0, malformed: 0, broken: 0 };
  const before = heapBytes();
  const startedAt = performance.now();
  while (counts.frames < frameCount) {
    fuzzStream(mangler, counts);
    fuzzStartup(mangler, counts);
  }
  const grownBytes = heapBytes() - before;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `decoders: ${counts.frames} frames in ${seconds.toFixed(1)} s; ${counts.understood} understood, ${counts.malformed} malformed, ${counts.broken} streams broken; heap ${(grownBytes / MEGABYTE).toFixed(1)} MB more`,
  );
  if (grownBytes > MAX_GROWTH_BYTES) throw new Error('the decoders hold on to memory');
}

async function fuzzServer(): Promise<void> {
  await using own = values.server === undefined ? await startFakeServer() : null;
  const [host = '127.0.0.1', port = '0'] = (values.server ?? '').split(':');
  const address = own?.address ?? { host, port: Number(port) };
  const run = (count: number, from: number) => {
    let shown = 0;
    return fuzzSockets({
      address,
      mangler: new Mangler(from),
      frameCount: count,
      user: values.user,
      database: values.database,
      witnessCount: 4,
      fuzzerCount: 16,
      progress: (sent) => {
        own?.opened.splice(0);
        if (sent - shown < 100_000) return;
        shown = sent;
        const bytes = serverBytes();
        console.log(`  ${sent} frames${bytes === null ? '' : `, server ${(bytes / MEGABYTE).toFixed(0)} MB`}`);
      },
    });
  };
  // Warm first: what a server needs once is no growth.
  await run(Math.min(20_000, frameCount), seed + 1);
  own?.opened.splice(0);
  const before = serverBytes() ?? heapBytes();
  const startedAt = performance.now();
  const result = await run(frameCount, seed);
  own?.opened.splice(0);
  const grownBytes = (serverBytes() ?? heapBytes()) - before;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `sockets: ${result.frames} frames over ${result.connections} connections in ${seconds.toFixed(1)} s; ${result.witnessed} queries beside, slowest ${result.slowestWitnessMs.toFixed(0)} ms; ${(grownBytes / MEGABYTE).toFixed(1)} MB more`,
  );
  if (values.server === undefined && grownBytes > MAX_GROWTH_BYTES) throw new Error('the listener holds on to memory');
}

try {
  fuzzDecoders();
  await fuzzServer();
} catch (error) {
  console.error(`seed ${seed}:`, error);
  process.exitCode = 1;
}
