/**
 * Counts what questions to servers take, whichever connections they go by: a piece of work is run under a count, and the
 * clients (client.ts, query-client.ts) add to the count that their caller runs under.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Traffic } from '../words/aggregates.ts';

const current = new AsyncLocalStorage<TrafficCount>();

export class TrafficCount implements Traffic {
  /** Times that something was asked while nothing else was under way. */
  roundTrips = 0;
  bytesReceived = 0;
  bytesSent = 0;
  redisMicros = 0;
  #underWay = 0;
  #sinceMs = 0;

  /** Gives the count that the caller runs under; null where nobody counts. */
  static get current(): TrafficCount | null {
    return current.getStore() ?? null;
  }

  /** Runs work under this count. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  /** A question is sent. */
  begin(byteCount: number): void {
    this.bytesSent += byteCount;
    if (this.#underWay++ > 0) return;
    this.roundTrips++;
    this.#sinceMs = performance.now();
  }

  /** Its answer has come, or none will. */
  end(byteCount: number): void {
    this.bytesReceived += byteCount;
    if (--this.#underWay === 0) this.redisMicros += Math.round((performance.now() - this.#sinceMs) * 1000);
  }

  /** Adds what another count has. */
  add({ roundTrips, bytesReceived, bytesSent, redisMicros }: Traffic): void {
    this.roundTrips += roundTrips;
    this.bytesReceived += bytesReceived;
    this.bytesSent += bytesSent;
    this.redisMicros += redisMicros;
  }

  /** The numbers alone, as data. */
  get numbers(): Traffic {
    const { roundTrips, bytesReceived, bytesSent, redisMicros } = this;
    return { roundTrips, bytesReceived, bytesSent, redisMicros };
  }
}
