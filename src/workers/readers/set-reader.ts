/**
 * Sets: SSCAN from 0 with a COUNT that gives a small set whole, at one moment. A larger one comes in pieces; SSCAN's promise
 * is that of SCAN: a member that was there throughout comes, one that was added or removed meanwhile may come or not; repeats
 * are left out (keys/recent-keys.ts), so that it comes once. Members that are asked for by name: SMISMEMBER.
 */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { countFor, PieceSize } from '../elements/piece-size.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import { RecentKeys } from '../keys/recent-keys.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';

// The reply: LIST(2), the cursor, LIST(n), n members.
const CURSOR_TOKEN = 1;
const MEMBERS_TOKEN = 2;
const FIRST_MEMBER = 3;

export class SetReader implements ElementReader {
  readonly commandName = 'SSCAN';
  readonly #slot: number;
  readonly #mostRows: number;
  readonly #size = new PieceSize();
  #round: Round | null = null;
  #askedCount = 0;

  constructor(layout: ElementLayout, mostRows: number) {
    this.#slot = layout.partSlots.get('member') ?? -1;
    this.#mostRows = mostRows;
  }

  get first(): Round {
    const count = this.#size.firstCount(this.#mostRows);
    if (this.#round === null || count !== this.#askedCount) {
      this.#askedCount = count;
      this.#round = { kind: 'each', commands: [scanCommand('0', count)], askedCount: count };
    }
    return this.#round;
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const count = memberCountOf(replies);
    this.#size.learn(count, replies.byteCount);
    const isWhole = isEndOfScan(replies, rows.row.bytes);
    if (!isWhole && count < Math.min(this.#mostRows, rows.rowsLeft)) {
      this.#size.widen();
      return OUTCOME.MORE;
    }
    if (count === 0) return OUTCOME.GONE;
    const run = rows.beginRun(Math.min(count, this.#mostRows), replies.byteCount);
    run.setSlot(this.#slot, replies.starts, replies.ends, FIRST_MEMBER, 1);
    rows.addRun();
    return OUTCOME.DONE;
  }

  openPieces(replies: FlatReader, rows: ElementRows): PieceReader {
    const count = memberCountOf(replies);
    const pieceCount = countFor(replies.byteCount / Math.max(1, count));
    return new SetPieces(this.#slot, pieceCount, this.#mostRows, rows.askedCount >= pieceCount);
  }
}

class SetPieces implements PieceReader {
  readonly takesFirst: boolean;
  readonly hasDrifted = false;
  readonly #slot: number;
  #count: number;
  readonly #mostRows: number;
  readonly #recent = new RecentKeys();
  #cursor = '0';
  #given = 0;

  constructor(slot: number, count: number, mostRows: number, takesFirst: boolean) {
    this.#slot = slot;
    this.#count = count;
    this.#mostRows = mostRows;
    this.takesFirst = takesFirst;
  }

  nextCommands(rowsLeft: number): readonly KeyCommand[] {
    return [scanCommand(this.#cursor, Math.min(this.#count, Math.max(1, this.#mostRows - this.#given), rowsLeft))];
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    const { bytes } = rows.row;
    this.#cursor = bytes.toString(
      'latin1',
      replies.base + (replies.starts[CURSOR_TOKEN] ?? 0),
      replies.base + (replies.ends[CURSOR_TOKEN] ?? 0),
    );
    const count = memberCountOf(replies);
    if (count > 0) this.#count = countFor(replies.byteCount / count);
    // What comes now is more than a limit needs, but for the repeats.
    return this.#cursor !== '0' && this.#given < this.#mostRows;
  }

  read(replies: FlatReader, rows: ElementRows): void {
    const end = FIRST_MEMBER + memberCountOf(replies);
    const { base, starts, ends } = replies;
    const { bytes } = rows.row;
    let first = FIRST_MEMBER;
    for (let token = FIRST_MEMBER; token < end; token++) {
      if (!this.#recent.isRepeat(bytes, base + (starts[token] ?? 0), base + (ends[token] ?? 0))) continue;
      this.#give(replies, rows, first, token);
      first = token + 1;
    }
    this.#give(replies, rows, first, end);
  }

  #give(replies: FlatReader, rows: ElementRows, first: number, end: number): void {
    const count = Math.min(end - first, this.#mostRows - this.#given);
    if (count <= 0) return;
    rows.beginRun(count, replies.byteCount).setSlot(this.#slot, replies.starts, replies.ends, first, 1);
    rows.addRun();
    this.#given += count;
  }
}

/** Members by name: which of them each set holds. */
export class SetMembersReader implements ElementReader {
  readonly commandName = 'SMISMEMBER';
  readonly first: Round;
  readonly #slot: number;
  readonly #members: NamedMembers;
  readonly #mostRows: number;

  constructor(layout: ElementLayout, members: readonly Uint8Array[], mostRows: number) {
    this.#members = new NamedMembers(members, 0);
    this.#slot = layout.partSlots.get('member') ?? -1;
    this.#mostRows = mostRows;
    this.first = { kind: 'each', commands: [keyCommand('SMISMEMBER', this.#members.names)] };
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const members = this.#members;
    const { bytes } = rows.row;
    let given = 0;
    members.enter(rows);
    for (let i = 0; i < members.names.length && given < this.#mostRows; i++) {
      if (replies.integerAt(bytes, i + 1) !== 1) continue;
      members.setSlot(this.#slot, rows, i);
      rows.add();
      given += 1;
    }
    return OUTCOME.DONE;
  }
}

/** Members that a task names, each once, in one buffer, so that rows can be made of them; with room for a score's text. */
export class NamedMembers {
  readonly names: readonly Uint8Array[];
  /** The members, then `scratchBytes` free bytes. */
  readonly bytes: Buffer;
  readonly scratchStart: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  constructor(members: readonly Uint8Array[], scratchBytes: number) {
    this.names = [...new Map(members.map((member) => [Buffer.from(member).toString('latin1'), member])).values()];
    this.#starts = new Int32Array(this.names.length);
    this.#ends = new Int32Array(this.names.length);
    let at = 0;
    for (const [i, name] of this.names.entries()) {
      this.#starts[i] = at;
      at += name.length;
      this.#ends[i] = at;
    }
    this.scratchStart = at;
    this.bytes = Buffer.concat([...this.names, Buffer.alloc(scratchBytes)]);
  }

  /** Turns the row to these bytes; each value is then checked for itself. */
  enter(rows: ElementRows): void {
    rows.row.bytes = this.bytes;
    rows.row.start = 0;
    rows.row.isText = false;
  }

  setSlot(slot: number, rows: ElementRows, member: number): void {
    if (slot < 0) return;
    rows.row.slots[slot * 2] = this.#starts[member] ?? 0;
    rows.row.slots[slot * 2 + 1] = this.#ends[member] ?? 0;
  }
}

function scanCommand(cursor: string, count: number): KeyCommand {
  return keyCommand('SSCAN', [cursor, 'COUNT', String(count)]);
}

function memberCountOf(replies: FlatReader): number {
  return replies.types[MEMBERS_TOKEN] === TOKEN.LIST ? (replies.starts[MEMBERS_TOKEN] ?? 0) : 0;
}

function isEndOfScan(replies: FlatReader, bytes: Buffer): boolean {
  return replies.integerAt(bytes, CURSOR_TOKEN) === 0;
}
