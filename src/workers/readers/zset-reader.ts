/**
 * Sorted sets: one ZRANGE for up to 10,000 members (that weigh up to a megabyte), so at one moment; above that in pieces
 * (zset-pieces.ts). Members that are asked for by name: ZMSCORE, and ZRANK where the rank is read.
 */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import type { ElementRange } from '../../storage/scan-words.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { countFor, PieceSize } from '../elements/piece-size.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import { NamedMembers } from './set-reader.ts';
import { ZsetPieces } from './zset-pieces.ts';
import { addMembers, lowestCountCommand, type ZsetParts, zsetWindowOf } from './zset-window.ts';

export class ZsetReader implements ElementReader {
  readonly commandName = 'ZRANGE';
  readonly #parts: ZsetParts;
  readonly #size = new PieceSize();
  readonly #needsScore: boolean;
  #round: Round | null = null;
  #askedCount = 0;

  constructor(layout: ElementLayout, range: ElementRange | null, mostRows: number) {
    const memberSlot = layout.partSlots.get('member') ?? -1;
    const scoreSlot = layout.partSlots.get('score') ?? -1;
    this.#parts = { memberSlot, scoreSlot, hasRank: layout.hasPosition, window: zsetWindowOf(range, mostRows) };
    this.#needsScore = scoreSlot >= 0;
  }

  get first(): Round {
    const count = this.#size.firstCount(this.#parts.window.total);
    if (this.#round === null || count !== this.#askedCount) {
      this.#askedCount = count;
      this.#round = { kind: 'each', commands: this.#commandsFor(count), askedCount: count };
    }
    return this.#round;
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const { window } = this.#parts;
    const tokensEach = this.#needsScore ? 2 : 1;
    const count = (replies.starts[0] ?? 0) / tokensEach;
    this.#size.learn(count, replies.byteCount);
    if (count === 0) return window.first === 0 && window.min === null && window.total > 0 ? OUTCOME.GONE : OUTCOME.DONE;
    if (count >= rows.askedCount && count < Math.min(window.total, rows.rowsLeft)) {
      this.#size.widen();
      return OUTCOME.MORE;
    }
    const firstRank = this.#firstRank(replies, rows);
    addMembers(this.#parts, replies, rows, { firstRank, firstToken: 1, tokensEach, count: Math.min(count, window.total) });
    return OUTCOME.DONE;
  }

  openPieces(replies: FlatReader, rows: ElementRows): PieceReader {
    const count = (replies.starts[0] ?? 0) / (this.#needsScore ? 2 : 1);
    // Scores come with every piece: they tell where the next begins.
    const weight = replies.byteCount / Math.max(1, count) + (this.#needsScore ? 0 : 8);
    const pieceCount = countFor(weight);
    // Without scores, or by scores, nothing says where the next piece would begin.
    const canGoOn = this.#needsScore && this.#parts.window.min === null && rows.askedCount >= pieceCount;
    return new ZsetPieces(this.#parts, pieceCount, canGoOn ? rows.askedCount : 0);
  }

  #commandsFor(count: number): readonly KeyCommand[] {
    const { window, hasRank } = this.#parts;
    const { first, min, max, isReversed } = window;
    const withScores = this.#needsScore ? ['WITHSCORES'] : [];
    const reversed = isReversed ? ['REV'] : [];
    if (min !== null && max !== null) {
      const [from, to] = isReversed ? [max, min] : [min, max];
      const args = [from, to, 'BYSCORE', ...reversed, 'LIMIT', '0', String(count), ...withScores];
      return [keyCommand('ZRANGE', args), ...(hasRank ? [lowestCountCommand(window)] : [])];
    }
    const range = keyCommand('ZRANGE', [String(first), String(first + count - 1), ...reversed, ...withScores]);
    return isReversed && hasRank ? [range, keyCommand('ZCARD')] : [range];
  }

  #firstRank(replies: FlatReader, rows: ElementRows): number {
    const { window, hasRank } = this.#parts;
    const { first, min, isReversed } = window;
    if (!hasRank) return 0;
    if (min === null && !isReversed) return first;
    const number = replies.integerAt(rows.row.bytes, replies.next(0));
    // From the top: ZCARD, or the count of members up to the highest that is wanted.
    return isReversed ? number - 1 - first : number;
  }
}

/** Longest text of a score: 17 digits, sign, point, exponent. */
const SCORE_BYTES = 64;

export class ZsetMembersReader implements ElementReader {
  readonly commandName = 'ZMSCORE';
  readonly first: Round;
  readonly #memberSlot: number;
  readonly #scoreSlot: number;
  readonly #hasRank: boolean;
  readonly #members: NamedMembers;
  readonly #mostRows: number;

  constructor(layout: ElementLayout, members: readonly Uint8Array[], mostRows: number) {
    this.#memberSlot = layout.partSlots.get('member') ?? -1;
    this.#scoreSlot = layout.partSlots.get('score') ?? -1;
    this.#hasRank = layout.hasPosition;
    this.#members = new NamedMembers(members, SCORE_BYTES);
    this.#mostRows = mostRows;
    const { names } = this.#members;
    const ranks = this.#hasRank ? names.map((name) => keyCommand('ZRANK', [name])) : [];
    this.first = { kind: 'each', commands: [keyCommand('ZMSCORE', names), ...ranks] };
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const members = this.#members;
    const { row } = rows;
    const { bytes } = row;
    const firstRank = replies.next(0);
    let given = 0;
    members.enter(rows);
    for (let i = 0; i < members.names.length && given < this.#mostRows; i++) {
      const token = i + 1;
      if (replies.types[token] === TOKEN.NULL) continue;
      if (this.#hasRank) {
        // It went between the two commands.
        if (replies.types[firstRank + i] === TOKEN.NULL) continue;
        row.position = replies.integerAt(bytes, firstRank + i);
      }
      const start = replies.base + (replies.starts[token] ?? 0);
      const end = replies.base + (replies.ends[token] ?? 0);
      const scoreEnd = members.scratchStart + bytes.copy(members.bytes, members.scratchStart, start, end);
      members.setSlot(this.#memberSlot, rows, i);
      if (this.#scoreSlot >= 0) {
        row.slots[this.#scoreSlot * 2] = members.scratchStart;
        row.slots[this.#scoreSlot * 2 + 1] = scoreEnd;
      }
      rows.add();
      given += 1;
    }
    return OUTCOME.DONE;
  }
}
