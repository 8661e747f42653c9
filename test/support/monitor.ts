/** What a Redis server really got, by MONITOR: apart from the product's own word about it. */
import net from 'node:net';
import type { RunningRedis } from './redis-server.ts';

/** Runs `work` and gives the commands that reached the server meanwhile, as `ZRANGE board 0 9 REV`, without those of handshakes. */
export async function commandsDuring(redis: RunningRedis, work: () => Promise<unknown>): Promise<string[]> {
  const socket = net.connect(redis.port, '127.0.0.1');
  let text = '';
  let onText: () => void = () => undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    onText();
  });
  const seen = (mark: string): Promise<void> =>
    new Promise((resolve) => {
      onText = () => {
        if (text.includes(mark)) resolve();
      };
      onText();
    });
  try {
    socket.write('MONITOR\r\n');
    await seen('+OK');
    await work();
    const mark = `end-${Math.random()}`;
    await redis.call('ECHO', mark);
    await seen(mark);
    return text.split('\r\n').flatMap((line) => commandIn(line) ?? []);
  } finally {
    socket.destroy();
  }
}

const HANDSHAKE = /^(?:HELLO|AUTH|SELECT|CLIENT|INFO|COMMAND|ECHO|PING|MODULE|CONFIG|DBSIZE|READONLY|ROLE)\b/i;

/** `+1700000000.123 [0 127.0.0.1:5000] "ZRANGE" "board" "0" "9"` */
function commandIn(line: string): string | null {
  const words = /^\+[\d.]+ \[[^\]]*\] (.*)$/.exec(line)?.[1];
  if (words === undefined) return null;
  const command = [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => (word === '' ? '""' : word)).join(' ');
  return HANDSHAKE.test(command) ? null : command;
}
