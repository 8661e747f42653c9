/**
 * Profiles every thread of a contender. Node's own `--cpu-prof` writes nothing for a thread that is terminated, which is how
 * pools end theirs; so the main thread attaches to the others by the inspector's NodeWorker domain and asks for all profiles
 * when the contender ends. Source: Chrome DevTools Protocol, «Profiler»; Node's own domain NodeWorker.
 */
import { writeFile } from 'node:fs/promises';
import inspector from 'node:inspector/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable of the environment that names the folder of the profiles; unset where nothing is profiled. */
export const PROFILE_DIRECTORY_VARIABLE = 'REDQUERY_BENCH_PROFILE';
const INTERVAL = { interval: 500 };
/** Threads answer between two tasks. */
const ANSWER_PATIENCE_MS = 2000;
/** The id of the request whose answer is the profile. */
const STOP_ID = 4;

/** Starts to profile this thread and all that it will start; gives what writes the profiles. Does nothing where none are asked for. */
export async function startProfiles(): Promise<() => Promise<void>> {
  const directory = process.env[PROFILE_DIRECTORY_VARIABLE];
  if (directory === undefined) return async () => undefined;
  const session = new inspector.Session();
  session.connect();
  const threads = new Map<string, string>();
  const writes: Promise<void>[] = [];
  const write = (thread: string, profile: unknown): Promise<void> => {
    const name = `${path.basename(process.argv[1] ?? 'node', '.ts')}-${process.pid}-${thread}.cpuprofile`;
    return writeFile(path.join(directory, name), JSON.stringify(profile));
  };
  const tell = async (sessionId: string, id: number, method: string, params = {}): Promise<void> => {
    await session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
  };
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    threads.set(sessionId, `thread-${workerInfo.workerId}`);
    void tell(sessionId, 1, 'Profiler.enable');
    void tell(sessionId, 2, 'Profiler.setSamplingInterval', INTERVAL);
    void tell(sessionId, 3, 'Profiler.start');
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
    // The answer to Profiler.stop has a profile.
    const { id, result } = JSON.parse(message) as { readonly id?: number; readonly result?: { readonly profile?: unknown } };
    if (id === STOP_ID) writes.push(write(threads.get(sessionId) ?? sessionId, result?.profile));
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', INTERVAL);
  await session.post('Profiler.start');
  return async () => {
    for (const sessionId of threads.keys()) await tell(sessionId, STOP_ID, 'Profiler.stop');
    const { profile } = await session.post('Profiler.stop');
    await write('main', profile);
    await sleep(ANSWER_PATIENCE_MS);
    await Promise.all(writes);
    session.disconnect();
  };
}
