/** Entries of a stream's reply as rows: id, its two halves, fields by name, and all fields for `_fields`. */
import type { FlatReader } from '../../resp/flat-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';

const DASH = 45;
/** Above this a repeated field is looked for by name, not by comparing with each. */
const MAX_COMPARED_FIELDS = 16;

export class StreamEntries {
  readonly #fields: readonly Uint8Array[];
  readonly #slotByName: ReadonlyMap<string, number>;
  readonly #idSlot: number;
  readonly #tsSlot: number;
  readonly #seqSlot: number;
  readonly #needsAll: boolean;
  /** The slot that the i-th field of the last entry had: entries mostly have the same fields in the same order. */
  readonly #guesses: number[] = [];
  readonly #slotCount: number;
  /** Where the values of entry i stand: that of slot s at i·slotCount + s. */
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  #spans = new Int32Array(64);

  constructor({ fields, partSlots, slotCount, needsAll }: ElementLayout) {
    this.#fields = fields;
    this.#slotByName = new Map(fields.map((field, slot) => [Buffer.from(field).toString('latin1'), slot]));
    this.#idSlot = partSlots.get('id') ?? -1;
    this.#tsSlot = partSlots.get('ts') ?? -1;
    this.#seqSlot = partSlots.get('seq') ?? -1;
    this.#needsAll = needsAll;
    this.#slotCount = slotCount;
  }

  /** Makes rows of the reply's first `count` entries: LIST(2) of the id and LIST(2n) of field, value, … */
  add(replies: FlatReader, rows: ElementRows, count: number): void {
    const slotCount = this.#slotCount;
    const { bytes } = rows.row;
    if (this.#starts.length < count * slotCount) {
      this.#starts = new Int32Array(count * slotCount);
      this.#ends = new Int32Array(count * slotCount);
    }
    let entry = 1;
    for (let i = 0; i < count; i++) {
      // With all fields each row is one of its own.
      const at = this.#needsAll ? 0 : i * slotCount;
      const fieldsEnd = replies.next(entry);
      const firstField = entry + 3;
      this.#findId(replies, bytes, entry + 1, at);
      if (this.#fields.length > 0) this.#findFields(replies, bytes, firstField, fieldsEnd, at);
      if (this.#needsAll) this.#addRow(replies, rows, firstField, fieldsEnd);
      entry = fieldsEnd;
    }
    if (!this.#needsAll) this.#beginRun(rows, count, replies.byteCount).addRun();
  }

  #beginRun(rows: ElementRows, count: number, byteCount: number): ElementRows {
    const run = rows.beginRun(count, byteCount);
    for (let slot = 0; slot < this.#slotCount; slot++) run.setSlot(slot, this.#starts, this.#ends, slot, this.#slotCount);
    return rows;
  }

  #addRow(replies: FlatReader, rows: ElementRows, firstField: number, fieldsEnd: number): void {
    const { row, run } = rows;
    this.#beginRun(rows, 1, 0);
    run.put(0, row, row.key, row.position);
    row.spanEnd = this.#collectFields(replies, rows, firstField, fieldsEnd);
    rows.add();
  }

  /** The id of the reply's last entry. */
  lastIdOf(replies: FlatReader, bytes: Buffer): string {
    const count = replies.starts[0] ?? 0;
    let entry = 1;
    for (let i = 1; i < count; i++) entry = replies.next(entry);
    const token = entry + 1;
    return bytes.toString('latin1', replies.base + (replies.starts[token] ?? 0), replies.base + (replies.ends[token] ?? 0));
  }

  #findId(replies: FlatReader, bytes: Buffer, token: number, at: number): void {
    const start = replies.starts[token] ?? 0;
    const end = replies.ends[token] ?? 0;
    this.#put(this.#idSlot, at, start, end);
    if (this.#tsSlot < 0 && this.#seqSlot < 0) return;
    let dash = start;
    while (dash < end && bytes[replies.base + dash] !== DASH) dash += 1;
    this.#put(this.#tsSlot, at, start, dash);
    this.#put(this.#seqSlot, at, dash + 1, end);
  }

  #put(slot: number, at: number, start: number, end: number): void {
    if (slot < 0) return;
    this.#starts[at + slot] = start;
    this.#ends[at + slot] = end;
  }

  #findFields(replies: FlatReader, bytes: Buffer, firstField: number, end: number, at: number): void {
    for (let slot = 0; slot < this.#fields.length; slot++) this.#put(slot, at, -1, -1);
    for (let token = firstField, i = 0; token + 1 < end; token += 2, i++) {
      const guess = this.#guesses[i] ?? -1;
      let slot = guess;
      if (guess < 0 || !this.#isField(guess, replies, bytes, token)) {
        slot = this.#slotOf(replies, bytes, token);
        // -1 is not remembered: a field that nobody asked for has to be told from one that somebody did.
        this.#guesses[i] = slot;
      }
      this.#put(slot, at, replies.starts[token + 1] ?? 0, replies.ends[token + 1] ?? 0);
    }
  }

  #slotOf(replies: FlatReader, bytes: Buffer, token: number): number {
    if (this.#fields.length > MAX_COMPARED_FIELDS) {
      const start = replies.base + (replies.starts[token] ?? 0);
      return this.#slotByName.get(bytes.toString('latin1', start, replies.base + (replies.ends[token] ?? 0))) ?? -1;
    }
    for (let slot = 0; slot < this.#fields.length; slot++) if (this.#isField(slot, replies, bytes, token)) return slot;
    return -1;
  }

  #isField(slot: number, replies: FlatReader, bytes: Buffer, token: number): boolean {
    const field = this.#fields[slot];
    const start = replies.starts[token] ?? 0;
    if (field === undefined || field.length !== (replies.ends[token] ?? 0) - start) return false;
    const at = replies.base + start;
    for (let i = 0; i < field.length; i++) if (field[i] !== bytes[at + i]) return false;
    return true;
  }

  /** Puts the entry's fields into the row's spans, each name once; gives how many spans these are. */
  #collectFields(replies: FlatReader, rows: ElementRows, firstField: number, end: number): number {
    const { row } = rows;
    if (this.#spans.length < (end - firstField) * 2) this.#spans = new Int32Array((end - firstField) * 4);
    const spans = this.#spans;
    row.spans = spans;
    row.firstSpan = 0;
    const isLong = (end - firstField) / 2 > MAX_COMPARED_FIELDS;
    const places = isLong ? new Map<string, number>() : null;
    let count = 0;
    for (let token = firstField; token + 1 < end; token += 2) {
      const start = replies.starts[token] ?? 0;
      const stop = replies.ends[token] ?? 0;
      let place = count;
      if (places === null) place = samePlace(spans, count, row.bytes, replies.base, start, stop);
      else {
        const name = row.bytes.toString('latin1', replies.base + start, replies.base + stop);
        place = places.get(name) ?? count;
        places.set(name, place);
      }
      spans[place * 4] = start;
      spans[place * 4 + 1] = stop;
      spans[place * 4 + 2] = replies.starts[token + 1] ?? 0;
      spans[place * 4 + 3] = replies.ends[token + 1] ?? 0;
      if (place === count) count += 1;
    }
    return count * 2;
  }
}

/** The place among `count` that has the same name, else `count`. */
function samePlace(spans: Int32Array, count: number, bytes: Buffer, base: number, start: number, end: number): number {
  for (let place = 0; place < count; place++) {
    const other = spans[place * 4] ?? 0;
    if ((spans[place * 4 + 1] ?? 0) - other !== end - start) continue;
    let i = 0;
    while (i < end - start && bytes[base + other + i] === bytes[base + start + i]) i += 1;
    if (i === end - start) return place;
  }
  return count;
}
