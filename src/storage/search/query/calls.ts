/** The search functions match(), geo_within() and vector_distance() as queries. The last two are checked again by DuckDB. */
import { RedQueryError } from '../../../errors.ts';
import type { Constant, Predicate, TableColumn } from '../../scan-words.ts';
import { attributesFor, notAField } from './attributes.ts';
import { atLeast, attributeName, exactly, numberPiece, unsupported } from './fragment.ts';
import { matchText } from './match-text.ts';
import type { CompileContext, Term } from './terms.ts';

type Call = Extract<Predicate, { kind: 'call' }>;

const METRES: Readonly<Record<string, number>> = { m: 1, km: 1000, mi: 1609.34, ft: 0.3048 };
/** Places are kept to 0.6 m at worst; circles are asked for so much larger. */
const GEO_SLACK_M = 2;
/** Beyond, the module loses points of a circle (measured: some from 1,000 km and 40 degrees on). */
const MOST_RADIUS_M = 500_000;
const MOST_LATITUDE = 75;
/** What a component of FLOAT32 is off by, and the sum of many. */
const FLOAT_ERROR = 1.2e-7;
const SUM_ERROR = 1e-4;
const COSINE_SLACK = 1e-3;

export function compileCall(call: Call, context: CompileContext): Term {
  const column = context.columns[call.column];
  if (column?.role !== 'field') return unsupported(notAField(column));
  switch (call.name) {
    case 'match':
      return compileMatch(call, column, context);
    case 'geo_within':
      return compileGeo(call, column, context);
    case 'vector_distance':
      return compileVector(call, column, context);
    default:
      return call.name satisfies never;
  }
}

function compileMatch({ args }: Call, column: TableColumn, { index }: CompileContext): Term {
  const [found] = attributesFor(index, column, 'TEXT');
  if (found === undefined) return unsupported(`not TEXT in ${index.name}`);
  const name = attributeName(found.attribute.alias);
  const text = args[0]?.value;
  if (name === null || typeof text !== 'string') return unsupported('match() takes a constant text');
  const words = matchText(text);
  if (words !== null) return exactly([`${name}:(${words})`], 2);
  throw new RedQueryError('RQ_ARGUMENT', `match() has no words to look for in ${JSON.stringify(text)}`, {
    hint: `Rows with any text are those where ${column.name} IS NOT NULL.`,
  });
}

function compileGeo({ args }: Call, column: TableColumn, { index }: CompileContext): Term {
  const [found] = attributesFor(index, column, 'GEO');
  if (found === undefined || column.type.id !== 'VARCHAR') return unsupported(`not GEO in ${index.name}`);
  const name = attributeName(found.attribute.alias);
  const [longitude = Number.NaN, latitude = Number.NaN, radius = Number.NaN] = args.slice(0, 3).map(numberOf);
  const unit = args[3]?.value;
  const metres = radius * (METRES[typeof unit === 'string' ? unit.toLowerCase() : ''] ?? Number.NaN);
  const isOnEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= MOST_LATITUDE;
  if (name === null || !isOnEarth || !(metres >= 0 && metres <= MOST_RADIUS_M))
    return unsupported('a circle that the module may cut');
  const circle = [longitude, latitude, metres + GEO_SLACK_M].map(numberPiece);
  return atLeast([`${name}:[`, ...circle.flatMap((piece) => [piece, ' ']), 'm]'], 'places are rounded');
}

function compileVector({ args, bound }: Call, column: TableColumn, { index }: CompileContext): Term {
  const [found] = attributesFor(index, column, 'VECTOR');
  const name = found === undefined ? null : attributeName(found.attribute.alias);
  const shape = found?.attribute.vector;
  if (name === null || shape === null || shape === undefined) return unsupported(`not VECTOR in ${index.name}`);
  const metric = String(args[1]?.value ?? 'cosine').toUpperCase();
  const vector = vectorFrom(args[0]);
  if (vector === null || bound === undefined) return unsupported('a vector is a list of numbers, or a BLOB of FLOAT32');
  if (vector.length !== shape.dimensions && (index.keyType === 'JSON' || shape.dataType === 'FLOAT32')) {
    throw dimensionError(vector.length, column, index, shape.dimensions);
  }
  if (metric !== shape.metric) return unsupported(otherMetric(shape.metric, metric));
  if (metric === 'IP') return unsupported('inner products are no distances that a radius holds');
  if (shape.algorithm !== 'FLAT' || shape.dataType !== 'FLOAT32')
    return unsupported(`VECTOR ${shape.algorithm} of ${shape.dataType} is not exact, as FLAT of FLOAT32 is`);
  const radius = metric === 'COSINE' ? bound.value + COSINE_SLACK : widerSquare(bound.value, vector);
  if (!(radius >= 0 && Number.isFinite(radius))) return unsupported('a distance that no radius can hold');
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  return atLeast([`${name}:[VECTOR_RANGE `, numberPiece(radius), ' ', { param: bytes }, ']'], 'vectors are kept as FLOAT32');
}

/** The index has no document whose vector has other dimensions: all distances would be NULL. */
function dimensionError(
  length: number,
  column: TableColumn,
  { name }: CompileContext['index'],
  dimensions: number,
): RedQueryError {
  return new RedQueryError(
    'RQ_ARGUMENT',
    `vector_distance: the vector has ${length} dimensions, "${column.name}" has ${dimensions} (index ${name})`,
  );
}

function otherMetric(own: string, asked: string): string {
  const words = `the index measures ${own}, not ${asked}`;
  return own === 'IP' ? words : `${words}: vector_distance(…, '${own.toLowerCase()}')`;
}

/** A squared distance that holds all vectors within `square`, however FLOAT32 rounded both. */
function widerSquare(square: number, vector: readonly number[]): number {
  if (square < 0) return Number.NaN;
  const distance = Math.sqrt(square);
  return (distance + FLOAT_ERROR * (2 * Math.hypot(...vector) + distance)) ** 2 * (1 + SUM_ERROR);
}

/** A list of numbers as JSON, or the hexadecimal bytes of FLOAT32 (planner/expressions/constant.ts). */
function vectorFrom(constant: Constant | undefined): number[] | null {
  if (typeof constant?.value !== 'string') return null;
  if (constant.type === 'BLOB') {
    const bytes = Uint8Array.from(Buffer.from(constant.value, 'hex'));
    return bytes.length % 4 === 0 ? [...new Float32Array(bytes.buffer)] : null;
  }
  const numbers: unknown = constant.type.endsWith(']') ? JSON.parse(constant.value) : null;
  return Array.isArray(numbers) && numbers.every((number) => typeof number === 'number') ? numbers : null;
}

/** DECIMAL constants are unscaled. */
function numberOf({ type, value }: Constant): number {
  const [, scale = '0'] = /^DECIMAL\(\d+,(\d+)\)$/.exec(type) ?? [];
  if (typeof value === 'bigint') return Number(`${value}e-${scale}`);
  return typeof value === 'number' ? value : Number.NaN;
}
