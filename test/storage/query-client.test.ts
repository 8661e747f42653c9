import { describe, expect, it } from 'vitest';
import { QueryClient } from '../../src/storage/connections/query-client.ts';
import { startStub } from '../support/stub-redis.ts';

const HANDSHAKE = new Set(['HELLO', 'CLIENT']);
const code = (value: string): unknown => expect.objectContaining({ code: value });

describe('QueryClient', () => {
  it('gives maps, arrays and numbers as values, and passes pushes by', async () => {
    await using stub = await startStub(([name = '']) =>
      HANDSHAKE.has(name) ? '+OK\r\n' : '>1\r\n+noise\r\n%1\r\n+warning\r\n*2\r\n+late\r\n,1.5\r\n',
    );
    const client = new QueryClient(stub.endpoint);
    expect(await client.call(['FT.SEARCH', 'idx', new Uint8Array([255]), 3])).toEqual(
      new Map([[Buffer.from('warning'), [Buffer.from('late'), 1.5]]]),
    );
    expect(stub.commands.at(-1)).toEqual(['FT.SEARCH', 'idx', 'ÿ', '3']);
    client.close();
  });

  it('answers questions that do not wait for each other in order, errors among them', async () => {
    await using stub = await startStub(([name = '', arg]) =>
      HANDSHAKE.has(name) ? '+OK\r\n' : arg === 'bad' ? '-ERR bad: no such index\r\n' : `+${arg}\r\n`,
    );
    const client = new QueryClient(stub.endpoint);
    const asked = ['a', 'bad', 'b'].map((word) => client.call(['ECHO', word]));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(asked[1]).rejects.toMatchObject({ code: 'RQ_REDIS_ERROR', message: expect.stringContaining('no such index') });
    expect(stub.connectionCount()).toBe(1);
    client.close();
  });

  it('runs commands as one transaction, others before and behind it', async () => {
    await using stub = await startStub(([name = '', arg]) => {
      if (HANDSHAKE.has(name) || name === 'MULTI') return '+OK\r\n';
      if (name === 'EXEC') return '*2\r\n:1\r\n%1\r\n+a\r\n:2\r\n';
      return name === 'IN' ? '+QUEUED\r\n' : `+${arg}\r\n`;
    });
    const client = new QueryClient(stub.endpoint);
    const asked = await Promise.all([
      client.call(['ECHO', 'before']),
      client.transaction([
        ['IN', '1'],
        ['IN', '2'],
      ]),
      client.call(['ECHO', 'behind']),
    ]);
    expect(asked).toEqual([Buffer.from('before'), [1, new Map([[Buffer.from('a'), 2]])], Buffer.from('behind')]);
    expect(stub.commands.map(([name]) => name).slice(-6)).toEqual(['ECHO', 'MULTI', 'IN', 'IN', 'EXEC', 'ECHO']);
    client.close();
  });

  it.each([
    ['MULTI is refused', { MULTI: '-NOPERM no\r\n', IN: '+ran\r\n', EXEC: '-ERR EXEC without MULTI\r\n' }, 'RQ_REDIS_PERMISSION'],
    ['a command is refused', { IN: '-NOPERM no\r\n', EXEC: '-EXECABORT off\r\n' }, 'RQ_REDIS_PERMISSION'],
    ['a command fails', { EXEC: '*1\r\n-ERR no such index\r\n' }, 'RQ_REDIS_ERROR'],
    ['EXEC answers less', { EXEC: '*0\r\n' }, 'RQ_PROTOCOL'],
    ['EXEC answers nothing', { EXEC: '_\r\n' }, 'RQ_PROTOCOL'],
  ])('tells why a transaction gave nothing: %s', async (_, replies: Readonly<Record<string, string>>, expected) => {
    const usual: Readonly<Record<string, string>> = { IN: '+QUEUED\r\n', ECHO: '+alive\r\n' };
    await using stub = await startStub(([name = '']) => replies[name] ?? usual[name] ?? '+OK\r\n');
    const client = new QueryClient(stub.endpoint);
    await expect(client.transaction([['IN']])).rejects.toEqual(code(expected));
    expect(String(await client.call(['ECHO']))).toBe('alive');
    client.close();
  });

  it('fails when the connection ends, and connects anew for the next question', async () => {
    await using stub = await startStub(([name = '', arg], socket) => {
      if (HANDSHAKE.has(name)) return '+OK\r\n';
      if (arg === 'die') socket.destroy();
      return arg === 'die' ? null : '+alive\r\n';
    });
    const client = new QueryClient(stub.endpoint);
    await expect(client.call(['ECHO', 'die'])).rejects.toEqual(code('RQ_REDIS_LOST'));
    const both = await Promise.all([client.call(['ECHO', '1']), client.call(['ECHO', '2'])]);
    expect(both.map(String)).toEqual(['alive', 'alive']);
    expect(stub.connectionCount()).toBe(2);
    client.close();
  });

  it('stops waiting when it is told to, and its connection still serves', async () => {
    // The answer to the first question comes with that to the second.
    await using stub = await startStub(([name = '', arg]) =>
      HANDSHAKE.has(name) ? '+OK\r\n' : arg === 'slow' ? null : arg === 'next' ? '+first\r\n+second\r\n' : '+quick\r\n',
    );
    const client = new QueryClient(stub.endpoint);
    await client.call(['ECHO', 'quick']);
    const controller = new AbortController();
    const slow = client.call(['ECHO', 'slow'], { signal: controller.signal });
    await new Promise(setImmediate);
    controller.abort();
    await expect(slow).rejects.toEqual(code('RQ_CANCELLED'));
    await expect(client.call(['ECHO', 'x'], { signal: controller.signal })).rejects.toEqual(code('RQ_CANCELLED'));
    expect(String(await client.call(['ECHO', 'next']))).toBe('second');
    client.close();
  });

  it('fails whoever waits when it is closed, and all later questions', async () => {
    await using stub = await startStub(([name = '']) => (HANDSHAKE.has(name) ? '+OK\r\n' : null));
    const client = new QueryClient(stub.endpoint);
    const waiting = client.call(['PING']);
    setImmediate(() => client.close());
    await expect(waiting).rejects.toEqual(code('RQ_CLOSED'));
    await expect(client.call(['PING'])).rejects.toEqual(code('RQ_CLOSED'));
  });
});
