/** Finds the way in which a column of the engine is written for the type that was described to the client. */
import { jsonReader } from '../../../arrow/index.ts';
import type { SqlType } from '../../../types/index.ts';
import type { Format } from '../../words.ts';
import { OID, pgTypeByOid, pgTypeOf } from '../pg-types.ts';
import { DEFAULT_STYLE, type TextStyle } from '../text-style.ts';
import { jsonbText } from '../values/jsonb-text.ts';
import { writeNumeric } from '../values/numeric.ts';
import { arrayWriter, leafTypeOf } from './array-writers.ts';
import type { ColumnWriter, Target } from './cell-writer.ts';
import { convertedWriter, jsonTextWriter } from './converted-writers.ts';
import { decimalWriter } from './decimal-writers.ts';
import { integerWriter } from './integer-writers.ts';
import {
  bignumText,
  bitWriter,
  blobTextWriter,
  blobWriter,
  booleanWriter,
  bytesReader,
  enumWriter,
  floatWriter,
  textWriter,
  uuidWriter,
} from './scalar-writers.ts';
import { ownTemporalOid, temporalWriter } from './temporal-writers.ts';

/**
 * Gives the writer of a type for a target, or null where every value is NULL. Its errors come from the writer, at the first
 * value that cannot be one of the target: {PgError} 42846, 22003, 22P02.
 */
export function columnWriter(type: SqlType, target: Target, format: Format, style: TextStyle): ColumnWriter | null {
  if (type.id === 'NULL') return null;
  return directWriter(type, target, format, style) ?? throughText(type, target, format, style);
}

function throughText(type: SqlType, target: Target, format: Format, style: TextStyle): ColumnWriter | null {
  const { oid } = pgTypeOf(type);
  // Text that a client sees is in its style; text on its way to another type is in one that every type reads.
  const isForText = pgTypeByOid(target.oid)?.category === 'S';
  const ownStyle = isForText ? style : { ...DEFAULT_STYLE, timeZone: style.timeZone };
  const own = directWriter(type, { oid, modifier: -1 }, 0, ownStyle);
  if (own === undefined || own === null) return null;
  return convertedWriter(type, own, oid, target, format, style);
}

/** Undefined: there is no direct way. */
function directWriter(type: SqlType, target: Target, format: Format, style: TextStyle): ColumnWriter | null | undefined {
  switch (type.id) {
    case 'LIST':
    case 'ARRAY':
      return listWriter(type, target, format, style);
    case 'STRUCT':
    case 'MAP':
    case 'UNION':
      return nestedWriter(type, target.oid, format);
    case 'VARCHAR':
    case 'ENUM':
    case 'BLOB':
      return textualWriter(type, target, format, style);
    case 'DECIMAL':
      return isOwnScale(type, target) ? decimalWriter(type, format) : undefined;
    case 'BIGNUM':
      return target.oid === OID.NUMERIC && target.modifier < 0 ? bignumWriter(format) : undefined;
    default:
      return plainWriter(type, target, format, style);
  }
}

const TEXT_OIDS: ReadonlySet<number> = new Set([OID.TEXT, OID.VARCHAR, OID.UNKNOWN, OID.BPCHAR, 0, 2275]);

function textualWriter(type: SqlType, { oid, modifier }: Target, format: Format, style: TextStyle): ColumnWriter | undefined {
  const isText = TEXT_OIDS.has(oid) && modifier < 0;
  if (type.id === 'BLOB') return oid === OID.BYTEA ? blobWriter(format, style) : isText ? blobTextWriter : undefined;
  if (type.id === 'ENUM') return isText ? enumWriter(type) : undefined;
  return isText || (type.alias === 'JSON' && oid === OID.JSON) ? textWriter : undefined;
}

function isOwnScale(type: SqlType, { oid, modifier }: Target): boolean {
  if (oid !== OID.NUMERIC) return false;
  const width = (modifier - 4) >> 16;
  return modifier < 4 || (((modifier - 4) & 0x7ff) === (type.scale ?? 0) && width >= (type.width ?? 18));
}

function bignumWriter(format: Format): ColumnWriter {
  return (column) => {
    const read = bytesReader(column);
    return (sink, row) => {
      const text = bignumText(read(row));
      if (format === 0) sink.latin1(text);
      else writeNumeric(text, sink);
    };
  };
}

function plainWriter(type: SqlType, { oid, modifier }: Target, format: Format, style: TextStyle): ColumnWriter | undefined {
  // A modifier of numeric or of a time rounds: that way goes through text.
  if (modifier >= 0) return undefined;
  switch (type.id) {
    case 'BOOLEAN':
      return oid === OID.BOOL ? booleanWriter(format) : undefined;
    case 'FLOAT':
    case 'DOUBLE':
      return oid === OID.FLOAT4 || oid === OID.FLOAT8 ? floatWriter(oid, format, style) : undefined;
    case 'UUID':
      return oid === OID.UUID ? uuidWriter(format) : undefined;
    case 'BIT':
      return oid === OID.VARBIT || oid === OID.BIT ? bitWriter(format) : undefined;
    default:
      return ownTemporalOid(type) === oid ? temporalWriter(type, format, style) : integerWriter(type, oid, format);
  }
}

function isJson(oid: number): boolean {
  return oid === OID.JSON || oid === OID.JSONB;
}

function nestedWriter(type: SqlType, oid: number, format: Format): ColumnWriter | undefined {
  if (!isJson(oid) && !TEXT_OIDS.has(oid)) return undefined;
  const isJsonb = oid !== OID.JSON;
  return (column) => {
    const read = jsonReader(type, column);
    return jsonTextWriter(isJsonb ? (row) => jsonbText(read(row)) : read, oid === OID.JSONB, format);
  };
}

function listWriter(type: SqlType, target: Target, format: Format, style: TextStyle): ColumnWriter | null | undefined {
  if (isJson(target.oid)) return nestedWriter(type, target.oid, format);
  const elementOid = pgTypeByOid(target.oid)?.elementOid ?? 0;
  if (elementOid === 0) return undefined;
  const leaf = columnWriter(leafTypeOf(type), { oid: elementOid, modifier: target.modifier }, format, style);
  return arrayWriter(type, elementOid, format, leaf);
}
