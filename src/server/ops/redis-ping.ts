/** Asks Redis whether it is there, on a connection that nothing else uses. */
import type { ConnectOptions } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { ControlClient, endpointFrom } from '../../storage/index.ts';

export class RedisPing {
  readonly #client: ControlClient;

  /** Connects at the first question. @throws {RedQueryError} RQ_OPTION: the options name no server. */
  constructor(options: ConnectOptions) {
    this.#client = new ControlClient(endpointFrom('default', options));
  }

  /** @throws {RedQueryError} it is not there, does not let us in, or has not loaded its data yet. */
  async ping(): Promise<void> {
    try {
      await this.#client.call('PING');
    } catch (error) {
      // Who may not ask has been answered.
      if (error instanceof RedQueryError && error.code === 'RQ_REDIS_PERMISSION') return;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
