/** Sends mangled frames to a server over many sockets, while others work on it and must not notice. */
import { type Address, RawClient } from '../net/raw-client.ts';
import { query, SYNC, startup, TERMINATE } from './client-frames.ts';
import type { Mangler } from './mangled-frames.ts';

export interface SocketFuzz {
  readonly address: Address;
  readonly mangler: Mangler;
  readonly frameCount: number;
  readonly user: string;
  readonly database: string;
  /** Sessions that work on, beside. */
  readonly witnessCount: number;
  readonly fuzzerCount: number;
  readonly progress?: (framesSent: number) => void;
}

export interface SocketFuzzResult {
  frames: number;
  connections: number;
  /** Queries that the witnesses asked; each was answered as it must be. */
  witnessed: number;
  slowestWitnessMs: number;
}

const FRAMES_A_CONNECTION = 100;
/** A server that has not closed a connection by then hangs. */
const HANG_MS = 20_000;

/** Runs until `frameCount` frames were sent. @throws where the server hangs, refuses a witness, or answers one wrongly. */
export async function fuzzSockets(fuzz: SocketFuzz): Promise<SocketFuzzResult> {
  const result: SocketFuzzResult = { frames: 0, connections: 0, witnessed: 0, slowestWitnessMs: 0 };
  const isDone = () => result.frames >= fuzz.frameCount;
  const stop = { now: false };
  const witnesses = Array.from({ length: fuzz.witnessCount }, () => witness(fuzz, result, stop));
  const fuzzers = Array.from({ length: fuzz.fuzzerCount }, async () => {
    while (!isDone() && !stop.now) await fuzzOnce(fuzz, result);
  });
  try {
    await Promise.race([Promise.all(fuzzers), ...witnesses]);
  } finally {
    stop.now = true;
  }
  await Promise.all([...fuzzers, ...witnesses]);
  return result;
}

async function fuzzOnce(fuzz: SocketFuzz, result: SocketFuzzResult): Promise<void> {
  const { mangler } = fuzz;
  await using client = await RawClient.connect(fuzz.address);
  result.connections += 1;
  if (mangler.below(8) === 0) {
    client.send(mangler.startup());
    result.frames += 1;
  } else {
    client.send(startup({ user: fuzz.user, database: fuzz.database }));
    const frames = Array.from({ length: FRAMES_A_CONNECTION }, () => mangler.frame(mangler.below(20) === 0));
    for (const chunk of mangler.chunks(Buffer.concat(frames.map(({ bytes }) => bytes)))) client.send(chunk);
    result.frames += frames.length;
    client.send(SYNC, TERMINATE);
  }
  // Some leave at once, in the middle of what they asked.
  if (mangler.below(4) !== 0) {
    client.socket.end();
    await within(client.ended(), 'a connection was not closed');
  }
  fuzz.progress?.(result.frames);
}

async function witness(fuzz: SocketFuzz, result: SocketFuzzResult, stop: { readonly now: boolean }): Promise<void> {
  await using client = await RawClient.connect(fuzz.address);
  client.send(startup({ user: fuzz.user, database: fuzz.database }));
  await within(client.through('Z'), 'a witness got no session');
  while (!stop.now) {
    const startedAt = performance.now();
    client.send(query('select 1'));
    const types = (await within(client.through('Z'), 'a witness got no answer')).map(({ type }) => type).join('');
    if (!/^(TD)?CZ$/.test(types)) throw new Error(`a witness was answered ${types}`);
    result.witnessed += 1;
    result.slowestWitnessMs = Math.max(result.slowestWitnessMs, performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.send(TERMINATE);
}

async function within<Value>(promise: Promise<Value>, complaint: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), HANG_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
