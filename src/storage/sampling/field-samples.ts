/** Collects the values of a sample by field and says which columns follow: the arithmetic of inference, without a server. */
import { type InferenceResult, type SqlType, TypeInference, typeName } from '../../types/index.ts';
import { printableBytes, textOfKey } from '../keys/printable.ts';
import type { ColumnNote, InferredColumn } from './inferred-schema.ts';

/** Fields that become columns; the rest is in `_fields`. */
const MAX_COLUMNS = 256;
/** Fields that are counted at all: bounds memory where each hash has names of its own. */
const MAX_TRACKED_FIELDS = 4_096;
const MAX_EXAMPLES = 3;
const EXAMPLE_BYTES = 40;
const VARCHAR: SqlType = { id: 'VARCHAR' };

interface FieldSample {
  readonly field: Buffer;
  readonly inference: TypeInference;
  readonly examples: string[];
  hashCount: number;
  longCount: number;
}

interface Judged {
  readonly column: InferredColumn;
  readonly note: ColumnNote | null;
}

/** What a sample says. `notes` are about all of it, `columnNotes` about single columns. */
export interface FieldFindings {
  readonly columns: readonly InferredColumn[];
  readonly notes: readonly string[];
  readonly columnNotes: readonly ColumnNote[];
}

export class FieldSamples {
  /** By the field's bytes, one character a byte, in order of first appearance. */
  readonly #fields = new Map<string, FieldSample>();
  readonly #isAllVarchar: boolean;
  #hashCount = 0;
  #hasUntracked = false;

  constructor(options: { readonly allVarchar: boolean }) {
    this.#isAllVarchar = options.allVarchar;
  }

  /** Hashes that were begun. */
  get hashCount(): number {
    return this.#hashCount;
  }

  /** Counts one more hash; its fields follow. */
  beginHash(): void {
    this.#hashCount += 1;
  }

  /** Takes one field of the hash that was begun last. Keeps no reference to `value`. */
  add(field: Buffer, value: Buffer | 'long' | 'unread'): void {
    const sample = this.#sampleOf(field);
    if (sample === null) return;
    sample.hashCount += 1;
    if (value === 'long') sample.longCount += 1;
    if (typeof value === 'string') return;
    sample.inference.add(value);
    if (sample.examples.length < MAX_EXAMPLES) addExample(sample.examples, value);
  }

  /** Says that the hash begun last has more fields than are added. */
  leaveFieldsOut(): void {
    this.#hasUntracked = true;
  }

  /** Gives the columns, and what is to be said about them. */
  finish(): FieldFindings {
    const chosen = this.#mostFrequent();
    const judged = chosen.map((sample) => this.#judge(sample));
    const notes: string[] = [];
    if (this.#hasUntracked || chosen.length < this.#fields.size) {
      const count = `${this.#hasUntracked ? 'More than ' : ''}${this.#fields.size}`;
      notes.push(`${count} fields were found: the ${chosen.length} most frequent are columns, _fields holds all of them.`);
    }
    return { columns: judged.map(({ column }) => column), notes, columnNotes: judged.flatMap(({ note }) => note ?? []) };
  }

  #sampleOf(field: Buffer): FieldSample | null {
    const id = field.toString('latin1');
    const known = this.#fields.get(id);
    if (known !== undefined) return known;
    if (this.#fields.size >= MAX_TRACKED_FIELDS) {
      this.#hasUntracked = true;
      return null;
    }
    const sample = { field: Buffer.from(field), inference: new TypeInference(), examples: [], hashCount: 0, longCount: 0 };
    this.#fields.set(id, sample);
    return sample;
  }

  /** In order of first appearance, which also decides between equals. */
  #mostFrequent(): FieldSample[] {
    const all = [...this.#fields.values()];
    if (all.length <= MAX_COLUMNS) return all;
    const kept = new Set([...all].sort((a, b) => b.hashCount - a.hashCount).slice(0, MAX_COLUMNS));
    return all.filter((sample) => kept.has(sample));
  }

  #judge({ field, inference, examples, hashCount, longCount }: FieldSample): Judged {
    const found = inference.result();
    const name = textOfKey(field);
    // A value that is too long to be read is text: no narrower type is written in so many bytes.
    const isLongText = longCount > 0 && found.type.id !== 'BLOB';
    const type = this.#isAllVarchar || isLongText ? VARCHAR : found.type;
    const hasConflict = !this.#isAllVarchar && (found.disagreeing.length > 0 || found.type.id !== type.id) && found.present > 0;
    const valueCount = found.present + longCount;
    const column = {
      field,
      name,
      type,
      ...(hasConflict ? { leading: found.leading } : {}),
      share: hasConflict ? found.agreeing / valueCount : 1,
      nullShare: 1 - hashCount / this.#hashCount,
      examples,
      disagreeing: hasConflict ? found.disagreeing.map((value) => printableBytes(Buffer.from(value))) : [],
    };
    return { column, note: hasConflict ? noteOf(column, found, valueCount) : null };
  }
}

function noteOf(column: InferredColumn, found: InferenceResult, valueCount: number): ColumnNote {
  return { column: column.name, text: conflictText(column, found, valueCount), declarable: typeName(found.leading) };
}

function conflictText(
  { name, type }: InferredColumn,
  { leading, agreeing, disagreeing }: InferenceResult,
  valueCount: number,
): string {
  const shown =
    disagreeing.length === 0
      ? 'too long to be one'
      : disagreeing.map((value, i) => exampleText(value, i === 0 ? leading : null)).join(', ');
  const oddCount = valueCount - agreeing;
  const count = `${oddCount} of ${valueCount} values ${oddCount === 1 ? 'is' : 'are'} no ${typeName(leading)} (${shown})`;
  return `Column "${printableBytes(Buffer.from(name))}" is ${typeName(type)}, because ${count}.`;
}

/** What a reader would take for a number is no number of the column where it would not come back as it was written. */
function exampleText(value: string, type: SqlType | null): string {
  const quoted = `'${printableBytes(Buffer.from(value))}'`;
  const back = /^-?\d+(?:\.\d+)?$/.test(value) ? (type === null ? null : printedBack(value, type)) : null;
  return back === null || back === value ? quoted : `${quoted} would come back as ${back}`;
}

function printedBack(value: string, { id }: SqlType): string | null {
  if (id === 'DOUBLE') return String(Number(value));
  return id === 'BIGINT' && !value.includes('.') ? String(BigInt(value)) : null;
}

function addExample(examples: string[], value: Buffer): void {
  const isCut = value.length > EXAMPLE_BYTES;
  const text = `${printableBytes(isCut ? value.subarray(0, EXAMPLE_BYTES) : value)}${isCut ? '…' : ''}`;
  if (!examples.includes(text)) examples.push(text);
}
