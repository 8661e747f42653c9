/** Who may be cancelled: process ids and their keys. Keys are compared in constant time and never shown. */
import { randomBytes, timingSafeEqual } from 'node:crypto';

const MAX_PROCESS_ID = 0x7fff_ffff;

export interface CancelKey {
  readonly processId: number;
  readonly secret: Uint8Array;
}

/** Gives out process ids, each to one live session at a time, and finds sessions by id and key. */
export class CancelRegistry {
  readonly #entries = new Map<number, { readonly secret: Uint8Array; readonly cancel: () => void }>();
  /** Starts anywhere, so that a restarted server does not hand out the ids of the one before. */
  #lastId = randomBytes(2).readUInt16BE(0);

  /** @param secretBytes 4 in protocol 3.0, 32 in 3.2 */
  issue(secretBytes: 4 | 32): CancelKey {
    do {
      this.#lastId = this.#lastId === MAX_PROCESS_ID ? 1 : this.#lastId + 1;
    } while (this.#entries.has(this.#lastId));
    return { processId: this.#lastId, secret: randomBytes(secretBytes) };
  }

  add(key: CancelKey, cancel: () => void): void {
    this.#entries.set(key.processId, { secret: key.secret, cancel });
  }

  remove(processId: number): void {
    this.#entries.delete(processId);
  }

  /** Cancels what the session is doing. A wrong key does nothing, and takes as long. */
  cancel(processId: number, secret: Uint8Array): void {
    const entry = this.#entries.get(processId);
    if (entry === undefined || entry.secret.length !== secret.length) return;
    if (timingSafeEqual(entry.secret, secret)) entry.cancel();
  }
}
