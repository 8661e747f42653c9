/** The users of a running server: the file's, read again when it changes. A file that has become wrong changes nothing. */
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_SHAPE, type VerifierShape } from '../auth/scram-verifier.ts';
import type { StoredUser, UserDirectory } from './user-directory.ts';
import { type ReadUserFile, readUserFile, stampOf } from './user-file.ts';
import { storedUserFrom } from './user-record.ts';

export interface UserStoreOptions {
  readonly path: string;
  /** Told of what is wrong with the file, and of what may be; each sentence once as long as it stays true. */
  readonly report: (sentence: string) => void;
  /** How often the file is looked at. Default 1,000. */
  readonly pollMs?: number;
}

/** Users by name that were changed or taken away; who was added had no session before. */
export interface UserChange {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const DEFAULT_POLL_MS = 1_000;

export class UserStore implements UserDirectory {
  readonly #options: UserStoreOptions;
  readonly #ownMockKey = randomBytes(32);
  readonly #listeners = new Set<(change: UserChange) => void>();
  #read: ReadUserFile;
  #users: ReadonlyMap<string, StoredUser>;
  #shape: VerifierShape;
  #reported: ReadonlySet<string> = new Set();
  #seenStamp: string;
  #timer: NodeJS.Timeout | null = null;
  #reloading: Promise<string | null> = Promise.resolve(null);

  /**
   * Reads the file and begins to watch it.
   * @throws {RedQueryError} RQ_FILE, RQ_OPTION: a server does not start with a wrong file.
   */
  static async open(options: UserStoreOptions): Promise<UserStore> {
    return new UserStore(options, await readUserFile(options.path));
  }

  private constructor(options: UserStoreOptions, read: ReadUserFile) {
    this.#options = options;
    this.#read = read;
    this.#seenStamp = read.stamp;
    this.#users = usersOf(read);
    this.#shape = shapeOf(this.#users);
    this.#tell(read.warnings);
    this.#timer = setInterval(() => void this.#look(), options.pollMs ?? DEFAULT_POLL_MS);
    this.#timer.unref();
  }

  find(name: string): StoredUser | null {
    return this.#users.get(name) ?? null;
  }

  get mockKey(): Uint8Array {
    return this.#read.file.mockKey ?? this.#ownMockKey;
  }

  get verifierShape(): VerifierShape {
    return this.#shape;
  }

  get allowsCleartext(): boolean {
    return this.#read.file.allowsCleartext;
  }

  get userCount(): number {
    return this.#users.size;
  }

  /** Calls back after every change that took hold; gives the function that ends it. */
  onChange(listener: (change: UserChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the file again, whether it has changed or not. Gives what is wrong with it, or null. Never throws. */
  reload(): Promise<string | null> {
    // One behind the other: what is read last is what holds.
    this.#reloading = this.#reloading.then(() => this.#reload());
    return this.#reloading;
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    const stamp = await stat(this.#options.path).then(stampOf, () => 'gone');
    if (stamp === this.#seenStamp || this.#timer === null) return;
    this.#seenStamp = stamp;
    await this.reload();
  }

  async #reload(): Promise<string | null> {
    try {
      const read = await readUserFile(this.#options.path);
      this.#seenStamp = read.stamp;
      this.#take(read);
      this.#tell(read.warnings);
      return null;
    } catch (error) {
      const problem = `${error instanceof Error ? error.message : String(error)}; the users stay as they were`;
      this.#tell([problem]);
      return problem;
    }
  }

  #take(read: ReadUserFile): void {
    const old = this.#users;
    this.#read = read;
    this.#users = usersOf(read);
    this.#shape = shapeOf(this.#users);
    const removed = [...old.keys()].filter((name) => !this.#users.has(name));
    const changed = [...old.keys()].filter(
      (name) => this.#users.has(name) && !isDeepStrictEqual(this.#users.get(name), old.get(name)),
    );
    if (old.size === this.#users.size && removed.length === 0 && changed.length === 0) return;
    for (const listener of this.#listeners) listener({ changed, removed });
  }

  #tell(sentences: readonly string[]): void {
    for (const sentence of sentences) if (!this.#reported.has(sentence)) this.#options.report(sentence);
    this.#reported = new Set(sentences);
  }
}

function usersOf({ file }: ReadUserFile): ReadonlyMap<string, StoredUser> {
  return new Map([...file.users].map(([name, record]) => [name, storedUserFrom(name, record)]));
}

/** The most frequent shape; among equals the first of the file. */
function shapeOf(users: ReadonlyMap<string, StoredUser>): VerifierShape {
  const counts = new Map<string, { shape: VerifierShape; count: number }>();
  for (const { verifier } of users.values()) {
    if (verifier === null) continue;
    const shape = { iterations: verifier.iterations, saltBytes: verifier.salt.length };
    const name = `${shape.iterations}:${shape.saltBytes}`;
    counts.set(name, { shape, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  const [most] = [...counts.values()].toSorted((a, b) => b.count - a.count);
  return most?.shape ?? DEFAULT_SHAPE;
}
