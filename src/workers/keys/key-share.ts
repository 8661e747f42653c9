/**
 * One scan on several threads: the leader walks the keyspace and hands blocks of keys to helpers, which fetch and decode
 * them on sockets of their own and post to the reader by ports of their own. Blocks are handed out for credit only, so
 * that a helper whose reader is slow gets no more than it can hold.
 */
import type { MessagePort } from 'node:worker_threads';
import type { KeyBlock } from './key-block.ts';

/** Blocks (up to some 1,000 keys each) that a helper may have waiting. */
const MAX_WAITING_BLOCKS = 4;

type FromHelper = { readonly kind: 'want'; readonly blockCount: number };
type FromLeader =
  | {
      readonly kind: 'keys';
      readonly bytes: Uint8Array;
      readonly starts: Int32Array;
      readonly ends: Int32Array;
      readonly count: number;
      readonly isUtf8: boolean;
    }
  | { readonly kind: 'done' };

/** The leader's side. */
export class KeyGiver {
  readonly #helpers: { readonly port: MessagePort; credit: number }[];

  /** `onCredit` is called when a helper wants more. */
  constructor(ports: readonly MessagePort[], onCredit: () => void) {
    this.#helpers = ports.map((port) => ({ port, credit: 0 }));
    for (const helper of this.#helpers) {
      helper.port.on('message', ({ blockCount }: FromHelper) => {
        helper.credit += blockCount;
        onCredit();
      });
      // A helper that ends early has told the reader why.
      helper.port.on('close', () => {
        helper.credit = -Infinity;
      });
    }
  }

  get hasCredit(): boolean {
    return this.#helpers.some(({ credit }) => credit > 0);
  }

  /** Hands a block to the helper that waits for most; its buffers are transferred. False where none wants one. */
  give(block: KeyBlock): boolean {
    const [helper] = [...this.#helpers].sort((a, b) => b.credit - a.credit);
    if (helper === undefined || helper.credit <= 0) return false;
    helper.credit -= 1;
    const message: FromLeader = { kind: 'keys', ...block };
    // The leader makes these for each block anew, not out of the pool that small Buffers share.
    helper.port.postMessage(message, [block.bytes.buffer, block.starts.buffer, block.ends.buffer] as ArrayBuffer[]);
    return true;
  }

  /** Tells the helpers that all keys were found. */
  done(): void {
    for (const { port } of this.#helpers) port.postMessage({ kind: 'done' } satisfies FromLeader);
  }

  close(): void {
    for (const { port } of this.#helpers) port.close();
  }
}

/** A helper's side. */
export class KeyTaker {
  /** True when the leader has found all keys, or has gone (then it has told the reader why). */
  isDone = false;
  readonly #port: MessagePort;
  #wantedBlocks = 0;

  constructor(port: MessagePort, onChange: (block: KeyBlock | null) => void) {
    this.#port = port;
    port.on('message', (message: FromLeader) => {
      if (message.kind === 'done') {
        this.isDone = true;
        onChange(null);
        return;
      }
      this.#wantedBlocks -= 1;
      const { bytes, starts, ends, count, isUtf8 } = message;
      // A Buffer arrives as the Uint8Array that it is.
      onChange({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), starts, ends, count, isUtf8 });
    });
    port.on('close', () => {
      this.isDone = true;
      onChange(null);
    });
  }

  /** Asks for blocks, as many as may be waiting; to be called when keys have been asked for. */
  ask(isHungry: boolean): void {
    if (this.isDone || !isHungry) return;
    const blockCount = MAX_WAITING_BLOCKS - this.#wantedBlocks;
    if (blockCount <= 0) return;
    this.#wantedBlocks += blockCount;
    this.#port.postMessage({ kind: 'want', blockCount } satisfies FromHelper);
  }

  close(): void {
    this.#port.close();
  }
}
