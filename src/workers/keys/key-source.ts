/** Where a scan's keys come from: KeyScanner walks the keyspace, others ask an index. It hands over blocks of keys, each key once. */
export interface KeySource {
  /** True when all keys were handed over. */
  readonly isDone: boolean;
  /** Asks for the next keys, where they are wanted and nothing is under way. */
  send(): void;
  /** Gives up what it holds on the server, and its socket: called once, at the end of the run. */
  stop?(): void;
}
