/**
 * Time series: TS.RANGE or TS.REVRANGE for samples or buckets of them, a command an aggregator, and TS.INFO where labels are
 * read. A sample is one row; a series is read in pieces of 10,000, each from where the last one ended.
 *
 * TS.RANGE → [[time, value], …] · TS.INFO → [name, value, …, "labels", [[label, value], …], …]
 */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import { missingModuleError } from '../../storage/connections/missing-module.ts';
import type { ElementRange, ScanTask, TimeBucket } from '../../storage/scan-words.ts';
import { type KeyCommand, keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import { type ElementReader, OUTCOME, type Outcome, type PieceReader, type Round } from './element-reader.ts';
import type { ElementRows } from './element-rows.ts';

/** Samples (or buckets) of one command: Redis serves nobody else meanwhile, some ms. */
const PIECE_ROWS = 10_000;

export type TimeRange = Extract<ElementRange, { kind: 'times' }>;

const WHOLE: TimeRange = { kind: 'times', from: '-', to: '+', isReversed: false, bucket: null };

/** Labels that a series must have to be read: `[label, values][]`, as the source writes them. */
type LabelRule = readonly [label: Buffer, values: readonly Buffer[]];

export class TimeseriesReader implements ElementReader {
  readonly commandName = 'TS.RANGE';
  readonly first: Round;
  readonly #asked: SampleQuery;

  constructor(task: ScanTask, layout: ElementLayout) {
    this.#asked = new SampleQuery(task, layout);
    this.first = { kind: 'each', commands: this.#asked.commandsFrom(null) };
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const asked = this.#asked;
    if (!asked.findLabels(replies, rows)) return OUTCOME.DONE;
    if (asked.nextFrom(replies, rows) !== null) return OUTCOME.MORE;
    asked.addRows(replies, rows);
    return OUTCOME.DONE;
  }

  /** @throws {RedQueryError} RQ_UNSUPPORTED on a server without RedisTimeSeries */
  judgeError(text: string): Outcome | undefined {
    const missing = missingModuleError(text, this.commandName);
    if (missing !== null) throw missing;
    if (/key does not exist/.test(text)) return OUTCOME.GONE;
    return /WRONGTYPE|not a TSDB key/.test(text) ? OUTCOME.OTHER_TYPE : undefined;
  }

  openPieces(): PieceReader {
    return new SeriesPieces(this.#asked);
  }
}

/** One series, piece by piece. Samples that are added behind the last piece are seen, others are not: no row comes twice. */
class SeriesPieces implements PieceReader {
  readonly takesFirst = true;
  readonly hasDrifted = false;
  readonly #asked: SampleQuery;
  #next: bigint | null = null;
  /** Rows of the pieces before the next. */
  #rowCount = 0;

  constructor(asked: SampleQuery) {
    this.#asked = asked;
  }

  nextCommands(): readonly KeyCommand[] {
    return this.#asked.commandsFrom(this.#next, this.#rowCount);
  }

  advance(replies: FlatReader, rows: ElementRows): boolean {
    // A label that changed meanwhile ends the series: what it is now is not asked for.
    if (!this.#asked.findLabels(replies, rows)) return false;
    this.#next = this.#asked.nextFrom(replies, rows, this.#rowCount);
    // What goes on was as long as was asked for.
    this.#rowCount += PIECE_ROWS;
    return this.#next !== null;
  }

  read(replies: FlatReader, rows: ElementRows): void {
    if (this.#asked.findLabels(replies, rows)) this.#asked.addRows(replies, rows);
  }
}

/** What is asked of each series, and how its replies are read. */
class SampleQuery {
  readonly #range: TimeRange;
  readonly #rowsPerKey: number;
  readonly #fields: readonly Buffer[];
  readonly #rules: readonly LabelRule[];
  readonly #hasInfo: boolean;
  readonly #timeSlot: number;
  /** List i's; a list that no column takes has none. */
  readonly #valueSlots: readonly number[];
  readonly #listCount: number;
  /** Where each list of samples begins, valid while its replies are. */
  readonly #lists: number[] = [];

  constructor(task: ScanTask, layout: ElementLayout) {
    this.#range = task.range?.kind === 'times' ? task.range : WHOLE;
    this.#rowsPerKey = task.rowsPerKey ?? Infinity;
    this.#fields = layout.fields.map((field) => Buffer.from(field));
    this.#rules = labelRulesFrom(task.options['labels']);
    this.#hasInfo = this.#fields.length > 0 || this.#rules.length > 0;
    this.#timeSlot = layout.partSlots.get('ts') ?? -1;
    this.#valueSlots = this.#range.bucket === null ? [layout.partSlots.get('value') ?? -1] : layout.aggregateSlots;
    this.#listCount = this.#range.bucket?.aggregators.length ?? 1;
  }

  /** The commands of the next piece. `next`: the time that it begins with; null for the first. */
  commandsFrom(next: bigint | null, rowCount = 0): KeyCommand[] {
    const { from, to, isReversed, bucket } = this.#range;
    const bounds = next === null ? [from, to] : isReversed ? [from, String(next)] : [String(next), to];
    const count = Math.min(PIECE_ROWS, this.#rowsPerKey - rowCount);
    const name = isReversed ? 'TS.REVRANGE' : 'TS.RANGE';
    const commands = this.#hasInfo ? [keyCommand('TS.INFO')] : [];
    const args = [...bounds, 'COUNT', String(count)];
    if (bucket === null) return [...commands, keyCommand(name, args)];
    for (const aggregator of bucket.aggregators) commands.push(keyCommand(name, [...args, ...bucketArgs(bucket, aggregator)]));
    return commands;
  }

  /** Puts the labels of the series into the row; false where they are not those that are asked for. */
  findLabels(replies: FlatReader, rows: ElementRows): boolean {
    if (!this.#hasInfo) return true;
    const { bytes } = rows.row;
    const labels = labelsToken(replies, bytes);
    const isFound = this.#rules.map((): boolean | null => null);
    const seen = new Set<number>();
    const end = replies.next(labels);
    for (let pair = labels + 1; pair < end; pair = replies.next(pair)) {
      const name = bytesOf(replies, bytes, pair + 1);
      const field = this.#fields.findIndex((one) => one.equals(name));
      // A series may be given a label twice; the first counts.
      if (field >= 0 && !seen.has(field)) rows.setSlot(field, replies, pair + 2);
      if (field >= 0) seen.add(field);
      for (const [index, [label, values]] of this.#rules.entries()) {
        if (isFound[index] !== null || !label.equals(name)) continue;
        const value = bytesOf(replies, bytes, pair + 2);
        isFound[index] = values.some((one) => one.equals(value));
      }
    }
    return isFound.every((is) => is === true);
  }

  /** Gives the time at which the next piece begins; null where this is the last. */
  nextFrom(replies: FlatReader, rows: ElementRows, rowCount = 0): bigint | null {
    const { isReversed, bucket } = this.#range;
    const asked = Math.min(PIECE_ROWS, this.#rowsPerKey - rowCount);
    const lists = this.#findLists(replies);
    const isLast = rowCount + asked >= this.#rowsPerKey;
    if (isLast || lists.some((list) => (replies.starts[list] ?? 0) < asked)) return null;
    const lasts = lists.map((list) => timeAt(replies, rows.row.bytes, lastSample(replies, list)));
    const step = bucket === null ? 1n : BigInt(bucket.widthMs);
    // Lists that were cut at different times go on from where the shortest ends.
    if (!isReversed) return lasts.reduce((least, last) => (last < least ? last : least)) + step;
    const next = lasts.reduce((most, last) => (last > most ? last : most)) - 1n;
    return next < 0n ? null : next;
  }

  /** Adds a row a sample; of several lists those times that all of them have. */
  addRows(replies: FlatReader, rows: ElementRows): void {
    const [first = 0, ...others] = this.#findLists(replies);
    const { bytes } = rows.row;
    const end = replies.next(first);
    const cursors = others.map((list) => list + 1);
    const ends = others.map((list) => replies.next(list));
    for (let pair = first + 1; pair < end && !rows.isEnough; pair += 3) {
      const isWhole = cursors.every((_, index) => {
        const at = this.#seek(replies, bytes, pair, cursors, ends, index);
        if (at) rows.setSlot(this.#valueSlots[index + 1] ?? -1, replies, (cursors[index] ?? 0) + 2);
        return at;
      });
      if (!isWhole) continue;
      rows.setSlot(this.#timeSlot, replies, pair + 1);
      rows.setSlot(this.#valueSlots[0] ?? -1, replies, pair + 2);
      if (this.#isBeforeFirstBucket(replies, bytes, pair)) addEarlyBucket(this.#range, this.#timeSlot, rows);
      else rows.add();
    }
  }

  /** Moves a list's cursor to the time of `pair`; false where the list has none. Lists are in one order. */
  #seek(replies: FlatReader, bytes: Buffer, pair: number, cursors: number[], ends: readonly number[], index: number): boolean {
    const end = ends[index] ?? 0;
    const wanted = timeAt(replies, bytes, pair);
    for (let at = cursors[index] ?? 0; at < end; at += 3) {
      cursors[index] = at;
      const time = timeAt(replies, bytes, at);
      if (time === wanted) return true;
      if (this.#range.isReversed ? time < wanted : time > wanted) return false;
    }
    return false;
  }

  /** The server knows no time before 1970: a bucket that begins there is given as 0. */
  #isBeforeFirstBucket(replies: FlatReader, bytes: Buffer, pair: number): boolean {
    const { bucket } = this.#range;
    return bucket !== null && bucket.alignMs % bucket.widthMs !== 0 && timeAt(replies, bytes, pair) === 0n;
  }

  #findLists(replies: FlatReader): readonly number[] {
    const lists = this.#lists;
    let token = this.#hasInfo ? replies.next(0) : 0;
    for (let i = 0; i < this.#listCount; i += 1) {
      lists[i] = token;
      token = replies.next(token);
    }
    return lists;
  }
}

function bucketArgs({ widthMs, alignMs }: TimeBucket, aggregator: string): string[] {
  const align = ((alignMs % widthMs) + widthMs) % widthMs;
  return ['ALIGN', String(align), 'AGGREGATION', aggregator, String(widthMs)];
}

/** Adds the open row with the time at which its bucket begins, in bytes of its own. */
function addEarlyBucket({ bucket }: TimeRange, timeSlot: number, rows: ElementRows): void {
  const { row } = rows;
  if (bucket !== null && timeSlot >= 0) {
    const align = ((bucket.alignMs % bucket.widthMs) + bucket.widthMs) % bucket.widthMs;
    const { bytes, slots } = row;
    const text = Buffer.from(String(align - bucket.widthMs));
    slots[timeSlot * 2] = bytes.length - row.start;
    slots[timeSlot * 2 + 1] = bytes.length - row.start + text.length;
    row.bytes = Buffer.concat([bytes, text]);
    rows.add();
    row.bytes = bytes;
  } else rows.add();
}

/** The list of labels in a reply of TS.INFO, which is the first. */
function labelsToken(replies: FlatReader, bytes: Buffer): number {
  const end = replies.next(0);
  for (let token = 1; token < end; token = replies.next(replies.next(token))) {
    const value = replies.next(token);
    if (replies.types[value] === TOKEN.LIST && bytesOf(replies, bytes, token).equals(LABELS)) return value;
  }
  return end - 1;
}

const LABELS = Buffer.from('labels');

function bytesOf(replies: FlatReader, bytes: Buffer, token: number): Buffer {
  return bytes.subarray(replies.base + (replies.starts[token] ?? 0), replies.base + (replies.ends[token] ?? 0));
}

/** A sample is a list of two: its token, then the time's, then the value's. */
function timeAt(replies: FlatReader, bytes: Buffer, pair: number): bigint {
  return BigInt(bytesOf(replies, bytes, pair + 1).toString('latin1'));
}

function lastSample(replies: FlatReader, list: number): number {
  return replies.next(list) - 3;
}

/** `[["sensor", ["a", "b"]], …]` */
function labelRulesFrom(option: ScanTask['options'][string] | undefined): LabelRule[] {
  if (typeof option !== 'string') return [];
  // The source wrote it (storage/timeseries/timeseries-source.ts).
  const rules = JSON.parse(option) as readonly (readonly [string, readonly string[]])[];
  return rules.map(([label, values]) => [Buffer.from(label), values.map((value) => Buffer.from(value))]);
}
