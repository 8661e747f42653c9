/** Asks the server what is wrong with a path that it left out of its reply. */
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyError, ReplyReader } from '../../resp/reply-reader.ts';
import type { Endpoint } from '../../storage/connections/endpoint.ts';
import { acquireScanSocket, releaseScanSocket } from '../../storage/connections/idle-sockets.ts';
import { RefusedPathError } from './json-finder.ts';

/**
 * Gives the error with the server's own words: asked for alone, a path that it cannot read is an error. Where it says none (the
 * document went meanwhile), or cannot be asked, the error as it is.
 */
export async function withComplaint(error: RefusedPathError, endpoint: Endpoint, signal: AbortSignal): Promise<RefusedPathError> {
  const { columnName, path, key } = error;
  const complaint = await complaintOf(key, path, endpoint, signal).catch(() => null);
  return complaint === null ? error : new RefusedPathError(columnName, path, key, complaint);
}

async function complaintOf(key: Uint8Array, path: string, endpoint: Endpoint, signal: AbortSignal): Promise<string | null> {
  const socket = await acquireScanSocket(endpoint, { signal, isFresh: true });
  const reader = new ReplyReader();
  const complaint = await new Promise<string | null>((resolve, reject) => {
    socket.use({
      onBytes: () => {
        const reply = reader.read(socket.receive);
        if (reply === undefined) return;
        socket.answered(1);
        resolve(isReplyError(reply) ? reply.error : null);
      },
      onFailure: reject,
    });
    socket.write(encodeCommand(['JSON.GET', key, path]), 1);
  });
  releaseScanSocket(socket);
  return complaint;
}
