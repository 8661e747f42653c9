/** The way from an element reader to the sink: one row, filled anew for each, and what becomes of keys that give none. */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import type { KeyBlock } from '../keys/key-block.ts';
import { RowRun, type RowView } from '../rows/row-run.ts';
import type { RowSink } from '../rows/row-sink.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import type { ScanCounters } from '../scan-counters.ts';

export class ElementRows {
  /**
   * The row. Slot i (ElementLayout: `fields[i]`, then parts by `partSlots`) is bytes [start + slots[2i], start + slots[2i + 1]) of
   * `bytes`, NULL where slots[2i] < 0; all slots are −1 when a unit of replies begins. `start` is the replies' base, so that
   * offsets of FlatReader are slots as they are. A reader with bytes of its own sets bytes, start and isText. `position`
   * serves the parts position and rank; spans [firstSpan, spanEnd) are the entries of `_fields`: field, value, … as
   * pairs of offsets.
   */
  readonly row: RowView;
  /** For `addRun`: the rows that begin with `row`. */
  readonly run: RowRun;
  /** 'together': the keys of the unit; else keyEnd is key + 1. */
  firstKey = 0;
  keyEnd = 0;
  /** Rows that were given of this unit. */
  rowCount = 0;
  /** Elements that this unit's commands asked for at most. */
  askedCount = 0;
  readonly #sink: RowSink;
  readonly #counters: ScanCounters;
  #rechecked: number[] = [];

  constructor(sink: RowSink, layout: ElementLayout, counters: ScanCounters) {
    this.#sink = sink;
    this.#counters = counters;
    this.row = sink.newRow(layout.slotCount);
    this.run = new RowRun(layout.slotCount);
  }

  /** True when the task wants no more rows: a reader may stop. */
  get isEnough(): boolean {
    return this.#sink.rowsLeft <= 0;
  }

  /** Rows that the task still wants. */
  get rowsLeft(): number {
    return this.#sink.rowsLeft;
  }

  /** Begins a unit of replies; for the fetcher. */
  begin(bytes: Buffer, replies: FlatReader, isText: boolean, block: KeyBlock, firstKey: number, keyEnd: number): void {
    const { row } = this;
    row.bytes = bytes;
    row.start = replies.base;
    row.isText = isText;
    row.block = block;
    row.key = firstKey;
    row.ttl = -1;
    row.slots.fill(-1);
    row.firstSpan = 0;
    row.spanEnd = 0;
    this.firstKey = firstKey;
    this.keyEnd = keyEnd;
    this.rowCount = 0;
  }

  /** Gives the token's bytes to a slot; NULL tokens are NULL. Does nothing for slot −1 (a part that nobody reads). */
  setSlot(slot: number, replies: FlatReader, token: number): void {
    if (slot < 0) return;
    const { slots } = this.row;
    const isNull = replies.types[token] === TOKEN.NULL;
    slots[slot * 2] = isNull ? -1 : (replies.starts[token] ?? -1);
    slots[slot * 2 + 1] = isNull ? -1 : (replies.ends[token] ?? -1);
  }

  /** Adds the row as it stands; does nothing beyond the task's limit. */
  add(): void {
    if (this.#sink.rowsLeft <= 0) return;
    this.#sink.addElement(this.row);
    this.rowCount += 1;
  }

  /** Begins a run: no row has a value yet. keyStep 1: each row is of the next key. Replies weigh as they are. */
  beginRun(count: number, byteCount: number, keyStep: 0 | 1 = 0, positionStep: -1 | 0 | 1 = 0): RowRun {
    const { run } = this;
    run.begin(this.row);
    run.count = count;
    run.byteCount = byteCount;
    run.keyStep = keyStep;
    run.positionStep = positionStep;
    return run;
  }

  /** Adds the rows of the run; does nothing beyond the task's limit. Gives how many were added. */
  addRun(): number {
    const count = this.#sink.addRun(this.row, this.run);
    this.rowCount += count;
    return count;
  }

  /** 'together': this key is not there. */
  addGone(): void {
    this.#counters.vanishedKeys += 1;
  }

  /** 'together': this key has to be asked by the second round. */
  recheck(key: number): void {
    this.#rechecked.push(key);
  }

  /** Takes the keys that are to be asked again; for the fetcher. */
  takeRechecked(): readonly number[] {
    if (this.#rechecked.length === 0) return NO_KEYS;
    const keys = this.#rechecked;
    this.#rechecked = [];
    return keys;
  }
}

const NO_KEYS: readonly number[] = [];
