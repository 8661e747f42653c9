/** The codec of every type that the server reads and writes itself, by oid; arrays are made of their element's. */
import { PgError } from '../pg-error.ts';
import type { ByteSink } from './byte-sink.ts';
import { engineTypeName, OID, pgTypeByOid, pgTypeName } from './pg-types.ts';
import { dateCodec, intervalCodec, timeCodec, timestampCodec, timestampTzCodec, timeTzCodec } from './temporal/codecs.ts';
import { DEFAULT_STYLE, type TextStyle } from './text-style.ts';
import { arrayCodec } from './values/arrays.ts';
import { type PgCodec, type SealedCodec, sealed } from './values/codec.ts';
import { boolCodec, float4Codec, float8Codec, integerCodec, oidCodec } from './values/numbers.ts';
import { numericCodec } from './values/numeric.ts';
import {
  bitCodec,
  bpcharCodec,
  byteaCodec,
  charCodec,
  jsonbCodec,
  jsonCodec,
  nameCodec,
  textCodec,
  uuidCodec,
} from './values/texts.ts';

const CODECS = new Map<number, SealedCodec>();

function add<T>(oid: number, codec: PgCodec<T>): void {
  CODECS.set(oid, sealed(codec));
  const arrayOid = pgTypeByOid(oid)?.arrayOid ?? 0;
  if (arrayOid !== 0) CODECS.set(arrayOid, sealed(arrayCodec(codec, oid, engineTypeName(oid))));
}

add(OID.BOOL, boolCodec);
add(OID.BYTEA, byteaCodec);
add(OID.CHAR, charCodec);
add(OID.NAME, nameCodec);
add(OID.INT8, integerCodec(8, 'bigint'));
add(OID.INT2, integerCodec(2, 'smallint'));
add(OID.INT4, integerCodec(4, 'integer'));
for (const oid of [OID.TEXT, OID.UNKNOWN, OID.VARCHAR, 142, 2275]) add(oid, textCodec);
for (const oid of [OID.OID, 28, 29]) add(oid, oidCodec(pgTypeName(oid)));
add(OID.JSON, jsonCodec);
add(OID.JSONB, jsonbCodec);
add(OID.FLOAT4, float4Codec);
add(OID.FLOAT8, float8Codec);
add(OID.BPCHAR, bpcharCodec);
add(OID.DATE, dateCodec);
add(OID.TIME, timeCodec);
add(OID.TIMETZ, timeTzCodec);
add(OID.TIMESTAMP, timestampCodec);
add(OID.TIMESTAMPTZ, timestampTzCodec);
add(OID.INTERVAL, intervalCodec);
add(OID.BIT, bitCodec(true));
add(OID.VARBIT, bitCodec(false));
add(OID.NUMERIC, numericCodec);
add(OID.UUID, uuidCodec);

/** The codec of an oid; undefined for a type whose values the server does not understand (its text passes as it is). */
export function codecOf(oid: number): SealedCodec | undefined {
  return CODECS.get(oid);
}

/**
 * Writes the binary form of a value that is there as text, without its length.
 * @throws {PgError} 22P02 and its kin for text that is none of the type, 42883 for a type without a binary form here.
 */
export function writeBinaryFromText(oid: number, text: string, sink: ByteSink, style: TextStyle, modifier = -1): void {
  const codec = CODECS.get(oid);
  if (codec === undefined) throw new PgError('42883', `no binary output function available for type ${pgTypeName(oid)}`);
  codec.writeFromText(text, sink, style, modifier);
}

/** Checks the text of a value and gives the form in which the type prints it; text of a type without codec passes. */
export function normalText(oid: number, text: string, style: TextStyle = DEFAULT_STYLE, modifier = -1): string {
  return CODECS.get(oid)?.normal(text, style, modifier) ?? text;
}
