/** What a scan needs of whoever asks keys for their rows: RowFetcher for hashes and documents, ElementFetcher for all else. */
import type { KeyBlock } from '../keys/key-block.ts';

export interface KeyFetcher {
  /** True when every key taken has been answered. */
  readonly isIdle: boolean;
  /** True while more keys should be found for it than the `comingKeys` it will be given now. */
  wantsKeys(comingKeys: number): boolean;
  /** Takes the keys of a block. */
  take(block: KeyBlock): void;
  /** Asks for as many keys as may be under way. */
  send(): void;
}
