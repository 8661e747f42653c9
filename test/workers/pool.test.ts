import type { Socket } from 'node:net';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { CONTROL, ScanPool, STATE } from '../../src/workers/index.ts';
import { bulks, scanReply } from '../support/resp-bytes.ts';
import { field, newHelper, newTask, task } from '../support/run-task.ts';
import { type Answer, startStub } from '../support/stub-redis.ts';

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

const answer: Answer = ([name]) => {
  if (name === 'SCAN') return scanReply('0', ['user:1', 'user:2']);
  return name === 'HMGET' ? bulks(['7']) : '+OK\r\n';
};
/** HMGET is never answered: the scan stays open. */
const hanging: Answer = (args, socket) => (args[0] === 'HMGET' ? null : answer(args, socket));
const AGES = task('user:*', [field('age', 'BIGINT')]);

describe('ScanPool', () => {
  let pool: ScanPool | null = null;
  const open = (...[options]: ConstructorParameters<typeof ScanPool>): ScanPool => {
    threads.length = 0;
    pool = new ScanPool(options);
    return pool;
  };
  afterEach(() => pool?.close());

  it('starts a thread at its first task, and no more than it has to', async () => {
    await using stub = await startStub(answer);
    const scans = open({ workerCount: 2, endpoints: [stub.endpoint] });
    expect(threads).toHaveLength(0);
    for (let i = 0; i < 3; i++) {
      const running = newTask(AGES);
      await scans.run(running.job);
      expect((await running.result).rows).toEqual([[7n], [7n]]);
    }
    expect(threads).toHaveLength(1);
  });

  it('runs any number of tasks on one thread at a time', async () => {
    await using stub = await startStub(hanging);
    const scans = open({ workerCount: 1, endpoints: [stub.endpoint] });
    const all = Array.from({ length: 40 }, () => newTask(AGES));
    const ended = all.map(({ job }) => scans.run(job));
    await expect.poll(() => stub.commands.filter(([name]) => name === 'HMGET').length, { timeout: 10_000 }).toBe(80);
    expect(threads).toHaveLength(1);
    for (const running of all) running.port.close();
    await expect(Promise.all(ended)).resolves.toHaveLength(40);
  }, 20_000);

  it('rejects with the error that the reader was told', async () => {
    await using stub = await startStub(([name]) => (name === 'SCAN' ? '-NOPERM no permissions to run scan\r\n' : '+OK\r\n'));
    const running = newTask(AGES);
    await expect(open({ workerCount: 1, endpoints: [stub.endpoint] }).run(running.job)).rejects.toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
    });
    expect((await running.result).error).toMatchObject({ code: 'RQ_REDIS_PERMISSION' });
  });

  it('learns of servers that are added, and names those it knows', async () => {
    await using stub = await startStub(answer);
    const scans = open({ workerCount: 1, endpoints: [stub.endpoint] });
    await scans.run(newTask(AGES).job);
    scans.addEndpoint({ ...stub.endpoint, name: 'other' });
    const running = newTask({ ...AGES, server: 'other' });
    await scans.run(running.job);
    expect((await running.result).rows).toHaveLength(2);
    await expect(scans.run(newTask({ ...AGES, server: 'nobody' }).job)).rejects.toMatchObject({
      code: 'RQ_UNKNOWN_SERVER',
      message: 'no server is named "nobody"; named are: default, other',
    });
  }, 10_000);

  it('rejects the tasks of a thread that dies, wakes their statements, and goes on with another', async () => {
    let isHanging = true;
    await using stub = await startStub((args, socket) => (isHanging ? hanging : answer)(args, socket));
    const scans = open({ workerCount: 1, endpoints: [stub.endpoint] });
    const running = newTask(AGES);
    const ended = scans.run(running.job).catch((error: unknown) => error);
    await expect.poll(() => stub.commands.some(([name]) => name === 'HMGET'), { timeout: 5000 }).toBe(true);
    const startedAt = performance.now();
    await threads[0]?.terminate();
    expect(await ended).toMatchObject({ code: 'RQ_INTERNAL' });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const cells = new Int32Array(running.job.control);
    expect([cells[CONTROL.STATE], (cells[CONTROL.WAKE] ?? 0) > 0]).toEqual([STATE.FAILED, true]);
    isHanging = false;
    const next = newTask(AGES);
    await scans.run(next.job);
    expect((await next.result).rows).toHaveLength(2);
    expect(threads).toHaveLength(2);
  }, 10_000);

  describe('sharing one scan', () => {
    const pages = 60;
    const many: Answer = ([name, argument = '0']) => {
      if (name === 'HMGET') return bulks([argument.slice(5)]);
      if (name !== 'SCAN') return '+OK\r\n';
      const page = Number(argument);
      const keys = Array.from({ length: 1000 }, (_, i) => `user:${page * 1000 + i}`);
      return scanReply(page + 1 < pages ? String(page + 1) : '0', keys);
    };

    it('fetches on two threads and two sockets, each key once', async () => {
      // The first to fetch gets no answer before a second one fetches: it has to share.
      const fetching = new Map<Socket, Buffer[]>();
      let isGated = false;
      await using stub = await startStub((args, socket) => {
        const reply = Buffer.from(many(args, socket) ?? '');
        if (!isGated || args[0] !== 'HMGET') return reply;
        const held = fetching.get(socket) ?? [];
        fetching.set(socket, [...held, reply]);
        if (fetching.size < 2) return null;
        isGated = false;
        for (const [other, replies] of fetching) if (other !== socket) other.write(Buffer.concat(replies));
        return Buffer.concat([...held, reply]);
      });
      const scans = open({ workerCount: 2, endpoints: [stub.endpoint] });
      isGated = true;
      const running = newTask(AGES);
      const helper = newHelper(running.job);
      await scans.runShared(running.job, [helper.port]);
      const results = await Promise.all([running.result, helper.result]);
      const ages = results.flatMap(({ rows }) => rows.map(([age]) => age));
      expect(results.map(({ error }) => error)).toEqual([null, null]);
      expect(results.every(({ rows }) => rows.length > 0)).toBe(true);
      expect(ages).toHaveLength(pages * 1000);
      expect(new Set(ages).size).toBe(pages * 1000);
      expect(running.counters().keysScanned).toBe(pages * 1000);
      expect(fetching.size).toBe(2);
      expect(threads).toHaveLength(2);
    }, 20_000);

    it('tells by the helper, too, what went wrong there, and ends where it is not worth it', async () => {
      let hmgets = 0;
      await using stub = await startStub((args, socket) => {
        if (args[0] === 'HMGET' && (hmgets += 1) > 20_000) return '-LOADING again\r\n';
        return many(args, socket);
      });
      const scans = open({ workerCount: 2, endpoints: [stub.endpoint] });
      const running = newTask(AGES);
      const helper = newHelper(running.job);
      await expect(scans.runShared(running.job, [helper.port])).rejects.toMatchObject({ code: 'RQ_REDIS_LOADING' });
      const errors = (await Promise.all([running.result, helper.result])).map(({ error }) => error?.code);
      expect(errors).toContain('RQ_REDIS_LOADING');
      const limited = newTask({ ...AGES, rowLimit: 3 });
      const idle = newHelper(limited.job);
      hmgets = 0;
      await scans.runShared(limited.job, [idle.port]);
      expect((await limited.result).rows).toHaveLength(3);
      expect(await idle.result).toMatchObject({ rows: [], error: null });
    }, 20_000);
  });

  it('ends its threads and what runs on them when it is closed', async () => {
    await using stub = await startStub(hanging);
    const scans = open({ workerCount: 1, endpoints: [stub.endpoint] });
    const ended = scans.run(newTask(AGES).job).catch((error: unknown) => error);
    await expect.poll(() => stub.commands.some(([name]) => name === 'HMGET'), { timeout: 5000 }).toBe(true);
    const exited = new Promise((resolve) => threads[0]?.once('exit', resolve));
    await scans.close();
    await exited;
    expect(await ended).toMatchObject({ code: 'RQ_CLOSED' });
    await expect(scans.run(newTask(AGES).job)).rejects.toMatchObject({ code: 'RQ_CLOSED' });
    await expect.poll(() => stub.openSockets.size).toBe(0);
  }, 10_000);
});
