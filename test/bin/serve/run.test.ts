import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { StartCommand } from '../../../src/bin/serve/arguments.ts';
import { type ServeSurroundings, serve } from '../../../src/bin/serve/run.ts';
import { RedQueryError } from '../../../src/errors.ts';
import { type RunningServer, SERVER_DEFAULTS, type ServerOptions } from '../../../src/server/index.ts';

const OPTIONS: ServerOptions = {
  redis: {},
  listen: SERVER_DEFAULTS.listen,
  usersFile: 'users.json',
  viewsFile: null,
  isDiscovering: true,
  tls: null,
  maxConnections: 1,
  admin: null,
  log: SERVER_DEFAULTS.log,
  statementTimeoutMs: null,
  drainTimeoutMs: 1,
};

/** A server that stops when it is told to, and a process that gets signals. */
class Stage extends EventEmitter {
  readonly said = { out: '', err: '' };
  readonly calls: string[] = [];
  readonly #drained = Promise.withResolvers<void>();
  options = OPTIONS;
  startError: Error | null = null;
  server: Partial<RunningServer> = {};

  run(): Promise<number> {
    const surroundings: ServeSurroundings = {
      out: (text) => {
        this.said.out += text;
        this.emit('started');
      },
      err: (text) => void (this.said.err += text),
      onSignal: (signal, listener) => void this.on(signal, listener),
      // Not read: the options are given.
      optionsFrom: () => Promise.resolve(this.options),
      start: () => (this.startError === null ? Promise.resolve(this.#running()) : Promise.reject(this.startError)),
    };
    return serve({} as StartCommand, surroundings);
  }

  finishDraining(): void {
    this.#drained.resolve();
  }

  #running(): RunningServer {
    return {
      listen: { host: '127.0.0.1', port: 5433 },
      admin: null,
      reload: () => {
        this.calls.push('reload');
        return Promise.resolve([]);
      },
      stop: async ({ isImmediate = false } = {}) => {
        this.calls.push(isImmediate ? 'stop now' : 'stop');
        if (!isImmediate) await this.#drained.promise;
      },
      ...this.server,
    };
  }
}

describe('redquery serve', () => {
  it('says in one line how to connect', async () => {
    const stage = new Stage();
    stage.server = { admin: { host: '::1', port: 9187 } };
    void stage.run();
    await once(stage, 'started');
    expect(stage.said).toEqual({
      out: 'redquery listens on 127.0.0.1:5433; connect with: psql -h 127.0.0.1 -p 5433 -U NAME redis; health and metrics on http://[::1]:9187\n',
      err: '',
    });
  });

  it.each([
    ['text', 'warning: there is no user file'],
    ['json', '"level":"warning"'],
    ['none', 'warning: there is no user file'],
  ] as const)('warns that there is no user file, log %s', async (format, words) => {
    const stage = new Stage();
    stage.options = { ...OPTIONS, usersFile: null, log: { ...OPTIONS.log, format } };
    const running = stage.run();
    await once(stage, 'started');
    stage.emit('SIGTERM');
    stage.finishDraining();
    expect(await running).toBe(0);
    expect(stage.said.out).toContain('psql -h 127.0.0.1 -p 5433 redis\n');
    expect(stage.said.err).toContain(words);
  });

  it.each(['SIGTERM', 'SIGINT'])('drains on %s and ends with 0', async (signal) => {
    const stage = new Stage();
    const running = stage.run();
    await once(stage, 'started');
    stage.emit(signal);
    stage.finishDraining();
    expect(await running).toBe(0);
    expect(stage.calls).toEqual(['stop']);
  });

  it.each([
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGINT', 130],
  ])('ends at once on %s and %s', async (first, second, status) => {
    const stage = new Stage();
    const running = stage.run();
    await once(stage, 'started');
    stage.emit(first);
    stage.emit(second);
    expect(await running).toBe(status);
    expect(stage.calls).toEqual(['stop', 'stop now']);
  });

  it('stops once it has started where the signal came before', async () => {
    const stage = new Stage();
    stage.server = { stop: () => Promise.resolve() };
    const running = stage.run();
    stage.emit('SIGTERM');
    expect(await running).toBe(0);
  });

  it('reads its files again on SIGHUP', async () => {
    const stage = new Stage();
    void stage.run();
    await once(stage, 'started');
    stage.emit('SIGHUP');
    stage.emit('SIGHUP');
    expect(stage.calls).toEqual(['reload', 'reload']);
  });

  it('tells what goes wrong while it stops', async () => {
    const stage = new Stage();
    stage.server = { stop: () => Promise.reject(new RedQueryError('RQ_INTERNAL', 'no')) };
    const running = stage.run();
    stage.emit('SIGTERM');
    expect(await running).toBe(1);
    expect(stage.said.err).toBe('RQ_INTERNAL: no\n');
  });

  it.each([
    [new RedQueryError('RQ_OPTION', 'x', { hint: 'y' }), 2, 'RQ_OPTION: x\nhint: y\n'],
    [new RedQueryError('RQ_FILE', 'x'), 2, 'RQ_FILE: x\n'],
    [new RedQueryError('RQ_SYNTAX', 'x'), 2, 'RQ_SYNTAX: x\n'],
    [new RedQueryError('RQ_REDIS_AUTH', 'x'), 3, 'RQ_REDIS_AUTH: x\n'],
    [Object.assign(new Error('listen EADDRINUSE: 127.0.0.1:5433'), { code: 'EADDRINUSE' }), 1, 'something else listens there'],
    [Object.assign(new Error('x'), { code: 'EACCES' }), 1, 'this account may not'],
    [new Error('odd'), 1, 'RQ_INTERNAL: odd'],
  ])('does not start after %s and ends with %s', async (error, status, words) => {
    const stage = new Stage();
    stage.startError = error;
    expect(await stage.run()).toBe(status);
    expect(stage.said.err).toContain(words);
    expect(stage.said.out).toBe('');
  });
});
