/** Values of Bind on their way into the engine: text or binary of any type → the text that the engine casts. */
import { PgError } from '../pg-error.ts';
import type { BoundValue } from '../words.ts';
import { ByteSink } from './byte-sink.ts';
import { codecOf, writeBinaryFromText } from './codec-table.ts';
import { engineTypeName, OID, pgTypeByOid, pgTypeName } from './pg-types.ts';
import { DEFAULT_STYLE, type TextStyle } from './text-style.ts';
import { textFromUtf8 } from './values/texts.ts';

/** A parameter for `typed(typeName, text)`; text null is NULL. */
export interface EngineParameter {
  readonly typeName: string;
  readonly text: string | null;
  /** The client named no type: the bare text, which adapts to what it meets, is better than a cast. */
  readonly isUntyped: boolean;
}

/**
 * Reads a bound value for the engine. The type is that of the value where it depends on it: a numeric is a DECIMAL of just
 * its digits.
 * @throws {PgError} 22P02, 22003, 22007, 22008 for bad text; 22P03 for bad binary; 22021 for text that is no UTF-8.
 */
export function engineParameter(value: BoundValue, style: TextStyle = DEFAULT_STYLE): EngineParameter {
  const { typeOid, bytes } = value;
  const isUntyped = typeOid === 0 || typeOid === OID.UNKNOWN;
  const typeName = engineTypeName(typeOid);
  if (bytes === null) return { typeName, text: null, isUntyped };
  const codec = codecOf(typeOid);
  if (codec === undefined) return { typeName, text: textOfUncodedType(value, bytes), isUntyped };
  if (value.format === 1) {
    const found = codec.engineFromBinary(bytes);
    return { typeName: found.typeName ?? typeName, text: checkedText(found.text), isUntyped };
  }
  const found = codec.engineFromText(textFromUtf8(bytes), style);
  return { typeName: found.typeName ?? typeName, text: found.text, isUntyped };
}

/** What PostgreSQL 16 and later also take for a number: 1_000, 0x1F. */
const NEWER_NUMBER = /_|0[xob]/i;

/**
 * Looks at a value that the catalog will read. Texts that it may read in more ways than the server are left to it: dates,
 * and numbers in newer spellings.
 * @throws {PgError} as `engineParameter`.
 */
export function checkCatalogValue(value: BoundValue, style: TextStyle): void {
  const { typeOid, format, bytes } = value;
  const codec = codecOf(typeOid);
  if (bytes === null || codec === undefined) return;
  if (format === 1) {
    codec.engineFromBinary(bytes);
    return;
  }
  const text = textFromUtf8(bytes);
  const type = pgTypeByOid(typeOid);
  const category = (type?.category === 'A' ? pgTypeByOid(type.elementOid) : type)?.category;
  const isLeft = category === 'D' || category === 'T' || (category === 'N' && NEWER_NUMBER.test(text));
  if (!isLeft) codec.engineFromText(text, style);
}

/** The engine's text of a bound value, for `engineTypeName(value.typeOid)`; null for NULL. @throws {PgError} as `engineParameter`. */
export function parameterText(value: BoundValue, style: TextStyle = DEFAULT_STYLE): string | null {
  return engineParameter(value, style).text;
}

/** A json of a jsonb, or the text of a name, may hold no NUL either. */
function checkedText(text: string): string {
  if (text.includes('\0')) throw new PgError('22021', 'invalid byte sequence for encoding "UTF8": 0x00');
  return text;
}

/** regclass and its kin are four bytes in binary: the oid. */
function textOfUncodedType({ typeOid, format }: BoundValue, bytes: Uint8Array): string {
  if (format === 0 || typeOid === 0) return textFromUtf8(bytes);
  if (pgTypeName(typeOid).startsWith('reg') && bytes.length === 4) return String(Buffer.from(bytes).readUInt32BE(0));
  throw new PgError('42883', `no binary input function available for type ${pgTypeName(typeOid)}`);
}

/**
 * Gives the binary form of a value that is there as text, as a result column of that type sends it.
 * @throws {PgError} 22P02 and its kin; 42883 for a type without a binary form here.
 */
export function binaryFromText(oid: number, text: string, style: TextStyle = DEFAULT_STYLE): Uint8Array {
  const sink = new ByteSink(64);
  writeBinaryFromText(oid, text, sink, style);
  return sink.take();
}

/**
 * Gives the text of a bound value as the type prints it (for statements that are answered as text, and for EXECUTE).
 * @throws {PgError} as `engineParameter`.
 */
export function boundText(value: BoundValue, style: TextStyle = DEFAULT_STYLE): string | null {
  if (value.bytes === null) return null;
  if (value.format === 0) return textFromUtf8(value.bytes);
  const codec = codecOf(value.typeOid);
  return codec === undefined ? textOfUncodedType(value, value.bytes) : codec.textFromBinary(value.bytes, style);
}
