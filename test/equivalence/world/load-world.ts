/** Writes a world into a Redis that is empty, or is emptied, and waits until its indexes have looked at every key. */
import type { RunningRedis } from '../../support/redis-server.ts';
import type { Index, Row, Table, World } from './words.ts';

/** Rows of a half-built index that are written after it. */
const LATE_SHARE = 0.5;

/** The commands that make a world, in their order; also what a failing case prints. */
export function commandsOf(world: World): string[][] {
  const late = new Set(world.indexes.filter((index) => index.isSkippingScan).map((index) => index.table));
  const rows = world.tables.flatMap((table) =>
    table.rows.map((row, i) => ({
      isLate: late.has(table.name) && i >= table.rows.length * LATE_SHARE,
      command: writeOf(table, row),
    })),
  );
  return [
    ...world.extras.flatMap((extra) => extra.commands.map((command) => [...command])),
    ...rows.filter((row) => !row.isLate).map((row) => row.command),
    ...world.indexes.map((index) => [...index.command]),
    ...rows.filter((row) => row.isLate).map((row) => row.command),
    ...world.closing.map((command) => [...command]),
  ];
}

/** The command that writes a row; keys of many rows get one each. */
function writeOf({ source, columns }: Table, { key, cells, json }: Row): string[] {
  const cell = (name: string): string => cells[name] ?? '';
  switch (source) {
    case 'hash':
      return ['HSET', key, ...Object.entries(cells).flat()];
    case 'json': {
      const members = Object.entries({ ...mapValues(cells, (text) => JSON.stringify(text)), ...json });
      return ['JSON.SET', key, '$', `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`];
    }
    case 'string':
      return ['SET', key, cell('value')];
    case 'set':
      return ['SADD', key, cell('member')];
    case 'list':
      return ['RPUSH', key, cell('element')];
    case 'zset':
      return ['ZADD', key, cell('score'), cell('member')];
    case 'stream': {
      const fields = columns.filter(({ name, isPart }) => isPart === undefined && cells[name] !== undefined);
      return ['XADD', key, cell('_id'), ...fields.flatMap(({ name }) => [name, cell(name)])];
    }
    default:
      return source satisfies never;
  }
}

function mapValues(record: Readonly<Record<string, string>>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Empties the Redis (indexes, too) and writes the world. */
export async function loadWorld(redis: RunningRedis, world: World): Promise<void> {
  const indexes = await redis.call('FT._LIST');
  for (const name of Array.isArray(indexes) ? indexes : []) await redis.call('FT.DROPINDEX', String(name));
  await redis.call('FLUSHALL');
  for (const [name, value] of Object.entries(world.config)) await redis.call('FT.CONFIG', 'SET', name, value);
  await redis.callAll(commandsOf({ ...world, closing: [] }));
  for (const index of world.indexes) await untilIndexed(redis, index);
  await redis.callAll(world.closing);
}

async function untilIndexed(redis: RunningRedis, index: Index): Promise<void> {
  for (;;) {
    const info = await redis.call('FT.INFO', index.name);
    const words = Array.isArray(info) ? info : [];
    if (Number(words[words.indexOf('indexing') + 1]) === 0) return;
  }
}
