/** Collects the members of sampled documents and says which columns follow. Asks no server. */
import { type SqlType, walkValues } from '../../types/index.ts';
import { printableBytes } from '../keys/printable.ts';
import type { FieldFindings } from './field-samples.ts';
import type { ColumnNote, InferredColumn } from './inferred-schema.ts';
import { type JsonKind, JsonShape, textOf } from './json-shape.ts';

/** Members that become columns; the rest is in `_json`. */
const MAX_COLUMNS = 256;
/** Members that are counted at all: bounds memory where each document has names of its own. */
const MAX_TRACKED_MEMBERS = 4_096;
const MAX_EXAMPLES = 3;
const EXAMPLE_BYTES = 40;
const OPEN_BRACE = 0x7b;
/** Of `null`. */
const SMALL_N = 0x6e;
const VARCHAR: SqlType = { id: 'VARCHAR' };

const KIND_NAMES: Readonly<Record<JsonKind, readonly [one: string, many: string]>> = {
  string: ['string', 'strings'],
  number: ['number', 'numbers'],
  boolean: ['truth value', 'truth values'],
  array: ['array', 'arrays'],
  object: ['object', 'objects'],
};

interface MemberSample {
  readonly name: string;
  readonly shape: JsonShape;
  readonly examples: string[];
  documentCount: number;
}

export class JsonSamples {
  readonly #members = new Map<string, MemberSample>();
  readonly #isAllVarchar: boolean;
  #documentCount = 0;
  #plainCount = 0;
  #hasUntracked = false;

  constructor(options: { readonly allVarchar: boolean }) {
    this.#isAllVarchar = options.allVarchar;
  }

  /** Takes one document, compact JSON. Keeps no reference to it. */
  add(document: Buffer): void {
    this.#documentCount += 1;
    if (document[0] !== OPEN_BRACE) {
      this.#plainCount += 1;
      return;
    }
    walkValues(document, 0, document.length, (valueStart, valueEnd, nameStart, nameEnd) => {
      const sample = this.#sampleOf(textOf(document, nameStart, nameEnd).toString('utf8'));
      if (sample === null) return true;
      sample.documentCount += 1;
      sample.shape.add(document, valueStart, valueEnd);
      if (sample.examples.length < MAX_EXAMPLES && document[valueStart] !== SMALL_N)
        addExample(sample.examples, document.subarray(valueStart, valueEnd));
      return true;
    });
  }

  /** Gives the columns, and what is to be said about them. */
  finish(): FieldFindings {
    const chosen = this.#mostFrequent();
    const notes: string[] = [];
    if (this.#hasUntracked || chosen.length < this.#members.size) {
      const count = `${this.#hasUntracked ? 'More than ' : ''}${this.#members.size}`;
      notes.push(`${count} members were found: the ${chosen.length} most frequent are columns, _json holds all of them.`);
    }
    if (this.#plainCount > 0) {
      const count =
        this.#plainCount === 1 ? '1 sampled document is no object' : `${this.#plainCount} sampled documents are no objects`;
      notes.push(`${count}, and so without members: _json holds what there is.`);
    }
    const columns = chosen.map((sample) => this.#columnOf(sample));
    const columnNotes = chosen.flatMap((sample) => (this.#isAllVarchar ? [] : noteOf(sample)));
    return { columns, notes, columnNotes };
  }

  #sampleOf(name: string): MemberSample | null {
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    if (this.#members.size >= MAX_TRACKED_MEMBERS) {
      this.#hasUntracked = true;
      return null;
    }
    const sample = { name, shape: new JsonShape(), examples: [], documentCount: 0 };
    this.#members.set(name, sample);
    return sample;
  }

  /** In order of first appearance, which also decides between equals. */
  #mostFrequent(): MemberSample[] {
    const all = [...this.#members.values()];
    if (all.length <= MAX_COLUMNS) return all;
    const kept = new Set([...all].sort((a, b) => b.documentCount - a.documentCount).slice(0, MAX_COLUMNS));
    return all.filter((sample) => kept.has(sample));
  }

  #columnOf({ name, shape, examples }: MemberSample): InferredColumn {
    const most = Math.max(0, ...shape.kinds.map(({ count }) => count));
    return {
      field: Buffer.from(name, 'utf8'),
      name,
      type: this.#isAllVarchar ? VARCHAR : shape.type(),
      share: this.#isAllVarchar || shape.valueCount === 0 ? 1 : most / shape.valueCount,
      nullShare: 1 - shape.valueCount / this.#documentCount,
      examples,
      disagreeing: [],
    };
  }
}

/** Values of several kinds are worth a word: one of them may be a mistake. */
function noteOf({ name, shape }: MemberSample): ColumnNote[] {
  const { kinds } = shape;
  if (kinds.length < 2) return [];
  const shown = kinds.map(({ kind, count }) => `${count} ${KIND_NAMES[kind][count === 1 ? 0 : 1]}`);
  const text = `Column "${printableBytes(Buffer.from(name))}" is JSON, because its values are of several kinds: ${shown.join(', ')}.`;
  return [{ column: name, text }];
}

function addExample(examples: string[], value: Buffer): void {
  const isCut = value.length > EXAMPLE_BYTES;
  const text = `${printableBytes(isCut ? value.subarray(0, EXAMPLE_BYTES) : value)}${isCut ? '…' : ''}`;
  if (!examples.includes(text)) examples.push(text);
}
