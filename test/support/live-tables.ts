/** A Redis with two sessions, one that pushes down all it can and one that pushes nothing: their answers must be equal. */
import { expect } from 'vitest';
import { type ConnectOptions, connect, type Session } from '../../src/index.ts';
import { commandsDuring } from './monitor.ts';
import { type RedisOptions, type RunningRedis, startRedis } from './redis-server.ts';

export interface LiveTables extends AsyncDisposable {
  readonly redis: RunningRedis;
  readonly session: Session;
  /** Sends commands written as words. */
  write(...commands: readonly string[]): Promise<void>;
  /** The rows of a statement, each as its values by name; equal with push-down and without. In order where the text orders them. */
  rows(text: string): Promise<unknown[]>;
  /** As `rows`, each as its values in a line: `board:1 0 ann 1`. */
  lines(text: string): Promise<string[]>;
  /** What the server is asked for by a statement once its columns are known. */
  commands(text: string): Promise<string[]>;
  /** What EXPLAIN says of Redis. */
  explain(text: string): Promise<string>;
}

export async function startTables(options: ConnectOptions = {}, redisOptions: RedisOptions = {}): Promise<LiveTables> {
  const redis = await startRedis({ modules: false, ...redisOptions });
  const session = await connect({ url: redis.url, ...options });
  const plain = await connect({ url: redis.url, ...options, pushDown: false });
  const rows = async (text: string): Promise<unknown[]> => {
    const [pushed, fetched] = [await session.query(text).rows(), await plain.query(text).rows()];
    const isOrdered = /\bORDER BY\b/i.test(text);
    const inOrder = (found: readonly unknown[]): unknown[] => (isOrdered ? [...found] : found.toSorted(byText));
    expect(inOrder(pushed), text).toEqual(inOrder(fetched));
    return inOrder(pushed);
  };
  return {
    redis,
    session,
    write: async (...commands) => redis.callAll(commands.map((command) => command.split(' '))),
    rows,
    lines: async (text) => (await rows(text)).map((row) => valuesOf(row).map(shown).join(' ')),
    commands: async (text) => {
      await session.query(text).rows();
      return await commandsDuring(redis, () => session.query(text).rows());
    },
    explain: async (text) => {
      const lines = await session.query(`EXPLAIN ${text}`).rows();
      return String(lines.map((row) => valuesOf(row)).find(([name]) => name === 'redis')?.[1]);
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await plain.close();
      await redis.stop();
    },
  };
}

function valuesOf(row: unknown): unknown[] {
  return typeof row === 'object' && row !== null ? Object.values(row) : [];
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [valuesOf(a).map(shown).join(' '), valuesOf(b).map(shown).join(' ')];
  return left < right ? -1 : Number(left > right);
}

function shown(value: unknown): string {
  if (value instanceof Map) return `{${[...value].map(([name, one]) => `${name}: ${one}`).join(', ')}}`;
  return value === null ? 'NULL' : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}
