/** Loads the data of the benchmarks over one raw socket, pipelined; about 150,000 hashes a second. */
import { once } from 'node:events';
import net from 'node:net';
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import { userAt } from './seeded-users.ts';

const COMMANDS_A_WRITE = 2000;
const QUIT = '*1\r\n$4\r\nQUIT\r\n';

/** Writes `user:0` … `user:rowCount − 1`. @throws {Error} where Redis does not hold them all afterwards. */
export async function loadUsers(redis: RunningRedis, rowCount: number): Promise<void> {
  await sendAll(redis.port, userCommands(rowCount));
  await expectSize(redis, rowCount);
}

/** Writes `blob:0` … with a field `body` of `byteCount` bytes and a field `n`. */
export async function loadBlobs(redis: RunningRedis, rowCount: number, byteCount: number): Promise<void> {
  const body = bulk('0123456789abcdef'.repeat(byteCount / 16));
  await sendAll(redis.port, blobCommands(rowCount, body));
  await expectSize(redis, rowCount);
}

function* userCommands(rowCount: number): Generator<string> {
  for (let index = 0; index < rowCount; index++) {
    const { score, ...rest } = userAt(index);
    const words = ['HSET', `user:${index}`, ...Object.entries(rest).flat()];
    if (score !== null) words.push('score', score);
    yield command(words);
  }
}

function* blobCommands(rowCount: number, body: string): Generator<string> {
  for (let index = 0; index < rowCount; index++) {
    yield `*6\r\n${bulk('HSET')}${bulk(`blob:${index}`)}${bulk('n')}${bulk(String(index))}${bulk('body')}${body}`;
  }
}

function command(words: readonly (string | number)[]): string {
  return `*${words.length}\r\n${words.map((word) => bulk(String(word))).join('')}`;
}

/** A bulk string with a character a byte, which is the cheapest to join and to send. */
function bulk(text: string): string {
  const bytes = /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
  return `$${bytes.length}\r\n${bytes}\r\n`;
}

async function sendAll(port: number, commands: Iterable<string>): Promise<void> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = once(socket, 'close');
  let firstError = '';
  socket.on('data', (chunk) => {
    // HSET answers a number; an error begins a line.
    if (firstError === '' && chunk.includes('-')) firstError = chunk.toString('latin1', chunk.indexOf('-')).slice(0, 200);
  });
  let text = '';
  let count = 0;
  for (const line of commands) {
    text += line;
    if (++count % COMMANDS_A_WRITE !== 0 && text.length < 4_000_000) continue;
    if (!socket.write(text, 'latin1')) await once(socket, 'drain');
    text = '';
  }
  socket.write(text + QUIT, 'latin1');
  await closed;
  if (firstError !== '') throw new Error(`loading failed: ${firstError}`);
}

async function expectSize(redis: RunningRedis, rowCount: number): Promise<void> {
  const held = Number(await redis.call('DBSIZE'));
  if (held !== rowCount) throw new Error(`Redis holds ${held} keys after loading ${rowCount}`);
}
