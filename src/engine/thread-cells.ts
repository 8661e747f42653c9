/**
 * Shared cells by which a process may end while an engine thread works. A JavaScript thread that is ended inside a
 * native callback takes the whole process down (Node-API cannot report to a thread that is gone), so callbacks are
 * refused from the moment the process wants to exit, and the exit waits for what is under way.
 */
const EXITING = 0;
const IN_CALLBACK = 1;
const NATIVE_CALLS = 2;
/** 1: the thread has ended all that it had under way, and goes. */
const HAS_LEFT = 3;
const CELLS = 4;

/** Most ms that an exit waits for a callback to return, and how long none must have begun. */
const EXIT_PATIENCE_MS = 500;
const QUIET_MS = 15;

export function makeThreadCells(): SharedArrayBuffer {
  return new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
}

/** Runs a native callback's body. Engine thread. */
export function runCallback(cells: Int32Array, body: () => void): void {
  Atomics.store(cells, IN_CALLBACK, 1);
  try {
    if (Atomics.load(cells, EXITING) === 1) throw new Error('the process is about to exit');
    body();
  } finally {
    Atomics.store(cells, IN_CALLBACK, 0);
    Atomics.notify(cells, IN_CALLBACK);
  }
}

/** Counts a native call that another thread works on. Engine thread. */
export function countCall(cells: Int32Array, change: 1 | -1): void {
  Atomics.add(cells, NATIVE_CALLS, change);
}

/** Says that nothing will be called any more. Engine thread. */
export function noteLeft(cells: Int32Array): void {
  Atomics.store(cells, HAS_LEFT, 1);
  Atomics.notify(cells, HAS_LEFT);
}

/** Blocks until the thread has said so, `patienceMs` at most; true where it has. Main thread. */
export function awaitLeaving(cells: Int32Array, patienceMs: number): boolean {
  return Atomics.wait(cells, HAS_LEFT, 0, Math.max(0, patienceMs)) !== 'timed-out' && awaitCallbacks(cells);
}

/** Keeps new callbacks from running. Any thread. */
export function refuseCallbacks(cells: Int32Array): void {
  Atomics.store(cells, EXITING, 1);
}

/** Blocks until no callback and no native call has run for a moment; for the process' exit only; true where that was so. Main thread. */
export function awaitCallbacks(cells: Int32Array): boolean {
  const deadline = performance.now() + EXIT_PATIENCE_MS;
  let quietSince = performance.now();
  for (let now = quietSince; now < deadline; now = performance.now()) {
    if (now - quietSince >= QUIET_MS) return true;
    if (Atomics.load(cells, IN_CALLBACK) === 1 || Atomics.load(cells, NATIVE_CALLS) > 0) quietSince = now;
    Atomics.wait(cells, EXITING, 1, 1);
  }
  return false;
}
