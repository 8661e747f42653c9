import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRedis, TinyClient } from './redis-server.ts';

const LAUNCHER = path.join(import.meta.dirname, 'redis-server.ts');

async function isListening(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  return await new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).then((is) => {
    socket.destroy();
    return is === true;
  });
}

describe('startRedis', () => {
  it('starts servers side by side, each empty, with search and JSON', async () => {
    await using first = await startRedis();
    await using second = await startRedis();
    expect(first.port).not.toBe(second.port);
    expect(first.hasSearch).toBe(true);
    await first.call('HSET', 'a', 'text', 'é', 'bytes', Uint8Array.of(0xff, 13, 10));
    expect(await first.call('HGET', 'a', 'text')).toBe('é');
    expect(await first.callBytes('HGET', 'a', 'bytes')).toEqual(Buffer.from([0xff, 13, 10]));
    expect(await second.call('DBSIZE')).toBe(0);
  });

  it('leaves the modules out where told, and comes back at the port it had', async () => {
    const first = await startRedis({ modules: false });
    expect(first.hasSearch).toBe(false);
    await first.stop();
    await first.ended;
    expect(await isListening(first.port)).toBe(false);
    await using second = await startRedis({ modules: false, port: first.port });
    expect(second.port).toBe(first.port);
    await expect(startRedis({ modules: false, port: first.port })).rejects.toThrow(/ended with status 1/);
  });

  it('listens on a unix socket, asks for passwords, knows users', async () => {
    await using redis = await startRedis({
      modules: false,
      unixSocket: true,
      password: 'secret',
      acl: ['reader on >word ~user:* +@read +auth'],
    });
    const client = new TinyClient({ path: redis.socketPath ?? '' });
    await expect(client.call('PING')).rejects.toThrow(/NOAUTH/);
    await client.call('AUTH', 'reader', 'word');
    await expect(client.call('SET', 'user:1', '1')).rejects.toThrow(/NOPERM/);
    client.close();
    await expect(redis.call('PING')).resolves.toBe('PONG');
  });

  it('ends the server when the process that started it is killed', async () => {
    const script = `import { startRedis } from ${JSON.stringify(LAUNCHER)};
      const redis = await startRedis({ modules: false, unixSocket: true });
      console.log(redis.port + ' ' + redis.socketPath);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const [port = '', socketPath = ''] = String(line).trim().split(' ');
    expect(await isListening(Number(port))).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isListening(Number(port)), { timeout: 5_000 }).toBe(false);
    await expect.poll(() => existsSync(path.dirname(socketPath)), { timeout: 5_000 }).toBe(false);
  });
});
