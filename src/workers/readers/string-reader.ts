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
    for (let key = rows.firstKey; key < rows.keyEnd; key++) {
      const token = key - rows.firstKey + 1;
      if (replies.types[token] === TOKEN.NULL) {
        rows.recheck(key);
        continue;
      }
      rows.row.key = key;
      rows.setSlot(this.#valueSlot, replies, token);
      rows.add();
    }
    return OUTCOME.DONE;
  }
}
