/**
 * Contender: another client of the same Redis, which asks GET about a thousand times a second and notes how long each took.
 * Usage: get-probe.ts PORT KEY.
 */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerJobs } from '../support/answer-jobs.ts';

const PAUSE_MS = 1;
const key = process.argv[3] ?? '';
const request = `*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`;
const socket = net.connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true });

let samples: number[] = [];
let probing: Promise<void> | undefined;
let isStopped = false;

await answerJobs(
  {
    start: () => {
      samples = [];
      isStopped = false;
      probing = probe();
      return {};
    },
    stop: async () => {
      isStopped = true;
      await probing;
      return { samples };
    },
  },
  () => {
    isStopped = true;
    socket.destroy();
  },
);

async function probe(): Promise<void> {
  while (!isStopped) {
    const startedAt = performance.now();
    // The value is a few bytes: its reply comes in one piece.
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve());
      socket.write(request);
    });
    samples.push(performance.now() - startedAt);
    await sleep(PAUSE_MS);
  }
}
