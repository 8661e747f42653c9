/**
 * What some JSON values have in common, and the type that follows: the arithmetic of inference for documents. A type narrower
 * than JSON is chosen only if every value says all of itself under it.
 */
import { hasEscape, JsonUnescaper, type SqlField, type SqlType, TypeInference, walkValues } from '../../types/index.ts';

/** Structs of more members, and deeper ones, stay JSON. */
const MAX_MEMBERS = 64;
const MAX_DEPTH = 4;
/** Elements of one array that are looked at. */
const MAX_ELEMENTS = 1_000;

const JSON_TYPE: SqlType = { id: 'VARCHAR', alias: 'JSON' };
const VARCHAR: SqlType = { id: 'VARCHAR' };
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;

/** In the order in which equals are named. */
const KINDS = ['string', 'number', 'boolean', 'array', 'object'] as const;
export type JsonKind = (typeof KINDS)[number];

const unescaper = new JsonUnescaper();

/** The values at one place of the documents. They are looked at when they are added, and not kept. */
export class JsonShape {
  readonly #depth: number;
  readonly #counts: Record<JsonKind, number> = { string: 0, number: 0, boolean: 0, array: 0, object: 0 };
  readonly #strings = new TypeInference();
  #isWhole = true;
  #fitsBigint = true;
  #fitsDouble = true;
  /** Null before the first, and where they are too deep. */
  #elements: JsonShape | null = null;
  readonly #members = new Map<string, { readonly shape: JsonShape; objectCount: number }>();
  #hasTooManyMembers = false;

  constructor(depth = 0) {
    this.#depth = depth;
  }

  /** Values that are not null. */
  get valueCount(): number {
    return KINDS.reduce((sum, kind) => sum + this.#counts[kind], 0);
  }

  /** How many values are of each kind; those of which there are none are left out. */
  get kinds(): readonly { readonly kind: JsonKind; readonly count: number }[] {
    return KINDS.map((kind) => ({ kind, count: this.#counts[kind] })).filter(({ count }) => count > 0);
  }

  /** Takes the value in bytes[start, end). */
  add(bytes: Buffer, start: number, end: number): void {
    switch (bytes[start]) {
      case QUOTE:
        this.#counts.string += 1;
        this.#strings.add(textOf(bytes, start + 1, end - 1));
        return;
      case OPEN_BRACKET:
        this.#counts.array += 1;
        this.#addElements(bytes, start, end);
        return;
      case OPEN_BRACE:
        this.#counts.object += 1;
        this.#addMembers(bytes, start, end);
        return;
      case 0x6e: // null
        return;
      case 0x74: // true
      case 0x66: // false
        this.#counts.boolean += 1;
        return;
      default:
        this.#counts.number += 1;
        this.#addNumber(bytes.toString('latin1', start, end));
    }
  }

  /** The type that all values are read as: JSON where they have none in common. */
  type(): SqlType {
    const [only, ...others] = this.kinds;
    if (only === undefined || others.length > 0) return JSON_TYPE;
    switch (only.kind) {
      case 'string':
        return typeOfStrings(this.#strings);
      case 'number':
        return this.#typeOfNumbers();
      case 'boolean':
        return { id: 'BOOLEAN' };
      case 'array': {
        const child = this.#elements === null || this.#elements.valueCount === 0 ? JSON_TYPE : this.#elements.type();
        return child.alias === 'JSON' ? JSON_TYPE : { id: 'LIST', child };
      }
      case 'object':
        return this.#typeOfObjects();
      default:
        return only.kind satisfies never;
    }
  }

  #typeOfNumbers(): SqlType {
    if (this.#isWhole) return { id: this.#fitsBigint ? 'BIGINT' : 'HUGEINT' };
    return this.#fitsDouble ? { id: 'DOUBLE' } : JSON_TYPE;
  }

  /** RedisJSON prints a fraction or an exponent for what it keeps as a double, and nothing else. */
  #addNumber(text: string): void {
    if (!/^-?[0-9]+$/.test(text)) {
      this.#isWhole = false;
      return;
    }
    if (!Number.isSafeInteger(Number(text))) this.#fitsDouble = false;
    if (BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) this.#fitsBigint = false;
  }

  #addElements(bytes: Buffer, start: number, end: number): void {
    if (this.#depth >= MAX_DEPTH) return;
    this.#elements ??= new JsonShape(this.#depth + 1);
    const elements = this.#elements;
    let left = MAX_ELEMENTS;
    walkValues(bytes, start, end, (valueStart, valueEnd) => {
      elements.add(bytes, valueStart, valueEnd);
      left -= 1;
      return left > 0;
    });
  }

  #addMembers(bytes: Buffer, start: number, end: number): void {
    if (this.#depth >= MAX_DEPTH) return;
    walkValues(bytes, start, end, (valueStart, valueEnd, nameStart, nameEnd) => {
      const name = textOf(bytes, nameStart, nameEnd).toString('utf8');
      let member = this.#members.get(name);
      if (member === undefined) {
        if (this.#members.size >= MAX_MEMBERS) {
          this.#hasTooManyMembers = true;
          return false;
        }
        member = { shape: new JsonShape(this.#depth + 1), objectCount: 0 };
        this.#members.set(name, member);
      }
      member.objectCount += 1;
      member.shape.add(bytes, valueStart, valueEnd);
      return true;
    });
  }

  /** A STRUCT where each object has the same members, and names that differ by more than case. */
  #typeOfObjects(): SqlType {
    const members = [...this.#members];
    const isAlike = members.every(([, { objectCount }]) => objectCount === this.#counts.object);
    const names = new Set(members.map(([name]) => name.toLowerCase()));
    const isNamed = names.size === members.length && !names.has('');
    if (members.length === 0 || this.#hasTooManyMembers || !isAlike || !isNamed) return JSON_TYPE;
    const fields = members.map(([name, { shape }]): SqlField => ({ name, type: shape.type() }));
    return { id: 'STRUCT', fields };
  }
}

/** Gives the text of a JSON string's inside; what cannot be undone stays as it is. */
export function textOf(bytes: Buffer, start: number, end: number): Buffer {
  if (hasEscape(bytes, start, end) && unescaper.unescape(bytes, start, end)) {
    return Buffer.from(unescaper.bytes.subarray(0, unescaper.length));
  }
  return bytes.subarray(start, end);
}

/** JSON has numbers and truth values of its own: a text that looks like one was meant as a text. */
function typeOfStrings(strings: TypeInference): SqlType {
  const { type } = strings.result();
  return type.id === 'DATE' || type.id === 'TIMESTAMP' || type.id === 'TIMESTAMPTZ' ? type : VARCHAR;
}
