/**
 * The last keys that a scan gave, to find those that SCAN gives twice. SCAN repeats a key only while the table shrinks, and
 * only near: one group of buckets is walked again (Redis' dict.c, dictScan). So a ring of the last 2^17 keys finds
 * every repeat, in bounded memory; bytes are compared, not only hashes.
 */
const SCAN_LIMITS: RecentKeysLimits = { maxKeys: 1 << 17, maxBytes: 16 * 1024 * 1024 };
const FIRST_KEYS = 1 << 10;
const FIRST_BYTES = 1 << 15;
/** Keys above this are not remembered; names of a megabyte are not keys anyone repeats. */
const MAX_KEY_BYTES = 1024 * 1024;
const MAX_SERIAL = 0x7fff_fff0;

// A slot is four Int32 side by side, so that one key costs one line of the cache.
const HASH = 0;
const OFFSET = 1;
const LENGTH = 2;
const LINK = 3;
const SLOT_SHIFT = 2;

export interface RecentKeysLimits {
  /** A power of two. */
  readonly maxKeys: number;
  readonly maxBytes: number;
}

/**
 * Keys have serial numbers. `#heads[hash]` is the newest serial + 1 of that hash, a slot's LINK the one before it in the same
 * chain: chains run from new to old and simply end at the first serial that has left the ring, so nothing is ever
 * unlinked. Bench: bench/micro/scan-loop.ts.
 */
export class RecentKeys {
  /** True once a key was dropped to make room: a repeat of it would not be known. */
  hasForgotten = false;
  readonly #limits: RecentKeysLimits;
  #capacity = FIRST_KEYS;
  #heads = new Int32Array(FIRST_KEYS * 2);
  #slots = new Int32Array(FIRST_KEYS << SLOT_SHIFT);
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #writeAt = 0;
  #oldest = 0;
  #next = 0;

  /** Where repeats may be far from each other, more has to be remembered than a scan needs. */
  constructor(limits = SCAN_LIMITS) {
    this.#limits = limits;
  }

  /** Tells whether bytes[start, end) is among the last keys; if not, remembers it. */
  isRepeat(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length > MAX_KEY_BYTES) {
      this.hasForgotten = true;
      return false;
    }
    // The empty key takes a byte, too, so that no two keys begin at one place.
    const offset = this.#makeRoom(length + 1);
    const own = this.#bytes;
    // One loop copies and hashes; a copy that proves a repeat is simply written over by the next key.
    let hash = 0x811c9dc5 ^ length;
    let to = offset;
    let i = start;
    for (; i + 4 <= end; i += 4, to += 4) {
      const b0 = bytes[i] ?? 0;
      const b1 = bytes[i + 1] ?? 0;
      const b2 = bytes[i + 2] ?? 0;
      const b3 = bytes[i + 3] ?? 0;
      own[to] = b0;
      own[to + 1] = b1;
      own[to + 2] = b2;
      own[to + 3] = b3;
      hash = Math.imul(hash ^ (b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; i < end; i++, to++) {
      const byte = bytes[i] ?? 0;
      own[to] = byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    hash ^= hash >>> 13;
    if (this.#holds(hash, offset, length)) return true;
    this.#remember(hash, offset, length);
    return false;
  }

  #holds(hash: number, offset: number, length: number): boolean {
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let serial = (this.#heads[hash & (this.#heads.length - 1)] ?? 0) - 1;
    while (serial >= this.#oldest) {
      const slot = (serial & mask) << SLOT_SHIFT;
      if (slots[slot] === hash && slots[slot + LENGTH] === length && this.#isEqual(slots[slot + OFFSET] ?? 0, offset, length))
        return true;
      serial = (slots[slot + LINK] ?? 0) - 1;
    }
    return false;
  }

  #isEqual(a: number, b: number, length: number): boolean {
    const own = this.#bytes;
    for (let i = 0; i < length; i++) if (own[a + i] !== own[b + i]) return false;
    return true;
  }

  #remember(hash: number, offset: number, length: number): void {
    if (this.#next - this.#oldest === this.#capacity) {
      if (this.#capacity < this.#limits.maxKeys) this.#growIndex();
      else this.#dropOldest();
    }
    this.#writeAt = offset + length + 1;
    const slots = this.#slots;
    const slot = (this.#next & (this.#capacity - 1)) << SLOT_SHIFT;
    const bucket = hash & (this.#heads.length - 1);
    slots[slot + HASH] = hash;
    slots[slot + OFFSET] = offset;
    slots[slot + LENGTH] = length;
    slots[slot + LINK] = this.#heads[bucket] ?? 0;
    this.#next += 1;
    this.#heads[bucket] = this.#next;
  }

  /** Finds a place for `length` bytes: behind the newest key, else at the front again, where the oldest keys give way. */
  #makeRoom(length: number): number {
    if (this.#next >= MAX_SERIAL) this.#forgetAll();
    // Once all keys of the ring lie in the buffer it need not grow: what it writes over has left the ring.
    const isWhole = this.#next - this.#oldest >= this.#limits.maxKeys;
    while (this.#writeAt + length > this.#bytes.length && this.#bytes.length < this.#limits.maxBytes && !isWhole) {
      const grown = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (this.#writeAt + length > this.#bytes.length) {
      this.#dropBetween(this.#writeAt, this.#bytes.length + 1);
      this.#writeAt = 0;
    }
    this.#dropBetween(this.#writeAt, this.#writeAt + length);
    return this.#writeAt;
  }

  /** Forgets the oldest keys while they begin within [from, to). */
  #dropBetween(from: number, to: number): void {
    while (this.#oldest < this.#next) {
      const slot = (this.#oldest & (this.#capacity - 1)) << SLOT_SHIFT;
      const offset = this.#slots[slot + OFFSET] ?? 0;
      if (offset < from || offset >= to) return;
      this.#dropOldest();
    }
  }

  #dropOldest(): void {
    this.#oldest += 1;
    this.hasForgotten = true;
  }

  #growIndex(): void {
    const oldSlots = this.#slots;
    const oldMask = this.#capacity - 1;
    this.#capacity *= 2;
    this.#heads = new Int32Array(this.#capacity * 2);
    this.#slots = new Int32Array(this.#capacity << SLOT_SHIFT);
    for (let serial = this.#oldest; serial < this.#next; serial++) {
      const from = (serial & oldMask) << SLOT_SHIFT;
      const to = (serial & (this.#capacity - 1)) << SLOT_SHIFT;
      const hash = oldSlots[from + HASH] ?? 0;
      const bucket = hash & (this.#heads.length - 1);
      this.#slots[to + HASH] = hash;
      this.#slots[to + OFFSET] = oldSlots[from + OFFSET] ?? 0;
      this.#slots[to + LENGTH] = oldSlots[from + LENGTH] ?? 0;
      this.#slots[to + LINK] = this.#heads[bucket] ?? 0;
      this.#heads[bucket] = serial + 1;
    }
  }

  /** Serials are Int32: after two billion keys they begin anew. */
  #forgetAll(): void {
    this.hasForgotten = true;
    this.#heads.fill(0);
    this.#oldest = 0;
    this.#next = 0;
    this.#writeAt = 0;
  }
}
