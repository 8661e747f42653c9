/**
 * Builds columns from JSON values: scalars, lists and structs, out of the bytes of a JSON text. Strings count by what they
 * say, all else by how it is written, so that numbers keep their digits.
 */
import { endOfValue, hasEscape, JsonUnescaper, type SqlType, skipSpace, walkValues } from '../../types/index.ts';
import type { ColumnData } from '../column-data.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { ListBuilder } from './list-builder.ts';
import { StructBuilder } from './struct-builder.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const ZERO = 0x30;
const OPEN_BRACKET = 0x5b;
const SMALL_N = 0x6e;
const OPEN_BRACE = 0x7b;
/** Integers of so many digits are whole as doubles. */
const SAFE_DIGITS = 15;

/** Makes the builder of a scalar type (createBuilder of builders.ts). */
type ScalarMaker = (type: SqlType, isInferred: boolean) => ColumnBuilder;

const unescaper = new JsonUnescaper();

/**
 * Makes a builder whose `append` takes one JSON value. JSON's null is NULL. VARCHAR takes any value (a string by its text, all
 * else as it is written), JSON any as it is written, other scalars strings and numbers by the rules of their texts; a LIST takes
 * arrays, a STRUCT objects, a member that is missing being NULL.
 * isInferred: only values that the type says all of: no string as a number, no member that the struct lacks.
 */
export function jsonBuilder(type: SqlType, isInferred: boolean, makeScalar: ScalarMaker): ColumnBuilder {
  if (type.id === 'LIST' && type.child !== undefined) return new JsonList(jsonBuilder(type.child, isInferred, makeScalar));
  if (type.id === 'STRUCT' && type.fields !== undefined) {
    const names = type.fields.map(({ name }) => Buffer.from(name, 'utf8'));
    const children = type.fields.map((field) => jsonBuilder(field.type, isInferred, makeScalar));
    return new JsonStruct(names, children, isInferred);
  }
  const isText = type.id === 'VARCHAR' && type.alias === 'JSON';
  // What a server of documents printed is JSON; to check it once more would cost more than all else.
  const inner = makeScalar(isText ? { id: 'VARCHAR' } : type, isInferred && STRING_TYPES.has(type.id));
  return new JsonScalar(inner, isInferred ? acceptedBy(type) : takesAny, isText);
}

/**
 * Makes a builder whose `append` takes what a path matched: JSON values with commas between them, none at all for NULL.
 * takesAll: the values are the elements of a LIST; else the first is the value.
 */
export function matchesBuilder(type: SqlType, isInferred: boolean, takesAll: boolean, makeScalar: ScalarMaker): ColumnBuilder {
  const builder = jsonBuilder(type, isInferred, makeScalar);
  return new Matches(builder, takesAll && builder instanceof JsonList ? builder : null);
}

/** Inferred from strings; such types look at the text themselves. */
const STRING_TYPES: ReadonlySet<string> = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMPTZ']);

type Acceptor = (bytes: Buffer, start: number, end: number) => boolean;

const takesAny: Acceptor = () => true;
const takesStrings: Acceptor = (bytes, start) => bytes[start] === QUOTE;
const takesWords: Acceptor = (bytes, start) => !isNumber(bytes[start]) && bytes[start] !== QUOTE;
const takesNumbers: Acceptor = (bytes, start) => isNumber(bytes[start]);

/** Fractions are doubles in the server, too; integers must be whole as one. */
const takesDoubles: Acceptor = (bytes, start, end) => {
  if (!isNumber(bytes[start])) return false;
  if (end - start <= SAFE_DIGITS) return true;
  const text = bytes.toString('latin1', start, end);
  return /[.eE]/.test(text) || Number.isSafeInteger(Number(text));
};

function acceptedBy({ id }: SqlType): Acceptor {
  if (id === 'VARCHAR') return takesAny;
  if (STRING_TYPES.has(id)) return takesStrings;
  if (id === 'BOOLEAN') return takesWords;
  return id === 'DOUBLE' ? takesDoubles : takesNumbers;
}

function isNumber(byte: number | undefined): boolean {
  return byte === MINUS || (byte !== undefined && byte >= ZERO && byte <= NINE);
}

/** A scalar; `isText`: the value as it is written, whatever it is. */
class JsonScalar implements ColumnBuilder {
  private readonly inner: ColumnBuilder;
  private readonly accepts: Acceptor;
  private readonly isText: boolean;

  constructor(inner: ColumnBuilder, accepts: Acceptor, isText: boolean) {
    this.inner = inner;
    this.accepts = accepts;
    this.isText = isText;
  }

  get rowCount(): number {
    return this.inner.rowCount;
  }

  get byteLength(): number {
    return this.inner.byteLength;
  }

  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    const first = bytes[start];
    if (first === SMALL_N) {
      this.inner.appendNull();
      return true;
    }
    if (this.isText) return this.inner.append(bytes, start, end, isUtf8);
    if (!this.accepts(bytes, start, end)) return false;
    if (first !== QUOTE) return this.inner.append(bytes, start, end, isUtf8);
    if (!hasEscape(bytes, start + 1, end - 1)) return this.inner.append(bytes, start + 1, end - 1, isUtf8);
    return unescaper.unescape(bytes, start + 1, end - 1) && this.inner.append(unescaper.bytes, 0, unescaper.length, false);
  }

  appendNull(): void {
    this.inner.appendNull();
  }

  truncate(rowCount: number): void {
    this.inner.truncate(rowCount);
  }

  finish(): ColumnData {
    return this.inner.finish();
  }
}

class JsonList extends ListBuilder implements ColumnBuilder {
  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    if (bytes[start] === SMALL_N) {
      this.appendNull();
      return true;
    }
    if (bytes[start] !== OPEN_BRACKET) return false;
    return this.appendElements(bytes, start + 1, end - 1, isUtf8);
  }

  /** Appends one row of the values in bytes[start, end), which have commas between them. */
  appendElements(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    const { child } = this;
    let at = skipSpace(bytes, start, end);
    while (at < end) {
      const valueEnd = endOfValue(bytes, at, end);
      if (!child.append(bytes, at, valueEnd, isUtf8)) {
        this.truncate(this.rowCount);
        return false;
      }
      at = skipSpace(bytes, valueEnd, end);
      if (bytes[at] === COMMA && at < end) at = skipSpace(bytes, at + 1, end);
    }
    this.endRow();
    return true;
  }
}

class JsonStruct extends StructBuilder implements ColumnBuilder {
  private readonly names: readonly Buffer[];
  private readonly isStrict: boolean;

  /** isStrict: a member that is none of the struct's makes an object unfit. */
  constructor(names: readonly Buffer[], children: readonly ColumnBuilder[], isStrict: boolean) {
    super(children);
    this.names = names;
    this.isStrict = isStrict;
  }

  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    if (bytes[start] === SMALL_N) {
      this.appendNull();
      return true;
    }
    if (bytes[start] !== OPEN_BRACE) return false;
    const { children, rowCount } = this;
    const isWhole = walkValues(bytes, start, end, (valueStart, valueEnd, nameStart, nameEnd) => {
      const child = children[this.memberAt(bytes, nameStart, nameEnd)];
      // A name that comes twice keeps its first value; no server of documents has one.
      if (child === undefined || child.rowCount > rowCount) return child !== undefined || !this.isStrict;
      return child.append(bytes, valueStart, valueEnd, isUtf8);
    });
    if (!isWhole) {
      this.truncate(rowCount);
      return false;
    }
    for (const child of children) if (child.rowCount === rowCount) child.appendNull();
    this.endRow();
    return true;
  }

  /** The member of that name, −1 where there is none. */
  private memberAt(bytes: Buffer, start: number, end: number): number {
    let [from, nameStart, nameEnd] = [bytes, start, end];
    if (hasEscape(bytes, start, end)) {
      if (!unescaper.unescape(bytes, start, end)) return -1;
      [from, nameStart, nameEnd] = [unescaper.bytes, 0, unescaper.length];
    }
    return this.names.findIndex((name) => name.length === nameEnd - nameStart && isAt(name, from, nameStart));
  }
}

/** What a path matched, by the builder of its values. */
class Matches implements ColumnBuilder {
  private readonly inner: ColumnBuilder;
  private readonly list: JsonList | null;

  /** list: `inner`, where all that was matched are its elements; else the first value is the row's. */
  constructor(inner: ColumnBuilder, list: JsonList | null) {
    this.inner = inner;
    this.list = list;
  }

  get rowCount(): number {
    return this.inner.rowCount;
  }

  get byteLength(): number {
    return this.inner.byteLength;
  }

  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    const at = skipSpace(bytes, start, end);
    if (at === end) {
      this.inner.appendNull();
      return true;
    }
    if (this.list !== null) return this.list.appendElements(bytes, at, end, isUtf8);
    return this.inner.append(bytes, at, endOfValue(bytes, at, end), isUtf8);
  }

  appendNull(): void {
    this.inner.appendNull();
  }

  truncate(rowCount: number): void {
    this.inner.truncate(rowCount);
  }

  finish(): ColumnData {
    return this.inner.finish();
  }
}

function isAt(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return false;
  return true;
}
