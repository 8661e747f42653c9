/**
 * Sockets that have done their work and wait for the next scan of the same server, so that a point query costs one round
 * trip. One store a thread; idle sockets do not keep the thread alive, and leave by themselves.
 */
import { type OpenOptions, openScanSocket, type RespVersion, type ScanSocket } from './connection.ts';
import type { Endpoint } from './endpoint.ts';

const IDLE_MS = 10_000;
const MAX_IDLE_PER_ENDPOINT = 8;

interface IdleSocket {
  readonly socket: ScanSocket;
  readonly timer: NodeJS.Timeout;
}

// By object: an endpoint that is redefined (failover) is another one, whose old sockets just run out.
const idleSockets: Readonly<Record<RespVersion, Map<Endpoint, IdleSocket[]>>> = { 2: new Map(), 3: new Map() };

/**
 * Takes a warm socket, else opens one. `isFresh` leaves the warm ones alone.
 * @throws {RedQueryError} as `openScanSocket`
 */
export async function acquireScanSocket(
  endpoint: Endpoint,
  options: OpenOptions & { readonly isFresh?: boolean } = {},
): Promise<ScanSocket> {
  const idle = idleSockets[options.protocol ?? 2].get(endpoint);
  while (options.isFresh !== true) {
    const last = idle?.pop();
    if (last === undefined) break;
    clearTimeout(last.timer);
    if (last.socket.isDead) continue;
    last.socket.isReused = true;
    return last.socket;
  }
  return openScanSocket(endpoint, options);
}

/** Takes a socket back: kept warm where no reply is outstanding, else destroyed. */
export function releaseScanSocket(socket: ScanSocket): void {
  const isClean = !socket.isDead && socket.outstandingCount === 0 && socket.receive.start === socket.receive.end;
  const idleByEndpoint = idleSockets[socket.protocol];
  const idle = idleByEndpoint.get(socket.endpoint) ?? [];
  if (!isClean || idle.length >= MAX_IDLE_PER_ENDPOINT) {
    socket.destroy();
    return;
  }
  socket.use(null);
  const timer = setTimeout(() => {
    socket.destroy();
    const rest = (idleByEndpoint.get(socket.endpoint) ?? []).filter((other) => other.socket !== socket);
    if (rest.length > 0) idleByEndpoint.set(socket.endpoint, rest);
    else idleByEndpoint.delete(socket.endpoint);
  }, IDLE_MS);
  timer.unref();
  idle.push({ socket, timer });
  idleByEndpoint.set(socket.endpoint, idle);
}

/** Closes all idle sockets of this thread. */
export function closeIdleSockets(): void {
  for (const idleByEndpoint of Object.values(idleSockets)) {
    for (const { socket, timer } of [...idleByEndpoint.values()].flat()) {
      clearTimeout(timer);
      socket.destroy();
    }
    idleByEndpoint.clear();
  }
}
