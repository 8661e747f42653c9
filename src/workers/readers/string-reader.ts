/**
 * Strings: MGET for many keys at once, or GET where each key's TTL is asked for, too. A key is one row. MGET says the same of a
 * key that is gone and of one of another type; those are asked once more, by GET.
 */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import { type ElementReader, OUTCOME, type Outcome, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';

/** Redis serves nobody else during one MGET: 500 short values take it some 0.1 ms. */
const MGET_KEYS = 500;

const GET: Round = { kind: 'each', commands: [keyCommand('GET')] };
const MGET: Round = { kind: 'together', name: 'MGET', args: [], mostKeys: MGET_KEYS };

export class StringReader implements ElementReader {
  readonly commandName = 'MGET';
  readonly first: Round;
  readonly second = GET;
  readonly #valueSlot: number;

  constructor(layout: ElementLayout) {
    this.first = layout.hasTtl ? GET : MGET;
    this.#valueSlot = layout.partSlots.get('value') ?? -1;
  }

  read(replies: FlatReader, rows: ElementRows, isSecond: boolean): Outcome {
    if (isSecond || this.first === GET) {
      if (replies.types[0] === TOKEN.NULL) return OUTCOME.GONE;
      rows.setSlot(this.#valueSlot, replies, 0);
      rows.add();
      return OUTCOME.DONE;
    }
    let first = rows.firstKey;
    for (let key = first; key < rows.keyEnd; key++) {
      if (replies.types[key - rows.firstKey + 1] !== TOKEN.NULL) continue;
      rows.recheck(key);
      this.#addRun(replies, rows, first, key);
      first = key + 1;
    }
    this.#addRun(replies, rows, first, rows.keyEnd);
    return OUTCOME.DONE;
  }

  /** Adds the rows of keys [first, end), which all have a value. */
  #addRun({ starts, ends, byteCount }: FlatReader, rows: ElementRows, first: number, end: number): void {
    if (first === end) return;
    rows.row.key = first;
    rows.beginRun(end - first, byteCount, 1).setSlot(this.#valueSlot, starts, ends, first - rows.firstKey + 1, 1);
    rows.addRun();
  }
}
