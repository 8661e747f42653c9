/** Casts and constants: PostgreSQL's names of types and forms of literals as DuckDB has them. */
import type { Node, TypeCast, TypeName } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { normalText, OID, type TextStyle, textStyleOf } from '../../types/index.ts';
import { constantOf, numberOf, stringOf, typeNameOf } from '../tree.ts';
import { arrayElements } from './patterns.ts';
import type { Rewrite } from './state.ts';
import { boolean, call, castTo, integer, template, text } from './template.ts';

type Kind<K extends string> = Extract<Node, Record<K, unknown>>;

/** Names that DuckDB does not have, or has for something else. What is not here keeps its name. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  jsonb: 'json',
  bytea: 'blob',
  name: 'text',
  bpchar: 'text',
  char: 'text',
  citext: 'text',
  xml: 'text',
  inet: 'text',
  cidr: 'text',
  macaddr: 'text',
  unknown: 'text',
  oid: 'int8',
  xid: 'int8',
  varbit: 'bit',
  serial: 'int4',
  bigserial: 'int8',
};

const CATALOG_TYPES = /^reg(class|type|proc|procedure|namespace|role|oper|operator|config|dictionary|collation)$/;
const TRUE = new Set(['t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1']);
const FALSE = new Set(['f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0']);

/** `x::type`. @throws {PgError} 0A000 for types of the catalog, 22P02 for literals that are none of the type. */
export function typeCast(node: Kind<'TypeCast'>, rewrite: Rewrite): Node {
  const { arg, typeName } = node.TypeCast;
  if (arg === undefined || typeName === undefined) return node;
  const type = typeNameOf(typeName);
  if (CATALOG_TYPES.test(type)) {
    throw new PgError('0A000', `type ${type} belongs to the catalog and cannot be used where Redis is read`);
  }
  if (typeName.arrayBounds !== undefined) return arrayCast(arg, typeName);
  const literal = 'A_Const' in arg ? stringOf(arg) : null;
  if (literal !== null) {
    const cast = castOfLiteral(literal, type, typeName) ?? momentLiteral(literal, type, typeName, rewrite);
    if (cast !== null) return cast;
  }
  return castOfExpression(arg, type, node.TypeCast, rewrite);
}

function castOfLiteral(literal: string, type: string, typeName: TypeName): Node | null {
  switch (type) {
    case 'bool':
      return booleanLiteral(literal);
    case 'bytea':
      return bytesLiteral(literal);
    case 'interval':
      return {
        TypeCast: { arg: text(intervalLiteral(literal, numberOf(typeName.typmods?.[0]))), typeName: plainType('interval') },
      };
    case 'numeric':
      // The literal's own digits and not DuckDB's DECIMAL(18, 3).
      return typeName.typmods === undefined && /^\s*[+-]?\d{1,38}(\.\d+)?\s*$/.test(literal)
        ? { A_Const: { fval: { fval: literal.trim().replace(/^\+/, '') } } }
        : null;
    default:
      return null;
  }
}

/** A form that DuckDB reads as PostgreSQL does. */
const PLAIN_MOMENT =
  /^(\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:?\d\d)?)?)?|\d\d:\d\d:\d\d(\.\d{1,6})?|-?infinity|epoch)$/;
const MOMENTS: Readonly<Record<string, number>> = {
  date: OID.DATE,
  time: OID.TIME,
  timetz: OID.TIMETZ,
  timestamp: OID.TIMESTAMP,
  timestamptz: OID.TIMESTAMPTZ,
};

/** `'June 5, 2023'::date`, `'yesterday'::date`, `'2024-01-01 10:00+00'::timestamptz`, in ISO's form. */
function momentLiteral(literal: string, type: string, typeName: TypeName, rewrite: Rewrite): Node | null {
  const oid = MOMENTS[type];
  if (oid === undefined || PLAIN_MOMENT.test(literal)) return null;
  const style: TextStyle = { ...textStyleOf((name) => rewrite.input.facts.setting(name)), dateStyle: 'ISO' };
  let moment: string;
  try {
    moment = normalText(oid, literal, style).replace(/ BC$/, ' (BC)');
  } catch {
    // Who describes the statement refuses it, and says where.
    return null;
  }
  const cast = castTo(text(moment), type);
  return type.startsWith('timestamp') ? rounded(cast, numberOf(typeName.typmods?.[0])) : cast;
}

function castOfExpression(arg: Node, type: string, cast: TypeCast, rewrite: Rewrite): Node {
  const length = numberOf(cast.typeName?.typmods?.[0]);
  switch (type) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'char': {
      const asText = 'A_Const' in arg || 'ParamRef' in arg ? castTo(arg, 'text') : rewrite.macro('_pg_text', arg);
      return length === null ? asText : template('left($1, $2)', asText, integer(length));
    }
    case 'numeric':
      if (length === null && 'A_Const' in arg) return arg;
      return length === null || length > 38 ? castTo(arg, 'double') : { TypeCast: { arg, typeName: cast.typeName ?? {} } };
    case 'timestamp':
    case 'timestamptz':
      return rounded(castTo(arg, type), length);
    case 'time':
    case 'timetz':
    case 'interval':
      return castTo(arg, type);
    default:
      return castTo(arg, TYPE_NAMES[type] ?? type.split('.').at(-1) ?? type);
  }
}

/** timestamp(0) rounds in PostgreSQL; DuckDB would cut. */
function rounded(cast: Node, digits: number | null): Node {
  if (digits === 0) return template("date_trunc('second', $1 + interval '500 milliseconds')", cast);
  if (digits === 3) return template("date_trunc('milliseconds', $1 + interval '500 microseconds')", cast);
  return cast;
}

function plainType(name: string): TypeName {
  return { names: [{ String: { sval: name } }], typemod: -1 };
}

/** The type of a list's elements, for DuckDB. */
function elementType(typeName: TypeName): TypeName {
  const type = typeNameOf(typeName);
  return plainType(TYPE_NAMES[type] ?? (type === 'numeric' ? 'double' : (type.split('.').at(-1) ?? type)));
}

function arrayCast(arg: Node, typeName: TypeName): Node {
  const type: TypeName = { ...elementType(typeName), arrayBounds: typeName.arrayBounds ?? [] };
  const literal = 'A_Const' in arg ? stringOf(arg) : null;
  const elements = literal === null ? null : arrayElements(literal);
  if (elements === null) return { TypeCast: { arg, typeName: type } };
  return { TypeCast: { arg: { A_ArrayExpr: { elements: elements.map(elementNode) } }, typeName: type } };
}

export function elementNode(element: string | null): Node {
  return element === null ? { A_Const: { isnull: true } } : text(element);
}

function booleanLiteral(literal: string): Node {
  const word = literal.trim().toLowerCase();
  if (TRUE.has(word)) return boolean(true);
  if (FALSE.has(word)) return boolean(false);
  throw new PgError('22P02', `invalid input syntax for type boolean: "${literal}"`);
}

/** bytea's two forms: `\x6162`, and characters with octal escapes. */
function bytesLiteral(literal: string): Node {
  if (literal.startsWith('\\x')) {
    const digits = literal.slice(2).replaceAll(/\s/g, '');
    if (digits.length % 2 === 1 || /[^0-9a-f]/i.test(digits)) throw new PgError('22P02', 'invalid hexadecimal data');
    return call('unhex', text(digits));
  }
  const bytes = Buffer.concat(
    [...literal.matchAll(/\\\\|\\([0-3][0-7]{2})|[^\\]/gu)].map(([piece, octal]) =>
      octal !== undefined ? Buffer.from([Number.parseInt(octal, 8)]) : Buffer.from(piece === '\\\\' ? '\\' : piece),
    ),
  );
  return call('unhex', text(bytes.toString('hex')));
}

// Bits of an interval's type modifier (utils/timestamp.h, INTERVAL_MASK): field n is bit n.
const YEAR = 1 << 2;
const MONTH = 1 << 1;
const DAY = 1 << 3;
const HOUR = 1 << 10;
const MINUTE = 1 << 11;
const SECOND = 1 << 12;
const UNITS: Readonly<Record<number, string>> = {
  [YEAR]: 'years',
  [MONTH]: 'months',
  [DAY]: 'days',
  [HOUR]: 'hours',
  [MINUTE]: 'minutes',
  [SECOND]: 'seconds',
};

/** `INTERVAL '1' DAY` → '1 days'; '1-2' YEAR TO MONTH → '1 years 2 months'; '1:30' is hours and minutes. */
function intervalLiteral(literal: string, mask: number | null): string {
  const unit = mask === null ? undefined : UNITS[mask];
  if (unit !== undefined && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(literal)) return `${literal.trim()} ${unit}`;
  const yearMonth = /^\s*([+-]?)(\d+)-(\d+)\s*$/.exec(literal);
  if (yearMonth !== null) return `${yearMonth[1]}${yearMonth[2]} years ${yearMonth[1]}${yearMonth[3]} months`;
  const dayTime = /^\s*([+-]?\d+)\s+(\d+:\d+(?::[\d.]+)?)\s*$/.exec(literal);
  if (dayTime !== null) return `${dayTime[1]} days ${withSeconds(dayTime[2] ?? '', mask)}`;
  if (/^\s*\d+:\d+\s*$/.test(literal)) return withSeconds(literal.trim(), mask);
  return literal;
}

function withSeconds(time: string, mask: number | null): string {
  if (/:\d+:/.test(time)) return time;
  return mask === (MINUTE | SECOND) ? `00:${time}` : `${time}:00`;
}

/** Constants that DuckDB reads otherwise: 0x10, 0o7, 0b1 and 1_000. */
export function constantNode(node: Kind<'A_Const'>): Kind<'A_Const'> {
  const constant = constantOf(node.A_Const);
  if (constant?.kind !== 'decimal' || !/_|^-?0[xob]/i.test(constant.text)) return node;
  const digits = constant.text.replaceAll('_', '');
  const isNegative = digits.startsWith('-');
  const plain = isNegative ? digits.slice(1) : digits;
  return { A_Const: { fval: { fval: `${isNegative ? '-' : ''}${/^0[xob]/i.test(plain) ? BigInt(plain) : plain}` } } };
}

/** B'101' and X'1F'. */
export function bitString(node: Kind<'A_Const'>): Node {
  const bits = node.A_Const.bsval?.bsval;
  if (bits === undefined) return node;
  const digits = bits.slice(1);
  const binary = bits.startsWith('x')
    ? [...digits].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
    : digits;
  return castTo(text(binary), 'bit');
}

/** All text compares by its bytes, as in COLLATE "C", and the engine has no other order. */
export function collation(node: Kind<'CollateClause'>): Node {
  return node.CollateClause.arg ?? node;
}
