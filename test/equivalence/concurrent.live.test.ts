/** Invariant 4: a key that lives throughout a scan is one row, whatever another client does meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOf, type LiveSession, startLive } from '../support/live-session.ts';
import { TinyClient } from '../support/redis-server.ts';
import { Random } from './random.ts';

const STEADY_COUNT = 20_000;
const PASSING_COUNT = 30_000;
const ROUNDS = 6;
const COLUMNS = `columns => {'n': 'BIGINT', 'note': 'VARCHAR'}`;

let live: LiveSession;
let neighbour: Neighbour;

beforeAll(async () => {
  live = await startLive({}, { modules: true });
  const { redis } = live;
  await redis.callAll(
    Array.from({ length: STEADY_COUNT }, (_, i) => ['HSET', `eq:s:${i}`, 'n', String(i % 100), 'note', 'first']),
  );
  await redis.call(
    ...['FT.CREATE', 'idx:eq', 'ON', 'HASH', 'PREFIX', '1', 'eq:', 'SCHEMA', 'n', 'NUMERIC', 'INDEXMISSING', 'SORTABLE', 'UNF'],
    ...['note', 'TAG', 'CASESENSITIVE', 'INDEXMISSING', 'INDEXEMPTY'],
  );
  for (;;) {
    const info = await redis.call('FT.INFO', 'idx:eq');
    if (Array.isArray(info) && Number(info[info.indexOf('percent_indexed') + 1]) === 1) break;
  }
  neighbour = new Neighbour(redis.port);
});
afterAll(async () => {
  await neighbour.stop();
  await live[Symbol.asyncDispose]();
});

/** Writes keys, changes those that stay, deletes and lets expire, until it is stopped; the table grows and shrinks. */
class Neighbour {
  readonly #client: TinyClient;
  readonly #random = new Random('neighbour');
  #running: Promise<void> | null = null;
  #isStopping = false;
  commandCount = 0;

  constructor(port: number) {
    this.#client = new TinyClient({ host: '127.0.0.1', port });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    this.#client.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      for (let from = 0; from < PASSING_COUNT && !this.#isStopping; from += 500) await this.#send(from, 'write');
      for (let from = 0; from < PASSING_COUNT && !this.#isStopping; from += 500) await this.#send(from, 'end');
    }
  }

  async #send(from: number, what: 'write' | 'end'): Promise<void> {
    const commands = Array.from({ length: 500 }, (_, i): string[] => {
      const key = `eq:p:${from + i}`;
      const steady = this.#random.int(0, STEADY_COUNT - 1);
      // What is filtered by stays as it was; the document becomes another one for the index.
      if (i % 10 === 0) return ['HSET', `eq:s:${steady}`, 'n', String(steady % 100), 'note', `changed ${from}`];
      if (what === 'write') return ['HSET', key, 'n', String(i % 100), 'note', 'passing'];
      return i % 3 === 0 ? ['PEXPIRE', key, '1'] : ['DEL', key];
    });
    await this.#client.callAll(commands);
    this.commandCount += commands.length;
  }
}

describe('while another client writes, deletes and expires', () => {
  it.each([
    ['a scan', 'use_indexes = false', 'n >= 0', 100, 'scan'],
    ['a scan for a filter', 'use_indexes = false', 'n < 7', 7, 'scan'],
    ['one search', 'max_block_ms = 100000', 'n < 7', 7, 'search'],
    // Named, so that the cost of a count that takes long beside the neighbour does not decide.
    ['a cursor', 'max_block_ms = 0', 'n < 7', 7, 'search', `, index => 'idx:eq'`],
  ])('gives each key that stays once, by %s', async (_, setting, where, share, access, named = '') => {
    await live.session.query(`SET ${setting}`).rows();
    neighbour.start();
    const before = neighbour.commandCount;
    const ways = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const result = live.session.query(`SELECT _key, n FROM redis_hash('eq:*', ${COLUMNS}${named}) WHERE ${where}`);
      const steady = (await result.rows()).map((row) => String(row['_key'])).filter((key) => key.startsWith('eq:s:'));
      for (const scan of result.stats.scans) ways.add(scan.access);
      expect(new Set(steady).size, 'a key came twice').toBe(steady.length);
      expect(steady.length).toBe((STEADY_COUNT * share) / 100);
    }
    await live.session.query(`RESET ${setting.split(' ')[0] ?? ''}`).rows();
    expect(neighbour.commandCount).toBeGreaterThan(before);
    expect(ways).toContain(access);
  });

  it('meets keys that were written, deleted and ended meanwhile', async () => {
    const { redis } = live;
    const ended = Number(/expired_keys:(\d+)/.exec(String(await redis.call('INFO', 'stats')))?.[1]);
    expect(await callsOf(redis, 'del')).toBeGreaterThan(PASSING_COUNT / 3);
    expect(ended).toBeGreaterThan(PASSING_COUNT / 10);
  });
});
