/** How much Redis' used_memory grows while a reader of 1 MB values has paused: what is in flight stands in Redis' output buffers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import { startRedis } from '../../scripts/redis/start-redis.ts';
import { Contender } from '../support/contender.ts';
import { loadBlobs } from '../support/load-data.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';

const BLOB_COUNT = 400;
const BLOB_BYTES = 1 << 20;
const PAUSE_MS = 2000;
const SAMPLE_MS = 20;
const SETTLE_MS = 300;
const BYTES_A_MB = 1 << 20;

export const serverMemory: Measure = { name: 'server-memory', needsUsers: false, isForManyRows: false, run };

/** A Redis of its own, so that nothing else is in its memory. */
async function run({ runCount, contenders }: Bench): Promise<Measured> {
  await using redis = await startRedis({ modules: false });
  await loadBlobs(redis, BLOB_COUNT, BLOB_BYTES);
  const grown: number[] = [];
  for (let i = 0; i < runCount; i++) {
    await using reader = await Contender.node('paused-reader.ts', [redis.url], contenders);
    await sleep(SETTLE_MS);
    const before = await usedBytes(redis);
    let isBegun = false;
    const begun = reader.run('begin').finally(() => {
      isBegun = true;
    });
    let most = before;
    // From the first request on, and then for the time of the pause.
    for (let pausedSince = Number.NaN; !(performance.now() - pausedSince > PAUSE_MS); await sleep(SAMPLE_MS)) {
      most = Math.max(most, await usedBytes(redis));
      if (isBegun && Number.isNaN(pausedSince)) pausedSince = performance.now();
    }
    await begun;
    await reader.run('end');
    grown.push((most - before) / BYTES_A_MB);
    process.stderr.write(`  run ${i + 1}: ${grown.at(-1)?.toFixed(1)} MB\n`);
  }
  const target = {
    name: 'server-memory',
    title: `Redis' used_memory, 1 MB values, paused reader: growth`,
    unit: 'MB',
    must: 32,
    aim: 8,
  } as const;
  return {
    series: [seriesOf(`used_memory's growth, paused reader`, 'MB', grown)],
    findings: [found(target, median(grown), `most: ${Math.max(...grown).toFixed(1)} MB`)],
  };
}

async function usedBytes(redis: RunningRedis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(String(await redis.call('INFO', 'memory')))?.[1]);
}
