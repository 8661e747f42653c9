/**
 * The last keys that a scan gave, to find those that SCAN gives twice. SCAN repeats a key only while the table shrinks, and
 * only near: one group of buckets is walked again (Redis' dict.c, dictScan). So a ring of the last 2^17 keys finds
 * every repeat, in bounded memory; bytes are compared, not only hashes.
 */
const MAX_KEYS = 1 << 17;
const MAX_BYTES = 16 * 1024 * 1024;
const FIRST_KEYS = 1 << 10;
const FIRST_BYTES = 1 << 15;
/** Keys above this are not remembered; names of a megabyte are not keys anyone repeats. */
const MAX_KEY_BYTES = 1024 * 1024;

/**
 * Keys have serial numbers. `#heads[hash]` is the newest serial + 1 of that hash, `#links[serial]` the one before it in the
 * same chain: chains run from new to old and simply end at the first serial that has left the ring, so nothing is ever
 * unlinked. Bench: bench/micro/scan-loop.ts.
 */
export class RecentKeys {
  #capacity = FIRST_KEYS;
  #heads = new Int32Array(FIRST_KEYS * 2);
  #links = new Int32Array(FIRST_KEYS);
  #hashes = new Int32Array(FIRST_KEYS);
  #offsets = new Int32Array(FIRST_KEYS);
  #lengths = new Int32Array(FIRST_KEYS);
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #writeAt = 0;
  #oldest = 0;
  #next = 0;

  /** Tells whether bytes[start, end) is among the last keys; if not, remembers it. */
  isRepeat(bytes: Buffer, start: number, end: number): boolean {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#capacity - 1;
    let serial = (this.#heads[hash & (this.#heads.length - 1)] ?? 0) - 1;
    while (serial >= this.#oldest) {
      const slot = serial & mask;
      if (this.#hashes[slot] === hash && this.#lengths[slot] === end - start && this.#isEqual(this.#offsets[slot] ?? 0, bytes, start, end)) {
        return true;
      }
      serial = (this.#links[slot] ?? 0) - 1;
    }
    if (end - start <= MAX_KEY_BYTES) this.#remember(hash, bytes, start, end);
    return false;
  }

  #isEqual(offset: number, bytes: Buffer, start: number, end: number): boolean {
    const own = this.#bytes;
    for (let i = start, j = offset; i < end; i++, j++) if (bytes[i] !== own[j]) return false;
    return true;
  }

  #remember(hash: number, bytes: Buffer, start: number, end: number): void {
    if (this.#next === 0x7fff_fff0) this.#forgetAll();
    if (this.#next - this.#oldest === this.#capacity) {
      if (this.#capacity < MAX_KEYS) this.#growIndex();
      else this.#oldest += 1;
    }
    const length = end - start;
    const offset = this.#makeRoom(length);
    const own = this.#bytes;
    for (let i = start, j = offset; i < end; i++, j++) own[j] = bytes[i] ?? 0;
    this.#writeAt = offset + length;
    const slot = this.#next & (this.#capacity - 1);
    this.#hashes[slot] = hash;
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
    const bucket = hash & (this.#heads.length - 1);
    this.#links[slot] = this.#heads[bucket] ?? 0;
    this.#next += 1;
    this.#heads[bucket] = this.#next;
  }

  /** Finds a place for `length` bytes: behind the newest key, else at the front again, where the oldest keys give way. */
  #makeRoom(length: number): number {
    while (this.#writeAt + length > this.#bytes.length && this.#bytes.length < MAX_BYTES) {
      const grown = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (this.#writeAt + length > this.#bytes.length) {
      this.#dropBetween(this.#writeAt, this.#bytes.length);
      this.#writeAt = 0;
    }
    this.#dropBetween(this.#writeAt, this.#writeAt + length);
    return this.#writeAt;
  }

  /** Forgets the oldest keys while they begin within [from, to). */
  #dropBetween(from: number, to: number): void {
    while (this.#oldest < this.#next) {
      const offset = this.#offsets[this.#oldest & (this.#capacity - 1)] ?? 0;
      if (offset < from || offset >= to) return;
      this.#oldest += 1;
    }
  }

  #growIndex(): void {
    const old = { mask: this.#capacity - 1, hashes: this.#hashes, offsets: this.#offsets, lengths: this.#lengths };
    this.#capacity *= 2;
    this.#heads = new Int32Array(this.#capacity * 2);
    this.#links = new Int32Array(this.#capacity);
    this.#hashes = new Int32Array(this.#capacity);
    this.#offsets = new Int32Array(this.#capacity);
    this.#lengths = new Int32Array(this.#capacity);
    for (let serial = this.#oldest; serial < this.#next; serial++) {
      const slot = serial & (this.#capacity - 1);
      const hash = old.hashes[serial & old.mask] ?? 0;
      const bucket = hash & (this.#heads.length - 1);
      this.#hashes[slot] = hash;
      this.#offsets[slot] = old.offsets[serial & old.mask] ?? 0;
      this.#lengths[slot] = old.lengths[serial & old.mask] ?? 0;
      this.#links[slot] = this.#heads[bucket] ?? 0;
      this.#heads[bucket] = serial + 1;
    }
  }

  /** Serials are Int32: after two billion keys they begin anew. */
  #forgetAll(): void {
    this.#heads.fill(0);
    this.#oldest = 0;
    this.#next = 0;
    this.#writeAt = 0;
  }
}
