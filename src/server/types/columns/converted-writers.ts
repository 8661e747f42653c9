/**
 * Values whose type in the engine is not the described one: what is described wins. The value's own text is read as the
 * described type, as a cast through text would; numbers are rounded as PostgreSQL's casts do.
 */
import type { SqlType } from '../../../types/index.ts';
import { PgError } from '../../pg-error.ts';
import type { Format } from '../../words.ts';
import { ByteSink } from '../byte-sink.ts';
import { codecOf } from '../codec-table.ts';
import { OID, pgTypeByOid, pgTypeName } from '../pg-types.ts';
import type { TextStyle } from '../text-style.ts';
import { INTEGER_BOUNDS } from '../values/numbers.ts';
import { numericFromText, rescale } from '../values/numeric.ts';
import { typeOutOfRange } from '../values/value-errors.ts';
import type { CellWriter, ColumnWriter, Target } from './cell-writer.ts';

/** What may become what through text, by pg_type.typcategory; text and json are let through in both directions. */
function isConvertible(fromOid: number, toOid: number): boolean {
  const from = pgTypeByOid(fromOid);
  const to = pgTypeByOid(toOid);
  if (from === undefined || to === undefined) return true;
  const isFree = (oid: number, category: string): boolean =>
    category === 'S' || category === 'X' || oid === OID.JSON || oid === OID.JSONB;
  if (isFree(from.oid, from.category) || isFree(to.oid, to.category) || from.category === to.category) {
    return from.category !== 'U' || isFree(from.oid, from.category) || isFree(to.oid, to.category) || from.oid === to.oid;
  }
  const pair = `${from.category}${to.category}`;
  // Booleans and numbers; an interval and a time.
  return pair === 'BN' || pair === 'NB' || pair === 'TD' || pair === 'DT';
}

const INTEGER_BYTES: Readonly<Record<number, 2 | 4 | 8>> = { [OID.INT2]: 2, [OID.INT4]: 4, [OID.INT8]: 8 };

/**
 * Wraps the writer of a value's own text (`own`, PostgreSQL's type `ownOid`) into one for the target.
 * @throws {PgError} from the writer: 42846 naming both types, 22003, 22P02.
 */
export function convertedWriter(
  type: SqlType,
  own: ColumnWriter,
  ownOid: number,
  target: Target,
  format: Format,
  style: TextStyle,
): ColumnWriter {
  if (!isConvertible(ownOid, target.oid)) {
    return () => () => {
      throw new PgError('42846', `cannot cast type ${pgTypeName(ownOid)} to ${pgTypeName(target.oid)}`);
    };
  }
  const convert = converterOf(type, ownOid, target.oid);
  const write = targetWriter(target, format, style);
  return (column) => {
    const writeOwn = own(column);
    const scratch = new ByteSink(64);
    return (sink, row) => {
      scratch.at = 0;
      writeOwn(scratch, row);
      write(convert(scratch.bytes.toString('utf8', 0, scratch.at)), sink);
    };
  };
}

function targetWriter(target: Target, format: Format, style: TextStyle): (text: string, sink: ByteSink) => void {
  const codec = codecOf(target.oid);
  if (codec !== undefined) {
    return format === 1
      ? (text, sink) => codec.writeFromText(text, sink, style, target.modifier)
      : (text, sink) => sink.utf8(codec.normal(text, style, target.modifier));
  }
  if (format === 0 || target.oid === 0) return (text, sink) => sink.utf8(text);
  if (pgTypeByOid(target.oid)?.size === 4) return (text, sink) => sink.int32(Number.parseInt(text, 10) | 0);
  return () => {
    throw new PgError('42883', `no binary output function available for type ${pgTypeName(target.oid)}`);
  };
}

function converterOf(type: SqlType, ownOid: number, oid: number): (text: string) => string {
  const byteCount = INTEGER_BYTES[oid];
  if (ownOid === OID.BOOL) return booleanConverter(oid, byteCount !== undefined);
  const isNumber = pgTypeByOid(ownOid)?.category === 'N';
  if (byteCount !== undefined && isNumber) {
    const isFloat = type.id === 'FLOAT' || type.id === 'DOUBLE';
    return (text) => roundedText(text, isFloat, byteCount, pgTypeName(oid));
  }
  if (oid === OID.BOOL && isNumber) return (text) => (Number(text) === 0 ? 'f' : 't');
  return (text) => text;
}

function booleanConverter(oid: number, isInteger: boolean): (text: string) => string {
  if (isInteger || pgTypeByOid(oid)?.category === 'N') return (text) => (text === 't' ? '1' : '0');
  return (text) => (text === 't' ? 'true' : 'false');
}

/** numeric rounds halves away from zero, floating point to even. */
function roundedText(text: string, isFloat: boolean, byteCount: 2 | 4 | 8, typeName: string): string {
  const plain = numericFromText(text);
  if (plain === 'NaN' || plain.endsWith('Infinity')) throw typeOutOfRange(typeName);
  const isTie = isFloat && /\.50*$/.test(plain);
  const whole = plain.split('.')[0] ?? '0';
  const isEven = /[02468]$/.test(whole);
  const value = BigInt(isTie && isEven ? (whole === '-0' ? '0' : whole) : rescale(plain, 0));
  const { low, high } = INTEGER_BOUNDS[byteCount];
  if (value < low || value > high) throw typeOutOfRange(typeName);
  return String(value);
}

/** Writes text that a reader gives, as json or jsonb. */
export function jsonTextWriter(read: (row: number) => string, isJsonb: boolean, format: Format): CellWriter {
  const hasVersion = isJsonb && format === 1;
  return (sink, row) => {
    if (hasVersion) sink.byte(1);
    sink.utf8(read(row));
  };
}
