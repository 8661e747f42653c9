/** Finds the named fields in an HGETALL reply, by bytes; a reply gives fields in the order of the hash, not ours. */

/** Above this a lookup by name is faster than comparing with each. */
const MAX_COMPARED_FIELDS = 8;

export class FieldFinder {
  readonly #fields: readonly Uint8Array[];
  readonly #slots: Int32Array;
  readonly #slotByName: ReadonlyMap<string, number> | null;

  constructor(fields: readonly Uint8Array[]) {
    this.#fields = fields;
    this.#slots = new Int32Array(fields.length * 2);
    this.#slotByName =
      fields.length > MAX_COMPARED_FIELDS
        ? new Map(fields.map((field, slot) => [Buffer.from(field).toString('latin1'), slot]))
        : null;
  }

  /**
   * Gives where each field's value stands: slots[2i, 2i + 1) from `rowStart`, −1 where the hash has none. Spans
   * [firstSpan, spanEnd) are field, value, field, value, … Valid until the next call.
   */
  find(bytes: Buffer, rowStart: number, spans: Int32Array, firstSpan: number, spanEnd: number): Int32Array {
    const slots = this.#slots.fill(-1);
    let left = this.#fields.length;
    for (let span = firstSpan; span + 1 < spanEnd && left > 0; span += 2) {
      const slot = this.#slotOf(bytes, rowStart + (spans[span * 2] ?? 0), rowStart + (spans[span * 2 + 1] ?? 0));
      if (slot < 0) continue;
      slots[slot * 2] = spans[span * 2 + 2] ?? -1;
      slots[slot * 2 + 1] = spans[span * 2 + 3] ?? -1;
      left -= 1;
    }
    return slots;
  }

  #slotOf(bytes: Buffer, start: number, end: number): number {
    if (this.#slotByName !== null) return this.#slotByName.get(bytes.toString('latin1', start, end)) ?? -1;
    for (let slot = 0; slot < this.#fields.length; slot++) {
      const field = this.#fields[slot];
      if (field !== undefined && field.length === end - start && isEqual(field, bytes, start)) return slot;
    }
    return -1;
  }
}

function isEqual(field: Uint8Array, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < field.length; i++) if (field[i] !== bytes[start + i]) return false;
  return true;
}
